"""Says in words what was given: drug, dose, when; and what a service was."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from reviewer.language.kept import expression
from reviewer.report.visible import NAME_LENGTH, clip
from reviewer.report.words import spaced
from validator.facts import Administration, Encounter, Fact, Interruption, Quantity, Service, Standing

DAY = 1440
NOT_GIVEN = ("held", "refused", "planned")
_CLOCK = expression(r"(?:(\d{4}-\d{2}-\d{2})[T ])?(\d{1,2}):(\d{2})")

UNPLACED = {
    "subcutaneous": "Under the skin",
    "intramuscular": "Into a muscle",
    "intradermal": "Into the skin",
    "intralesional": "Into lesions",
    "oral": "By mouth",
    "topical": "On the skin",
    "inhaled": "Inhaled",
    "intravesical": "Into the bladder",
    "intrathecal": "Into the spinal fluid",
    "intraventricular": "Into the spinal fluid",
    "intraperitoneal": "Into the abdomen",
    "intrapleural": "Into the chest cavity",
}


def minute(clock: str | None, day: date | None) -> int | None:
    """Minutes from 00:00 of `day` to a documented clock time, None when there is none or `day` is needed."""
    found = _CLOCK.match(clock) if clock else None
    if not found:
        return None
    minutes = int(found[2]) * 60 + int(found[3])
    if not found[1]:
        return minutes
    return minutes + (date.fromisoformat(found[1]) - day).days * DAY if day else minutes


def instant(item: Administration) -> bool:
    """Whether it takes no running time of its own: a flush, a push, an injection, or a route without a line."""
    if item.purpose.value == "flush":
        return True
    if item.technique.value is None:
        return item.route.value in UNPLACED
    return item.technique.value in ("push", "injection")


def times(item: Administration, day: date | None, planned: Decimal | None = None) -> str:
    """When it was given, in words: `09:30 to 12:30`, `from 09:30, no stop time`, `at 09:20`.

    `planned` is the programmed length of a pump's infusion in hours.
    """
    start, stop = _clock(item.start, day), _clock(item.stop, day)
    if start and stop:
        return f"{start} to {stop}" if start != stop else f"at {start}"
    stated = item.duration_minutes.get()
    lasted = f", {stated} min documented" if stated else ""
    if start and planned:
        return f"from {start}, planned {planned.normalize():f} h"
    if start and stated:
        return f"from {start}{lasted}"
    if start:
        return f"at {start}" if instant(item) else f"from {start}, no stop time"
    if stop:
        return f"until {stop}, no start time{lasted}"
    return f"{stated} min documented, no clock times" if stated else "no times documented"


def _clock(fact: Fact[str], day: date | None) -> str:
    value = fact.get()
    if value is None:
        return " or ".join(_short(reading, day) for reading in fact.readings)
    return _short(value, day)


def _short(clock: str, day: date | None) -> str:
    found = _CLOCK.match(clock)
    if not found:
        return clock
    text = f"{int(found[2]):02d}:{found[3]}"
    if not found[1] or found[1] == str(day):
        return text
    return f"{text} next day" if day and found[1] == str(day + timedelta(days=1)) else f"{text} on {found[1]}"


def pauses(item: Administration, day: date | None) -> str:
    """`, paused 10:15 to 10:25`, or nothing."""
    told = [(_clock(one.start, day), _clock(one.stop, day)) for one in item.interruptions if not is_struck(one)]
    return "".join(f", paused {start or 'at an unknown time'} to {stop or 'unknown'}" for start, stop in told)


def is_struck(pause: Interruption) -> bool:
    """Whether a person took a pause out: it is kept without any length, with who and why."""
    ends = (pause.start, pause.stop)
    return all(end.standing is Standing.ENTERED and end.by for end in ends) and pause.start.value == pause.stop.value


def planned_hours(item: Administration, facts: Encounter) -> Decimal | None:
    """The programmed length of the pump an administration runs on."""
    pump = next((pump for pump in facts.pumps if pump.id == item.pump.value), None)
    return pump.planned_hours.get() if pump else None


def amount(quantity: Quantity) -> str:
    """`300 mg`, without trailing zeros."""
    return f"{quantity.amount.normalize():f} {clip(quantity.unit, NAME_LENGTH)}".strip()


def name(item: Administration) -> str:
    """The drug as documented, whatever its standing."""
    return clip(item.drug.value or " or ".join(item.drug.readings) or "unnamed drug", NAME_LENGTH)


def name_and_dose(item: Administration) -> str:
    """`paclitaxel 300 mg`; both doses where the documents disagree."""
    doses = [item.dose.value] if item.dose.value else list(item.dose.readings)
    return f"{name(item)} {' or '.join(amount(dose) for dose in doses)}".strip()


def service_name(item: Service, day: date | None) -> str:
    """`port flush at 12:40`."""
    start, stop = _clock(item.start, day), _clock(item.stop, day)
    when = f" {start} to {stop}" if start and stop else f" at {start}" if start else ""
    return spaced(item.kind) + when
