"""A value counts for a drug only from its own row, clause, stamped line or reference; a neighbour's never does."""

from __future__ import annotations

import pytest
from wording import dose_of, first, grounded, standing

NEIGHBOURS = (
    "1000 Oxaliplatin 135 mg IVPB started. Leucovorin 632 mg IVPB started 1005.\n"
    "1215 Oxaliplatin complete.\n1230 Leucovorin complete."
)
LIST = "Decadron 10 mg IVP 0900, Aloxi 0.25 mg IVP 0910, Pepcid 20 mg IVP 0915."
PIPES = (
    "DRUG | DOSE | ROUTE | START | STOP\n"
    "Taxol | 140 mg | IVPB | 0900 | 1200\n"
    "carboplatin | 450 mg | IVPB | 1205 | 1305\n"
)
ALIGNED = (
    "Drug          Dose      Route   Start   Stop\n"
    "Taxol         140 mg    IVPB    0900    1200\n"
    "carboplatin   450 mg    IVPB    1205    1305\n"
)
LABELS = (
    "Drug: Taxol\nDose: 140 mg\nRoute: IVPB\nStart: 0900\nStop: 1200\n\n"
    "Drug: carboplatin\nDose: 450 mg\nRoute: IVPB\nStart: 1205\nStop: 1305"
)
TABLES = [PIPES, PIPES.replace(" | ", "\t"), ALIGNED, LABELS]
CHAIN = "1000 paclitaxel 140 mg IVPB started\n1030 {between}\n1115 infusion complete"


def test_each_drug_keeps_its_own_times() -> None:
    result = grounded(
        NEIGHBOURS,
        dose_of("a1", "Oxaliplatin", start="1000", stop="1215"),
        dose_of("a2", "Leucovorin", start="1005", stop="1230"),
    )
    told = [(a.start.get(), a.stop.get()) for a in result.encounter.administrations]
    assert told == [("10:00", "12:15"), ("10:05", "12:30")]


def test_a_neighbours_stop_time_fails() -> None:
    result = grounded(
        NEIGHBOURS,
        dose_of("a1", "Oxaliplatin", stop=("1230", "1230 Leucovorin complete")),
        dose_of("a2", "Leucovorin", stop=("1215", "1215 Oxaliplatin complete")),
    )
    assert [standing(a.stop) for a in result.encounter.administrations] == [
        ("ungrounded", "12:30"),
        ("ungrounded", "12:15"),
    ]


@pytest.mark.parametrize(
    ("drug", "start", "dose", "holds"),
    [
        ("Decadron", "0900", "10 mg", True),
        ("Aloxi", "0910", "0.25 mg", True),
        ("Pepcid", "0915", "20 mg", True),
        ("Decadron", "0910", "0.25 mg", False),
        ("Aloxi", "0900", "10 mg", False),
        ("Aloxi", "0915", "20 mg", False),
        ("Pepcid", "0910", "0.25 mg", False),
    ],
)
def test_in_a_list_a_value_belongs_to_the_drug_of_its_own_clause(drug: str, start: str, dose: str, holds: bool) -> None:
    given = first(LIST, dose_of("a1", drug, start=start, dose=dose))
    assert (given.start.known, given.dose.known) == (holds, holds)


@pytest.mark.parametrize("text", TABLES, ids=["pipes", "tabs", "aligned", "labels"])
def test_in_a_table_a_value_belongs_to_its_row_and_column(text: str) -> None:
    given = first(text, dose_of("a1", "Taxol", dose="140 mg", route="IVPB", start="0900", stop="1200"))
    assert (given.start.get(), given.stop.get(), given.route.get()) == ("09:00", "12:00", "intravenous")
    assert given.dose.known
    assert given.status.get() == "given"
    other = first(text, dose_of("a1", "carboplatin", dose="140 mg", start="0900", stop="1200"))
    assert not any(one.known for one in (other.dose, other.start, other.stop))


@pytest.mark.parametrize("text", TABLES, ids=["pipes", "tabs", "aligned", "labels"])
def test_a_start_from_the_stop_column_fails(text: str) -> None:
    given = first(text, dose_of("a1", "carboplatin", start="1305", stop="1205"))
    assert (given.start.standing, given.stop.standing) == ("ungrounded", "ungrounded")


