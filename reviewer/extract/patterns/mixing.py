"""Drugs of one bag or syringe: said so, or joined by a plus with one time for all."""

from __future__ import annotations

import re
from itertools import pairwise

from reviewer.extract.patterns.drafts import Draft
from reviewer.extract.patterns.page import Page
from reviewer.extract.patterns.segments import Statement
from reviewer.extract.patterns.subjects import Subject
from reviewer.language.kept import expression

_MIXED = expression(
    r"\b(?:mixed|admixed|combined|together|both)\b[^;.]{0,30}\b(?:in|one|same|single)\b[^;.]{0,25}\b(?:bag|minibag|"
    r"syringe|\d+ ?m?l)\b|\b(?:same|one|single) (?:\d+ ?m?l )?(?:NS |D5W )?(?:bag|minibag|syringe)\b|"
    r"\b(?:all|both)(?: in)? 1 bag\b|\bco-?admixed\b|\bmixed (?:together|with)\b|\badmixture\b|"
    r"\b(?:one|single|same)\b[^;.]{0,16}\b(?:mini-?)?bag (?:with|of|containing)\b|mixed by pharmacy\b|"
    r"\b(?:re)?(?:filled|loaded) with\b",
    re.IGNORECASE,
)
APART = expression(
    r"\b(?:not (?:mixed|in the same bag)|sep(?:\.|arate(?:ly)?)?(?: bags?| syringes?)|separate(?:ly)?|own bag|"
    r"different bag|(?:2|two) bags|y-?site[ds]?|y['’]d|y['’]?-?ed|(?:via|through|thru|by) (?:a )?y\b|"
    r"y-?[ ]?(?:tubing|connect\w*))\b",
    re.IGNORECASE,
)


def mix(page: Page, statement: Statement, named: list[Subject], made: list[Draft]) -> None:
    """Drugs of one bag: said so, or joined by a plus with one time for all."""
    new = [
        draft
        for draft in made
        if draft.fate == "given" and not any(s.flush and s.mention.start == draft.place for s in named)
    ]
    if len(new) < 2:
        return
    words = _MIXED.search(page.text, statement.start, statement.end)
    if words is not None:
        new = _around(new, words.start())
        if len({draft.route for draft in new if draft.route is not None}) > 1:
            return  # "one syringe IM in each side" is not what the next drug's shot under the skin was in
    until = next(
        (d.place for d in made if words is not None and d.place > max(words.end(), new[-1].place)), statement.end
    )
    if APART.search(page.text, statement.start if words is None else min(new[0].place, words.start()), until):
        return
    if words is None:
        words = _joined_by_plus(page, named, new)
    if words is None:
        return
    said = page.said(words[0], statement.start, statement.end)
    for draft in new:
        draft.add("mixed", said)
        draft.mixed_with = [other for other in new if other is not draft]


def _around(new: list[Draft], place: int) -> list[Draft]:
    """The drugs that words of one bag speak of: those with the times of the one told last before them."""
    before = [draft for draft in new if draft.place < place]
    nearest = before[-1] if before else new[0]
    same = [draft for draft in new if (draft.start, draft.stop) == (nearest.start, nearest.stop)]
    return same if len(same) > 1 else new


def _joined_by_plus(page: Page, named: list[Subject], new: list[Draft]) -> re.Match[str] | None:
    if len(named) != len(new):
        return None
    premeds = any(draft.admin_class == "antiemetic" for draft in new)
    joint = "w/|with|[+/]" if premeds else "[+/]"  # "Zofran 8 mg with Decadron 10 mg IVPB" is one bag
    found = None
    for one, other in pairwise(named):
        between = page.text[one.zone.drug_end : other.zone.drug_start]
        found = re.fullmatch(
            rf"[ \t]*(?:\d[\d,.]*[ ]?(?:mg|mcg|g|gm|units?|meq))?[ \t]*(?P<joint>{joint})[ \t]*"
            r"(?:\d[\d,.]*[ ]?(?:mg|mcg|g|gm|units?|meq)[ \t]*)?",
            between,
            re.IGNORECASE,
        )
        if found is None:
            return None
    stops = {draft.stop.minute for draft in new if draft.stop is not None}
    return re.search(joint, found[0], re.IGNORECASE) if found and len(stops) == 1 else None
