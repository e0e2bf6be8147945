"""Puts tellings of one administration together: MAR and narrative, brand and generic, order and chart.

Two sources that tell of the same dose give one administration with two readings. A second bag or push within one
source stays an administration of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

from reviewer.extract.patterns.drafts import Draft

_NEAR = 75


def merge(tellings: Sequence[Sequence[Draft]]) -> list[Draft]:
    """All administrations of the encounter, in order of their starts, told once each."""
    given: list[Draft] = []
    for drafts in tellings:
        mine = [draft for draft in drafts if draft.fate in ("given", "held", "refused")]
        pairs = _pair(given, mine)
        for draft in mine:
            twin = pairs.get(id(draft)) or _told_before(draft, given)
            if twin is None:
                given.append(draft)
            else:
                _absorb(twin, draft)
    orders = [draft for drafts in tellings for draft in drafts if draft.fate == "ordered"]
    return [*given, *_unmet(orders, given)]


def _pair(known: list[Draft], new: list[Draft]) -> dict[int, Draft]:
    """Which known draft each new one tells again; the nearest pairs first, each draft used once."""
    offers = [
        (distance, number, draft, twin)
        for number, draft in enumerate(new)
        for twin in known
        if (distance := _distance(draft, twin)) is not None
    ]
    offers.sort(key=lambda offer: (offer[0], offer[1]))
    pairs: dict[int, Draft] = {}
    used: set[int] = set()
    for _, _, draft, twin in offers:
        if id(draft) not in pairs and id(twin) not in used:
            pairs[id(draft)] = twin
            used.add(id(twin))
    return pairs


def _told_before(draft: Draft, known: list[Draft]) -> Draft | None:
    """What was not given is told of once, however often it is said: an order to hold, and that it was held."""
    if draft.fate == "given":
        return None
    return next(
        (
            other
            for other in known
            if (other.ingredient, other.fate) == (draft.ingredient, draft.fate)
            and not _differ(other.amount, draft.amount)
            and (other.start is None or draft.start is None or other.start.minute == draft.start.minute)
        ),
        None,
    )


def _distance(one: Draft, other: Draft) -> int | None:
    """How far apart two tellings are, None when they cannot be of one administration."""
    if one.ingredient != other.ingredient or one.source == other.source:
        return None
    if one.fate != other.fate:
        return None
    if _differ(one.route, other.route) or _technique_differs(one, other):
        return None
    same_start = one.start is not None and other.start is not None and one.start.minute == other.start.minute
    if _differ(one.amount, other.amount) and not same_start:
        return None
    if one.start is None or other.start is None:
        if one.stop is not None and other.stop is not None:
            apart = abs(one.stop.minute - other.stop.minute)
            return apart if apart <= _NEAR else None
        return 40
    apart = abs(one.start.minute - other.start.minute)
    if one.technique in ("push", "injection") and apart > 20:
        return None
    return apart if apart <= _NEAR else None


def _differ(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one != other


def _technique_differs(one: Draft, other: Draft) -> bool:
    """A push and a pump of one drug are two administrations; an injection and a push may be one told loosely."""
    pair = {one.technique, other.technique}
    if None in pair or len(pair) == 1:
        return False
    return pair != {"push", "injection"}


def _absorb(twin: Draft, draft: Draft) -> None:
    """Add a second telling to the first: what is new, and the readings that may disagree."""
    for name, words in draft.told.items():
        if name == "purpose" and twin.has("purpose"):
            continue
        if name == "status" and twin.has("status"):
            words = [said for said in words if "stop" in said.text.lower()]
        for said in words:
            twin.add(name, said)
    twin.start, twin.stop = twin.start or draft.start, twin.stop or draft.stop
    twin.technique, twin.route = twin.technique or draft.technique, twin.route or draft.route
    twin.amount = twin.amount or draft.amount
    if not twin.pauses:
        twin.pauses = draft.pauses
    for mine, its in ((twin.mixed_with, draft.mixed_with), (twin.concurrent_with, draft.concurrent_with)):
        mine.extend(other for other in its if other not in mine)
    draft.told = {}


def _unmet(orders: list[Draft], given: list[Draft]) -> list[Draft]:
    """Orders that nothing given, held or refused answers, once per drug."""
    met = {draft.ingredient for draft in given}
    unmet: list[Draft] = []
    for order in orders:
        if order.ingredient not in met and order.drugs:
            met.add(order.ingredient)
            unmet.append(order)
    return unmet
