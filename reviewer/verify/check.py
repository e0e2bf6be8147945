"""Everything that is checked of a stored review, in one call."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from reviewer.notes.note import Note
from reviewer.verify import beside, entries, facts, form, judged, missing, notes, proof, prospects, seal, unread
from reviewer.verify.derived import drugs, lines
from reviewer.verify.derived.readings import worlds
from reviewer.verify.derived.world import World
from reviewer.verify.people import entered
from reviewer.verify.problems import BROKEN, Problem, sorted_problems
from reviewer.verify.records import Plain, Records
from reviewer.verify.reread import READ_ALONE


class Maker(NamedTuple):
    """What is installed here: the rulebook's and the package's version, and the key of the site."""

    rulebook: str
    package: str
    key: bytes | None = None


def problems(review: Plain, read: tuple[Note, ...], records: Records, maker: Maker) -> list[Problem]:
    """All that does not hold, by place. A review in which the very shape is broken has one problem that says so."""
    try:
        return sorted_problems(_all(review, read, records, maker))
    except BROKEN as problem:
        return [
            Problem("review", f"cannot be followed ({type(problem).__name__}): an id, a code or a value is not there")
        ]


def _all(review: Plain, read: tuple[Note, ...], records: Records, maker: Maker) -> Iterator[Problem]:
    yield from seal.check(review, maker.key)
    yield from form.check(review)
    yield from judged.check(review, records, maker.rulebook, maker.package)
    yield from notes.check(review, read)
    yield from facts.check(review, records)
    yield from judged.claims(review, read)
    if review["encounter"]["policy"] not in records.policies:
        return
    if not review["assessed"]:
        yield from _not_assessed(review)
        return
    every = worlds(review, records)
    yield from _derived(review, every)
    yield from judged.scope(review, every[0], read)
    yield from judged.editions(review, every[0])
    yield from judged.alarms(review)
    yield from beside.check(review, every)
    yield from prospects.check(review, records)


def derivation(review: Plain, records: Records) -> list[Problem]:
    """What does not follow from the facts: lines, drug lines, and every entry beside them. No note is looked at."""
    return sorted_problems(_derived(review, worlds(review, records)))


def _derived(review: Plain, every: list[World]) -> Iterator[Problem]:
    yield from proof.check(review, [world.facts for world in every], every[0].records)
    yield from lines.check(review, every)
    yield from drugs.check(review, every)
    yield from entries.check(review, every)
    yield from unread.check(review, every[0].records)
    yield from missing.check(review, every)
    yield from judged.conflicts(review, every)


def _not_assessed(review: Plain) -> Iterator[Problem]:
    sections: tuple[Any, ...] = ("codes", "not_supported", "missing", "needs_human", "not_coded", "conflicts")
    for name in sections:
        if review[name]:
            yield Problem(name, "stands in a review that was not assessed")


def only_digested(review: Plain) -> tuple[str, ...]:
    """The fields that nothing here can derive: without a key they rest on the plain digest alone."""
    made = review["provenance"]
    if not isinstance(made, dict):
        return ("everything",)
    fields = ["who entered the date or the setting", "the order of entries for a person"]
    if any(one.why for one in entered(review)):
        fields.append("what a person entered, changed or struck: who, why, and a value that no line hangs on")
    if made.get("extractor") != READ_ALONE:
        fields += ["facts and claims that no line, entry or requirement rests on"]
    if made.get("model") is not None:
        fields += ["provenance.model", "readings", "remarks of the model in notes_on_scope"]
    fields += ["fixes and open codes taken out whole"] if review.get("fixes") or review.get("outlook") else []
    fields += ["comparison"] if review.get("comparison") else []
    return tuple(fields)
