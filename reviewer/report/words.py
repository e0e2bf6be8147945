"""The report's own words for the contract's enumerations: plain, neutral, the same in every format."""

from __future__ import annotations

from validator.facts import Standing

FLAGS = {
    "mue_review": "more units than the usual daily limit: check",
    "needs_human": "a person must decide",
    "unread_service": "something that was given was not read and may take this code: see what is for a person",
}

FIXERS = {
    "nurse": "Nurse",
    "prescriber": "Prescriber",
    "pharmacy": "Pharmacy",
    "registration": "Registration",
}

TIERS = {
    "code": "decides a code",
    "payment": "supports payment",
    "safety": "safety or local policy",
}

CURES = {
    "late_entry": "late entry possible",
    "attestation": "signed attestation possible",
    "not_curable": "cannot be added afterwards",
}

LATE_ENTRIES = "A late entry is labelled as one and dated when it is written."

STANDINGS = {
    Standing.GROUNDED: "",
    Standing.ENTERED: "",
    Standing.NOT_STATED: "",
    Standing.UNGROUNDED: "claimed by the reader, but the note's words do not carry it",
    Standing.DENIED: "documented as not done or not given",
    Standing.CONFLICTING: "the documents disagree",
}

OUTCOMES = {
    "match": "billed as supported",
    "over": "more billed than the documentation supports",
    "under": "less billed than the documentation supports",
    "not_supported": "billed, not supported by the documentation",
    "missing_charge": "supported by the documentation, not billed",
    "not_assessed": "not assessed here",
}

EXTRACTORS = {
    "patterns": "pattern reader (no model, no network)",
    "llm": "language model",
    "both": "language model and pattern reader",
    "none": "facts entered by hand",
}

POLICIES = {
    "medicare-opps": "Medicare, hospital outpatient department",
    "medicare-physician": "Medicare, physician practice",
    "commercial-facility": "commercial payer, hospital outpatient department",
    "commercial-physician": "commercial payer, physician practice",
}

SITES = {
    "peripheral_iv": "peripheral IV",
    "picc": "PICC",
    "ommaya_reservoir": "Ommaya reservoir",
}

_ELEMENTS = {
    "infusion_duration_over_8h": "infusion planned over 8 hours",
    "cycle_day": "cycle and day",
    "infusion_volume_rate": "infused volume and rate",
    "ordered_volume_rate": "ordered volume and rate",
    "instilled_volume_dwell": "instilled volume and dwell time",
    "pause_times": "times of the pause",
    "labs_reviewed": "review of laboratory results",
    "allergies_reviewed": "review of allergies",
    "double_check": "two-person check",
    "record_agreement": "agreement of the records",
    "ndc": "NDC number",
    "abn": "advance beneficiary notice",
}


def spaced(slug: str) -> str:
    """A slug as words: `stop_time` becomes `stop time`."""
    return slug.replace("_", " ")


def element(slug: str) -> str:
    """The name of a documentation element in words."""
    return _ELEMENTS.get(slug, spaced(slug))


def flag(slug: str) -> str:
    """What a flag on a code line means."""
    return FLAGS.get(slug, spaced(slug))


def site_kind(kind: str | None) -> str:
    """An access kind in words."""
    return SITES.get(kind, spaced(kind)) if kind else "site"


def count(number: int, one: str, many: str | None = None) -> str:
    """`1 code`, `2 codes`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def joined(words: list[str] | tuple[str, ...], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}" if words else ""
