"""Why not, and the minimal fix: expected ranges are worked out by hand from TIME-1, TIME-3 and TIME-4."""

from __future__ import annotations

from typing import Any

import pytest
from case_files import all_cases
from floxuridine import ACCESS, BASE, floxuridine

from validator import validate
from validator.facts import Encounter
from validator.findings import Fix
from validator.fixes import MOST_JUDGED, fixes
from validator.loading import default_rulebook
from validator.tally import Tally

BOOK = default_rulebook()
DOXORUBICIN = {
    "id": "a1", "drug": "doxorubicin", "dose": "100 mg", "route": "intravenous", "technique": "infusion",
    "access_site": "s1", "start": "10:00", "visit": "v1", "discarded": "0 mg",
}  # fmt: skip


def found(*administrations: dict[str, Any], **more: Any) -> tuple[Fix, ...]:
    facts = Encounter.model_validate({**BASE, **more, "administrations": list(administrations)})
    return fixes(facts, validate(facts, BOOK), BOOK)


def told(fixes_: tuple[Fix, ...]) -> list[tuple[str, dict[str, tuple[int, int]]]]:
    return [(fix.when, {c.line: (c.units, c.would_be) for c in fix.changes}) for fix in fixes_]


def test_an_unknown_stop_tells_each_range_of_minutes_up_and_down() -> None:
    """Start 10:00, left 13:00: a push to 10:15, the first hour to 11:30, then one unit an hour."""
    of = "for doxorubicin (a1) the stop time is"
    assert told(found(DOXORUBICIN)) == [
        (f"{of} 10:01 to 10:15", {"96409": (0, 1)}),
        (f"{of} 10:16 to 11:30", {"96413": (0, 1)}),
        (f"{of} 11:31 to 12:30", {"96413": (0, 1), "96415": (0, 1)}),
        (f"{of} 12:31 to 13:00", {"96413": (0, 1), "96415": (0, 2)}),
    ]


def test_minutes_past_midnight_are_told_with_their_date() -> None:
    """Start 23:40: a push to 23:55, the first hour to 01:10 of the next day, then further hours (TIME-1, 3, 4, 25)."""
    late = {**DOXORUBICIN, "start": "23:40"}
    visit = [{"id": "v1", "arrived": "22:00", "left": "2026-03-15T03:00"}]
    of = "for doxorubicin (a1) the stop time is"
    assert told(found(late, visits=visit)) == [
        (f"{of} 23:41 to 23:55", {"96409": (0, 1)}),
        (f"{of} 2026-03-14 23:56 to 2026-03-15 01:10", {"96413": (0, 1)}),
        (f"{of} 2026-03-15 01:11 to 2026-03-15 02:10", {"96413": (0, 1), "96415": (0, 1)}),
        (f"{of} 2026-03-15 02:11 to 2026-03-15 03:00", {"96413": (0, 1), "96415": (0, 2)}),
    ]


def test_two_statements_that_disagree_are_tried_one_by_one() -> None:
    """11:30 is 90 minutes, 11:31 is 91: one unit hangs on the minute."""
    stop = {"standing": "conflicting", "readings": ["11:30", "11:31"]}
    assert told(found({**DOXORUBICIN, "stop": stop})) == [
        (
            "for doxorubicin (a1) the records agree on 11:31 as the stop",
            {"96415": (0, 1)},
        )
    ]


def test_an_arterial_pump_of_unknown_kind_names_each_kind_that_supports_the_start() -> None:
    pump = [{"id": "p1", "action": "initiated", "planned_hours": 336}]
    by_kind = dict(told(found(floxuridine(technique="pump", pump="p1"), access_sites=ACCESS, pumps=pump)))
    assert by_kind["for floxuridine (a1) the pump is implanted"] == {"96425": (0, 1)}
    assert by_kind["for floxuridine (a1) the pump is portable"] == {"96425": (0, 1)}
    assert not any("on a pole" in when for when in by_kind)


