"""Corrections carried to a newer reading: where the fact is told as before they hold, else a person is told."""

from __future__ import annotations

from typing import Any

import pytest

from reviewer.notes.note import Note
from reviewer.web.carrying import Carried, carry, corrections
from reviewer.web.correcting import FIELDS, OF_ENCOUNTER, OF_SITE, Field, added, changed, signed, struck
from reviewer.web.correcting_sites import ANOTHER, paused, sited, unpaused
from reviewer.web.reviewing import Asked, read
from validator.facts import Encounter

WHO = signed("Ada Coder", "MAR")
NOTE = """Date of service: 03/14/2026
0855 ondansetron 8 mg IV push via port
0905 paclitaxel 80 mg IVPB via port
"""
LATER = "Addendum 03/15/2026 for 03/14/2026: patient tolerated well. S. Alvarez RN\n"
STOPPED = "Addendum 03/15/2026 for 03/14/2026: paclitaxel infusion stopped at 1010. S. Alvarez RN\n"
MORE = "Addendum for 03/14/2026: 1015 diphenhydramine 25 mg IV push via port. S. Alvarez RN\n"


def told(*texts: str) -> Encounter:
    return read(Asked(notes=tuple(Note(id=f"note {n}", text=text) for n, text in enumerate(texts)))).review.facts


def of(facts: Encounter, drug: str) -> Any:
    return next(a for a in facts.administrations if (a.drug.value or "").casefold() == drug)


def stopped(facts: Encounter, at: str = "10:10") -> Encounter:
    path = f"administrations.{of(facts, 'paclitaxel').id}.stop"
    return changed(facts, path, at, WHO, FIELDS["stop"])


def carried(corrected: Encounter, *more: str, sentences: tuple[str, ...] = (), note: str = NOTE) -> Carried:
    return carry(told(note), corrected, told(note, *more), sentences)


def test_a_corrected_time_goes_along_where_the_notes_tell_it_as_before() -> None:
    after = carried(stopped(told(NOTE)), LATER)
    stop = of(after.facts, "paclitaxel").stop
    assert (stop.value, stop.by, stop.why) == ("10:10", "Ada Coder", "MAR")
    assert after.taken == ("stop of paclitaxel 80 mg: 10:10 (Ada Coder: MAR)",)
    assert of(after.facts, "ondansetron") == of(told(NOTE, LATER), "ondansetron")


def test_a_time_that_the_new_notes_tell_themselves_is_theirs() -> None:
    same, other = carried(stopped(told(NOTE)), STOPPED), carried(stopped(told(NOTE), "11:30"), STOPPED)
    for one in (same, other):
        assert of(one.facts, "paclitaxel").stop.by is None
        assert of(one.facts, "paclitaxel").stop.value.endswith("10:10")
        assert one.taken == ()
    assert same.agreed == ("stop of paclitaxel 80 mg: 10:10 (Ada Coder: MAR)",)
    assert other.agreed == ()


def test_facts_of_the_visit_of_documents_and_of_sites_go_along() -> None:
    facts = told(NOTE)
    site = facts.access_sites[0].id
    facts = changed(facts, "encounter.payer", "commercial", WHO, OF_ENCOUNTER["payer"])
    facts = changed(facts, "documentation.signed_order", "yes", WHO, Field("Order", choices=("yes", "no")))
    facts = changed(facts, "documentation.informed_consent", "no", WHO, Field("Consent", choices=("yes", "no")))
    facts = changed(facts, f"access_sites.{site}.location", "left chest", WHO, OF_SITE["location"])
    after = carried(facts, LATER)
    assert set(corrections(after.facts)) == set(corrections(facts))
    assert len(after.taken) == 4


def test_a_site_that_a_person_named_goes_along_with_what_was_given_through_it() -> None:
    facts = told(NOTE)
    identity = of(facts, "ondansetron").id
    facts = sited(facts, identity, ANOTHER, {"kind": "peripheral_iv", "location": "left hand"}, WHO)
    after = carried(facts, LATER)
    at = of(after.facts, "ondansetron").access_site
    assert next(s for s in after.facts.access_sites if s.id == at.value).kind.value == "peripheral_iv"
    assert "access site of ondansetron 8 mg: peripheral IV left hand (Ada Coder: MAR)" in after.taken


def test_pauses_go_along_where_the_notes_tell_the_same_ones() -> None:
    told_pause = NOTE + "0930 paclitaxel infusion paused. 0940 resumed.\n1010 paclitaxel infusion complete.\n"
    facts = told(told_pause)
    item = of(facts, "paclitaxel")
    assert len(item.interruptions) == 1
    without = unpaused(facts, f"administrations.{item.id}.interruptions.0", WHO)
    longer = paused(facts, item.id, {"start": "09:50", "stop": "09:55"}, WHO)
    for corrected in (without, longer):
        after = carried(corrected, LATER, note=told_pause)
        assert of(after.facts, "paclitaxel").interruptions == of(corrected, "paclitaxel").interruptions
        assert after.taken
    moved = told_pause.replace("0940 resumed", "0950 resumed")
    assert carry(facts, without, told(moved)).taken == ()


def test_what_a_person_added_goes_along_only_where_the_notes_tell_of_nothing_more() -> None:
    extra = {"drug": "diphenhydramine", "dose": "25 mg", "route": "intravenous", "technique": "push", "start": "10:15"}
    facts = added(told(NOTE), extra, "", WHO)
    assert of(carried(facts, LATER).facts, "diphenhydramine").dose.by == "Ada Coder"
    # The addendum tells of it itself: with the person's own beside it, it would count twice.
    twice = carried(facts, MORE)
    assert [a.drug.value for a in twice.facts.administrations].count("diphenhydramine") == 1
    assert of(twice.facts, "diphenhydramine").dose.by is None


def test_what_was_struck_is_struck_again_where_all_of_it_is_told_as_before() -> None:
    facts = told(NOTE)
    left, sentence = struck(facts, of(facts, "ondansetron").id, WHO)
    after = carried(left, LATER, sentences=("something else", sentence))
    assert [a.drug.value for a in after.facts.administrations] == ["paclitaxel"]
    assert after.remarks == (sentence,)
    assert carried(left, LATER).remarks == ()  # nobody said that it was struck
    unlike = carry(facts, left, told(NOTE.replace("8 mg", "16 mg")), (sentence,))
    assert len(unlike.facts.administrations) == 2


@pytest.mark.parametrize("more", [LATER, MORE, STOPPED, LATER + MORE])
def test_nothing_but_the_corrections_is_changed(more: str) -> None:
    assert carry(told(NOTE), told(NOTE), told(NOTE, more)).facts == told(NOTE, more)
