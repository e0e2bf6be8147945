"""Drugs of unknown class: one may prove to be the initial service, so what stands only without it is not certain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from validator.events import Event
from validator.rules import hydration, infusions, pushes
from validator.worksheet import Worksheet, ids_of

if TYPE_CHECKING:
    from validator.rules.intravenous import Line

RULE = "hierarchy.unknown-drug"


def found(sheet: Worksheet) -> tuple[Event, ...]:
    """What was given by vein, or by a route not told, and is not named or not in the drug table (DRUG-1)."""
    return tuple(
        e
        for e in sheet.events
        if e.family == "unknown"
        and e.route in ("intravenous", None)
        and e.mode in ("infusion", "push", "unknown")
        and e.facts.purpose.get() not in hydration.FLUID_PURPOSES
    )


def possibly_here(unknown: tuple[Event, ...], other_visits: set[str], site: str | None) -> tuple[Event, ...]:
    """Those that are not documented to belong to another visit or, where sites count apart, to another site."""
    return tuple(
        e
        for e in unknown
        if (e.visit is None or e.visit not in other_visits) and (e.site is None or site is None or e.site == site)
    )


def outranking(line: Line, initial: str | None) -> tuple[Event, ...]:
    """Those that would take the initial code if they prove to be chemotherapy (HIER-FAC).

    The first hour of a chemotherapy infusion is reported once whoever holds it; so is a first push beside a push.
    """
    if initial is None or any(i.role == initial and i.family == "chemotherapy" for i in line.infusions):
        return ()
    pushed = any(p.role == initial and p.chemo for p in line.pushes)
    return tuple(e for e in line.strangers if not (pushed and e.mode == "push"))


def withhold(sheet: Worksheet, line: Line, wet: hydration.Wet, initial: str | None, rivals: tuple[Event, ...]) -> None:
    """Take every service that would be initial or hang on it off the claim: each is an add-on, or the initial."""
    for infusion in line.infusions:
        if infusion.codable:
            infusion.relation = "withheld"
            _block(sheet, infusions.FIRST[infusion.family, False], infusion.key, rivals, infusion.events)
    for push in line.pushes:
        if push.codable:
            _block(sheet, pushes.FIRST[push.chemo, False], push.key, rivals, push.events)
    line.pushes = [push for push in line.pushes if not push.codable]
    infusions.report(sheet, line, None)
    pushes.report(sheet, line, None)
    if wet.reportable:
        for event, _ in wet.bags:
            _block(sheet, "96361", event.name, rivals, (event,))
    else:
        hydration.report(sheet, line, wet, None)
    infusions.block_untimed(sheet, line, initial)


def _block(sheet: Worksheet, code: str, what: str, rivals: tuple[Event, ...], events: tuple[Event, ...]) -> None:
    names = ", ".join(sorted({e.name for e in rivals}))
    reason = f"whether {what} is the initial service or an add-on depends on what {names} is"
    sheet.block(code, 1, reason, infusions.ask_extent(sheet, rivals, code), events, rule=RULE, waits_for=ids_of(rivals))