def test_what_needs_two_elements_is_told_as_two() -> None:
    pump = [{"id": "p1", "action": "initiated"}]
    both = found(floxuridine(technique="pump", pump="p1"), access_sites=ACCESS, pumps=pump)
    start = [fix for fix in both if any(c.line == "96425" for c in fix.changes)]
    assert start
    assert {frozenset(fix.needs) for fix in start} == {frozenset({"pump_kind", "infusion_duration_over_8h"})}
    assert all("more than 8 hours" in fix.when for fix in start)


def test_start_and_stop_that_are_both_open_are_told_by_their_distance() -> None:
    open_ends = {name: value for name, value in DOXORUBICIN.items() if name != "start"}
    changes = dict(told(found(open_ends)))
    assert changes["for doxorubicin (a1) start and stop times are 15 minutes or less apart"] == {"96409": (0, 1)}
    assert changes["for doxorubicin (a1) start and stop times are 16 to 90 minutes apart"] == {"96413": (0, 1)}
    further = "for doxorubicin (a1) start and stop times are 91 to 150 minutes apart"
    assert changes[further] == {"96413": (0, 1), "96415": (0, 1)}


def test_a_long_push_without_presence_and_a_complete_visit() -> None:
    """By ROUTE-3 and DOC-22 an arterial push of 20 minutes is 96422 unless the provider stayed: then 96420."""
    push = found(floxuridine(technique="push", stop="10:20"), access_sites=ACCESS)
    assert ("96420", (0, 1)) in [item for _, change in told(push) for item in change.items()]
    assert found({**DOXORUBICIN, "stop": "10:30"}) == ()


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case.id)
def test_every_fix_is_minimal_and_about_what_is_missing(case: Any) -> None:
    facts = Encounter.model_validate(case.facts)
    assessment = validate(facts, BOOK, policy=case.policy)
    made = fixes(facts, assessment, BOOK, policy=case.policy)
    missing = {m.id: m for m in assessment.missing}
    singles = {fix.changes for fix in made if len(fix.needs) == 1}
    standing = {"-".join((line.code, *line.modifiers)): 0 for line in assessment.codes}
    for line in assessment.codes:
        standing["-".join((line.code, *line.modifiers))] += line.units
    for fix in made:
        assert fix.changes
        assert all(missing[need].tier == "code" for need in fix.needs)
        assert all(c.units == standing.get(c.line, 0) != c.would_be for c in fix.changes)
        assert len(fix.needs) == 1 or fix.changes not in singles
        assert "$" not in fix.says


def test_the_search_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    judged = []
    work_out = Tally.lines
    monkeypatch.setattr(Tally, "lines", lambda *a: judged.append(1) or work_out(*a))
    open_ends = [
        {**DOXORUBICIN, "id": f"a{n}", "drug": drug, "start": None}
        if n % 3
        else {**DOXORUBICIN, "id": f"a{n}", "drug": drug}
        for n, drug in enumerate(
            ("carboplatin", "paclitaxel", "docetaxel", "cisplatin", "gemcitabine", "etoposide") * 2
        )
    ]
    assert found(*[{k: v for k, v in one.items() if v is not None} for one in open_ends])
    assert 0 < len(judged) <= MOST_JUDGED


def test_two_open_times_are_tried_after_everything_else_that_ran() -> None:
    """Beside what is known to run they would say what an overlap brings, which nobody asked."""
    facts = {
        "encounter": {"date_of_service": "2026-03-14", "setting": "facility", "payer": "medicare"},
        "visits": [{"id": "v1", "arrived": "08:00", "left": "16:00"}],
        "administrations": [
            {
                "id": "a1",
                "drug": "paclitaxel",
                "route": "intravenous",
                "technique": "infusion",
                "start": "00:00",
                "stop": "11:30",
            },
            {"id": "a2", "drug": "carboplatin", "route": "intravenous", "technique": "infusion"},
        ],
    }
    encounter, book = Encounter.model_validate(facts), default_rulebook()
    said = [one.says for one in fixes(encounter, validate(encounter, book), book)]
    assert "If for carboplatin (a2) start and stop times are 16 to 90 minutes apart: 96417 x1." in said
