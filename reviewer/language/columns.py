"""What the columns of a medication table hold: by their headings, and by a cell's content where no heading tells."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import Literal, Protocol, TypeVar

from reviewer.language.clock import FoundClock
from reviewer.language.durations import FoundDuration
from reviewer.language.kept import expression
from reviewer.language.lazy import Lazy
from reviewer.language.quantity import FoundQuantity
from reviewer.language.sentences import Span, lines
from validator.frozen import frozen

ColumnKind = Literal[
    "drug",
    "dose",
    "route",
    "start",
    "stop",
    "time",
    "span",
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
TIMES: tuple[ColumnKind, ...] = ("start", "stop", "time", "span")

_OF_WHAT = r"(?:infusion|time|actual|act\.?|clock|bag|drip|iv|admin|run|t)"
_BEGIN = (
    r"start(?:ed)?|strt|beg(?:[ai]n|un)?|hung|hang|spiked?|connect(?:ed)?|commenced?|initiated?|on|in|up|from|opened|"
    r"t ?1|time ?#?1"
)
_FINISH = (
    r"stop(?:ped)?|stp|end(?:ed)?|off|out|fin(?:ish)?(?:ed)?|complet(?:e|ed|ion)|comp|down|done|disconnect(?:ed)?|"
    r"take[n]? ?down|empty|closed|thru|through|to|until|t ?2|time ?#?2"
)
_COLUMNS: tuple[tuple[ColumnKind, str], ...] = (
    ("due",
        r"(?:time )?(?:due|sched(?:uled)?|ordered|order(?: time| date)?|planned|verified|dispensed)(?: (?:time|at|"
        r"for|dose))?|frequency|freq|"
        rf"(?:sched(?:uled)?|planned|ordered|expected|est(?:imated)?|projected|target)\.? (?:{_BEGIN}|{_FINISH})"
        r"(?: time)?"),
    ("span",
        rf"(?:time |infusion )?(?:{_BEGIN})(?: time)? ?(?:/|-|–|to|&|and|,) ?(?:time )?(?:{_FINISH})(?: times?)?|"
        r"times|run time (?:start|from)\W+(?:stop|to)"),
    ("start",
        rf"(?:{_OF_WHAT}[ -])?(?:{_BEGIN})(?: ?time| at| hr|/date|date/time)?|"
        r"start/(?:given|time)|(?:given|admin)/start"),
    ("stop",
        rf"(?:{_OF_WHAT}[ -])?(?:{_FINISH})(?: ?time| at| hr|date/time)?|stop/(?:end|time)"),
    ("drug",
        r"(?:generic |brand )?(?:drugs?|medications?|medicines?|meds?|agents?|fluids?|solutions?|products?|infusions?|"
        r"items?|premeds?|premedications?|chemo(?:therapy)?|"
        r"ivf|iv fluids?|iv meds?|drug name|medication name|name|name of (?:drug|med(?:ication|icine)?|agent)|"
        r"drug/dose(?:/route)?|medication/dose(?:/route)?|what given|"
        r"drug ?(?:&|and|/|\+) ?dose|order|treatment|antineoplastic|"
        r"medication(?:/| and | & )(?:dose|route)\S*|blood product)"
        r"(?: (?:name|given|administered))?"),
    ("dose",
        r"(?:actual |given |total )?(?:dose|amount|amt|strength|qty|quantity|units?|mg|mcg|grams?|how much)"
        r"(?: (?:given|administered))?(?:/(?:route|rt|rte|vol(?:ume)?|unit))?|dose ?(?:&|and|\+) ?route"),
    ("route",
        r"(?:route|rte|rt|path(?:way)?|method|technique|how|mode|way|admin route|route/site|route/technique|tech)"
        r"(?: of admin\w*| given)?"),
    ("minutes",
        r"(?:total )?(?:mins?|minutes|dur(?:ation)?|length|elapsed|total(?: time)?|time \(min\)|run time|hrs?|"
        r"hours)(?: \(?(?:min|mins|minutes|hr|h)\)?)?"),
    ("volume", r"(?:vol(?:ume)?(?: infused| \(?mls?\)?)?|mls?|cc|diluent(?:/vol\w*)?|bag)"),
    ("rate", r"rate(?:s)?(?: \(?ml/hr?\)?)?|ml/hr?"),
    ("site", r"(?:iv |access |inj(?:ection)? )?site|where|line|access|location|lumen|site/line|line/site"),
    ("status",
        r"status|action|event|result|outcome|given\?|mar action|activity|what|intervention|"
        r"admin(?:istration)? (?:details?|action|event)|action taken"),
    ("by",
        r"by|rn|nurse|(?:rn |nurse )?init(?:ials?)?|(?:given|performed|charted|documented|recorded) by|"
        r"signature|sig|admin(?:istered)? by|user|staff|who|witness|"
        r"2nd rn|co-?sign(?:er)?"),
    ("time",
        r"(?:time|admin(?:istration|istered)? ?(?:time|at|date/time)?|given(?: at| time)?|time given|date/time|"
        r"times (?:given|administered|pushed)|datetime|clock|time admin\w*|taken(?: time)?|charted|when(?: given)?|"
        r"(?:performed|action|event|administered)(?: on| at| date(?: ?/ ?time)?| date and time| time)|admin dt/tm)"),
    ("date", r"date"),
    ("other",
        r"comments?|notes?|indication|reason|remarks?|lot|ndc|exp|response|pt response|#|no\.?|reaction|bag #|waste|"
        r"ordering provider|provider|order #"),
)  # fmt: skip
_COLUMN = tuple((kind, Lazy(rf"(?:{words})\Z", re.IGNORECASE)) for kind, words in _COLUMNS)
_LONGEST_HEADING = 80
_SECOND = "2nd"
"""The one ordinal that heads a column: that of the second nurse."""
_IN_BRACKETS = expression(r"\s*\([^()]{1,16}\)\Z")
_TIME_SHORT = expression(r"\btm\b", re.IGNORECASE)
_JOINT = expression(r" ?(?:/|&|\+|\band\b) ?")
_UNIT_IN_BRACKETS = Lazy(r"\(([a-zA-Zµ/0-9]+)\)")
_BARE_UNIT = Lazy(r"(?:mg|mcg|grams?|units?|mls?|cc)\Z", re.IGNORECASE)
_STATUS_CELL = Lazy(
    r"(?:given|new bag|bag hung|started|start|stopped|stop|completed?|infusion complete|held|hold|refused|not given|"
    r"missed|restarted|resumed|paused|rate (?:verify|change|/dose change)|"
    r"rate/dose (?:change|verify)|rate change|rate verify|automatically held|canceled entry|due|return to cabinet|"
    r"pending|discontinued|done|ended|in progress|infusing|not (?:needed|used|required))\b.*\Z",
    re.IGNORECASE,
)
_ROUTE_CELL = Lazy(r"(?:IV|IM|SQ|SC|PO|sub-?[cq]|intra|push|infusion|IT\b|IP\b|IA\b)", re.IGNORECASE)
_SITE_CELL = Lazy(r"(?:port|piv|picc|midline|mediport|l\b|r\b|left|right|both\b|bilat)", re.IGNORECASE)
_CLOCK_WORD = Lazy(
    rf"(?:{_BEGIN}|{_FINISH}|new|bag|given|infus(?:ion|ed)|time|hrs|hours|date|approx|am|pm)\Z", re.IGNORECASE
)
_REMARK = expression(r"\([^()]*\)")
_BLANK = Lazy(r"[\s\-–—.:*_/]*\Z")
_DIGITS = Lazy(r"\d[\d,.]*\Z")
_NEVER = (
    r"(?:not|never)[ ](?:given|needed|used|administered|required|indicated|started|hung|infused|done)\b|"
    r"none[ ](?:given|needed)\b|unused\b|omitted\b|cancel+ed\b|missed\b|deferred\b|skipped\b|withheld\b|"
    r"refused\b|declined\b|d/c'?d?[ ](?:before|prior)\b"
)
_NOT_GIVEN = Lazy(rf"(?<!\w)(?:{_NEVER})", re.IGNORECASE)
_HELD = Lazy(r"(?:(?:on[ ])?hold|held)\b(?![^|\n]{0,24}?(?:\d+[ ]?min|resum|restart|then))", re.IGNORECASE)


class Placed(Protocol):
    """Something at text[start:end]."""

    @property
    def start(self) -> int:
        """Where it begins."""

    @property
    def end(self) -> int:
        """Where it ends."""


P = TypeVar("P", bound=Placed)


@frozen
class Sheet:
    """A note's text with what was found in it, as far as tables need it."""

    text: str
    clocks: Sequence[FoundClock]
    quantities: Sequence[FoundQuantity]
    durations: Sequence[FoundDuration]
    mentions: Sequence[Placed]

    @cached_property
    def lines(self) -> tuple[Span, ...]:
        """Every line, blank ones too."""
        return lines(self.text)

    def words(self, span: Span) -> str:
        """The text of a span, trimmed."""
        return self.text[span.start : span.end].strip()

    def trimmed(self, line: Span) -> Span:
        """A line without the space around it."""
        text = self.text[line.start : line.end]
        start = line.start + len(text) - len(text.lstrip())
        return Span(start, start + len(text.strip()))


