"""Notes cut into what is read together: statements (a sentence, with the time stamp of its line) and fragments.

A fragment is short enough that one drug or one time belongs to what stands beside it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator
from itertools import pairwise
from typing import NamedTuple

from reviewer.extract.patterns.page import Page, within
from reviewer.language.antecedents import AFTER_ANOTHER, LEADS_ON
from reviewer.language.clock import FoundClock
from reviewer.language.kept import expression
from reviewer.language.lazy import Lazy
from reviewer.language.sentences import Span, is_bullet, lines, sentences

_CUT = Lazy(
    r"[;()\[\]|•\t]|,(?!\d{3}\b)|(?<=[A-Za-z0-9)])[ \t]+[-–—]{1,2}[ \t]+(?!(?:infusion )?(?:stopped|held|paused|"
    r"restarted|resumed)\b)|(?:->|→|=>|>)|\n|:(?=[ \t])|"
    r"\b(?:and then|then|followed by|and|but|while|&|plus|also|after which|before"
    r"|with(?= (?:another|an additional|an? (?:second|repeat)) [\d.]))\b|[ \t]//?[ \t]|" + AFTER_ANOTHER,
    re.IGNORECASE,
)
_LEAD = expression(
    r"[\s\-*•>\[(@#]*(?:(?:(?:admin\w* |performed |given )?(?:time|date(?:/time)?)|at)[:\s]+)?[\s\-*•>\[(@]*",
    re.IGNORECASE,
)
_STAMP_TAIL = expression(r"[ \t]*(?:\)|\]|h\b|hrs?\b|hours\b)?[ \t]*[-–—:.,|>]*[ \t]*", re.IGNORECASE)
_LONE_TIME = expression(r"[ ]*(?:at|@|around|about|between|from)?[ ]*(?:on \d[\d/.-]*)?[ ]*", re.IGNORECASE)
_ACT = Lazy(
    r"\W*(?:it|(?:the |her |his |this )?(?:infusion|drip|bag|drug|pump))\b (?:\w+ ){0,3}(?:re\w+ed|begun again"
    r"|went on|stopped|"
    r"paused|held|halted|turned (?:off|on|back on)|off|on|back on)\b",
    re.IGNORECASE,
)
_INDENTED = expression(r"[ \t]{2,}|\t")


class Stamp(NamedTuple):
    """The time that leads a line: one clock, or two that make a range. `start` is where the line's stamp begins."""

    start: int
    end: int
    first: FoundClock
    second: FoundClock | None
    own: bool  # whether it stands on the statement's own line


class Statement(NamedTuple):
    """A sentence at start..end, without its line's stamp."""

    start: int
    end: int
    stamp: Stamp | None
    leads: bool  # whether it begins its line


class Fragment(NamedTuple):
    """A piece of a statement between two cuts."""

    start: int
    end: int


def statements(page: Page, taken: Collection[int]) -> tuple[Statement, ...]:
    """The statements of a note in order, but for lines (by number) that were taken as table rows."""
    all_lines = lines(page.text)
    stamps = _stamps(page, all_lines)
    starts = [line.start for line in all_lines]
    found: list[Statement] = []
    for sentence in sentences(page.text):
        number = bisect_right(starts, sentence.start) - 1
        if number in taken:
            continue
        stamp = stamps[number]
        start = sentence.start
        leads = not page.text[all_lines[number].start : start].strip(" \t-*•>")
        if stamp and stamp.own and start < stamp.end:
            start = min(stamp.end, sentence.end)
            leads = True
        elif (led := _led(page, sentence)) is not None:
            stamp, start = led, led.end
        if start >= sentence.end:
            continue
        found.append(Statement(start, sentence.end, stamp, leads))
    return tuple(found)


def _led(page: Page, sentence: Span) -> Stamp | None:
    """The clock that leads a sentence within its line: "0920 NS 1 L hung. 1015 NS in." has two."""
    clocks = within(page.clocks, sentence.start, sentence.end)
    if not clocks or page.text[sentence.start : clocks[0].start].strip(" (["):
        return None
    pair = page.ranges.get(clocks[0].start)
    second = pair[1] if pair else None
    tail = _STAMP_TAIL.match(page.text, second.end if second else clocks[0].end, sentence.end)
    end = tail.end() if tail else clocks[0].end
    return Stamp(sentence.start, end, clocks[0], second, True) if end < sentence.end else None


def _stamps(page: Page, all_lines: tuple[Span, ...]) -> list[Stamp | None]:
    """The stamp of each line; an item or an indented line without one has that of the line above it."""
    found: list[Stamp | None] = []
    last: Stamp | None = None
    alone = False  # whether the line above is nothing but a clock
    for line in all_lines:
        text = page.text[line.start : line.end]
        stamp = _stamp(page, line, text)
        goes_on = is_bullet(text) or _INDENTED.match(text) or alone
        if stamp is None and last is not None and text.strip() and goes_on:
            stamp = last._replace(own=False)
            alone = False
        else:
            last = stamp
            alone = stamp is not None and stamp.end >= line.end
        found.append(stamp)
    return found


