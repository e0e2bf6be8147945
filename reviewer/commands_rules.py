"""`reviewer rules`: the rulebook as people and programs may read it, with dates and citations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from reviewer.commands_import import import_files
from reviewer.errors import ConfigError, UsageError
from reviewer.language.kept import expression

if TYPE_CHECKING:
    from validator.records import Code, Policy, Requirement, Rule
    from validator.rulebook import Renewed, Rulebook, Switch

    Record = Rule | Requirement | Code | Policy | Switch | Renewed

Format = Literal["text", "json"]


class Kind(StrEnum):
    """What a record of the rulebook is."""

    RULE = "rule"
    REQUIREMENT = "requirement"
    CODE = "code"
    POLICY = "policy"
    SWITCH = "switch"
    VINTAGE = "vintage"


_PLAIN_ID = expression(r"[\w.-]{1,60}")

rules = typer.Typer(help="Rules, requirements, codes and policies, with dates and sources.", rich_markup_mode=None)
rules.command("import")(import_files)

IMPORTS = "quarterly/loaded.json"
"""Where the list of imported files stands in this user's folder; asked for before anything else is imported."""

FormatOption = Annotated[Format, typer.Option("--format", help="How to write the result.")]


@rules.command("list")
def list_records(
    kind: Annotated[
        list[Kind] | None, typer.Option("--kind", help="Only these; default: rules and requirements.")
    ] = None,
    family: Annotated[str | None, typer.Option("--family", help="Only rules and codes of this family.")] = None,
    imports: Annotated[
        bool, typer.Option("--imports", help="The quarterly files that are loaded, with their hashes.")
    ] = False,
    format: FormatOption = "text",  # noqa: A002  # the option's name is the contract
) -> int:
    """List records of the rulebook, one a line."""
    from reviewer.output import write

    if imports:
        from reviewer.commands_import import imported

        write(imported(format), None)
        return 0
    rulebook = installed_rulebook()
    found = [
        (one, record)
        for one, record in _records(rulebook)
        if one in (kind or [Kind.RULE, Kind.REQUIREMENT]) and family in (None, getattr(record, "family", None))
    ]
    if family is not None and not found:
        known = sorted({getattr(record, "family", "") for _, record in _records(rulebook)} - {""})
        raise UsageError(f"--family: nothing of that family; known: {', '.join(known)}")
    if format == "json":
        write(_json(found, rulebook), None)
    else:
        width = max((len(_id(record)) for _, record in found), default=0)
        lines = [f"{one:<11} {_id(record):<{width}}  {_summary(record)}" for one, record in found]
        write("\n".join([*lines, f"{len(found)} records of rulebook {rulebook.version}"]), None)
    return 0


@rules.command("show")
def show(
    id: Annotated[  # noqa: A002  # becomes the word in the help
        str, typer.Argument(metavar="ID", help="Id of a record, or of a domain rule such as TIME-4.")
    ],
    format: FormatOption = "text",  # noqa: A002  # the option's name is the contract
) -> int:
    """Show one record, a code as its card. For a domain rule such as TIME-4, every record that carries it out."""
    from reviewer.output import write

    rulebook = installed_rulebook()
    found = [pair for pair in _records(rulebook) if _id(pair[1]) == id or id in getattr(pair[1], "implements", ())]
    if not found:
        named = f" {id}" if _PLAIN_ID.fullmatch(id) else ""
        raise UsageError(f"no rule, requirement, code, policy or switch{named}; see: reviewer rules list")
    if format == "json":
        write(_json(found, rulebook), None)
    else:
        write("\n\n".join(_shown(one, record, rulebook) for one, record in found), None)
    return 0


def _shown(kind: Kind, record: Record, rulebook: Rulebook) -> str:
    """A code as its card, with everything that bears on it; any other record in full."""
    if kind is not Kind.CODE:
        return _in_full(kind, record, rulebook)
    from reviewer.cards.text import card_text
    from reviewer.cards.view import newest, view

    return card_text(view(_id(record), rulebook, newest(rulebook)), rulebook)


def installed_rulebook() -> Rulebook:
    """The rulebook that ships with the package and the quarterly files that this site has loaded.

    Raises `ConfigError` naming file and record when one of them is damaged.
    """
    from reviewer.settings import home

    rulebook, folder = bundled_rulebook(), home()
    if not (folder / IMPORTS).exists():
        return rulebook
    from reviewer.quarterly.merging import with_imports

    return with_imports(rulebook, folder)


def bundled_rulebook() -> Rulebook:
    """The rulebook that ships with the package alone; `ConfigError` naming file and record when it is damaged."""
    from validator.loading import RulebookError, default_rulebook

    try:
        return default_rulebook()
    except RulebookError as problem:
        raise ConfigError(f"the rulebook cannot be loaded: {problem}") from None


def _records(rulebook: Rulebook) -> list[tuple[Kind, Record]]:
    found: list[tuple[Kind, Record]] = []
    found += [(Kind.RULE, rule) for rule in rulebook.rules.values()]
    found += [(Kind.REQUIREMENT, requirement) for requirement in rulebook.requirements]
    found += [(Kind.CODE, code) for code in rulebook.codes.values()]
    found += [(Kind.POLICY, policy) for policy in rulebook.policies.values()]
    found += [(Kind.SWITCH, switch) for switch in rulebook.switches.values()]
    found += [(Kind.VINTAGE, renewed) for renewed in rulebook.renewed.values()]
    return found


def _id(record: Record) -> str:
    return str(getattr(record, "id", "") or getattr(record, "name", ""))


def _summary(record: Record) -> str:
    for attribute in ("versions", "question", "label", "title", "description"):
        value = getattr(record, attribute, None)
        if value:
            return value[-1].says if attribute == "versions" else str(value)
    return ""


def _json(found: list[tuple[Kind, Record]], rulebook: Rulebook) -> str:
    import json

    records = [{"kind": kind, **asdict(record)} for kind, record in found]
    data = {"rulebook": rulebook.version, "records": records}
    return json.dumps(data, indent=1, ensure_ascii=False, default=_as_text)


def _as_text(value: object) -> Any:
    return sorted(value) if isinstance(value, (set, frozenset)) else str(value)


def _in_full(kind: Kind, record: Record, rulebook: Rulebook) -> str:
    lines = [f"{_id(record)} ({kind})"]
    for name, value in asdict(record).items():
        if name in ("id", "name", "versions", "cite") or value in (None, "", (), [], {}):
            continue
        lines.append(f"  {name.replace('_', ' ')}: {_flat(value)}")
    for version in getattr(record, "versions", ()):
        until = f" until {version.until}" if version.until else ""
        lines.append(f"  from {version.since}{until}: {version.says}")
        lines += [f"    {name}: {_flat(value)}" for name, value in version.params.items()]
        lines += _sources(version.cite, rulebook, "    ")
    return "\n".join([*lines, *_sources(getattr(record, "cite", ()), rulebook, "  ")])


def _sources(citations: Iterable[Any], rulebook: Rulebook, indent: str) -> list[str]:
    lines = []
    for citation in citations:
        source = rulebook.sources.get(citation.source)
        lines.append(f"{indent}source: {source.title if source else citation.source}, {citation.at}")
    return lines


def _flat(value: object) -> str:
    if hasattr(value, "source") and hasattr(value, "at"):
        return f"{value.source} ({value.at})"
    if isinstance(value, dict):
        return ", ".join(f"{key} = {_flat(item)}" for key, item in value.items())
    if isinstance(value, (list, tuple, set, frozenset)):
        return ", ".join(_flat(item) for item in value)
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)
