"""Records written downwards: one cell to a line under a list of headings, or each cell with a label of its own.

A record is the drug's own line and the short lines after it, up to the next drug's line or a line of prose. Where
empty cells were lost, cells are told by their content, and only in the order of the headings.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from reviewer.language.columns import (
    TIMES,
    ColumnKind,
    Sheet,
    among,
    column_kind,
    content_kind,
    has_clock,
    is_clock,
    suits,
)
from reviewer.language.kept import expression
from reviewer.language.layout import Block, Cell, Row, takes, timed
from reviewer.language.lazy import Lazy
from reviewer.language.sentences import Span

_PROSE = Lazy(r"(?=.{61})|(?:\S+\s+){9}|[A-Za-z][\w ./]{1,24}:(?=\s|\Z)|.*[a-z]{2}\.(?=\s|\Z)", re.DOTALL)
_VALUE_LINE = Lazy(
    r"(?:[\d.,/:; ]+(?:mg|mcg|g|gm|units?|mL|L|iu|meq|min|mins|minutes|am|pm|a|p|h|hr|hrs)?(?:/[\w²]+)?|IV ?PB|IVP|"
    r"IV(?: push| infusion)?|SQ|SC|IM|PO|push|infusion|given|held|yes|no|[A-Z]{2,3}(?:,? RN)?|"
    r"(?:left|right|L|R) [\w ]{2,20}|port|PIV|PICC|noon|midnight)\Z",
    re.IGNORECASE,
)
_DOSE_IN_BAG = expression(
    r"\d[\d,.]*\s?(?:mg|mcg|g|gm|units?)(?: in |/) ?\d[\d,]*\s?mL(?: (?:of )?(?:NS|D5W|0\.9% NaCl|SWFI))?\Z",
    re.IGNORECASE,
)
_NUMBER = expression(r"\d{1,2}\Z")
_AMOUNT_WORDS = Lazy(r"\d[\d,.]*\s?(?:mg|mcg|g|units?|mL|L)|IVPB|IVP|IV|SQ|IM|\W", re.IGNORECASE)
_NAME = Lazy(r"[A-Za-z][\w-]{3,}(?: [\w-]+){0,3}\Z")
_AMOUNT = Lazy(r"[\d.,]+ ?(?:mg|mcg|g|gm|units?|iu|meq|mL)(?:/[\w²]+)?\Z", re.IGNORECASE)
_LABEL = Lazy(r"[ \t]*(?:[-*•][ \t]*)?(?P<label>[A-Za-z][A-Za-z /&#]{0,28}?)[ \t]*[:=][ \t]*(?P<value>.*)\Z")
_NEXT_LABEL = Lazy(r"(?<! )(?:[ ]{2,}+|[ ]*+[|;\t][ ]*+)(?=[A-Za-z][A-Za-z /&#]{0,28}?[ ]*[:=])")
_DRUG_LABEL = Lazy(
    r"(?:drug|medication|medicine|med|agent|product|fluid|antineoplastic|infusion|drug name|medication name|"
    r"name of (?:drug|med(?:ication|icine)?|agent)|(?:drug|medication) (?:given|administered))s?\Z",
    re.IGNORECASE,
)


class _Pair(NamedTuple):
    kind: ColumnKind | None
    label: str
    value: Span
    lines: int


def stacked(sheet: Sheet, number: int, table: int) -> Block | None:
    """One cell to a line: headings first, then each drug's cells; or a drug's line and its bare values."""
    kinds: list[ColumnKind] = []
    headings: list[str] = []
    for line in sheet.lines[number : number + 12]:
        text = sheet.words(line)
        kind = column_kind(text) if text and len(text) < 24 and not text.endswith(":") else None
        if kind is None:
            break
        kinds.append(kind)
        headings.append(text)
    if len(kinds) >= 3 and "drug" in kinds and set(kinds) & set(TIMES):
        return _under_headings(sheet, number, kinds, headings, table)
    return _bare_values(sheet, number, table)


def _under_headings(
    sheet: Sheet, number: int, kinds: list[ColumnKind], headings: list[str], table: int
) -> Block | None:
    rows: list[Row] = []
    lead = kinds.index("drug")
    at = number + len(kinds)
    while at < len(sheet.lines):
        if not sheet.words(sheet.lines[at]) and kinds[0] not in TIMES:
            at += 1
            continue
        found = _by_place(sheet, at, kinds) or _by_content(sheet, at, kinds, lead)
        if found is None:
            break
        cells, after = found
        named = [c._replace(heading=headings[kinds.index(c.kind)]) if c.kind in kinds else c for c in cells]
        rows.append(Row(sheet.lines[at].start, sheet.lines[after - 1].end, tuple(named), table, True))
        at = _past_comments(sheet, after, lead, rows)
    if not rows:
        return None
    return Block(rows, set(range(number, at)) - _trailing_blanks(sheet, at), at)


def _trailing_blanks(sheet: Sheet, after: int) -> set[int]:
    found = set()
    while after and not sheet.words(sheet.lines[after - 1]):
        after -= 1
        found.add(after)
    return found


def _past_comments(sheet: Sheet, after: int, lead: int, rows: list[Row]) -> int:
    """Take short lines between a record and the next drug's line as comments of the record."""
    for ahead in range(after, min(after + 3, len(sheet.lines))):
        if _is_drug_line(sheet, ahead + lead):
            for line in sheet.lines[after:ahead]:
                words = sheet.trimmed(line)
                if words.end > words.start:
                    cell = Cell(words.start, words.end, "other")
                    rows[-1] = rows[-1]._replace(end=words.end, cells=(*rows[-1].cells, cell))
            return ahead
        line = sheet.lines[ahead]
        if _PROSE.match(sheet.words(line)) or has_clock(sheet, line) or among(sheet.mentions, line):
            break
    return after


