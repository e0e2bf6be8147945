"""A note laid out for linking: its lines, table rows with their headers, sentences, clauses and drug mentions."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import field
from functools import cached_property
from typing import Literal

from reviewer.grounding.lookalikes import drug_like, unknown_key
from reviewer.language.additives import ADDITIVES, carries, rides_along
from reviewer.language.antecedents import AFTER_ANOTHER
from reviewer.language.clock import FoundClock, find_clocks, find_ranges
from reviewer.language.columns import Sheet
from reviewer.language.companions import is_companion, of_harm
from reviewer.language.cues import cue, puts_case
from reviewer.language.drugs import DrugMention
from reviewer.language.durations import find_durations
from reviewer.language.kept import expression
from reviewer.language.layout import Cell, Row
from reviewer.language.lazy import Lazy
from reviewer.language.order import newest_first
from reviewer.language.quantity import find_quantities
from reviewer.language.sentences import ends_open, sentence_at
from reviewer.language.tables import mark_of, read_tables, split_cells
from reviewer.notes.note import Note
from validator.frozen import changing, frozen

Span = tuple[int, int]
Aside = Literal["", "fluid", "companion", "reason"]

_STAMP_LEAD = expression(r"[ \t]*(?:[-*•>][ \t]*|\[|\()?[ \t]*")
_BREAK = expression(
    r"[;\n]|,(?!\d{3}\b)(?=\s)|(?<!\b[ap]\.m)\.(?=\s)|\b(?:then|followed by|and then)\b|(?<=\s)(?:and"
    r"|&|//?)(?=\s)|" + AFTER_ANOTHER,
    re.IGNORECASE,
)
_CARRIER_BEFORE = expression(
    r"(?:\b(?:in|with|w/|into|of|diluted[ ](?:up[ ])?to)|/):?[ \t]*(?:(?:one|an?|a single|the same|same)[ ])?"
    r"(?:\d[\d.,]*[ \t]*(?:ml|cc|l)?\b)?[ \t]*(?:of[ \t]+"
    r"|bag[ \t]+(?:of[ \t]+)?)?(?:(?:pf|preservative[- ]free|sterile|normal|warm(?:ed)?|bacteriostatic)[ \t]+)*$",
    re.IGNORECASE,
)
_MEASURE_OF = expression(r"\b(?:lit(?:er|re)s?|l|ml|cc|bags?|bolus)[ ]of[ ](?:[\w-]+[ ])?\Z", re.IGNORECASE)
_IN_MEASURE = expression(
    r"(?:\b(?:in|with|into)|w/)[ ](?:an?|one|half|the|another|\d[\d,.]*)[ ]?(?:[\w/]+[ ]){1,4}of[ ](?:[\w-]+[ ])?\Z",
    re.IGNORECASE,
)
_FLUSH = expression(r"flush|irrigat|lock", re.IGNORECASE)
_AFTERWARDS = expression(
    r"\b(?:after|before|prior to|following|for|during|due to|from|2/2|pre|post|(?:pre|post)-)[ ]?(?:the[ ])?$",
    re.IGNORECASE,
)
_GIVEN_ITSELF = expression(
    r"[ ]*\d[\d.,]*[ ]?(?:mg|mcg|g|units?)\b[^,;.\n]{0,30}\b(?:IV(?:PB?)?|push|IM|SQ|SC|sub-?cut\w*)\b[^,;.\n]{0,14}?"
    r"(?:\b(?:at|given|given at|from|pushed|hung|started)[ ]|@|(?<=[ ]))[ ]?"
    r"\d{1,2}:?\d\d(?:[ ]?[ap]\.?m\b)?(?!\w)",
    re.IGNORECASE,
)
_LONE = expression(r" ?(?:at|around|about) (?:[01]?\d|2[0-4]):?[0-5]\d(?: ?[ap]\.?m\.?| ?h(?:rs)?)?", re.IGNORECASE)
_LEADING = expression(r"\W*(?:(?:at|around|about|approximately|by)\b\W*){0,2}", re.IGNORECASE)
_CONDITION = Lazy(
    r"(?:\A|(?<=[.;:!?])|(?<=\d)|(?<=-))[\s\W]*(?:if|unless|in case|provided that|assuming)\b[^,]*\Z", re.IGNORECASE
)
_FAR = 2_000
"""A sentence longer than this is no sentence; nothing this far away is linked."""


@frozen
class Anchor:
    """A drug's name in a note. `aside` says it is a carrier fluid, a flush or a companion, not the clause's own
    drug.
    """

    note_id: str
    start: int
    end: int
    key: str
    admin_class: str = ""
    aside: Aside = ""


def _beside(known: list[Anchor], others: Iterable[Anchor]) -> list[Anchor]:
    """Those of the others that stand on no known name."""
    spans = sorted((a.start, a.end) for a in known)
    free = []
    for one in others:
        index = bisect_left(spans, (one.end, 0))
        if not index or spans[index - 1][1] <= one.start:
            free.append(one)
    return free


def _carries(before: str) -> bool:
    """Whether a fluid is what another drug was given in ("in 250 mL of"); "a liter of saline" is itself."""
    return bool(_CARRIER_BEFORE.search(before)) and not (_MEASURE_OF.search(before) and not _IN_MEASURE.search(before))


@changing
class Page:
    """One note with what linking needs to know of it. Built once per grounding; its caches are its only state."""

    note: Note
    mentions: tuple[DrugMention, ...]
    year: int | None = None
    extra: tuple[Anchor, ...] = ()
    _cues: dict[Span, str] = field(default_factory=dict)
    _clocks: dict[int, tuple[FoundClock, ...]] = field(default_factory=dict)
    _clauses: dict[int, Span] = field(default_factory=dict)
    _breaks: dict[Span, tuple[Span, ...]] = field(default_factory=dict)
    _stamps: dict[int, FoundClock | None] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The note's text."""
        return self.note.text

    @cached_property
    def anchors(self) -> tuple[Anchor, ...]:
        """Every drug named in the note, in order, also those that only the reader, or only their look, tells."""
        known = [
            Anchor(
                self.note.id, m.start, m.end, m.ingredient, m.drugs[0].admin_class if m.drugs else "", self._aside(m)
            )
            for m in self.mentions
        ]
        known += _beside(known, self.extra)
        looks = [
            Anchor(self.note.id, start, end, unknown_key(self.text[start:end]))
            for start, end in drug_like(self.text)
            if not of_harm(self.text, start, end)
        ]
        known += _beside(known, looks)
        return tuple(sorted(known, key=lambda a: a.start))

    def _aside(self, mention: DrugMention) -> Aside:
        line_start, line_end = self.line(mention.start)
        before = self.text[max(line_start, mention.start - 48) : mention.start]
        after = self.text[mention.end : min(line_end, mention.end + 14)]
        fluid = bool(mention.drugs) and all(d.admin_class in ("hydration", "flush") for d in mention.drugs)
        if fluid and (_FLUSH.search(before[-24:]) or _FLUSH.search(after) or _carries(before)):
            return "fluid"
        earlier = any(line_start <= m.start < mention.start for m in self.mentions)
        size = self.text[mention.end : mention.end + 24]
        if earlier and mention.drugs and carries(mention.drugs[0].admin_class, before, size):
            return "fluid"
        if is_companion(self.text, line_start, mention.start, mention.end, self.named_before(mention.start)):
            return "companion"
        if self._rides_along(mention, line_start):
            return "fluid"
        if earlier and of_harm(self.text, mention.start, mention.end):
            return "reason"
        told = _GIVEN_ITSELF.match(self.text, mention.end)
        return "reason" if _AFTERWARDS.search(before) and not told else ""

    def named_before(self, place: int) -> int | None:
        """Where the known drug named last before a place on its line ends; None when there is none."""
        index = bisect_left(self._mention_starts, place)
        if not index or self.mentions[index - 1].start < self.line(place)[0]:
            return None
        return self.mentions[index - 1].end

    @cached_property
    def _mention_starts(self) -> list[int]:
        return [mention.start for mention in self.mentions]

    def _rides_along(self, mention: DrugMention, line_start: int) -> bool:
        """Whether an electrolyte is part of the bag of fluid named before it on its line."""
        if mention.ingredient not in ADDITIVES:
            return False
        earlier = [m for m in self.mentions if line_start <= m.start < mention.start and m.ingredient not in ADDITIVES]
        if not earlier or not earlier[-1].drugs or earlier[-1].drugs[0].admin_class != "hydration":
            return False
        between, after = self.text[earlier[-1].end : mention.start], self.text[mention.end : mention.end + 40]
        return rides_along(mention.ingredient, between, after)

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(found.end() for found in re.finditer("\n", self.text))]

    def line(self, place: int) -> Span:
        """The line at a place, without its line end."""
        index = bisect_right(self._line_starts, place)
        end = self._line_starts[index] - 1 if index < len(self._line_starts) else len(self.text)
        return self._line_starts[index - 1], end

    def sentence(self, place: int) -> Span:
        """The sentence at a place."""
        found = sentence_at(self.text, place)
        return max(min(found.start, place), place - _FAR), min(found.end, place + _FAR)

    def clause(self, place: int) -> Span:
        """The part of the sentence between commas, semicolons and joining words around a place."""
        if place not in self._clauses:
            self._clauses[place] = self._clause(place)
        return self._clauses[place]

    def _clause(self, place: int) -> Span:
        start, end = self.sentence(place)
        if (start, end) not in self._breaks:
            self._breaks[start, end] = tuple(self._breaks_in(start, end))
        first, last = start, end
        for begins, ends in self._breaks[start, end]:
            if ends <= place:
                first = ends
            elif begins >= place:
                last = begins
                break
        return first, last

    def _breaks_in(self, start: int, end: int) -> Iterator[Span]:
        """The breaks of a sentence, but for one that joins the two clocks of a range ("09:10 / 09:40")."""
        ranges = [(a.start + start, b.end + start) for a, b in find_ranges(self.text[start:end], self.year)]
        for found in _BREAK.finditer(self.text, start, end):
            if not any(first < found.start() and found.end() < last for first, last in ranges):
                yield found.span()

    def reach(self, place: int) -> Span:
        """The clause of a clock; of one that leads its sentence, with the clauses up to the next clock or drug.

        Of one that ends a sentence without a drug, with the clauses before it ("Given, R and L abdomen, at 1035").
        """
        first, last = self.clause(place)
        start, end = self.sentence(place)
        if not _LONE.fullmatch(self.text, first, last) and not _LEADING.fullmatch(self.text, start, place):
            return (start if self._ends_sentence(place, (start, end)) else first), last
        end = min(end, self.line(place)[1])
        limits = [a.start for a in self.named((place, end))] + [c.start for c in self.clocks(place) if c.start > place]
        limit = min([end, *limits])
        while last < limit:
            following = self.clause(last + 1)
            if following[1] > limit or following[1] <= last:
                break
            last = following[1]
        return first, last

    def _ends_sentence(self, place: int, sentence: Span) -> bool:
        """Whether nothing but a clock stands in the last clause of a sentence that has no other clock and no drug."""
        clocks = [clock for clock in self.clocks(place) if sentence[0] <= clock.start < sentence[1]]
        if len(clocks) != 1 or clocks[0].start != place or self.named(sentence):
            return False
        if self.text[clocks[0].end : sentence[1]].strip(" .)"):
            return False
        return bool(_LEADING.fullmatch(self.text, self.clause(place)[0], place))

    def within(self, span: Span) -> list[Anchor]:
        """The drugs named in a span, without carriers, flushes and companions."""
        return [a for a in self.named(span) if not a.aside]

    def named(self, span: Span) -> list[Anchor]:
        """Every drug named in a span."""
        first = bisect_left(self._anchor_starts, span[0])
        last = bisect_left(self._anchor_starts, span[1])
        return [a for a in self.anchors[first:last] if a.end <= span[1]]

    def before(self, place: int) -> Iterator[Anchor]:
        """The drugs told of before a place, the nearest first: further down where the newest entry stands first."""
        if self.newest_first:
            yield from self._below(place)
            return
        for index in range(bisect_left(self._anchor_starts, place) - 1, -1, -1):
            if self.anchors[index].end <= place:
                yield self.anchors[index]

    def _below(self, place: int) -> Iterator[Anchor]:
        first, last = self.line(place)
        yield from reversed([a for a in self.anchors if first <= a.start and a.end <= place])
        following = [a for a in self.anchors if a.start > last]
        yield from sorted(following, key=lambda a: (self.line(a.start)[0], -a.start))

    @cached_property
    def newest_first(self) -> bool:
        """Whether the entries of the note run from the latest to the earliest."""
        stamps = [(start, self.stamp(start)) for start in self._line_starts]
        own = [stamp for start, stamp in stamps if stamp is not None and self.line(stamp.start)[0] == start]
        return newest_first([stamp.clock.minute for stamp in own])

    @cached_property
    def _anchor_starts(self) -> list[int]:
        return [a.start for a in self.anchors]

    def cue(self, start: int, end: int) -> str:
        """What stands over the words (plan, order, held ...)."""
        if (start, end) not in self._cues:
            found: str = cue(self.text, start, end)
            first = self.sentence(start)[0]
            if found == "none" and _CONDITION.search(self.text[max(first, start - _FAR) : start]):
                found = "none" if puts_case(self.text, first, start, self.sentence(start)[1]) else "conditional"
            self._cues[start, end] = found
        return self._cues[start, end]

    def clocks(self, place: int) -> tuple[FoundClock, ...]:
        """The clocks of the line at a place, as spans of the note."""
        start, end = self.line(place)
        if start not in self._clocks:
            found = find_clocks(self.text[start:end], self.year)
            self._clocks[start] = tuple(c._replace(start=c.start + start, end=c.end + start) for c in found)
        return self._clocks[start]

    @cached_property
    def every_clock(self) -> tuple[FoundClock, ...]:
        """Every clock of the note, in order, as spans of the note."""
        return tuple(clock for start in self._line_starts for clock in self.clocks(start))

    def clock(self, start: int, end: int) -> FoundClock | None:
        """The one clock at a span, read with its surroundings (range, AM or PM, date, next day)."""
        at = [c for c in self.clocks(start) if c.start < end and start < c.end]
        return at[0] if len(at) == 1 else None

    def range_end(self, clock: FoundClock) -> str | None:
        """Whether a clock opens ("start") or closes ("stop") a range on its line."""
        start, end = self.line(clock.start)
        for first, second in find_ranges(self.text[start:end], self.year):
            if first.start + start == clock.start:
                return "start"
            if second.start + start == clock.start:
                return "stop"
        return None

    def stamp(self, place: int) -> FoundClock | None:
        """The clock that leads the line at a place (and the lines that go on with it), if one does."""
        start = self.line(place)[0]
        if start not in self._stamps:
            self._stamps[start] = self._stamp(start)
        return self._stamps[start]

    def _stamp(self, place: int) -> FoundClock | None:
        start, end = self.line(place)
        clocks = self.clocks(start)
        lead = _STAMP_LEAD.match(self.text, start, end)
        if clocks and lead and clocks[0].start <= lead.end() and self.range_end(clocks[0]) is None:
            return clocks[0]
        going_on = self.text[start:end].strip() and (self.text[start] in " \t" or self.text[start].islower())
        alone = start > 0 and self._is_lone_stamp(start - 1)
        follows = start > 0 and (alone or (going_on and not self._heads_drug(start)))
        if follows and not clocks and self.row(place) is None:
            return self.stamp(start - 1)
        return None

    def _heads_drug(self, start: int) -> bool:
        """Whether a line begins with a drug whose own entries follow, after an entry of another ("1218 Stopped")."""
        above = self.line(start - 1)
        named = [mention.start for mention in self.mentions if above[0] <= mention.start <= start]
        return named == [start] and not ends_open(self.text, *above)

    def _is_lone_stamp(self, place: int) -> bool:
        start, end = self.line(place)
        clocks = self.clocks(start)
        return (
            len(clocks) == 1 and self.text[start:end].strip(" \t:-[]().") == self.text[clocks[0].start : clocks[0].end]
        )

    def labelled_above(self, place: int) -> Span | None:
        """A line that is nothing but a clock, with the short line above it that says what the clock is of."""
        start, end = self.line(place)
        if start == 0 or not self._is_lone_stamp(start):
            return None
        above = self.line(start - 1)
        words = self.text[slice(*above)].strip()
        return (above[0], end) if 0 < len(words) <= 40 and not self.clocks(above[0]) else None

    def entry(self, place: int) -> Span:
        """The stamped line at a place with the lines that go on with it; the line itself when it has no stamp."""
        stamp = self.stamp(place)
        start, end = self.line(place)
        if stamp is None:
            return start, end
        first = self.line(stamp.start)[0]
        while end < len(self.text):
            following = self.line(end + 1)
            if following[0] == following[1] or self.stamp(following[0]) != stamp:
                break
            end = following[1]
        return first, end

    def row(self, place: int) -> Row | None:
        """The table row at a place, when the line is one."""
        return self._rows.get(self.line(place)[0])

    @cached_property
    def _rows(self) -> dict[int, Row]:
        """Every line of a table with its row; a line with marks between its cells is a row even without a table."""
        found = find_clocks(self.text), find_quantities(self.text), find_durations(self.text)
        sheet = Sheet(self.text, *found, self.mentions)
        rows: dict[int, Row] = {}
        for row in read_tables(sheet).rows:
            place = self.line(row.start)[0]
            while place <= row.end and place < len(self.text):
                rows[place] = row
                place = self.line(place)[1] + 1
        for start in self._line_starts:
            end = self.line(start)[1]
            line = self.text[start:end]
            if start not in rows and end - start <= _FAR and mark_of(line):
                cells = tuple(Cell(a, b, "other") for a, b in split_cells(line, start))
                if len(cells) > 1:
                    rows[start] = Row(start, end, cells, -1, False)
        return rows
