"""Documentation elements in notes: consent, order, diagnosis, signature and the rest, stated, denied or left open.

Deterministic and linear in the length of the text. What is stated twice is emitted twice, so that contradictions
reach a person.
"""

from __future__ import annotations

import re

from reviewer.extract.patterns.elements_authority import AUTHORITY
from reviewer.extract.patterns.elements_care import CARE
from reviewer.extract.patterns.elements_checks import CHECKS
from reviewer.extract.patterns.elements_consent import CONSENT_AND_ORDER
from reviewer.extract.patterns.elements_disease import DIAGNOSIS, DIAGNOSIS_TOLD, STAGE_AND_PLACE
from reviewer.extract.patterns.elements_fluids import (
    FLUIDS,
    names_fluid_therapy,
    names_volume_loss,
    told_volume_loss,
)
from reviewer.extract.patterns.elements_lines import LINES, names_thrombolytic
from reviewer.extract.patterns.elements_necessity import NECESSITY_AND_PLAN
from reviewer.extract.patterns.elements_procedures import PROCEDURES
from reviewer.extract.patterns.elements_reactions import REACTION_RULES
from reviewer.extract.patterns.elements_sentences import Sentence, Stretches, sentences
from reviewer.extract.patterns.elements_signature import SIGNATURE_TRIGGERS, read_signatures
from reviewer.extract.patterns.elements_wording import ElementRules
from reviewer.extract.wire import WireElement
from reviewer.language.kept import expression
from reviewer.notes.note import Note

_RULES: tuple[ElementRules, ...] = (
    *CONSENT_AND_ORDER,
    *AUTHORITY,
    *STAGE_AND_PLACE,
    *NECESSITY_AND_PLAN,
    *CHECKS,
    *CARE,
    *REACTION_RULES,
    *PROCEDURES,
    *LINES,
    *FLUIDS,
)

ELEMENT_NAMES: tuple[str, ...] = (
    "diagnosis",
    *(rules.element for rules in _RULES),
    "administering_signature",
    "provider_signature",
)

_TRIGGERS = frozenset(
    word
    for words in (*(rules.triggers for rules in (DIAGNOSIS, DIAGNOSIS_TOLD, *_RULES)), SIGNATURE_TRIGGERS)
    for word in words
)
_SYMPTOM = expression(r"nausea|vomiting|emesis|dehydrat", re.IGNORECASE)
_INSTILLED = expression(
    r"\b(?:cathflo|alteplase|t-?pa|activase)\b[^|]{0,60}(?:\binstill|\d ?mg(?:/\d ?ml)? in\b(?! \d))"
)
_WORD = expression(r"[a-z0-9]{2,}")


def read_elements(notes: tuple[Note, ...]) -> tuple[WireElement, ...]:
    """Every documentation element the notes state (said True), deny (False) or leave open (None).

    `words.text` is the value as written; for adverse_reactions "none" where a reaction is ruled out. Quotes are
    verbatim: note.text[at:at+len(quote)].
    """
    return tuple(element for note in notes for element in _read_note(sentences(note)))


def _read_note(pieces: tuple[Sentence, ...]) -> list[WireElement]:
    note = Stretches(pieces, _TRIGGERS)
    diagnoses = _diagnoses(note)
    found = [element for rules in _RULES for element in _read(rules, note)]
    if not names_thrombolytic(note.low):
        found = [element for element in found if element.element != "thrombolytic_dwell"]
    found = _with_clearance_outcome(_with_fluid_reason(found, diagnoses, note), note)
    return [*diagnoses, *found, *read_signatures(note)]


def _read(rules: ElementRules, note: Stretches) -> list[WireElement]:
    found = rules.read(note)
    return _reactions_first(found) if rules.element == "adverse_reactions" else found


def _diagnoses(note: Stretches) -> list[WireElement]:
    """Diagnoses under a heading, and those told in passing that name another disease than these.

    "For nausea" beside a stated diagnosis is why an antiemetic was given, not a second diagnosis.
    """
    headed = _read(DIAGNOSIS, note)
    stated = [set(_WORD.findall(element.words.text.lower())) for element in headed if element.said]
    places = {(element.words.at or 0) + i for element in headed for i in range(len(element.words.quote))}
    told = []
    for element in _read(DIAGNOSIS_TOLD, note):
        words = set(_WORD.findall(element.words.text.lower()))
        if element.words.at in places or any(words <= known for known in stated):
            continue
        if stated and (element.said is None or _SYMPTOM.search(element.words.text)):
            continue
        told.append(element)
    return [*headed, *told]


def _with_fluid_reason(found: list[WireElement], diagnoses: list[WireElement], note: Stretches) -> list[WireElement]:
    """A visit for IV fluids with loss of volume as its diagnosis states the reason for the fluids."""
    if any(element.element == "hydration_reason" for element in found):
        return found
    if not names_fluid_therapy(note):
        return found
    diagnosed = (d.words for d in diagnoses if d.said and names_volume_loss(d.words.text))
    told = (words for piece in note.pieces if (words := told_volume_loss(piece)))
    reason = next(diagnosed, None) or next(told, None)
    return [*found, WireElement(element="hydration_reason", said=True, words=reason)] if reason else found


def _with_clearance_outcome(found: list[WireElement], note: Stretches) -> list[WireElement]:
    """After a thrombolytic was put in, the last word on the blood return is how the clearance came out."""
    dwelled = [element.words.at or 0 for element in found if element.element == "thrombolytic_dwell" and element.said]
    if not dwelled and names_thrombolytic(note.low):
        dwelled = [piece.start for piece in note.pieces if _INSTILLED.search(piece.low)][:1]
    if not dwelled or any(element.element == "declotting_outcome" for element in found):
        return found
    patency = [element for element in found if element.element == "line_patency" and element.said is not None]
    # A blockage in the words that stood before the dwell is no outcome: the note may have been pasted twice.
    before = {e.words.quote for e in patency if not e.said and (e.words.at or 0) < dwelled[0]}
    later = [e for e in patency if (e.words.at or 0) > dwelled[0] and e.words.quote not in before]
    if not later:
        return found
    return [*found, WireElement(element="declotting_outcome", said=True, words=later[-1].words)]


def _reactions_first(found: list[WireElement]) -> list[WireElement]:
    """Where a reaction is told, "no reaction" contradicts it; "tolerated well" is about the rest and denies nothing."""
    if not any(element.said and element.words.text != "none" for element in found):
        return found
    kept = (element for element in found if element.words.text != "none" or not _polite(element.words.quote))
    return [element.model_copy(update={"said": False}) if element.words.text == "none" else element for element in kept]


def _polite(quote: str) -> bool:
    return "tol" in quote.lower() or "incident" in quote.lower()
