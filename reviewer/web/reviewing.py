"""The work behind the pages, as functions that a pool of processes can run: notes or facts in, review and page out.

Nothing here knows of browsers or sessions. Each worker loads the rulebook once.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import lru_cache

from reviewer import __version__, pipeline
from reviewer.notes.note import Note
from reviewer.pipeline import ModelReading
from reviewer.queue.rejudging import within_readings, within_stored
from reviewer.review import Review
from validator import validate
from validator.facts import Encounter, Setting
from validator.findings import Assessment
from validator.rulebook import Rulebook


@dataclass(frozen=True)
class Asked:
    """What a person asked for: the notes (none where facts are entered by hand), and what was chosen beside them."""

    notes: tuple[Note, ...] = ()
    setting: Setting | None = None
    date: dt.date | None = None
    policy: str | None = None


@dataclass(frozen=True)
class Answered:
    """A review, with what a new judgement of its facts cannot know: remarks of the reading, and alarms.

    `alarms` are why no code may be released (the notes may not be one encounter); they outlive every correction.
    `most` is the review beyond which nothing goes that no person entered, where a model read in the patterns' stead.
    """

    review: Review
    remarks: tuple[str, ...] = ()
    alarms: tuple[str, ...] = ()
    most: Review | None = None


@lru_cache(maxsize=1)
def rulebook() -> Rulebook:
    """The installed rulebook, once for each process."""
    from reviewer.commands_rules import installed_rulebook

    return installed_rulebook()


def warm() -> None:
    """Load what the first review would wait for."""
    from reviewer.web.showing import result_page

    note = Note(
        id="note", text="03/14/2026 paclitaxel 300 mg IV infusion started 09:10 ended 12:20 via port. Signed A RN"
    )
    result_page(read(Asked(notes=(note,))), (note,))


def read(asked: Asked, reading: ModelReading | None = None) -> Answered:
    """The review of notes, by the patterns and, where it is given, a model's reading beside them."""
    review = pipeline.review(
        asked.notes,
        rulebook=rulebook(),
        policy=asked.policy,
        setting=asked.setting,
        date=asked.date,
        extractor="patterns" if reading is None else "both",
        model=None if reading is None else lambda _notes, _rulebook: reading,
    )
    own = validate(review.facts, rulebook(), policy=asked.policy).notes_on_scope
    remarks = tuple(s for s in review.notes_on_scope if s not in own and not s.startswith(pipeline.NOT_RELEASED))
    return Answered(review, remarks, pipeline.alarms_of(review))


def judge(facts: Encounter, asked: Asked) -> Answered:
    """The review of facts that a person entered, without notes."""
    return Answered(pipeline.judge(facts, rulebook=rulebook(), policy=asked.policy))


def again(before: Answered, facts: Encounter, asked: Asked) -> Answered:
    """The review after a person changed facts: judged anew, nothing read anew."""
    assessment: Assessment = validate(facts, rulebook(), policy=asked.policy)
    if before.review.provenance.extractor == "llm":
        assessment = within_stored(assessment, before.most or before.review, facts, rulebook())
    if before.review.provenance.extractor == "both":
        assessment = within_readings(assessment, before.review, facts, asked.notes, rulebook(), asked.policy)
    if before.alarms:
        assessment = pipeline.withhold(assessment, before.alarms)
    else:
        assessment = pipeline.explained(assessment, facts, rulebook(), asked.policy)
    fields = {name: getattr(assessment, name) for name in Assessment.model_fields}
    fields |= {
        "facts": facts,
        "ungrounded": before.review.ungrounded,
        "notes_on_scope": (*before.remarks, *assessment.notes_on_scope),
        "billed": (),
        "comparison": None,
        "provenance": before.review.provenance.model_copy(
            update={
                "rulebook": rulebook().version,
                "policy": assessment.encounter.policy,
                "package": __version__,
                "edits": pipeline.edits_used(assessment, rulebook()),
            }
        ),
    }
    return replace(before, review=before.review.model_copy(update=fields))