def _by_place(sheet: Sheet, at: int, kinds: list[ColumnKind]) -> tuple[list[Cell], int] | None:
    """A record with as many lines as there are headings, each of its column's kind."""
    group = sheet.lines[at : at + len(kinds)]
    if len(group) < len(kinds):
        return None
    cells = [sheet.trimmed(line) for line in group]
    drug = cells[kinds.index("drug")]
    if any(not takes(sheet, cell, kind) for cell, kind in zip(cells, kinds, strict=True)):
        return None
    if any(_is_drug_line(sheet, at + i) for i, kind in enumerate(kinds) if kind != "drug"):
        return None
    known = among(sheet.mentions, drug) and drug.end - drug.start <= 60
    if not known and not (_NAME.match(sheet.words(drug)) and any(is_clock(sheet, cell) for cell in cells)):
        return None
    if any(_PROSE.match(sheet.words(c)) for c, k in zip(cells, kinds, strict=True) if k not in ("drug", "other")):
        return None
    return [Cell(c.start, c.end, k) for c, k in zip(cells, kinds, strict=True)], at + len(kinds)


def _by_content(sheet: Sheet, at: int, kinds: list[ColumnKind], lead: int) -> tuple[list[Cell], int] | None:
    """A record that lost its empty cells: each line goes to the next column that its content suits."""
    if not _is_drug_line(sheet, at + lead):
        return None
    cells: list[Cell] = []
    column, after, unsettled = -1, at, False
    for number in range(at, min(at + len(kinds) + 2, len(sheet.lines))):
        line = sheet.trimmed(sheet.lines[number])
        text = sheet.words(line)
        if not text or _PROSE.match(text) or (number > at + lead and _is_drug_line(sheet, number)):
            break
        place = lead if number == at + lead else _next_column(sheet, line, kinds, column)
        if place is None and (_AMOUNT.match(text) or is_clock(sheet, line)):
            # A dose or a time out of order is another drug's, whose name the line before may be.
            if unsettled:
                cells, after = cells[:-1], after - 1
            break
        unsettled = place is None
        cells.append(Cell(line.start, line.end, "other" if place is None else kinds[place]))
        column, after = column if place is None else place, number + 1
    return (cells, after) if any(cell.kind in TIMES for cell in cells) else None


