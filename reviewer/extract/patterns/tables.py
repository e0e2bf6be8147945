"""Tables pasted as plain text: pipes, tabs, aligned columns, one cell to a line; with a header, or without.

A row of drugs becomes drafts; a row that tells an event ("1115 | Stopped | paclitaxel") is read like a stamped line.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from reviewer.extract.patterns.page import Page, within
from reviewer.language.sections import Span, lines

ColumnKind = Literal[
    "drug",
    "dose",
    "route",
    "start",
    "stop",
    "time",
    "minutes",
    "site",
    "rate",
    "status",
    "by",
    "due",
    "volume",
    "date",
    "other",
]

_COLUMNS: tuple[tuple[ColumnKind, str], ...] = (
    ("due",
        r"(?:time )?(?:due|sched(?:uled)?|ordered|order(?: time| date)?|planned|verified|dispensed)(?: (?:time|at|"
        r"for|dose))?|frequency|freq"),
    ("start",
        r"(?:infusion |time |actual )?(?:start(?:ed)?|beg(?:in|an|un)?|hung|on|in|up|t1|time 1)(?: ?time| at|/date|"
        r"date/time)?|time (?:on|in|hung|started|up)|from|start/(?:given|time)"),
    ("stop",
        r"(?:infusion |time |actual )?(?:stop(?:ped)?|end(?:ed)?|off|out|finish(?:ed)?|complete[d]?|comp|down|t2|time 2|"
        r"done)(?: ?time| at|date/time)?|time (?:off|out|ended|stopped|completed|down)|to|until"),
    (
        "drug",
        r"(?:generic |brand )?(?:drugs?|medications?|meds?|agents?|fluids?|solutions?|products?|infusions?|items?|"
        r"premeds?|premedications?|chemo(?:therapy)?|"
        r"ivf|iv fluids?|iv meds?|drug name|medication name|name|drug/dose(?:/route)?|medication/dose(?:/route)?|"
        r"drug ?(?:&|and|/|\+) ?dose|order|treatment|antineoplastic|"
        r"medication(?:/| and | & )(?:dose|route)\S*|blood product)(?: (?:name|given|administered))?"
    ),
    ("dose",
        r"(?:actual |given |total )?(?:dose|amount|amt|strength|qty|quantity|units?|mg|mcg|grams?)(?: (?:given|"
        r"administered))?(?:/(?:route|rt|rte|vol(?:ume)?|unit))?|dose ?(?:&|and|\+) ?route"),
    ("route",
        r"(?:route|rte|rt|path(?:way)?|method|technique|how|mode|admin route|route/site|route/technique|tech)(?: of admin\w*)?"),
    ("minutes",
        r"(?:total )?(?:mins?|minutes|dur(?:ation)?|length|elapsed|total(?: time)?|time \(min\)|run time|hrs?|"
        r"hours)(?: \(?(?:min|mins|minutes|hr|h)\)?)?"),
    ("volume", r"(?:vol(?:ume)?(?: infused| \(?mls?\)?)?|mls?|diluent(?:/vol\w*)?|bag)"),
    ("rate", r"rate(?:s)?(?: \(?ml/hr?\)?)?|ml/hr?"),
    ("site", r"(?:iv |access )?site|line|access|iv site|location|lumen|site/line|line/site"),
    ("status", r"status|action|event|result|outcome|given\?|mar action|activity|what|intervention"),
    ("by",
        r"by|rn|nurse|initials?|init|given by|signature|sig|admin(?:istered)? by|rn initials|user|staff|who|witness|"
        r"2nd rn|co-?sign(?:er)?"),
    ("time",
        r"(?:time|admin(?:istration|istered)? ?(?:time|at|date/time)?|given(?: at| time)?|time given|date/time|"
        r"datetime|clock|time admin\w*|taken(?: time)?|charted)"),
    ("date", r"date"),
    ("other",
        r"comments?|notes?|indication|reason|remarks?|lot|ndc|exp|response|pt response|#|no\.?|reaction|bag #|waste|"
        r"ordering provider|provider|order #"),
)  # fmt: skip
_COLUMN = tuple((kind, re.compile(rf"(?:{words})\Z", re.IGNORECASE)) for kind, words in _COLUMNS)
_RULE_LINE = re.compile(r"[\s|+\-=_:]+\Z")
_STATUS_CELL = re.compile(
    r"(?:given|new bag|bag hung|started|start|stopped|stop|completed?|infusion complete|held|hold|refused|not given|"
    r"missed|restarted|resumed|paused|rate (?:verify|change|/dose change)|"
    r"rate/dose (?:change|verify)|rate change|rate verify|automatically held|canceled entry|due|return to cabinet|"
    r"pending|discontinued|done|ended|in progress|infusing)\b.*\Z",
    re.IGNORECASE,
)
_VALUE_LINE = re.compile(
    r"(?:[\d.,/:; ]+(?:mg|mcg|g|gm|units?|mL|L|iu|meq|min|mins|minutes|am|pm|a|p|h|hr|hrs)?(?:/[\w²]+)?|IV ?PB|IVP|"
    r"IV(?: push| infusion)?|SQ|SC|IM|PO|push|infusion|given|held|yes|no|[A-Z]{2,3}(?:,? RN)?|"
    r"(?:left|right|L|R) [\w ]{2,20}|port|PIV|PICC|noon|midnight)\Z",
    re.IGNORECASE,
)


class Cell(NamedTuple):
    """One cell at text[start:end] and what its column holds."""

    start: int
    end: int
    kind: ColumnKind


class Row(NamedTuple):
    """One row of a table; `line` is the number of its first line, `table` that of its table."""

    start: int
    end: int
    cells: tuple[Cell, ...]
    table: int
    has_header: bool

    def of(self, *kinds: ColumnKind) -> tuple[Cell, ...]:
        """The cells of some kinds that hold anything."""
        return tuple(cell for cell in self.cells if cell.kind in kinds and cell.end > cell.start)


class Tables(NamedTuple):
    """The rows of a note, and the numbers of all lines that belong to tables."""

    rows: tuple[Row, ...]
    taken: frozenset[int]


def column_kind(words: str) -> ColumnKind | None:
    """What a column's heading announces; None when it is no heading."""
    plain = " ".join(words.strip(" *_:#.-").split())
    plain = re.sub(r"\s*\((?:24 ?h|hh:?mm|military|mls?|mg|min(?:ute)?s?|cc)\)\Z", "", plain, flags=re.IGNORECASE)
    return next((kind for kind, form in _COLUMN if form.match(plain)), None) if plain else None


