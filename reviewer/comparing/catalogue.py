"""The tables of docs/policies.md, made from the policy records.

`python -m reviewer.comparing.catalogue docs/policies.md` makes them anew.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from validator.loading import default_rulebook
from validator.rulebook import Rulebook, Switch, SwitchValue

_START, _END = "<!-- made from the records: {name} -->", "<!-- end of {name} -->"


def tables(rulebook: Rulebook) -> dict[str, str]:
    """Each table by the name that its marks in the page have."""
    return {"packs": "\n".join(_packs(rulebook)), "switches": "\n".join(_switches(rulebook))}


def filled(page: str, rulebook: Rulebook) -> str:
    """The page with every table between its marks made anew. ValueError for a page without a mark."""
    for name, table in tables(rulebook).items():
        start, end = _START.format(name=name), _END.format(name=name)
        before, table_before, after = page.partition(start)
        _, end_before, rest = after.partition(end)
        if not (table_before and end_before):
            raise ValueError(f"the page has no table {name}")
        page = f"{before}{start}\n\n{table}\n\n{end}{rest}"
    return page


def _packs(rulebook: Rulebook) -> Iterator[str]:
    yield "| policy | setting | starts from | differs in | on the word of |"
    yield "|---|---|---|---|---|"
    for pack in rulebook.policies.values():
        differs = "<br>".join(f"`{one.switch} = {_value(one.value)}`" for one in pack.deviates)
        words = "<br>".join(_source(rulebook, one.cite.source, one.cite.at) for one in pack.deviates)
        start = f"`{pack.inherits}`" if pack.inherits else "the defaults"
        yield f"| `{pack.id}` | {pack.setting} | {start} | {differs or 'nothing'} | {words} |"


def _switches(rulebook: Rulebook) -> Iterator[str]:
    yield "| rule | switch | values, and who takes that side (the default first) |"
    yield "|---|---|---|"
    for switch in rulebook.switches.values():
        sides = "<br>".join(_side(rulebook, switch, value) for value in _values(switch))
        yield f"| {', '.join(switch.implements)} | `{switch.name}`: {switch.description} | {sides} |"
    for renewed in rulebook.renewed.values():
        said = "; ".join(_source(rulebook, one.source, one.at) for one in renewed.cite)
        yield f"| {', '.join(renewed.implements)} | no switch: {renewed.description} | {said} |"


def _values(switch: Switch) -> list[SwitchValue]:
    taken = switch.values or tuple(position.value for position in switch.positions)
    return [switch.default, *(value for value in dict.fromkeys(taken) if value != switch.default)]


def _side(rulebook: Rulebook, switch: Switch, value: SwitchValue) -> str:
    said = "; ".join(_source(rulebook, one.source, one.at) for one in switch.said_by(value))
    return f"`{_value(value)}`: {said}"


def _source(rulebook: Rulebook, source: str, at: str) -> str:
    record = rulebook.sources[source]
    publisher = f"{record.publisher}, " if record.kind not in ("general", "project") else ""
    return f"{publisher}{record.title}: {at}"


def _value(value: SwitchValue) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.write_text(filled(target.read_text("utf-8"), default_rulebook()), "utf-8")
