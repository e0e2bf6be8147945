"""Facts and codes of small invented encounters compared with labels, every verdict worked out by hand."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import pytest

from reviewer.evaluate.comparing import Difference, compare_codes, compare_facts, omitted_facts
from reviewer.evaluate.labels import ExpectedLine, Labels
from validator.facts import Encounter
from validator.findings import CodeLine, LineKind
from validator.loading import default_rulebook

PACLITAXEL = {"drug": "paclitaxel", "dose": "300 mg", "route": "intravenous", "technique": "infusion"}
ONDANSETRON = {"drug": "ondansetron", "dose": "16 mg", "route": "intravenous", "technique": "push"}
TIMES = {"start": "09:10", "stop": "12:14"}


def differences(labels: dict[str, Any], facts: dict[str, Any]) -> tuple[Difference, ...]:
    return compare_facts(Labels.model_validate(labels), Encounter.model_validate(facts), default_rulebook())


def read(*administrations: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Facts of a reader, who always says the status."""
    numbered = [{"status": "given", **one, "id": f"a{number}"} for number, one in enumerate(administrations)]
    return {"administrations": numbered, **more}


def verdicts(found: tuple[Difference, ...]) -> dict[str, tuple[str, ...]]:
    """Verdicts by kind of fact, sorted."""
    return {kind: tuple(sorted(one.verdict for one in found if one.kind == kind)) for kind in {d.kind for d in found}}


def test_every_fact_is_right_wrong_omitted_or_invented() -> None:
    labels = {"administration": [{**PACLITAXEL, **TIMES}, {**ONDANSETRON, "start": "08:35"}]}
    heparin = {"drug": "heparin", "dose": "500 units", "route": "intravenous"}
    found = differences(labels, read({**PACLITAXEL, "start": "09:10", "stop": "12:41"}, heparin))
    assert verdicts(found) == {
        "administration": ("invented", "omitted", "right"),
        "drug": ("invented", "omitted", "right"),
        "dose": ("invented", "omitted", "right"),
        "route": ("invented", "omitted", "right"),
        "technique": ("omitted", "right"),
        "start": ("omitted", "right"),
        "stop": ("wrong",),
        "status": ("invented", "omitted", "right"),
    }
    # Without the entries as such: right 6 (drug, dose, route, technique, start, status), wrong 1 (stop), omitted 6 (all
    # of ondansetron), invented 4 (drug, dose, route, status of heparin).
    facts = Counter(one.verdict for one in found if one.kind != "administration")
    assert facts == {"right": 6, "wrong": 1, "omitted": 6, "invented": 4}


def test_what_could_not_be_read_is_omitted() -> None:
    labels = Labels.model_validate(
        {"administration": [{**PACLITAXEL, **TIMES}], "documentation": {"absent": ["stage"]}}
    )
    found = omitted_facts(labels, default_rulebook())
    # The entry and its drug, dose, route, technique, start, stop and status.
    assert [one.verdict for one in found] == ["omitted"] * 8


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ({"drug": "Taxol"}, {"drug": "PACLitaxel"}),
        ({"drug": "paclitaxel", "dose": "1 g"}, {"drug": "paclitaxel", "dose": "1,000 mg"}),
        ({"drug": "paclitaxel", "dose": "1000 mL"}, {"drug": "paclitaxel", "dose": "1 L"}),
        ({"drug": "paclitaxel", "dose": "500 mcg"}, {"drug": "paclitaxel", "dose": "0.5 mg"}),
        ({"drug": "paclitaxel", "stop": "00:45"}, {"drug": "paclitaxel", "stop": "2026-03-15T00:45"}),
        ({"drug": "paclitaxel", "stop": ["12:14", "12:15"]}, {"drug": "paclitaxel", "stop": "12:15"}),
        ({"drug": "zorvilumab"}, {"drug": "Zorvilumab "}),
    ],
)
def test_the_same_value_in_another_spelling_is_right(label: dict[str, Any], said: dict[str, Any]) -> None:
    assert {one.verdict for one in differences({"administration": [label]}, read(said))} == {"right"}


