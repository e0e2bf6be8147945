"""A drug named only as what another ran beside was given too, with unknown times (decision 1, CONC-5)."""

from __future__ import annotations

from collections import Counter

import pytest

from reviewer.extract.patterns import read
from reviewer.grounding import ground
from reviewer.notes.note import Note
from reviewer.pipeline import review
from validator.findings import Assessment
from validator.loading import default_rulebook

HEAD = "DOS 03/14/2026. Infusion nursing note.\nRight chest port accessed.\n"
ALONE = Counter({"96365": 1, "96366": 1})  # leucovorin for 120 minutes, nothing beside it
BESIDE = "whether leucovorin ran beside or after"


def notes(text: str) -> tuple[Note, ...]:
    return (Note(id="note.txt", text=HEAD + text),)


def reviewed(text: str) -> Assessment:
    return review(notes(text), rulebook=default_rulebook(), setting="facility")


def codes(text: str) -> Counter[str]:
    return Counter({line.code: line.units for line in reviewed(text).codes if line.kind != "drug"})


def given(text: str) -> list[str]:
    rulebook = default_rulebook()
    encounter = ground(read(notes(text), rulebook), notes(text), rulebook).encounter
    return [str(a.drug.get()).lower() for a in encounter.administrations if a.status.get() == "given"]


@pytest.mark.parametrize(
    "words",
    [
        "0930 Leucovorin 700 mg IVPB started, Y-sited with oxaliplatin. 1130 Leucovorin complete.",
        "0930 Leucovorin 700 mg IVPB started without difficulty, Y-sited with oxaliplatin. 1130 Leucovorin complete.",
        "0930 Leucovorin 700 mg IVPB started per order, Y-sited with oxaliplatin. 1130 Leucovorin complete.",
        "Leucovorin 700 mg IV 0930-1130 run concurrently with oxaliplatin.",
        "Leucovorin 700 mg IVPB via port from 0930 to 1130, simultaneously with oxaliplatin 150 mg.",
        "Leucovorin 700 mg IV from 0930 to 1130 alongside oxaliplatin.",
        "0930 Leucovorin 700 mg IV started via Y-site with oxaliplatin\n1130 leucovorin done",
        "Leucovorin 700 mg IV 0930-1130 together with the Eloxatin.",
        "Leucovorin 700 mg IV 0930-1130 y'd into oxaliplatin.",
        "Leucovorin 700 mg IV 0930-1130 piggybacked to the running oxaliplatin.",
        "Leucovorin 700 mg IV 0930-1130 over the same time as oxaliplatin.",
        "Leucovorin 700 mg IV 0930-1130 with oxali y-site.",
        "Leucovorin 700mg IVPB 0930-1130 w/ oxaliplatin via Y-site",
        "Leucovorin 700 mg IVPB 0930-1130 (concurrent w/ oxaliplatin).",
        "Concurrently with oxaliplatin, leucovorin 700 mg IV 0930-1130.",
        "0930 Leucovorin 700 mg IVPB started.\n0935 Y-sited with oxaliplatin.\n1130 Leucovorin complete.",
        "Drug | Dose | Route | Start | Stop | Comment\n"
        "Leucovorin | 700 mg | IVPB | 0930 | 1130 | Y-sited with oxaliplatin",
        "leucovorin 400 mg IVPB 0930-1130 as ordered with oxaliplatin",
        "0930 Leucovorin 700 mg IVPB started as ordered with oxaliplatin.\n1130 Leucovorin complete.",
        "Leucovorin 700 mg IVPB 0930-1130 per protocol with oxaliplatin.",
        "Leucovorin 700 mg IVPB 0930-1130 per FOLFOX protocol, with the oxaliplatin, tolerated well.",
        "Leucovorin 700 mg IVPB from 0930 to 1130 per Dr. Lee's order w/ Eloxatin.",
        "Leucovorin 700 mg IVPB 0930-1130 as prescribed, concurrently with oxaliplatin.",
        "Leucovorin 700 mg IVPB 0930-1130 as ordered, alongside oxaliplatin.",
        "Leucovorin 700 mg given IVPB 0930-1130 with oxaliplatin.",
        "Leucovorin 700 mg IVPB 0930-1130 as ordered with oxaliplatin 150 mg.",
        "Orders: oxaliplatin 150 mg IV over 2 hours.\n\nNursing:\n"
        "0930 Leucovorin 700 mg IVPB started, Y-sited with oxaliplatin.\n1130 Leucovorin complete.",
    ],
)
def test_what_another_ran_beside_was_given_and_withholds_its_line(words: str) -> None:
    assert len(given(words)) == 2
    result = reviewed(words)
    assert [line.code for line in result.codes if line.kind == "administration"] == []
    assert any(entry.reason.lower().startswith(BESIDE) for entry in result.not_supported)


