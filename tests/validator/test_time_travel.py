"""Every quarter from 2006 to 2027: what is judged is judged by records in force that day, the rest is not assessed."""

from __future__ import annotations

import functools
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from case_files import Case, all_cases, mentioned_outside_codes

from validator import validate
from validator.facts import Encounter
from validator.findings import Assessment
from validator.loading import default_rulebook

QUARTERS = [date(year, month, 1) for year in range(2006, 2028) for month in (1, 4, 7, 10)][:85]
BOOK = default_rulebook()
DAY = re.compile(r"\b20\d\d-\d\d-\d\d")
GOLDEN = [case for case in all_cases() if case.file.startswith("golden_")]
"""The standard set: the acceptance cases of the domain rules, which touch every family of codes."""


def moved(case: Case, on: date) -> Encounter:
    """The facts of a case with its date of service, and every other day in step, moved to `on`."""
    days = on - date.fromisoformat(str(case.facts["encounter"]["date_of_service"]))
    text = DAY.sub(lambda found: str(date.fromisoformat(found[0]) + days), json.dumps(case.facts, default=str))
    return Encounter.model_validate_json(text)


@functools.cache
def judged(name: str, on: date) -> Assessment:
    case = next(case for case in GOLDEN if case.id == name)
    return validate(moved(case, on), BOOK, policy=case.policy)


def walked(on: date) -> Iterator[tuple[Case, Assessment]]:
    return ((case, judged(case.id, on)) for case in GOLDEN)


def administered(assessment: Assessment) -> Counter[str]:
    lines = Counter[str]()
    for line in assessment.codes:
        if line.kind != "drug":
            lines[line.code] += line.units
    return lines


def test_the_quarters_are_those_from_2006_to_the_beginning_of_2027() -> None:
    assert (QUARTERS[0], QUARTERS[-1], len(QUARTERS)) == (date(2006, 1, 1), date(2027, 1, 1), 85)
    assert len(GOLDEN) > 40


@pytest.mark.parametrize("on", QUARTERS, ids=str)
def test_every_line_of_a_quarter_rests_on_records_in_force(on: date) -> None:
    for case, assessment in walked(on):
        assert assessment.assessed, case.id
        for line in assessment.codes:
            if line.kind == "drug":
                drugs = [drug for drug in BOOK.drugs if drug.code == line.code]
                known = BOOK.drug_codes_since <= line.date
                assert any((d.since or known) and (d.since or on) <= line.date for d in drugs), (case.id, line.code)
                assert any(d.until is None or line.date < d.until for d in drugs), (case.id, line.code)
            else:
                assert BOOK.code(line.code, line.date) is not None, (case.id, line.code)
            for step in line.because:
                version = BOOK.rule(step.rule, on)
                assert version is not None, (case.id, step.rule)
                assert (step.version, step.says) == (version.id, version.says), (case.id, step.rule)
        for element in assessment.missing:
            record = BOOK.requirement(element.requirement)
            assert record.tier == "code" or record.since <= on, (case.id, record.id)
            assert record.until is None or on < record.until, (case.id, record.id)


@pytest.mark.parametrize("on", QUARTERS, ids=str)
def test_a_code_that_does_not_exist_yet_is_named_as_not_assessed_and_nothing_else_changes(on: date) -> None:
    """What the code book had then is coded as ever; each later code goes to a person, who reads which one it is."""
    for case, assessment in walked(on):
        own = date.fromisoformat(str(case.facts["encounter"]["date_of_service"]))
        then = administered(judged(case.id, own))
        later = {code for code in then if BOOK.code(code, on) is None}
        named = {h.code: h.reason for h in assessment.needs_human if h.rule == "edit.in-force"}
        assert later <= named.keys(), (case.id, later)
        assert all(f"{code} is not a code of the rulebook on" in named[code] for code in later)
        assert all("not assessed" in reason for reason in named.values())
        if not later:
            assert administered(assessment) == then, case.id
        everything = {a["id"] for a in case.facts.get("administrations", [])}
        lines = {name for line in assessment.codes for name in line.administrations}
        assert everything <= lines | mentioned_outside_codes(assessment.model_dump(mode="json")), case.id


