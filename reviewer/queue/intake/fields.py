"""The names that tables and objects of encounters give their columns and keys, and the reading of single values."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Literal, NamedTuple

from reviewer.billing.columns import MODIFIER_NAMES, NAMES, plain
from reviewer.billing.rows import UnreadableError, date_of
from reviewer.queue.intake.encounter import LONGEST_ID

LONGEST_WORD = 120

# The first name that a file has counts. A patient's number is none of them: one patient has many encounters.
FIELDS: dict[str, tuple[str, ...]] = {
    "encounter": (
        *("encounterid", "encounternumber", "encounterno", "encounter", "csn", "contactserialnumber"),
        *("visitid", "visitnumber", "visitno", "visit", "accountnumber", "accountid", "account", "har", "fin", "id"),
    ),
    "date": ("dateofservice", "servicedate", "dos", "svcdate", "encounterdate", "visitdate", "date"),
    "setting": ("setting",),
    "policy": ("policy", "policyid", "payerpolicy"),
    "unit": ("unit", "department", "departmentname", "dept", "clinic", "ward", "location"),
    "author": ("author", "authorname", "noteauthor", "signedby", "writtenby", "nurse"),
    "deadline": (
        "deadline",
        "billholduntil",
        "billholddate",
        "billhold",
        "holduntil",
        "billdeadline",
        "duedate",
        "due",
    ),
    "note_name": (
        *("notename", "notetype", "noteid", "notetitle", "documenttype", "documentname", "doctype", "filename"),
        *("title", "type", "name"),
    ),
    "billed": ("billed", "billedlines", "billedcodes", "charges"),
    "billed_code": ("billedcode", *(name for name in NAMES["code"] if name != "code")),
    "billed_units": tuple(name for name in NAMES["units"] if name != "unit"),
    "billed_date": ("billeddate", "linedate", "chargedate"),
}
ENCOUNTER_FIELDS = ("date", "setting", "policy", "unit", "author", "deadline")
BILLED_MODIFIERS = MODIFIER_NAMES | {"billedmodifiers", "billedmodifier"}
_TEXTS = frozenset(
    {"text", "notetext", "notebody", "notecontent", "document", "documenttext", "narrative", "mar", "emar", "order"}
    | {"orders", "flowsheet"}
)
_NOTE = re.compile(r"(?:.*note|.*notes|note\d+)")
_NOTE_OF = re.compile(r"\s*notes?\s*[_:. -]\s*(.+)", re.IGNORECASE)
_ABOUT_A_NOTE = frozenset(
    {"author", "date", "time", "datetime", "type", "name", "id", "title", "status", "count", "signed", "signedby"}
)
_SETTINGS: dict[str, Literal["facility", "physician"]] = {
    **dict.fromkeys(("facility", "hospital", "outpatient", "hopd", "institutional"), "facility"),
    **dict.fromkeys(("physician", "professional", "office", "clinicoffice"), "physician"),
}


class Known(NamedTuple):
    """Where the columns of a table stand that are known here: fields by name, notes and modifiers in order."""

    fields: dict[str, int]
    notes: tuple[int, ...]
    modifiers: tuple[int, ...]
    unused: tuple[int, ...]


def known(names: Iterable[object]) -> Known:
    """The columns of a table by their names."""
    written = [str(name or "") for name in names]
    spelt = [plain(name) for name in written]
    fields: dict[str, int] = {}
    for field, accepted in FIELDS.items():
        place = next((spelt.index(name) for name in accepted if name in spelt), None)
        if place is not None and place not in fields.values():
            fields[field] = place
    modifiers = tuple(place for place, name in enumerate(spelt) if name in BILLED_MODIFIERS)
    taken = {*fields.values(), *modifiers}
    notes = tuple(place for place, name in enumerate(written) if place not in taken and _is_note(name))
    unused = (place for place, name in enumerate(spelt) if name and place not in {*taken, *notes})
    return Known(fields, notes, modifiers, tuple(unused))


def _is_note(name: str) -> bool:
    spelt = plain(name)
    if spelt in _TEXTS or _NOTE.fullmatch(spelt):
        return True
    behind = _NOTE_OF.fullmatch(name)
    return behind is not None and plain(behind[1]) not in _ABOUT_A_NOTE


def value_of(field: str, text: str) -> str:
    """A field's value as it is stored. `UnreadableError` says what it should be, never what it is."""
    if field in ("date", "deadline"):
        return date_of(text).isoformat()
    if field == "setting":
        setting = _SETTINGS.get(plain(text))
        if setting is None:
            raise UnreadableError("should be facility or physician")
        return setting
    return word_of(text)


def word_of(text: str, longest: int = LONGEST_WORD) -> str:
    """A short text without blanks around it. `UnreadableError` for control characters and what is too long."""
    text = unicodedata.normalize("NFC", text.strip())
    if len(text) > longest:
        raise UnreadableError(f"is longer than {longest} characters")
    if not text.isprintable():
        raise UnreadableError("holds characters that cannot be printed")
    return text


def identity_of(text: str) -> str:
    """An encounter's id. `UnreadableError` where there is none."""
    identity = word_of(text, LONGEST_ID)
    if not identity:
        raise UnreadableError("the encounter has no id")
    return identity
