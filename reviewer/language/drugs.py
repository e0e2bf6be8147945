"""Finds the drugs a text names, with their places: generics, brands, abbreviations and the usual misspellings.

The names come from the rulebook's drug table; the longest name wins. A word that is a name only at first sight (a
saline *lock*, an iron *deficiency*, potassium *3.2*) is no mention. Which drug a mention is, is looked up, never
guessed by likeness.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from reviewer.language.additives import AS_MAGNESIUM
from reviewer.language.kept import expression
from reviewer.language.once import once
from validator.drug_names import BIOSIMILAR_SUFFIX
from validator.records import Drug
from validator.rulebook import Rulebook

_TOKEN = expression(r"[a-z]+(?:['’][a-z]+)*|\d*\.\d+[ ]?%|\d+[ ]?%|\d+,\d{3}\b|\d*\.\d+|\d+")
_SUFFIX = expression(BIOSIMILAR_SUFFIX, re.IGNORECASE)
_TRAILING = expression(
    r"(?:[ -](?:hydrochloride|hcl|acetate|sodium|calcium|sulfate|sulphate|phosphate|succinate|citrate|tartrate|"
    r"besylate|mesylate|"
    r"depot|lar|liposomal|liposome|protein-bound|preservative[- ]free|pf|er|bolus(?= \d+ ?mg\b))(?![\w]))+",
    re.IGNORECASE,
)
_NOT_A_DRUG = expression(
    r"[ \t-]{0,2}(?:locked?\b|lock(?:ing)?\b(?! flush)|well\b|deficien\w*|overload\b|levels?\b|trough\b|stud(?:y|"
    r"ies)\b|toxicity\b|panel\b|"
    r"saturation\b|antibod\w+|assay\b|induced\b|related\b|associated\b|naive\b|naïve\b|refractory\b|resistant\b|"
    r"sensitive\b|dependent\b|"
    r"based\b|free diet\b|sliding scale\b|pump rep\b|receptor\b|positive\b|negative\b|allergy\b)",
    re.IGNORECASE,
)
_LAB_AFTER = expression(
    r"[ \t]*(?:level|was|is|of|[:=])?[ \t]*(?:low|high|normal|wnl|\d+(?:\.\d+)?(?![\d.]*[ ]?(?:mg|meq|g|gm|gram|mmol|"
    r"units?|mcg|ml|cc|amps?|iu|%)\b(?!/d?l)))",
    re.IGNORECASE,
)
_LAB_NAMES = frozenset(
    [
        "potassium",
        "k",
        "magnesium",
        "mg",
        "mag",
        "calcium",
        "ca",
        "iron",
        "albumin",
        "sodium",
        "phosphate",
        "phosphorus",
        "glucose",
        "bicarb",
        "bicarbonate",
    ]
)
_CLIPPED = frozenset(
    (
        "gem", "cis", "benda", "doce", "pacli", "carfil", "bortez", "vinc", "eto", "cyclo", "beva", "pertuz", "ondan",
        "palo", "fosap", "famot", "diphen", "loraz", "pegfil", "dexa",
    )
)  # fmt: skip
"""Names cut short: a drug's only beside its dose, since "cis" is a carcinoma in situ as well."""
_DOSE_AFTER = expression(
    r"[ \t|,:]{1,3}\d[\d.,]*[ ]?(?:(?:mg|mcg|gm?|units?)\b(?!/)|(?:iv|ivpb?|sq|im)\b)", re.IGNORECASE
)
_DOSE_BEFORE = expression(r"\d[ ]?(?:mg|mcg|gm?)[ ](?:of )?\Z", re.IGNORECASE)


_EPINEPHRINE_AFTER = expression(
    r"[ ](?:1:1,?000[ ])?(?:0?\.\d+|1)[ ]?m[gl]\b[^.;\n]{0,12}?\b(?:im|sq|sc|sub)|[ -]?pen\b", re.IGNORECASE
)
_MAGNESIUM = expression(rf"Mg{AS_MAGNESIUM}")
_AMOUNT_BEFORE = expression(r"\d[ ]?\Z")
_CLOCK_BEFORE = expression(r"(?:\A|[\n.;])[ \t]*\d\d?:?\d\d[ ]{1,4}\Z")


class DrugMention(NamedTuple):
    """A drug named at text[start:end]. `drugs` are all products of its one ingredient."""

    start: int
    end: int
    text: str
    ingredient: str
    drugs: tuple[Drug, ...]


