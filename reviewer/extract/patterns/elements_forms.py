"""What a whole document shows: a consent form signed by the patient, an order sheet signed by its writer, a page
that carries the patient's identifiers."""

from __future__ import annotations

import re
from collections.abc import Iterable

from reviewer.extract.wire import Said, WireElement
from reviewer.language.lazy import Lazy
from reviewer.notes.note import Note

_CONSENT_TITLE = Lazy(r"\s*(?:informed )?consent (?:form|for|to)\b", re.IGNORECASE)
_ORDER_TITLE = Lazy(
    r"\s*(?:(?:treatment|chemo\w*|infusion|physician|provider|medication|therapy|day) ){1,3}orders?"
    r"(?: (?:set|form|sheet))?"
    r"(?=\s{2}|\s*\n|\s*[-–:|]|\s*\Z|\s+date\b)",
    re.IGNORECASE,
)
_NAMED = r"(?:Dr\.? )?(?:[A-Z]\. ?)*[A-Z][A-Za-z'’-]+(?:,? (?:MD|DO|NP|PA-C))?"
_BY_PATIENT = Lazy(rf"(?i:(?:e-?)?signed by (?:the )?(?:patient|pt)|(?:patient|pt)(?:'s)? signature)\s*:\s*{_NAMED}")
_BY_WRITER = Lazy(rf"(?i:\b(?:electronically |e-?)signed(?: by)?)\s*:?\s*{_NAMED}")
_KINDS = ("name", "MRN", "DOB")


def read_forms(notes: tuple[Note, ...], patient: Iterable[Said]) -> tuple[WireElement, ...]:
    """The elements that whole documents state; `patient` holds the identifiers told in each note."""
    found: list[WireElement] = []
    for note in notes:
        for element, title, signed in (
            ("informed_consent", _CONSENT_TITLE, _BY_PATIENT),
            ("signed_order", _ORDER_TITLE, _BY_WRITER),
        ):
            words = signed.search(note.text) if title.match(note.text) else None
            if words:
                said = Said(text=words[0], quote=words[0], note_id=note.id, at=words.start())
                found.append(WireElement(element=element, said=True, words=said))
    return (*found, *_identity(notes, tuple(patient)))


def _identity(notes: tuple[Note, ...], patient: tuple[Said, ...]) -> list[WireElement]:
    """Identity is documented where every note carries two identifiers: name, record number, date of birth."""
    found: list[WireElement] = []
    for note in notes:
        here = [said for said in patient if said.note_id == note.id]
        own = {kind: said for said in here for kind in _KINDS if said.text.startswith(kind)}
        if len(own) < 2:
            return []
        words = own.get("MRN") or own["DOB"]
        found.append(WireElement(element="patient_identity", said=True, words=words))
    return found
