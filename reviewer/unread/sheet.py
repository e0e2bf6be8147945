"""A note with what the net asks of it, found once: amounts, clocks, ways, and the drugs that stand in it."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cached_property
from typing import Literal

from reviewer.grounding.page import Page, Span
from reviewer.language.clock import FoundClock, find_clocks, find_ranges
from reviewer.language.kept import expression
from reviewer.language.lazy import Lazy
from reviewer.language.quantity import FoundQuantity, find_quantities
from reviewer.unread.names import Names
from reviewer.unread.told import Told
from validator.frozen import changing

Sign = Literal["way", "volume", "dose"]

_DOSES = frozenset(("mg", "g", "mcg", "units", "iu", "meq", "mmol", "mCi", "GBq", "MBq"))
_VOLUMES = ("mL", "L", "mL/h", "mL/min")
WAY = Lazy(
    r"(?<![\w])(?:IV ?PB|IV[ -]?push|IVP|"
    r"IV(?! (?:sites?|access|lines?|start(?:ed)?|placed|inserted|catheter|cannula|pole|team|removed|d/?c|room|suite|"
    r"clinic|center))|"
    r"IM|SQ|SC|sub-?[ ]?q|sub-?cut\w*|(?-i:IT|IA|IP|HAI)|"
    r"intra-?(?:dermal|thecal|venous|muscular|arterial|lesional|vesical|pleural|peritoneal)(?:ly)?|"
    r"push|bolus|gtt|drip|piggyback)(?![\w])",
    re.IGNORECASE,
)
_OTHER_AMOUNT = Lazy(
    r"\b(?:wast\w*|discard\w*|weigh\w*|wt|bsa|level|labs?|intake|output|i&o|vials?|concentration|cumulative"
    r"|life-?time|total|max\w*|limit|remain\w*|left|after (?:approx\w* )?|approx\w*|drained|withdrawn|aspirated"
    r"|~)\W*\Z",
    re.IGNORECASE,
)
_LITRES = Lazy(r"(?<![\d.])(\d(?:\.\d)?) ?L(?= IV\b)")
_NUMBER = (
    "(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|sixteen|twenty|thirty|forty|fifty|sixty"
    "|seventy|eighty|ninety|hundred|thousand)"
)
_SAID = Lazy(
    rf"\b{_NUMBER}[ -](?:(?:{_NUMBER}|and|point|half)[ -]){{0,7}}"
    r"(?:milligrams?|micrograms?|grams?|units?(?! of\b))\b",
    re.IGNORECASE,
)
"""A dose in words, as dictation has it; how much it was is not asked here."""
_GAUGE = expression(r"(?:1[4-9]|2\d|30)[ -]?g", re.IGNORECASE)
_INITIAL = expression(r"\d{3,4}[ \t]+G\Z")


@changing
class Sheet:
    """A note's page, what the facts have of it, and the drug table's names. Its caches are its only state."""

    page: Page
    told: Told
    names: Names

    @property
    def text(self) -> str:
        """The note's text."""
        return self.page.text

    @property
    def note_id(self) -> str:
        """The note's id."""
        return self.page.note.id

    @cached_property
    def clocks(self) -> tuple[FoundClock, ...]:
        """Every clock time, in order."""
        return find_clocks(self.text)

    @cached_property
    def ranges(self) -> tuple[tuple[FoundClock, FoundClock], ...]:
        """Every pair of clocks written as a range, in order."""
        return find_ranges(self.text)

    @cached_property
    def amounts(self) -> list[FoundQuantity]:
        """Doses, strengths, volumes and rates: no gauge, nothing that was wasted, drained or left."""
        found = [one for one in find_quantities(self.text) if _is_amount(one) and not self._is_measure(one)]
        litres = (FoundQuantity(*one.span(), Decimal(one[1]), "L") for one in _LITRES.finditer(self.text))
        said = (FoundQuantity(*one.span(), Decimal(1), "mg") for one in _SAID.finditer(self.text))
        return [*found, *litres, *said]

    @cached_property
    def signs(self) -> dict[int, Sign]:
        """Where a way, a range of times, a volume or a dose begins: what a drug's name may stand before."""
        found: dict[int, Sign] = dict.fromkeys((way.start() for way in WAY.finditer(self.text)), "way")
        found.update(dict.fromkeys((first.start for first, _ in self.ranges), "way"))
        for one in self.amounts:
            found[one.start] = "volume" if one.unit in _VOLUMES else "dose"
        return found

    def _is_measure(self, one: FoundQuantity) -> bool:
        words = self.text[one.start : one.end]
        if one.unit == "g" and _GAUGE.fullmatch(words):
            return not self._is_dosed(one.start, " " in words)
        return bool(_INITIAL.fullmatch(words) or _OTHER_AMOUNT.search(self.text[max(0, one.start - 30) : one.start]))

    def _is_dosed(self, place: int, apart: bool) -> bool:
        """Whether what may be a needle's gauge is the dose of the drug named right before it ("IVIG 20 g")."""
        if any(place - 3 <= known.end <= place for known in self.page.mentions):
            return True
        word = _LAST_WORD.search(self.text, max(0, place - 30), place)
        if word is None or self.names.is_plain(word[0].strip()):
            return False
        return apart or self.names.near(word[0].strip()) is not None

    def has_volume(self, span: Span) -> bool:
        """Whether an amount of fluid stands in a stretch."""
        return any(one.unit in _VOLUMES and span[0] <= one.start < span[1] for one in self.amounts)

    def has_dose(self, span: Span) -> bool:
        """Whether an amount of a drug stands in a stretch."""
        return any(one.unit not in _VOLUMES and span[0] <= one.start < span[1] for one in self.amounts)

    def has_clock(self, span: Span) -> bool:
        """Whether a clock time stands in a stretch."""
        return any(span[0] <= clock.start < span[1] for clock in self.clocks)

    def has_range(self, span: Span) -> bool:
        """Whether a range of times stands in a stretch."""
        return any(span[0] <= first.start < span[1] for first, _ in self.ranges)

    def zone(self, place: int) -> Span:
        """The row or the sentence at a place."""
        row = self.page.row(place)
        return (row.start, row.end) if row is not None else self.page.sentence(place)


_LAST_WORD = expression(r"[A-Za-z][\w'’-]{2,}[ ]{1,2}\Z")


def _is_amount(one: FoundQuantity) -> bool:
    base = one.unit.split("/")[0]
    return (base in _DOSES and not one.unit.endswith("/dL")) or one.unit in _VOLUMES
