"""The report's view model: everything a template shows, already chosen, ordered and put into words.

Templates only lay it out. Text in it may still hold a note's own characters; the environments of `rendering`
make those visible and escape them.
"""

# Annotations stay evaluated here: from text, NamedTuple would compile each one while the program starts.
from typing import TYPE_CHECKING, NamedTuple

from reviewer.report.evidence import NoteView, Quoted
from reviewer.report.timeline import Drawing

if TYPE_CHECKING:  # their modules are loaded for a review that has such a section
    from reviewer.report.charges import Charges
    from reviewer.report.contrasts import Contrasts


class Link(NamedTuple):
    """Words that lead to another place of the report; `anchor` is None when there is nothing to lead to."""

    text: str
    anchor: str | None


class Line(NamedTuple):
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


class Missing(NamedTuple):
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


class FixerGroup(NamedTuple):
    """What one kind of person can fix, code tier first."""

    anchor: str
    title: str
    items: tuple[Missing, ...]


class Unsupported(NamedTuple):
    """The nearest code that named elements would support."""

    anchor: str
    code: str
    units: int
    label: str
    reason: str
    given: tuple[str, ...]
    missing: tuple[Link, ...]
    words: tuple[Link, ...]


class Matter(NamedTuple):
    """Something that stands beside the codes: for a person, never coded, or claimed without words."""

    anchor: str
    subject: str
    reason: str
    given: tuple[str, ...]
    words: tuple[Link, ...]


class Disagreement(NamedTuple):
    """Two statements of the documents, and which codes differ between them."""

    anchor: str
    subject: str
    readings: tuple[str, ...]
    quoted: tuple[Quoted, ...]
    decides: str
    question: str


class Reason(NamedTuple):
    """One rule on the way to a line: its sentence, what it looked at, who says so, and the note's words."""

    rule: str
    version: str
    says: str
    inputs: tuple[str, ...]
    sources: tuple[str, ...]
    quoted: tuple[Quoted, ...]
    entered: tuple[str, ...]


class Why(NamedTuple):
    """The reasoning of one code line."""

    anchor: str
    line: str
    title: str
    label: str
    given: tuple[str, ...]
    reasons: tuple[Reason, ...]


class Source(NamedTuple):
    """A note the review read: its id, the start of its hash, and what was remarkable about the file."""

    id: str
    hash: str
    notices: tuple[str, ...]
    anchor: str | None


class View(NamedTuple):
    """A whole report, in reading order. `risks` are the gaps that put every line at risk; `billed` and
    `contrasts` are there where a charge file or other policies were compared."""

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
    fixes: tuple[Matter, ...]
    hanging: tuple[Matter, ...]
    humans: tuple[Matter, ...]
    uncoded: tuple[Matter, ...]
    conflicts: tuple[Disagreement, ...]
    ungrounded: tuple[Matter, ...]
    readers: tuple[Matter, ...]
    billed: "Charges | None"
    contrasts: "Contrasts | None"
    reasoning: tuple[Why, ...]
    scope: tuple[tuple[str, str], ...]
    not_assessed: tuple[str, ...]
    sources: tuple[Source, ...]
    timeline: tuple[Drawing, ...]
    notes: tuple[NoteView, ...]
