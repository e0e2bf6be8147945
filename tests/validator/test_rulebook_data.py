"""The data that ships, against the figures of the domain rules (sections 1, 5, 6 and the golden cases)."""

from __future__ import annotations

import re
from datetime import date

import pytest

from validator.loading import default_rulebook
from validator.rulebook import Rulebook


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return default_rulebook()


# Section 1: units a day practitioner / outpatient hospital, and how strict each limit is.
@pytest.mark.parametrize(
    ("code", "practitioner", "facility", "strictness"),
    [
        ("96360", 1, 2, 3),
        ("96361", 8, 24, 3),
        ("96366", 8, 24, 3),
        ("96368", 1, 1, 2),
        ("96369", 1, 1, 2),
        ("96372", 4, 5, 3),
        ("96376", 0, 10, 3),
        ("96401", 3, 4, 3),
        ("96405", 1, 1, 2),
        ("96411", 3, 3, 3),
        ("96413", 1, 1, 3),
        ("96415", 8, 8, 3),
        ("96417", 3, 3, 3),
        ("96420", 1, 2, 3),
        ("96423", 1, 2, 3),
        ("96425", 1, 1, 3),
        ("96523", 1, 2, 3),
        ("C8957", 2, 2, 3),
        ("G0498", 1, 1, 2),
        ("36593", 2, 2, 3),
    ],
)
def test_daily_limits(rulebook: Rulebook, code: str, practitioner: int, facility: int, strictness: int) -> None:
    record = rulebook.codes[code]
    assert (record.mue_practitioner, record.mue_facility) == (practitioner, facility)
    assert (record.mai_practitioner, record.mai_facility) == (strictness, strictness)


@pytest.mark.parametrize(
    ("code", "primaries"),
    [
        ("96361", {"96360", "96365", "96374", "96409", "96413"}),
        ("96366", {"96360", "96365", "96367", "96413"}),
        ("96368", {"96360", "96365", "96366", "96413", "96415", "96416", "C8957"}),
        ("96376", {"96365", "96374", "96409", "96413"}),
        ("96411", {"96409", "96413"}),
        ("96415", {"96413"}),
        ("96417", {"96413"}),
        ("96423", {"96422"}),
        ("0663T", {"96409", "96411", "96413", "96415", "96416", "96417"}),
    ],
)
def test_what_an_add_on_may_stand_on(rulebook: Rulebook, code: str, primaries: set[str]) -> None:
    assert set(rulebook.codes[code].primaries) == primaries


def test_every_add_on_names_what_it_stands_on(rulebook: Rulebook) -> None:
    bare = {code.id for code in rulebook.codes.values() if code.role == "add_on" and not code.primaries}
    assert bare == set()


def test_every_code_of_the_families_in_scope_is_there(rulebook: Rulebook) -> None:
    families = (
        "96360 96361 96365 96366 96367 96368 96369 96370 96371 96372 96373 96374 96375 96376 96377 96379 C8957",
        "96401 96402 96405 96406 96409 96411 96413 96415 96416 96417 96420 96422 96423 96425 96440 96446 96450",
        "96521 96522 96523 96542 96549 G0498 36591 36592 36593 36823 51720 36430 0662T 0663T 97007 97008 97009",
        "99211 G0463 62270 62272 62328 62329 61070 37243 79101 79445",
    )
    wanted = {code for family in families for code in family.split()}
    assert wanted <= set(rulebook.codes)


@pytest.mark.parametrize(
    ("code", "first"),
    [
        ("96411", date(2006, 1, 1)),
        ("96413", date(2006, 1, 1)),
        ("96365", date(2009, 1, 1)),
        ("96360", date(2009, 1, 1)),
        ("96446", date(2011, 1, 1)),
        ("G0498", date(2016, 1, 1)),
        ("0662T", date(2021, 7, 1)),
        ("97008", date(2026, 1, 1)),
    ],
)
def test_first_dates(rulebook: Rulebook, code: str, first: date) -> None:
    assert rulebook.codes[code].since == first


def test_codes_that_only_a_hospital_reports(rulebook: Rulebook) -> None:
    hospital = {code.id for code in rulebook.codes.values() if code.settings == ("facility",)}
    assert hospital == {"96376", "C8957", "G0463"}


def test_labels_are_our_own_words(rulebook: Rulebook) -> None:
    # Turns of phrase of the licensed descriptors, which must not come in with a label.
    licensed = re.compile(
        r"intravenous|single or initial|substance/drug|\btechnique\b|list separately|each additional|up to 1 hour",
        re.IGNORECASE,
    )
    assert [code.id for code in rulebook.codes.values() if licensed.search(code.label)] == []


# Section 6: 0 never together, 1 a modifier may part them, None no edit.
@pytest.mark.parametrize(
    ("column1", "column2", "physician", "facility"),
    [
        ("96413", "96360", 1, 1),
        ("96413", "96372", 1, 1),
        ("96413", "96374", 1, 1),
        ("96413", "96409", 1, 1),
        ("96416", "96521", 0, 0),
        ("96416", "G0498", 0, 0),
        ("96425", "96522", 0, 0),
        ("96425", "96374", 1, 1),
        ("G0498", "96374", 1, 1),
        ("96406", "96405", 0, 0),
        ("96413", "99211", 0, 1),
        ("79445", "96420", 0, 0),
    ],
)
def test_pairs(rulebook: Rulebook, column1: str, column2: str, physician: int | None, facility: int | None) -> None:
    pair = rulebook.pairs[column1, column2]
    assert pair.indicator("physician") == physician
    assert pair.indicator("facility") == facility