def test_a_due_time_is_not_a_giving() -> None:
    text = "Medication\tDue\tGiven\tStop\nTaxol 140 mg\t0900\t0915\t1215\nZofran 8 mg\t0830\t\t\n"
    assert not first(text, dose_of("a1", "Taxol", start="0900")).start.known
    given = first(text, dose_of("a1", "Taxol", start="0915", stop="1215"))
    assert (given.start.get(), given.status.get()) == ("09:15", "given")
    assert not first(text, dose_of("a2", "Zofran", start="0830")).status.known


@pytest.mark.parametrize(
    ("between", "taxol", "other"),
    [
        ("Benadryl 25 mg IVP for itching", True, False),
        ("Tylenol 650 mg PO given", True, False),
        ("carboplatin 400 mg IVPB hung", False, True),
        ("carboplatin 400 mg ordered for next cycle", True, False),
        ("rate unchanged", True, False),
    ],
)
def test_a_reference_reaches_back_to_the_last_drug_it_can_mean(between: str, taxol: bool, other: bool) -> None:
    text = CHAIN.format(between=between)
    stop = ("1115", "1115 infusion complete")
    assert first(text, dose_of("a1", "paclitaxel", stop=stop)).stop.known is taxol
    name = between.split()[0]
    if name != "rate":
        assert first(text, dose_of("a2", name, stop=stop)).stop.known is other


@pytest.mark.parametrize(
    "words",
    ["infusion complete", "bag empty", "infusion finished", "completed", "stopped", "IVPB done", "it was stopped"],
)
def test_words_that_refer_back(words: str) -> None:
    text = f"1000 paclitaxel 140 mg IVPB started\n1115 {words}"
    assert first(text, dose_of("a1", "paclitaxel", stop=("1115", f"1115 {words}"))).stop.get() == "11:15"


@pytest.mark.parametrize(
    "words",
    [
        "vital signs stable",
        "patient discharged",
        "PIV removed",
        "port de-accessed",
        "Dr. Romero notified",
        "observation complete",
        "teaching done",
        "resting",
        "left ambulatory",
        "labs drawn",
    ],
)
def test_words_of_something_else_end_no_infusion(words: str) -> None:
    text = f"1000 paclitaxel 140 mg IVPB started\n1115 {words}"
    assert not first(text, dose_of("a1", "paclitaxel", stop=("1115", f"1115 {words}"))).stop.known


@pytest.mark.parametrize(
    "words",
    [
        "Arrived for paclitaxel",
        "paclitaxel 140 mg verified",
        "labs reviewed, paclitaxel ordered",
        "port accessed for paclitaxel",
    ],
)
def test_times_of_other_acts_start_nothing(words: str) -> None:
    text = f"0935 {words}\n1000 paclitaxel 140 mg IVPB started"
    assert not first(text, dose_of("a1", "paclitaxel", start=("0935", f"0935 {words}"))).start.known


def test_both_means_the_last_two() -> None:
    text = "1000 carboplatin 400 mg IVPB start; NS 500 mL running at same time for hydration\n1100 both complete"
    result = grounded(
        text,
        dose_of("a1", "carboplatin", start="1000", stop=("1100", "1100 both complete")),
        dose_of("a2", "NS", start="1000", stop=("1100", "1100 both complete")),
    )
    assert [(a.start.get(), a.stop.get()) for a in result.encounter.administrations] == [("10:00", "11:00")] * 2


def test_one_stamp_may_end_one_drug_and_start_another() -> None:
    text = "0930 NS 250 mL pre-hydration start\n1000 NS off; Reclast 5 mg IVPB start\n1020 Reclast complete"
    result = grounded(
        text,
        dose_of("a1", ("NS", "NS 250 mL"), start="0930", stop=("1000", "1000 NS off")),
        dose_of("a2", "Reclast", start=("1000", "1000 NS off; Reclast 5 mg IVPB start"), stop="1020"),
        dose_of("a3", ("NS", "NS 250 mL"), start=("1000", "1000 NS off")),
        dose_of("a4", "Reclast", stop="1000"),
    )
    told = [(a.start.get(), a.stop.get()) for a in result.encounter.administrations]
    assert told == [("09:30", "10:00"), ("10:00", "10:20"), (None, None), (None, None)]


def test_a_carrier_fluid_parts_no_drug_from_its_times() -> None:
    given = first(
        "Paclitaxel 140 mg in NS 250 mL IVPB 1000-1105.", dose_of("a1", "Paclitaxel", start="1000", stop="1105")
    )
    assert (given.start.get(), given.stop.get()) == ("10:00", "11:05")


