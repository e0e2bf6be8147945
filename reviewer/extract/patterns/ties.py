"""What joins administrations: running at the same time, and regimens named without their drugs."""

from __future__ import annotations

from collections.abc import Sequence

from reviewer.extract.patterns.drafts import Draft
from reviewer.extract.patterns.page import Page
from reviewer.extract.wire import Said
from reviewer.language.clock import Clock
from reviewer.language.nameless import find_regimens, names_regimen


def tie_concurrent(drafts: Sequence[Draft]) -> None:
    """Tie an infusion that is said to run with another to the one meant: named in its words, else the one beside it."""
    for index, draft in enumerate(drafts):
        if draft.fate != "given" or not draft.has("concurrent") or draft.concurrent_with:
            continue
        others = [
            other for other in drafts if other is not draft and other.fate == "given" and _may_overlap(draft, other)
        ]
        named = [other for other in others if _is_named(draft, other)]
        before = [other for other in reversed(drafts[:index]) if other in others]
        after = [other for other in drafts[index + 1 :] if other in others]
        for chosen in (named or before or after)[:1]:
            draft.concurrent_with.append(chosen)


def without_known_regimens(drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts without "R-CHOP given", where the drugs themselves are told."""
    named = any(draft.drugs and draft.fate == "given" and not draft.has("purpose") for draft in drafts)
    return [draft for draft in drafts if draft.drugs or not (named and names_regimen(draft.ingredient))]


def _is_named(draft: Draft, other: Draft) -> bool:
    words = " ".join(said.quote.lower() for said in draft.told["concurrent"])
    return any(said.text.lower() in words for said in other.told.get("drug", []))


def _may_overlap(one: Draft, other: Draft) -> bool:
    if (
        other.technique in ("push", "injection")
        or other.route not in (one.route, None)
        or one.ingredient == other.ingredient
    ):
        return False
    return _minute(one.start, 0) < _minute(other.stop, 2880) and _minute(other.start, 0) < _minute(one.stop, 2880)


def _minute(clock: Clock | None, unknown: int) -> int:
    return unknown if clock is None else clock.minute + (1440 if clock.next_day else 0)


def regimens(page: Page) -> list[Said]:
    """Regimens named in a note: a name proves no drug, but it is kept for a person to see."""
    found: dict[str, Said] = {}
    for start, end in find_regimens(page.text):
        name = page.text[start:end]
        found.setdefault(name.upper(), page.said(name, start, end))
    return list(found.values())
