"""Corrections taken over from one reading of an encounter to another, where the notes still tell the fact alike.

What a person entered stands for what the notes told then. Where a newer reading tells the fact otherwise, or gives
something more of the same kind, a person has to look again: that correction is left, and named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

from reviewer.report.given import is_struck, name_and_dose, times
from reviewer.report.words import element
from reviewer.verify.people import struck_by
from reviewer.web.correcting import (
    FIELDS,
    OF_ENCOUNTER,
    OF_PAUSE,
    OF_PUMP,
    OF_SITE,
    Field,
    Signed,
    parts,
    put,
    said,
    struck,
    told_of,
)
from reviewer.web.correcting_sites import name_of
from validator.facts import AccessSite, Administration, Encounter, Fact, Interruption, Pump, Standing
from validator.filling import fact_at

T = TypeVar("T", AccessSite, Administration, Pump)
_SITE, _PAUSE = Field("Access site"), Field("Pause")


class Carried(NamedTuple):
    """The newer facts with what was `taken` over, in words, and the sentences of what was struck in them again.

    `agreed` are corrections that the newer notes tell themselves.
    """

    facts: Encounter
    taken: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    agreed: tuple[str, ...] = ()


class Correction(NamedTuple):
    """One fact that a person entered, and where."""

    path: str
    field: Field
    fact: Fact[Any]


def corrections(facts: Encounter) -> Iterator[Correction]:
    """Every fact with the name and the reason of a person."""
    for one in _places(facts):
        if one.fact.by and one.fact.why and one.fact.standing in (Standing.ENTERED, Standing.DENIED):
            yield one


def told(facts: Encounter, one: Correction) -> str:
    """A correction in words: what, to which value, who and why."""
    text = next((name_of(s) for s in facts.access_sites if one.field is _SITE and s.id == one.fact.value), "")
    text = "struck" if one.field == _PAUSE else text or said(one.fact)
    return f"{told_of(facts, one.path, one.field)}: {text} ({one.fact.by}: {one.fact.why})"


def _places(facts: Encounter) -> Iterator[Correction]:
    for item in facts.administrations:
        path = f"administrations.{item.id}"
        for name, field in {**FIELDS, "access_site": _SITE}.items():
            yield Correction(f"{path}.{name}", field, getattr(item, name))
        for place, pause in enumerate(item.interruptions):
            ends = {"start": _PAUSE} if is_struck(pause) else OF_PAUSE
            for end, field in ends.items():
                yield Correction(f"{path}.interruptions.{place}.{end}", field, getattr(pause, end))
    for site in facts.access_sites:
        for name, field in OF_SITE.items():
            yield Correction(f"access_sites.{site.id}.{name}", field, getattr(site, name))
    for pump in facts.pumps:
        for name, field in OF_PUMP.items():
            yield Correction(f"pumps.{pump.id}.{name}", field, getattr(pump, name))
    for name, field in OF_ENCOUNTER.items():
        yield Correction(f"encounter.{name}", field, getattr(facts.encounter, name))
    for name, fact in facts.documentation.items():
        yield Correction(f"documentation.{name}", Field(element(name)), fact)


def carry(read: Encounter, corrected: Encounter, anew: Encounter, sentences: Sequence[str] = ()) -> Carried:
    """The facts of a newer reading with the corrections whose fact is still told as it was.

    `read` are the facts as the notes told them before anybody corrected them to `corrected`; `sentences` tell what was
    struck there.
    """
    pairs = _Pairs(
        read,
        anew,
        _paired(read.administrations, anew.administrations, _drug),
        {
            "access_sites": _paired(read.access_sites, anew.access_sites, _site),
            "pumps": _paired(read.pumps, anew.pumps, _pump),
        },
    )
    known = {item.id for item in read.administrations}
    found = Carried(anew)
    for one in corrections(corrected):
        section, identity, name = parts(corrected, one.path)
        if section == "administrations" and (identity not in known or name.startswith("interruptions.")):
            continue
        found = _fact_carried(found, corrected, one, pairs)
    for item in corrected.administrations:
        found = _pauses_carried(found, item, pairs) if item.id in known else _added(found, corrected, item, pairs)
    here = {item.id for item in corrected.administrations}
    for item in read.administrations:
        if item.id not in here:
            found = _struck_again(found, item, pairs, sentences)
    return found


class _Pairs(NamedTuple):
    """Two readings, and which entry of the newer one (id) each entry of the older one is."""

    read: Encounter
    anew: Encounter
    items: dict[str, str]
    others: dict[str, dict[str, str]]

    @property
    def sites(self) -> dict[str, str]:
        """Which access site is which."""
        return self.others["access_sites"]

    @property
    def nothing_new(self) -> bool:
        """Whether the newer reading has no administration beyond those of the older one."""
        return len(self.items) == len(self.anew.administrations)

    def item(self, identity: str) -> tuple[Administration, Administration] | None:
        """An administration of the older reading, and of the newer one."""
        if identity not in self.items:
            return None
        old = next(one for one in self.read.administrations if one.id == identity)
        return old, next(one for one in self.anew.administrations if one.id == self.items[identity])


def _fact_carried(found: Carried, corrected: Encounter, one: Correction, pairs: _Pairs) -> Carried:
    section, identity, name = parts(corrected, one.path)
    path, fact = one.path, one.fact
    if identity:
        named = {"administrations": pairs.items, **pairs.others}[section].get(identity)
        if named is None:
            return found
        path = f"{section}.{named}.{name}"
    before, now = fact_at(pairs.read, one.path), fact_at(pairs.anew, path)
    facts = found.facts
    if name == "access_site" and section == "administrations":
        before = before.model_copy(update={"value": pairs.sites.get(before.value or "", before.value)})
        facts, fact = _site_carried(facts, corrected, fact, pairs)
    if now.known and now.value in (fact.value, f"{pairs.anew.encounter.date_of_service.get()}T{fact.value}"):
        return found._replace(agreed=(*found.agreed, told(corrected, one)))
    if (fact.value is None and fact.standing is Standing.ENTERED) or not _alike(before, now):
        return found
    facts = put(facts, path, fact, Signed(fact.by or "", fact.why or ""))
    return found._replace(facts=facts, taken=(*found.taken, told(corrected, one)))


def _site_carried(
    facts: Encounter, corrected: Encounter, fact: Fact[str], pairs: _Pairs
) -> tuple[Encounter, Fact[str]]:
    """The facts with the site that a correction names, and the correction with the site's id as it is now."""
    ours = next((site for site in corrected.access_sites if site.id == fact.value), None)
    if ours is None or any(site.id == ours.id for site in pairs.read.access_sites):
        return facts, fact.model_copy(update={"value": pairs.sites.get(fact.value or "")})
    if all(site.id != ours.id for site in facts.access_sites):
        facts = facts.model_copy(update={"access_sites": (*facts.access_sites, ours)})
    return facts, fact