def test_drugs_that_ran_together_share_their_times_but_not_their_doses() -> None:
    text = "Leucovorin 632 mg IVPB concurrent with oxaliplatin 135 mg 0933-1215."
    given = first(text, dose_of("a1", "Leucovorin", start="0933", stop="1215", dose="632 mg"))
    assert (given.start.get(), given.stop.get(), given.dose.known) == ("09:33", "12:15", True)


def test_one_bag_shares_its_times_only_where_words_say_so() -> None:
    text = "Zofran 8 mg + Decadron 4 mg mixed in one 50 mL bag, 1000-1015."
    claims = {"start": "1000", "stop": "1015"}
    result = grounded(
        text,
        dose_of("a1", "Zofran", dose="8 mg", mixed_with=("a2",), **claims),
        dose_of("a2", "Decadron", dose="4 mg", mixed_with=("a1",), **claims),
    )
    assert [(a.start.get(), a.mixed_with) for a in result.encounter.administrations] == [
        ("10:00", ("a2",)),
        ("10:00", ("a1",)),
    ]
    apart = grounded(
        "Zofran 8 mg IVP, Decadron 4 mg IVPB 1000-1015.",
        dose_of("a1", "Zofran", mixed_with=("a2",), **claims),
        dose_of("a2", "Decadron", mixed_with=("a1",), **claims),
    )
    assert [(a.start.get(), a.mixed_with) for a in apart.encounter.administrations] == [(None, ()), ("10:00", ())]
    assert "administrations.a1.mixed_with" in {one.path for one in apart.ungrounded}


def test_the_dose_of_a_partner_is_not_shared() -> None:
    text = "Zofran 8 mg + Decadron 4 mg mixed in one 50 mL bag, 1000-1015."
    result = grounded(
        text,
        dose_of("a1", "Zofran", dose="4 mg", mixed_with=("a2",)),
        dose_of("a2", "Decadron", dose="8 mg", mixed_with=("a1",)),
    )
    assert not any(a.dose.known for a in result.encounter.administrations)


def test_a_drug_named_as_a_reason_takes_no_time() -> None:
    text = "1000 cisplatin 50 mg IVPB started\n1105 Zofran 8 mg IVP given for nausea from cisplatin"
    assert not first(text, dose_of("a1", "cisplatin", start=("1105", "1105 Zofran 8 mg IVP"))).start.known
    assert first(text, dose_of("a2", "Zofran", start="1105")).start.get() == "11:05"


def test_repeats_of_the_same_words_go_to_their_own_line() -> None:
    text = "1000 Zofran 4 mg IVP\n1035 Zofran 4 mg IVP repeated for nausea"
    result = grounded(
        text,
        dose_of("a1", ("Zofran", "1000 Zofran 4 mg IVP"), dose=("4 mg", "Zofran 4 mg IVP"), start="1000"),
        dose_of("a2", ("Zofran", "1035 Zofran 4 mg IVP"), dose=("4 mg", "Zofran 4 mg IVP"), start="1035"),
    )
    one, other = result.encounter.administrations
    assert (one.start.get(), other.start.get()) == ("10:00", "10:35")
    assert one.dose.evidence[0].start < other.dose.evidence[0].start
    crossed = grounded(
        text,
        dose_of("a1", ("Zofran", "1000 Zofran 4 mg IVP"), start="1035"),
        dose_of("a2", ("Zofran", "1035 Zofran 4 mg IVP"), start="1000"),
    )
    assert not any(a.start.known for a in crossed.encounter.administrations)


def test_an_unknown_neighbour_parts_too() -> None:
    text = "Foobarmab 100 mg IVPB 0900-1000, Zofran 8 mg IVP."
    result = grounded(
        text, dose_of("a1", "Foobarmab", start="0900"), dose_of("a2", "Zofran", start="0900", dose="100 mg")
    )
    one, other = result.encounter.administrations
    assert (one.start.get(), other.start.known, other.dose.known) == ("09:00", False, False)


def test_the_head_of_a_list_tells_the_purpose_of_all_its_drugs() -> None:
    text = "Premeds: Tylenol 650 mg PO, Benadryl 50 mg IVP @ 0900\nRemicade 500 mg IVPB 0930-1135"
    assert first(text, dose_of("a1", "Benadryl", purpose="Premeds")).purpose.get() == "premedication"
    assert not first(text, dose_of("a2", "Remicade", purpose="Premeds")).purpose.known
