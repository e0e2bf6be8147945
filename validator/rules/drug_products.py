"""Which product was given, so which billing code: brand, suffix or maker settles it, a generic name alone does not.

DRUG-9: biosimilars and products approved on another's data (505(b)(2)) have codes of their own. Where the record
leaves several codes open there is no drug line, and the product is asked for. DRUG-10: what the clinic did not pay for
has none.
"""

from __future__ import annotations

import re
from functools import lru_cache

from validator.drug_names import by_route, in_force, name_key
from validator.events import Event
from validator.facts import Administration
from validator.findings import NotCoded
from validator.late import late
from validator.records import Drug
from validator.rulebook import Rulebook
from validator.rules.drug_doses import in_unit, member_of, units_of
from validator.worksheet import Context, Worksheet

UNBILLED = frozenset(
    {"flush", "local_anaesthetic", "contrast", "blood", "cellular", "vaccine", "radiopharm", "hydration"}
)
FREE = {
    "patient": "the patient brought it",
    "specialty_pharmacy": "a pharmacy that bills for it supplied it",
    "manufacturer": "the manufacturer supplied it free of charge",
    "sponsor": "the study sponsor supplied it",
    "sample": "it was a sample",
}
CATCH_ALL = {"chemo": "J9999", "chemo_biologic": "J9999", "hormonal": "J9999", "complex_biologic": "J3590"}
UNLISTED = {"chemotherapy": "J9999", "hormonal_antineoplastic": "J9999", "complex_biologic": "J3590"}
OTHER = "J3490"
"""The catch-all code by the table's class of a drug, by the class that a person gave it, and for the rest."""

_COMPANY = late(
    r"\b(?:laborator(?:y|ies)|labs?|inc|llc|ltd|corp|co|usa|us|pharma(?:ceuticals?)?|healthcare|oncology|mfr|mfg"
    r"|manufacturer|manufactured|by|brand|product|of|the|generic)\b\.?",
    re.IGNORECASE,
)


def product_of(sheet: Worksheet, event: Event, member: Administration) -> Drug | None:
    """The one product that the record tells, with a code in force; None when there is no drug line to make.

    A question, or an entry for a person, says why; of what is never billed by itself (a flush, blood) nothing is.
    """
    name = member.drug.get()
    if name is None or event.family == "unknown" or member.purpose.get() in ("flush", "keep_open"):
        return None
    known = sheet.context.rulebook.find_drug(name)
    if (known and known[0].admin_class in UNBILLED) or _supplied_free(sheet, member, name):
        return None
    if not known:
        _unlisted(sheet, event, member, name, UNLISTED.get(member.drug_class.get() or "", OTHER))
        return None
    product = member.product.get()
    drug = sheet.context.rulebook.settled_product(name, event.route, sheet.context.on) if product is None else None
    if drug is None:
        drug = _settled(sheet, event, member, product, known)
    return None if drug is None or _private_only(sheet, member, drug, name) else drug


def _settled(
    sheet: Worksheet, event: Event, member: Administration, product: str | None, known: tuple[Drug, ...]
) -> Drug | None:
    """The one product that the drug's name and the product's words leave; else why there is none goes on the sheet."""
    name, on = str(member.drug.get()), sheet.context.on
    told = _told(sheet.context.rulebook, name, product, known)
    valid = in_force(told, on)
    rows = by_route(valid, event.route)
    codes = {drug.code for drug in rows}
    if not told or (valid and not rows) or len(codes) > 1 or len({d.ingredient for d in told}) > 1:
        _leave_open(sheet, event, member, rows or valid or known, name)
    elif not rows or not rows[0].code or rows[0].unit_amount is None:
        _without_code(sheet, event, member, told, name)
    else:
        return rows[0]
    return None


def _supplied_free(sheet: Worksheet, member: Administration, name: str) -> bool:
    reason = FREE.get(member.supplied_by.get() or "")
    if reason is None:
        return False
    _no_line(sheet, member, name, f"no line for the drug itself: {reason}", "drug.supplied-free")
    return True


def _no_line(sheet: Worksheet, member: Administration, name: str, reason: str, rule: str) -> None:
    sheet.never.append(NotCoded(administration=member.id, subject=name, reason=reason, rule=rule))


def _told(rulebook: Rulebook, name: str, product: str | None, known: tuple[Drug, ...]) -> tuple[Drug, ...]:
    """The products that the drug's name and the product's words leave open; () for a product the table lacks."""
    rows = rulebook.find_candidates(name)
    if product is None or not rows:
        return rows
    said = rulebook.find_candidates(product)
    if said and said[0].ingredient != known[0].ingredient:
        return (*said, *known)
    said = said or tuple(d for d in known if _is_maker(product, d)) or rulebook.find_candidates(f"{name} {product}")
    if not said:
        return rows
    return tuple(d for d in said if d in rows) or (*said, *rows)


