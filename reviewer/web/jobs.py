"""What a worker does for a page: the review and its HTML together, so that the pages' own process only hands it on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

from reviewer.pipeline import ModelReading
from reviewer.queue.intake.billed import with_billed
from reviewer.review import Review
from reviewer.web.changes import NOTHING, Changes, changes
from reviewer.web.reopening import differences, policy_of, reopened
from reviewer.web.reviewing import Answered, Asked, again, judge, read, rulebook
from reviewer.web.showing import result_page
from validator.facts import Encounter


class Done(NamedTuple):
    """A review, its part of the page, and what differs from the review before, in sentences."""

    answered: Answered
    html: str
    sentences: tuple[str, ...] = ()


def reviewed(asked: Asked, reading: ModelReading | None = None, before: Review | None = None) -> Done:
    """Notes to a review and its page."""
    return _done(read(asked, reading), asked, before)


def judged(facts: Encounter, asked: Asked) -> Done:
    """Facts of a form to a review and its page."""
    return _done(judge(facts, asked), asked, None)


def corrected(before: Answered, facts: Encounter, asked: Asked, remarks: tuple[str, ...] = ()) -> Done:
    """Changed facts to a review and its page, with what they changed; `remarks` join those of the reading."""
    start = Answered(before.review, (*before.remarks, *remarks), before.alarms)
    return _done(again(start, facts, asked), asked, before.review)


def opened(review: str, asked: Asked, given: bool) -> tuple[Answered, Asked]:
    """A review as it is stored to one that a person goes on with; `given` where its policy came with the encounter."""
    stored = Review.model_validate_json(review)
    asked = asked if given else replace(asked, policy=policy_of(stored, asked.policy))
    return reopened(stored, asked), asked


def compared(before: str | None, after: str) -> tuple[str, ...]:
    """What differs between two stored reviews of one encounter, in sentences."""
    if before is None:
        return ()
    return differences(Review.model_validate_json(before), Review.model_validate_json(after))


def billed(review: Review, lines: tuple[dict[str, Any], ...]) -> Review:
    """A review with the billed lines that came with the encounter compared."""
    return with_billed(review, lines, rulebook())


def shown(answered: Answered, asked: Asked, before: Review | None = None) -> Done:
    """A review that stands, as a page."""
    return _done(answered, asked, before)


def _done(answered: Answered, asked: Asked, before: Review | None) -> Done:
    marks: Changes = changes(before, answered.review) if before is not None else NOTHING
    return Done(answered, result_page(answered, asked.notes, marks), marks.sentences)
