"""The linter: one query to the problems that must be mended before it is sent. Deterministic, no model, no network."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from reviewer.queries.checks import CHECKS
from reviewer.queries.rules import LintRule, LintRules, installed_lint_rules
from reviewer.queries.structure import Place
from reviewer.queries.text import Query
from validator.facts import Frozen

LONGEST_QUERY = 200_000
_MOST_OF_ONE_RULE = 20


class Problem(Frozen):
    """One problem: its line in the file, the words, the kind and rule, why it matters, how to say it neutrally."""

    line: int
    words: str
    kind: str
    rule: str
    why: str
    instead: str


def lint(text: str, *, on: date | None = None, rules: LintRules | None = None) -> tuple[Problem, ...]:
    """The problems of a query, by line; none: it may be sent. `on` judges by the rules in force on that day."""
    rules = rules or installed_lint_rules()
    query = Query(text)
    found: dict[tuple[int, str, str], Problem] = {}
    for rule in rules.rules:
        if not rule.in_force(on):
            continue
        for count, (start, end) in enumerate(_places(rule, query, rules)):
            if count >= _MOST_OF_ONE_RULE:
                break
            problem = _problem(rule, query, start, end)
            found.setdefault((problem.line, problem.words, problem.rule), problem)
    return tuple(sorted(found.values(), key=lambda one: (one.line, one.rule, one.words)))


def _problem(rule: LintRule, query: Query, start: int, end: int) -> Problem:
    stretch = query.text[start:end]
    start += len(stretch) - len(stretch.lstrip())
    return Problem(
        line=query.line(start),
        words=query.words(start, end),
        kind=rule.kind,
        rule=rule.id,
        why=rule.why,
        instead=rule.instead,
    )


def _places(rule: LintRule, query: Query, rules: LintRules) -> Iterator[Place]:
    if rule.check:
        yield from CHECKS[rule.check](query, rules)
        return
    assert rule.pattern is not None
    for sentence in query.full_sentences if rule.quotes_too else query.sentences:
        for count, found in enumerate(rule.pattern.finditer(sentence.text)):
            if count == 0 and rule.unless is not None and rule.unless.found(sentence.text):
                break
            if found[0].strip():
                yield sentence.start + found.start(), sentence.start + found.end()
