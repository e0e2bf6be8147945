"""A stored review taken up again, and two versions of one encounter beside each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reviewer.queue.rejudging import OF_BILLED, explained
from reviewer.report.words import element
from reviewer.review import Review
from reviewer.web.changes import changes
from reviewer.web.correcting import FIELDS, OF_ENCOUNTER, Field, said, told_of
from reviewer.web.reviewing import Answered, Asked, rulebook
from validator import validate
from validator.facts import Encounter, Fact, Standing

_NOT_RELEASED = "No code is released: "
_NOT_CARRIED = "corrected in the version before, and not carried over: "


def reopened(review: Review, asked: Asked) -> Answered:
    """A stored review as one that a person goes on with: what it would gain told, remarks and alarms apart.

    What is said of billed lines is said anew when they are compared again.
    """
    own = validate(review.facts, rulebook(), policy=asked.policy).notes_on_scope
    alarms = tuple(s.removeprefix(_NOT_RELEASED) for s in review.notes_on_scope if s.startswith(_NOT_RELEASED))
    remarks = tuple(s for s in review.notes_on_scope if s not in own and not s.startswith((_NOT_RELEASED, *OF_BILLED)))
    return Answered(explained(review, rulebook()), remarks, alarms)


def policy_of(review: Review, policy: str | None) -> str | None:
    """The policy that corrected facts are to be judged by: None where facts alone chose it, so that they may again."""
    chosen = validate(review.facts, rulebook()).encounter.policy
    return None if policy == chosen else policy


def entered(facts: Encounter) -> Iterator[str]:
    """What people changed in facts, in words: what, to which value, who and why."""
    for item in facts.administrations:
        for name, field in FIELDS.items():
            yield from _told(facts, f"administrations.{item.id}.{name}", field, getattr(item, name))
    for name, field in OF_ENCOUNTER.items():
        yield from _told(facts, f"encounter.{name}", field, getattr(facts.encounter, name))
    for name, fact in facts.documentation.items():
        yield from _told(facts, f"documentation.{name}", Field(element(name)), fact)


def _told(facts: Encounter, path: str, field: Field, fact: Fact[Any]) -> Iterator[str]:
    if fact.by and fact.why and fact.standing in (Standing.ENTERED, Standing.DENIED):
        yield f"{told_of(facts, path, field)}: {said(fact)} ({fact.by}: {fact.why})"


def differences(before: Review, after: Review) -> tuple[str, ...]:
    """What a newer version changes, in sentences; and which corrections of the older one it does not have."""
    lost = set(entered(before.facts)) - set(entered(after.facts))
    return (*changes(before, after).sentences, *(f"{_NOT_CARRIED}{one}" for one in sorted(lost)))
