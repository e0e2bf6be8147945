"""Answers from a stored review: its lines, what was not supported and why, what is missing, with the note's words."""

from __future__ import annotations

from collections.abc import Iterator

from reviewer.asking.answer import Answer, Statement
from reviewer.asking.question import Question
from reviewer.review import Review
from validator.findings import CodeLine, MissingElement, NotSupported

SILENT = "The review says nothing of it."


def answer(question: Question, review: Review) -> Answer:
    """What the review says of the codes the question names; without a code, of what is missing or of every line."""
    found = [s for code in question.codes for s in _of_code(code, review)]
    if not question.codes:
        found = list(_missing(review)) if {"missing", "why_not", "documentation"} & {*question.matters} else []
        found = found or [s for line in review.codes for s in _line(line)][: len(review.codes) * 2]
    return Answer(tuple(dict.fromkeys(found)), "" if found else SILENT)


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
            yield Statement(f"{code} is not reported: {never.reason}", never.rule or "not_coded")


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
