"""A note as it is read: without words that are no record, blanks as blanks, lines that a width had broken as one.

Every step keeps the length of the text, so that each place in what is read is the same place in the note; only where an
export or a hurried hand had to be undone (`retyped`) does the note say where each character stands. Nobody reads the
note itself; what is quoted from it is (`own_words`).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from pydantic import BaseModel

from reviewer.language.hard_wraps import unwrapped
from reviewer.language.kept import expression
from reviewer.language.lazy import Lazy
from reviewer.language.line_marks import unmarked
from reviewer.language.listed import with_bars
from reviewer.language.retyped import retyped
from reviewer.language.run_together import parted
from reviewer.language.unrecorded import left_out, recorded, repeats
from reviewer.notes.note import Note
from validator.facts import Evidence

T = TypeVar("T")

_WAY = Lazy(
    r"(?:(?<=mg )|(?<=mg\) )|(?<=units\) )|(?<=mcg\) )|(?<=mcg )|(?<=\dg )|(?<=\d g )|(?<=ml )|(?<=mL )|"
    r"(?<=units )|(?<=\du )|(?<=mg, )|(?<=mcg, )|"
    r"(?<=ml, )|(?<=mL, )|(?<=deep )|(?<=given )|(?<=\|))(?:im|sc|sq|ivp|ivpb|iv)\b"
)
_SIDE = Lazy(
    r"\b[rl](?= (?:(?:upper |fore|lower )?arm|thigh|deltoid|delt|glut\w*|ventrogluteal|vastus|abd\w*|ac|fa|hand|wrist|"
    r"forearm|chest|picc|port|piv|hip|buttock|lower quad\w*|upper quad\w*)\b)"
)
_CAVITY = Lazy(
    r"\bip(?= (?:port|cath\w*|chemo\w*|therapy|infus\w*|dwell\w*|over|via|at \d|\d{3,4}\b))"
    r"|(?:(?<=mg )|(?<=via )|(?<=through )|(?<=given )|(?<=ns )|(?<=ml ))ip\b|(?<=mg )ia\b"
    r"|(?<=mg )it(?= (?:via|by|per|over|push|through|at \d|@|\d{3,4}\b)|[.,;)]|\Z)"
    r"|\bit(?= (?:mtx|methotrexate|cytarabine|ara-c|hydrocortisone)\b)"
)
_OF_TRIALS = expression(r"(?<![\w-])[a-z]{2,4}-\d{3,5}(?= \d[\d.,]* ?(?:mg|mcg|g)\b)")
_MAGNESIUM = expression(r"(?:(?<=[a-z,;:.] )|(?<=\n)|(?<=- ))mg(?= \d[\d.]* ?(?:g|gm|grams?)\b)")
_FIELDS = 4
_FIELD = expression(r"(?<![\w=./])[A-Za-z][A-Za-z_]*=(?=\w)")
"""The name of a field and what ties it to its value."""
_FEW = 10
"""Capitals for each small letter, at least, in a note all in capitals."""
_MANY_TABS = 24
_IT = Lazy(
    r"(?<!\dMG )(?<!\d MG )(?<!\dML )(?<!\d ML )(?<!\dMCG )(?<!\d MCG )(?<!ROUTE )(?<!ROUTE: )(?<!MTX )(?<!CHEMO )"
    r"(?<!METHOTREXATE )(?<!CYTARABINE )\bIT\b(?! (?:CHEMO|MTX|METHOTREXATE|CYTARABINE|ARA-C|HYDROCORTISONE|INJ|"
    r"INFUSION|PUSH|DOSE|DRUG|ROUTE|THERAPY|BACLOFEN|PUMP|VIA L|PER L|AT L)|\s*[|/)])"
)

_BLANKS = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_LINE_ENDS = "\x0b\x0c\x85\u2028\u2029"
_HYPHENS = "\u2010\u2011\u2212"
_IN_A_WORD = expression(r"(?<=\w)\u2013(?=[A-Za-z])|(?<=[A-Za-z])\u2013(?=\w)")
_FULL_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_PLAIN = {
    **dict.fromkeys(map(ord, _BLANKS), " "),
    **dict.fromkeys(map(ord, _LINE_ENDS), "\n"),
    **dict.fromkeys(map(ord, _HYPHENS), "-"),
    **_FULL_WIDTH,
}


def as_read(note: Note) -> Note:
    """The note with the text that is read, and its own beside it where they differ."""
    typed, places = retyped(plain(note.text))
    text = _abbreviations(_pronouns(_fields(unwrapped(unmarked(recorded(with_bars(parted(typed))))))))
    return note if text == note.text else note.model_copy(update={"text": text, "own": note.text, "places": places})


def not_read(note: Note) -> str:
    """The numbers of the lines with words that are no record and that nobody reads ("2, 5-7"); "" for none."""
    return left_out(plain(note.text))


def said_again(note: Note) -> tuple[str, ...]:
    """Which lines of a note repeat which and are read once, in words: "lines 9-15 repeat lines 1-7"."""
    return repeats(plain(note.text))


def plain(text: str) -> str:
    """The text, of the same length, with the blanks, line ends, hyphens and letters that a keyboard has."""
    text = text.replace("\r\n", " \n").replace("\r", "\n") if "\r" in text else text
    text = _without_tabs(text) if "\t" in text else text
    if text.isascii():
        return text.replace("\x0b", "\n").replace("\x0c", "\n")
    text = text.translate(_PLAIN)
    return _IN_A_WORD.sub("-", text) if "\u2013" in text else text


def _without_tabs(text: str) -> str:
    """Blanks for tabs, where no blank parts words, or where every tab only parts a label from what it heads."""
    tabs = text.count("\t")
    if tabs >= _MANY_TABS and text.count(" ") * _FEW < tabs:
        return text.replace("\t", " ")
    return text.replace(":\t", ": ") if text.count(":\t") == tabs else text


def _fields(text: str) -> str:
    """Blanks for what ties fields to their names, where an export ties several so ("t_start=08:41; mode=IV push")."""
    if text.count("=") < _FIELDS or len(_FIELD.findall(text)) < _FIELDS:
        return text
    return _FIELD.sub(lambda found: found[0].replace("_", " ").replace("=", " "), text)


def _pronouns(text: str) -> str:
    """In a note all in capitals IT is a word, but where a dose or a drug makes it the way into the spinal canal."""
    if "IT" not in text or sum(map(str.islower, text)) * _FEW > sum(map(str.isupper, text)):
        return text
    return _IT.sub("it", text)


def _abbreviations(text: str) -> str:
    """Ways beside a dose, sides beside a place on the body and drugs of trials in capitals, as in "5 mg IM R arm"."""
    for form in (_WAY, _SIDE, _CAVITY, _OF_TRIALS):
        text = form.sub(_in_capitals, text)
    return _MAGNESIUM.sub("Mg", text) if " mg" in text else text


def _in_capitals(found: re.Match[str]) -> str:
    return found[0].upper()


def own_words(found: T, notes: Mapping[str, Note]) -> T:
    """Facts with the words of their evidence, and their places, as they stand in the notes (by id), not as read."""
    return _told(found, lambda evidence: _owned(evidence, notes.get(evidence.note_id)))


def read_words(found: T, notes: Mapping[str, Note]) -> T:
    """Facts with the places of their evidence as they stand in what is read: `own_words` undone."""
    moved = {note_id: note for note_id, note in notes.items() if note.places is not None}
    return _told(found, lambda evidence: _as_read(evidence, moved.get(evidence.note_id))) if moved else found


def _owned(evidence: Evidence, note: Note | None) -> Evidence:
    if note is None or note.own is None:
        return evidence
    start, end = evidence.start, evidence.end
    if note.places is not None:
        start, end = note.places[start], note.places[end]
    words = note.own[start:end]
    if (start, end, words) == (evidence.start, evidence.end, evidence.text):
        return evidence
    return evidence.model_copy(update={"start": start, "end": end, "text": words})


def _as_read(evidence: Evidence, note: Note | None) -> Evidence:
    if note is None or note.places is None:
        return evidence
    start, end = bisect_left(note.places, evidence.start), bisect_left(note.places, evidence.end)
    return evidence.model_copy(update={"start": start, "end": end, "text": note.text[start:end]})


def _told(found: T, changed_to: Callable[[Evidence], Evidence]) -> T:
    """Facts with every evidence in them changed; what holds none is the same object."""
    changed: Any = found
    if isinstance(found, Evidence):
        changed = changed_to(found)
    elif isinstance(found, BaseModel):
        fields = {name: getattr(found, name) for name in type(found).model_fields}
        other = {name: new for name, value in fields.items() if (new := _told(value, changed_to)) is not value}
        changed = found.model_copy(update=other) if other else found
    elif isinstance(found, tuple):
        items = [_told(item, changed_to) for item in found]
        changed = tuple(items) if any(a is not b for a, b in zip(items, found, strict=True)) else found
    elif isinstance(found, dict):
        values = {key: _told(value, changed_to) for key, value in found.items()}
        changed = values if any(values[key] is not found[key] for key in found) else found
    return cast("T", changed)