def among(items: Sequence[P], span: Span) -> list[P]:
    """The items that lie wholly in a span."""
    first = bisect_left(items, span.start, key=lambda item: item.start)
    found = []
    for item in items[first:]:
        if item.start > span.end:
            break
        if item.end <= span.end:
            found.append(item)
    return found


@lru_cache(maxsize=4096)
def column_kind(words: str) -> ColumnKind | None:
    """What a column's heading announces; None when it is no heading."""
    if len(words) > _LONGEST_HEADING:
        return None
    plain = " ".join(words.strip(" *_:#.-").split())
    if plain[:1].isdigit() and plain[:3].lower() != _SECOND:  # a clock, a date or an amount
        return None
    plain = _IN_BRACKETS.sub("", plain) if "(" in plain else plain
    plain = _TIME_SHORT.sub("time", plain)
    if not plain:
        return None
    whole = next((kind for kind, form in _COLUMN if form.match(plain)), None)
    return whole or _joint_kind(_JOINT.split(plain))


def _joint_kind(parts: list[str]) -> ColumnKind | None:
    """A heading of two nouns: "Fluid/Drug" is one column of drugs, "Drug/Strength" is one too."""
    if len(parts) not in (2, 3) or "" in parts:
        return None
    kinds = [column_kind(part) for part in parts]
    if None in kinds or (set(kinds) & {"due", *TIMES} and len(set(kinds)) > 1):
        return None
    return kinds[0]


