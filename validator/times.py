"""Clock arithmetic on one absolute scale: day ordinal x 1440 + minute of the day. Seconds are cut off (TIME-23)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAY = 1440
Span = tuple[int, int]


@lru_cache(maxsize=4096)
def absolute(clock: str, on: date, zone: str | None = None) -> int:
    """Minutes on the absolute scale of a `Clock` ("09:10", "24:00", "2026-03-14T09:10").

    A bare time belongs to `on`. With a time zone the minutes are those of UTC, so that a change of daylight-saving
    time lengthens or shortens what spans it (TIME-26).
    """
    day, clock = (date.fromisoformat(clock[:10]), clock[11:]) if len(clock) > 8 else (on, clock)
    hour, minute = clock.split(":")[:2]
    local = day.toordinal() * DAY + int(hour) * 60 + int(minute)
    return local if zone is None else local - _offset(local, zone)


def _offset(local: int, zone: str) -> int:
    offset = _local_datetime(local).replace(tzinfo=ZoneInfo(zone)).utcoffset()
    return int(offset.total_seconds()) // 60 if offset else 0


def _local_datetime(local: int) -> datetime:
    day, minute = divmod(local, DAY)
    return datetime.combine(date.fromordinal(day), datetime.min.time()).replace(hour=minute // 60, minute=minute % 60)


@lru_cache(maxsize=4096)
def day_of(minute: int, zone: str | None = None) -> date:
    """The local calendar day in which an absolute minute falls."""
    if zone is None:
        return date.fromordinal(minute // DAY)
    return _local_datetime(minute).replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()


def known_zone(zone: str | None) -> bool:
    """Whether the zone name is one this machine's zone table has (None: no zone is given, which is fine)."""
    if zone is None:
        return True
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return True


def daylight_saving_shift(start: int, stop: int) -> int:
    """Minutes by which a US change of daylight-saving time would alter the span, 0 when it spans none.

    +60 in autumn (the hour after 01:00 runs twice), -60 in spring. Used when the zone is not documented.
    """
    for day in range(start // DAY, stop // DAY + 1):
        change = day * DAY + 120
        if start < change <= stop and (shift := _us_change(date.fromordinal(day))):
            return shift
    return 0


def _us_change(day: date) -> int:
    if day.weekday() != 6:
        return 0
    if day.month == 3 and 8 <= day.day <= 14:
        return -60
    return 60 if day.month == 11 and day.day <= 7 else 0


def union(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The spans merged where they touch or overlap, in order."""
    ordered = sorted(spans)
    if len(ordered) == 1 and ordered[0][1] > ordered[0][0]:
        return (ordered[0],)
    merged: list[Span] = []
    for start, stop in ordered:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], stop))
        elif stop > start:
            merged.append((start, stop))
    return tuple(merged)


def subtract(spans: Iterable[Span], taken: Collection[Span]) -> tuple[Span, ...]:
    """What is left of `spans` outside `taken`."""
    whole = union(spans)
    if not taken or not whole:
        return whole
    first, last = whole[0][0], whole[-1][1]
    cuts = [cut for cut in taken if cut[0] < last and first < cut[1]]
    if not cuts:
        return whole
    left = list(whole)
    for cut_start, cut_stop in union(cuts):
        left = [
            piece
            for start, stop in left
            for piece in ((start, min(stop, cut_start)), (max(start, cut_stop), stop))
            if piece[1] > piece[0]
        ]
    return tuple(left)


def total(spans: Iterable[Span]) -> int:
    """Minutes in spans that do not overlap."""
    minutes = 0
    for start, stop in spans:
        minutes += stop - start
    return minutes


def at_minute(spans: Iterable[Span], offset: int) -> int:
    """The absolute minute at which `offset` running minutes have passed; the last end if there are fewer."""
    last = 0
    for start, stop in spans:
        if offset < stop - start:
            return start + offset
        offset -= stop - start
        last = stop
    return last
