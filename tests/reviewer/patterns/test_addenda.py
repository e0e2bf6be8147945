"""The day on which an addendum was written is no second date of service; a visit told in one still is."""

from __future__ import annotations

import pytest

from reviewer.commands_rules import bundled_rulebook
from reviewer.notes.note import Note
from reviewer.pipeline import review
from reviewer.review import Review

NOTE = "Date of service: 03/14/2026\n0905 paclitaxel 80 mg IVPB via port. Consent signed. S. Alvarez RN\n"


def reviewed(*texts: str) -> Review:
    notes = tuple(Note(id=f"note {place}", text=text) for place, text in enumerate(texts))
    return review(notes, rulebook=bundled_rulebook())


@pytest.mark.parametrize(
    "addendum",
    [
        "Addendum 03/15/2026 14:20: paclitaxel infusion stopped at 1010. S. Alvarez RN",
        "ADDENDUM (03/15/2026 1420): paclitaxel infusion stopped at 1010. S. Alvarez RN",
        "Late entry 03/15/2026 for 03/14/2026: paclitaxel infusion stopped at 1010. S. Alvarez RN",
        "Late entry written 03/15/2026 0830: paclitaxel infusion stopped at 1010. S. Alvarez RN",
        "03/15/2026 0830 Addendum: paclitaxel infusion stopped at 1010. S. Alvarez RN",
    ],
)
@pytest.mark.parametrize("apart", [True, False], ids=["a note of its own", "in the note"])
def test_the_stamp_of_an_addendum_is_the_day_of_writing(addendum: str, apart: bool) -> None:
    made = reviewed(NOTE, addendum) if apart else reviewed(f"{NOTE}{addendum}\n")
    assert str(made.facts.encounter.date_of_service.get()) == "2026-03-14"
    # 09:05 to 10:10 is 65 minutes: one first hour.
    assert {line.code: line.units for line in made.codes}.get("96413") == 1


@pytest.mark.parametrize(
    "other",
    [
        "Addendum 03/15/2026 14:20: returned today, ondansetron 8 mg IV push given 1430 via port. S. Alvarez RN",
        "Addendum: 03/15/2026 1430 ondansetron 8 mg IV push via port. S. Alvarez RN",
        "Nursing note 03/15/2026. 1430 ondansetron 8 mg IV push via port. S. Alvarez RN",
    ],
)
def test_another_day_that_is_told_still_withholds_every_code(other: str) -> None:
    assert reviewed(NOTE.replace("port.", "port, stopped 1010."), other).codes == ()


def test_a_late_entry_alone_is_dated_by_its_only_date() -> None:
    made = reviewed("Late entry 03/14/2026: paclitaxel 80 mg IVPB 0905-1010 via port. S. Alvarez RN")
    assert str(made.facts.encounter.date_of_service.get()) == "2026-03-14"
