"""Notes in which a drug that was given is misspelt or unknown, made from notes that are read right. Deterministic.

Every name of one drug is replaced in all notes of an encounter: by a misspelling of itself, or by a name that nobody
knows. In half of the ways the words of giving are taken out of the sentences that name it as well.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Literal, NamedTuple

from corpus_notes import corpus_notes

from reviewer.extract.patterns import read
from reviewer.grounding import Grounded, ground
from reviewer.grounding.page import Page
from reviewer.language.as_read import as_read
from reviewer.language.drugs import finder
from reviewer.language.sentences import sentences
from reviewer.notes.loading import load_notes
from reviewer.notes.note import Note
from reviewer.pipeline import review
from reviewer.review import Review
from reviewer.unread import traces
from validator.evidence import Evidence
from validator.facts import Administration
from validator.rulebook import Rulebook

ROOT = Path(__file__).parents[3]
ENCOUNTERS = ROOT / "fixtures" / "encounters"
How = Literal["misspelt", "unknown", "misspelt, no words of giving", "unknown, no words of giving"]
WAYS: tuple[How, ...] = ("misspelt", "unknown", "misspelt, no words of giving", "unknown, no words of giving")
_INVENTED = ("Zorvakin", "Belmorate", "Quastidin", "Fendrolux", "Yamperil", "Ostrivane", "Klumidor", "Trevaxol")
_GIVING = re.compile(
    r"\b(?:was |were )?(?:given|gave|administered|infused|infusing|hung|started|begun|initiated|received|injected|"
    r"pushed|completed?|finished|infusion|complete)\b ?",
    re.IGNORECASE,
)
_OF_NO_CODE = ("oral", "topical", "inhaled")
_NEVER_CODED = ("flush", "local_anaesthetic", "contrast", "vaccine", "blood")


class Loss(NamedTuple):
    """An encounter whose notes hide one drug: its new names, and the notes."""

    encounter: str
    how: How
    drug: str
    hidden: tuple[str, ...]
    notes: tuple[Note, ...]
    setting: str | None


def encounters() -> Iterator[tuple[str, tuple[Note, ...], str | None]]:
    """Every note of the corpus and every fixture, with its name and setting."""
    for one in corpus_notes():
        yield one["id"], (Note(id="note.txt", text=one["note"].replace("\r\n", "\n")),), one["setting"]
    for folder in sorted(path.parent for path in ENCOUNTERS.glob("*/expected.toml")):
        setting = tomllib.loads((folder / "expected.toml").read_text(encoding="utf-8"))["setting"]
        yield folder.name, load_notes([str(path) for path in sorted(folder.glob("*.txt"))]).notes, setting


def losses(name: str, notes: tuple[Note, ...], setting: str | None, rulebook: Rulebook) -> Iterator[Loss]:
    """The encounter with each drug that was given hidden, in each of the ways."""
    made = review(notes, rulebook=rulebook, setting=setting, explain=False)  # type: ignore[arg-type]
    for ingredient in sorted(_given(made, rulebook)):
        for how in WAYS:
            hidden = _hidden(name, notes, ingredient, how, rulebook)
            if hidden is not None:
                names, hiding = hidden
                yield Loss(name, how, ingredient, names, hiding, setting)


class Missing(NamedTuple):
    """What was grounded of an encounter without one giving of a drug that has another, and where its time stands."""

    encounter: str
    drug: str
    grounded: Grounded
    times: tuple[Evidence, ...]


def second_givings(name: str, notes: tuple[Note, ...], rulebook: Rulebook) -> Iterator[Missing]:
    """The encounter without each further giving of a drug, as if only the first had been read."""
    kept = tuple(as_read(note) for note in notes)
    grounded = ground(read(kept, rulebook), kept, rulebook)
    by_drug: dict[str, list[Administration]] = {}
    for one in grounded.encounter.administrations:
        if one.start.get() and _has_a_code(one):
            for ingredient in {drug.ingredient for drug in rulebook.find_drug(one.drug.value or "")}:
                by_drug.setdefault(ingredient, []).append(one)
    for ingredient, givings in by_drug.items():
        for gone in givings[1:]:
            left = tuple(one for one in grounded.encounter.administrations if one is not gone)
            encounter = grounded.encounter.model_copy(update={"administrations": left})
            without = Grounded(encounter, grounded.ungrounded, grounded.alarms, grounded.pages)
            yield Missing(name, ingredient, without, gone.start.evidence)


def is_seen(missing: Missing, rulebook: Rulebook) -> bool:
    """Whether the net quotes the words with the time of a giving that is missing."""
    places = [words for trace in traces(missing.grounded, rulebook) for words in trace.evidence]
    return any(
        one.note_id == time.note_id and one.start < time.end and time.start < one.end
        for one in places
        for time in missing.times
    )


def is_told(loss: Loss, made: Review) -> bool:
    """Whether a review names the hidden drug somewhere: as a fact, as a refused claim, or as words not read."""
    names = [word for name in loss.hidden for word in re.findall(r"[a-z'’-]{4,}", name.casefold())]
    places = [one.drug.value or "" for one in made.facts.administrations]
    places += [f"{one.claim} {one.quote}" for one in made.ungrounded if one.path.startswith("administrations.")]
    places += [words.text for trace in made.facts.unread for words in trace.evidence]
    return any(name in place.casefold() for name in names for place in places)


def _given(made: Review, rulebook: Rulebook) -> set[str]:
    """Ingredients of what was given and has a code."""
    found = set()
    coded = {identity for line in made.codes if line.kind == "administration" for identity in line.administrations}
    for one in (one for one in made.facts.administrations if one.id in coded):
        known = {(drug.ingredient, drug.admin_class) for drug in rulebook.find_drug(one.drug.value or "")}
        if len({ingredient for ingredient, _ in known}) == 1 and _has_a_code(one):
            found |= {ingredient for ingredient, kind in known if kind not in _NEVER_CODED}
    return found


def _has_a_code(one: Administration) -> bool:
    given = one.status.get() in ("given", "stopped_early")
    counts = one.purpose.get() not in ("flush", "keep_open") and one.route.value not in _OF_NO_CODE
    return given and counts and bool(one.start.value or one.dose.value or one.route.value)


def _hidden(
    name: str, notes: tuple[Note, ...], ingredient: str, how: How, rulebook: Rulebook
) -> tuple[tuple[str, ...], tuple[Note, ...]] | None:
    names: dict[str, str] = {}
    changed = []
    for note in notes:
        text = note.text
        mentions = [m for m in Page(note, finder(rulebook).find(text)).mentions if m.ingredient == ingredient]
        for mention in reversed(mentions):
            new = names.setdefault(mention.text.casefold(), _new(name, mention.text, how))
            if finder(rulebook).find(new):
                return None
            text = text[: mention.start] + new + text[mention.end :]
        if "no words" in how:
            text = _without_giving(text, names.values())
        changed.append(note.model_copy(update={"text": text}))
    return tuple(dict.fromkeys(names.values())), tuple(changed)


def _new(encounter: str, name: str, how: How) -> str:
    number = int.from_bytes(sha256(f"{encounter} {name.casefold()}".encode()).digest()[:4], "big")
    if how.startswith("unknown") or not re.search(r"[A-Za-z]{4}", name):
        return _INVENTED[number % len(_INVENTED)]
    word = max(re.findall(r"[A-Za-z]+", name), key=len)
    return name.replace(word, _misspelt(word, number))


def _misspelt(word: str, number: int) -> str:
    place = 1 + number % (len(word) - 2)
    one, other, rest = word[place], word[place + 1], word[place + 2 :]
    return (
        word[:place]
        + (
            (one + one + other + rest),
            (other + rest),
            (other + one + rest) if one != other else (one + one + other + rest),
            (("a" if one != "a" else "e") + other + rest),
        )[number // 7 % 4]
    )


def _without_giving(text: str, names: Collection[str]) -> str:
    """The text without words of giving in the sentences that name the drug."""
    kept, end = [], 0
    for found in sentences(text):
        words = text[found.start : found.end]
        hides = any(name in words for name in names)
        kept += [text[end : found.start], _GIVING.sub("", words) if hides else words]
        end = found.end
    return "".join([*kept, text[end:]])
