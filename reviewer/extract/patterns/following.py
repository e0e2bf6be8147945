"""A further unit, bag or push told without its drug's name: "Unit 2 up 1125", "second bag hung", "  Given 14:50"."""

from __future__ import annotations

import re
from dataclasses import replace

from reviewer.extract.patterns.details import read_details
from reviewer.extract.patterns.drafts import Draft
from reviewer.extract.patterns.page import Page, within
from reviewer.extract.patterns.segments import Fragment
from reviewer.extract.patterns.telling import Telling, is_instant
from reviewer.extract.patterns.zones import Zone
from reviewer.language.lazy import Lazy

UNIT_NUMBER = Lazy(
    r"\bunit[ ]?(?:no\.?[ ]?|number[ ]|#)?[ ]?(\d|one|two|three|four)\b|"
    r"\b(first|second|third|fourth|1st|2nd|3rd|4th) unit\b",
    re.IGNORECASE,
)
_NUMBERS = {
    "one": 1, "first": 1, "1st": 1, "two": 2, "second": 2, "2nd": 2, "three": 3, "third": 3, "3rd": 3,
    "four": 4, "fourth": 4, "4th": 4,
}  # fmt: skip
GIVEN_AGAIN = Lazy(r"\W*(?:given|administered)\b[ :@]*", re.IGNORECASE)
"""What leads each line of a record that lists one drug's doses under its order: "Given 08:10  end 09:12"."""


_FLUID = Lazy(r"\b(?:fluids?|ivf|hydration|saline|lit(?:er|re)s?)\b", re.IGNORECASE)
_INFUSION = Lazy(r"\b(?:infusion|drip|gtt)\b|\d ?m[lL]/h", re.IGNORECASE)
_OF_A_PUSH = Lazy(r"\b(?:dose|push(?:ed)?|ivp|injection|syringe|re-?dosed|mg|mcg)\b", re.IGNORECASE)
_OF_A_BAG = Lazy(
    r"\b(?:bag|bottle|hung|hang|spiked|up|started|infus\w+|running|ivpb|drip|unit|lit(?:er|re))\b", re.IGNORECASE
)


def number_of(word: str) -> int:
    """The number of a unit, told in digits or in words."""
    return int(word) if word.isdigit() else _NUMBERS[word.lower()]


def numbered_unit(telling: Telling, piece: Fragment, number: int) -> list[Draft]:
    """A unit of blood by its number: "Unit 1 up 0915" after "here for 2 u PRBC"."""
    blood = [draft for draft in telling.drafts if draft.admin_class == "blood" and draft.fate != "refused"]
    if not blood:
        return []
    given = [draft for draft in blood if draft.fate == "given"]
    if number <= len(given):
        return [given[number - 1]] if given[number - 1].start is None else []
    waiting = [draft for draft in blood if draft.fate != "given"]
    if waiting:
        return waiting[:1]
    draft = Draft(blood[-1].source, blood[-1].note_id, piece.start, blood[-1].ingredient, blood[-1].drugs)
    draft.told["drug"] = list(blood[-1].told.get("drug", []))
    telling.drafts.append(draft)
    telling.last = [draft]
    return [draft]


def next_bag(page: Page, telling: Telling, piece: Fragment) -> list[Draft]:
    """A further bag of the drug told last, with its way; none where nothing was given before."""
    given = [draft for draft in telling.given() if draft.route != "oral"]
    lasting = [draft for draft in given if not is_instant(draft)]
    if not lasting and _OF_A_BAG.search(page.text, piece.start, piece.end):
        return []  # a bag or a unit is no further push
    given = lasting or given
    if not given:
        return []
    if _FLUID.search(page.text, piece.start, piece.end):
        given = [draft for draft in given if draft.admin_class == "hydration"] or given
    before = _pushed_before(page, telling, piece) or next(
        (draft for draft in reversed(telling.last) if draft in given), given[-1]
    )
    draft = Draft(before.source, before.note_id, piece.start, before.ingredient, before.drugs, "given")
    draft.told["drug"] = list(before.told.get("drug", []))
    draft.route, draft.technique, draft.like = before.route, before.technique, before
    for name in ("route", "technique", "site"):
        draft.told[name] = list(before.told.get(name, []))
    read_details(page, Zone(piece.start, piece.end, -1, -1), draft)
    if draft.admin_class == "hydration" and not draft.has("purpose"):
        draft.told["purpose"] = list(before.told.get("purpose", []))
    telling.drafts.append(draft)
    telling.last = [draft]
    return [draft]


def _pushed_before(page: Page, telling: Telling, piece: Fragment) -> Draft | None:
    """The push told last, where words tell of a further dose and of no bag."""
    before = telling.last[-1] if telling.last else None
    if before is None or not is_instant(before) or before.fate != "given":
        return None
    told = _OF_A_PUSH.search(page.text, piece.start, piece.end)
    return before if told and not _OF_A_BAG.search(page.text, piece.start, piece.end) else None


def charted_again(page: Page, telling: Telling, piece: Fragment) -> list[Draft]:
    """The next push of a drug, where an indented line under it is nothing but that ("  Given 05/06/2026 14:50")."""
    before = telling.last[-1] if telling.last else None
    if before is None or not is_instant(before) or before.fate != "given" or before.start is None:
        return []
    line = page.text.rfind("\n", 0, piece.start) + 1
    clocks = within(page.clocks, piece.start, piece.end)
    alone = GIVEN_AGAIN.fullmatch(page.text, line, clocks[0].start) if clocks else None
    if alone is None or page.text[line : line + 1] not in " \t" or clocks[0].clock == before.start:
        return []
    told = {name: list(said) for name, said in before.told.items() if name not in ("start", "stop")}
    again = replace(before, place=piece.start, told=told, start=None, stop=None, stamped=False, pauses=[], like=before)
    telling.drafts.append(again)
    telling.last = [again]
    return [again]


def may_be_begun(draft: Draft, text: str) -> bool:
    """Whether a beginning may be that of a drug that was given: an infusion that began is no push told before."""
    return draft.fate == "given" and not (is_instant(draft) and _INFUSION.search(text))
