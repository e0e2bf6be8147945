"""How two readers of the notes compare, for the report: what agrees, what only one read, what they contradict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from reviewer.agreement.reading import Reader, Reading
from reviewer.report import words
from reviewer.report.reasoning import told
from reviewer.report.view import Matter
from reviewer.report.visible import clip
from reviewer.review import Review
from validator.findings import CodeLine

_NAMES: dict[Reader, str] = {"patterns": "the pattern reader", "model": "the model"}
_OF_DRUG_LINES = frozenset({"drug", "dose", "discarded", "container", "product", "ndc"})
_NO_LINE_NEEDS = frozenset({"dose", "discarded", "container", "product", "ndc", "lumen", "performed_by", "volume"})


def compared(readings: Iterable[Reading]) -> str:
    """One sentence on how the readers compare; empty where there was one reader."""
    number = Counter(one.outcome for one in readings)
    if not number:
        return ""
    return (
        f"Read by both readers: {words.count(number['agreed'], 'fact agrees', 'facts agree')}, "
        f"{number['one_reader']} read by one reader only, "
        f"{words.count(number['contradiction'], 'contradicts', 'contradict')}"
    )


def by_one(line: CodeLine, readings: Iterable[Reading]) -> str:
    """Which facts under a code line only one reader read, in words; empty where both read all of them."""
    fields: dict[Reader, dict[str, None]] = {}
    for one in readings:
        if one.outcome == "one_reader" and one.counted and _carries(line, one.subject):
            fields.setdefault(one.readers[0], {})[_field(one.subject)] = None
    return "; ".join(f"read by one reader ({_NAMES[reader]}): {', '.join(told)}" for reader, told in fields.items())


def _carries(line: CodeLine, subject: str) -> bool:
    part, _, rest = subject.partition(".")
    entry, _, name = rest.partition(".")
    if part == "services":
        return entry in line.services
    if part != "administrations" or entry not in line.administrations:
        return False
    return name in _OF_DRUG_LINES if line.kind == "drug" else name not in _NO_LINE_NEEDS


def _field(subject: str) -> str:
    parts = subject.split(".")
    return "pause" if "interruptions" in parts else words.spaced(parts[-1])


def differing(review: Review) -> tuple[Matter, ...]:
    """Every contradiction, what only the model read and nothing bears out, and what one reader alone read of a line."""
    matters = []
    for one in review.readings:
        if one.outcome == "contradiction":
            said = "; ".join(f"{_NAMES[reader]} read {clip(value)}" for reader, value in one.values.items())
            matters.append((one, f"the readers contradict each other: {said}"))
        elif one.readers == ("model",) and not one.counted:
            said = clip(one.values["model"])
            matters.append((one, f"read by the model only ({said}) and not borne out; it does not count"))
        elif one.outcome == "one_reader" and one.counted and any(_carries(line, one.subject) for line in review.codes):
            said = clip(one.values[one.readers[0]])
            matters.append((one, f"read by {_NAMES[one.readers[0]]} only ({said})"))
    return tuple(
        Matter(f"reader-{i}", told(one.subject, review.facts), reason, (), ())
        for i, (one, reason) in enumerate(matters, 1)
    )
