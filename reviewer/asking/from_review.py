"""Answers from a stored review: its lines, what was not supported and why, what is missing, with the note's words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from reviewer.asking.answer import Answer, Statement
from reviewer.asking.question import Question
from reviewer.review import Review
from validator.facts import Administration, Fact, Quantity
from validator.findings import CodeLine, MissingElement, NeedsHuman, NotCoded, NotSupported

SILENT = "The review says nothing of it."
MONEY = "A review says nothing of money."
_FACTS = {
    "start": r"\b(?:start\w*|beg[ai]n\w*|hung)\b",
    "stop": r"\b(?:stop\w*|end(?:s|ed)?|finish\w*|complet\w*)\b",
    "dose": r"\b(?:dose\w*|how much|amount)\b",
    "route": r"\b(?:route|how (?:was|were|is) .* given)\b",
    "technique": r"\b(?:push\w*|technique|how (?:was|were|is) .* given)\b",
    "duration_minutes": r"\b(?:minutes?|hours?|how long|duration)\b",
}
_TIMES = ("start", "stop")
_IF = re.compile(
    r"(?i)\bwhat (?:if|would)\b|\bwould (?:it|that|anything)\b|\bif\b.*\b(?:was|were|had|ended|stopped|started)\b"
)
_PERSON = re.compile(r"(?i)\b(?:person|human|somebody|decide[ds]?|open matters?)\b")
_WHY = re.compile(r"(?i)\bwhy\b|\bhow come\b")
_LINES = re.compile(r"(?i)\b(?:codes?|coded|lines?|supported|report\w*|bill\w*)\b")
_WORD = re.compile(r"[a-z][a-z-]{3,}")


def answer(question: Question, review: Review) -> Answer:
    """What the review says of the codes, drugs, elements and services that the question names, or of all its lines."""
    if "money" in question.matters:
        return Answer(hint=MONEY)
    if question.codes:
        found = [s for code in question.codes for s in _of_code(code, review)]
    else:
        found = _first(_by_matter(question, review))
    return Answer(tuple(dict.fromkeys(found)), "" if found else SILENT)


def _first(parts: Iterable[Iterable[Statement]]) -> list[Statement]:
    """What the first part that has anything says: the parts go from the narrow to the wide."""
    return next((found for part in parts if (found := list(part))), [])


def _by_matter(question: Question, review: Review) -> Iterator[Iterable[Statement]]:
    text, matters = question.text, set(question.matters)
    drugs = [one for one in review.facts.administrations if _names(text, str(one.drug.value or ""))]
    if _IF.search(text):
        yield _otherwise({one.id for one in drugs}, review)
        return
    if drugs:
        yield _of_drugs(drugs, question, review)
    yield _of_elements(text, review)
    beside: tuple[NotCoded | NeedsHuman, ...] = (*review.not_coded, *review.needs_human)
    yield [_of_entry(one) for one in beside if _names(text, one.subject)]
    if _PERSON.search(text):
        yield [_of_entry(one) for one in review.needs_human]
        yield [Statement("No matter of this review is for a person to decide.", "needs_human")]
    if matters & {"missing", "why_not"}:
        yield _missing(review)
    if matters & {"why"} or _LINES.search(text):
        yield (s for line in review.codes for s in _line(line))


def _names(text: str, subject: str) -> bool:
    """Whether a text has a word of a subject that is long enough to be a name."""
    words = set(_WORD.findall(text.casefold()))
    return any(word in words for word in _WORD.findall(subject.casefold()))


def _of_drugs(drugs: list[Administration], question: Question, review: Review) -> Iterator[Statement]:
    """Facts that the question asks for, with their words; where it asks why, what became of the drug."""
    ids = {one.id for one in drugs}
    asked = [name for name, words in _FACTS.items() if re.search(words, question.text, re.IGNORECASE)]
    if asked and not _WHY.search(question.text):
        names = dict.fromkeys((*asked, *(_TIMES if "duration_minutes" in asked else ())))
        for one in drugs:
            yield from (s for name in names if (s := _fact(one, name)))
        return
    for line in review.codes:
        if ids & set(line.administrations):
            yield from _line(line)
    for entry in review.not_supported:
        if ids & set(entry.administrations):
            yield from _unsupported(entry, review)
    yield from (_of_entry(one) for one in review.needs_human if ids & set(one.administrations))
    yield from (_of_entry(one) for one in review.not_coded if one.administration in ids)


def _fact(one: Administration, name: str) -> Statement | None:
    fact: Fact[Any] = getattr(one, name)
    path = f"facts.administrations.{one.id}.{name}"
    called = f"{one.drug.value} ({one.id}): {name.replace('_', ' ')}"
    if fact.known:
        by = f", entered by {fact.by}" if fact.by else ""
        return Statement(f"{called} {_value(fact.value)}{by}", path, (), fact.evidence)
    if name == "duration_minutes" and fact.standing == "not_stated":
        return None
    return Statement(f"{called} is not documented ({fact.standing.replace('_', ' ')})", path, (), fact.evidence)


def _value(value: object) -> str:
    return f"{value.amount} {value.unit}" if isinstance(value, Quantity) else str(value).replace("_", " ")


def _of_elements(text: str, review: Review) -> Iterator[Statement]:
    """Elements of the documentation that the question names: what is documented, or what is asked for."""
    for element, fact in review.facts.documentation.items():
        if fact.known and _names(text, element.replace("_", " ")):
            said = f"{element.replace('_', ' ')}: {'documented' if fact.value is True else fact.value}"
            yield Statement(said, f"facts.documentation.{element}", (), fact.evidence)
    for entry in review.missing:
        if (
            _names(text, entry.element.replace("_", " ").removesuffix(" time"))
            or entry.element.replace("_", " ") in text
        ):
            yield _element(entry, f"missing ({entry.tier}; {entry.fixable_by} can answer)")


def _otherwise(ids: set[str], review: Review) -> Iterator[Statement]:
    """What missing elements would change: of the drugs named, of all where none is."""
    for fix in review.fixes:
        if not ids or any(f"({one})" in fix.when for one in ids):
            yield Statement(fix.says, "fixes")


def _of_entry(entry: NotCoded | NeedsHuman) -> Statement:
    if isinstance(entry, NotCoded):
        return Statement(f"{entry.subject} is not reported: {entry.reason}", entry.rule or "not_coded")
    return Statement(f"{entry.subject} is for a person: {entry.reason}", entry.rule or "needs_human")


def _of_code(code: str, review: Review) -> Iterator[Statement]:
    for line in review.codes:
        if line.code == code:
            yield from _line(line)
            yield from _risks(line, review)
    for entry in review.not_supported:
        if entry.code == code:
            yield from _unsupported(entry, review)
    for human in review.needs_human:
        if human.code == code:
            yield Statement(f"{code} is for a person: {human.reason}", human.rule or "needs_human")
    for never in review.not_coded:
        if never.subject == code:
            yield _of_entry(never)


def _line(line: CodeLine) -> Iterator[Statement]:
    name = "-".join((line.code, *line.modifiers))
    for step in line.because:
        told = ", ".join(f"{key} {value}" for key, value in step.inputs.items() if isinstance(value, (int, str)))
        yield Statement(
            f"{name} x{line.units}: {step.says}{f' ({told})' if told else ''}", step.rule, step.citations, step.evidence
        )


def _risks(line: CodeLine, review: Review) -> Iterator[Statement]:
    for entry in review.missing:
        if entry.id in line.at_risk:
            yield _element(entry, f"{line.code} stands, at risk")


def _unsupported(entry: NotSupported, review: Review) -> Iterator[Statement]:
    yield Statement(f"{entry.code} x{entry.units} is not supported: {entry.reason}", entry.rule or "not_supported")
    for missing in review.missing:
        if missing.id in entry.missing_ids:
            yield _element(missing, "missing")


def _missing(review: Review) -> Iterator[Statement]:
    return (_element(entry, f"missing ({entry.tier})") for entry in review.missing)


def _element(entry: MissingElement, lead: str) -> Statement:
    said = f"{lead}: {entry.element.replace('_', ' ')}. {entry.question}"
    return Statement(said, entry.requirement, entry.citations, entry.near)
