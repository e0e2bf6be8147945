"""Which drug a few words name: the index over the drug table's names.

A name is compared without case, punctuation, spacing between letters and digits, salt words, forms,
strengths and counts ("Taxol 140 mg IVPB" names paclitaxel). Words that are left over and are none of these
make the drug unknown: "insulin glargine" is not insulin, and an unknown drug goes to a person, never to a
guess (DRUG-1).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from validator.records import Drug

_TOKEN = re.compile(r"\d*\.\d+%|\d+%|\d*\.\d+|\d+|[a-z]+")
BIOSIMILAR_SUFFIX = r"(?<=mab|ept|tim|lfa)-[a-z]{4}\b"
"""The four letters, without a meaning of their own, that tell products of one biologic apart."""
_SUFFIX = re.compile(BIOSIMILAR_SUFFIX)
_SALTS = """
hydrochloride hcl sodium na calcium potassium sulfate sulphate so phosphate acetate citrate succinate
tartrate besylate mesylate tosylate maleate fumarate bromide chloride lactate disodium dihydrate
trihydrate anhydrous monohydrate
"""
_FORMS = """
injection inj injectable injected solution soln iv ivpb ivp im sq sc subcut subq subcutaneous
intravenous intramuscular intrathecal it ip ia push pushed bolus infusion infused infusing drip
piggyback minibag bag bags vial vials syringe prefilled ampule ampoule amp premix premixed bottle pf
preservative free generic usp depot kit powder lyophilized concentrate device onpro emulsion suspension
po oral orally tablet tablets tab tabs capsule cap odt
"""
_AMOUNTS = """
mg g gm gram grams mcg ug kg ml l cc liter litre units unit u iu meq mmol mci m auc x per dose doses
total over min mins minute minutes hr hrs hour hours h nos otherwise not specified
"""
_AROUND = """
the a an of in with at to for and then first second third st nd rd repeat given premed premeds
premedication loading maintenance chemo chemotherapy antiemetic drug medication fluid fluids no q daily
once stat prn cycle day via
"""
_LONG_NAME = 5
_NOISE = frozenset(f"{_SALTS} {_FORMS} {_AMOUNTS} {_AROUND}".split())
_UNITS = frozenset(_AMOUNTS.split())


@lru_cache(maxsize=8192)
def name_key(text: str) -> str:
    """The form in which names are compared: "5-FU" and "5fu" are both "5 fu"; percentages stay whole."""
    return " ".join(_tokens(text))


def _tokens(text: str) -> list[str]:
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).replace("\u2044", "/")
    text = text.lower().replace("'", "").replace("\u2019", "").replace(" %", "%")
    if "," in text:
        text = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text)
        text = re.sub(r"(?<=\d),(?=\d)", ".", text)
    return ["0" + token if token[0] == "." else token for token in _TOKEN.findall(text)]


class DrugIndex:
    """Looks up drugs by the words that name them. Catch-all codes (trait `noc`) are never found."""

    def __init__(self, drugs: Iterable[Drug]) -> None:
        self._by_ingredient: dict[str, tuple[Drug, ...]] = {}
        self._by_name: dict[str, tuple[Drug, ...]] = {}
        for drug in drugs:
            if "noc" in drug.traits:
                continue
            self._by_ingredient[drug.ingredient] = (*self._by_ingredient.get(drug.ingredient, ()), drug)
            for key in {name_key(name) for name in drug.names}:
                self._by_name[key] = (*self._by_name.get(key, ()), drug)
        self._longest = max((key.count(" ") + 1 for key in self._by_name), default=1)
        self.find = lru_cache(maxsize=16384)(self._find)
        self.narrow = lru_cache(maxsize=16384)(self._narrow)
        self.candidates = lru_cache(maxsize=16384)(self._candidates)
        self.settled = lru_cache(maxsize=16384)(self._settled)

    def names(self) -> dict[str, tuple[Drug, ...]]:
        """Every comparable name with the rows that carry it."""
        return dict(self._by_name)

    def _find(self, text: str) -> tuple[Drug, ...]:
        matches, _ = self._matches(text)
        ingredients = {match[0].ingredient for match in matches}
        return self._by_ingredient[ingredients.pop()] if len(ingredients) == 1 else ()

    def _narrow(self, text: str) -> tuple[Drug, ...]:
        rows = self.candidates(text)
        plain = tuple(drug for drug in rows if "nos" in drug.traits)
        return plain if len(plain) == 1 else rows

    def _candidates(self, text: str) -> tuple[Drug, ...]:
        matches, other_product = self._matches(text)
        if other_product or len({match[0].ingredient for match in matches}) != 1:
            return ()
        return tuple(drug for drug in matches[0] if all(drug in match for match in matches[1:]))

    def _settled(self, text: str, route: str | None, on: date) -> Drug | None:
        rows = by_route(in_force(self.candidates(text), on), route)
        whole = len({drug.code for drug in rows}) == 1 and rows[0].code and rows[0].unit_amount is not None
        return rows[0] if whole else None

    def _matches(self, text: str) -> tuple[list[tuple[Drug, ...]], bool]:
        """The rows behind each name in the text; none when a word is left that may change the drug.

        The flag says that the text names a biosimilar that the table lacks: a known drug, another product.
        """
        exact = self._by_name.get(name_key(text))
        if exact:
            return [exact], False
        tokens = _tokens(text)
        matches, left = self._scan(tokens)
        other_product = bool(left and _SUFFIX.search(text.lower()))
        if other_product:
            matches, left = self._scan(_tokens(_SUFFIX.sub("", text.lower())))
        if any(not word.endswith("%") for word in left) or (left and not self._strength_is_free(tokens, matches)):
            return [], False
        return matches, other_product

    def _strength_is_free(self, tokens: list[str], matches: list[tuple[Drug, ...]]) -> bool:
        """Whether a percentage is only a strength; with a fluid or a bare abbreviation it makes the drug."""
        fluid = any(match[0].admin_class == "hydration" for match in matches)
        return not fluid and any(len(token) >= _LONG_NAME for token in tokens if token not in _NOISE)

    def _scan(self, tokens: list[str]) -> tuple[list[tuple[Drug, ...]], list[str]]:
        matches: list[tuple[Drug, ...]] = []
        left: list[str] = []
        carrier = False
        position = 0
        while position < len(tokens):
            for length in range(min(self._longest, len(tokens) - position), 0, -1):
                words = " ".join(tokens[position : position + length])
                # "mg" is magnesium where it stands alone, and milligrams among other words.
                found = None if words in _UNITS else self._by_name.get(words)
                if found:
                    break
            if found is None:
                word = tokens[position]
                carrier = carrier or word == "in"
                if word not in _NOISE and not word.replace(".", "").isdigit():
                    left.append(word)
                position += 1
                continue
            # A fluid after "in" only carries the drug before it (DRUG-12).
            if not (carrier and matches and found[0].admin_class == "hydration"):
                matches.append(found)
            carrier = False
            position += length
        return matches, left


def in_force(rows: tuple[Drug, ...], on: date) -> tuple[Drug, ...]:
    """The products whose code may be used on a day; one that the table knows without a code stays possible."""
    return tuple([d for d in rows if (d.since is None or d.since <= on) and (d.until is None or on < d.until)])


def by_route(rows: tuple[Drug, ...], route: str | None) -> tuple[Drug, ...]:
    """The products given by the documented route; into tissue none but those, for such products differ by route."""
    fitting = tuple([d for d in rows if route in d.routes])
    return fitting if fitting or route in ("subcutaneous", "intramuscular") else rows