def test_a_port_draw_is_bundled_by_the_practitioner_table_only(rulebook: Rulebook) -> None:
    pair = rulebook.pairs["96413", "36591"]
    assert pair.indicator("physician") == 0
    assert pair.indicator("facility") is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("96413", "96401"),
        ("96413", "96402"),
        ("96413", "96416"),
        ("96413", "G0498"),
        ("96413", "96361"),
        ("37243", "96420"),
    ],
)
def test_codes_between_which_there_is_no_edit(rulebook: Rulebook, one: str, other: str) -> None:
    assert (one, other) not in rulebook.pairs
    assert (other, one) not in rulebook.pairs


def test_both_published_tables_are_complete(rulebook: Rulebook) -> None:
    indicators = [(pair.practitioner, pair.facility) for pair in rulebook.pairs.values()]
    assert sum(one is not None for one, _ in indicators) + sum(two is not None for _, two in indicators) == 1087


def test_every_conflict_of_the_register_and_every_named_switch_is_there(rulebook: Rulebook) -> None:
    carried = {rule for switch in rulebook.switches.values() for rule in switch.implements}
    assert {f"C-{number}" for number in range(1, 21)} <= carried
    named = {
        "accept_stated_duration",
        "time_source_priority",
        "concurrent_chemo",
        "prolonged_iv_code",
        "pump_owner_default",
        "strict_payment",
        "elastomeric_pump",
        "repeat_push_interval_from",
    }
    assert named <= set(rulebook.switches)


def test_the_four_packs(rulebook: Rulebook) -> None:
    packs = {"medicare-opps", "medicare-physician", "commercial-facility", "commercial-physician"}
    assert packs <= set(rulebook.policies)
    for policy in rulebook.policies.values():
        assert set(policy.switches) == set(rulebook.switches)


def test_every_value_of_every_switch_has_somebody_who_stands_for_it(rulebook: Rulebook) -> None:
    for switch in rulebook.switches.values():
        for value in switch.values or (switch.default,):
            assert switch.said_by(value), (switch.name, value)


# Section 10 of the domain rules names who differs: C-2 Palmetto (A53778), C-12 Noridian, C-15 WPS (CHEMO-001),
# C-20 First Coast; C-8 and C-13 name commercial payers.
@pytest.mark.parametrize(
    ("pack", "differs"),
    [
        ("medicare-opps-noridian-like", {"toxicity_prevention_hydration": ("integral", "nor-hyd")}),
        ("medicare-physician-noridian-like", {"toxicity_prevention_hydration": ("integral", "nor-hyd")}),
        ("medicare-opps-palmetto-like", {"calc_stop_from_rate": (True, "a53778")}),
        ("medicare-physician-palmetto-like", {"calc_stop_from_rate": (True, "a53778")}),
        ("medicare-opps-wps-like", {"g0498_with_other_chemo": ("deny", "chemo001")}),
        ("medicare-physician-first-coast-like", {"supervision_virtual": ("present_in_suite", "fcso")}),
    ],
)
def test_a_pack_of_a_contractor_differs_from_medicare_only_where_its_source_does(
    rulebook: Rulebook, pack: str, differs: dict[str, tuple[object, str]]
) -> None:
    policy = rulebook.policies[pack]
    parent = rulebook.policies[policy.inherits]
    assert (policy.setting, policy.payers) == (parent.setting, parent.payers)
    changed = {name for name, value in policy.switches.items() if parent.switches[name] != value}
    assert changed == set(differs)
    assert {d.switch: (d.value, d.cite.source) for d in policy.deviates} == differs


def test_a_payer_that_codes_lower_takes_complex_biologics_as_therapeutic(rulebook: Rulebook) -> None:
    for setting in ("facility", "physician"):
        policy = rulebook.policies[f"commercial-{setting}-downcode"]
        assert policy.setting == setting
        assert policy.switches["complex_biologic_code"] == "therapeutic"
        assert policy.switches["hydration_sum_segments"] is False


def test_no_payer_in_a_note_chooses_a_pack_of_one_contractor(rulebook: Rulebook) -> None:
    plain = {"medicare-opps", "medicare-physician", "commercial-facility", "commercial-physician"}
    for payer in ("medicare", "medicaid", "commercial", "other"):
        for setting in ("facility", "physician"):
            assert rulebook.policy_for(None, payer, setting).id in plain


def test_the_quarterly_tables_are_a_vintage_and_no_switch(rulebook: Rulebook) -> None:
    (renewed,) = rulebook.renewed.values()
    assert renewed.implements == ("C-21",)
    assert not any("C-21" in switch.implements for switch in rulebook.switches.values())


def test_the_edition(rulebook: Rulebook) -> None:
    assert rulebook.default_date == date(2026, 10, 1)
    assert rulebook.covers_from == date(2006, 1, 1)
    assert rulebook.verified_through == date(2024, 9, 30)
