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
_PUSHED_FIRST = expression(
    r"[ ][^,;()\n]{0,24}?\b(?:was |were |is )?(?:slowly |then )?(?:pushed|(?:given|administered)[ ]"
    r"(?:by |via |as |an )*(?:slow )?(?:iv |intravenous )?push|iv push(?:ed)?|ivp)(?: slowly)?(?=[ ])",
    re.IGNORECASE,
)
"""What the first drug of a list says of itself and the others leave out: "A was pushed at 0905 and B at 0908"."""
_JOINT = expression(r"(?:,|\band\b|\bthen\b|\bplus\b|[&+])[^,]{0,24}\Z", re.IGNORECASE)


def joins_led(between: str) -> bool:
    """Whether nothing but a dose, a way into a vein, a time and what joins a list stands between two drugs."""
    return bool(_ITEM.fullmatch(between) and _JOINT.search(between))


def joins_pushed(between: str) -> bool:
    """Whether a drug's push, with its time, and what joins a list stand between it and the next drug."""
    push = _PUSHED_FIRST.match(between)
    return push is not None and any(c.isdigit() for c in between[push.end() :]) and joins_led(between[push.end() :])
