"""The report's view model: everything a template shows, already chosen, ordered and put into words.

Templates only lay it out. Text in it may still hold a note's own characters; the environments of `rendering`
make those visible and escape them.
"""

from __future__ import annotations

from dataclasses import dataclass

from reviewer.report.evidence import NoteView, Quoted
from reviewer.report.timeline import Drawing


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to another place of the report; `anchor` is None when there is nothing to lead to."""

    text: str
    anchor: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """A supported code: what it is, of which drug, what puts it at risk, and the note's words."""

    anchor: str
    why: str
    code: str
    coded: str
    units: int
    modifiers: str
    label: str
    date: str
    given: tuple[str, ...]
    flags: tuple[str, ...]
    at_risk: tuple[Link, ...]
    words: tuple[Link, ...]
    is_drug: bool


@dataclass(frozen=True, slots=True)
class Missing:
    """A missing element: name and subject, what it costs, what to ask, whether it can still be added."""

    anchor: str
    element: str
    subject: str
    tier: str
    decides: bool
    standing: str
    cost: str
    lines: tuple[Link, ...]
    question: str
    cure: str
    words: tuple[Link, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FixerGroup:
    """What one kind of person can fix, code tier first."""

    anchor: str
    title: str
    items: tuple[Missing, ...]


@dataclass(frozen=True, slots=True)
class Unsupported:
    """The nearest code that named elements would support."""

    anchor: str
    code: str
    units: int
    label: str
    reason: str
    given: tuple[str, ...]
    missing: tuple[Link, ...]
    words: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Matter:
    """Something that stands beside the codes: for a person, never coded, or claimed without words."""

    anchor: str
    subject: str
    reason: str
    given: tuple[str, ...]
    words: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two statements of the documents, and which codes differ between them."""

    anchor: str
    subject: str
    readings: tuple[str, ...]
    quoted: tuple[Quoted, ...]
    decides: str
    question: str


@dataclass(frozen=True, slots=True)
class BilledLine:
    """A billed line compared with the supported codes."""

    code: str
    units: int
    outcome: str
    reason: str


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule on the way to a line: its sentence, what it looked at, who says so, and the note's words."""

    rule: str
    version: str
    says: str
    inputs: tuple[str, ...]
    sources: tuple[str, ...]
    quoted: tuple[Quoted, ...]
    entered: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Why:
    """The reasoning of one code line."""

    anchor: str
    line: str
    title: str
    label: str
    given: tuple[str, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A note the review read: its id, the start of its hash, and what was remarkable about the file."""

    id: str
    hash: str
    notices: tuple[str, ...]
    anchor: str | None


@dataclass(frozen=True, slots=True)
class View:
    """A whole report, in reading order. `risks` are the gaps that put every line at risk."""

    title: str
    subtitle: tuple[str, ...]
    summary: tuple[str, ...]
    calm: str
    codes: tuple[Line, ...]
    drugs: tuple[Line, ...]
    risks: tuple[Link, ...]
    missing: tuple[FixerGroup, ...]
    on_cures: str
    unsupported: tuple[Unsupported, ...]
    humans: tuple[Matter, ...]
    uncoded: tuple[Matter, ...]
    conflicts: tuple[Disagreement, ...]
    ungrounded: tuple[Matter, ...]
    billed: tuple[BilledLine, ...]
    reasoning: tuple[Why, ...]
    scope: tuple[tuple[str, str], ...]
    not_assessed: tuple[str, ...]
    sources: tuple[Source, ...]
    timeline: tuple[Drawing, ...]
    notes: tuple[NoteView, ...]
