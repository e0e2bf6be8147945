"""The first lines of a report: what was judged, and how it came out, in calm sentences."""

from __future__ import annotations

from reviewer.report.given import NOT_GIVEN
from reviewer.report.names import Names
from reviewer.report.readers import compared
from reviewer.report.visible import NAME_LENGTH, clip
from reviewer.report.words import count
from reviewer.review import Review
from validator.facts import EncounterInfo


def title(review: Review) -> str:
    """What the report is about; an encounter that nobody named is not given a name here."""
    key = review.encounter.id
    unnamed = key == EncounterInfo.model_fields["id"].default
    return "Encounter review" if unnamed else f"Review of {clip(key, NAME_LENGTH)}"


def subtitle(review: Review, names: Names) -> tuple[str, ...]:
    """Date, setting and policy of the encounter."""
    judged = review.encounter
    return (
        f"date of service {date_of_service(review)}",
        judged.setting,
        names.policy(judged.policy) or judged.policy,
    )


def date_of_service(review: Review) -> str:
    """The date of service, or that none is documented and by which date the review was judged."""
    day, documented = review.encounter.date_of_service, review.facts.encounter.date_of_service
    if documented.known or not day:
        return str(day or "not documented")
    return f"not documented, judged as of {day}"


def calm(review: Review) -> str:
    """For an encounter with no supported line, a sentence saying which kind of nothing it is; else empty."""
    if review.codes:
        return ""
    if not review.assessed:
        return "This encounter was not assessed; the last section says why."
    told = review.facts.administrations
    if all(item.status.value in NOT_GIVEN for item in told) and not review.facts.services:
        nothing = "was documented as given" if told else "is documented in this encounter"
        return f"No drug administration {nothing}, so there is nothing to code."
    return "The documentation supports no code as it stands; below is what was given and what is missing."


def summary(review: Review) -> tuple[str, ...]:
    """How many lines stand, what is missing, what a person must decide. Only what there is."""
    deciding = sum(item.tier == "code" for item in review.missing)
    exceeding = sum(line.outcome in ("over", "not_supported") for line in review.billed)
    uncharged = sum(line.outcome == "missing_charge" for line in review.billed)
    lines = (
        _some(len(review.codes), "line is", "lines are", "supported by the documentation"),
        _some(len(review.not_supported), "line", "lines", "would be supported but for a missing element"),
        _some(deciding, "missing element decides", "missing elements decide", "a code"),
        _some(
            len(review.missing) - deciding,
            "further element is missing and changes",
            "further elements are missing and change",
            "no code",
        ),
        _some(len(review.conflicts), "point", "points", "on which the documents disagree"),
        _some(len(review.needs_human), "matter", "matters", "for a person to decide"),
        compared(review.readings),
        _some(exceeding, "billed line asks", "billed lines ask", "for more than the documentation supports"),
        _some(uncharged, "supported line is", "supported lines are", "not among the billed ones"),
    )
    return tuple(line for line in lines if line)


def _some(number: int, one: str, many: str, rest: str) -> str:
    return f"{count(number, one, many)} {rest}" if number else ""
