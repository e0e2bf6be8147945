"""A review: the assessment of one encounter together with the facts it judged and where they came from."""

# Annotations stay evaluated here: from text, pydantic would compile each one while the program starts.
from pydantic import Field

from reviewer.agreement.reading import Reading
from reviewer.extract.model.record import ModelRecord
from validator.facts import Encounter, Frozen
from validator.findings import Assessment


class NoteRecord(Frozen):
    """A note as the review knew it: its id, the hash of its text, and what was remarkable about the file."""

    id: str
    sha256: str
    notices: tuple[str, ...] = ()


class Provenance(Frozen):
    """What produced the review. No note text. `model` is how a language model read, where one did."""

    extractor: str
    rulebook: str
    policy: str
    package: str
    notes: tuple[NoteRecord, ...] = ()
    model: ModelRecord | None = None


class Billed(Frozen):
    """One billed line compared with the supported codes."""

    code: str
    units: int
    outcome: str
    reason: str = ""


class Review(Assessment):
    """The published review JSON (design 4.3): an assessment, its facts, and its provenance.

    `readings` compares the two readers fact by fact, where two read.
    """

    facts: Encounter
    billed: tuple[Billed, ...] = ()
    provenance: Provenance = Field()
    readings: tuple[Reading, ...] = ()