class DrugFinder:
    """Finds drug names in text by one pass over its words."""

    def __init__(self, rulebook: Rulebook) -> None:
        names: dict[tuple[str, ...], tuple[Drug, ...]] = {}
        for name, drugs in rulebook.drug_names().items():
            ingredients = {drug.ingredient for drug in drugs}
            if len(ingredients) == 1:
                names[tuple(name.split())] = drugs
        self._names = names
        self._longest: dict[str, int] = {}
        for key in names:
            self._longest[key[0]] = max(len(key), self._longest.get(key[0], 0))
        self._found = lru_cache(maxsize=64)(self._find)

    def find(self, text: str) -> tuple[DrugMention, ...]:
        """Every drug mention in the text, in order, longest names first and none overlapping another."""
        return self._found(text)

    def _find(self, text: str) -> tuple[DrugMention, ...]:
        lowered = text.lower()
        if len(lowered) != len(text):  # a few capitals grow when lowered; keep the places true
            lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
        words = list(_TOKEN.finditer(lowered))
        plain = [_plain(word[0]) for word in words]
        found: list[DrugMention] = []
        position = 0
        while position < len(words):
            length = self._match(lowered, words, plain, position) if plain[position] in self._longest else 0
            if not length:
                position += 1
                continue
            mention = self._mention(text, words, plain, position, length)
            if mention:
                found.append(mention)
            position += length
        return tuple(found)

    def _match(self, text: str, words: list[re.Match[str]], plain: list[str], position: int) -> int:
        longest = self._longest.get(plain[position], 0)
        if not longest or not _begins(text, words[position].start()):
            return 0
        for length in range(min(longest, len(words) - position), 0, -1):
            if tuple(plain[position : position + length]) not in self._names:
                continue
            last = words[position + length - 1].end()
            if _ends(text, last) and _close(text, words, position, length):
                return length
        return 0

    def _mention(
        self, text: str, words: list[re.Match[str]], plain: list[str], position: int, length: int
    ) -> DrugMention | None:
        start, end = words[position].start(), words[position + length - 1].end()
        if _NOT_A_DRUG.match(text, end):
            return None
        if length == 1 and plain[position] in _LAB_NAMES and _LAB_AFTER.match(text, end):
            return None
        if length == 1 and plain[position] in _CLIPPED and not _is_dosed(text, start, end):
            return None
        if length == 1 and plain[position] == "epi" and not _EPINEPHRINE_AFTER.match(text, end):
            return None  # epirubicin is clipped so as well
        if length == 1 and plain[position] == "mg" and not _is_magnesium(text, start):
            return None
        drugs = self._names[tuple(plain[position : position + length])]
        for more in (_SUFFIX, _TRAILING):
            trailing = more.match(text, end)
            end = trailing.end() if trailing else end
        return DrugMention(start, end, text[start:end], drugs[0].ingredient, drugs)


def _is_magnesium(text: str, start: int) -> bool:
    before = text[max(0, start - 12) : start]
    return bool(_MAGNESIUM.match(text, start)) and bool(
        not _AMOUNT_BEFORE.search(before) or _CLOCK_BEFORE.search(before)
    )


def _is_dosed(text: str, start: int, end: int) -> bool:
    return bool(_DOSE_AFTER.match(text, end) or _DOSE_BEFORE.search(text[max(0, start - 12) : start]))


def _plain(word: str) -> str:
    if word.isalnum():
        return word
    word = word.replace("'", "").replace("’", "").replace(" ", "").replace(",", "")
    return "0" + word if word.startswith(".") else word


def _begins(text: str, start: int) -> bool:
    if text.startswith("u ", start) and start and text[start - 1].isdigit():
        return True  # "2u platelets"
    return start == 0 or not (text[start - 1].isalnum() or (text[start - 1] == "." and text[start].isdigit()))


def _ends(text: str, end: int) -> bool:
    return end >= len(text) or not text[end].isalnum()


def _close(text: str, words: list[re.Match[str]], position: int, length: int) -> bool:
    """Whether the words of a name stand together: only spaces, hyphens, slashes or brackets between them."""
    for one, other in zip(
        words[position : position + length - 1], words[position + 1 : position + length], strict=True
    ):
        between = text[one.end() : other.start()]
        if len(between) > 2 or between.strip(" \t-–/().,'’"):
            return False
        if "." in between or (between.startswith(",") and one[0].isdigit()):
            return False
    return True


@once
def finder(rulebook: Rulebook) -> DrugFinder:
    """The finder of a rulebook, built once."""
    return DrugFinder(rulebook)