def test_sites_are_followed_and_places_compared_as_words() -> None:
    label = {"drug": "paclitaxel", "site": "implanted_port", "location": "R chest"}
    facts = read({"drug": "paclitaxel", "access_site": "s1"})
    facts["access_sites"] = [{"id": "s1", "kind": "implanted_port", "location": "right chest"}]
    assert {one.verdict for one in differences({"administration": [label]}, facts)} == {"right"}
    facts["access_sites"] = [{"id": "s1", "kind": "picc", "location": "left arm"}]
    wrong = {one.kind for one in differences({"administration": [label]}, facts) if one.verdict == "wrong"}
    assert wrong == {"site", "location"}


def test_a_contradiction_of_the_notes_is_right_only_as_one() -> None:
    label = {"drug": "paclitaxel", "stop": {"conflict": ["11:45", "12:15"]}}
    both = {"drug": "paclitaxel", "stop": {"standing": "conflicting", "value": None, "readings": ["12:15", "11:45"]}}
    one = {"drug": "paclitaxel", "stop": "12:15"}
    assert verdicts(differences({"administration": [label]}, read(both)))["stop"] == ("right",)
    assert verdicts(differences({"administration": [label]}, read(one)))["stop"] == ("wrong",)
    plain = {"drug": "paclitaxel", "stop": "12:15"}
    assert verdicts(differences({"administration": [plain]}, read(both)))["stop"] == ("wrong",)


def test_two_doses_of_one_drug_are_paired_by_their_times() -> None:
    first, second = {**ONDANSETRON, "start": "09:00"}, {**ONDANSETRON, "dose": "8 mg", "start": "13:00"}
    assert {one.verdict for one in differences({"administration": [first, second]}, read(second, first))} == {"right"}


def test_an_unnamed_drug_is_paired_by_its_time_and_naming_it_is_invention() -> None:
    labels = {"administration": [{"route": "intravenous", "start": "10:05"}]}
    nameless = {"route": "intravenous", "start": "10:05"}
    assert {one.verdict for one in differences(labels, read(nameless))} == {"right"}
    named = verdicts(differences(labels, read({**nameless, "drug": "vinblastine"})))
    assert (named["drug"], named["start"]) == (("invented",), ("right",))


def test_a_drug_read_as_another_is_one_wrong_drug_where_dose_and_time_agree() -> None:
    labels = {"administration": [{**ONDANSETRON, "start": "09:00"}]}
    found = verdicts(differences(labels, read({**ONDANSETRON, "drug": "paclitaxel", "start": "09:00"})))
    assert (found["drug"], found["administration"]) == (("wrong",), ("right",))


def test_open_facts_optional_entries_flushes_and_plans_are_not_scored() -> None:
    flush = {"drug": "heparin", "purpose": "flush"}
    planned = {"drug": "pegfilgrastim", "status": "planned"}
    labels = {
        "administration": [
            {"drug": "paclitaxel", "open": ["dose", "status"]},
            {"drug": "lidocaine", "dose": "3 mL", "optional": True},
        ]
    }
    drug = {"drug": "paclitaxel", "dose": "1 mg", "status": "held"}
    for extra in ([], [{"drug": "lidocaine", "dose": "4 mL"}], [flush], [planned]):
        found = differences(labels, read(drug, *extra))
        assert verdicts(found) == {"administration": ("right",), "drug": ("right",)}


def test_purposes_that_change_no_code_are_not_compared() -> None:
    label = {"administration": [{"drug": "NS", "purpose": "hydration"}, {"drug": "ondansetron"}]}
    found = differences(label, read({"drug": "NS"}, {"drug": "ondansetron", "purpose": "premedication"}))
    assert verdicts(found)["purpose"] == ("omitted",)


