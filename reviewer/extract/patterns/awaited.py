"""The infusion that words without a drug's name mean, though a push was told since ("Infusion start 0920")."""

from __future__ import annotations

import re

from reviewer.extract.patterns.drafts import Draft
from reviewer.extract.patterns.moments import Moment
from reviewer.extract.patterns.telling import Telling, is_background, is_instant
from reviewer.language.antecedents import begins_tersely
from reviewer.language.lazy import Lazy

_INFUSION_BEGUN = Lazy(
    r"\W*(?:(?:then|and|the|new|iv) ){0,2}"
    r"(?:(?:infusion|drip|bag|gtt)(?: (?:was|is|time))?[ :]{1,2}(?:start|beg[aiu]n|hung|on|up|initiat"
    r"|commenc|spik|from)|"
    r"(?:start(?:ed)?|beg[aiu]n|hung|spiked)(?: the)? (?:infusion|drip|bag)|infus(?:ed|ing) (?:from )?\d)",
    re.IGNORECASE,
)
"""The beginning of an infusion, which no push told since can be."""
_NO_INFUSION = ("oral", "subcutaneous", "intramuscular", "inhaled", "topical")


def paused(telling: Telling, moment: Moment) -> list[Draft]:
    """The infusion that a pause told after its end falls into ("Stop 1305. Pauses: 1010-1025")."""
    if moment.role != "pause" or moment.second is None:
        return []
    first, last = moment.first.clock.minute, moment.second.clock.minute
    return [
        draft
        for draft in telling.given()
        if draft.start and draft.stop and draft.start.minute <= first and last <= draft.stop.minute
    ][-1:]


def to_be_hung(telling: Telling, text: str) -> list[Draft]:
    """The one drug told that an infusion begun now can be: no push since, no tablet, nothing that has its times."""
    if not _INFUSION_BEGUN.match(text) and not begins_tersely(text):
        return []
    lasting = [d for d in telling.drafts if not is_instant(d) and d.route not in _NO_INFUSION and not is_background(d)]
    if any(d.fate == "given" and d.start is not None and d.stop is None for d in lasting):
        return []
    waiting = [d for d in lasting if d.start is None and d.fate in ("given", "spoken_of", "ordered")]
    waiting = [d for d in waiting if d.has("dose")] or waiting
    return waiting[-1:] if len({d.ingredient for d in waiting}) == 1 else []
