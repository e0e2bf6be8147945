"""What may be a drug that was given: a known name, a word that stands like one, or an amount or a time without one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from reviewer.grounding.page import Anchor, Span
from reviewer.language.clock import FoundClock
from reviewer.language.kept import expression
from reviewer.language.lazy import Lazy
from reviewer.language.nameless import names_no_drug
from reviewer.language.quantity import FoundQuantity
from reviewer.unread.sheet import Sheet, Sign

Kind = Literal["known", "near", "word", "event", "amount", "time"]
NAMELESS = ("amount", "time")
_NEVER_CODED = frozenset(("flush", "local_anaesthetic", "contrast", "vaccine"))
_BACK = 60
_SHORTEST_LIKENESS = 7
# No longer than any name: one word may fill a note, and is searched from each of its letters.
_NAME = r"(?P<name>[A-Za-z][\w'’-]{2,60})"
_PIECES = expression(
    r"\([^()\n]*\)|[A-Za-z][\w'’-]*|#?[\dOol.][\dOol.,]*[ ]?(?:mg|mcg|gm?|units?|ml|l)?\b%?|[^\s]|\n", re.IGNORECASE
)
_BETWEEN_WORDS = """
    dose inj injection iv ivpb ivp im sq sc soln gtt drip bolus bag infusion slow via by given started from at was
    over acid sodium potassium calcium sulfate sulphate hcl hydrochloride acetate phosphate citrate chloride
    succinate liquid depot lar plus solution aria pf kit induction maintenance loading one two three four five six
    eight ten twenty half gram grams milligrams units deep
"""
_BETWEEN = frozenset(_BETWEEN_WORDS.split())
"""Words that may stand between a drug's name and its amount, way or time."""
_MARKS = frozenset(":,|@=(~-.–%")
_NAME_ALONE = expression(rf"[ \t]*{_NAME}(?:[ \t]+\(?[A-Za-z][\w'’-]*\)?){{0,2}}[ \t]*\Z")
_BEGINS = expression(
    r"(?:\A|[\n.;:|,•*\])>%/~+&-]|\d|(?-i:\dO)|\b(?:got|gave|hung|started|received|given|then|and|of|with|began|pushed"
    r"|also|premeds?))[ \t]*\Z",
    re.IGNORECASE,
)
_PERSON = expression(r"\b(?:dr|mr|mrs|ms|by|rn|md|per)\b[. ]*\Z", re.IGNORECASE)
_HAPPENED = (
    r"hung|up|start(?:ed)?|begun|commenced|given|infus(?:ed|ing)|running|finished|completed?|concluded|done|stopped|in"
    r"|on(?=[ ]\d)|off|down|dry|hooked up|connected|attached|applied"
)
_EVENT_AND_TIME = expression(
    rf"{_NAME}[ \t:,(–-]{{1,3}}(?:kit |\d+ )?(?:was |is |all )?(?:{_HAPPENED})[ \t:]*(?:at|@|on|by)?[ \t]*\Z",
    re.IGNORECASE,
)
_AFTER_CLOCK = expression(rf"[ \t:,.|)–-]{{1,4}}{_NAME}")
_EVENT_AFTER = expression(rf"[ \t]*(?:was |all )?(?:{_HAPPENED}|bag)\b", re.IGNORECASE)
_NAME_AFTER = expression(
    rf"[ \t]*(?:\([^()\n]{{0,30}}\)[ \t]*)?(?:(?:bag )?of[ \t]+|(?:IV|SQ|SC|IM)[ \t]+)?{_NAME}", re.IGNORECASE
)
_PUT = expression(
    rf"{_NAME}(?: kit| injector)? (?:was )?(?:applied|placed) (?:(?:to|in|on|into) )?"
    r"(?:the |her |his |left |right |[lr] |(?=(?:upper |lower |back of )*(?:abd\w*|arm|belly|thigh)\b))",
    re.IGNORECASE,
)
_DOSED = expression(
    rf"\d[ ]?(?:mg|mcg|g|gm|grams?|units?)[ ](?:of[ ])?{_NAME}[ ](?:(?:by|via|as|an?|slow|was|is)[ ])*"
    r"(?:iv(?:pb|p)?|intravenous(?:ly)?|im|sq|sc|sub-?[ ]?q|sub-?cut\w*|push(?:ed)?|infus(?:ed|ion)|given|injected)\b",
    re.IGNORECASE,
)
"""A name between its amount and its way, whatever the facts have made of either."""
_RUNS = expression(
    rf"{_NAME}(?:[ ]\d[\d.,/]*[^.;\n]{{0,24}}?|,[^.;,\n]{{0,40}},)?[ ](?:was |is )?"
    r"(?:ran|runs|running|infused|infuses|dripped|(?:for[ ](?:de)?hyd\w+))\b",
    re.IGNORECASE,
)
_HYDRATED_WITH = expression(rf"\bhydration(?: \([^()\n]{{0,24}}\))?(?: with| of|:)?[ ]{_NAME}", re.IGNORECASE)
_NUMBERED_ENTRY = expression(rf"^[ \t•*-]*{_NAME}[ ]\d[\d.]*(?:/|[ ])", re.IGNORECASE | re.MULTILINE)
"""An entry whose amounts have no units: "vanc 1.5/300 NS @0755 >> 0956"."""
_LABELLED = expression(
    rf"^[ \t*•-]*(?:drug|medication|med|agent|product)(?: given| name)?[ \t]*[:=|\t]+[ \t]*{_NAME}",
    re.IGNORECASE | re.MULTILINE,
)
_GAVE = expression(
    r"\b(?:given|gave|administered|received|hung|infused|(?:lit(?:er|re)s?|bags?|bolus|syringe) of)[ ]"
    rf"(?:the |her |his |a )?{_NAME}",
    re.IGNORECASE,
)
_LONG_WORD = expression(rf"\b[A-Za-z]{{{_SHORTEST_LIKENESS},}}\b")
_INFUSION = Lazy(
    r"\b(?:infus(?:ion|ed|ing)|IV ?PB|piggy-?back|drip|gtt|bag (?:hung|up|spiked)|hung|fluids? (?:ran|runs)|"
    r"IV[ -]?push|IVP|chemo(?:therapy)?)\b",
    re.IGNORECASE,
)
_OTHER_TIME = Lazy(
    r"\b(?:observ\w*|monitor\w*|cool\w*|cap\b|transfus\w*|units? of|hours?:|open|shift|appointment|appt|waiting|"
    r"chair|lunch|visit)",
    re.IGNORECASE,
)


