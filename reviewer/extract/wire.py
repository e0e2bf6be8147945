"""What every reader returns: words as written and the quotes they were read from. It decides nothing.

A reader may say that "0910" in the quote "started 0910" is the start of an administration; whether the quote is
in the note, parses to a time and belongs to that drug is checked afterwards (`reviewer/grounding`).
"""

# Annotations stay evaluated here: from text, pydantic would compile each one while the program starts.
from validator.facts import Frozen


class Said(Frozen):
    """A value as written, and the verbatim quote that carries it.

    `at` is the quote's place where a reader inside this program saw it (code points). It only chooses between
    repeats of the same words and is checked against the note; a language model is never asked for it.
    """

    text: str
    quote: str
    note_id: str
    at: int | None = None


class WirePause(Frozen):
    """A pause of an infusion, as told."""

    start: Said | None = None
    stop: Said | None = None


class WireAdministration(Frozen):
    """One administration as told. Two `Said` for one element are two readings (MAR and narrative)."""

    id: str
    drug: tuple[Said, ...] = ()
    dose: tuple[Said, ...] = ()
    route: tuple[Said, ...] = ()
    technique: tuple[Said, ...] = ()
    start: tuple[Said, ...] = ()
    stop: tuple[Said, ...] = ()
    duration: tuple[Said, ...] = ()
    pauses: tuple[WirePause, ...] = ()
    site: tuple[Said, ...] = ()
    lumen: tuple[Said, ...] = ()
    visit: str | None = None
    volume: tuple[Said, ...] = ()
    rates: tuple[Said, ...] = ()
    discarded: tuple[Said, ...] = ()
    container: tuple[Said, ...] = ()
    product: tuple[Said, ...] = ()
    ndc: tuple[Said, ...] = ()
    device: tuple[Said, ...] = ()
    lesions: tuple[Said, ...] = ()
    presence: tuple[Said, ...] = ()
    performed_by: tuple[Said, ...] = ()
    purpose: tuple[Said, ...] = ()
    status: tuple[Said, ...] = ()
    pump: str | None = None
    mixed_with: tuple[str, ...] = ()
    mixed: tuple[Said, ...] = ()
    concurrent_with: tuple[str, ...] = ()
    concurrent: tuple[Said, ...] = ()


class WireVisit(Frozen):
    """One coming and going, as told."""

    id: str
    arrived: tuple[Said, ...] = ()
    left: tuple[Said, ...] = ()


class WirePump(Frozen):
    """A pump and what was done with it, as told. `planned` is the programmed length ("46 hours")."""

    id: str
    kind: tuple[Said, ...] = ()
    action: tuple[Said, ...] = ()
    owner: tuple[Said, ...] = ()
    planned: tuple[Said, ...] = ()


class WireService(Frozen):
    """A service that is not itself a drug given. `kind` words name it ("port flushed", "lumbar puncture")."""

    id: str
    kind: tuple[Said, ...] = ()
    start: tuple[Said, ...] = ()
    stop: tuple[Said, ...] = ()
    performed_by: tuple[Said, ...] = ()
    detail: tuple[Said, ...] = ()


class WireElement(Frozen):
    """A documentation element, as told. `said` False is a denial ("declined to sign"), None a blank or unclear."""

    element: str
    said: bool | None
    words: Said


class WireEncounter(Frozen):
    """Everything one reader read in the notes of one encounter."""

    date_of_service: tuple[Said, ...] = ()
    setting: tuple[Said, ...] = ()
    payer: tuple[Said, ...] = ()
    primary_reason: tuple[Said, ...] = ()
    patient: tuple[Said, ...] = ()
    administrations: tuple[WireAdministration, ...] = ()
    visits: tuple[WireVisit, ...] = ()
    pumps: tuple[WirePump, ...] = ()
    services: tuple[WireService, ...] = ()
    documentation: tuple[WireElement, ...] = ()
    remarks: tuple[Said, ...] = ()
