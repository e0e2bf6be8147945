"""Which telling of the model is which administration of the patterns: by drug, then by times and shared words.

One administration of the patterns may be told several times by the model (record and narrative, brand and generic);
a telling belongs to one administration only. Nothing depends on the order or the ids of either reader.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from reviewer.agreement.settling import together
from reviewer.agreement.values import Identity, values_of
from validator.facts import Administration, Evidence, Fact

OWN = ("drug", "dose", "start", "stop", "duration_minutes", "technique", "status")
"""Fields whose words are a drug's own: a route or a line may be told of several at once."""

Score = tuple[int, int, int, int]
Content = tuple[str, ...]


@dataclass
class Alignment:
    """The tellings of the model for each administration of the patterns, and those that belong to none.

    `again` are further tellings of a drug that the patterns know, with nothing that ties them to one of its
    administrations; `new` are of drugs that the patterns did not read at all.
    """

    told: dict[str, list[Administration]] = field(default_factory=dict)
    again: list[Administration] = field(default_factory=list)
    new: list[Administration] = field(default_factory=list)


def align(patterns: tuple[Administration, ...], model: tuple[Administration, ...], identity: Identity) -> Alignment:
    """Give every telling of the model to the administration of the patterns that it tells of."""
    keys = {one.id: identity.key(_name(one)) for one in patterns}
    out = Alignment({one.id: [] for one in patterns})
    tellings = sorted(model, key=content)
    scored: list[tuple[Score, Content, Content, int, Administration]] = []
    for number, telling in enumerate(tellings):
        key = identity.key(_name(telling))
        alike = [one for one in patterns if keys[one.id] == key]
        ties = [(score, one) for one in alike if (score := _score(one, telling)) is not None]
        if ties:
            scored += [(score, content(one), content(telling), number, one) for score, one in ties]
        elif alike:
            out.again.append(telling)
        else:
            out.new.append(telling)
    _assign(out, scored, tellings)
    return out


def _assign(
    out: Alignment,
    scored: list[tuple[Score, Content, Content, int, Administration]],
    tellings: list[Administration],
) -> None:
    """First each administration its best telling, one to one; then what is left to what it fits best."""
    best = sorted(scored, key=lambda tie: (tuple(-part for part in tie[0]), tie[1], tie[2]))
    taken: set[int] = set()
    for _, _, _, number, one in best:
        if number not in taken and not out.told[one.id]:
            taken.add(number)
            out.told[one.id].append(tellings[number])
    for _, _, _, number, one in best:
        if number not in taken:
            taken.add(number)
            out.told[one.id].append(tellings[number])


def merged(tellings: list[Administration]) -> Administration:
    """Several tellings of one administration as one: what they differ in is a conflict."""
    first, *others = tellings
    for other in others:
        changes: dict[str, Any] = {name: together(name, getattr(first, name), getattr(other, name)) for name in FIELDS}
        changes["interruptions"] = (*first.interruptions, *other.interruptions)
        changes["rates"] = (*first.rates, *other.rates)
        for name in ("mixed_with", "concurrent_with"):
            changes[name] = tuple(dict.fromkeys((*getattr(first, name), *getattr(other, name))))
        first = first.model_copy(update=changes)
    return first


FIELDS = tuple(name for name, kind in Administration.model_fields.items() if isinstance(kind.default, Fact))


def _name(one: Administration) -> str | None:
    """The name of a drug, also where several names are told."""
    found = values_of(one.drug)
    return str(found[0]) if found else None


def _score(one: Administration, other: Administration) -> Score | None:
    """How well a telling fits: equal times, no other time, shared mentions, shared words. None: nothing ties them."""
    times = sum(_equal(getattr(one, name), getattr(other, name)) for name in ("start", "stop"))
    apart = sum(_differ(getattr(one, name), getattr(other, name)) for name in ("start", "stop"))
    mentions = _shared(one.drug.evidence, other.drug.evidence)
    words = sum(_shared(getattr(one, name).evidence, getattr(other, name).evidence) > 0 for name in OWN)
    if not (times or mentions or words):
        return None
    return times, -apart, mentions, words


def _equal(one: Fact[str], other: Fact[str]) -> bool:
    return bool(set(values_of(one)) & set(values_of(other)))


def _differ(one: Fact[str], other: Fact[str]) -> bool:
    told, others = set(values_of(one)), set(values_of(other))
    return bool(told and others and not told & others)


def _shared(one: Iterable[Evidence], other: Iterable[Evidence]) -> int:
    """How many pieces of the second stand on the same words as a piece of the first."""
    mine = tuple(one)
    return sum(any(overlap(a, b) for a in mine) for b in other)


def overlap(one: Evidence, other: Evidence) -> bool:
    """Whether two pieces of evidence share characters of a note."""
    return one.note_id == other.note_id and one.start < other.end and other.start < one.end


def content(one: Administration) -> Content:
    """What an administration tells, without its id: what ties are broken by."""
    facts = tuple(_comparable(getattr(one, name)) for name in FIELDS)
    pauses = ",".join(sorted(f"{_comparable(p.start)}-{_comparable(p.stop)}" for p in one.interruptions))
    return (*facts, pauses)


def _comparable(fact: Fact[Any]) -> str:
    places = sorted((e.note_id, e.start, e.end) for e in fact.evidence)
    return f"{fact.standing}|{places}|{fact.value}|{sorted(map(str, fact.readings))}"