class Head(NamedTuple):
    """What a sighting hangs on. `key` is one for each drug; `admin_class` is of a known one."""

    start: int
    end: int
    kind: Kind
    key: str
    admin_class: str = ""


def heads(sheet: Sheet) -> list[Head]:
    """Every head of a note that no fact names, those with a name first."""
    return sorted(set(_heads(sheet)), key=lambda one: (one.kind in NAMELESS, one))


def _heads(sheet: Sheet) -> Iterator[Head]:
    found: list[Head | None] = [_named(sheet, anchor) for anchor in sheet.page.anchors if not anchor.aside]
    found += [_before(sheet, place, sign) for place, sign in sheet.signs.items()]
    found += [_at_clock(sheet, clock) for clock in sheet.clocks]
    found += [_nameless(sheet, one) for one in sheet.amounts]
    found += [_timed_only(sheet, first.start, second.end) for first, second in sheet.ranges]
    found += [_unknown(sheet, *one.span("name"), "event") for one in _LABELLED.finditer(sheet.text)]
    found += [_put(sheet, *one.span("name")) for one in _PUT.finditer(sheet.text)]
    found += [_like(sheet, *one.span()) for one in _LONG_WORD.finditer(sheet.text)]
    found += [_unknown(sheet, *one.span("name"), "event") for one in _DOSED.finditer(sheet.text)]
    found += [_gave(sheet, *one.span("name")) for led in (_GAVE, _RUNS) for one in led.finditer(sheet.text)]
    for led in (_HYDRATED_WITH, _NUMBERED_ENTRY):
        found += [_timed(sheet, *one.span("name")) for one in led.finditer(sheet.text)]
    yield from filter(None, found)


def _named(sheet: Sheet, anchor: Anchor) -> Head | None:
    told, words = sheet.told, sheet.text[anchor.start : anchor.end]
    if names_no_drug(words) and told.covers(anchor.note_id, anchor.start, anchor.end):
        return None
    if anchor.key.startswith("?"):
        return _unknown(sheet, anchor.start, anchor.end)
    if anchor.key in told.ingredients or anchor.admin_class in _NEVER_CODED or anchor.admin_class in told.classes:
        return None
    if told.names(words):
        return None
    return Head(anchor.start, anchor.end, "known", anchor.key, anchor.admin_class)


def _unknown(sheet: Sheet, start: int, end: int, kind: Kind = "word") -> Head | None:
    word = sheet.text[start:end]
    if sheet.names.is_plain(word) or sheet.told.names(word) or sheet.told.is_name(sheet.note_id, start, end):
        return None
    return None if sheet.names.find(word) else Head(start, end, kind, f"?{word.casefold()}")


def _like(sheet: Sheet, start: int, end: int) -> Head | None:
    """A long word that is near to a drug's name."""
    word = sheet.text[start:end]
    return _unknown(sheet, start, end, "near") if sheet.names.near(word) and not sheet.names.find(word) else None


def _put(sheet: Sheet, start: int, end: int) -> Head | None:
    """A word that begins what is said and was put onto or into something."""
    return _unknown(sheet, start, end, "event") if _begins(sheet.text, start) else None


