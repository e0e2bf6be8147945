"""Drafts queries from a review: per author and encounter one document of quoted facts and neutral questions.

What cannot be cured, was documented as not done, or has no words to quote is not asked: it is listed for the coder.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from reviewer.notes.note import Note
from reviewer.pipeline import WITHHELD
from reviewer.queries.documents import AskedElement, Drafts, Indicator, NotAsked, QueryDocument, Recipient
from reviewer.queries.lint import lint
from reviewer.queries.quoting import Quoter
from reviewer.queries.rendering import document
from reviewer.report.given import name as drug_name
from reviewer.report.visible import shown
from reviewer.report.words import element as element_words
from reviewer.review import Review
from validator.facts import Administration, Standing
from validator.findings import FixableBy, MissingElement

ROLES: tuple[FixableBy, ...] = ("nurse", "prescriber", "pharmacy", "registration")
ALWAYS_OFFERED = ("other (please specify): ________", "unable to determine")
_FILE = Path(__file__).parent / "data" / "drafting.toml"
_SIGNED_AS: Mapping[str, str] = {"nurse": "administering_signature", "prescriber": "provider_signature"}
_UNCLEAR = {
    Standing.CONFLICTING: "The notes at hand differ about this: {what}.",
    Standing.UNGROUNDED: "The notes at hand tell this in words that could not be followed: {what}.",
}
_NOT_FOUND = "Not found in the notes at hand: {what}."
_PERSON = re.compile(r"(?=.*\b[^\W\d_]{3,})(?!(?:Dr|Mr|Ms|Mrs)\.?$)[^\W\d_][\w .,'()-]{1,58}")
_NOT_CURABLE = "cannot be added afterwards"
_DENIED = "documented as not done; asking again would press for another answer"
_NO_WORDS = "no words of the notes to cite"
_NOT_NEUTRAL = "its words, taken from the notes, would not pass `reviewer query lint`; ask by hand"
_ADVISORY = "advisory; asked with --advisory"
_NOT_ONE_ENCOUNTER = "the notes may not be one encounter; settle that first"


@dataclass(frozen=True, slots=True)
class _Words:
    elements: Mapping[str, str]
    differ: tuple[str, ...]
    choices: tuple[tuple[str, str | None, tuple[str, ...]], ...]


def draft(review: Review, notes: Iterable[Note] = (), *, author: str | None = None, advisory: bool = False) -> Drafts:
    """The queries of one review, ordered by role and name. `notes` give lines to quote and number.

    `author` keeps the documents of one role or one named signer. `advisory` also asks for what changes nothing.
    Notes that may not be one encounter give no document: it would show one patient's words to another's author.
    """
    if any(one.rule == WITHHELD for one in review.needs_human):
        left = tuple(NotAsked(missing=m.id, element=m.element, reason=_NOT_ONE_ENCOUNTER) for m in review.missing)
        return Drafts(not_asked=left)
    quoter = Quoter(review, notes)
    asked: dict[tuple[int, str], list[AskedElement]] = {}
    left_out: list[NotAsked] = []
    for missing in review.missing:
        item = next((one for one in review.facts.administrations if one.id == missing.administration), None)
        signer = _signer(review, missing, item) or ""
        reason = _why_not(missing, advisory)
        element = None if reason else _element(missing, item, quoter.indicators(missing))
        if element is not None and not element.indicators:
            reason = _NO_WORDS
        elif element is not None and lint(_document(review, missing.fixable_by, signer, [element]).text):
            reason = _NOT_NEUTRAL
        if element is None or reason:
            left_out.append(NotAsked(missing=missing.id, element=missing.element, reason=reason))
        else:
            asked.setdefault((ROLES.index(missing.fixable_by), signer), []).append(element)
    documents = [_document(review, ROLES[role], name, asked[role, name]) for role, name in sorted(asked)]
    numbered = [one.model_copy(update={"id": f"q{n}-{one.to.role}"}) for n, one in enumerate(documents, 1)]
    return Drafts(queries=tuple(one for one in numbered if _is_for(one, author)), not_asked=tuple(left_out))


def _why_not(missing: MissingElement, advisory: bool) -> str:
    if missing.curable in (None, "not_curable"):
        return _NOT_CURABLE
    if missing.standing is Standing.DENIED:
        return _DENIED
    return _ADVISORY if missing.effect == "advisory" and not advisory else ""


def _element(missing: MissingElement, item: Administration | None, indicators: tuple[Indicator, ...]) -> AskedElement:
    what = _named(missing.element)
    subject = shown(drug_name(item)) if item else ""
    standing = Standing.CONFLICTING if missing.element in _words().differ else missing.standing
    return AskedElement(
        missing=missing.id,
        element=missing.element,
        subject=subject,
        unclear=_UNCLEAR.get(standing, _NOT_FOUND).format(what=f"{what} ({subject})" if subject else what),
        indicators=indicators,
        question=shown(missing.question),
        options=_options(missing, item),
    )


def _document(review: Review, role: FixableBy, name: str, elements: list[AskedElement]) -> QueryDocument:
    bare = QueryDocument(
        id="",
        to=Recipient(role=role, name=name or None),
        encounter=review.encounter.id,
        date_of_service=review.encounter.date_of_service,
        elements=tuple(elements),
    )
    return bare.model_copy(update={"text": document(bare, "text")})


def _signer(review: Review, missing: MissingElement, item: Administration | None) -> str | None:
    """The person that the notes name for this role: who gave the drug, else who signed."""
    if missing.element in _SIGNED_AS.values():
        return None
    told = [item.performed_by.get()] if item is not None and missing.fixable_by == "nurse" else []
    if element := _SIGNED_AS.get(missing.fixable_by):
        told.append(str(review.facts.documentation[element].get()) if element in review.facts.documentation else None)
    return next((shown(name) for name in told if name and name != "None" and _PERSON.fullmatch(name)), None)


def _is_for(query: QueryDocument, author: str | None) -> bool:
    wanted = " ".join(author.casefold().split()) if author else None
    return wanted is None or wanted in (query.to.role, (query.to.name or "").casefold())


def _options(missing: MissingElement, item: Administration | None) -> tuple[str, ...]:
    """The choices that fit what is documented; none: the question stays open."""
    if missing.standing is Standing.CONFLICTING:
        return ()
    route = item.route.get() if item is not None else None
    for element, needs, offers in _words().choices:
        if element == missing.element and needs in (None, route):
            return (*offers, *ALWAYS_OFFERED)
    return ()


def _named(element: str) -> str:
    return _words().elements.get(element) or element_words(element)


@cache
def _words() -> _Words:
    data = tomllib.loads(_FILE.read_text("utf-8"))
    choices = tuple((one["element"], one.get("route"), tuple(sorted(one["offers"]))) for one in data["choices"])
    return _Words(data["elements"], tuple(data["differ"]), choices)
