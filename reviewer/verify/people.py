"""What a person entered, changed, added or struck: told with who and why, and set beside a second reading of the notes.

Nothing can derive what a person says from the notes. It is not believed silently either: each such fact has a name and,
beyond the options of the command, a reason; and whatever nobody signed has to be what the notes give.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from reviewer.verify.facts import each
from reviewer.verify.problems import BROKEN
from reviewer.verify.records import Plain

_STRUCK = re.compile(r"Struck by (?P<by>.+?): (?P<what>.+?)\. Reason: (?P<why>.+)", re.S)


class Entry(NamedTuple):
    """What somebody entered or struck: where it stands in the review, who, and why ("" for an option)."""

    at: str
    by: str
    why: str


def entered(review: Plain) -> list[Entry]:
    """Every fact of a person and every struck administration, in the order of the review; none in a broken shape."""
    try:
        return [*_facts(review["facts"]), *_struck(review["notes_on_scope"])]
    except BROKEN:
        return []


def _facts(facts: Plain) -> Iterator[Entry]:
    for path, _, fact in each(facts):
        if fact.get("by"):
            yield Entry(f"facts.{path}", fact["by"], fact.get("why") or "")


def _struck(sentences: list[str]) -> Iterator[Entry]:
    for place, sentence in enumerate(sentences):
        if told := _STRUCK.fullmatch(sentence):
            yield Entry(f"notes_on_scope[{place}] (an administration struck)", told["by"], told["why"])


class Strike(NamedTuple):
    """What somebody struck, who, and why."""

    by: str
    what: str
    why: str


def struck_by(sentence: str) -> Strike | None:
    """What a sentence tells that somebody struck; None for any other sentence."""
    found = _STRUCK.fullmatch(sentence)
    return Strike(found["by"], found["what"], found["why"]) if found else None


def strikes(sentence: str) -> bool:
    """Whether a sentence tells that somebody struck an administration, and why."""
    return _STRUCK.fullmatch(sentence) is not None


def with_changes(read: Plain, stored: Plain) -> Plain:
    """Facts as read from the notes, with each change that the stored facts say a person made."""
    gone = frozenset(struck(read, stored))
    merged: Plain = _merged(read, stored, gone)
    return merged


def struck(read: Plain, stored: Plain) -> list[str]:
    """The ids of administrations that are read from the notes and do not stand."""
    here = {one["id"] for one in stored.get("administrations", ())}
    return [one["id"] for one in read.get("administrations", ()) if one["id"] not in here]


def _merged(read: Any, stored: Any, gone: frozenset[str]) -> Any:
    if _signed(stored):
        return stored
    if isinstance(read, dict) and isinstance(stored, dict):
        kept = {name: _merged(value, stored.get(name), gone) for name, value in read.items()}
        kept = {name: value for name, value in kept.items() if value != [] or read[name] == []}
        return {**kept, **{name: value for name, value in stored.items() if name not in read and _persons(value)}}
    if isinstance(read, list):
        return _lists(read, stored if isinstance(stored, list) else [], gone)
    return read


def _lists(read: list[Any], stored: list[Any], gone: frozenset[str]) -> list[Any]:
    """Entries by their ids, others by their places; links to what was struck are gone with it."""
    read = [one for one in read if (one.get("id") if isinstance(one, dict) else one) not in gone]
    named = {one["id"]: one for one in stored if isinstance(one, dict) and "id" in one}
    kept = []
    for place, one in enumerate(read):
        beside = stored[place] if place < len(stored) else None
        kept.append(_merged(one, named.get(one["id"]) if isinstance(one, dict) and "id" in one else beside, gone))
    known = {one["id"] for one in read if isinstance(one, dict) and "id" in one}
    more = [one for name, one in named.items() if name not in known] if named or known else stored[len(read) :]
    return kept + [one for one in more if _persons(one)]


def _signed(value: Any) -> bool:
    return isinstance(value, dict) and bool(value.get("by")) and "standing" in value


def _persons(value: Any) -> bool:
    """Whether a person entered all of it; an id alone is nothing that could be left out."""
    if isinstance(value, dict):
        if "standing" in value:
            return _signed(value)
        parts = [one for name, one in value.items() if name != "id"]
    else:
        parts = value if isinstance(value, list) else []
    return bool(parts) and all(map(_persons, parts))
