"""Sentences without full stops between them: where one begins, and where a capital begins none."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from itertools import pairwise
from typing import Any

import pytest
from corpus_notes import corpus_notes, services
from thorough import number

from reviewer.language.as_read import as_read
from reviewer.language.unstopped import begins
from reviewer.notes.note import Note
from reviewer.pipeline import review
from validator.loading import default_rulebook

_STOPS = re.compile(r"(?<=[a-z0-9)])(?<!Dr)(?<!Mr)(?<!Ms)(?<!Mrs)(?<!pt)\.(?= [A-Z])")


def parted(text: str) -> list[str]:
    places = [0, *begins(text), len(text)]
    return [text[start:end].strip() for start, end in pairwise(places)]


@pytest.mark.parametrize(
    "sentences",
    [
        ["Pepcid 20 mg slow IV push at 0952", "Docetaxel 125 mg in 250 mL was hung at 1012", "She napped"],
        ["Zoledronic acid 4 mg IVPB was infused from 1010 to 1031", "Line flushed and hep locked"],
        ["Keytruda 200 mg IV ran 1300 to 1331 without incident", "Benadryl 25 mg IVP 1255 for itching"],
        ["Remicade 400 mg up at 9:05a, down 11:10a", "Solu-Medrol 40 mg IVP 8:50a in the left hand"],
        ["Venofer 200 mg IV was started at 9:05 am and ended at 9:40 am", "The patient went home"],
        ["Rituxan 700 mg hung 0930, done 1340 by the port", "Toradol 15 mg IVP 0915"],
    ],
)
def test_a_sentence_begins(sentences: list[str]) -> None:
    assert parted(" ".join(sentences)) == sentences


@pytest.mark.parametrize(
    "text",
    [
        "0905 Port accessed by RN, flushed well 0912 Zofran 8 mg IVP 0918 Decadron 10 mg IVP 0930 Taxol 140 mg IVPB up",
        "At 0930 Taxol 140 mg was hung by a nurse, at 1035 Benadryl 25 mg IVP, and at 1040 Pepcid 20 mg IVP was given",
        "The nurse gave Zofran 8 mg IVP at 0905, then hung Taxol 140 mg and pushed Pepcid 20 mg IVP, followed by Aloxi",
        "Paclitaxel 140 mg IV Start 0910 Stop 1015 Rate 250 mL/hr Site R chest port, given by the RN who signed below",
        "Orders reviewed with Dr. Okafor and with Nurse Bell, patient of the Breast Center at St. Mary Medical Center",
        "0930 | Taxol 140 mg was hung | 1035 Taxol 140 mg finished | She went home at 1100 with her husband and son",
        "Got Venofer 200 mg IV push at 1310 through the left hand and then another Venofer 100 mg IV push at 1340",
    ],
)
def test_no_sentence_begins(text: str) -> None:
    assert parted(text) == [text]


def test_the_words_of_the_note_stay_where_they_are() -> None:
    words = "Pepcid 20 mg slow IV push at 0952 Docetaxel 125 mg in 250 mL NS was hung at 1012 and finished at 1142"
    note = as_read(Note(id="n", text=words))
    assert note.places is not None
    assert "0952. Docetaxel" in note.text
    assert (
        "".join(words[place] for place, letter in zip(note.places, note.text, strict=False) if letter != ".") == words
    )


def test_hardly_a_note_with_its_full_stops_gets_one() -> None:
    assert sum(any(begins(e["note"])) for e in corpus_notes()) <= len(corpus_notes()) // 100


def _gains(encounter: dict[str, Any]) -> bool:
    """Whether it gives a unit beyond the answer made by hand once its full stops are gone."""
    note = Note(id="note.txt", text=_STOPS.sub("", encounter["note"]))
    made = review((note,), rulebook=default_rulebook(), setting=encounter["setting"], explain=False)
    units = Counter(dict(encounter["codes"]))
    return bool(set(services(made) - units) - set(encounter.get("allowed", ())))


def test_a_note_without_full_stops_within_its_lines_earns_no_more() -> None:
    """Nine notes in ten and more; without the stops restored here it was one in ten that gave a unit too many."""
    sample = [e for e in corpus_notes() if zlib.crc32(e["id"].encode()) % number(8, 24) == 1]
    over = [e["id"] for e in sample if _gains(e)]
    assert len(sample) >= 50
    assert len(over) <= len(sample) // 20, over