@pytest.mark.parametrize("kind", ["rule", "code", "requirement", "drug"])
def test_no_record_has_a_gap_or_an_overlap_in_any_quarter(kind: str) -> None:
    periods: dict[str, list[tuple[date, date | None]]] = {}
    if kind == "rule":
        periods = {name: [(v.since, v.until) for v in rule.versions] for name, rule in BOOK.rules.items()}
    elif kind == "code":
        periods = {name: [(code.since, code.until)] for name, code in BOOK.codes.items()}
    elif kind == "requirement":
        periods = {record.id: [(record.since, record.until)] for record in BOOK.requirements}
    else:
        for drug in BOOK.drugs:
            periods.setdefault(drug.product, []).append((drug.since or date.min, drug.until))
    assert periods
    for name, all_of_it in periods.items():
        counts = [sum(s <= on and (u is None or on < u) for s, u in all_of_it) for on in QUARTERS]
        assert max(counts) <= 1, f"{kind} {name}: two records in force at once"
        running = [number for number, count in enumerate(counts) if count]
        assert running == list(range(running[0], running[-1] + 1)) if running else True, f"{kind} {name}: a gap"
    if kind in ("rule", "requirement"):
        open_ended = {name for name, all_of_it in periods.items() if all_of_it[-1][1] is None}
        assert open_ended == periods.keys()


def visit(on: date, *given: dict[str, Any], **more: Any) -> Assessment:
    facts = {
        "encounter": {"date_of_service": str(on), "setting": "facility", "payer": "medicare", **more.pop("about", {})},
        "access_sites": [{"id": "x", "kind": "implanted_port", "location": "right chest"}],
        "administrations": [{"id": f"a{number}", **one} for number, one in enumerate(given, 1)],
        **more,
    }
    return validate(Encounter.model_validate(facts), BOOK)


VEIN = {"route": "intravenous", "access_site": "x", "technique": "infusion", "dose": "100 mg"}
CHEMO = {**VEIN, "drug": "carboplatin", "start": "09:00", "stop": "10:00"}
DRIP = {**VEIN, "drug": "pamidronate", "start": "09:00", "stop": "10:00"}
FLUID = {**VEIN, "drug": "normal saline", "dose": "1000 mL", "start": "09:00", "stop": "10:00", "purpose": "hydration"}
PUSH = {**VEIN, "drug": "dexamethasone", "technique": "push", "start": "09:00"}
SHOT = {"drug": "filgrastim", "route": "subcutaneous", "technique": "injection", "dose": "300 mcg", "start": "09:00"}
BELLY = {**CHEMO, "drug": "cisplatin", "route": "intraperitoneal"}
ABDOMEN = {"access_sites": [{"id": "x", "kind": "peritoneal_port", "location": "left lower quadrant"}]}
PUMPED = {**VEIN, "drug": "fluorouracil", "technique": "pump", "pump": "q", "start": "12:00"}
PUMP = {"pumps": [{"id": "q", "kind": "portable", "action": "initiated", "owner": "clinic", "planned_hours": 46}]}
COOLED = {"services": [{"id": "k", "kind": "scalp_cooling", "start": "08:30", "stop": "11:00"}]}