@lru_cache(maxsize=4096)
def _maker(product: str) -> frozenset[str]:
    """The words of a product's name that tell its maker or brand: what its brackets hold."""
    inside = " ".join(re.findall(r"\(([^)]*)\)", product))
    return frozenset(name_key(_COMPANY.sub(" ", inside)).split())


def _is_maker(words: str, drug: Drug) -> bool:
    """Whether a manufacturer as documented ("Dr. Reddy's Laboratories") is the maker of this product."""
    found = frozenset(name_key(_COMPANY.sub(" ", words)).split())
    return bool(found) and found <= _maker(drug.product)


def _leave_open(sheet: Worksheet, event: Event, member: Administration, rows: tuple[Drug, ...], name: str) -> None:
    """Ask which product it was, unless nothing hangs on it: a hospital is paid for none of them apart."""
    packaged = sheet.context.facility and not any(drug.separately_paid for drug in rows)
    if packaged and not member.product.known and any(drug.code for drug in rows):
        reason = "no line for the drug itself: it is packaged, and which of its products was given is not documented"
        _no_line(sheet, member, name, reason, "drug.product-specific")
    else:
        _ask_product(sheet, event, member, rows, name)


def _ask_product(sheet: Worksheet, event: Event, member: Administration, rows: tuple[Drug, ...], name: str) -> None:
    one, codes = member_of(event, member), tuple(sorted({drug.code for drug in rows if drug.code}))
    sheet.gap("drug.product", one, codes, member.product, subject=name)
    if not codes:
        return
    reason = f"which product of {name} was given is not documented, and its products have codes of their own"
    if member.product.known or len(codes) == 1:  # one code only: a product not known here, or not for this route
        reason = f"the product documented for {name} does not settle its code"
    nearest = min((d for d in rows if d.code), key=_plainness)
    dose = member.dose.get()
    amount = in_unit(dose, nearest) if dose is not None else None
    units = units_of(amount, nearest) if amount and nearest.unit_amount else 1
    reason = f"{reason}: {', '.join(codes)}"
    sheet.block(nearest.code, units, reason, ("drug.product",), (one,), rule="drug.product-specific")


def _plainness(drug: Drug) -> tuple[bool, bool, str]:
    """Orders the products of a drug: the unbranded, then the reference product, then those with codes of their own."""
    return "nos" not in drug.traits, bool(drug.traits & {"biosimilar", "505b2"}), drug.code


def _without_code(sheet: Worksheet, event: Event, member: Administration, told: tuple[Drug, ...], name: str) -> None:
    """A drug without a code of its own that is known here, or whose code is not in force on the day."""
    one, drug = member_of(event, member), told[0]
    valid = in_force(told, sheet.context.on)
    codes = sorted({d.code for d in told if d.code and d not in valid})
    if codes:
        reason = f"{', '.join(codes)} may not be used on the date of service"
        sheet.ask_human(name, reason, "drug.code-in-force", (one,))
    elif sheet.context.facility and not drug.separately_paid:
        reason = "no line for the drug itself: it is packaged, and no code and unit of its own are known here"
        _no_line(sheet, member, name, reason, "drug.unlisted")
    elif drug.code:
        sheet.ask_human(name, f"the billing unit of {drug.code} is not known here", "drug.unlisted", (one,), drug.code)
    else:
        _unlisted(sheet, event, member, name, CATCH_ALL.get(drug.admin_class, OTHER))


def _unlisted(sheet: Worksheet, event: Event, member: Administration, name: str, code: str) -> None:
    """Hand a drug without a code of its own to a person, with what the catch-all code needs and is not documented."""
    have = (("package number (NDC)", member.ndc.known), ("dose", member.dose.known), ("route", event.route is not None))
    lacking = [what for what, known in have if not known]
    missing = f"not documented: {', '.join(lacking)}" if lacking else "all are documented"
    reason = "no code of its own is known here; a catch-all code needs name, dose, route and package number (NDC)"
    sheet.ask_human(name, f"{reason}: {missing}", "drug.unlisted", (member_of(event, member),), code)


def _private_only(sheet: Worksheet, member: Administration, drug: Drug, name: str) -> bool:
    """Codes with an S are for private payers; Medicare does not take them."""
    if not drug.code.startswith("S") or not is_medicare(sheet.context):
        return False
    reason = f"no line for the drug itself: {drug.code} is for payers other than Medicare"
    _no_line(sheet, member, name, reason, "drug.private-payer-code")
    return True


def is_medicare(context: Context) -> bool:
    """Whether the encounter is judged as Medicare's: by its payer, else by its policy."""
    return context.payer in (None, "medicare") and not context.policy.startswith("commercial")
