"""The line that stands over a list of drugs and tells once how each was given ("Given IV push:", "... by IV:")."""

from __future__ import annotations

import re
from functools import lru_cache

from reviewer.language.kept import expression
from reviewer.language.lazy import Lazy
from reviewer.language.sentences import Span, is_bullet, sentence_at

_MOST_ITEMS = 16
_LONGEST_HEADING = 240
_LONGEST_ITEM = 200
_LEADS_ITEM = expression(
    r"[ \t]*(?:[-*•>☐☑✓]|\(?\d{1,2}[.)]|\(?[a-h][.)])?[ \t]*"
    r"(?:@?[ ]?(?:[01]?\d|2[0-4]):?[0-5]\d(?:[ ]?[ap]\.?m\b\.?)?(?:[ ]?hrs?)?[ \t]*[-–:,]?[ \t]*)?"
    r"(?:\d[\d.,]*[ ]?(?:mg|mcg|g|gm|units?|mL|L)[ ](?:of[ ])?)?",
    re.IGNORECASE,
)
_AMOUNT = Lazy(r"\d[ ]?(?:m[gl]|mcg|g|gm|units?|u|l|cc|iu|meq|k)\b", re.IGNORECASE)
_GIVEN = Lazy(
    r"\b(?:given|gave|gives|received|receives|got|administer(?:ed|s)|infus(?:ed|ions?|es)|push(?:ed|es)?|inject(?:ed|ions?|s)"
    r"|ran|hung|ivp|iv ?pb|piggybacks?|meds?|medications?|drugs?|antibiotics?|abx|antiemetics?|agents?|premeds?"
    r"|premedications?|pre-medications?|steroids?|chemo(?:therapy)?|bags?)\b",
    re.IGNORECASE,
)
_FOLLOWS = Lazy(r"\b(?:the )?(?:following|these|listed below|below)\b", re.IGNORECASE)
_ONLY_WAY = Lazy(
    r"\W*(?:(?:given|iv|ivp|ivpb|im|sq|sc|subcut|subcutaneous|intravenous|intramuscular|slow|push(?:es)?|piggybacks?"
    r"|infusions?|injections?|meds?|medications?|drugs?|antibiotics|premeds|pre-?medications?|antiemetics|administered"
    r"|today|by|via)\b\W*){1,6}",
    re.IGNORECASE,
)
_NOT_DONE = Lazy(
    r"\b(?:order\w*|plan\w*|prn|home|due|sched\w*|held|hold\w*|allerg\w*|to be|will|prior|previous\w*|last|yesterday"
    r"|histor\w*|discharge\w*|prescri\w*|standing|not|never|no|without|refus\w*|declin\w*|cancel\w*|if|available|usual\w*"
    r"|need\w*|next|tomorrow|should|may|can|could|would|protocol|teach\w*|educat\w*|discuss\w*|verif\w*|dispens\w*"
    r"|prepar\w*|waste\w*|current\w*|takes?|taking)\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=2048)
def heading_over(text: str, place: int) -> Span | None:
    """The heading of the list in which text[place] names the first drug of an item; None without one.

    Only a line that says how drugs were given is a heading here: no order, plan or list of what was not given.
    """
    start = text.rfind("\n", 0, place) + 1
    if not start or not _LEADS_ITEM.fullmatch(text, start, place):
        return None
    itemised = is_bullet(text[start:place] + " ")
    for _ in range(_MOST_ITEMS):
        end = start - 1
        start = text.rfind("\n", 0, end) + 1
        line = text[start:end].rstrip()
        if not line.strip():
            return None
        if (is_bullet(line) != itemised or line.endswith(":")) or not _is_item(line):
            return _heading(text, start + len(line) - 1)
        if not itemised and (heading := _heading(text, start + len(line) - 1)) is not None:
            return heading
        if not start:
            return None
    return None


def _is_item(line: str) -> bool:
    return len(line) <= _LONGEST_ITEM and _AMOUNT.search(line) is not None


def _heading(text: str, place: int) -> Span | None:
    """The sentence that ends a line, where it announces drugs that were given."""
    start, end = sentence_at(text, place)
    words = text[start:end]
    if len(words) > _LONGEST_HEADING or _NOT_DONE.search(words) or _AMOUNT.search(words):
        return None
    announces = words.endswith(":") or _FOLLOWS.search(words) or _ONLY_WAY.fullmatch(words)
    told = _GIVEN.search(words) or _ONLY_WAY.fullmatch(words)
    return Span(start, end) if announces and told else None