def _next_column(sheet: Sheet, line: Span, kinds: list[ColumnKind], column: int) -> int | None:
    return next((i for i in range(column + 1, len(kinds)) if suits(sheet, line, kinds[i])), None)


def _bare_values(sheet: Sheet, number: int, table: int) -> Block | None:
    if not _is_drug_line(sheet, number):
        return None
    head = sheet.trimmed(sheet.lines[number])
    spans, kinds = [head], ["drug"]
    after = number + 1
    while after < len(sheet.lines):
        line = sheet.trimmed(sheet.lines[after])
        text = sheet.words(line)
        label = column_kind(text) if after + 1 < len(sheet.lines) and len(text) < 24 else None
        if label in TIMES and is_clock(sheet, sheet.trimmed(sheet.lines[after + 1])):
            spans.append(sheet.trimmed(sheet.lines[after + 1]))
            kinds.append(label)
            after += 2
            continue
        in_bag = bool(_DOSE_IN_BAG.match(text))
        if _NUMBER.match(text) or not (in_bag or (_VALUE_LINE.match(text) and not among(sheet.mentions, line))):
            break
        kind = "dose" if in_bag else content_kind(sheet, line)
        if kind == "dose" and "time" in kinds:
            break
        spans.append(line)
        kinds.append(kind)
        after += 1
    named: list[ColumnKind] = list(kinds)  # type: ignore[arg-type]
    if len(spans) < 3 or not set(named) & set(TIMES) or not timed(sheet, spans, named):
        return None
    cells = tuple(Cell(s.start, s.end, k) for s, k in zip(spans, named, strict=True))
    return Block([Row(sheet.lines[number].start, spans[-1].end, cells, table, False)], set(range(number, after)), after)


def _is_drug_line(sheet: Sheet, number: int) -> bool:
    """Whether a line is a drug's name and little else."""
    if number >= len(sheet.lines):
        return False
    line = sheet.trimmed(sheet.lines[number])
    named = among(sheet.mentions, line)
    named = [one for one in named if sheet.text[one.start - 1 : one.start] != "("] or named
    if len(named) != 1 or has_clock(sheet, line) or _DOSE_IN_BAG.match(sheet.words(line)):
        return False
    rest = sheet.text[line.start : named[0].start] + sheet.text[named[0].end : line.end]
    rest = re.sub(r"\([^)]*\)", "", rest)
    return len(_AMOUNT_WORDS.sub("", rest)) <= 4


def close_columns(sheet: Sheet, number: int, table: int) -> Block | None:
    """Columns that lost their gaps: headings one space apart, then lines of a drug and its clocks in their order."""
    kinds: list[ColumnKind] = []
    for word in sheet.words(sheet.lines[number]).split(" "):
        kind = column_kind(word)
        if not kind:
            return None
        kinds.append(kind)
    times = [kind for kind in kinds if kind in TIMES]
    if len(kinds) < 4 or "drug" not in kinds or not times or len(times) > 2:
        return None
    rows: list[Row] = []
    after = number + 1
    while after < len(sheet.lines) and (row := _close_row(sheet, sheet.lines[after], times, table)) is not None:
        rows.append(row)
        after += 1
    return Block(rows, set(range(number, after)), after) if rows else None


