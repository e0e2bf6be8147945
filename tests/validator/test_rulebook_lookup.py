"""What the rulebook answers: records by date, policies by precedence, drugs by the words that name them."""

from __future__ import annotations

from datetime import date

import pytest

from validator.loading import default_rulebook
from validator.rulebook import Rulebook, UnknownPolicyError


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return default_rulebook()


def test_a_code_exists_from_its_first_day_to_the_day_before_its_last(rulebook: Rulebook) -> None:
    assert rulebook.code("96446", date(2010, 12, 31)) is None
    assert rulebook.code("96446", date(2011, 1, 1)) is not None
    assert rulebook.code("0540T", date(2024, 12, 31)) is not None
    assert rulebook.code("0540T", date(2025, 1, 1)) is None
    assert rulebook.code("00000", date(2026, 1, 1)) is None


def test_an_unknown_rule_or_requirement_is_an_error_of_the_caller(rulebook: Rulebook) -> None:
    with pytest.raises(KeyError):
        rulebook.rule("no.such-rule", date(2026, 1, 1))
    with pytest.raises(KeyError):
        rulebook.requirement("no.such-requirement")


def test_every_rule_has_a_version_today_that_says_and_cites_something(rulebook: Rulebook) -> None:
    for rule_id in rulebook.rules:
        version = rulebook.rule(rule_id, rulebook.default_date)
        assert version is not None, rule_id
        assert version.says, rule_id
        assert all(citation.source in rulebook.sources for citation in version.cite), rule_id


# Decision 14: argument, payer and setting, default of the setting.
@pytest.mark.parametrize(
    ("policy", "payer", "setting", "expected"),
    [
        (None, None, None, "medicare-opps"),
        (None, None, "facility", "medicare-opps"),
        (None, None, "physician", "commercial-physician"),
        (None, "medicare", "physician", "medicare-physician"),
        (None, "medicare", "facility", "medicare-opps"),
        (None, "commercial", "facility", "commercial-facility"),
        (None, "commercial", "physician", "commercial-physician"),
        ("medicare-physician", "commercial", "facility", "medicare-physician"),
    ],
)
def test_policy_precedence(
    rulebook: Rulebook, policy: str | None, payer: str | None, setting: str | None, expected: str
) -> None:
    assert rulebook.policy_for(policy, payer, setting).id == expected


def test_an_unknown_policy_lists_the_known_ones(rulebook: Rulebook) -> None:
    with pytest.raises(UnknownPolicyError, match=r"`medicare`; known: .*medicare-opps"):
        rulebook.policy_for("medicare", None, None)


def test_single_switches_override_a_policy_and_leave_it_untouched(rulebook: Rulebook) -> None:
    policy = rulebook.policy_for("medicare-opps", None, None)
    changed = rulebook.with_switches(policy, {"missing_stop_time": "push_fallback"})
    assert changed.switches["missing_stop_time"] == "push_fallback"
    assert policy.switches["missing_stop_time"] == "no_code_query"
    assert set(changed.switches) == set(rulebook.switches)


@pytest.mark.parametrize(
    ("switches", "message"),
    [
        ({"missing_stop": "push_fallback"}, "unknown switch `missing_stop`"),
        ({"missing_stop_time": "guess"}, "must be one of: no_code_query"),
        ({"missing_stop_time": True}, "must be one of: no_code_query"),
        ({"strict_payment": 1}, "switch `strict_payment`"),
    ],
)
def test_unknown_switches_and_values_are_refused(rulebook: Rulebook, switches: dict[str, object], message: str) -> None:
    policy = rulebook.policy_for("medicare-opps", None, None)
    with pytest.raises(UnknownPolicyError, match=message):
        rulebook.with_switches(policy, switches)


