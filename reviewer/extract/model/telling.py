"""From a model's answers to wire facts: its passages found in the notes, and read there by our own words.

Kept is what the model pointed at and what is read there of the drug it named. A passage that stands in no note, or
tells nothing of the drug named, stays a claim: grounding shows it as ungrounded and it earns nothing.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from reviewer.extract.model.answer import Answer, Told, said
from reviewer.extract.model.place import found
from reviewer.extract.model.windows import Part, Window
from reviewer.extract.patterns import assembled
from reviewer.extract.patterns.page import Page, within
from reviewer.extract.patterns.pointed import Passage, read_pointed
from reviewer.extract.wire import Said, WireAdministration, WireEncounter
from reviewer.grounding.quotes import Place, places
from reviewer.language.drugs import DrugFinder, finder
from reviewer.language.quantity import find_quantities
from reviewer.notes.note import Note
from validator.rulebook import Rulebook

_LONGEST_NAME = 60


class WindowAnswer(NamedTuple):
    """What the model answered about one window."""

    window: Window
    answer: Answer


class _Claim(NamedTuple):
    """One entry of an answer: the part it names, its place in that part's note, and the drugs it is about."""

    told: Told
    note_id: str
    place: Place | None
    ingredients: frozenset[str]
    known: bool


def wire_of(answers: Iterable[WindowAnswer], notes: tuple[Note, ...], rulebook: Rulebook) -> tuple[WireEncounter, int]:
    """The wire facts of all answers, and how many entries were left out because they speak of no drug at all.

    Windows overlap: a passage given twice is one passage, so nothing is counted twice.
    """
    names = finder(rulebook)
    pages = {note.id: Page(note, names) for note in notes}
    answers = tuple(answers)
    claims = [claim for one in answers for claim in _claims(one, names)]
    about_drugs = [claim for claim in claims if _speaks_of_a_drug(claim)]
    passages = {
        note_id: [one for c in about_drugs if c.note_id == note_id for one in _passages(c, page)]
        for note_id, page in pages.items()
    }
    tellings = [drafts for note_id, page in pages.items() for drafts in read_pointed(page, passages[note_id])]
    read = {draft.ingredient for drafts in tellings for draft in drafts}
    wire = assembled(list(pages.values()), tellings)
    pointed = {note_id: [(p.start, p.end) for p in passages[note_id]] for note_id in pages}
    for one in answers:
        for note_id, place in _chart_places(one):
            pointed[note_id].append((place.start, place.end))
    kept = wire.model_copy(
        update={
            "administrations": (*wire.administrations, *_unread(about_drugs, read)),
            "pumps": tuple(one for one in wire.pumps if _touches(one, pointed)),
            "services": tuple(one for one in wire.services if _touches(one, pointed)),
            "documentation": tuple(one for one in wire.documentation if _touches(one, pointed)),
        }
    )
    return kept, len(claims) - len(about_drugs)


def _claims(one: WindowAnswer, names: DrugFinder) -> Iterator[_Claim]:
    before: dict[str, int] = {}
    for told in one.answer.given:
        drug = said(told.drug) or ""
        known = frozenset(mention.ingredient for mention in names.find(drug)) or _only_drug(told, names)
        unknown = frozenset({drug.lower()[:_LONGEST_NAME]}) if drug else frozenset[str]()
        part, place = _found(one.window, told, before)
        yield _Claim(told, part.note_id, place, known or unknown, bool(known))


def _only_drug(told: Told, names: DrugFinder) -> frozenset[str]:
    """The one drug that a passage names, where the model leaves the name out."""
    named = frozenset(mention.ingredient for mention in names.find(told.words))
    return named if len(named) == 1 and said(told.drug) is None else frozenset()


def _found(window: Window, told: Told, before: dict[str, int]) -> tuple[Part, Place | None]:
    """The part and place of a passage: in the note it names, else in the one other note that has the words.

    Of several places the first after the passage before it: a model copies in the order of the note.
    """
    named = window[told.note - 1] if 0 < told.note <= len(window) else window[0]
    holding = {part: there for part in window if (there := found(part.text, told.words))}
    part = named if named in holding or len(holding) != 1 else next(iter(holding))
    if part not in holding:
        return part, None
    since = before.get(part.note_id, -1)
    place = next((one for one in holding[part] if one.start > since), holding[part][0])
    before[part.note_id] = place.start
    return part, Place(place.start + part.start, place.end + part.start, place.match)


def _speaks_of_a_drug(claim: _Claim) -> bool:
    """Whether a known drug is named, or another name beside an amount ("22g PIV", "NKDA" are no drugs)."""
    drug = said(claim.told.drug)
    return claim.known or (drug is not None and _is_dosed(claim.told.words, drug))


def _is_dosed(words: str, drug: str) -> bool:
    at = words.lower().find(drug.lower())
    return at >= 0 and any(one.start >= at for one in find_quantities(words))


def _passages(claim: _Claim, page: Page) -> Iterator[Passage]:
    """The passage itself, and the lines with the time it is said to have, where they name the same drug.

    "Drug X 210 mg placed in the pump." on one line and "10:00 X started" on the next are one telling to a model.
    """
    if claim.place is None:
        return
    start, end = claim.place.start, claim.place.end
    yield Passage(start, end, claim.ingredients)
    time = said(claim.told.time)
    if time is None or not any(char.isdigit() for char in time) or places(page.text[start:end], time):
        return
    for place in places(page.text, time):
        line = page.text.rfind("\n", 0, place.start) + 1
        until = page.text.find("\n", place.end)
        until = len(page.text) if until < 0 else until
        if any(mention.ingredient in claim.ingredients for mention in within(page.mentions, line, until)):
            yield Passage(line, until, claim.ingredients)


def _unread(claims: list[_Claim], read: set[str]) -> Iterator[WireAdministration]:
    """One claim for each drug of which nothing was read where the model pointed."""
    shown: set[str] = set()
    for claim in claims:
        for name in sorted(claim.ingredients - read - shown):
            shown.add(name)
            drug = said(claim.told.drug) or name
            words = Said(text=drug[:_LONGEST_NAME], quote=claim.told.words, note_id=claim.note_id)
            yield WireAdministration(id=f"m{len(shown)}", drug=(words,))


def _chart_places(one: WindowAnswer) -> Iterator[tuple[str, Place]]:
    for text in one.answer.chart.model_dump().values():
        words = said(text)
        if words is None:
            continue
        for part in one.window:
            for place in found(part.text, words):
                yield part.note_id, Place(place.start + part.start, place.end + part.start, place.match)


def _touches(entry: Any, pointed: dict[str, list[tuple[int, int]]]) -> bool:
    """Whether any words of a pump, service or element stand where the model pointed."""
    words = [one for name in type(entry).model_fields for one in _saids(getattr(entry, name))]
    return any(_stands_in(one, pointed) for one in words)


def _saids(value: object) -> tuple[Said, ...]:
    values = value if isinstance(value, tuple) else (value,)
    return tuple(one for one in values if isinstance(one, Said))


def _stands_in(words: Said, pointed: dict[str, list[tuple[int, int]]]) -> bool:
    if words.at is None:
        return False
    end = words.at + len(words.quote)
    return any(start < end and words.at < stop for start, stop in pointed.get(words.note_id, ()))
