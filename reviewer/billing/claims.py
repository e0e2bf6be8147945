"""X12 837 claims, professional (SV1) and institutional (SV2): the service lines, and nothing else of them.

Structure: ISA states the separators (element after `ISA`, component in ISA16, segment end behind it); a claim opens
with CLM, a service line with LX; SV1 is composite, charge, basis, quantity; SV2 is revenue code, composite, charge,
basis, quantity; the composite is qualifier, code and up to four modifiers; DTP*472 is the service date. Charges,
names, notes and adjudications (SVD) are passed over.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from reviewer.billing.rows import Row, UnreadableError, code_of, date_of, modifiers_of, units_of
from reviewer.errors import InputError

_ISA_ELEMENTS = 16
_PROCEDURE = "HC"
_UNITS = "UN"
_VOID = "8"
_SERVICE_DATE, _STATEMENT_DATES = "472", "434"
_OTHER_UNIT = "counted in another measure than units"
_OTHER_CODES = "the code is of another code set than HCPCS"
_NO_CODE = "a revenue code without a procedure code"


class Segments(NamedTuple):
    """The segments of an interchange, each cut into its elements, and the separator inside elements."""

    all: list[list[str]]
    component: str


@dataclass
class _Claim:
    """One claim while it is read."""

    id: str
    frequency: str
    statement: dt.date | None = None
    rows: list[Row] = field(default_factory=list)


def claim_rows(text: str, name: str) -> tuple[Row, ...]:
    """The service lines of every claim in the file; each names its claim. `InputError` names segment and line."""
    segments = _segments(text, name)
    claims = list(_claims(segments, name))
    if len({claim.id for claim in claims}) < len(claims):
        raise InputError(f"{name}: two claims of one id; give the one that counts")
    billing = [claim for claim in claims if claim.frequency != _VOID]
    if claims and not billing:
        raise InputError(f"{name}: the claim takes an earlier one back (frequency 8) and bills nothing")
    rows = [_dated(row, claim.statement) for claim in billing for row in claim.rows]
    return tuple(rows)


def _dated(row: Row, statement: dt.date | None) -> Row:
    return row if row.date is not None else row._replace(date=statement)


def _segments(text: str, name: str) -> Segments:
    separator = text[3:4]
    head = text.split(separator, _ISA_ELEMENTS) if separator and not separator.isalnum() else []
    if len(head) <= _ISA_ELEMENTS or len(head[_ISA_ELEMENTS]) < 2:
        raise InputError(f"{name}: the ISA segment does not state its separators; is this a whole 837 file?")
    component, end = head[_ISA_ELEMENTS][0], head[_ISA_ELEMENTS][1]
    if end.isalnum() or component.isalnum() or len({separator, component, end}) < 3:
        raise InputError(f"{name}: the ISA segment does not state its separators; is this a whole 837 file?")
    found = [segment.strip("\r\n").split(separator) for segment in text.split(end)]
    kinds = [_element(segment, 1) for segment in found if segment[0].strip() == "ST"]
    if not kinds or set(kinds) != {"837"}:
        raise InputError(f"{name}: no 837 claim (ST*837) in this X12 file, or others beside it")
    if any(segment[0].startswith("ISA") and segment[0] != "ISA" for segment in found):
        raise InputError(f"{name}: several interchanges with different separators; give one")
    return Segments(found, component)


def _claims(segments: Segments, name: str) -> Iterator[_Claim]:
    """Each claim with its rows. A service line ends at the next one, at the next claim, or at another patient."""
    claim: _Claim | None = None
    line: _Line | None = None
    for segment in [*segments.all, ["SE"]]:
        tag = segment[0].strip()
        if tag in ("LX", "CLM", "HL", "SE") and claim is not None and line is not None:
            claim.rows.append(line.row(claim.id, name))
            line = None
        if tag in ("CLM", "HL", "SE") and claim is not None:
            yield claim
            claim = None
        if tag == "CLM":
            claim = _Claim(_element(segment, 1), _part(_element(segment, 5), segments.component, 2))
        elif claim is not None and tag == "LX":
            line = _Line(_number(_element(segment, 1), len(claim.rows) + 1))
        elif claim is not None and tag == "DTP":
            _take_date(segment, claim, line, name)
        elif line is not None:
            line.take(tag, segment, segments.component, name)


def _take_date(segment: list[str], claim: _Claim, line: _Line | None, name: str) -> None:
    kind, form, text = _element(segment, 1), _element(segment, 2), _element(segment, 3)
    if line is not None and kind == _SERVICE_DATE:
        line.date = _day(form, text, f"{name}: line {line.number}")
    elif line is None and kind == _STATEMENT_DATES:
        claim.statement = _day(form, text, name)


def _day(form: str, text: str, place: str) -> dt.date | None:
    """The day of a D8 date, or of an RD8 period of a single day; a longer period is no day."""
    first, dash, last = text.partition("-")
    try:
        if form == "RD8" and dash:
            return date_of(first[:8]) if first[:8] == last[:8] else None
        return date_of(text[:8])
    except UnreadableError as problem:
        raise InputError(f"{place}: DTP: {problem}") from None


@dataclass
class _Line:
    """One service line while it is read."""

    number: str
    composite: list[str] | None = None
    basis: str = _UNITS
    quantity: str = ""
    date: dt.date | None = None
    setting: Literal["facility", "physician"] = "physician"

    def take(self, tag: str, segment: list[str], component: str, name: str) -> None:
        """An SV1 or SV2 of this line; every other segment is passed over."""
        if tag == "SV3":
            raise InputError(f"{name}: line {self.number}: a dental claim (SV3); infusions are billed by SV1 or SV2")
        if tag in ("SV1", "SV2") and self.composite is None:
            first = 1 if tag == "SV1" else 2
            self.composite = _element(segment, first).split(component)
            self.setting = "physician" if tag == "SV1" else "facility"
            self.basis, self.quantity = _element(segment, first + 2), _element(segment, first + 3)

    def row(self, claim: str, name: str) -> Row:
        """The line as a row. `InputError` names the line."""
        if self.composite is None:
            raise InputError(f"{name}: line {self.number}: no SV1 or SV2 segment")
        try:
            return self._row(self.composite)._replace(claim=claim, setting=self.setting)
        except UnreadableError as problem:
            raise InputError(f"{name}: line {self.number}: {problem}") from None

    def _row(self, composite: list[str]) -> Row:
        qualifier, code = composite[0].strip(), _element(composite, 1)
        if not code or qualifier != _PROCEDURE:
            return Row(self.number, "", 0, (), self.date, _OTHER_CODES if code else _NO_CODE)
        known, behind = code_of(code)
        modifiers = (*behind, *(m for part in composite[2:6] for m in modifiers_of(part)))
        if self.basis != _UNITS:
            return Row(self.number, known, 0, modifiers, self.date, _OTHER_UNIT)
        return Row(self.number, known, units_of(self.quantity), modifiers, self.date)


def _element(parts: list[str], place: int) -> str:
    return parts[place].strip() if place < len(parts) else ""


def _part(element: str, component: str, place: int) -> str:
    return _element(element.split(component), place)


def _number(text: str, counted: int) -> str:
    """LX01 where it is a number; anything else could be text of the file."""
    return text if text.isascii() and text.isdigit() and len(text) < 7 else str(counted)