@pytest.mark.parametrize(
    ("text", "ingredient"),
    [
        ("oxaliplatin", "oxaliplatin"),
        ("OXALIPLATIN 150 mg IVPB", "oxaliplatin"),
        ("oxaliplatn", "oxaliplatin"),
        ("5-FU", "fluorouracil"),
        ("5FU", "fluorouracil"),
        ("5 fu bolus", "fluorouracil"),
        ("Ara-C", "cytarabine"),
        ("DOXOrubicin HCl", "doxorubicin"),
        ("doxorubicin liposomal", "doxorubicin liposomal"),
        ("Abraxane (paclitaxel protein-bound)", "paclitaxel protein-bound"),
        ("Taxol (paclitaxel) 140 mg", "paclitaxel"),
        ("carboplatin AUC 5", "carboplatin"),
        ("trastuzumab-dkst", "trastuzumab"),
        ("Herceptin Hylecta", "trastuzumab-hyaluronidase"),
        ("ondansetron (Zofran) 8 mg IVP", "ondansetron"),
        ("0.9% NaCl 1,000 mL", "sodium chloride 0.9%"),
        ("0,9 % sodium chloride", "sodium chloride 0.9%"),
        ("NS", "sodium chloride 0.9%"),
        ("½ NS", "sodium chloride 0.45%"),
        ("half normal saline", "sodium chloride 0.45%"),
        ("NS 3%", "sodium chloride 3%"),
        ("saline flush", "sodium chloride flush"),
        ("heparin sodium", "heparin"),
        ("heparin lock flush 100 units/mL", "heparin lock flush"),
        ("lactated Ringer’s", "lactated ringers"),
        ("vit B-12", "cyanocobalamin"),
        ("paclitaxel in 250 mL NS", "paclitaxel"),
        ("lidocaine 1%", "lidocaine"),
        ("leuprolide depot", "leuprolide"),
    ],
)
def test_words_that_name_one_drug(rulebook: Rulebook, text: str, ingredient: str) -> None:
    assert {drug.ingredient for drug in rulebook.find_drug(text)} == {ingredient}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "chemotherapy",
        "FOLFOX",
        "zorvilumab",
        "insulin degludec",
        "conjugated paclitaxel",
        "ondansetron and dexamethasone",
        "carboplatin/paclitaxel",
        "D5W 0.45%",
        "dex 50%",
        "unclassified drugs",
        "antineoplastic, not otherwise classified",
        "96413",
        "CTX",
    ],
)
def test_words_that_name_no_one_drug(rulebook: Rulebook, text: str) -> None:
    assert rulebook.find_drug(text) == ()
    assert rulebook.find_products(text) == ()


# DRUG-9: a brand or maker chooses its product; a generic name only where one row is the unbranded product.
@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Herceptin", {"J9355"}),
        ("trastuzumab-anns 420 mg", {"Q5117"}),
        ("Kanjinti (trastuzumab-anns)", {"Q5117"}),
        ("cyclophosphamide", {"J9075"}),
        ("cyclophosphamide (Sandoz)", {"J9074"}),
        ("fosaprepitant", {"J1453"}),
        ("Neulasta Onpro", {"J2506"}),
        ("Truxima", {"Q5115"}),
    ],
)
def test_words_that_choose_a_product(rulebook: Rulebook, text: str, codes: set[str]) -> None:
    assert {drug.code for drug in rulebook.find_products(text)} == codes


@pytest.mark.parametrize("text", ["trastuzumab", "bevacizumab", "pegfilgrastim", "infliximab", "IVIG", "Lupron Depot"])
def test_words_that_leave_the_product_open(rulebook: Rulebook, text: str) -> None:
    assert len({drug.code for drug in rulebook.find_products(text)}) > 1


def test_a_biosimilar_that_the_table_lacks_is_a_known_drug_but_no_known_product(rulebook: Rulebook) -> None:
    assert {drug.ingredient for drug in rulebook.find_drug("rituximab-zzzz")} == {"rituximab"}
    assert rulebook.find_products("rituximab-zzzz") == ()


def test_lookups_answer_the_same_twice(rulebook: Rulebook) -> None:
    assert rulebook.find_drug("Taxol") is rulebook.find_drug("Taxol")