def _gave(sheet: Sheet, start: int, end: int) -> Head | None:
    """A word that something was given by, where a range of times follows."""
    first, last = sheet.zone(start)
    return _unknown(sheet, start, end) if sheet.has_range((max(first, end), last)) else None


def _timed(sheet: Sheet, start: int, end: int) -> Head | None:
    """A word where a range of times stands in its row or sentence."""
    return _unknown(sheet, start, end, "event") if sheet.has_range(sheet.zone(start)) else None


def _before(sheet: Sheet, place: int, sign: Sign) -> Head | None:
    """The unknown name that an amount, a way or a range of times at a place belongs to.

    Without a dose, a name is a word that begins what is said, and of which no fact has the way or the time.
    """
    span = _name_before(sheet.text, place)
    if span is None:
        return None
    word = sheet.text[slice(*span)]
    if sheet.names.is_plain(word):
        return None
    if "\n" in sheet.text[span[1] : place]:  # stacked: each value of a row on a line of its own
        return _unknown(sheet, *span, "event") if sign == "dose" else None
    if sign != "dose" and not sheet.names.near(word):
        told = sign == "way" and sheet.told.covers(sheet.note_id, place, place + 1, besides=span[0])
        if told or not _begins(sheet.text, span[0]):
            return None
    return _unknown(sheet, *span)


def _name_before(text: str, place: int) -> Span | None:
    """The word that leads what stands at a place, past its other details: "Trevaxol (T) inj, 400 mg"."""
    back = max(0, place - _BACK)
    passed = 0
    for piece in reversed(list(_PIECES.finditer(text, back, place))):
        first = piece[0][0]
        if first == "\n":
            return _alone(text, piece.start()) if passed == 0 else None
        if first.isalpha() and piece[0].lower() not in _BETWEEN and len(piece[0]) > 2:
            return None if piece.start() == back and text[back - 1 : back].isalnum() else piece.span()
        passed += first not in _MARKS
        if passed > 4 or (first not in _MARKS and not first.isalnum() and first not in "(#"):
            return None
    return None


def _alone(text: str, end: int) -> Span | None:
    """The first word of a line that ends at a place and holds no more than a name."""
    found = _NAME_ALONE.match(text, text.rfind("\n", 0, end) + 1, end)
    return found.span("name") if found else None


def _begins(text: str, place: int) -> bool:
    """Whether a word at a place begins what is said, and is nobody's name."""
    before = text[max(0, place - 16) : place]
    return bool(_BEGINS.search(before)) and not _PERSON.search(before)


def _at_clock(sheet: Sheet, clock: FoundClock) -> Head | None:
    """The unknown word whose start or end a clock tells: "0940 Trevaxol started", "Trevaxol in at 1415"."""
    found = _AFTER_CLOCK.match(sheet.text, clock.end)
    if found and not sheet.names.is_plain(found["name"]) and _happens(sheet, found):
        return _unknown(sheet, *found.span("name"), "event")
    back = max(0, clock.start - _BACK)
    found = _EVENT_AND_TIME.search(sheet.text[back : clock.start])
    if found and not sheet.names.is_plain(found["name"]) and _begins(sheet.text, back + found.start()):
        return _unknown(sheet, back + found.start("name"), back + found.end("name"), "event")
    return None


def _happens(sheet: Sheet, found: re.Match[str]) -> bool:
    """Whether something happened to what a word behind a clock names; of a name that is near, whatever it was."""
    return bool(_EVENT_AFTER.match(sheet.text, found.end())) or sheet.names.near(found["name"]) is not None


def _nameless(sheet: Sheet, one: FoundQuantity) -> Head | None:
    """An amount that no fact rests on and no name leads: the unknown name behind it, or the amount itself."""
    text, note_id = sheet.text, sheet.note_id
    before = _name_before(text, one.start)
    if sheet.told.covers(note_id, one.start, one.end) or (before and not sheet.names.is_plain(text[slice(*before)])):
        return None
    after = _NAME_AFTER.match(text, one.end)
    if after and not sheet.names.is_plain(after["name"]):
        return _unknown(sheet, *after.span("name"))
    volume = sheet.signs[one.start] == "volume"
    return None if volume else Head(one.start, one.end, "amount", f"#{note_id}:{one.start}")


def _timed_only(sheet: Sheet, start: int, end: int) -> Head | None:
    """A range of times in words of an infusion that no fact rests on."""
    first, last = sheet.zone(start)
    if sheet.told.covers(sheet.note_id, start, start + 1) or _OTHER_TIME.search(sheet.text, first, last):
        return None
    if not _INFUSION.search(sheet.text, first, last):
        return None
    return Head(start, end, "time", f"@{sheet.note_id}:{start}")
