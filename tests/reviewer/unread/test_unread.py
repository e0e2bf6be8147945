"""The net under the readers: what it shows, what it leaves alone, and that it earns, takes and hides nothing."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from fixture_files import NAMES, notes_of, review_of
from thorough import number
from unread.losing import encounters, is_seen, is_told, losses, second_givings

from reviewer.notes.note import Note
from reviewer.pipeline import judge, review
from reviewer.report import render
from reviewer.review import Review
from validator import validate
from validator.facts import Encounter, Fact, Setting, Standing, Trace
from validator.loading import default_rulebook

CASES = tomllib.loads((Path(__file__).parent / "unread.toml").read_text(encoding="utf-8"))["case"]
UNREAD = "unread-infusions"


def some(share: int) -> list[tuple[str, tuple[Note, ...], Setting | None]]:
    """One encounter in so many, chosen by its name, so that others may join; the benchmark tries them all."""
    return [one for one in encounters() if crc32(one[0].encode()) % share == 0]


def shown(text: str) -> list[str]:
    made = review((Note(id="note.txt", text=text),), rulebook=default_rulebook(), setting="facility")
    return [_words(trace) for trace in made.facts.unread]


def _words(trace: Trace) -> str:
    near = f" ~ {trace.may_be}" if trace.may_be and not trace.known else ""
    return (trace.named or "(none)") + near


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_what_a_note_shows_and_no_fact_has(case: dict[str, Any]) -> None:
    assert shown(case["note"]) == case["shown"]


def test_a_drug_hidden_under_another_name_is_told() -> None:
    tried = [
        (loss, review(loss.notes, rulebook=default_rulebook(), setting=loss.setting, explain=False))
        for name, notes, setting in some(45)
        for loss in losses(name, notes, setting, default_rulebook())
    ]
    lost = [
        f"{loss.encounter} {loss.how}: {loss.drug} as {loss.hidden}" for loss, made in tried if not is_told(loss, made)
    ]
    assert len(tried) > 80
    assert len(lost) <= 0.02 * len(tried), lost


def test_a_second_giving_of_a_drug_of_which_only_the_first_was_read_is_told() -> None:
    rulebook = default_rulebook()
    tried = [
        is_seen(missing, rulebook)
        for name, notes, _ in some(number(4, 8))
        for missing in second_givings(name, notes, rulebook)
    ]
    assert len(tried) > number(30, 15)
    assert sum(tried) >= 0.45 * len(tried)


def test_few_notes_alarm() -> None:
    every = [
        review(notes, rulebook=default_rulebook(), setting=setting, explain=False)
        for _, notes, setting in some(number(5, 10))
    ]
    assert sum(bool(made.facts.unread) for made in every) <= 0.03 * len(every)


def test_a_trace_is_a_matter_for_a_person_in_every_format() -> None:
    made, notes = review_of(UNREAD), notes_of(UNREAD)
    assert [matter.subject for matter in made.needs_human] == ["keytrudda", "Amino acid"]
    for form in ("text", "markdown", "html", "json"):
        told = render(made, form, notes, rulebook=default_rulebook())
        assert "keytrudda 200 mg" in told
        assert "it may be keytruda" in " ".join(told.split())


@pytest.mark.parametrize("name", NAMES)
def test_a_trace_changes_no_line_but_for_its_flag(name: str) -> None:
    made = review_of(name)
    traces = (_trace("u1", "Zorvakin"), _trace("u2", "paclitaxel", may_be="paclitaxel", known=True))
    with_it = _judged(made, made.facts.model_copy(update={"unread": traces}))
    without = _judged(made, made.facts.model_copy(update={"unread": ()}))
    plain = [line.model_copy(update={"flags": _others(line.flags)}) for line in with_it.codes]
    assert plain == list(without.codes)
    assert with_it.not_supported == without.not_supported
    assert with_it.missing == without.missing
    assert with_it.needs_human[2:] == without.needs_human


@pytest.mark.parametrize(
    ("drug", "by_vein", "flagged"),
    [
        ("paclitaxel", True, {"96365", "96374", "96360", "96409"}),
        ("ceftriaxone", True, {"96374", "96360"}),
        ("sodium chloride 0.9%", True, set()),
        (None, True, {"96365", "96374", "96360", "96409"}),
        ("paclitaxel", False, set()),
    ],
)
def test_an_initial_line_says_what_could_take_its_code(drug: str | None, by_vein: bool, flagged: set[str]) -> None:
    trace = _trace("u1", drug or "Zorvakin", may_be=drug, known=drug is not None, by_vein=by_vein)
    found, initial = set(), {"96365", "96374", "96360", "96409", "96413"}
    for name in NAMES:
        made = review_of(name)
        lines = _judged(made, made.facts.model_copy(update={"unread": (trace,)})).codes
        found |= {line.code for line in lines if "unread_service" in line.flags}
        assert all("unread_service" in line.flags for line in lines if line.code in flagged & initial)
    assert found == flagged


def test_a_person_settles_a_trace() -> None:
    facts = review_of(UNREAD).facts
    nothing = Fact[bool](value=False, standing=Standing.DENIED, by="A. Coder", why="a label, not a dose")
    denied = facts.unread[0].model_copy(update={"given": nothing})
    told = judge(facts.model_copy(update={"unread": (denied, facts.unread[1])}), rulebook=default_rulebook())
    assert [matter.subject for matter in told.needs_human] == ["Amino acid"]
    entered = Encounter.model_validate(
        {"administrations": [{"id": "entered-1", "drug": "Keytruda", "status": "given"}]}
    ).administrations
    more = facts.model_copy(update={"administrations": (*facts.administrations, *entered)})
    assert "keytrudda" not in {matter.subject for matter in judge(more, rulebook=default_rulebook()).needs_human}


def test_the_same_facts_give_the_same_traces_and_the_same_answer() -> None:
    first, again = (
        review(notes_of(UNREAD), rulebook=default_rulebook(), setting="facility").model_dump_json() for _ in range(2)
    )
    assert first == again
    facts = review_of(UNREAD).facts
    assert Encounter.model_validate_json(facts.model_dump_json()) == facts


def _trace(identity: str, named: str, **more: Any) -> Trace:
    words = {"note_id": "note.txt", "start": 0, "end": len(named), "text": named}
    return Trace.model_validate({"id": identity, "named": named, "evidence": (words,), **more})


def _judged(made: Review, facts: Encounter) -> Any:
    return validate(facts, default_rulebook(), policy=made.encounter.policy)


def _others(flags: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(flag for flag in flags if flag != "unread_service")
