"""When two values say the same, and which of them only ever take something away."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from decimal import Decimal
from typing import Any

from reviewer.grounding.administrations import canonical
from reviewer.grounding.lookalikes import unknown_key
from reviewer.language.drugs import finder
from validator.facts import Evidence, Fact, Quantity, Standing
from validator.rulebook import Rulebook

SAME: dict[str, Callable[[Any], Hashable]] = dict.fromkeys(
    ("dose", "volume", "discarded", "ordered_dose", "concentration"), canonical
)
PLAIN = frozenset({"lumen", "performed_by", "product", "ndc", "detail"})
"""Free words: two readers cut them differently, which is no contradiction."""

LIMITING: dict[str, frozenset[str]] = {
    "purpose": frozenset({"flush", "keep_open"}),
    "presence": frozenset({"intermittent", "absent"}),
    "route": frozenset({"oral", "topical", "inhaled"}),
    "status": frozenset({"stopped_early", "held", "refused", "planned"}),
    "supplied_by": frozenset({"patient", "specialty_pharmacy", "manufacturer", "sponsor", "sample"}),
}
"""Values that no line ever needs: they count whoever reads them."""


def same(name: str, value: Any) -> Hashable:
    """What makes two values of a field one."""
    alike = SAME.get(name)
    return alike(value) if alike else _hashable(value)


def _hashable(value: Any) -> Hashable:
    return value if isinstance(value, Hashable) else repr(value)


def stated(fact: Fact[Any]) -> bool:
    """Whether words of a note carry the fact: a value, a denial, or several values that disagree."""
    return fact.standing in (Standing.GROUNDED, Standing.DENIED, Standing.CONFLICTING)


def values_of(fact: Fact[Any]) -> tuple[Any, ...]:
    """Every value that is documented for a fact."""
    if fact.standing is Standing.CONFLICTING:
        return fact.readings
    return (fact.value,) if stated(fact) else ()


def limits(name: str, fact: Fact[Any]) -> bool:
    """Whether a fact can only take a line away."""
    found = values_of(fact)
    return bool(found) and all(value in LIMITING.get(name, frozenset()) for value in found)


def text_of(fact: Fact[Any]) -> str:
    """A fact's values for a person to read."""
    return " or ".join(_text(value) for value in values_of(fact))


def _text(value: Any) -> str:
    if isinstance(value, Quantity):
        amount = value.amount.normalize()
        whole = amount.quantize(Decimal(1)) if amount == amount.to_integral_value() else amount
        return f"{whole} {value.unit}".strip()
    return str(value)


def joined(*kept: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """Evidence of both readers, each place once, the first reader's first."""
    places: dict[tuple[str, int, int], Evidence] = {}
    for one in (item for evidence in kept for item in evidence):
        places.setdefault((one.note_id, one.start, one.end), one)
    return tuple(places.values())


class Identity:
    """What makes two names one drug: brand, generic and abbreviation alike."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._rulebook = rulebook
        self._finder = finder(rulebook)

    def key(self, name: str | None) -> str | None:
        """The ingredient; of an unknown drug "?" and its words; None when no drug is named."""
        if not name:
            return None
        known = self._rulebook.find_drug(name)
        if known:
            return known[0].ingredient
        found = {mention.ingredient for mention in self._finder.find(name)}
        return found.pop() if len(found) == 1 else unknown_key(name)

    def classes(self, name: str) -> frozenset[str]:
        """The administration classes of the products that the name fits; empty for an unknown drug."""
        drugs = self._rulebook.find_drug(name)
        if not drugs:
            drugs = tuple(drug for mention in self._finder.find(name) for drug in mention.drugs)
        return frozenset(drug.admin_class for drug in drugs)
