"""What must hold for any notes and any claims: no crash, true spans, and no drug with another drug's times."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wording import NOTE, dose_of, first, grounded, said

from validator.facts import Fact, Frozen

DRUGS = ("Taxol", "carboplatin", "Zofran", "Decadron", "Benadryl", "Foobarmab")
LAYOUTS = {
    "stamped": ("{start} {drug} {dose} mg IVPB started", "{stop} {drug} complete"),
    "sentences": ("{drug} {dose} mg IVPB ran from {start} to {stop}.", ""),
    "labelled": ("{drug} {dose} mg IVPB, start {start}, stop {stop}.", ""),
    "list": ("{drug} {dose} mg IVPB {start}-{stop}", ""),
    "table": ("{drug} | {dose} mg | IVPB | {start} | {stop}", ""),
    "record": ("Drug: {drug}\nDose: {dose} mg\nStart: {start}\nStop: {stop}\n", ""),
}
HEADS = {"table": "DRUG | DOSE | ROUTE | START | STOP\n"}
JOINTS = {"list": "; ", "sentences": " ", "labelled": " "}


def written(layout: str, drugs: tuple[str, ...]) -> tuple[str, dict[str, dict[str, str]]]:
    """A note in one layout, and what it says of each drug."""
    told = {
        drug: {"drug": drug, "dose": f"{11 + 13 * number}", "start": f"{8 + number:02}05", "stop": f"{8 + number:02}47"}
        for number, drug in enumerate(drugs)
    }
    opening, closing = LAYOUTS[layout]
    parts = [opening.format(**facts) + ("\n" + closing.format(**facts) if closing else "") for facts in told.values()]
    return HEADS.get(layout, "") + JOINTS.get(layout, "\n").join(parts), told


@pytest.mark.parametrize("layout", LAYOUTS)
@given(st.permutations(DRUGS), st.integers(2, 6))
@settings(max_examples=15, deadline=None)
def test_no_drug_ever_gets_another_drugs_values(layout: str, order: list[str], count: int) -> None:
    text, told = written(layout, tuple(order[:count]))
    for drug, facts in told.items():
        own = first(text, dose_of("a1", drug, dose=f"{facts['dose']} mg", start=facts["start"], stop=facts["stop"]))
        assert (own.dose.known, own.start.known, own.stop.known, own.status.get()) == (True, True, True, "given")
        for other, wrong in told.items():
            if other != drug:
                claim = dose_of("a1", drug, dose=f"{wrong['dose']} mg", start=wrong["start"], stop=wrong["stop"])
                given_wrong = first(text, claim)
                assert not any(fact.known for fact in (given_wrong.dose, given_wrong.start, given_wrong.stop))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_start_and_stop_never_change_places(layout: str) -> None:
    text, told = written(layout, DRUGS[:3])
    for drug, facts in told.items():
        swapped = first(text, dose_of("a1", drug, start=facts["stop"], stop=facts["start"]))
        assert (swapped.start.known, swapped.stop.known) == (False, False)


def facts_of(entry: Any) -> list[Fact[Any]]:
    """Every fact anywhere below an entry."""
    if isinstance(entry, Fact):
        return [entry]
    if isinstance(entry, Frozen):
        return [fact for value in entry.__dict__.values() for fact in facts_of(value)]
    if isinstance(entry, dict):
        return [fact for value in entry.values() for fact in facts_of(value)]
    if isinstance(entry, (tuple, list)):
        return [fact for value in entry for fact in facts_of(value)]
    return []


WORDS = "0910;10:15 AM;Taxol;Zofran;140 mg;IVPB;complete;started;R chest port;22g PIV;held;next day;3/14;both;NS 250 mL"
FRAGMENT = st.sampled_from([*WORDS.split(";"), "\n", " | ", "\t", ". ", ", ", "\u200b", "\u202e", "", "½ hr"])
TEXT = st.lists(FRAGMENT, max_size=25).map(" ".join)


@given(TEXT, st.lists(FRAGMENT, min_size=8, max_size=8), st.lists(FRAGMENT, min_size=3, max_size=3))
@settings(max_examples=150, deadline=None)
def test_any_claim_on_any_note_is_judged_without_a_crash_and_with_true_spans(
    text: str, claims: list[str], quotes: list[str]
) -> None:
    names = ("drug", "dose", "route", "start", "stop", "duration", "site", "status")
    fields = {
        name: said(claim, quotes[n % 3] + " " + claim, at=n)
        for n, (name, claim) in enumerate(zip(names, claims, strict=True))
    }
    drug = fields.pop("drug")
    result = grounded(text, dose_of("a1", drug, **fields))
    for fact in facts_of(result.encounter):
        assert not fact.known or fact.evidence
        for evidence in fact.evidence:
            assert evidence.note_id == NOTE
            assert text[evidence.start : evidence.end] == evidence.text
    assert all(one.reason for one in result.ungrounded)


def test_the_same_claims_give_the_same_facts() -> None:
    text, told = written("stamped", DRUGS)
    claims = [
        dose_of(f"a{n}", drug, start=facts["start"], stop=facts["stop"]) for n, (drug, facts) in enumerate(told.items())
    ]
    assert grounded(text, *claims) == grounded(text, *claims)


def test_a_line_of_ten_thousand_characters_is_grounded() -> None:
    filler = "patient resting comfortably without complaints " * 210
    text = f"1000 Taxol 140 mg IVPB started {filler}\n1105 Taxol complete"
    given_drug = first(text, dose_of("a1", "Taxol", start="1000", stop="1105"))
    assert (given_drug.start.get(), given_drug.stop.get()) == ("10:00", "11:05")
