"""Documentation elements: what the reader says was stated or denied, held against the words it quotes."""

from __future__ import annotations

import re
from typing import Any

from reviewer.extract.wire import WireElement
from reviewer.grounding.claims import Book, Reading, Refusal, refused_fact
from reviewer.grounding.wording import tidy
from reviewer.language.lazy import Lazy
from validator.facts import DocumentationValue, Evidence, Fact, Standing

DENIED_BY_WORDS = "the words deny what the reader claims"
NO_DENIAL = "the words do not deny it"
_NEGATION = Lazy(
    r"\b(?:not[ ](?:yet[ ])?(?:obtained|signed|on file|found|available|done|completed?|documented"
    r"|received|present|verified|given|reviewed|in)"
    r"|unable to|could not|declin\w+|refus\w+|missing|unsigned|pending|absent|lacking|not located"
    r"|never (?:obtained|signed)"
    r"|no[ ](?:signed[ ]|written[ ]|active[ ]|valid[ ])?(?:consent|orders?|signature|documentation"
    r"|record)|without[ ](?:a[ ])?(?:signed[ ])?(?:consent|order))\b",
    re.IGNORECASE,
)
_NO_SUCH = Lazy(
    r"\b(?:not[ ](?:occluded|clotted|dehydrated|needed|indicated|required)|ruled[ ]out|denie[sd]"
    r"|(?:no|without)[ ](?:evidence[ ]of[ ]|signs?[ ]of[ ]|documented[ ]|clinical[ ])*"
    r"(?:occlusion|clots?|dehydration|reason|rationale|indication|need|necessity))\b",
    re.IGNORECASE,
)
_OF_A_STATE = frozenset(
    {
        "adverse_reactions",
        "declotting_outcome",
        "diagnosis",
        "hydration_purpose",
        "hydration_reason",
        "intra_arterial_reason",
        "line_occlusion",
        "medical_necessity",
        "occlusion",
        "patient_response",
        "reaction_details",
        "second_site_reason",
    }
)
"""Elements that tell how the patient or the line was: "unable to aspirate" states an occlusion, it denies none."""
_DENYING = Lazy(
    r"\b(?:no|not|none|never|without|unable|declin\w+|refus\w+|missing|unsigned|absent|denie[sd]|lack\w*"
    r"|non[e-]?|nil|w/o|outside|another|"
    r"other|did ?n.t|was ?n.t|could|unknown|blank|illegible|expired|fail\w*|occlud\w+|clotted|sluggish|unsuccessful\w*"
    r"|abort\w+|abandon\w+|cancel\w+|deferred|malposition\w*|dislodged|unconfirmed|unattended|away"
    r"|(?:left|stepped[ ]out|out)[ ](?:of[ ])?(?:the[ ])?(?:room|bedside|office|clinic|unit|building|suite|hospital"
    r"|department))\b|n't\b|☐",
    re.IGNORECASE,
)


def documentation(book: Book, elements: tuple[WireElement, ...]) -> dict[str, Fact[DocumentationValue]]:
    """Every documentation element the reader found, stated, denied, blank or contradicted."""
    told: dict[str, list[tuple[WireElement, Evidence]]] = {}
    out: dict[str, Fact[DocumentationValue]] = {}
    for element in elements:
        path = f"documentation.{element.element}"
        result = book.read(element.words, lambda spot: Reading(spot.words, spot), free=True)
        refusal = result if isinstance(result, Refusal) else _contradicted(element, result)
        if refusal is not None:
            book.refuse(path, element.words, refusal.reason)
            out.setdefault(element.element, refused_fact(Fact[DocumentationValue], refusal))
        elif isinstance(result, Reading):
            told.setdefault(element.element, []).append((element, result.spot.evidence))
    for name, statements in told.items():
        out[name] = _element(statements)
    return out


def _contradicted(element: WireElement, reading: Reading[Any]) -> Refusal | None:
    words = reading.spot.page.text[reading.spot.quote.start : reading.spot.quote.end]
    negation = _NO_SUCH if element.element in _OF_A_STATE else _NEGATION
    if element.said is True and negation.search(words):
        return Refusal(DENIED_BY_WORDS, True, reading.spot)
    if element.said is False and not _DENYING.search(words):
        return Refusal(NO_DENIAL, False, reading.spot)
    return None


def _element(statements: list[tuple[WireElement, Evidence]]) -> Fact[DocumentationValue]:
    kind = Fact[DocumentationValue]
    said = {element.said for element, _ in statements}
    evidence = tuple({(e.note_id, e.start, e.end): e for _, e in statements}.values())
    if {True, False} <= said:
        return kind(value=True, standing=Standing.CONFLICTING, evidence=evidence, readings=(True, False))
    if True in said:
        kept = [(element, e) for element, e in statements if element.said]
        words = next((tidy(element.words.text) for element, _ in kept if element.words.text.strip()), "")
        return kind(value=words or True, standing=Standing.GROUNDED, evidence=tuple(dict.fromkeys(e for _, e in kept)))
    if False in said:
        return kind(value=False, standing=Standing.DENIED, evidence=evidence)
    return kind(standing=Standing.NOT_STATED, evidence=evidence)
