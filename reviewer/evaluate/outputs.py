"""An evaluation as a table, as JSON and as JUnit XML. Encounters are named; no value read from a note is shown."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from reviewer.evaluate.measures import Interval
from reviewer.evaluate.running import Result
from reviewer.evaluate.summary import ALL, Summary

if TYPE_CHECKING:
    from rich.console import RenderableType

_DIGITS = 4
_NOTHING = "-"


def as_json(summary: Summary, results: Sequence[Result], reader: Mapping[str, Any], not_recorded: int = 0) -> str:
    """All figures and every encounter's verdicts. Ratios have four digits; a share of nothing is null.

    `not_recorded` counts the encounters that a replay left out.
    """
    shown = {
        "schema_version": "1",
        "reader": dict(reader),
        "encounters": summary.encounters,
        "not_recorded": not_recorded,
        "failed": summary.failed,
        "model_failed": summary.model_failed,
        "facts": {
            kind: {
                **one.tally._asdict(),
                **{name: _ratio(getattr(one, name)) for name in ("precision", "recall", "f1")},
            }
            for kind, one in summary.facts.items()
        },
        "codes": {**summary.codes._asdict(), "exact_share": _ratio(summary.codes.exact_share)},
        "grounding": {
            "grounded": summary.claims.grounded,
            "claims": summary.claims.made,
            "rate": _ratio(summary.grounding),
            "rejected": summary.claims.rejected,
            "rate_of_all": _ratio(summary.grounding_of_all),
        },
        "disagreement": {
            **summary.readings._asdict(),
            "contradicting": _ratio(summary.contradicting),
            "one_sided": _ratio(summary.one_sided),
        },
        "risk_coverage": [
            {**step._asdict(), "coverage": round(step.coverage, _DIGITS), "error_rate": round(step.error_rate, _DIGITS)}
            for step in summary.curve
        ],
        "released_exact": summary.released_exact,
        "usage": summary.usage.model_dump(),
        "by_encounter": [_encounter(one) for one in results],
    }
    return json.dumps(shown, indent=1, ensure_ascii=False)


def _ratio(interval: Interval) -> dict[str, float | None]:
    return {name: None if value is None else round(value, _DIGITS) for name, value in interval._asdict().items()}


def _encounter(one: Result) -> dict[str, Any]:
    return {
        "name": one.name,
        "failure": one.failure,
        "model_failure": one.model_failure,
        "exact": one.codes.exact if one.codes else None,
        "over_coded": dict(one.codes.over_coded) if one.codes else {},
        "missed": dict(one.codes.missed) if one.codes else {},
        "risk": one.risk,
        "differences": [
            {"entry": fact.entry, "kind": fact.kind, "verdict": fact.verdict}
            for fact in one.differences
            if fact.verdict != "right"
        ],
    }


def as_junit(results: Sequence[Result], name: str) -> str:
    """One test case for each encounter: failed when its codes are not exact, in error when it could not be read."""
    judged = [one for one in results if one.codes is not None]
    suite = ElementTree.Element(
        "testsuite",
        name=name,
        tests=str(len(results)),
        failures=str(sum(one.failure is None and not one.codes.exact for one in judged if one.codes)),
        errors=str(sum(one.failure is not None for one in results)),
        skipped=str(sum(one.failure is None and one.codes is None for one in results)),
    )
    for one in results:
        case = ElementTree.SubElement(suite, "testcase", classname=name, name=_plain(one.name))
        if one.failure is not None:
            ElementTree.SubElement(case, "error", message=_plain(one.failure))
        elif one.codes is None:
            ElementTree.SubElement(case, "skipped", message="no codes are expected in writing")
        elif not one.codes.exact:
            ElementTree.SubElement(case, "failure", message=codes_told(one))
    ElementTree.indent(suite)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(suite, encoding="unicode")


def _plain(text: str) -> str:
    """Without the control characters that XML cannot hold."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def codes_told(one: Result) -> str:
    """What is otherwise about the codes of an encounter, in a line."""
    if one.codes is None or one.codes.exact:
        return ""
    parts = [f"over-coded {code} x{units}" for code, units in sorted(one.codes.over_coded.items())]
    parts += [f"missed {code} x{units}" for code, units in sorted(one.codes.missed.items())]
    return ", ".join(parts) or "same units, other lines or modifiers"


def tables(summary: Summary, results: Sequence[Result], reader: str, not_recorded: int = 0) -> Iterator[RenderableType]:
    """The tables of the text report, for rich to print. `not_recorded` counts the encounters a replay left out."""
    from rich.table import Table

    yield f"{summary.encounters} encounters read by: {reader}; {summary.failed} could not be read"
    if not_recorded:
        yield f"{not_recorded} more are not recorded and were left out"
    if summary.model_failed:
        yield f"{summary.model_failed} times the model's reading failed as a whole"
    if summary.facts:
        facts = Table(title="Facts, with 95 % intervals", title_justify="left", box=None)
        for number, name in enumerate(("", "precision", "recall", "F1", "right", "wrong", "omitted", "invented")):
            facts.add_column(name, justify="right" if number else "left", no_wrap=True)
        for kind, one in summary.facts.items():
            if kind == ALL:
                facts.add_section()
            ratios = (_told(ratio) for ratio in (one.precision, one.recall, one.f1))
            facts.add_row(kind.replace("_", " "), *ratios, *(str(count) for count in one.tally))
        yield facts
    yield from _lines(summary)
    if summary.curve:
        curve = Table(title="Released without a look, least risk first", title_justify="left", box=None)
        for name in ("risk at most", "released", "share", "not exact", "error rate", "over-coded"):
            curve.add_column(name, justify="right")
        for step in summary.curve:
            curve.add_row(
                *(str(step.risk), str(step.released), f"{step.coverage:.1%}"),
                *(str(step.wrong), f"{step.error_rate:.1%}", str(step.over_coded)),
            )
        yield curve
    yield from (f"{_plain(one.name)}: not read: {_plain(one.failure)}" for one in results if one.failure)
    yield from (f"{_plain(one.name)}: {told}" for one in results if not one.failure and (told := codes_told(one)))


def _lines(summary: Summary) -> Iterator[str]:
    codes = summary.codes
    yield f"exact code sets   {codes.exact} of {codes.judged}  {_told(codes.exact_share)}"
    yield f"over-coded units  {codes.over_coded_units} in {codes.over_coded_encounters} encounters"
    yield f"missed units      {codes.missed_units} in {codes.missed_encounters} encounters"
    claims = summary.claims
    yield f"claims grounded   {claims.grounded} of {claims.made}  {_told(summary.grounding)}"
    if claims.rejected:
        yield (
            f"claims rejected   {claims.rejected} more, of the model; grounded of all claims: "
            f"{_told(summary.grounding_of_all)}"
        )
    if summary.curve:
        yield f"released exact    {summary.released_exact} of {codes.judged}, least risk first, before one that is not"
    compared = sum(summary.readings)
    if compared:
        yield f"readers contradict {summary.readings.contradiction} of {compared}  {_told(summary.contradicting)}"
        yield f"one reader only    {summary.readings.one_reader} of {compared}  {_told(summary.one_sided)}"
    if summary.usage.calls:
        usage = summary.usage
        yield f"model: {usage.calls} calls, {usage.prompt_tokens} tokens read, {usage.completion_tokens} written"


def _told(ratio: Interval) -> str:
    if ratio.value is None:
        return _NOTHING
    if ratio.low is None or ratio.high is None:
        return f"{ratio.value:.1%}"
    return f"{ratio.value:.1%} ({ratio.low * 100:.0f}-{ratio.high * 100:.0f})"
