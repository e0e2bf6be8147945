"""What notes tell about doses beside the dose: the order by body size, the strength, the vials, and who supplied it.

Read here from the notes themselves for every reader alike. A value belongs to the drug that its own words are tied to.
What several statements leave open is not stated (it would only check a dose), but for the supplier: there every
statement counts, for a line that only one of them gives may not stand (DRUG-10).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from reviewer.grounding.administrations import Given, canonical
from reviewer.grounding.claims import Book
from reviewer.grounding.giving import gives
from reviewer.grounding.links import link
from reviewer.grounding.page import Anchor, Page
from reviewer.language.dosing import (
    FoundMeasure,
    FoundVials,
    find_measures,
    find_ordered,
    find_strengths,
    find_suppliers,
    find_vials,
)
from validator.facts import Administration, EncounterInfo, Evidence, Fact, Quantity, Standing, Supplier, Vial
from validator.rulebook import Rulebook

_MAIN = frozenset({"chemo", "chemo_biologic", "complex_biologic", "hormonal"})
"""The classes of drugs that a sentence without a name ("drug supplied by the sponsor") may speak of."""
_PLANNED = frozenset({"none", "order", "plan"})
_TOLD = frozenset({"none"})
_BY_WEIGHT = ("weight",)
_BY_SURFACE = ("body_surface_area", "weight", "height")
_BY_EXPOSURE = ("creatinine_clearance",)


def told(book: Book, given: Given, everyone: list[Given]) -> dict[str, Any]:
    """The fields of `Administration` about its dose that are told: ordered dose, concentration, vials, supplier."""
    values: dict[str, Any] = {}
    pages = [book.pages[note] for note in dict.fromkeys(anchor.note_id for anchor in given.anchors)]
    for name, find, cues in (("ordered_dose", find_ordered, _PLANNED), ("concentration", find_strengths, _TOLD)):
        found = [(page, one) for page in pages for one in find(page.text) if _belongs(page, one, given, cues)]
        if fact := _agreed(found):
            values[name] = fact
    if vials := _vials(
        [[(page, v) for v in find_vials(page.text) if _belongs(page, v, given, _TOLD)] for page in pages]
    ):
        values["vials"] = vials
    if supplier := _supplier(book, given, everyone):
        values["supplied_by"] = supplier
    return values


def product(book: Book, given: Given, values: dict[str, Any], rulebook: Rulebook) -> Fact[str]:
    """The product as stated, else as another name of the drug tells it where it is given ("IVIG Privigen 35 g").

    Only where the drug's name leaves several codes open, and by a name that leaves one; two that differ are both kept.
    """
    stated: Fact[str] = values["product"]
    if stated.standing is not Standing.NOT_STATED or not _open(rulebook, values["drug"].get()):
        return stated
    names: dict[str, Evidence] = {}
    for anchor in given.anchors:
        page = book.pages[anchor.note_id]
        words = page.text[anchor.start : anchor.end]
        codes = {drug.code for drug in rulebook.find_candidates(words)}
        if len(codes) == 1 and "" not in codes and page.cue(anchor.start, anchor.end) == "none" and gives(page, anchor):
            names.setdefault(codes.pop(), _words(page, anchor.start, anchor.end))
    told = tuple(one.text for one in names.values())
    if not told:
        return stated
    if len(told) == 1:
        return Fact[str](value=told[0], standing=Standing.GROUNDED, evidence=tuple(names.values()))
    return Fact[str](value=told[0], standing=Standing.CONFLICTING, evidence=tuple(names.values()), readings=told)


def _open(rulebook: Rulebook, name: str | None) -> bool:
    return name is not None and len({drug.code for drug in rulebook.find_candidates(name)}) > 1


def measures(book: Book, info: EncounterInfo, administrations: Iterable[Administration]) -> EncounterInfo:
    """The encounter with the measures of the body that an ordered dose needs, where the notes tell just one of each."""
    units = {one.ordered_dose.value.unit for one in administrations if one.ordered_dose.value is not None}
    wanted = {name for unit in units for name in _needed(unit)}
    if not wanted:
        return info
    found: dict[str, list[tuple[Page, FoundMeasure]]] = {}
    for page in book.pages.values():
        for one in find_measures(page.text):
            if one.name in wanted and page.cue(one.start, one.end) == "none":
                found.setdefault(one.name, []).append((page, one))
    changes = {name: fact for name, some in found.items() if (fact := _agreed(some)) is not None}
    return info.model_copy(update=changes) if changes else info


def _needed(unit: str) -> tuple[str, ...]:
    if unit == "AUC":
        return _BY_EXPOSURE
    return _BY_WEIGHT if unit.endswith("/kg") else _BY_SURFACE if unit.endswith("/m2") else ()


def _nobody(_: Anchor) -> bool:
    return False


def _belongs(page: Page, one: Any, given: Given, cues: frozenset[str]) -> bool:
    """Whether words are tied to this drug by its clause or row, and neither stand under a cue that takes them back."""
    tie = link(page, one.start, one.end, given.own, _nobody)
    if tie is None or tie.how == "reference" or page.cue(one.start, one.end) not in cues:
        return False
    return page.cue(tie.anchor.start, tie.anchor.end) in cues


def _agreed(found: list[tuple[Page, FoundMeasure]]) -> Fact[Quantity] | None:
    if len({canonical(one.value) for _, one in found}) != 1:
        return None
    evidence = tuple(_words(page, one.start, one.end) for page, one in found)
    return Fact[Quantity](value=found[0][1].value, standing=Standing.GROUNDED, evidence=evidence)


def _words(page: Page, start: int, end: int) -> Evidence:
    return Evidence(note_id=page.note.id, start=start, end=end, text=page.text[start:end])


def _vials(by_page: list[list[tuple[Page, FoundVials]]]) -> tuple[Vial, ...]:
    """The vials told; the same vials told again are the same; notes that tell different ones tell none."""
    lists = []
    for told_here in by_page:
        once = {(v.number, canonical(v.size)): (page, v) for page, v in reversed(told_here)}
        if once:
            lists.append(once)
    if not lists or any(other.keys() != lists[0].keys() for other in lists):
        return ()
    return tuple(
        Vial(count=v.number, amount=v.size.amount, unit=v.size.unit, evidence=(_words(page, v.start, v.end),))
        for page, v in reversed(lists[0].values())
    )


def _supplier(book: Book, given: Given, everyone: list[Given]) -> Fact[Supplier] | None:
    values: dict[str, None] = {}
    evidence: list[Evidence] = []
    for page in book.pages.values():
        for one in find_suppliers(page.text):
            if page.cue(one.start, one.end) not in _TOLD:
                continue
            tied = [g for g in everyone if _belongs(page, one, g, _TOLD)]
            if not tied and not page.named(page.sentence(one.start)):
                tied = [g for g in everyone if any(a.admin_class in _MAIN for a in g.anchors)]
                if len({g.key for g in tied}) > 1 and given in tied and one.value != "clinic":
                    values["clinic"] = None  # it may be any of them: none is certain to be the clinic's
            if given in tied:
                values[one.value] = None
                evidence.append(_words(page, one.start, one.end))
    if not values:
        return None
    said: Any = tuple(values)
    if len(said) == 1 or "clinic" not in values:
        return Fact[Supplier](value=said[0], standing=Standing.GROUNDED, evidence=tuple(evidence))
    return Fact[Supplier](value=said[0], standing=Standing.CONFLICTING, evidence=tuple(evidence), readings=said)
