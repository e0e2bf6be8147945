"""Lists that one verb leads: "I pushed A 0.5 mg IV at 2012 and B 12.5 mg IV at 2014"."""

from __future__ import annotations

import re

from reviewer.language.kept import expression

_ITEM = expression(
    r"(?:[\s,+&/()@]|\d{1,2}:\d\d(?:[ ]?[ap]\.?m\b\.?)?|[ap]\.?m\b\.?"
    r"|\.?\d[\d.,]*(?:[ ]?(?:m[gl]|mcg|g|gm|units?|iu|meq|cc)\b)?"
    r"|\b(?:at|of|and|plus|then|also|iv|intravenously|slowly)\b)*",
    re.IGNORECASE,
)
_JOINT = expression(r"(?:,|\band\b|\bthen\b|\bplus\b|[&+])[^,]{0,24}\Z", re.IGNORECASE)


def joins_led(between: str) -> bool:
    """Whether nothing but a dose, a way into a vein, a time and what joins a list stands between two drugs."""
    return bool(_ITEM.fullmatch(between) and _JOINT.search(between))
