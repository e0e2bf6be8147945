"""The drug table: what was carried over is complete, what was added is safe, and classes follow the rules."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from decimal import Decimal

import pytest

from validator.drug_names import name_key
from validator.loading import default_rulebook
from validator.records import Drug
from validator.rulebook import Rulebook

# SHA-256 over the sorted lines "code amount" of the 325 rows of the published extract that the table started from
# (amounts left out where that extract says that they were not verified, and for catch-all codes).
CARRIED = "4363f4000e413b94ef305d48b90c27d3eba589fcff96a850b5ca93396e7cf71f"
CARRIED_CLASSES = {
    "chemo": 94,
    "chemo_biologic": 84,
    "therapeutic": 73,
    "complex_biologic": 37,
    "antiemetic": 13,
    "hormonal": 12,
    "hydration": 7,
    "radiopharm": 4,
    "flush": 1,
}
UNVERIFIED = {"J9024", "J9289", "J9277"}


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return default_rulebook()


def carried(rulebook: Rulebook) -> list[Drug]:
    """The rows of the published extract: every row that cites more than general knowledge, and one unverified."""
    return [drug for drug in rulebook.drugs if drug.source != "general-knowledge" or drug.code in UNVERIFIED]


def one(rulebook: Rulebook, name: str) -> Drug:
    found = rulebook.find_products(name)
    assert len(found) == 1, (name, [drug.product for drug in found])
    return found[0]


def test_the_published_extract_is_carried_over_whole(rulebook: Rulebook) -> None:
    rows = carried(rulebook)
    lines = sorted(f"{drug.code} {'' if drug.unit_amount is None else drug.unit_amount}".strip() for drug in rows)
    assert len(rows) == 325
    assert hashlib.sha256("\n".join(lines).encode()).hexdigest() == CARRIED
    assert Counter(drug.admin_class for drug in rows) == CARRIED_CLASSES


@pytest.mark.parametrize(
    ("name", "code", "amount", "unit"),
    [
        ("Adriamycin", "J9000", "10", "mg"),
        ("epirubicin", "J9178", "2", "mg"),
        ("Velcade", "J9041", "0.1", "mg"),
        ("carboplatin", "J9045", "50", "mg"),
        ("cisplatin", "J9060", "10", "mg"),
        ("Cytoxan", "J9075", "5", "mg"),
        ("5-FU", "J9190", "500", "mg"),
        ("FUDR", "J9200", "500", "mg"),
        ("gemcitabine", "J9201", "200", "mg"),
        ("irinotecan", "J9206", "20", "mg"),
        ("ifosfamide", "J9208", "1", "g"),
        ("methotrexate", "J9260", "50", "mg"),
        ("oxaliplatin", "J9263", "0.5", "mg"),
        ("paclitaxel", "J9267", "1", "mg"),
        ("Abraxane", "J9264", "1", "mg"),
        ("Alimta", "J9305", "10", "mg"),
        ("bleomycin", "J9040", "15", "units"),
        ("pembrolizumab", "J9271", "1", "mg"),
        ("nivolumab", "J9299", "1", "mg"),
        ("Padcev", "J9177", "0.25", "mg"),
        ("Zynlonta", "J9359", "0.075", "mg"),
        ("Blincyto", "J9039", "1", "mcg"),
        ("Remicade", "J1745", "10", "mg"),
        ("Rituxan", "J9312", "10", "mg"),
        ("leucovorin", "J0640", "50", "mg"),
        ("mesna", "J9209", "200", "mg"),
        ("ondansetron", "J2405", "1", "mg"),
        ("palonosetron", "J2469", "25", "mcg"),
        ("dexamethasone", "J1100", "1", "mg"),
        ("diphenhydramine", "J1200", "50", "mg"),
        ("Neulasta", "J2506", "0.5", "mg"),
        ("Retacrit", "Q5106", "1000", "units"),
        ("Venofer", "J1756", "1", "mg"),
        ("zoledronic acid", "J3489", "1", "mg"),
        ("potassium chloride", "J3480", "2", "meq"),
        ("mannitol", "J2150", "50", "mL"),
        ("octreotide LAR", "J2353", "1", "mg"),
        ("Privigen", "J1459", "500", "mg"),
        ("Cathflo", "J2997", "1", "mg"),
        ("pegaspargase", "J9266", "1", "vial"),
    ],
)
def test_codes_and_billing_units(rulebook: Rulebook, name: str, code: str, amount: str, unit: str) -> None:
    drug = one(rulebook, name)
    assert (drug.code, drug.unit_amount, drug.unit) == (code, Decimal(amount), unit)


@pytest.mark.parametrize("code", sorted(UNVERIFIED))
def test_an_unverified_unit_is_left_out(rulebook: Rulebook, code: str) -> None:
    rows = [drug for drug in rulebook.drugs if drug.code == code]
    assert [(drug.unit_amount, drug.unit) for drug in rows] == [(None, "")]


# Section 4, DRUG-1 to DRUG-6: the class follows the drug, never the prefix of its code.
@pytest.mark.parametrize(
    ("name", "admin_class"),
    [
        ("mesna", "therapeutic"),  # J9209
        ("efbemalenograstim alfa", "therapeutic"),  # J9361
        ("Vyvgart", "complex_biologic"),  # J9332
        ("Elrexfio", "chemo_biologic"),  # J1323
        ("Talvey", "chemo_biologic"),  # J3055
        ("decitabine", "chemo"),  # J0894
        ("Loqtorzi", "chemo_biologic"),  # J3263
        ("Rytelo", "chemo"),  # J0870
        ("methotrexate", "chemo"),
        ("leucovorin", "therapeutic"),
        ("levoleucovorin", "therapeutic"),
        ("zoledronic acid", "therapeutic"),
        ("iron sucrose", "therapeutic"),
        ("pegfilgrastim", "therapeutic"),
        ("epoetin alfa", "therapeutic"),
        ("dexamethasone", "therapeutic"),
        ("famotidine", "therapeutic"),
        ("ondansetron", "antiemetic"),
        ("leuprolide", "hormonal"),
        ("goserelin", "hormonal"),
        ("triptorelin", "hormonal"),
        ("degarelix", "hormonal"),
        ("fulvestrant", "hormonal"),
        ("octreotide", "therapeutic"),
        ("lanreotide", "therapeutic"),
        ("denosumab", "therapeutic"),
        ("Darzalex Faspro", "chemo_biologic"),
        ("Phesgo", "chemo_biologic"),
        ("Herceptin Hylecta", "chemo_biologic"),
        ("Rituxan Hycela", "chemo_biologic"),
        ("Tecentriq Hybreza", "chemo_biologic"),
        ("Opdivo Qvantig", "chemo_biologic"),
        ("Keytruda Qlex", "chemo_biologic"),
        ("infliximab", "complex_biologic"),
        ("magnesium sulfate", "therapeutic"),
        ("normal saline", "hydration"),
        ("saline flush", "flush"),
        ("Lutathera", "radiopharm"),
        ("Kymriah", "cellular"),
        ("PRBC", "blood"),
        ("flu shot", "vaccine"),
        ("Omnipaque", "contrast"),
        ("lidocaine", "local_anaesthetic"),
        ("morphine", "therapeutic"),
        ("Thymoglobulin", "therapeutic"),
    ],
)
def test_classes(rulebook: Rulebook, name: str, admin_class: str) -> None:
    assert {drug.admin_class for drug in rulebook.find_drug(name)} == {admin_class}


def test_subcutaneous_reformulations_are_drugs_of_their_own(rulebook: Rulebook) -> None:
    for plain, combined in (
        ("trastuzumab", "Herceptin Hylecta"),
        ("rituximab", "Rituxan Hycela"),
        ("daratumumab", "Darzalex Faspro"),
        ("atezolizumab", "Tecentriq Hybreza"),
        ("nivolumab", "Opdivo Qvantig"),
        ("pembrolizumab", "Keytruda Qlex"),
        ("doxorubicin", "Doxil"),
        ("paclitaxel", "Abraxane"),
        ("irinotecan", "Onivyde"),
        ("vincristine", "Marqibo"),
        ("amphotericin B", "AmBisome"),
    ):
        assert not set(rulebook.find_drug(plain)) & set(rulebook.find_drug(combined)), combined


# C-1: the drugs for which a push may stand in for an infusion without a stop time, and those for which it may not.
@pytest.mark.parametrize(
    "name", ["doxorubicin", "vincristine", "5-FU", "methotrexate", "cyclophosphamide", "ondansetron", "furosemide"]
)
def test_drugs_that_may_be_pushed(rulebook: Rulebook, name: str) -> None:
    assert all(drug.pushable for drug in rulebook.find_drug(name))


@pytest.mark.parametrize(
    "name",
    [
        *("paclitaxel", "docetaxel", "oxaliplatin", "irinotecan", "carboplatin", "cisplatin", "vancomycin"),
        *("potassium chloride", "magnesium sulfate", "pembrolizumab", "infliximab", "normal saline", "PRBC"),
    ],
)
def test_drugs_that_may_not_be_pushed(rulebook: Rulebook, name: str) -> None:
    assert not any(drug.pushable for drug in rulebook.find_drug(name))


def test_no_antibody_for_cancer_may_be_pushed(rulebook: Rulebook) -> None:
    assert [drug.product for drug in rulebook.drugs if drug.admin_class == "chemo_biologic" and drug.pushable] == []


# Decision 12: waste modifiers belong to drugs that are paid apart.
@pytest.mark.parametrize("name", ["pembrolizumab", "Rituxan", "bortezomib", "azacitidine", "Neulasta", "Remicade"])
def test_drugs_paid_apart(rulebook: Rulebook, name: str) -> None:
    assert one(rulebook, name).separately_paid


@pytest.mark.parametrize(
    "name", ["ondansetron", "dexamethasone", "diphenhydramine", "famotidine", "lorazepam", "normal saline", "LR"]
)
def test_packaged_drugs(rulebook: Rulebook, name: str) -> None:
    assert not any(drug.separately_paid for drug in rulebook.find_drug(name))


@pytest.mark.parametrize(
    ("name", "container", "sizes"),
    [
        ("pembrolizumab", "single_dose", {"100"}),
        ("Opdivo", "single_dose", {"40", "100", "120", "240"}),
        ("Avastin", "single_dose", {"100", "400"}),
        ("Rituxan", "single_dose", {"100", "500"}),
        ("Herceptin", "either", {"150"}),
        ("Neulasta", "single_dose", {"6"}),
        ("carboplatin", "multi_dose", set()),
        ("LR", "none", set()),
    ],
)
def test_containers(rulebook: Rulebook, name: str, container: str, sizes: set[str]) -> None:
    drug = one(rulebook, name)
    assert drug.container == container
    assert {str(size) for size, _ in drug.vial_sizes} == sizes


def test_traits_that_rules_ask_for(rulebook: Rulebook) -> None:
    by_trait = {
        trait: {drug.ingredient for drug in rulebook.drugs if trait in drug.traits}
        for trait in ("vinca", "auc", "esa", "nephrotoxic", "thrombolytic", "vesicant", "on_body")
    }
    assert by_trait["vinca"] == {"vincristine", "vinblastine", "vinorelbine", "vincristine liposome"}
    assert by_trait["auc"] == {"carboplatin"}
    assert {"darbepoetin alfa", "epoetin alfa"} <= by_trait["esa"]
    assert "cisplatin" in by_trait["nephrotoxic"]
    assert {"alteplase", "tenecteplase"} <= by_trait["thrombolytic"]
    assert {"doxorubicin", "vincristine", "mitomycin"} <= by_trait["vesicant"]
    assert "pegfilgrastim" in by_trait["on_body"]


def test_at_least_two_hundred_further_drugs(rulebook: Rulebook) -> None:
    before = {drug.ingredient for drug in carried(rulebook)}
    added = {drug.ingredient for drug in rulebook.drugs} - before
    assert len(added) >= 200


@pytest.mark.parametrize(
    "name",
    [
        *("morphine", "Dilaudid", "fentanyl", "Toradol", "vancomycin", "Rocephin", "Ancef", "cefepime", "Zosyn"),
        *("ampicillin", "Unasyn", "meropenem", "Invanz", "Cubicin", "Dalvance", "gentamicin", "azithromycin"),
        *("Flagyl", "levofloxacin", "micafungin", "acyclovir", "remdesivir", "Protonix", "droperidol", "haloperidol"),
        *("Versed", "Keppra", "lacosamide", "ketamine", "Narcan", "glucagon", "regular insulin", "adenosine"),
        *("amiodarone", "diltiazem", "metoprolol", "labetalol", "hydralazine", "milrinone", "norepinephrine"),
        *("Lovenox", "tenecteplase", "TXA", "vitamin K", "thiamine", "sodium bicarbonate", "calcium chloride"),
        *("Ofirmev", "Bumex", "Depo-Provera", "Bicillin L-A", "RhoGAM", "Radicava", "Fabrazyme", "Cerezyme"),
        *("Takhzyro", "Cablivi", "Cortrosyn", "Lexiscan", "Gadavist", "FFP", "Yescarta", "Tdap", "albumin 25%"),
    ],
)
def test_common_drugs_are_known(rulebook: Rulebook, name: str) -> None:
    assert rulebook.find_drug(name)


def test_drugs_added_from_general_knowledge_say_so(rulebook: Rulebook) -> None:
    verified = {"cms-hcpcs", "buyandbill", "openpayer-drugs", "clearcostestimate", "carecostestimate"}
    for drug in rulebook.drugs:
        cited = set(drug.source.split(";"))
        assert "general-knowledge" in cited, drug.product
        assert cited - {"general-knowledge"} <= verified, drug.product


def test_no_name_belongs_to_two_ingredients(rulebook: Rulebook) -> None:
    owners: dict[str, set[str]] = {}
    for drug in rulebook.drugs:
        for name in drug.names:
            owners.setdefault(name_key(name), set()).add(drug.ingredient)
    assert {name: owner for name, owner in owners.items() if len(owner) > 1} == {}


# A misread abbreviation earns a wrong code: ceftriaxone as CTX, hydrochlorothiazide as HCT, morphine as MS, ...
@pytest.mark.parametrize(
    "name", ["CTX", "MS", "HCT", "PTX", "AZA", "MTZ", "D5", "DPH", "dox", "saline lock", "IgG", "platelets", "iron"]
)
def test_ambiguous_or_ordinary_words_are_not_names(rulebook: Rulebook, name: str) -> None:
    assert name_key(name) not in rulebook.drug_names()


def test_catch_all_codes_are_never_found_by_name(rulebook: Rulebook) -> None:
    catch_all = [drug for drug in rulebook.drugs if "noc" in drug.traits]
    assert {drug.code for drug in catch_all} == {"J9999", "J3490", "J3590", "C9399"}
    for drug in catch_all:
        assert drug.names == ()
        assert rulebook.find_drug(drug.product) == ()


def test_codes_are_drug_codes_and_units_are_whole(rulebook: Rulebook) -> None:
    shape = re.compile(r"[ACJPQS]\d{4}\Z")
    for drug in rulebook.drugs:
        assert not drug.code or shape.match(drug.code), drug.product
        assert (drug.unit_amount is None) == (drug.unit == ""), drug.product
        assert drug.routes, drug.product


def test_no_code_stands_for_two_ingredients(rulebook: Rulebook) -> None:
    owners: dict[str, set[str]] = {}
    for drug in rulebook.drugs:
        if drug.code:
            owners.setdefault(drug.code, set()).add(drug.ingredient)
    assert {code: owner for code, owner in owners.items() if len(owner) > 1} == {}


def test_a_generic_with_several_products_has_at_most_one_unbranded_row(rulebook: Rulebook) -> None:
    unbranded = Counter(drug.ingredient for drug in rulebook.drugs if "nos" in drug.traits)
    assert [ingredient for ingredient, count in unbranded.items() if count > 1] == []


def test_products_with_codes_of_their_own_are_marked(rulebook: Rulebook) -> None:
    codes: dict[str, set[str]] = {}
    for drug in rulebook.drugs:
        codes.setdefault(drug.ingredient, set()).add(drug.code)
    several = {ingredient for ingredient, found in codes.items() if len(found) > 1}
    fluids = {"sodium chloride 0.9%"}  # coded by the size of the bag, not by the maker
    unmarked = {
        drug.product
        for drug in rulebook.drugs
        if drug.ingredient in several - fluids and "product_specific" not in drug.traits
    }
    assert unmarked == set()
