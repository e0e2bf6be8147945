"""An expression whose matches begin with a letter it names, written so that `re` looks for such letters first.

`re` passes over a text many times faster when the first thing it has to find is one of a few characters. "At the
start of a word" or "not behind a hyphen" hides that from it: said after the first letters, it does not.
"""

from __future__ import annotations

import re

from validator.late import late

_PARTS = late(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[()|]|[^\\\[()|]+", re.DOTALL)
_LETTERS = late(r"[A-Za-z0-9]{1,3}")
_GROUP = late(r"\(\?(?::|P<\w+>)")
_BEHIND = ("(?<!", "(?<=")
_ANY_GROUP = late(r"\(\?(?::|-i:|P<\w+>)")
_OPTIONAL = late(r"(?:[?*]|\{0*,[0-9]*\})[?+]?")
_QUANTIFIERS = ("?", "*", "+", "{")
_MOST = 10
"""Looks behind; with more of them nearly every letter is one to begin with, and nothing is gained."""
Guards = tuple[tuple[str, str], ...]


def letters_first(pattern: str) -> str:
    """The same expression, with the same groups, or `pattern` itself where a match may begin with something else."""
    led = _led(pattern, ())
    return letters_told(pattern) if led is None or led.count("(?<") > _MOST else led


def letters_told(pattern: str) -> str:
    """The same expression, which tells what a match begins with, in any case, before it is tried; or `pattern`."""
    if not _past_guards(pattern, 0) or len(alternatives(pattern)) > 1:
        return pattern
    firsts = _firsts(pattern)
    if firsts is None:
        return pattern
    told = "".join(sorted({*map(str.lower, firsts), *map(str.upper, firsts)}))
    at = 2 if pattern.startswith("\\b") else 0  # quicker to look at than letters, which are quicker than what is behind
    return f"{pattern[:at]}(?=[{told}]){pattern[at:]}"


def _firsts(pattern: str) -> set[str] | None:
    """The letters and digits a match may begin with; None where it may begin with something else."""
    found: set[str] = set()
    for one in alternatives(pattern):
        firsts = _first_of(one)
        if firsts is None:
            return None
        found |= firsts
    return found


def _first_of(pattern: str) -> set[str] | None:
    at = _past_guards(pattern, 0)
    group = _ANY_GROUP.match(pattern, at)
    if group:
        end = closing(pattern, at)
        firsts = _firsts(pattern[group.end() : end])
        end += 1
    elif _LETTERS.match(pattern, at):
        firsts, end = {pattern[at]}, at + 1
    else:
        return None
    optional = _OPTIONAL.match(pattern, end)
    if firsts is None or optional is None:
        return firsts
    more = _first_of(pattern[optional.end() :])
    return None if more is None else firsts | more


def _past_guards(pattern: str, at: int) -> int:
    """Where what is looked behind for, and the starts of words, are over."""
    while True:
        if pattern.startswith("\\b", at):
            at += 2
        elif pattern.startswith(_BEHIND, at):
            at = closing(pattern, at) + 1
        else:
            return at


def _led(pattern: str, guards: Guards) -> str | None:
    """All alternatives, each with its first letters before what is looked behind for; None for one without."""
    found = []
    for one in alternatives(pattern):
        led = _one_led(one, guards)
        if led is None:
            return None
        found.append(led)
    return "|".join(found)


def _one_led(pattern: str, guards: Guards) -> str | None:
    at = 0
    while True:
        if pattern.startswith("\\b", at):
            guards, at = (*guards, ("\\b", "")), at + 2
        elif pattern.startswith(_BEHIND, at):
            end = closing(pattern, at)
            body = pattern[at + 4 : end]
            if re.search(r"(?<!\\)\((?!\?:)", body):
                return None
            guards, at = (*guards, (pattern[at : at + 4], body)), end + 1
        else:
            break
    group = _GROUP.match(pattern, at)
    if group:
        end = closing(pattern, at)
        if pattern.startswith(_QUANTIFIERS, end + 1):
            return None
        inner = _led(pattern[group.end() : end], guards)
        return None if inner is None else f"{group[0]}{inner}{pattern[end:]}"
    found = _LETTERS.match(pattern, at)
    if not found:
        return None
    end = found.end() - (1 if pattern.startswith(_QUANTIFIERS, found.end()) else 0)
    letters = pattern[at:end]
    return f"{letters}{said_after(guards, letters)}{pattern[end:]}" if letters else None


def said_after(guards: Guards, letters: str) -> str:
    """What was to be looked behind for before some letters, as it is said after them."""
    of_word = ("(?<!", "\\w")
    said = dict.fromkeys(of_word if guard[0] == "\\b" else guard for guard in guards)
    return "".join(f"{kind}(?:{body}){letters})" if "|" in body else f"{kind}{body}{letters})" for kind, body in said)


def alternatives(pattern: str) -> list[str]:
    """The alternatives of an expression, parted at its outermost bars."""
    found, depth = [""], 0
    for part in _PARTS.findall(pattern):
        depth += {"(": 1, ")": -1}.get(part, 0)
        if part == "|" and depth == 0:
            found.append("")
        else:
            found[-1] += part
    return found


def closing(pattern: str, at: int) -> int:
    """Where the bracket that opens at `at` is closed."""
    depth = 0
    for part in _PARTS.finditer(pattern, at):
        depth += {"(": 1, ")": -1}.get(part[0], 0)
        if depth == 0:
            return part.start()
    return len(pattern)