def read_tables(page: Page) -> Tables:
    """Every table of a note."""
    all_lines = lines(page.text)
    rows: list[Row] = []
    taken: set[int] = set()
    number = 0
    table = 0
    while number < len(all_lines):
        block = (
            _headed(page, all_lines, number, table)
            or _stacked(page, all_lines, number, table)
            or _headless(page, all_lines, number, table)
        )
        if block is None:
            number += 1
            continue
        rows += block[0]
        taken.update(range(number, block[1]))
        number = block[1]
        table += 1
    return Tables(tuple(rows), frozenset(taken))


def split_cells(line: str, offset: int) -> list[Span]:
    """The cells of a line: between pipes, tabs or wide gaps."""
    if "|" in line:
        found = _between(line, re.compile(r"\|"), offset)
        if found and line.lstrip().startswith("|"):
            found = found[1:]
        if found and line.rstrip().endswith("|"):
            found = found[:-1]
        return found
    if "\t" in line:
        return _between(line, re.compile(r"\t"), offset)
    return [Span(offset + m.start(), offset + m.end()) for m in re.finditer(r"\S+(?:[ ]\S+)*", line)]


def _between(line: str, mark: re.Pattern[str], offset: int) -> list[Span]:
    found, start = [], 0
    for cut in [*(m.span() for m in mark.finditer(line)), (len(line), len(line))]:
        piece = line[start : cut[0]]
        lead = len(piece) - len(piece.lstrip())
        body = piece.strip()
        found.append(Span(offset + start + lead, offset + start + lead + len(body)))
        start = cut[1]
    return found


