"""A stored review taken up again, and two versions of one encounter beside each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from reviewer.pipeline import NOT_RELEASED, alarms_of
from reviewer.queue.rejudging import OF_BILLED, explained
from reviewer.review import Review
from reviewer.verify.people import struck_by
from reviewer.web.carrying import Carried, carry, corrections, told
from reviewer.web.changes import changes
from reviewer.web.reviewing import Answered, Asked, again, rulebook
from validator import validate

_CARRIED, _NOT_CARRIED = "corrected before, and carried over: ", "corrected before, and NOT carried over: "
_AGREED = "corrected before, and now told by the notes: "


def reopened(review: Review, asked: Asked) -> Answered:
    """A stored review as one that a person goes on with: what it would gain told, remarks and alarms apart.

    What is said of billed lines is said anew when they are compared again.
    """
    own = validate(review.facts, rulebook(), policy=asked.policy).notes_on_scope
    remarks = tuple(s for s in review.notes_on_scope if s not in own and not s.startswith((NOT_RELEASED, *OF_BILLED)))
    return Answered(explained(review, rulebook()), remarks, alarms_of(review), review)


def policy_of(review: Review, policy: str | None) -> str | None:
    """The policy that corrected facts are to be judged by: None where facts alone chose it, so that they may again."""
    chosen = validate(review.facts, rulebook()).encounter.policy
    return None if policy == chosen else policy


def entered(review: Review) -> Iterator[str]:
    """What people changed in the facts of a review, in words: what, to which value, who and why."""
    for one in corrections(review.facts):
        yield told(review.facts, one)
    for sentence in review.notes_on_scope:
        if gone := struck_by(sentence):
            yield f"{gone.what}: struck ({gone.by}: {gone.why})"


def differences(before: Review, after: Review, agreed: tuple[str, ...] = ()) -> tuple[str, ...]:
    """What a newer version changes, in sentences; and which corrections of the older one it has, and has not.

    `agreed` are those that its notes tell themselves.
    """
    had, has = set(entered(before)), set(entered(after))
    return (
        *changes(before, after).sentences,
        *(f"{_CARRIED}{one}" for one in sorted(had & has)),
        *(f"{_AGREED}{one}" for one in agreed),
        *(f"{_NOT_CARRIED}{one}" for one in sorted(had - has - set(agreed))),
    )


def with_corrections(before: Review, read: Review, anew: Answered, asked: Asked) -> tuple[Answered, Carried]:
    """A newer reading with the corrections of the one before, where the fact is still told alike; and which they are.

    `read` is the review of the notes before anybody corrected it.
    """
    carried = carry(read.facts, before.facts, anew.review.facts, before.notes_on_scope)
    if not carried.taken:
        return anew, carried
    start = replace(anew, remarks=(*anew.remarks, *carried.remarks))
    return again(start, carried.facts, asked), carried
