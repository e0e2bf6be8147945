"""Policies compared on the same facts: what differs follows from the rules, and so does the switch that decided."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reviewer.comparing import compare, compared
from reviewer.comparing.policies import _smallest
from reviewer.pipeline import WITHHELD, judge
from reviewer.report import render
from reviewer.review import Comparison, Difference, Review
from validator.facts import Encounter
from validator.findings import NeedsHuman
from validator.loading import default_rulebook
from validator.rulebook import Rulebook

DAY = "2026-03-14"
OPPS, NORIDIAN, PALMETTO = "medicare-opps", "medicare-opps-noridian-like", "medicare-opps-palmetto-like"
WPS, OFFICE = "medicare-opps-wps-like", "medicare-physician"
COMMERCIAL, DOWNCODE = "commercial-facility", "commercial-facility-downcode"


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return default_rulebook()


def facts(*administrations: dict[str, Any], **more: Any) -> Encounter:
    """An encounter of one intravenous line; `more` are further keys of the facts."""
    given = [
        {"id": f"a{n}", "route": "intravenous", "technique": "infusion", "access_site": "s1", "status": "given", **one}
        for n, one in enumerate(administrations, 1)
    ]
    encounter = {"date_of_service": DAY, **more.pop("encounter", {})}
    sites = [{"id": "s1", "kind": "peripheral_iv"}]
    return Encounter.model_validate({"encounter": encounter, "access_sites": sites, "administrations": given, **more})


def of(comparison: Comparison, code: str, kind: str = "code") -> Difference:
    (found,) = [one for one in comparison.differences if (one.kind, one.code) == (kind, code)]
    return found


def codes(comparison: Comparison) -> set[str | None]:
    return {one.code for one in comparison.differences if one.kind == "code"}


def switches(difference: Difference) -> list[str]:
    return [one.switch for one in difference.decided_by]


# C-2: 500 mL at 250 mL/h from 09:00 are 120 minutes: (120 - 31) // 60 = 1 further hour; A53778 asks for rates.
def test_a_stop_computed_from_volume_and_rate(rulebook: Rulebook) -> None:
    volume, rate = {"amount": 500, "unit": "mL"}, {"amount": 250, "unit": "mL/h"}
    made = compare(
        facts({"drug": "carboplatin", "start": "09:00", "volume": volume, "rates": [rate]}), rulebook, (OPPS, PALMETTO)
    )
    assert codes(made) == {"96413", "96415"}
    first, hour = of(made, "96413"), of(made, "96415")
    assert (first.units, hour.units) == ({OPPS: 0, PALMETTO: 1}, {OPPS: 0, PALMETTO: 1})
    assert switches(first) == switches(hour) == ["calc_stop_from_rate"]
    (decider,) = first.decided_by
    assert decider.values == {OPPS: False, PALMETTO: True}
    assert decider.citations[OPPS][0].source == "aapc-4564"
    assert "a53778" in {one.source for one in decider.citations[PALMETTO]}
    stop = [one for one in made.differences if one.kind == "missing" and one.subject == "stop_time"]
    assert [one.administration for one in stop] == ["a1"]
    assert stop[0].says[PALMETTO] == ""


# C-12: cisplatin 60 minutes, fluid of 60 minutes before it for the kidneys: 96361 x1, or integral to the drug.
def test_fluid_that_protects_from_chemotherapy(rulebook: Rulebook) -> None:
    fluid = {"drug": "normal saline", "purpose": "hydration", "start": "08:00", "stop": "09:00"}
    drug = {"drug": "cisplatin", "start": "09:00", "stop": "10:00"}
    reason = {"hydration_reason": "prevention of nephrotoxicity", "signed_order": True}
    made = compare(facts(fluid, drug, documentation=reason), rulebook, (OPPS, NORIDIAN))
    assert codes(made) == {"96361"}
    found = of(made, "96361")
    assert found.units == {OPPS: 1, NORIDIAN: 0}
    assert switches(found) == ["toxicity_prevention_hydration"]
    (decider,) = found.decided_by
    assert [one.source for one in decider.citations[NORIDIAN]] == ["nor-hyd"]
    assert [one.source for one in decider.citations[OPPS]] == ["aapc-nix"]


# T34: infliximab 120 minutes is 96413 and 96415 x1, or 96365 and 96366 x1 where the payer codes lower (C-8).
def test_a_payer_that_codes_biologics_lower(rulebook: Rulebook) -> None:
    made = compare(facts({"drug": "infliximab", "start": "09:00", "stop": "11:00"}), rulebook, (COMMERCIAL, DOWNCODE))
    lines = {one.code: tuple(one.units.values()) for one in made.differences if one.kind == "code"}
    assert lines == {"96413": (1, 0), "96415": (1, 0), "96365": (0, 1), "96366": (0, 1)}
    assert all(switches(one) == ["complex_biologic_code"] for one in made.differences)


# C-5 and C-8 together: a biologic pushed for 20 minutes with the nurse present is 96409; only where it is neither
# complex nor a push is it 96365. Either switch alone takes 96409 away.
def test_two_switches_that_only_together_decide(rulebook: Rulebook) -> None:
    push = {"drug": "infliximab", "technique": "push", "start": "09:00", "stop": "09:20", "presence": "continuous"}
    made = compare(facts(push), rulebook, (COMMERCIAL, DOWNCODE))
    together = of(made, "96365")
    assert together.units == {COMMERCIAL: 0, DOWNCODE: 1}
    assert set(switches(together)) == {"complex_biologic_code", "long_continuous_presence_push"}
    assert together.or_by == ()
    alone = of(made, "96409")
    either = {tuple(switches(alone)), *alone.or_by}
    assert either == {("complex_biologic_code",), ("long_continuous_presence_push",)}


# T21: a third push of morphine at 11:00 is 96376 in a facility and nothing in an office; no switch is involved.
def test_the_setting_decides_between_packs_of_two_settings(rulebook: Rulebook) -> None:
    pushes = [{"drug": "morphine", "technique": "push", "start": at} for at in ("10:00", "10:25", "11:00")]
    made = compare(facts(*pushes, encounter={"setting": "facility"}), rulebook, (OPPS, OFFICE))
    repeat = of(made, "96376")
    assert repeat.units == {OPPS: 1, OFFICE: 0}
    (decider,) = repeat.decided_by
    assert (decider.kind, decider.values) == ("setting", {OPPS: "facility", OFFICE: "physician"})
    assert made.remarks == (f"{OFFICE} is for the setting physician and was judged in it; the facts say facility",)


# WASTE-1: JZ is asked for by Medicare alone.
def test_the_payer_decides_the_waste_modifier(rulebook: Rulebook) -> None:
    dose = {"amount": 200, "unit": "mg"}
    drug = {"drug": "pembrolizumab", "dose": dose, "start": "09:00", "stop": "09:30"}
    made = compare(facts(drug), rulebook, (OPPS, COMMERCIAL))
    line = of(made, "J9271")
    assert line.modifiers == {OPPS: ("JZ",), COMMERCIAL: ()}
    assert line.units == {OPPS: 200, COMMERCIAL: 200}
    assert [(one.switch, one.kind) for one in line.decided_by] == [("payer", "payer")]


def test_the_same_policy_under_another_name_differs_in_nothing(rulebook: Rulebook) -> None:
    made = compare(facts({"drug": "carboplatin", "start": "09:00", "stop": "10:00"}), rulebook, (NORIDIAN, WPS))
    assert made.differences == ()


def test_a_switch_that_a_person_sets_counts_under_every_policy(rulebook: Rulebook) -> None:
    override = {"switches": {"complex_biologic_code": "complex"}}
    drug = {"drug": "infliximab", "start": "09:00", "stop": "11:00"}
    assert compare(facts(drug, encounter=override), rulebook, (COMMERCIAL, DOWNCODE)).differences == ()


def test_every_further_policy_is_compared_with_the_first(rulebook: Rulebook) -> None:
    drug = {"drug": "infliximab", "start": "09:00", "stop": "11:00"}
    made = compare(facts(drug), rulebook, (COMMERCIAL, DOWNCODE, OPPS))
    assert [pack.id for pack in made.policies] == [COMMERCIAL, DOWNCODE, OPPS]
    assert {tuple(one.units) for one in made.differences if one.kind == "code"} == {(COMMERCIAL, DOWNCODE)}


def test_changing_everything_that_differs_gives_the_other_policy(rulebook: Rulebook) -> None:
    """Each difference between any two packs has a decider, and all of them are things in which the packs differ."""
    drugs = [
        {"drug": "infliximab", "start": "09:00", "stop": "11:00"},
        {"drug": "normal saline", "purpose": "hydration", "start": "11:00", "stop": "11:45"},
        {"drug": "morphine", "technique": "push", "start": "11:50"},
        {"drug": "morphine", "technique": "push", "start": "12:50"},
    ]
    for first in rulebook.policies.values():
        for other in rulebook.policies.values():
            if first is other:
                continue
            differ = {name for name, value in first.switches.items() if other.switches[name] != value}
            made = compare(facts(*drugs), rulebook, (first.id, other.id))
            for difference in made.differences:
                assert difference.decided_by
                assert set(switches(difference)) <= differ | {"setting", "payer"}


def test_with_many_factors_nothing_can_be_left_out_of_the_answer() -> None:
    factors = tuple("abcdefghijkl")
    needed = {"b", "d", "f", "h", "k"}
    assert _smallest(factors, lambda names: needed <= names) == [("b", "d", "f", "h", "k")]


def _review(rulebook: Rulebook) -> Review:
    drug = {"drug": "infliximab", "start": "09:00", "stop": "11:00"}
    return judge(facts(drug), rulebook=rulebook, policy=COMMERCIAL)


def test_nothing_is_compared_where_codes_are_kept_for_a_person(rulebook: Rulebook) -> None:
    kept = NeedsHuman(subject="the notes", reason="two patients", rule=WITHHELD)
    review = compared(_review(rulebook).model_copy(update={"needs_human": (kept,)}), rulebook, (COMMERCIAL, DOWNCODE))
    assert review.comparison is not None
    assert (review.comparison.compared, review.comparison.differences) == (False, ())
    assert "96365" not in render(review.model_copy(update={"codes": ()}), "text").partition("POLICIES COMPARED")[2]


@pytest.mark.parametrize("style", ["text", "markdown", "html"])
def test_the_report_names_switch_values_and_sources(rulebook: Rulebook, style: Any) -> None:
    page = render(compared(_review(rulebook), rulebook, (COMMERCIAL, DOWNCODE)), style).replace("\\", "")
    for part in ("complex_biologic_code = therapeutic", "complex_biologic_code = complex", "C-8", "96366", "no line"):
        assert part in page.replace("&#39;", "'"), part
    assert "Clarification on complex biologics (CR 13468)" in page


def test_the_report_says_when_nothing_differs(rulebook: Rulebook) -> None:
    review = compared(_review(rulebook), rulebook, (OPPS, NORIDIAN))
    assert "the same codes and the same missing elements" in render(review, "text")


def test_json_carries_the_comparison_only_where_it_was_asked_for(rulebook: Rulebook) -> None:
    plain = _review(rulebook)
    assert "comparison" not in json.loads(render(plain, "json"))
    review = compared(plain, rulebook, (COMMERCIAL, DOWNCODE))
    text = render(review, "json")
    assert Review.model_validate_json(text) == review
    (first, *_) = json.loads(text)["comparison"]["differences"]
    assert first["units"] == {COMMERCIAL: 1, DOWNCODE: 0}
    assert first["decided_by"][0]["switch"] == "complex_biologic_code"
    assert first["decided_by"][0]["citations"][DOWNCODE]