def _header(page: Page, line: Span) -> list[tuple[Span, ColumnKind]] | None:
    """The columns of a header line: at least two known headings, one of them for the drug or a time."""
    cells = split_cells(page.text[line.start : line.end], line.start)
    if len(cells) < 2:
        return None
    found = [(cell, column_kind(page.text[cell.start : cell.end])) for cell in cells]
    known = [kind for _, kind in found if kind]
    if len(known) < 2 or len(known) * 2 < len([c for c in cells if c.end > c.start]):
        return None
    if not set(known) & {"drug", "dose", "start", "time", "stop"}:
        return None
    return [(cell, kind or "other") for cell, kind in found]


def _headed(page: Page, all_lines: tuple[Span, ...], number: int, table: int) -> tuple[list[Row], int] | None:
    columns = _header(page, all_lines[number])
    if columns is None:
        return None
    rows: list[Row] = []
    after = number + 1
    blanks = 0
    while after < len(all_lines):
        line = all_lines[after]
        text = page.text[line.start : line.end]
        if _RULE_LINE.match(text) and text.strip():
            after += 1
            continue
        if not text.strip() and not rows and blanks == 0:
            blanks += 1
            after += 1
            continue
        row = _row(page, line, columns, table)
        if row is None:
            break
        rows.append(row)
        after += 1
    return (rows, after) if rows else None


def _row(page: Page, line: Span, columns: list[tuple[Span, ColumnKind]], table: int) -> Row | None:
    text = page.text[line.start : line.end]
    marked = "|" in text or "\t" in text
    cells = split_cells(text, line.start)
    if len(cells) < 2 or _header(page, line) is not None:
        return None
    if marked:
        kinds = [columns[i][1] if i < len(columns) else "other" for i in range(len(cells))]
    else:
        kinds = _aligned(page, line, cells, columns)
    placed = [_fitting(page, cell, kind) for cell, kind in zip(cells, kinds, strict=True)]
    if not marked and not any(
        within(page.clocks, c.start, c.end) or within(page.quantities, c.start, c.end) for c in cells
    ):
        return None
    return Row(line.start, line.end, tuple(placed), table, True)


def _aligned(page: Page, line: Span, cells: list[Span], columns: list[tuple[Span, ColumnKind]]) -> list[ColumnKind]:
    """Columns by position: each cell goes to the heading it stands under; by count when they are as many."""
    if len(cells) == len(columns):
        return [kind for _, kind in columns]
    base = page.text.rfind("\n", 0, columns[0][0].start) + 1
    kinds: list[ColumnKind] = []
    for cell in cells:
        near = min(columns, key=lambda column: abs((column[0].start - base) - (cell.start - line.start)))
        kinds.append(near[1])
    return kinds


def _fitting(page: Page, cell: Span, kind: ColumnKind) -> Cell:
    """A cell whose content cannot be what its column says (shifted rows) is judged by its content."""
    if kind in ("start", "stop", "time") and cell.end > cell.start and not within(page.clocks, cell.start, cell.end):
        kind = "other" if _kind_of(page, cell) != "dose" else "dose"
    return Cell(cell.start, cell.end, kind)


def _kind_of(page: Page, cell: Span) -> ColumnKind:
    """What a cell without a heading holds."""
    text = page.text[cell.start : cell.end].strip()
    if within(page.mentions, cell.start, cell.end):
        return "drug"
    clocks = within(page.clocks, cell.start, cell.end)
    if clocks:
        return "time"
    if within(page.durations, cell.start, cell.end) or (text.isdigit() and len(text) <= 3):
        return "minutes"
    if within(page.quantities, cell.start, cell.end):
        return "dose"
    if _STATUS_CELL.match(text):
        return "status"
    if re.match(r"(?:IV|IM|SQ|SC|PO|sub-?[cq]|intra|push|infusion|IT\b|IP\b|IA\b)", text, re.IGNORECASE):
        return "route"
    if re.match(r"(?:port|piv|picc|mediport|l\b|r\b|left|right)", text, re.IGNORECASE):
        return "site"
    return "other"


def _headless(page: Page, all_lines: tuple[Span, ...], number: int, table: int) -> tuple[list[Row], int] | None:
    """Rows whose header was lost: marked cells, a drug in one of them, times in others."""
    rows: list[Row] = []
    after = number
    while after < len(all_lines):
        row = _headless_row(page, all_lines[after], table)
        if row is None:
            break
        rows.append(row)
        after += 1
    return (rows, after) if rows else None


