"""`reviewer schema`: JSON Schemas of the published types."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

import typer

_FACT = "Fact_"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema(
    name: Annotated[Literal["facts", "assessment", "review"], typer.Argument(help="Which type to describe.")],
) -> int:
    """Print the JSON Schema of the facts, an assessment or a review."""
    import json

    from reviewer.output import write

    write(json.dumps(schema_of(name), indent=1, ensure_ascii=False), None)
    return 0


def schema_of(name: Literal["facts", "assessment", "review"]) -> dict[str, Any]:
    """The schema of what is read (`facts`), or of what is written (`assessment`, `review`)."""
    from reviewer.review import Review
    from validator.facts import Encounter
    from validator.findings import Assessment

    if name == "facts":
        made = Encounter.model_json_schema(mode="validation")
        _accept_short_forms(made["$defs"])
    else:
        made = (Assessment if name == "assessment" else Review).model_json_schema(mode="serialization")
    return {"$schema": _DIALECT, **_with_readable_names(made)}


def _accept_short_forms(definitions: dict[str, Any]) -> None:
    """Describe what a person may write: a bare value for a fact, `false` for a denial, `20 mg`."""
    for name, definition in definitions.items():
        if name.startswith(_FACT):
            values = definition["properties"]["value"]["anyOf"]
            bare = [choice for choice in values if choice != {"type": "null"}]
            if "continuous" in str(bare):  # presence: true is short for continuous
                bare.append({"const": True})
            definitions[name] = {"anyOf": [definition, *bare, {"const": False}, {"type": "null"}]}
    definitions["Quantity"] = {"anyOf": [definitions["Quantity"], {"type": "string"}, {"type": "number", "minimum": 0}]}


def _with_readable_names(made: dict[str, Any]) -> dict[str, Any]:
    """Facts named after the first key that holds them (`FactOfStart`) instead of after their Python types."""
    import json

    names: dict[str, str] = {}
    for owner, definition in [*made["$defs"].items(), (made["title"], made)]:
        for key, value in definition.get("properties", {}).items():
            for fact in re.findall(r"#/\$defs/(Fact_\w+)", str(value)):
                plain, full = f"FactOf{_camel(key)}", f"FactOf{owner}{_camel(key)}"
                names.setdefault(fact, full if plain in names.values() else plain)
    text = re.sub(r"\bFact_\w+", lambda found: names[found[0]], json.dumps(made))
    readable: dict[str, Any] = json.loads(text)
    return readable


def _camel(key: str) -> str:
    return "".join(part.title() for part in key.split("_"))
