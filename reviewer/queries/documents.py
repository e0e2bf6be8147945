"""What a draft is made of: one document per author and encounter, and what is left to the coder."""

# Annotations stay evaluated here: from text, pydantic would compile each one while the program starts.
from datetime import date
from typing import Literal

from validator.facts import Evidence, Frozen
from validator.findings import FixableBy


class Indicator(Evidence):
    """Words of a note that the question rests on. `quote` is what is shown; `line`, from 1, needs the note."""

    quote: str
    line: int | None = None


class Recipient(Frozen):
    """Who can answer: the role, and the signer that the notes name, where they do."""

    role: FixableBy
    name: str | None = None


class AskedElement(Frozen):
    """One documentation element: `missing` is its id in the review; `options` are empty for an open question."""

    missing: str
    element: str
    subject: str
    unclear: str
    indicators: tuple[Indicator, ...]
    question: str
    options: tuple[str, ...] = ()


class QueryDocument(Frozen):
    """One query to one author about one encounter; `text` is the document as plain text, ready to be sent."""

    id: str
    to: Recipient
    encounter: str
    date_of_service: date | None
    elements: tuple[AskedElement, ...]
    text: str = ""


class NotAsked(Frozen):
    """An element that is not asked for, and why; it is for the coder, not for an author."""

    missing: str
    element: str
    reason: str


class Drafts(Frozen):
    """All documents of one review, and what was left out of them."""

    schema_version: Literal["1"] = "1"
    queries: tuple[QueryDocument, ...] = ()
    not_asked: tuple[NotAsked, ...] = ()
