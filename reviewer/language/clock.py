"""Clock times as notes write them: 0910, 09:10, 9:10 AM, 9a, 9.10, noon, 2400, 3/14 0910, 0200 (next day).

Everything here reads notation only. Whether a time is the start of a drug is decided elsewhere; but a number
that is a rate, a dose, a year, a telephone number, a room or a clock position is no time and is not returned.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from reviewer.language.additives import AS_MAGNESIUM
from reviewer.language.clock_pairs import (
    AND,
    CONNECTOR,
    CUE,
    Token,
    could_be_year,
    is_dose,
    joined,
    settle,
    settle_beside,
    three_digits_alone,
)
from reviewer.language.dates import DateSpan, FoundDate, date_spans, find_dates
from reviewer.language.durations import FoundDuration, find_durations
from reviewer.language.folding import lowered
from reviewer.language.kept import expression
from reviewer.language.lazy import Lazy
from reviewer.language.quantity import is_initialled
from reviewer.language.spoken import find_spoken

__all__ = [
    "Clock", "FoundClock", "FoundDate", "FoundDuration", "find_clocks", "find_dates", "find_durations", "find_ranges",
    "read_clock",
]  # fmt: skip


class Clock(NamedTuple):
    """A minute of a day (0..1440; 1440 is the day's end), said to be on the next day, or on a written date."""

    minute: int
    next_day: bool = False
    on: date | None = None


class FoundClock(NamedTuple):
    """A clock at text[start:end]. `bare` says that only its surroundings make the digits a time (0910, 9.10)."""

    start: int
    end: int
    clock: Clock
    bare: bool


_D = "[0-9oil]"
_HALF = r"(?P<{0}>[ap]\.?[ ]?m\b\.?|[ap](?!\w|\.\w))"
_TOKEN = expression(
    r"(?=[@\doilnm])(?<![\w.$#])(?<!\d:)(?P<at>@[ \t]*)?(?:"
    r"(?P<noon>(?:12[ ]?)?noon\b)|(?P<midnight>(?:12[ ]?)?midnight\b)"
    rf"|(?P<ch>{_D}{{1,2}})(?:[:;]|(?<=\d\d)h(?=[0-5]\d(?!\w)))(?P<cm>{_D}{{2}})(?::[0-5]\d)"
    rf"?(?![\w:;]*\d)(?:[ ]?{_HALF.format('cp')})?(?P<ck>[ ]?h(?:rs?|ours)?\b)?"
    rf"|(?P<mh>{_D}{{2}})(?P<mm>{_D}[0-9o])(?:[ ]?{_HALF.format('mp')})?(?P<mk>[ ]?h(?:rs?"
    rf"|ours)?\b)?(?!\w|\.\d|,\d(?!\d+ (?:mg|mcg|g|gm|units?|ml)\b))"
    rf"|(?P<th>[1-9])(?P<tm>[0-5]\d)(?:[ ]?{_HALF.format('tp')})?(?!\w|[.,]\d)"
    rf"|(?P<dh>\d{{1,2}})\.(?P<dm>[0-5]\d)(?:[ ]?{_HALF.format('dp')})?(?![\w%]|[.,]\d)"
    rf"|(?P<bh>\d{{1,2}})(?:[ ]?(?P<bp>[ap]\.?[ ]?m\b\.?|(?<=\d)[ap](?!\w|\.\w)))"
    r")"
)
"""In lower case, for a text in lower case; what it begins with is told first, so that most places fail at once."""
_UNIT = Lazy(
    rf"[ \t\-]{{0,2}}(?!mg[ \t]?s(?:ulf|o4)|(?-i:Mg){AS_MAGNESIUM})"
    r"(?:m?c?k?gs?|µg|μg|gm|grams?|kilos?|lbs?|m[lL]s?|cc|liters?|litres?|iu|u"
    r"|unit(?:s|(?![ \t]*#?[ \t]?[1-9](?!\w|[.,]\d|[ \t]*(?:m|cc|g\b|x))))|meq|mmol|mci|ng|pg|gtts?|"
    r"cm|mm|cells?|k?cal(?:ories)?|steps|doses?(?![ \t:=]*\d)|tab(?:let)?s?|caps(?:ules)?|drops|gauge|fr|"
    r"[lL](?![ \t]+(?:for[e]?arm|arm|hand|ac\b|fa\b|chest|wrist|leg|upper|lower|ante|ue\b|eye|side|thigh"
    r"|delt|glut|abd|port|pic|iv|sub|ij|fem|rad|bas|ceph)))"
    r"(?![A-Za-z])|[ \t]*(?:%|/[ \t]*(?:h|min|day|mm|m2|kg|u|µ|mcl|l\b)|x[ \t]?10)",
    re.IGNORECASE,
)
_NOT_BEFORE = Lazy(
    r"(?:\b(?:(?:rm|ext|acct|apt|no|tel|wt|vol|creat)\.|room|rm|bed|bay|chair|ext(?:ension)?|pager|lot|mrn|csn|acct"
    r"|account|serial|ndc|suite|apt|po box|box|phone|tel|fax|call|"
    r"id|no|number|badge|zip|anc|wbc|plt|platelets?|hgb|wt|weight|psa|cea|ferritin|auc"
    r"|(?<!second )(?<!third )(?<!first )(?<!2nd )(?<!3rd )(?<!1st )(?<!repeat )(?<!another )dose|total|volume"
    r"|vol|(?<!half )(?<!full )(?<!same )(?<!slow )(?<!slower )(?<!reduced )(?<!lower )(?<!initial )rate|page|code"
    r"|unit|"
    r"order|model|bsa|inr|creat(?:inine)?|scr|ldh|ast|alt|abv|level|score)[ \t]*(?:is|of|was|[:=#])?"
    r"|[#$])[ \t]*\Z",
    re.IGNORECASE,
)
_BLOOD_BEFORE = Lazy(r"\b(?:units?|platelets?|plt)[ \t]*\Z", re.IGNORECASE)
_TO_AN_HOUR = Lazy(
    r"[ ]?(?:-|–|to)[ ]?(?:[01]\d|2[0-4]):?[0-5]\d(?![\d.,]*[ ]?(?:m[gl]|mcg|units?|cc|k)\b)", re.IGNORECASE
)
_STAGE = Lazy(
    r"\b(?:stage|grade|type|class|phase|fig(?:ure)?|level|gleason|factor|table|exhibit|cycle|cT|pT|T|N"
    r"|arm|room|rm|bed|unit)[ \t:]*\Z",
    re.IGNORECASE,
)
_POSITION_AFTER = Lazy(r"[ \t]*(?:o['’]?[ \t]?clock|position\b)", re.IGNORECASE)
_POSITION_BEFORE = Lazy(
    r"\b(?:lesions?|nodules?|mass(?:es)?|tumou?rs?|biops(?:y|ied)|breast|areolar?|cyst|axis|papule"
    r"|plaque)\b[^.\n\d]{0,24}\b(?:at|@)[ \t]*\Z",
    re.IGNORECASE,
)
_AT_RATE = expression(r"@[ \t]*(?:1[025][05]|2[05]0)")
_SO_MUCH_IN = Lazy(r"[ ]in[ ]*(?:[.;,\n]|\Z)", re.IGNORECASE)
_LONE_T = Lazy(r"(?<= )T(?=\d\d:)")
_STAMPED = Lazy(r"[ \t]*(?:[01]\d|2[0-4]):?[0-5]\d[ ][^\n]*,[ ]\Z")
_VOLUME_BEFORE = Lazy(r"\d[ \t]?(?:l|liters?|litres?|ml|cc)[ \t,]*(?:iv[ \t]*)?\Z", re.IGNORECASE)
_IN_A_BAG = Lazy(r"(?:\b(?:in|with)[ ]|/[ ]?)\Z", re.IGNORECASE)
_OF_FLUID = Lazy(r"[ ]?(?:of[ ])?(?:D5|NS\b|LR\b|1/2[ ]?NS|0\.9|normal saline|dextrose|sterile water)", re.IGNORECASE)
_RATE_OF_FLUID = expression(r"@[ \t]*(?:1[0-5]0|1[27]5|2[0-5]0|225|300|350|400|500)")
_FLUID_BEFORE = Lazy(
    r"\b(?:NS|LR|D5\S*(?: \S*NS)?|saline|ringer'?s|KCl|fluids?|IVF|gtt|drip)(?: IV)?[ ,]*\Z", re.IGNORECASE
)
_RATIO = Lazy(r"\b(?:dilut\w*|ratio|epi(?:nephrine)?|titers?|concentration)[ \t:of]*\Z", re.IGNORECASE)
_STRONG = Lazy(rf"(?:^|\n)[ \t]*$|{CUE}|\b(?:arrived|returned|left|discharged|departed)[ \t]*$", re.IGNORECASE)
_PASSED_BY = Lazy(r"\b(?:past|across|over|through|thru|beyond|before|after)[ \t]*\Z", re.IGNORECASE)
_YEAR_BEFORE = Lazy(
    r"(?:\b(?:in|since|year|of|dated?|early|late|mid|during|dx|diagnosed|spring|summer|fall|autumn"
    r"|winter|©|copyright|until|from|"
    r"jan\w*|feb\w*|mar(?:ch)?|apr\w*|may|june?|july?|aug\w*|sep\w*|oct\w*|nov\w*|dec\w*)\.?,?|[('’])[ \t]*\Z",
    re.IGNORECASE,
)
_WAY_BEFORE = Lazy(
    r"\b(?:IVP|IV ?PB|IV push|IM|SQ|SC|sub-?q|subcut)[ ]\(\Z|\b(?:visit|encounter|session|time)[ :]{1,3}in[ ]\Z",
    re.IGNORECASE,
)
"""What stands before an evening hour in brackets: "fentanyl 50 mcg IVP (2001)" is no year."""
_PHONE = Lazy(r"(?:\(\d{3}\)|\b\d{3}[-. ]\d{3}[-. ]|phone|tel|fax|call|ext|pager)[: ]*\Z", re.IGNORECASE)
_NEXT_AFTER = Lazy(
    r"[ \t]*(?:\([ \t]*\+[ \t]*1[ \t]*d?(?:ay)?[ \t]*\)|\+[ \t]*1[ \t]*d?(?:ay)?\b(?!\d)|"
    r"[(,]?[ \t]*(?:on[ \t]+)?(?:the[ \t]+)?(?:next|following)[ \t]+(?:day|morning|calendar day"
    r"|am)\b[ \t]*\)?)",
    re.IGNORECASE,
)
_NEXT_BEFORE = Lazy(r"(?:the[ \t]+)?\b(?:next|following)[ \t]+(?:day|morning)[ \t]*(?:,|at|@|-)?[ \t]*$", re.IGNORECASE)
_DATE_JOIN = Lazy(r"(?:T|(?<=\d\d)-|[ ]{0,2}(?:(?:;[ ]|,)[ ]{0,2})?(?:(?:at|@)[ \t]*|[-–][ \t]+)?)$", re.IGNORECASE)
_DATE_TAIL = Lazy(r"[ \t]*(?:\(|,|on)?[ \t]*$", re.IGNORECASE)
_FORMS = (("c", False, False), ("m", True, False), ("t", True, True), ("d", True, True), ("b", False, False))
_LAST_YEAR = 2059
_LETTERS = str.maketrans("oil", "011")
_BARE_HOUR = expression(rf"(?P<h>\d{{1,2}})(?![\w:.;/,]|[ ]?(?:{_HALF.format('p')}))")


def _numbers(hour: str, minute: str) -> tuple[int, int] | None:
    digits = hour + minute
    if sum(c.isdigit() for c in digits) < min(2, len(digits)):
        return None
    h, m = int(hour.translate(_LETTERS)), int((minute or "0").translate(_LETTERS))
    return (h, m) if h * 60 + m <= 1440 and m < 60 else None


def _half_day(hour: int, half: str) -> int | None:
    """The hour on 24 hours; None when AM or PM stands on an hour that cannot carry it ("0 PM")."""
    if not half or hour > 12 or (hour == 0 and half == "a"):
        return hour
    return hour % 12 + (12 if half == "p" else 0) if hour else None


def _is_not_a_time(text: str, found: re.Match[str], form: str, explicit: bool) -> bool:
    before = text[max(0, found.start() - 44) : found.start()]
    if form == "c":
        return bool(
            _POSITION_AFTER.match(text, found.end()) or _POSITION_BEFORE.search(before) or _RATIO.search(before)
        )
    if form == "b":
        return bool(_STAGE.search(before))
    if form == "m" and not explicit and _SO_MUCH_IN.match(text, found.end()) and found[0][2:] in ("00", "50"):
        line = text[text.rfind("\n", 0, found.start()) + 1 : found.start()]
        return bool(_STAMPED.match(line))  # "1800 D5LR complete, 1000 in" counts millilitres
    if form == "t" and found["at"] and _AT_RATE.fullmatch(found[0]) and _VOLUME_BEFORE.search(before):
        return True  # "NS 1 L @ 150" runs at 150 mL an hour
    if form == "t" and found["at"] and _RATE_OF_FLUID.fullmatch(found[0]) and _FLUID_BEFORE.search(before):
        return True  # so does "LR w/ 20 KCl @ 150"
    if not explicit and _IN_A_BAG.search(before) and _OF_FLUID.match(text, found.end()):
        return True  # "1200 mg in 1000 D5W"
    if _UNIT.match(text, found.end()) and not (explicit and found[f"{form}p"]):
        return not is_initialled(text, found.start(), found.end())
    if not explicit and _NOT_BEFORE.search(before):
        # "1 unit platelets 1000-1045" is when the unit ran: no count is told as a range of hours
        return not (_BLOOD_BEFORE.search(before) and _TO_AN_HOUR.match(text, found.end()))
    return bool(_PHONE.search(before) and not explicit)


def _token(text: str, found: re.Match[str]) -> Token | None:
    if found["noon"]:
        return Token(found.start(), found.end(), 12, 0, "p", False, False)
    if found["midnight"]:
        return Token(found.start(), found.end(), 24, 0, "a", False, False)
    for form, bare, weak in _FORMS:
        if found[f"{form}h"] is None:
            continue
        half = (found[f"{form}p"] or "")[:1].lower()
        explicit = bool(half or found["at"] or (form == "m" and found["mk"]))
        numbers = _numbers(found[f"{form}h"], found[f"{form}m"] if form != "b" else "")
        if numbers is None or _is_not_a_time(text, found, form, explicit):
            return None
        hour = _half_day(numbers[0], half)
        if hour is None or (form == "b" and not 1 <= numbers[0] <= 12):
            return None
        weak = weak or (form == "m" and 1930 <= numbers[0] * 100 + numbers[1] <= _LAST_YEAR)
        settled = bool(half) or numbers[0] > 12 or (form == "m" and not half) or numbers[0] == 0
        tag = half or ("24" if settled else "")
        return Token(found.start(), found.end(), hour, numbers[1], tag, bare and not explicit, weak and not explicit)
    return None


def _tokens(text: str, spans: tuple[DateSpan, ...]) -> list[Token]:
    pieces, end = [], 0
    for span in spans:
        if span.year or "/" in text[span.start : span.end]:
            pieces += [text[end : span.start], " " * (span.end - span.start)]
            end = span.end
    masked = "".join([*pieces, text[end:]])
    masked = _LONE_T.sub(" ", masked)
    tokens: list[Token] = []
    place, low = 0, lowered(masked)
    while found := _TOKEN.search(low, place):
        token = _token(masked, found)
        if token:
            tokens.append(token)
            place = _bare_partner(masked, token, tokens)
        else:
            place = found.end() if found.end() > found.start() else found.start() + 1
    tokens = _led_by_bare_hour(masked, tokens)
    spoken = [Token(s.start, s.end, s.hour, s.minute, s.half, False, False) for s in find_spoken(low)]
    return sorted([*tokens, *spoken]) if spoken else tokens


def _bare_partner(text: str, token: Token, tokens: list[Token]) -> int:
    """Take the "11" of "10:30AM-11" as a clock of its own; returns where to search on."""
    link = CONNECTOR.match(text, token.end)
    if token.bare or not link or "and" in link[0].lower() or "/" in link[0]:
        return token.end
    hour = _BARE_HOUR.match(text, link.end())
    if not hour or not 1 <= int(hour["h"]) <= 24 or _UNIT.match(text, hour.end()):
        return token.end
    if re.match(r"[ \t]*(?:h(?:rs?|ours?)?|min(?:ute)?s?|days?|weeks?|x)\b", text[hour.end() :], re.IGNORECASE):
        return token.end
    tag = "24" if int(hour["h"]) > 12 else ""
    tokens.append(Token(hour.start(), hour.end(), int(hour["h"]), 0, tag, False, False))
    return hour.end()


_BARE_HOUR_TO = expression(r"(?<![\w.:/$#-])(\d{1,2})[ \t]*(?:-|–|to|until)[ \t]*$")


def _led_by_bare_hour(text: str, tokens: list[Token]) -> list[Token]:
    """Take the "9" of "9-10 AM" or "9 to 10:15 AM" as a clock of its own."""
    out: list[Token] = []
    for token in tokens:
        led = _BARE_HOUR_TO.search(text[max(0, token.start - 14) : token.start])
        if led and token.half in ("a", "p") and 1 <= int(led[1]) <= 12 and not (out and out[-1].end > token.start - 14):
            place = max(0, token.start - 14) + led.start()
            if not _STAGE.search(text[max(0, place - 12) : place]):
                out.append(Token(place, place + len(led[1]), int(led[1]), 0, "", False, False))
        out.append(token)
    return out


_HANGS_BEFORE, _HANGS_AFTER = expression(r"\w[-/.,–]$"), expression(r"[-/–]\w")


def _dangling(text: str, token: Token) -> bool:
    """Whether bare digits hang on other digits by a dash, slash or dot and so belong to something else."""
    before = text[max(0, token.start - 2) : token.start]
    after = text[token.end : token.end + 2]
    return bool(_HANGS_BEFORE.search(before) or _HANGS_AFTER.match(after))


def _dated(text: str, token: Token, spans: tuple[DateSpan, ...], year: int | None) -> Token:
    beside = bisect_right(spans, token.start, key=lambda span: span.end)
    for span in spans[max(0, beside - 1) : beside + 2]:
        if span.end <= token.start and _DATE_JOIN.fullmatch(text, span.end, token.start):
            return token._replace(start=span.start, on=span.on(year))
        if (
            token.end <= span.start
            and "/" in text[span.start : span.end]
            and _DATE_TAIL.fullmatch(text, token.end, span.start)
        ):
            end = (
                span.end + 1
                if text[span.end : span.end + 1] == ")" and "(" in text[token.end : span.start]
                else span.end
            )
            return token._replace(end=end, on=span.on(year))
    after = _NEXT_AFTER.match(text, token.end)
    if after:
        return token._replace(end=after.end(), next_day=True)
    before = _NEXT_BEFORE.search(text, max(0, token.start - 28), token.start)
    return token._replace(start=before.start(), next_day=True) if before else token


_CELL_BEFORE = expression(r"(?P<other>[012]\d:?[0-5]\d)?[ ]*[|\t][ ]*\Z")
_CELL_AFTER = expression(r"[ ]*(?:\n|\r|\Z|[|\t][ ]*(?P<other>[012]\d:?[0-5]\d)?(?!\d))")


def _in_cell_beside_clock(text: str, token: Token) -> bool:
    """Whether four digits fill a cell of a table, beside a cell that a clock fills: "| 1805 | 1930 |" tells no year."""
    before = _CELL_BEFORE.search(text, max(0, token.start - 12), token.start)
    after = _CELL_AFTER.match(text, token.end)
    return bool(before and after and (before["other"] or after["other"]))


def _kept(text: str, token: Token, in_range: bool) -> bool:
    if in_range:
        return True
    if token.total == 1440 and _PASSED_BY.search(text, max(0, token.start - 12), token.start):
        return False  # "ran through midnight" tells of no end
    if token.weak:
        before = text[max(0, token.start - 16) : token.start]
        three = token.end - token.start <= 3
        strong = _STRONG.search(before) or _WAY_BEFORE.search(before) or _in_cell_beside_clock(text, token)
        if three or not strong or _dangling(text, token):
            return False
        return not (could_be_year(token, _LAST_YEAR) and _YEAR_BEFORE.search(before)) or bool(
            _WAY_BEFORE.search(before)
        )
    return not (token.bare and _dangling(text, token))


def _are_range(text: str, spans: tuple[DateSpan, ...], first: Token, second: Token) -> bool:
    """Whether two clocks are a range, also where the second has its date ("6/14 20:00 to 6/15/2026 02:00")."""
    if joined(text, first, second):
        return True
    beside = bisect_right(spans, first.end - 1, key=lambda span: span.start)
    for span in spans[beside : beside + 1]:
        if span.end <= second.start and _DATE_JOIN.fullmatch(text, span.end, second.start):
            link = CONNECTOR.fullmatch(text, first.end, span.start)
            return link is not None and link[0].strip() != "/" and not AND.match(link[0])
    return False


@lru_cache(maxsize=4096)
def _read(text: str, year: int | None) -> tuple[tuple[FoundClock, ...], tuple[tuple[int, int], ...]]:
    spans = date_spans(text)
    known = year or next((span.year for span in spans if span.year), None)
    tokens = _tokens(text, spans)
    paired: set[int] = set()
    pairs: list[tuple[int, int]] = []
    for index in range(len(tokens) - 1):
        if index not in paired and _are_range(text, spans, tokens[index], tokens[index + 1]):
            if three_digits_alone(text, *tokens[index : index + 2]) or is_dose(text, *tokens[index : index + 3]):
                continue
            tokens[index], tokens[index + 1] = settle(tokens[index], tokens[index + 1])
            paired |= {index, index + 1}
            pairs.append((index, index + 1))
    settle_beside(text, tokens)
    full = [_dated(text, token, spans, known) for token in tokens]
    for one, other in pairs:
        if full[other].on is None:
            full[other] = full[other]._replace(on=full[one].on)
        elif full[one].on is None and tokens[one].total < tokens[other].total:
            full[one] = full[one]._replace(on=full[other].on)  # "21:40-22:00 on 11/02"
    places: dict[int, int] = {}
    found: list[FoundClock] = []
    for index, token in enumerate(full):
        led = token.start < tokens[index].start and (
            text[tokens[index].start - 1] == "-" or not text[text.rfind("\n", 0, token.start) + 1 : token.start].strip()
        )
        four = tokens[index].end - tokens[index].start == 4  # behind a date that leads or is tied on they are no year
        if _kept(text, tokens[index], index in paired or (led and four)):
            places[index] = len(found)
            clock = Clock(token.total, token.next_day, token.on)
            found.append(FoundClock(token.start, token.end, clock, token.bare and token.on is None))
    return tuple(found), tuple((places[a], places[b]) for a, b in pairs)


def find_clocks(text: str, year: int | None = None) -> tuple[FoundClock, ...]:
    """Every clock time in the text, in order.

    A time's span includes its date or next-day words. In a range the AM or PM of one end settles the other.
    `year` completes dates without one; where no year is known, `on` stays None.
    """
    return _read(text, year)[0]


def find_ranges(text: str, year: int | None = None) -> tuple[tuple[FoundClock, FoundClock], ...]:
    """Every pair of clocks written as a range: "0910-1115", "from 9:10 to 11:15", "9:00 to 10:00 AM"."""
    clocks, pairs = _read(text, year)
    return tuple((clocks[a], clocks[b]) for a, b in pairs)


def read_clock(text: str, year: int | None = None) -> Clock | None:
    """The one clock that the text is; None when there is none, or several that differ.

    Words given as a time need no surroundings: "9.10" and "910" are read as such.
    """
    clocks = {found.clock for found in find_clocks(text, year)} or {
        found.clock for found in find_clocks("@" + text.strip(), year)
    }
    return clocks.pop() if len(clocks) == 1 else None
