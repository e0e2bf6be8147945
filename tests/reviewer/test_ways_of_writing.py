"""The same note in another way of writing gives the same answer: a sixtieth of the corpus, all tables, in each way.

`KNOWN` lists what is read otherwise: what it loses is lost in the other way of writing only. None may gain a unit that
the answer made by hand does not have.
"""

from __future__ import annotations

import html
import re
import textwrap
import zlib
from collections import Counter
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from corpus_notes import corpus_notes, services
from thorough import THOROUGH

from reviewer.notes.note import Note
from reviewer.pipeline import review
from validator.loading import default_rulebook

_COLUMNS = re.compile(r"[|\t]|  +\S+  +|   |(?:,\S+){4}")
_RANGE = re.compile(r"(?<![\d/-])((?:[01]\d|2[0-3]):?[0-5]\d)\s?[-–]\s?((?:[01]\d|2[0-3]):?[0-5]\d)(?![\d/-])")
_LED = re.compile(r"\s*(?:\d{1,2}/\d{1,2}(?:/\d{2,4})? )?\[?(?:[01]?\d|2[0-4]):?[0-5]\d\]?\s")
_TIME = re.compile(
    r"(?<![\d/:.,-])((?:[01]?\d|2[0-3]):[0-5]\d|(?:[01]\d|2[0-3])[0-5]\d)"
    r"(?![\d:/,-]|\.\d| ?(?:mg|mL|ml|g|mcg|units?|cc|hours?|min|[ap](?:\.?m)?)\b| ?[–-] ?\d)"
)


def _is_log(text: str) -> bool:
    """Whether every line but the first and the last begins with a time."""
    led = [_LED.match(line) is not None for line in text.split("\n") if line.strip()]
    return sum(led) >= 4 and all(led[1:-1]) and not _COLUMNS.search(text)


def _wrapped(width: int) -> Callable[[str], str | None]:
    def broken(text: str) -> str | None:
        if _COLUMNS.search(text):
            return None
        return "\n".join(
            textwrap.fill(line, width, break_long_words=False, break_on_hyphens=False) if line.strip() else line
            for line in text.split("\n")
        )

    return broken


def _numbered(text: str) -> str | None:
    lines = [line for line in text.split("\n") if line.strip()]
    return None if _COLUMNS.search(text) else "\n".join(f"{n}. {line}" for n, line in enumerate(lines, 1))


def _marked(text: str) -> str | None:
    return None if _COLUMNS.search(text) else re.sub(r"(?m)^(?=.*\S)", "- ", text)