def test_pauses_pumps_services_and_elements() -> None:
    labels = {
        "date_of_service": dt.date(2026, 3, 14),
        "administration": [{"drug": "paclitaxel", "pauses": [["10:15", "10:45"]]}],
        "pump": [{"kind": "portable", "action": "initiated", "planned_hours": 46}],
        "service": [{"kind": "port_flush"}, {"kind": "transfusion", "start": "08:40"}],
        "documentation": {"said": ["diagnosis", "stage"], "denied": ["informed_consent"], "absent": ["education"]},
    }
    facts = read({"drug": "paclitaxel", "interruptions": [{"start": "10:15", "stop": "10:45"}]})
    facts |= {
        "encounter": {"date_of_service": "2026-03-14"},
        "pumps": [{"id": "p1", "kind": "implantable", "action": "initiated", "owner": "clinic", "planned_hours": 46}],
        "services": [{"id": "v1", "kind": "transfusion", "start": "08:40"}, {"id": "v2", "kind": "declotting"}],
        "documentation": {"diagnosis": "NSCLC", "informed_consent": True, "education": True, "labs_reviewed": True},
    }
    found = verdicts(differences(labels, facts))
    assert found["pause"] == found["pump"] == found["pump_action"] == found["pump_hours"] == ("right",)
    assert (found["pump_kind"], found["pump_owner"]) == (("wrong",), ("invented",))
    # The transfusion is right, the flush omitted, the declotting invented: a service is never another service.
    assert found["service"] == ("invented", "omitted", "right")
    assert found["service_start"] == found["date_of_service"] == found["diagnosis"] == ("right",)
    assert (found["stage"], found["informed_consent"], found["education"]) == (("omitted",), ("wrong",), ("invented",))
    assert "labs_reviewed" not in found


def test_sorts_of_entries_that_are_not_labelled_to_the_end_are_not_invented() -> None:
    facts = {"pumps": [{"id": "p1", "kind": "portable"}], "services": [{"id": "v1", "kind": "port_flush"}]}
    assert differences({"open": ["pump", "service"]}, facts) == ()
    assert set(verdicts(differences({}, facts))) == {"pump", "pump_kind", "service"}


def line(code: str, units: int = 1, *modifiers: str, kind: LineKind = "administration") -> CodeLine:
    day = dt.date(2026, 3, 14)
    return CodeLine(code=code, units=units, modifiers=modifiers, date=day, label="", kind=kind)


def expected(*rows: list[Any]) -> list[ExpectedLine]:
    return [ExpectedLine.model_validate(row) for row in rows]


def test_over_coded_and_missed_units_are_counted_apart() -> None:
    wanted = expected(["96413", 1, []], ["96415", 2, []], ["96375", 1, []])
    found = compare_codes(wanted, (), [line("96413"), line("96415", 3), line("96367")])
    assert not found.exact
    assert found.over_coded == {"96415": 1, "96367": 1}
    assert found.missed == {"96375": 1}


def test_exact_asks_for_lines_and_modifiers_and_not_for_their_order() -> None:
    wanted = expected(["96413", 1, []], ["96413", 1, ["59"]])
    assert compare_codes(wanted, (), [line("96413", 1, "59"), line("96413")]).exact
    plain = compare_codes(wanted, (), [line("96413", 2)])
    assert (plain.exact, plain.over_coded, plain.missed) == (False, {}, {})


def test_drug_lines_count_only_where_they_are_expected_and_optional_lines_may_be_there() -> None:
    drug = line("J2405", 4, kind="drug")
    assert compare_codes(expected(["96374", 1]), (), [line("96374"), drug]).exact
    assert compare_codes(expected(["96374", 1], ["J2405", 4]), (), [line("96374")]).missed == {"J2405": 4}
    optional = expected(["J2405", 4])
    assert compare_codes(expected(["96374", 1]), optional, [line("96374")]).exact
    assert compare_codes(expected(["96374", 1]), optional, [line("96374"), drug]).exact
    many = compare_codes(expected(["96374", 1]), optional, [line("96374"), line("J2405", 6, kind="drug")])
    assert (many.exact, many.over_coded) == (False, {"J2405": 2})
