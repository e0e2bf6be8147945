"""A review: the assessment of one encounter together with the facts it judged and where they came from."""

# Annotations stay evaluated here: from text, pydantic would compile each one while the program starts.
import datetime as dt
from typing import Literal

from pydantic import Field

from reviewer.agreement.reading import Reading
from reviewer.extract.model.record import ModelRecord
from validator.facts import Encounter, Frozen
from validator.findings import Assessment, Citation


class NoteRecord(Frozen):
    """A note as the review knew it: its id, the hash of its text, and what was remarkable about the file."""

    id: str
    sha256: str
    notices: tuple[str, ...] = ()


class EditsUsed(Frozen):
    """Which edition of a table of claim edits judged the encounter; `sha256` is of the file it came from."""

    table: Literal["ptp", "mue", "aoc", "hcpcs"]
    quarter: str
    source: Literal["bundled", "imported"]
    sha256: str


class Seal(Frozen):
    """Digests of a stored review: of each section, a chain over them, and the site's signature ("not signed").

    `reviewer.verify.seal` makes and checks it. Only the signature resists somebody who changes a field on purpose.
    """

    sections: dict[str, str]
    chain: str
    signature: str


class Provenance(Frozen):
    """What produced the review. No note text. `model` is how a language model read, where one did."""

    extractor: str
    rulebook: str
    policy: str
    package: str
    notes: tuple[NoteRecord, ...] = ()
    model: ModelRecord | None = None
    edits: tuple[EditsUsed, ...] = ()
    seal: Seal | None = None


class Billed(Frozen):
    """Billed lines of one code, date and modifier compared with the supported codes; never an amount of money.

    `outcome` is match, over, under, not_supported, missing_charge or not_assessed. `lines` are the lines of the file
    (rows, or LX numbers of a claim), none for a charge that is missing. `missing` are element names, `missing_ids`
    entries of the review.
    """

    code: str
    units: int
    outcome: str
    reason: str = ""
    supported: int = 0
    modifiers: tuple[str, ...] = ()
    supported_modifiers: tuple[str, ...] = ()
    date: dt.date | None = None
    lines: tuple[str, ...] = ()
    rule: str = ""
    missing: tuple[str, ...] = ()
    missing_ids: tuple[str, ...] = ()


class Decider(Frozen):
    """What decided a difference between two policies: a switch, the setting or the payer, and who says so.

    `values` and `citations` are by policy id.
    """

    switch: str
    kind: Literal["switch", "setting", "payer"] = "switch"
    values: dict[str, bool | int | str]
    citations: dict[str, tuple[Citation, ...]]


class Difference(Frozen):
    """One thing that two policies judge differently: a code line, a withheld code, a matter or a missing element.

    All dictionaries are by policy id, the first policy before the other. `decided_by` is the smallest set of changes
    that turns the first policy's answer into the other's; `or_by` names other sets of that size which do so too.
    """

    kind: Literal["code", "not_supported", "needs_human", "missing"]
    code: str | None = None
    subject: str = ""
    administration: str | None = None
    units: dict[str, int] = Field(default_factory=dict)
    modifiers: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    says: dict[str, str] = Field(default_factory=dict)
    decided_by: tuple[Decider, ...] = ()
    or_by: tuple[tuple[str, ...], ...] = ()


class ComparedPolicy(Frozen):
    """A policy that took part, and the setting it was judged in."""

    id: str
    title: str
    setting: Literal["facility", "physician"]


class Comparison(Frozen):
    """The same facts under several policies; every other one is compared with the first, unless `compared` is false."""

    compared: bool = True
    policies: tuple[ComparedPolicy, ...]
    differences: tuple[Difference, ...] = ()
    remarks: tuple[str, ...] = ()


class Review(Assessment):
    """The published review JSON (design 4.3): an assessment, its facts, and its provenance.

    `readings` compares the two readers fact by fact, where two read.
    """

    facts: Encounter
    billed: tuple[Billed, ...] = ()
    provenance: Provenance = Field()
    readings: tuple[Reading, ...] = ()
    comparison: Comparison | None = None
