"""An infusion whose stop reads earlier than its start ran past midnight where the note's dates say that the stay did.

Only a date of the following day shows that (TIME-21): one of a discharge or of an entry, not of a next visit or of a
signature. Without it the two clocks contradict each other and a person decides.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from reviewer.grounding.administrations import Given
from reviewer.grounding.claims import Book
from reviewer.grounding.page import Page
from reviewer.language.dates import find_dates
from reviewer.language.lazy import Lazy
from validator.facts import Evidence, Fact, Standing

_LONGEST = 12 * 60
_MOST_DAYS = 14
"""A longer run is told of two days that have nothing to do with each other."""
_OTHER_DAY = Lazy(
    r"\b(?:next|return\w*|follow\w*|f/u|rtc|appt|appointment|due|schedul\w+|tomorrow|sign\w*|e-?sign\w*|late entry"
    r"|written|dictated|transcribed|printed|exp\w*|until|prn|refill\w*|recheck|labs?)\b[^.;\n]{0,40}\Z",
    re.IGNORECASE,
)

_MIDNIGHT = Lazy(
    r"\b(?:through|thru|past|over|across|crossing|crossed|beyond)[ ](?:the[ ])?midnight\b|\bafter midnight\b"
    r"|\b(?:ran|run|running|infus(?:ed|ing)|continu(?:ed|ing))[ ]over[ ]?night\b",
    re.IGNORECASE,
)
_NEAR = 80


def stop(given: Given, values: dict[str, Any], book: Book, day: date, stated: Collection[date]) -> Fact[Any]:
    """The stop as read, or on the following day where it reads earlier than the start and a date shows the night.

    `stated` are the days of service that the notes state: without one the first date of a note is the day that it
    tells of, and with several nothing is certain.
    """
    told: Fact[Any] = values["stop"]
    begun, ended = values["start"].get(), told.get()
    if begun is not None and ended is not None and (same := _of_that_day(values, begun, ended, book)) is not None:
        return told.model_copy(update={"value": same})
    if begun is not None and ended is not None:
        undated = not stated and (len(begun) > 5) != (len(ended) > 5)  # one of them stands on no day that is told
        if undated or _days(begun, ended, day) > _MOST_DAYS:
            return told.model_copy(update={"standing": Standing.UNGROUNDED})
    if len(stated) > 1 or begun is None or ended is None or len(begun) > 5 or len(ended) > 5:
        return told
    if not 0 < _minutes(ended) + 1440 - _minutes(begun) < _LONGEST:
        return told
    shown = _past_midnight(told, book) or next(
        (e for page in _pages(given, book) if (e := _stayed(page, day if stated else None)) is not None), None
    )
    if shown is None:
        return told
    value = f"{(day + timedelta(days=1)).isoformat()}T{ended}"
    return Fact[Any](value=value, standing=Standing.GROUNDED, evidence=(*told.evidence, shown))


def _past_midnight(told: Fact[Any], book: Book) -> Evidence | None:
    """Where the words of the stop say that it ran over midnight ("through midnight, ending at 0205")."""
    for words in told.evidence:
        page = book.pages[words.note_id]
        first, last = page.sentence(words.start)
        found = _MIDNIGHT.search(page.text, max(first, words.start - _NEAR), min(last, words.end + _NEAR))
        if found is not None:
            return Evidence(note_id=words.note_id, start=found.start(), end=found.end(), text=found[0], match="exact")
    return None


def _of_that_day(values: dict[str, Any], begun: str, ended: str, book: Book) -> str | None:
    """A bare stop in the sentence of a dated start, and later than it: "at 8:15 on 9/29 and ended at 9:20"."""
    if len(begun) <= 5 or len(ended) > 5 or _minutes(ended) <= _minutes(begun[11:16]):
        return None
    if len(values["stop"].readings) > 1 or values["stop"].standing is not Standing.GROUNDED:
        return None
    first, last = values["start"].evidence[:1], values["stop"].evidence[:1]
    if not (first and last) or first[0].note_id != last[0].note_id:
        return None
    start, end = book.pages[last[0].note_id].sentence(last[0].end - 1)
    return f"{begun[:11]}{ended}" if start <= first[0].start < end else None


def _days(begun: str, ended: str, day: date) -> int:
    """How many days lie between two clocks; a bare one is on the day of service."""
    first, last = (date.fromisoformat(clock[:10]) if len(clock) > 5 else day for clock in (begun, ended))
    return (last - first).days


def _pages(given: Given, book: Book) -> list[Page]:
    return [book.pages[note_id] for note_id in dict.fromkeys(anchor.note_id for anchor in given.anchors)]


def _minutes(clock: str) -> int:
    hour, _, minute = clock.partition(":")
    return int(hour) * 60 + int(minute)


def _stayed(page: Page, day: date | None) -> Evidence | None:
    """Where a note names the day after as one of the stay."""
    dates = find_dates(page.text, page.year)
    following = (day or dates[0].on) + timedelta(days=1) if dates else None
    for found in dates:
        before = page.text[max(page.line(found.start)[0], found.start - 60) : found.start]
        if found.on == following and not _OTHER_DAY.search(before) and page.cue(found.start, found.end) == "none":
            text = page.text[found.start : found.end]
            return Evidence(note_id=page.note.id, start=found.start, end=found.end, text=text, match="exact")
    return None
