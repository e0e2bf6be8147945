"""A push told again in a sentence of its own, by nothing but its times: "Repeated 1050, 1130"."""

from __future__ import annotations

from dataclasses import replace

from reviewer.extract.patterns.details import amounts_in, is_dose
from reviewer.extract.patterns.drafts import Draft
from reviewer.extract.patterns.page import Page, within
from reviewer.extract.patterns.segments import Fragment, Statement
from reviewer.extract.patterns.telling import Telling
from reviewer.language.clock import FoundClock
from reviewer.language.cues import cue
from reviewer.language.redosed import lists_doses


def repeats_push(page: Page, telling: Telling, statement: Statement) -> bool:
    """Take the further pushes that a statement lists of the drug pushed last; whether it lists any."""
    before = telling.last[-1] if telling.last else None
    if before is None or before.technique != "push" or before.fate != "given" or before.start is None:
        return False
    clocks = within(page.clocks, statement.start, statement.end)
    if not clocks or any(clock.start in page.ranges for clock in clocks):
        return False
    if not lists_doses(page.text, statement.start, statement.end, [clock[:2] for clock in clocks]) or not is_same_dose(
        page, before, statement
    ):
        return False
    if cue(page.text, clocks[0].start, clocks[0].end) != "none":
        return False
    for clock in clocks:
        if clock.clock.minute > before.start.minute or clock.clock.next_day or clock.clock.on:
            _push_again(page, telling, before, statement, clock)
    return True


def is_same_dose(page: Page, before: Draft, words: Statement | Fragment) -> bool:
    """Whether a stretch tells no dose, or the one that was told of the draft."""
    doses = {
        f"{one.amount.normalize():f} {one.unit}" for one in amounts_in(page, words.start, words.end) if is_dose(one)
    }
    return doses <= {before.amount}


def _push_again(page: Page, telling: Telling, before: Draft, statement: Statement, clock: FoundClock) -> None:
    told = {name: list(said) for name, said in before.told.items() if name not in ("start", "stop")}
    again = replace(before, place=clock.start, told=told, start=clock.clock, stop=None, pauses=[], like=before)
    again.mixed_with, again.concurrent_with = [], []
    again.told["start"] = [page.said(page.text[clock.start : clock.end], statement.start, clock.end)]
    telling.drafts.append(again)
