"""Line ends that a width put in are read as blanks; those that the writer meant stay."""

from __future__ import annotations

import textwrap

import pytest

from reviewer.language.hard_wraps import unwrapped

PROSE = (
    "Patient arrived ambulatory for cycle 3 of paclitaxel and carboplatin. Right chest port was accessed with a 20 "
    "gauge needle and a brisk blood return was noted. Ondansetron 16 mg IVPB was infused from 08:40 to 09:00, and "
    "paclitaxel 300 mg was then started at 09:10 and completed at 12:14 without any reaction. The port was flushed and "
    "de-accessed."
)
ENTRIES = """0840 Ondansetron 16 mg IVPB started via right chest port
0900 Ondansetron complete
0910 Paclitaxel 300 mg in 500 mL NS IVPB started via right chest port, filter in line
1214 Paclitaxel complete
1220 Port flushed, needle out"""


@pytest.mark.parametrize("width", [45, 60, 72, 80, 100])
def test_a_paragraph_broken_at_a_width_is_one_line_again(width: int) -> None:
    assert unwrapped(textwrap.fill(PROSE, width)) == PROSE


def test_every_entry_of_a_note_with_one_entry_a_line_keeps_its_line() -> None:
    assert unwrapped(ENTRIES) == ENTRIES


def test_an_entry_broken_at_a_width_is_joined_and_the_next_is_not() -> None:
    broken = "\n".join(textwrap.fill(line, 50) for line in ENTRIES.split("\n"))
    assert broken != ENTRIES
    assert unwrapped(broken) == ENTRIES


@pytest.mark.parametrize(
    "text",
    [
        "MAR\nPaclitaxel 300 mg | IVPB | 0910 | 1214 | right chest port\nCarboplatin 500 mg | IVPB | 1220 | 1250 |",
        "Drug            Dose     Route   Start   Stop\nPaclitaxel      300 mg   IVPB    0910    1214\nDexamethasone   "
        "12 mg    IV      0855    0900",
        "- paclitaxel 300 mg IVPB through the right chest port\n- carboplatin 500 mg IVPB through the same port",
        "Diagnosis of record: stage IIIC ovarian carcinoma, recurrent\nAllergies: none known, patient or chart",
        "date,drug,dose,route,start,end\n2026-03-14,paclitaxel,300 mg,IVPB,09:10,12:14\n2026-03-14,carboplatin,500 mg,"
        "IVPB,12:20,12:40",
    ],
)
def test_rows_items_and_labels_stay_on_lines_of_their_own(text: str) -> None:
    assert unwrapped(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "Ferric carboxymaltose for iron deficiency was infused from\n9:10 a.m. to 9:40 a.m. in the left forearm.",
        "Xgeva given for bone metastases of the breast, 120 mg SQ\nL arm at 1020, no premedication needed for it.",
        "Solu-Medrol for the flare, through the left forearm, 125 mg\nIV push at 0944.",
        "Benlysta 720 mg in normal saline was infused today; albumin\n25% 75 g was not needed.",
    ],
)
def test_what_stops_in_the_middle_of_something_goes_on(text: str) -> None:
    assert unwrapped(text) == text.replace("\n", " ")


def test_the_length_never_changes() -> None:
    for text in (textwrap.fill(PROSE, 60), ENTRIES, "", "\n", "a\nb", "x" * 200 + "\ny"):
        assert len(unwrapped(text)) == len(text)
