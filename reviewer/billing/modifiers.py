"""Which modifiers of a billed line are compared, and how a difference in them weighs (section 7 of the rules)."""

from __future__ import annotations

from collections.abc import Iterable

DISTINCT = "59"
# A payer may ask for the more specific one; each says the same as 59: a distinct service.
SAME_AS_DISTINCT = frozenset({"59", "XE", "XS", "XP", "XU"})
REDUCED = frozenset({"52", "53"})
WASTED, NOTHING_WASTED = "JW", "JZ"
_COMPARED = SAME_AS_DISTINCT | REDUCED

Key = frozenset[str]


def key_of(modifiers: Iterable[str]) -> Key:
    """What of the modifiers makes two lines different: distinct service and reduction. Waste is compared apart."""
    return frozenset(DISTINCT if one in SAME_AS_DISTINCT else one for one in modifiers if one in _COMPARED)


def passed_over(modifiers: Iterable[str]) -> tuple[str, ...]:
    """The modifiers that no rule here supports or refuses, such as KX, PO or TB."""
    return tuple(one for one in modifiers if one not in _COMPARED | {WASTED, NOTHING_WASTED})


def claims_more(billed: Key, supported: Key) -> bool:
    """Whether the billed modifiers ask for more: a distinct service not supported, or a reduction left out."""
    return bool((billed - supported - REDUCED) | ((supported - billed) & REDUCED))


def difference(billed: Key, supported: Key, written: Iterable[str]) -> str:
    """The difference in words, naming billed modifiers as `written`; nothing where there is none."""
    as_written = {DISTINCT if one in SAME_AS_DISTINCT else one: one for one in written}
    said = [f"modifier {as_written[one]} is billed and not supported" for one in sorted(billed - supported)]
    said += [f"modifier {one} is supported and not billed" for one in sorted(supported - billed)]
    return "; ".join(said)
