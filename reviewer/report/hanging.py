"""What hangs on an open time, as the report shows it: what is certain, what some time would give, what none would."""

from __future__ import annotations

from reviewer.report.view import Matter
from reviewer.report.words import spaced
from reviewer.review import Review
from validator.facts import Administration, Service
from validator.findings import Outlook, Period

MOST = 6
"""Periods shown for one code; the review JSON has them all."""


def hanging(review: Review) -> tuple[Matter, ...]:
    """One entry for each code that an open time decides, and one for the codes that no time would give."""
    shown = [(one.code, _reason(review, one)) for one in review.outlook if one.standing == "possible"]
    reported = {line.code for line in review.codes}
    shown += [
        (one.code, f"{_units(one.certain)} at any time the record allows; the line waits until the time is documented")
        for one in review.outlook
        if one.standing == "certain" and one.code not in reported
    ]
    if never := [one.code for one in review.outlook if one.standing == "impossible"]:
        shown.append(("No time that the record allows gives", ", ".join(never)))
    return tuple(Matter(f"hangs-{i}", subject, reason, (), ()) for i, (subject, reason) in enumerate(shown, 1))


def _reason(review: Review, one: Outlook) -> str:
    certain = f"{_units(one.certain)} at any time, " if one.certain else ""
    limit = f"at most {_units(one.possible)}"
    on = " and ".join(_named(review, path) for path in one.hangs_on)
    periods = "; ".join(_period(period) for period in one.when[:MOST])
    more = f"; {len(one.when) - MOST} more in the review as JSON" if len(one.when) > MOST else ""
    return f"{certain}{limit}, depending on the {on}{': ' if periods else ''}{periods}{more}"


def _units(count: int) -> str:
    return f"{count} unit" if count == 1 else f"{count} units"


def _period(period: Period) -> str:
    day = "" if period.earliest[:10] == period.latest[:10] else f"{period.latest[:10]} "
    when = _clock(period.earliest)
    until = f" to {day}{_clock(period.latest)}" if period.latest != period.earliest else ""
    return f"{period.units} for {when}{until}"


def _clock(moment: str) -> str:
    return moment[11:16]


def _named(review: Review, path: str) -> str:
    """An open time in words: `stop time of carboplatin`."""
    section, _, rest = path.partition(".")
    name = rest.rsplit(".", 1)[-1]
    entries: dict[str, tuple[Administration | Service, ...]] = {
        "administrations": review.facts.administrations,
        "services": review.facts.services,
    }
    entry = next((e for e in entries.get(section, ()) if rest.startswith(f"{e.id}.")), None)
    what = "the visit" if section == "visits" else _name(entry)
    pause = "pause " if ".interruptions." in path else ""
    return f"{pause}{name} time of {what}" if name in ("start", "stop") else f"time {what} {name}"


def _name(entry: Administration | Service | None) -> str:
    if isinstance(entry, Administration):
        return str(entry.drug.value or "an unnamed drug")
    return f"the {spaced(entry.kind)}" if entry is not None else "the service"