def heading_unit(words: str) -> str | None:
    """The unit that a heading gives to the bare numbers under it: "Dose (mg)", "mg"."""
    found = _UNIT_IN_BRACKETS.search(words)
    if found:
        return found[1]
    plain = words.strip(" *_:#.-")
    return plain if _BARE_UNIT.match(plain) else None


def is_blank(words: str) -> bool:
    """Whether a cell holds nothing: empty, dashes, "--:--"."""
    return bool(_BLANK.match(words))


def not_given(words: str, *, ran: bool = False) -> bool:
    """Whether a cell says that the dose was not given. `ran`: its row has a start and a stop, so "held" is a pause."""
    return bool(_NOT_GIVEN.search(words)) or (not ran and bool(_HELD.match(words.lstrip(" -–—(*"))))


def has_clock(sheet: Sheet, cell: Span) -> bool:
    """Whether a cell carries a clock."""
    return bool(among(sheet.clocks, cell))


def is_clock(sheet: Sheet, cell: Span) -> bool:
    """Whether a cell is a time and nothing else but a remark: "0910", "start 0910", "9:10 AM h", "off 0910 (tired)"."""
    clocks = among(sheet.clocks, cell)
    if not clocks:
        return False
    rest = sheet.text[cell.start : cell.end]
    for clock in reversed(clocks):
        rest = rest[: clock.start - cell.start] + " " + rest[clock.end - cell.start :]
    rest = _REMARK.sub("", rest) if "(" in rest else rest
    return all(len(word) <= 2 or _CLOCK_WORD.match(word) for word in re.findall(r"[A-Za-z]+", rest))


def clock_words(sheet: Sheet, cell: Span) -> ColumnKind | None:
    """What the words in a time cell make of it: "stopped 0943" is a stop."""
    words = re.findall(r"[A-Za-z]+", sheet.words(cell))
    kinds = {kind for word in words if len(word) > 2 and (kind := column_kind(word)) in ("start", "stop")}
    return kinds.pop() if len(kinds) == 1 else None


def content_kind(sheet: Sheet, cell: Span) -> ColumnKind:
    """What a cell without a heading holds."""
    text = sheet.words(cell)
    if among(sheet.mentions, cell):
        return "drug"
    if is_clock(sheet, cell):
        return "time"
    if among(sheet.durations, cell) or (text.isdigit() and len(text) <= 3):
        return "minutes"
    if among(sheet.quantities, cell):
        return "dose"
    if _STATUS_CELL.match(text):
        return "status"
    if _ROUTE_CELL.match(text):
        return "route"
    return "site" if _SITE_CELL.match(text) else "other"


def suits(sheet: Sheet, cell: Span, kind: ColumnKind) -> bool:
    """Whether a cell's content can be what a column holds."""
    text = sheet.words(cell)
    if kind in TIMES:
        return is_clock(sheet, cell)
    if kind == "dose":
        return bool(among(sheet.quantities, cell) or _DIGITS.match(text)) and not has_clock(sheet, cell)
    if kind == "by":
        return bool(re.match(r"[A-Z][A-Za-z.]{0,3}(?:[ /][A-Z.]{1,3})?\Z|.*\b(?:RN|LPN|MA|NP)\b", text))
    return content_kind(sheet, cell) == kind
