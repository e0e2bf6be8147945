"""What an answer is made of: statements, each with the record it was read from and that record's sources."""

from __future__ import annotations

from dataclasses import dataclass

from validator.facts import Evidence
from validator.findings import Citation

NOT_ANSWERED = "The rule records do not answer this."


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer. `record` is the id it was read from; `words` are quoted from a note."""

    says: str
    record: str
    cite: tuple[Citation, ...] = ()
    words: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The statements found; none means that the records do not answer, and `hint` says what they could."""

    statements: tuple[Statement, ...] = ()
    hint: str = ""
