"""Which family a drug belongs to (DRUG-1..DRUG-6): from the drug table, an override of the facts, or the policy."""

from __future__ import annotations

from validator.events import Family
from validator.facts import Administration
from validator.records import Drug
from validator.worksheet import Context

OF_TABLE: dict[str, Family] = {
    "chemo": "chemotherapy",
    "chemo_biologic": "chemotherapy",
    "complex_biologic": "chemotherapy",
    "hormonal": "hormonal",
    "therapeutic": "therapeutic",
    "antiemetic": "therapeutic",
    "hydration": "hydration",
    "flush": "flush",
    "radiopharm": "radiopharm",
    "blood": "blood",
    "cellular": "cellular",
    "vaccine": "vaccine",
    "contrast": "contrast",
    "local_anaesthetic": "local_anaesthetic",
}

OF_FACTS: dict[str, Family] = {
    "chemotherapy": "chemotherapy",
    "complex_biologic": "chemotherapy",
    "hormonal_antineoplastic": "hormonal",
    "therapeutic": "therapeutic",
    "hydration": "hydration",
}

RANK: tuple[Family, ...] = (
    "radiopharm",
    "cellular",
    "unknown",
    "chemotherapy",
    "hormonal",
    "therapeutic",
    "blood",
    "vaccine",
    "contrast",
    "local_anaesthetic",
    "hydration",
    "flush",
)
"""Which class a mixed bag takes: that of its highest drug, and what no rule may judge above all."""


def products(context: Context, administration: Administration) -> tuple[Drug, ...]:
    """The products of the drug table that the documented drug may be; () when it is unknown or not stated."""
    name = administration.drug.get()
    if name is None:
        return ()
    found = context.rulebook.find_drug(name)
    product = administration.product.get() if len(found) > 1 else None
    if product:
        chosen = {drug.code for drug in context.rulebook.find_drug(product)}
        found = tuple(drug for drug in found if drug.code in chosen) or found
    return found


def family_of(context: Context, administration: Administration, drugs: tuple[Drug, ...]) -> tuple[Family, bool]:
    """The drug's family, and whether it is a complex biologic (C-8: the policy says how one is coded)."""
    override = administration.drug_class.get()
    if override is not None:
        biologic = override == "complex_biologic"
        return _with_policy(context, OF_FACTS[override], biologic)
    if not drugs:
        return "unknown", False
    classes = {drug.admin_class for drug in drugs}
    families = [OF_TABLE[name] for name in classes]
    family = families[0] if len(families) == 1 else min(families, key=RANK.index)
    return _with_policy(context, family, "complex_biologic" in classes)


def _with_policy(context: Context, family: Family, biologic: bool) -> tuple[Family, bool]:
    if biologic and context.switches.complex_biologic_code == "therapeutic":
        return "therapeutic", True
    return family, biologic
