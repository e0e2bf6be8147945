"""An infusion of which two ends are told, since what went on in between is not read."""

from __future__ import annotations

import re

from reviewer.extract.patterns.drafts import Draft
from reviewer.extract.patterns.moments import Moment
from reviewer.extract.patterns.telling import Telling, is_instant
from reviewer.language.lazy import Lazy

_BROKEN_OFF = Lazy(
    r"\b(?:stopp?(?:ed|s)?|halt(?:ed|s)?|(?:turned|shut|switched) off|cut off|ceased|off)\b", re.IGNORECASE
)
_ITS_END = Lazy(
    r"\b(?:it|infusions?|bag|drip|remainder|rest|dose)\b[^.;]{0,40}\b(?:complet|finish|conclud|end(?:ed|s)?\b|done\b|empt|"
    r"infused\b|dry\b|ran\b|in\b)",
    re.IGNORECASE,
)


def ended_twice(telling: Telling, moment: Moment, text: str) -> list[Draft]:
    """The infusion that was stopped and yet ended later: nobody read what went on in between, so both ends stand."""
    lasting = [draft for draft in telling.given() if not is_instant(draft)][-1:]
    if moment.role != "stop" or not lasting or lasting[0].stop is None or not _ITS_END.search(text):
        return []
    broken = any(_BROKEN_OFF.search(said.quote) for said in lasting[0].told.get("stop", []))
    return lasting if broken and lasting[0].stop.minute < moment.first.clock.minute else []
