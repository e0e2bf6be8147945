"""Grounding a note of some 1,500 characters takes about 4 ms; the bound leaves room for a slow, busy machine."""

from __future__ import annotations

import time

from wording import NOTE, dose_of, said

from reviewer.extract.wire import WireEncounter
from reviewer.grounding import ground
from reviewer.language.drugs import finder
from reviewer.notes.note import Note
from validator.loading import default_rulebook

DRUGS = ("Decadron", "Aloxi", "Taxol", "carboplatin")


def note(number: int) -> Note:
    lines = [
        f"03/14/2026 Outpatient infusion unit, visit {number}. Right chest port accessed with 20g Huber, blood return.",
        "Patient arrived ambulatory with her daughter; identity confirmed by name and date of birth, armband applied.",
        "Here with no new complaints; slept well, eating and drinking, denies fever, chills or shortness of breath.",
        "Allergies reviewed, no changes. Weight and height entered; labs reviewed and within the treatment parameters.",
    ]
    for hour, drug in enumerate(DRUGS, 8):
        lines.append(f"{hour:02}05 {drug} {number % 90 + 10} mg IVPB started via R chest port, patient resting")
        lines.append(
            "Vital signs taken and stable, no complaints of pain, call light within reach, family at the chairside."
        )
        lines.append(f"{hour:02}35 {drug} complete, line flushed with NS 10 mL, no signs of reaction, site intact.")
    return Note(id=NOTE, text="\n".join(lines))


def wire(number: int) -> WireEncounter:
    return WireEncounter(
        administrations=tuple(
            dose_of(
                f"a{hour}",
                (drug, f"{drug} {number % 90 + 10} mg IVPB"),
                dose=(f"{number % 90 + 10} mg", f"{drug} {number % 90 + 10} mg"),
                route=("IVPB", f"{drug} {number % 90 + 10} mg IVPB"),
                start=(f"{hour:02}05", f"{hour:02}05 {drug}"),
                stop=(f"{hour:02}35", f"{hour:02}35 {drug} complete"),
                site=("R chest port", f"{hour:02}05 {drug} {number % 90 + 10} mg IVPB started via R chest port"),
            )
            for hour, drug in enumerate(DRUGS, 8)
        ),
        date_of_service=(said("03/14/2026"),),
    )


def test_grounding_is_quick() -> None:
    rulebook = default_rulebook()
    result = ground(wire(0), (note(0),), rulebook)
    assert all(a.start.known and a.stop.known and a.dose.known for a in result.encounter.administrations)
    taken = []
    for number in range(1, 8):
        fresh, claims = note(number), wire(number)
        finder(rulebook).find(fresh.text)  # in the street the reader has named the drugs before
        assert 1400 < len(fresh.text) < 1700
        started = time.perf_counter()
        ground(claims, (fresh,), rulebook)
        taken.append(time.perf_counter() - started)
    assert min(taken) < 0.015
