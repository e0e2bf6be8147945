"""What one source (a note's prose, or one table) has told so far: its drafts, and which of them words point at."""

from __future__ import annotations

from dataclasses import field

from reviewer.extract.patterns.drafts import Draft, Pause
from reviewer.extract.patterns.moments import Moment, Role
from reviewer.extract.patterns.page import Page
from reviewer.extract.wire import Said
from reviewer.language.clock import Clock
from validator.frozen import changing

_INSTANT = ("push", "injection")


@changing
class Telling:
    """The drafts of one source in order of telling. `last` is what a following "it" or "stopped 1115" speaks of."""

    page: Page
    source: str
    drafts: list[Draft] = field(default_factory=list)
    last: list[Draft] = field(default_factory=list)

    def given(self) -> list[Draft]:
        """The drafts that were given, in order."""
        return [draft for draft in self.drafts if draft.fate == "given"]

    def of(self, ingredient: str) -> list[Draft]:
        """The drafts of an ingredient, in order."""
        return [draft for draft in self.drafts if draft.ingredient == ingredient]

    def open_ones(self) -> list[Draft]:
        """Infusions that have begun and not ended, latest last; what only keeps a line open comes first."""
        found = [draft for draft in self.drafts if draft.is_open and draft.start is not None]
        return sorted(found, key=lambda draft: is_background(draft) is False)


def is_background(draft: Draft) -> bool:
    """Whether a draft is a fluid or flush that runs behind the drugs."""
    return draft.admin_class in ("hydration", "flush") or any(
        word in said.text.lower()
        for said in draft.told.get("purpose", ())
        for word in ("kvo", "tko", "keep", "flush", "carrier")
    )


def apply(draft: Draft, moment: Moment, said: Said, second: Said | None) -> None:
    """Put a time into a draft. `said` carries the moment's first clock, `second` the second of a range."""
    if moment.role == "range" and second is not None and moment.second is not None:
        set_start(draft, moment.first.clock, said)
        set_stop(draft, moment.second.clock, second)
    elif moment.role == "pause":
        pause = Pause(start=said, since=moment.first.clock)
        if moment.second is not None:
            pause.stop = second
        draft.pauses.append(pause)
    elif moment.role == "resume":
        _resume(draft, moment.first.clock, said)
    elif moment.role == "stop":
        set_stop(draft, moment.first.clock, said)
    elif moment.role in ("start", "bare"):
        set_start(draft, moment.first.clock, said)


def set_start(draft: Draft, clock: Clock, said: Said, stamped: bool = False) -> None:
    """A start; one that is more exact replaces that of a line's stamp."""
    if draft.stamped and not stamped and draft.start != clock:
        draft.told.pop("start", None)
        draft.start = None
    if draft.start is None:
        draft.start = clock
        draft.stamped = stamped
    draft.add("start", said)


def set_stop(draft: Draft, clock: Clock, said: Said) -> None:
    """A stop."""
    if draft.stop is None:
        draft.stop = clock
    draft.add("stop", said)


def _resume(draft: Draft, clock: Clock, said: Said) -> None:
    """The end of a pause. "Stopped 0920, restarted 0940" was a pause, not an end."""
    for pause in reversed(draft.pauses):
        if pause.stop is None:
            pause.stop = said
            return
    if draft.stop is not None and draft.told.get("stop") and draft.stop.minute <= clock.minute:
        draft.pauses.append(Pause(start=draft.told.pop("stop")[-1], stop=said, since=draft.stop))
        draft.stop = None
        _drop_early_stop(draft)
        return
    if draft.start is None:
        set_start(draft, clock, said)
        return
    draft.pauses.append(Pause(stop=said))


def _drop_early_stop(draft: Draft) -> None:
    draft.told["status"] = [said for said in draft.told.get("status", []) if "stop" not in said.text.lower()]


def continues(draft: Draft, role: Role) -> bool:
    """Whether a time of this role can belong to a draft that was told before."""
    if role in ("stop", "pause", "resume"):
        return draft.stop is None or role == "resume"
    return draft.start is None


def is_instant(draft: Draft) -> bool:
    """Whether a draft is a push or an injection, which has one time."""
    return draft.technique in _INSTANT