def _close_row(sheet: Sheet, line: Span, times: list[ColumnKind], table: int) -> Row | None:
    """A line of one drug; its clocks are the time columns in order, a single one the first."""
    clocks = among(sheet.clocks, line)
    named = among(sheet.mentions, line)
    if len(named) != 1 or not 0 < len(clocks) <= len(times) or len(sheet.words(line)) > 100:
        return None
    cells: list[Cell] = []
    start = line.start
    for clock, kind in zip([*clocks, None], [*times[: len(clocks)], None], strict=True):
        span = sheet.trimmed(Span(start, clock.start if clock else line.end))
        if span.end > span.start:
            cells.append(Cell(span.start, span.end, "drug" if among(sheet.mentions, span) else "other"))
        if clock and kind:
            cells.append(Cell(clock.start, clock.end, kind))
            start = clock.end
    return Row(line.start, line.end, tuple(cells), table, True)


def labelled(sheet: Sheet, number: int, table: int) -> Block | None:
    """A record whose cells carry labels: "Drug: X" and "Dose: Y", or label and value on lines that take turns."""
    first = _pairs(sheet, number)
    if not first or first[0].kind != "drug" or not _DRUG_LABEL.match(first[0].label):
        return None
    if not among(sheet.mentions, first[0].value) and not _NAME.match(sheet.words(first[0].value)):
        return None
    found, at = list(first), number + first[0].lines
    while at < len(sheet.lines):
        pairs = _pairs(sheet, at)
        if not pairs:
            ahead = _pairs(sheet, at + 1) if _may_stand_between(sheet, at) else []
            if not ahead or ahead[0].kind in (None, "drug", "by"):
                break
            at += 1
            continue
        if pairs[0].kind in ("drug", None):
            break
        found += pairs
        at += pairs[0].lines
    kinds = [pair.kind for pair in found[1:]]
    told = any((pair.kind in TIMES and has_clock(sheet, pair.value)) or pair.kind == "status" for pair in found)
    if not told or (len(kinds) < 2 and "status" not in kinds) or kinds.count("start") > 1 or kinds.count("stop") > 1:
        return None
    cells = tuple(Cell(p.value.start, p.value.end, p.kind or "other", p.label) for p in found)
    row = Row(sheet.lines[number].start, sheet.lines[at - 1].end, cells, table, True, labelled=True)
    return Block([row], set(range(number, at)), at)


def _may_stand_between(sheet: Sheet, number: int) -> bool:
    line = sheet.lines[number]
    return line.end - line.start <= 60 and not among(sheet.mentions, line) and not has_clock(sheet, line)


def _pairs(sheet: Sheet, number: int) -> list[_Pair]:
    """The labels of a line with their values; the value may stand on the next line."""
    if number >= len(sheet.lines):
        return []
    line = sheet.lines[number]
    found: list[_Pair] = []
    text, start = sheet.text[line.start : line.end], 0
    if ":" not in text and "=" not in text:
        return _label_line(sheet, number)
    for cut in [*(m.span() for m in _NEXT_LABEL.finditer(text)), (len(text), len(text))]:
        piece, begins = text[start : cut[0]], start
        start = cut[1]
        match = _LABEL.match(piece)
        if match is None or (kind := column_kind(match["label"])) is None:
            found = []
            break
        begins += line.start + match.start("value")
        found.append(_Pair(kind, match["label"], sheet.trimmed(Span(begins, begins + len(match["value"]))), 1))
    if found and not (len(found) == 1 and found[0].value.end == found[0].value.start):
        return found
    return _label_line(sheet, number)


def _label_line(sheet: Sheet, number: int) -> list[_Pair]:
    """A label alone on its line; its value is the next line, unless that is a label too."""
    line = sheet.trimmed(sheet.lines[number])
    label = sheet.words(line).rstrip(": ")
    kind = column_kind(label) if len(label) < 24 else None
    if kind is None or number + 1 >= len(sheet.lines):
        return []
    value = sheet.trimmed(sheet.lines[number + 1])
    if column_kind(sheet.words(value)) is not None or _LABEL.match(sheet.words(value)):
        return [_Pair(kind, label, Span(line.end, line.end), 1)]
    return [_Pair(kind, label, value, 2)]
