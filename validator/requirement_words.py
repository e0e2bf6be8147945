"""What the words of a documentation entry amount to: a cancer, a stage, a reaction, a consent, supervision.

An entry is text as the note has it. Where its words leave room, the reading is the one that asks a person.
"""

from __future__ import annotations

import re
from typing import Literal

from validator.late import late

_CANCER = late(
    r"cancer|carcinoma|neoplas|malignan|tumou?r|sarcoma|lymphoma|leuk|myeloma|melanoma|blastoma|glioma|metasta"
    r"|mesothelioma|waldenstr|myelodysplas"
    r"|\b(?-i:CA|Ca|NSCLC|SCLC|HCC|CRC|GBM|GIST|AML|ALL|CLL|CML|NHL|DLBCL|MDS|MM)\b",
    re.IGNORECASE,
)
_BLOOD_CANCER = late(r"leuk|myeloma|waldenstr|myelodysplas|\b(?-i:AML|ALL|CLL|CML|MDS|MM)\b", re.IGNORECASE)
_STAGE = late(
    r"\bstage\b|metasta|\b[cp]?t[0-4][a-d]?\s?n[0-3]|extensive|unresectable|recurrent|relapsed|refractory"
    r"|locally advanced",
    re.IGNORECASE,
)
_WITHOUT_PLACE = late(
    r"\b(?:stage|grade)\s*[ivx0-4]*[a-d]?\b|\b(?:cancer|carcinoma|adenocarcinoma|neoplasm|malignan\w*|tumou?rs?"
    r"|metasta\w*|disease|advanced|locally|recurrent|unresectable|relapsed|refractory|of|the|with|and|known"
    r"|unknown|primary|secondary|squamous|cell|solid|ca)\b|[^a-z]",
    re.IGNORECASE,
)
_SIGN = late(
    r"hives|rash|itch|prurit|urticaria|flushing|flushed|dyspn|short(?:ness)? of breath|wheez|rigor|chill"
    r"|anaphyla|hypotens|fever|swelling|\bpain|nausea|vomit|reaction|extravasat|infiltrat|grade \d",
    re.IGNORECASE,
)
_NEGATION = late(
    r"\b(?:no|not|none|nil|without|w/o|denie[sd]|denying|negative|absent|free of|un\w+ful)\b", re.IGNORECASE
)
_NO_CONSENT = late(
    r"declin|refus|pending|unable|missing|\bno (?:signed )?consent"
    r"|not (?:yet )?(?:obtained|signed|given|on file|found)",
    re.IGNORECASE,
)
_TALKED_OVER = late(r"discuss|reviewed|explained|agree", re.IGNORECASE)
_CONSENT = late(r"consent|sign(?:ed|ature)|on file|\be-?sign", re.IGNORECASE)
_AUDIO_ONLY = late(r"audio[- ]only|\b(?:tele)?phone\b|by call\b", re.IGNORECASE)
_VIRTUAL = late(r"video|virtual|tele(?:health|medicine)|remote", re.IGNORECASE)


def names_cancer(diagnosis: str) -> bool:
    """Whether a diagnosis is a cancer."""
    return _CANCER.search(diagnosis) is not None


def names_blood_cancer(diagnosis: str) -> bool:
    """Whether a diagnosis is a cancer of the blood or marrow, which has neither a stage nor a place."""
    return _BLOOD_CANCER.search(diagnosis) is not None


def names_stage(diagnosis: str) -> bool:
    """Whether a diagnosis says how far the disease has spread."""
    return _STAGE.search(diagnosis) is not None


def names_place(diagnosis: str) -> bool:
    """Whether a diagnosis says more than that there is a cancer: an organ, or a cancer of one organ."""
    return len(_WITHOUT_PLACE.sub("", diagnosis)) > 2


def tells_of_reaction(observed: str) -> bool:
    """Whether an entry on adverse reactions names a sign that no negation stands before in its sentence."""
    for sentence in re.split(r"[.;]|\bbut\b", observed):
        sign, negation = _SIGN.search(sentence), _NEGATION.search(sentence)
        if sign and not (negation and negation.start() < sign.start()):
            return True
    return False


def consent_told(entry: str) -> Literal["given", "not_given", "talked_over"]:
    """What a consent entry amounts to. Talking a treatment over is not yet a consent."""
    if _NO_CONSENT.search(entry):
        return "not_given"
    return "talked_over" if _TALKED_OVER.search(entry) and not _CONSENT.search(entry) else "given"


def supervised_by(entry: str) -> Literal["on_site", "video", "telephone"]:
    """By what means the supervising practitioner was available; on site unless the entry says otherwise."""
    if _VIRTUAL.search(entry):
        return "video"
    return "telephone" if _AUDIO_ONLY.search(entry) else "on_site"
