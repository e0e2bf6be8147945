"""What a worker does for a page: the review and its HTML together, so that the pages' own process only hands it on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

from reviewer.pipeline import ModelReading
from reviewer.queue.intake.billed import with_billed
from reviewer.review import Review
from reviewer.web.changes import NOTHING, Changes, changes
from reviewer.web.reopening import differences, entered, policy_of, reopened, with_corrections
from reviewer.web.reviewing import Answered, Asked, again, judge, read, rulebook
from reviewer.web.showing import result_page
from validator.facts import Encounter

_TO_ENTER = "corrected before, and to be looked at again when it is reviewed: "


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
    start = replace(before, remarks=(*before.remarks, *remarks))
    return _done(again(start, facts, asked), asked, before.review)


def opened(review: str, asked: Asked, given: bool) -> tuple[Answered, Asked]:
    """A review as it is stored to one that a person goes on with; `given` where its policy came with the encounter."""
    stored = Review.model_validate_json(review)
    asked = asked if given else replace(asked, policy=policy_of(stored, asked.policy))
    return reopened(stored, asked), asked


class CarriedOver(NamedTuple):
    """What a newer version changes, in sentences; its review with corrections of the older one, None without any."""

    sentences: tuple[str, ...]
    review: Review | None = None
    taken: tuple[str, ...] = ()


def carried_over(before: str, asked: Asked, after: str | None, asked_anew: Asked, given: bool) -> CarriedOver:
    """Two stored reviews of one encounter beside each other, both read by the patterns, corrections carried over.

    Where the newer one is not reviewed yet, the corrections that will be missing are named.
    """
    old = Review.model_validate_json(before)
    if after is None:
        return CarriedOver(tuple(f"{_TO_ENTER}{one}" for one in entered(old)))
    anew, asked_anew = opened(after, asked_anew, given)
    if not any(entered(old)):
        return CarriedOver(differences(old, anew.review))
    made, carried = with_corrections(old, read(asked).review, anew, asked_anew)
    sentences = differences(old, made.review, carried.agreed)
    return CarriedOver(sentences, made.review if carried.taken else None, carried.taken)


def refined(first: Review, corrected: Review, anew: Answered, asked: Asked) -> tuple[Done, tuple[str, ...]]:
    """A reading of both readers with what a person corrected on the patterns' own, and which of it was carried over."""
    made, carried = with_corrections(corrected, first, anew, asked)
    done = _done(made, asked, corrected)
    return done._replace(sentences=differences(corrected, made.review, carried.agreed)), carried.taken


def billed(review: Review, lines: tuple[dict[str, Any], ...]) -> Review:
    """A review with the billed lines that came with the encounter compared."""
    return with_billed(review, lines, rulebook())


def shown(answered: Answered, asked: Asked, before: Review | None = None) -> Done:
    """A review that stands, as a page."""
    return _done(answered, asked, before)


def _done(answered: Answered, asked: Asked, before: Review | None) -> Done:
    marks: Changes = changes(before, answered.review) if before is not None else NOTHING
    return Done(answered, result_page(answered, asked.notes, marks), marks.sentences)