def _stamp(page: Page, line: Span, text: str) -> Stamp | None:
    lead = _LEAD.match(text)
    place = line.start + (lead.end() if lead else 0)
    clocks = within(page.clocks, line.start, line.end)
    if not clocks or clocks[0].start > place or clocks[0].start < line.start:
        return None
    first = clocks[0]
    pair = page.ranges.get(first.start)
    second = pair[1] if pair else None
    end = second.end if second else first.end
    tail = _STAMP_TAIL.match(page.text, end, line.end)
    end = tail.end() if tail else end
    if end >= line.end and lead is not None and re.search(r"[A-Za-z]", lead[0]):
        return None
    return Stamp(line.start, end, first, second, True)


def fragments(page: Page, statement: Statement, brackets: bool = True) -> tuple[Fragment, ...]:
    """A statement's fragments in order. A cut never parts a clock range, an amount or a drug's name.

    Without `brackets` what stands in them stays with the words around it.
    """
    start, end = statement.start, statement.end
    kept: list[tuple[int, int]] = []
    for clock in within(page.clocks, start, end):
        pair = page.ranges.get(clock.start)
        last = pair[1].end if pair else clock.end
        label = next(
            (w for w in within(page.events, start, clock.start) if _labels(page.text[w.end : clock.start])), None
        )
        kept.append((label.start if label else clock.start, last))
    kept += [(item.start, item.end) for item in within(page.quantities, start, end)]
    kept += [(item.start, item.end) for item in within(page.mentions, start, end)]
    kept += [(item.start, item.end) for item in within(page.durations, start, end)]
    kept += _other_names(page, start, end)
    found: list[Fragment] = []
    start = statement.start
    for cut in _CUT.finditer(page.text, statement.start, statement.end):
        if any(first < cut.end() and cut.start() < last for first, last in kept):
            continue
        if not brackets and cut[0] in "()[]":
            continue
        if page.text[start : cut.start()].strip():
            found.append(Fragment(start, cut.start()))
        start = cut.end()
    if page.text[start : statement.end].strip():
        found.append(Fragment(start, statement.end))
    return tuple(_with_time_that_leads(page, statement, _with_act(page, found)))


def _other_names(page: Page, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Brackets that hold but another name or the dose of the drug before them: "floxuridine (FUDR) 60 mg at 1120"."""
    named = within(page.mentions, start, end)
    for one, other in pairwise(named):
        if one.ingredient == other.ingredient and _closes(page, one.end, other.start, other.end):
            yield one.start, other.end + 1
    for one in named:
        dose = next(iter(within(page.quantities, one.end, one.end + 16)), None)
        if dose is not None and _closes(page, one.end, dose.start, dose.end):
            yield one.start, dose.end + 1


def _closes(page: Page, before: int, start: int, end: int) -> bool:
    """Whether brackets right behind a place hold nothing but text[start:end]."""
    return page.text[before:start].strip(" ") == "(" and page.text[end : end + 1] == ")"


def _with_act(page: Page, pieces: list[Fragment]) -> list[Fragment]:
    """The fragments, a time set apart joined past an aside with an act: "at 10:40, all quiet, it was resumed"."""
    found: list[Fragment] = []
    for piece in pieces:
        if len(found) > 1 and _ACT.match(page.text, *piece) and not within(page.clocks, *piece):
            time, aside = found[-2:]
            clocks = within(page.clocks, *time)
            alone = len(clocks) == 1 and not page.text[clocks[0].end : time.end].strip(" h")
            alone = alone and _LONE_TIME.fullmatch(page.text, time.start, clocks[0].start) is not None
            if alone and not within(page.clocks, *aside) and not _tells(page, aside):
                found[-2:] = [Fragment(time.start, piece.end)]
                continue
        found.append(piece)
    return found


def _with_time_that_leads(page: Page, statement: Statement, pieces: list[Fragment]) -> Iterator[Fragment]:
    """The fragments, a time set apart by commas joined with what it leads: "and then, at 8:15 a.m., X 500 mg"."""
    lead: Fragment | None = None
    for piece, following in zip(pieces, [*pieces[1:], None], strict=True):
        start = piece.start if lead is None else lead.start
        lead = None
        if following is not None and page.text[piece.end : following.start].strip() == ",":
            clocks = within(page.clocks, piece.start, piece.end)
            one = len(clocks) == 1 or (len(clocks) == 2 and clocks[0].start in page.ranges)
            alone = one and _LONE_TIME.fullmatch(
                page.text[piece.start : clocks[0].start] + page.text[clocks[-1].end : piece.end]
            )
            if alone and LEADS_ON.search(page.text, statement.start, piece.start) and _tells(page, following):
                lead = Fragment(start, piece.end)
                continue
        yield Fragment(start, piece.end)


def _tells(page: Page, piece: Fragment) -> bool:
    """Whether a fragment tells of a drug or an act, which a time before it can lead."""
    acts = any(word.kind != "other" for word in within(page.events, piece.start, piece.end))
    return acts or bool(
        within(page.mentions, piece.start, piece.end) or within(page.quantities, piece.start, piece.end)
    )


def _labels(between: str) -> bool:
    """Whether an event word is the label of the clock right after it ("Stopped: 12:03")."""
    return ":" in between and not between.strip(" \t:")