HISTORY = {
    # code: its first day (domain rules 1.1 to 1.4 and 13), what is given, the code that the service had before
    "96360": (date(2009, 1, 1), (FLUID,), {"documentation": {"hydration_reason": "vomiting"}}, "90760"),
    "96365": (date(2009, 1, 1), (DRIP,), {}, "90765"),
    "96374": (date(2009, 1, 1), (PUSH,), {}, "90774"),
    "96372": (date(2009, 1, 1), (SHOT,), {}, "90772"),
    "96367": (date(2009, 1, 1), (CHEMO, {**DRIP, "start": "10:00", "stop": "10:30"}), {}, "90767"),
    "96375": (date(2009, 1, 1), (CHEMO, PUSH), {}, "90775"),
    "96446": (date(2011, 1, 1), (BELLY,), ABDOMEN, "96445"),
    "0663T": (date(2021, 7, 1), (CHEMO,), COOLED, ""),
}


@pytest.mark.parametrize("code", HISTORY)
def test_a_code_is_reported_from_its_first_day_and_named_as_not_assessed_the_day_before(code: str) -> None:
    first, given, more, before = HISTORY[code]
    assert code in administered(visit(first, *given, **more))
    earlier = visit(first - timedelta(days=1), *given, **more)
    assert code not in administered(earlier)
    (asked,) = [h for h in earlier.needs_human if h.code == code]
    assert asked.rule == "edit.in-force"
    assert "not assessed" in asked.reason
    assert (before in asked.reason) if before else ("before" not in asked.reason)


@pytest.mark.parametrize(
    ("code", "first"),
    [
        # Chemotherapy and related codes of the series that began in 2006 (96411: added 2006-01-01).
        *(
            (code, date(2006, 1, 1))
            for code in ("96401", "96402", "96409", "96411", "96413", "96415", "96416", "96417")
        ),
        *((code, date(2006, 1, 1)) for code in ("96521", "96522", "96523", "C8957")),
        *(
            (code, date(2009, 1, 1))
            for code in ("96360", "96361", "96365", "96366", "96367", "96368", "96369", "96370")
        ),
        *((code, date(2009, 1, 1)) for code in ("96371", "96372", "96373", "96374", "96375", "96376", "96379")),
        ("96377", date(2017, 1, 1)),
        ("96446", date(2011, 1, 1)),
        ("G0498", date(2016, 1, 1)),
        ("96547", date(2024, 1, 1)),
        *((code, date(2021, 7, 1)) for code in ("0662T", "0663T")),
        *((code, date(2026, 1, 1)) for code in ("97007", "97008", "97009")),
    ],
)
def test_the_known_history_of_the_codes(code: str, first: date) -> None:
    assert BOOK.code(code, first) is not None
    assert BOOK.code(code, first - timedelta(days=1)) is None
    assert BOOK.code(code, date(2027, 1, 1)) is not None


def test_an_additional_push_of_chemotherapy_is_as_old_as_the_rulebook() -> None:
    pushed = {**VEIN, "drug": "doxorubicin", "technique": "push", "start": "10:10"}
    assert administered(visit(date(2006, 1, 1), CHEMO, pushed)) == {"96413": 1, "96411": 1}
    before = visit(date(2005, 12, 31), CHEMO, pushed)
    assert (before.assessed, before.codes) == (False, ())
    assert {name for h in before.needs_human for name in h.administrations} == {"a1", "a2"}


def test_the_community_pump_code_begins_in_2016() -> None:
    assert administered(visit(date(2016, 1, 1), PUMPED, **PUMP)) == {"G0498": 1}
    earlier = visit(date(2015, 12, 31), PUMPED, **PUMP)
    assert "G0498" not in administered(earlier)
    assert "G0498" in {h.code for h in earlier.needs_human}


def test_scalp_cooling_has_the_code_set_of_its_day() -> None:
    assert administered(visit(date(2025, 12, 31), CHEMO, **COOLED)) == {"96413": 1, "0663T": 1}
    assert administered(visit(date(2026, 1, 1), CHEMO, **COOLED)) == {"96413": 1, "97008": 1}