def _pauses_carried(found: Carried, item: Administration, pairs: _Pairs) -> Carried:
    """With the pauses of an infusion as a person left them, where both readings tell the same pauses."""
    changed = [one for one in _of_pauses(item) if one.fact.by and one.fact.why]
    both = pairs.item(item.id) if changed else None
    if both is None or not _same_pauses(both[0].interruptions, both[1].interruptions):
        return found
    items = tuple(
        one.model_copy(update={"interruptions": item.interruptions}) if one.id == both[1].id else one
        for one in found.facts.administrations
    )
    only = Encounter(administrations=(item,))
    words = tuple(told(only, one) for one in changed)
    facts = found.facts.model_copy(update={"administrations": items})
    return found._replace(facts=facts, taken=(*found.taken, *words))


def _of_pauses(item: Administration) -> list[Correction]:
    return [one for one in _places(Encounter(administrations=(item,))) if ".interruptions." in one.path]


def _added(found: Carried, corrected: Encounter, item: Administration, pairs: _Pairs) -> Carried:
    """With an administration that a person added: only where the newer notes do not tell of any more themselves."""
    taken = {one.id for one in found.facts.administrations}
    if not pairs.nothing_new or item.id in taken:
        return found
    facts, at = _site_carried(found.facts, corrected, item.access_site, pairs)
    if item.access_site.known and at.value is None:
        return found
    facts = facts.model_copy(
        update={"administrations": (*facts.administrations, item.model_copy(update={"access_site": at}))}
    )
    ours = [one for one in corrections(corrected) if parts(corrected, one.path)[:2] == ("administrations", item.id)]
    return found._replace(facts=facts, taken=(*found.taken, *(told(corrected, one) for one in ours)))


def _struck_again(found: Carried, gone: Administration, pairs: _Pairs, sentences: Sequence[str]) -> Carried:
    """Without an administration that a person struck, where both readings tell all of it alike."""
    both = pairs.item(gone.id)
    what = f"{name_and_dose(gone)}, {times(gone, pairs.read.encounter.date_of_service.get())}"
    by_whom = next((one for one in map(struck_by, sentences) if one and one.what == what), None)
    if both is None or by_whom is None or not all(_alike(getattr(gone, n), getattr(both[1], n)) for n in FIELDS):
        return found
    if not _same_pauses(gone.interruptions, both[1].interruptions):
        return found
    facts, sentence = struck(found.facts, both[1].id, Signed(by_whom.by, by_whom.why))
    words = f"{what}: struck ({by_whom.by}: {by_whom.why})"
    return found._replace(facts=facts, taken=(*found.taken, words), remarks=(*found.remarks, sentence))


def _paired(read: Sequence[T], anew: Sequence[T], key: Callable[[T], Any]) -> dict[str, str]:
    """Which entry is which: told by the same words, or where those tell several, by everything that is told of them."""
    pairs = {}
    for one in read:
        same = [other for other in anew if key(other) == key(one)]
        if len(same) > 1 or sum(key(other) == key(one) for other in read) > 1:
            same = [other for other in same if other.model_copy(update={"id": one.id}) == one]
        if len(same) == 1:
            pairs[one.id] = same[0].id
    return pairs if len(set(pairs.values())) == len(pairs) else {}


def _drug(item: Administration) -> Any:
    # A newer note may name the drug once more: where it was named first tells which it is.
    return item.drug.value, item.drug.readings, [(e.note_id, e.start, e.end) for e in item.drug.evidence[:1]]


def _site(site: AccessSite) -> Any:
    return site.kind.value, site.location.value


def _pump(pump: Pump) -> Any:
    return tuple((getattr(pump, name).value, getattr(pump, name).readings) for name in OF_PUMP)


def _alike(before: Fact[Any], now: Fact[Any]) -> bool:
    return (before.value, before.standing, before.readings) == (now.value, now.standing, now.readings)


def _same_pauses(before: Sequence[Interruption], now: Sequence[Interruption]) -> bool:
    return len(before) == len(now) and all(
        _alike(one.start, other.start) and _alike(one.stop, other.stop) for one, other in zip(before, now, strict=True)
    )
