"""Grounding a note of some 1,500 characters takes less than 5 ms."""

from __future__ import annotations

import time

from wording import NOTE, dose_of, said

from reviewer.extract.wire import WireEncounter
from reviewer.grounding import ground
from reviewer.notes.note import Note
from validator.loading import default_rulebook

DRUGS = ("Decadron", "Aloxi", "Emend", "Taxol", "carboplatin", "Benadryl", "Pepcid", "Zofran")


def note(number: int) -> Note:
    lines = [
        f"03/14/2026 Outpatient infusion unit, visit {number}. Right chest port accessed with 20g Huber, blood return."
    ]
    for hour, drug in enumerate(DRUGS, 8):
        lines.append(
            f"{hour:02}05 {drug} {number % 90 + 10} mg IVPB started via R chest port, patient resting, vitals stable, no complaints of pain"
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
        assert 1400 < len(fresh.text) < 2000
        started = time.perf_counter()
        ground(claims, (fresh,), rulebook)
        taken.append(time.perf_counter() - started)
    assert min(taken) < 0.005