@pytest.mark.parametrize(
    ("on", "modifiers"),
    [
        (date(2016, 12, 31), set()),
        (date(2017, 1, 1), {"JW"}),  # discarded amounts are told from 2017
        (date(2023, 6, 30), {"JW"}),
        (date(2023, 7, 1), {"JW"}),
    ],
)
def test_a_discarded_amount_is_told_from_2017(on: date, modifiers: set[str]) -> None:
    given = {**CHEMO, "drug": "pembrolizumab", "dose": "160 mg", "discarded": "40 mg", "container": "single_dose"}
    found = {m for line in visit(on, given).codes if line.kind == "drug" for m in line.modifiers}
    assert found == modifiers


@pytest.mark.parametrize(
    ("on", "modifiers"), [(date(2023, 6, 30), set()), (date(2023, 7, 1), {"JZ"}), (date(2027, 1, 1), {"JZ"})]
)
def test_that_nothing_was_discarded_is_told_from_july_2023(on: date, modifiers: set[str]) -> None:
    given = {**CHEMO, "drug": "pembrolizumab", "dose": "200 mg", "discarded": "0 mg", "container": "single_dose"}
    found = {m for line in visit(on, given).codes if line.kind == "drug" for m in line.modifiers}
    assert found == modifiers


@pytest.mark.parametrize(("on", "asked"), [(date(2024, 12, 31), True), (date(2025, 1, 1), False)])
def test_a_drug_code_without_a_first_day_is_not_taken_for_older_than_its_table(on: date, asked: bool) -> None:
    assessment = visit(on, CHEMO)
    (drug,) = BOOK.find_products("carboplatin")
    assert drug.since is None
    assert (drug.code in {line.code for line in assessment.codes}) is not asked
    assert (drug.code in {h.code for h in assessment.needs_human}) is asked
    assert administered(assessment) == {"96413": 1}


def test_a_drug_code_is_billed_from_its_first_day() -> None:
    dated = [d for d in BOOK.drugs if d.since and d.since > BOOK.covers_from and d.code]
    assert len(dated) > 40
    pembrolizumab = next(d for d in dated if d.ingredient == "pembrolizumab" and d.code == "J9271")
    assert pembrolizumab.since == date(2016, 1, 1)
    given = {**CHEMO, "drug": "pembrolizumab", "dose": "200 mg"}
    assert "J9271" in {line.code for line in visit(date(2016, 1, 1), given).codes}
    assert "J9271" not in {line.code for line in visit(date(2015, 12, 31), given).codes}


@pytest.mark.parametrize(
    ("on", "supervised"),
    [(date(2020, 2, 29), False), (date(2020, 3, 1), True), (date(2025, 12, 31), True), (date(2026, 1, 1), True)],
)
def test_supervision_by_video_counts_from_the_temporary_allowance_on(on: date, supervised: bool) -> None:
    words = {"supervision": "Dr. Example supervised by real-time audio and video"}
    assessment = visit(on, CHEMO, documentation=words, about={"setting": "physician", "policy": "medicare-physician"})
    asked = {element.element for element in assessment.missing}
    assert ("supervision" in asked) is not supervised


@pytest.mark.parametrize(("on", "parts"), [(date(2014, 12, 31), False), (date(2015, 1, 1), True)])
def test_the_four_modifiers_for_distinct_services_begin_in_2015(on: date, parts: bool) -> None:
    version = BOOK.rule("edit.distinct-service", on)
    assert version is not None
    listed = set(version.params["modifiers"].split())
    assert ({"XE", "XS", "XP", "XU"} <= listed) is parts
    assert {"59", "91", "25", "LT", "RT", "LM", "RI", "E1", "FA", "T9"} <= listed


def test_a_late_date_is_judged_by_the_newest_records_and_says_how_old_they_are() -> None:
    late = visit(date(2027, 1, 1), CHEMO)
    assert "limits and code pairs are those in force on 2024-09-30; the date of service is later" in late.notes_on_scope
    within = visit(date(2024, 9, 30), CHEMO)
    assert not [note for note in within.notes_on_scope if "in force on" in note]