@pytest.mark.parametrize(
    "words",
    [
        "Leucovorin 700 mg IVPB 0930-1130, not Y-sited with oxaliplatin.",
        "Leucovorin 700 mg IVPB 0930-1130 with no concurrent oxaliplatin.",
        "Leucovorin 700 mg IVPB 0930-1130, Y-site compatible with oxaliplatin.",
        "Leucovorin 700 mg IVPB 0930-1130, may be Y-sited with oxaliplatin.",
        "Leucovorin 700 mg IVPB 0930-1130, compatible when Y-sited with oxaliplatin.",
        "Leucovorin 700 mg IVPB 0930-1130. Last cycle Y-sited with oxaliplatin.",
        "Leucovorin 700 mg IVPB 0930-1130. Plan: leucovorin concurrently with oxaliplatin next cycle.",
        "Leucovorin 700 mg IVPB 0930-1130 concurrent with oxaliplatin. Oxaliplatin held, ANC low.",
        "Orders: leucovorin 700 mg IV concurrently with oxaliplatin.\n\nNursing:\nLeucovorin 700 mg IVPB 0930-1130.",
        "Teaching: leucovorin runs concurrently with oxaliplatin.\n\nLeucovorin 700 mg IVPB 0930-1130.",
        "Allergies: oxaliplatin (hives when run concurrently with oxaliplatin)\n\nLeucovorin 700 mg IVPB 0930-1130.",
        "Previously leucovorin ran concurrently with oxaliplatin.\n\nLeucovorin 700 mg IVPB 0930-1130.",
        "Leucovorin 700 mg IVPB 0930-1130, Y-sited with NS.",
        "Leucovorin 700 mg IVPB 0930-1130 as ordered. Oxaliplatin ordered for tomorrow.",
        "Leucovorin 700 mg IVPB 0930-1130 as ordered, with oxaliplatin to follow tomorrow.",
        "Leucovorin 700 mg IVPB 0930-1130 as ordered, with oxaliplatin held.",
        "Leucovorin 700 mg IVPB 0930-1130 as ordered without oxaliplatin.",
        "Leucovorin 700 mg IVPB 0930-1130 as ordered with NS.",
        "Leucovorin 700 mg IVPB 0930-1130 per protocol. Patient was treated with oxaliplatin last year.",
        "Plan: FOLFOX per protocol with oxaliplatin.\n\nLeucovorin 700 mg IVPB 0930-1130.",
        "Here for cycle 4 per protocol with oxaliplatin.\n\nLeucovorin 700 mg IVPB 0930-1130.",
    ],
)
def test_a_companion_that_did_not_run_changes_nothing(words: str) -> None:
    assert given(words) == ["leucovorin"]
    assert codes(words) == ALONE


@pytest.mark.parametrize(
    "words",
    [
        "0930 Oxaliplatin 150 mg IVPB started. 0930 Leucovorin 700 mg IVPB started, Y-sited with oxaliplatin.\n"
        "1130 both complete",
        "0930 Leucovorin 700 mg IVPB started, Y-sited with Eloxatin. 0930 oxaliplatin 150 mg IVPB started.\n"
        "1130 both complete",
    ],
)
def test_a_companion_that_is_told_elsewhere_is_not_doubled(words: str) -> None:
    assert sorted(given(words)) == ["leucovorin", "oxaliplatin"]
    assert codes(words) == Counter({"96413": 1, "96415": 1, "96368": 1})


def test_a_drug_with_details_of_its_own_is_not_told_as_a_companion() -> None:
    words = "Zofran 8 mg IVP 0900 as ordered with Decadron 10 mg IVP at 0905."
    assert given(words) == ["zofran", "decadron"]
    assert codes(words) == Counter({"96374": 1, "96375": 1})
    assert given("Premedicated at 0830 with Benadryl 25 mg IVP and Pepcid 20 mg IVP.") == ["benadryl", "pepcid"]


@pytest.mark.parametrize("words", ["as ordered. ", "as ordered.\n", "as ordered; "])
def test_that_an_order_was_followed_takes_no_stop_away(words: str) -> None:
    assert codes(f"0930 Leucovorin 700 mg IVPB started {words}1130 Leucovorin complete.") == ALONE


def test_a_companion_of_a_tablet_is_no_infusion() -> None:
    assert given("Tylenol 650 mg PO given together with Benadryl at 0900.") == ["tylenol"]


def test_fluid_beside_a_drug_of_unknown_times_earns_nothing() -> None:
    words = "0900 NS 1 L started for dehydration, Y-sited with cisplatin. 1030 NS complete."
    assert given(words) == ["ns", "cisplatin"]
    assert codes(words) == Counter()


def test_a_claimed_giving_holds_only_where_the_words_say_that_it_ran() -> None:
    rulebook = default_rulebook()
    words = "Leucovorin 700 mg IVPB 0930-1130, Y-sited with oxaliplatin."
    wire = read(notes(words), rulebook)
    denied = notes(words.replace("Y-sited", "never Y-sited"))
    statuses = [a.status.get() for a in ground(wire, denied, rulebook).encounter.administrations]
    assert statuses == ["given", None]