def _headless_row(page: Page, line: Span, table: int) -> Row | None:
    text = page.text[line.start : line.end]
    marked = text.count("|") >= 2 or text.count("\t") >= 2
    cells = split_cells(text, line.start)
    if len(cells) < 3 or (not marked and any(len(page.text[c.start : c.end]) > 40 for c in cells)):
        return None
    kinds = [_kind_of(page, cell) for cell in cells]
    if kinds.count("drug") != 1 or "time" not in kinds:
        return None
    if any(len(page.text[c.start : c.end].split()) > 12 for c in cells):
        return None
    times = [index for index, kind in enumerate(kinds) if kind == "time"]
    single = [i for i in times if len(within(page.clocks, cells[i].start, cells[i].end)) == 1]
    if len(single) == 2:
        kinds[single[0]], kinds[single[1]] = "start", "stop"
    elif len(single) > 2:
        return None
    return Row(
        line.start, line.end, tuple(Cell(c.start, c.end, k) for c, k in zip(cells, kinds, strict=True)), table, False
    )


def _stacked(page: Page, all_lines: tuple[Span, ...], number: int, table: int) -> tuple[list[Row], int] | None:
    """One cell to a line: headings first, then as many lines to each row; or a drug's line and its bare values."""
    texts = [page.text[line.start : line.end].strip() for line in all_lines[number : number + 10]]
    kinds: list[ColumnKind] = []
    for text in texts:
        kind = column_kind(text) if text and len(text) < 24 and not text.endswith(":") else None
        if kind is None:
            break
        kinds.append(kind)
    if len(kinds) >= 3 and "drug" in kinds and set(kinds) & {"start", "time", "stop"}:
        return _stacked_rows(page, all_lines, number + len(kinds), kinds, table, number)
    return _stacked_values(page, all_lines, number, table)


def _stacked_rows(
    page: Page, all_lines: tuple[Span, ...], first: int, kinds: list[ColumnKind], table: int, number: int
) -> tuple[list[Row], int] | None:
    rows: list[Row] = []
    after = first
    while after + len(kinds) <= len(all_lines):
        group = all_lines[after : after + len(kinds)]
        cells = tuple(_fitting(page, _stripped(page, line), kind) for line, kind in zip(group, kinds, strict=True))
        drug = next((cell for cell in cells if cell.kind == "drug"), None)
        if drug is None or drug.end - drug.start > 60 or not any(within(page.clocks, c.start, c.end) for c in cells):
            break
        rows.append(Row(group[0].start, group[-1].end, cells, table, True))
        after += len(kinds)
    return (rows, after) if rows and after > number else None


def _stripped(page: Page, line: Span) -> Span:
    text = page.text[line.start : line.end]
    start = line.start + len(text) - len(text.lstrip())
    return Span(start, start + len(text.strip()))


def _stacked_values(page: Page, all_lines: tuple[Span, ...], number: int, table: int) -> tuple[list[Row], int] | None:
    head = _stripped(page, all_lines[number])
    if not _is_drug_line(page, head):
        return None
    cells = [Cell(head.start, head.end, "drug")]
    after = number + 1
    while after < len(all_lines):
        line = _stripped(page, all_lines[after])
        text = page.text[line.start : line.end]
        if not text or not _VALUE_LINE.match(text) or within(page.mentions, line.start, line.end):
            break
        cells.append(Cell(line.start, line.end, _kind_of(page, line)))
        after += 1
    if len(cells) < 3 or not any(cell.kind == "time" for cell in cells):
        return None
    times = [index for index, cell in enumerate(cells) if cell.kind == "time"]
    if len(times) == 2:
        cells[times[0]] = cells[times[0]]._replace(kind="start")
        cells[times[1]] = cells[times[1]]._replace(kind="stop")
    return [Row(head.start, cells[-1].end, tuple(cells), table, False)], after


def _is_drug_line(page: Page, line: Span) -> bool:
    named = within(page.mentions, line.start, line.end)
    if len(named) != 1 or within(page.clocks, line.start, line.end):
        return False
    rest = page.text[line.start : named[0].start] + page.text[named[0].end : line.end]
    return len(re.sub(r"\d[\d,.]*\s?(?:mg|mcg|g|units?|mL|L)|IVPB|IVP|IV|SQ|IM|\W", "", rest, flags=re.IGNORECASE)) <= 4