def _parted(text: str) -> str | None:
    """The foot of a page in the middle of the longest line."""
    line = max(text.split("\n"), key=len)
    if len(line) < 60 or _COLUMNS.search(text):
        return None
    place = line.rfind(" ", 0, len(line) // 2)
    return text.replace(line, f"{line[:place]}\nPage 1 of 2\n{line[place + 1 :]}", 1)


def _line_numbered(text: str) -> str | None:
    if _COLUMNS.search(text):
        return None
    return "\n".join(f"{number:>3}  {line}" for number, line in enumerate(text.split("\n"), 1))


def _by_half_days(text: str) -> str | None:
    """Times of 24 hours with a colon as "9:10 a.m."; a note that has half days already stays."""
    if re.search(r"\d ?[ap](?:\.?m)?\b", text, re.IGNORECASE):
        return None
    return re.sub(
        r"(?<![\d/:.])((?:[01]?\d|2[0-3])):([0-5]\d)(?![\d:])",
        lambda at: f"{int(at[1]) % 12 or 12}:{at[2]} {'p' if int(at[1]) >= 12 else 'a'}.m.",
        text,
    )


def _escaped(text: str) -> str:
    return re.sub(r"(?<=[a-z.,:]) (?=\d)", "&nbsp;", html.escape(text))


def _encoded(text: str) -> str:
    lines = [re.sub(r"(.{74})(?=.)", "\\1=\n", line) for line in text.replace("=", "=3D").split("\n")]
    return "\n".join(lines)


WAYS: dict[str, Callable[[str], str | None]] = {
    "no-break blanks": lambda text: text.replace(" ", "\u00a0"),
    "windows line ends": lambda text: text.replace("\n", "\r\n"),
    "double spaced": lambda text: text.replace("\n", "\n\n"),
    "broken at 60": _wrapped(60),
    "broken at 80": _wrapped(80),
    "numbered": _numbered,
    "items": _marked,
    "in capitals": str.upper,
    "in small letters": str.lower,
    "en dashes for hyphens": lambda text: text.replace("-", "\u2013"),
    "ranges in words": lambda text: _RANGE.sub(r"\1 to \2", text),
    "ranges with arrows": lambda text: _RANGE.sub(r"\1 -> \2", text),
    "amounts without blanks": lambda text: re.sub(r"(\d) (mg|mcg|g|mL|units)\b", r"\1\2", text),
    "page foot": _parted,
    "line numbers": _line_numbered,
    "circles": lambda text: None if _COLUMNS.search(text) else re.sub(r"(?m)^(?=.*\S)", "o ", text),
    "tabs for blanks": lambda text: None if _COLUMNS.search(text) else text.replace(" ", "\t"),
    "doubled blanks": lambda text: None if _COLUMNS.search(text) else text.replace(" ", "  "),
    "no blank after a sentence": lambda text: re.sub(r"(?<=[a-z]{3})\. (?=[A-Z][a-z]{2})", ".", text),
    "and as a sign": lambda text: re.sub(r"\band\b", "&", text),
    "cc": lambda text: re.sub(r"\bmL\b", "cc", text),
    "curly quotes": lambda text: text.replace("'", "\u2019").replace('"', "\u201d"),
    "en dashes": lambda text: re.sub(r"(?<=\d)-(?=\d)", "\u2013", text),
    "minus signs": lambda text: re.sub(r"(?<=\d)-(?=\d)", "\u2212", text),
    "ranges with tildes": lambda text: _RANGE.sub(r"\1~\2", text),
    "entities of a page": _escaped,
    "tags of a page": lambda text: text.replace("<", "&lt;").replace("\n", "<br>\n"),
    "a mail's encoding": _encoded,
    "milligrams": lambda text: re.sub(r"(?<=\d )mg\b", "milligrams", text),
    "I.V.": lambda text: re.sub(r"\bIV\b", "I.V.", text),
    "thousands with commas": lambda text: re.sub(r"(?<![\d/.:,-])(\d)(\d{3})(?= ?(?:mL|mg|units))", r"\1,\2", text),
    "seconds": lambda text: re.sub(r"(?<![\d:])((?:[01]?\d|2[0-3]):[0-5]\d)(?![\d:]| ?[ap])", r"\1:00", text),
    "a.m. and p.m.": _by_half_days,
    "times in brackets": lambda text: _TIME.sub(r"(\1)", text),
    "commas for bars": lambda text: re.sub(r" *\| *", ", ", text),
    "semicolons for bars": lambda text: re.sub(r" *\| *", "; ", text),
    "bare commas for bars": lambda text: re.sub(r" *\| *", ",", text),
    "a log on one line": lambda text: re.sub(r"\s*\n\s*", " ", text.strip()) if _is_log(text) else None,
    "signed below": lambda text: text.rstrip() + "\n\nElectronically signed by: A. Nurse, RN\nPage 1 of 1\n",
}
KNOWN: dict[str, set[str]] = {
    "page foot": {"d27"},
    "in small letters": {"oh20"},
    "a log on one line": {"c27", "ef15", "f18", "oc40", "od13", "pe09", "pk16", "pm03", "t16"},
    "bare commas for bars": {"pk14"},
}


CORPUS_NOTES = corpus_notes()
SAMPLE = [e for e in CORPUS_NOTES if zlib.crc32(e["id"].encode()) % (20 if THOROUGH else 60) == 0]
WITH_BARS = [e for e in CORPUS_NOTES if "|" in e["note"]]
LOGS = [e for e in CORPUS_NOTES if _is_log(e["note"])]


def _units(text: str, setting: Any) -> Counter[str]:
    note = Note(id="note.txt", text=text)
    return services(review((note,), rulebook=default_rulebook(), setting=setting, explain=False))


_plainly = cache(_units)


def among(way: str) -> list[dict[str, Any]]:
    """The notes that a way of writing is tried on."""
    return LOGS if way == "a log on one line" else WITH_BARS if way.endswith("for bars") else SAMPLE


@pytest.mark.parametrize("way", WAYS)
def test_another_way_of_writing_gives_the_same_answer(way: str) -> None:
    other: dict[str, str] = {}
    tried = {e["id"] for e in among(way)}
    for encounter in among(way):
        text = WAYS[way](encounter["note"])
        if text is None or text == encounter["note"]:
            continue
        before, after = _plainly(encounter["note"], encounter["setting"]), _units(text, encounter["setting"])
        expected = Counter(dict.fromkeys(encounter.get("allowed", ()), 0))
        for code, units in encounter["codes"]:
            expected[code] += units
        over = {code: units for code, units in (after - before).items() if units > 0 and code not in expected}
        assert not over, f"{encounter['id']}: {over}"
        if after != before:
            other[encounter["id"]] = f"lost {dict(before - after)}, gained {dict(after - before)}"
    assert set(other) == KNOWN.get(way, set()) & tried, other
