"""Models made from the truth of every fixture: what they leave out, swap, repeat or invent adds no unit."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from agreement.readers import FIELDS, altered, beyond, lines, reviewed, wire_of
from fixture_files import NAMES, review_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from thorough import THOROUGH, some

from reviewer.extract.wire import Said, WireAdministration, WireEncounter

names = st.sampled_from(NAMES)
chances = st.integers(0, 2**32 - 1).map(random.Random)
often = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def forgetful(wire: WireEncounter, chance: random.Random) -> WireEncounter:
    """Part of the truth: administrations, fields, services, elements and pumps left out at random."""

    def forget(one: WireAdministration) -> WireAdministration | None:
        if chance.random() < 0.2:
            return None
        dropped = [name for name in FIELDS if name != "drug" and chance.random() < 0.2]
        return one.model_copy(update=dict.fromkeys(dropped, ()))

    kept = {
        part: tuple(one for one in getattr(wire, part) if chance.random() < 0.8)
        for part in ("services", "documentation", "date_of_service", "payer")
    }
    return altered(wire.model_copy(update=kept), forget)


def with_neighbours_times(wire: WireEncounter, chance: random.Random) -> WireEncounter:
    """Every administration with the times of another one."""
    if not wire.administrations:
        return wire
    return altered(
        wire,
        lambda one: one.model_copy(
            update={name: getattr(chance.choice(wire.administrations), name) for name in ("start", "stop", "duration")}
        ),
    )


def all_given(wire: WireEncounter, chance: random.Random) -> WireEncounter:
    """Nothing held, refused, planned, paused, flushed or mixed: everything simply given."""
    plain = dict.fromkeys(("status", "purpose", "pauses", "mixed_with", "mixed", "presence", "discarded"), ())

    def give(one: WireAdministration) -> WireAdministration:
        told = tuple(said.model_copy(update={"text": "given"}) for said in one.status)
        return one.model_copy(update={**plain, "status": told})

    return altered(wire, give)


def repeated(wire: WireEncounter, chance: random.Random) -> WireEncounter:
    """Every administration five times, under other ids, some split at their times."""
    out = []
    for one in wire.administrations:
        for number in range(5):
            half = {"stop": ()} if chance.random() < 0.3 else {"start": ()} if chance.random() < 0.3 else {}
            out.append(one.model_copy(update={"id": f"{one.id}x{number}", **half}))
    chance.shuffle(out)
    known = {one.id for one in wire.administrations}
    assert not known & {one.id for one in out}
    return altered(wire.model_copy(update={"administrations": tuple(out)}), lambda one: one)


def of_other_drugs(wire: WireEncounter, chance: random.Random) -> WireEncounter:
    """Every administration under the name of another."""
    drugs = [one.drug for one in wire.administrations]
    return altered(wire, lambda one: one.model_copy(update={"drug": chance.choice(drugs)}))


def without_places(wire: WireEncounter, chance: random.Random) -> WireEncounter:
    """The truth as a model tells it: no places, and quotes cut to the value."""

    def cut(saids: tuple[Said, ...]) -> tuple[Said, ...]:
        return tuple(said.model_copy(update={"at": None, "quote": said.text}) for said in saids)

    return altered(wire, lambda one: one.model_copy(update={name: cut(getattr(one, name)) for name in _SAID}))


_SAID = tuple(name for name in FIELDS if name not in ("pauses", "mixed_with", "concurrent_with"))
HOSTILE: tuple[Callable[[WireEncounter, random.Random], WireEncounter], ...] = (
    with_neighbours_times,
    all_given,
    repeated,
    of_other_drugs,
    without_places,
)


@pytest.mark.parametrize("name", some(NAMES, 3))
def test_a_model_that_tells_the_truth_changes_nothing(name: str) -> None:
    for extractor in ("both", "llm"):
        made = reviewed(name, wire_of(name), extractor, explain=THOROUGH)
        assert lines(made) == lines(review_of(name)), extractor
        assert not [one for one in made.readings if one.outcome == "contradiction"]


@often
@given(names, chances)
def test_what_a_model_leaves_out_costs_nothing_beside_the_patterns(name: str, chance: random.Random) -> None:
    assert lines(reviewed(name, forgetful(wire_of(name), chance), "both")) == lines(review_of(name))


@often
@given(names, chances)
def test_what_a_model_leaves_out_raises_nothing_in_the_patterns_stead(name: str, chance: random.Random) -> None:
    made = reviewed(name, forgetful(wire_of(name), chance), "llm")
    assert not beyond(name, made)


@often
@given(names, st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=3), chances, st.sampled_from(("both", "llm")))
def test_a_hostile_model_adds_no_unit(name: str, changes: list, chance: random.Random, extractor: str) -> None:
    wire = wire_of(name)
    for change in changes:
        wire = change(wire, chance)
    assert not beyond(name, reviewed(name, wire, extractor))  # type: ignore[arg-type]


@often
@given(names, st.sampled_from(HOSTILE), chances)
def test_the_order_of_entries_does_not_matter(name: str, change: Callable, chance: random.Random) -> None:
    wire = change(wire_of(name), chance)
    shuffled = list(wire.administrations)
    chance.shuffle(shuffled)
    one, other = (
        reviewed(name, wire.model_copy(update={"administrations": tuple(told)}), "both")
        for told in (wire.administrations, shuffled)
    )
    assert lines(one) == lines(other)
    assert one.readings == other.readings


def test_notes_swapped_tell_nothing() -> None:
    name = "rchop-four-notes"
    swap = {"nursing.txt": "order.txt", "order.txt": "nursing.txt"}

    def swapped(saids: tuple[Said, ...]) -> tuple[Said, ...]:
        return tuple(said.model_copy(update={"note_id": swap.get(said.note_id, said.note_id)}) for said in saids)

    wire = altered(
        wire_of(name), lambda one: one.model_copy(update={field: swapped(getattr(one, field)) for field in _SAID})
    )
    assert not beyond(name, reviewed(name, wire, "both"))
    assert not beyond(name, reviewed(name, wire, "llm"))
