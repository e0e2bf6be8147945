"""Infusions whose minutes are not all documented: what they may have taken from others of their family (decision 1).

A line stands only if it is true however long they ran. Decisions 6 and 11 of `docs/decisions` give the reasons.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from validator.events import Event
from validator.rules.infusions import INFUSION_MINIMUM, Infusion, overlaps, owning_order
from validator.times import Span, subtract, total, union

if TYPE_CHECKING:
    from validator.rules.intravenous import Line

Spans = tuple[Span, ...]
Groups = dict[str, list[Event]]
MOST_UNSEEN = INFUSION_MINIMUM - 1
"""Minutes that an infusion may take from another and still have no line to show for them."""


def contest(line: Line, running: Spans) -> None:
    """Leave each infusion what is certain beside those of unknown extent; `running` are minutes of pumps."""
    for family in ("chemotherapy", "therapeutic") if line.unresolved else ():
        for groups in _clusters(line, family):
            _unsure_of_one_drug(line, family, groups)
            _settle(line, family, groups, running)


def _clusters(line: Line, family: str) -> Iterator[Groups]:
    """The unmeasured infusions of a family by drug, those together whose minutes or rivals may be the same."""
    groups: Groups = {}
    for event in line.unresolved:
        if family == ("chemotherapy" if event.family == "unknown" else event.family):
            groups.setdefault(event.ingredient or event.id, []).append(event)
    reach = {drug: _reach(line, family, drug, events) for drug, events in groups.items()}
    beside = [i.segments for i in _codable(line, family)]
    while groups:
        drug = next(iter(groups))
        cluster, spans = {drug: groups.pop(drug)}, reach[drug]
        while near := [d for d in groups if overlaps(reach[d], spans) or _share(beside, reach[d], spans)]:
            for other in near:
                cluster[other] = groups.pop(other)
                spans = union((*spans, *reach[other]))
        yield cluster


def _share(beside: list[Spans], one: Spans, other: Spans) -> bool:
    return any(overlaps(spans, one) and overlaps(spans, other) for spans in beside)


def _reach(line: Line, family: str, drug: str, events: list[Event]) -> Spans:
    """Every minute it could own: its open ones, and those of its documented bags, which it makes longer."""
    own = (s for i in line.infusions if i.family == family and i.drug == drug for s in i.segments)
    return union((*(s for e in events for s in e.open_extent), *own))


def _codable(line: Line, family: str) -> list[Infusion]:
    return [i for i in line.infusions if i.family == family and i.codable]


def _unsure_of_one_drug(line: Line, family: str, groups: Groups) -> None:
    """A bag that ran beside another may, together with the unmeasured bag of its drug, be a service of its own.

    And one that did not may, together with it, have run beside a drug of unknown class.
    """
    strange = [e for e in line.rivals if e.family == "unknown"] if family == "therapeutic" else []
    for infusion in line.infusions:
        if infusion.family != family or infusion.drug not in groups:
            continue
        if infusion.relation in ("concurrent", "too short"):
            _put_off(infusion, groups[infusion.drug])
        elif met := [
            e for e in strange if overlaps(e.extent, _reach(line, family, infusion.drug, groups[infusion.drug]))
        ]:
            _put_off(infusion, met)


def _settle(line: Line, family: str, groups: Groups, running: Spans) -> None:
    reach = {drug: _reach(line, family, drug, events) for drug, events in groups.items()}
    beside = _codable(line, family)
    kin = [i for i in beside if i.drug in groups]
    left = {i.key: _left(i, reach) for i in beside if _touched(i, reach)}
    touched = [i for i in beside if i.key in left]
    if not touched:
        return
    lost = [i for i in touched if total(left[i.key]) + i.unplaced < INFUSION_MINIMUM]
    longest = min((*touched, *kin), key=owning_order)
    every = union(s for spans in reach.values() for s in spans)
    keeps_all = None if _disputed(line, longest, every, running) else longest
    stand_in = _stand_in(line, family, every, lost, kin, keeps_all, len(groups))
    for infusion in touched:
        infusion.stands_in = infusion in lost
        if infusion is keeps_all:
            continue
        takers = [e for drug, events in groups.items() if drug != infusion.drug for e in events]
        if infusion in lost and infusion is not stand_in:
            _put_off(infusion, takers)
        else:
            _count_less(infusion, left[infusion.key], takers)
    if keeps_all is not None and kin and keeps_all not in kin:
        _yield(kin, keeps_all in lost, groups)


def _yield(kin: list[Infusion], swallowed: bool, groups: Groups) -> None:
    """With the unmeasured bag of its drug it may be the longest: one of the two has the line, or the hours."""
    for infusion in kin:
        if swallowed:
            _put_off(infusion, groups[infusion.drug])
        else:
            _count_less(infusion, (), groups[infusion.drug])


def _touched(infusion: Infusion, reach: dict[str, Spans]) -> bool:
    return any(drug != infusion.drug and overlaps(infusion.segments, spans) for drug, spans in reach.items())


def _left(infusion: Infusion, reach: dict[str, Spans]) -> Spans:
    """Its own minutes that no other drug of unknown extent can have taken."""
    return subtract(infusion.own, [s for drug, spans in reach.items() if drug != infusion.drug for s in spans])


def _disputed(line: Line, longest: Infusion, every: Spans, running: Spans) -> bool:
    """Whether something owns minutes before the longest and so could take them from an unmeasured one as well."""
    if longest.family == "therapeutic" and (overlaps(running, every) or _outranked(line, every)):
        return True
    before = owning_order(longest)
    return any(owning_order(i) < before and overlaps(i.segments, every) for i in line.infusions)


def _outranked(line: Line, spans: Spans) -> bool:
    return any(overlaps(event.open_extent, spans) for event in line.rivals)


def _stand_in(
    line: Line,
    family: str,
    every: Spans,
    lost: list[Infusion],
    kin: list[Infusion],
    keeps_all: Infusion | None,
    unmeasured: int,
) -> Infusion | None:
    """Of those that may have lost all, the one whose first-hour line stands for that of what took its minutes.

    It is certain where losing its own line means that another infusion took enough of it to have one.
    """
    if kin or keeps_all in lost or (family == "therapeutic" and _outranked(line, every)):
        return None
    enough = INFUSION_MINIMUM + MOST_UNSEEN * unmeasured
    return min((i for i in lost if total(i.own) >= enough), key=owning_order, default=None)


def _count_less(infusion: Infusion, certain: Spans, events: Sequence[Event]) -> None:
    infusion.uncertain = total(infusion.own) - total(certain)
    infusion.hours_on = certain
    infusion.rivals = (*infusion.rivals, *events)


def _put_off(infusion: Infusion, events: Sequence[Event]) -> None:
    infusion.relation = "contested"
    infusion.rivals = (*infusion.rivals, *events)
