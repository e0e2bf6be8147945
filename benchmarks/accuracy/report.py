"""The results as JSON for the log, and as Markdown tables for docs/accuracy.md."""

from __future__ import annotations

import json
import os
import platform
import re
import tomllib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.accuracy.readers import TITLES
from benchmarks.accuracy.scores import Row, Total, shared, totals
from reviewer.errors import UsageError, shown
from validator.facts import Frozen

PRICES = Path(__file__).with_name("prices.toml")
_NOTHING = "–"
_MILLION = 1_000_000
_NOTES = 1_000


class Price(Frozen):
    """List price of a model in US dollars per million tokens, seen `on` a day at `source`."""

    name: str
    input: float
    output: float
    on: date | None = None
    source: str | None = None


class Run(NamedTuple):
    """What was run: the heading of its tables."""

    name: str
    on: date
    model: str
    prompts: dict[str, str]
    machine: str
    encounters: int


def prices(given: Sequence[str]) -> tuple[Price, ...]:
    """The prices of `prices.toml` and those given as NAME=INPUT,OUTPUT. Raises `UsageError` for another form."""
    listed = [Price.model_validate(row) for row in tomllib.loads(PRICES.read_text("utf-8"))["price"]]
    for text in given:
        found = re.fullmatch(r"([^=]+)=([0-9.]+),([0-9.]+)", text)
        try:
            listed.append(Price(name=found[1], input=float(found[2]), output=float(found[3])) if found else _refused())
        except ValueError:
            _refused()
    return tuple(listed)


def _refused() -> Price:
    raise UsageError("--price: expected NAME=INPUT,OUTPUT in US dollars per million tokens, such as own=0.5,2")


def machine() -> str:
    """The processor and how many cores of it the run may use."""
    model = platform.processor() or platform.machine()
    try:
        told = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text("utf-8"), re.MULTILINE)
        model = told[1].strip() if told else model
    except OSError:
        pass
    return f"{model}, {len(os.sched_getaffinity(0)) if hasattr(os, 'sched_getaffinity') else os.cpu_count()} cores"


def as_json(run: Run, rows: Sequence[Row]) -> str:
    """Everything measured: the figures of each reader and every encounter."""
    data = {
        "schema_version": "1",
        "run": {**run._asdict(), "on": run.on.isoformat()},
        "readers": [_plain(one) for one in totals(rows)],
        "readers_on_shared_encounters": [_plain(one) for one in totals(shared(rows))],
        "by_encounter": [_plain(row) for row in rows],
    }
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def _plain(one: Row | Total) -> dict[str, Any]:
    return {name: _rounded(value) for name, value in one._asdict().items()}


def _rounded(value: Any) -> Any:
    if hasattr(value, "_asdict"):
        return {name: _rounded(inner) for name, inner in value._asdict().items()}
    return round(value, 4) if isinstance(value, float) else value


def as_markdown(run: Run, rows: Sequence[Row], listed: Sequence[Price]) -> str:
    """The tables of a run: all encounters of each reader, those that every reader read, and what tokens cost."""
    every, same = totals(rows), totals(shared(rows))
    prompts = ", ".join(f"{name} {version}" for name, version in run.prompts.items()) or "none"
    parts = [
        f"{run.on.isoformat()} · model {run.model} · prompts: {prompts} · {run.machine} · "
        f"{run.encounters} encounters in `{run.name}`",
    ]
    if len({one.encounters for one in every}) > 1:
        if same:
            parts += [f"**The {same[0].encounters} encounters that every reader read**", _accuracy(same)]
        parts += ["**All encounters of each reader**", _accuracy(every)]
    else:
        parts.append(_accuracy(every))
    parts += ["**Tokens, time and cost of 1,000 notes**", _cost(every, listed)]
    return "\n\n".join(parts)


def _accuracy(figures: Sequence[Total]) -> str:
    heads = (
        *("reader", "encounters", "exact code sets", "over-coded units", "in encounters", "missed units"),
        *("administrations right, of documented", "of read", "claims grounded", "rejected claims", "replies not used"),
    )
    return _table(heads, [_accuracy_of(one) for one in figures])


def _accuracy_of(one: Total) -> tuple[str, ...]:
    found = one.administrations
    codes_only = one.reader == "direct"
    low, high = one.exact_share.low, one.exact_share.high
    sure = "" if low is None or high is None else f" ({low:.0%}-{high:.0%})"
    return (
        TITLES[one.reader],
        str(one.encounters),
        f"{one.exact} of {one.judged}{sure}" if one.judged else _NOTHING,
        str(one.over_coded_units),
        str(one.over_coded_encounters),
        str(one.missed_units),
        _NOTHING if codes_only else _of(found.right, found.documented),
        _NOTHING if codes_only else _of(found.right, found.read),
        f"{one.grounded / one.claims:.1%}" if one.claims else _NOTHING,
        str(one.rejected) if one.reader == "both" else _NOTHING,
        _NOTHING if one.reader == "patterns" else str(one.failed),
    )


def _of(part: int, whole: int) -> str:
    return f"{part} of {whole} ({part / whole:.0%})" if whole else _NOTHING


def _cost(figures: Sequence[Total], listed: Sequence[Price]) -> str:
    heads = (
        *("reader", "notes", "seconds a note (median)", "tokens in", "tokens out"),
        *(f"{price.name} ({price.input:g} / {price.output:g})" for price in listed),
    )
    return _table(heads, [_cost_of(one, listed) for one in figures])


def _cost_of(one: Total, listed: Sequence[Price]) -> tuple[str, ...]:
    asks = bool(one.prompt_tokens)
    seconds = "replayed" if one.seconds is None else f"{one.seconds:.2f}" if one.seconds < 1 else f"{one.seconds:.0f}"
    costs = [
        (one.prompt_tokens * price.input + one.completion_tokens * price.output) * _NOTES / _MILLION for price in listed
    ]
    return (
        TITLES[one.reader],
        str(one.notes),
        seconds,
        f"{one.prompt_tokens:.0f}" if asks else "0",
        f"{one.completion_tokens:.0f}" if asks else "0",
        *(f"{cost:.2f} $" if asks else "0" for cost in costs),
    )


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def put(page: str, name: str, text: str) -> str:
    """The page with the text as its section `name`, between the two marks of that name.

    Raises `UsageError` when the page has no such section.
    """
    begin, end = f"<!-- results {name} -->", f"<!-- end {name} -->"
    before, mark, rest = page.partition(begin)
    _, close, after = rest.partition(end)
    if not mark or not close:
        raise UsageError(f"--write {shown(name)}: docs/accuracy.md has no section of that name")
    return f"{before}{begin}\n\n{text}\n\n{end}{after}"
