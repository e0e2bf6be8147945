"""What could be documented where an element is missing: the facts to try, each with neutral words for it.

Nothing here says what is true of the patient. A trial is one thing that the record might turn out to hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from validator.facts import Encounter, Quantity
from validator.filling import candidate_times, fact_at
from validator.findings import Conflict, MissingElement
from validator.rulebook import Rulebook
from validator.timelines import known_minute, moment_of

ROUTES = ("intravenous", "intra_arterial", "subcutaneous", "intramuscular", "intrathecal", "intraperitoneal", "oral")
PUMPS = {"portable": "portable", "implantable": "implanted", "elastomeric": "elastomeric", "stationary": "on a pole"}
ACTIONS = ("initiated", "refilled", "maintained", "disconnected")
LENGTHS = ((15, "15 minutes or less"), (16, "16 to 90 minutes"), (91, "91 to 150 minutes"), (151, "151 to 210 minutes"))
BY_DOCUMENT = {
    "second_site_reason": "the record gives the reason for the second access site",
    "second_visit_evidence": "the record shows that the patient left and came back",
    "lumbar_puncture": "the record describes the spinal puncture",
    "thoracentesis": "the record describes the tap of the chest",
    "line_occlusion": "the record describes the blocked line",
    "declotting_outcome": "the record tells the drug, the dwell and how the declotting ended",
    "separate_visit_note": "the record holds the visit's own work",
    "signed_order": "a signed order is among the documents",
    "diagnosis": "the diagnosis is among the documents",
    "scalp_cooling_times": "the times of the cooling are documented",
}


class Trial(NamedTuple):
    """One thing the record might hold: facts to put in place by their paths, the words for it, its place in time.

    `minute` is the local moment of a trial of one clock, any minute of whose range may be tried: neighbours with the
    same outcome become one range.
    """

    facts: tuple[tuple[str, Any], ...]
    words: str
    minute: datetime | None = None

    def moved(self, minute: datetime) -> Trial:
        """The same clock at another minute."""
        (path, _), *_ = self.facts
        return Trial(((path, minute),), self.words, minute)


class Look(NamedTuple):
    """What trials are made from."""

    encounter: Encounter
    rulebook: Rulebook
    on: date
    conflicts: tuple[Conflict, ...]


Maker = Callable[[Look, MissingElement], Iterator[Trial]]


def told_minute(moment: datetime, on: date) -> str:
    """A minute as it is told: the time alone on the date of service, else with its date."""
    return moment.strftime("%H:%M" if moment.date() == on else "%Y-%m-%d %H:%M")


def trials(look: Look, missing: MissingElement) -> tuple[Trial, ...]:
    """The trials of a missing element; none where there is nothing to try but the author's own words."""
    try:
        if missing.element in BY_DOCUMENT:
            return (Trial(((f"documentation.{missing.element}", True),), BY_DOCUMENT[missing.element]),)
        maker = _MAKERS.get(missing.element)
        return tuple(maker(look, missing)) if maker else ()
    except LookupError:
        return ()


def _place(missing: MissingElement) -> str:
    if missing.service is not None:
        return f"services.{missing.service}"
    if missing.administration is None:
        raise LookupError("the element belongs to no entry")
    return f"administrations.{missing.administration}"


def _clock(look: Look, missing: MissingElement) -> Iterator[Trial]:
    """A start or a stop: every minute at which an answer can change; both ends together where both are open."""
    place, name = _place(missing), "stop" if missing.element == "stop_time" else "start"
    other = "start" if name == "stop" else "stop"
    if fact_at(look.encounter, f"{place}.{other}").known or missing.service is not None:
        path = f"{place}.{name}"
        between = not fact_at(look.encounter, path).readings  # nobody wrote a minute between documented readings
        for moment in candidate_times(look.encounter, path, look.on):
            if between:
                yield Trial(((path, moment),), f"the {name} time is", moment)
            else:
                yield Trial(((path, moment),), f"the {name} time is {told_minute(moment, look.on)}")
        return
    begins = candidate_times(look.encounter, f"{place}.start", look.on)
    if not begins:
        return
    begin = _apart(look, begins)
    for minutes, words in LENGTHS:
        ends = begin + timedelta(minutes=minutes)
        yield Trial(((f"{place}.start", begin), (f"{place}.stop", ends)), f"start and stop times are {words} apart")


def _apart(look: Look, begins: tuple[datetime, ...]) -> datetime:
    """A beginning at which nothing else runs: after the last documented end, else the first minute worth trying."""
    told = (known_minute(a.stop, look.on) for a in look.encounter.administrations)
    ends = [moment_of(minute) for minute in told if minute is not None]
    return next((moment for moment in begins if not ends or moment >= max(ends)), begins[0])


def _of_administration(name: str, values: dict[Any, str]) -> Maker:
    def make(_look: Look, missing: MissingElement) -> Iterator[Trial]:
        place = _place(missing)
        return (Trial(((f"{place}.{name}", value),), words) for value, words in values.items())

    return make


def _of_pump(name: str, values: dict[Any, str]) -> Maker:
    def make(look: Look, missing: MissingElement) -> Iterator[Trial]:
        linked = next((a.pump.get() for a in look.encounter.administrations if a.id == missing.administration), None)
        pump = linked or (look.encounter.pumps[0].id if len(look.encounter.pumps) == 1 else None)
        if pump is None:
            raise LookupError("no pump")
        return (Trial(((f"pumps.{pump}.{name}", value),), words) for value, words in values.items())

    return make


def _readings(look: Look, missing: MissingElement) -> Iterator[Trial]:
    """Statements that disagree: each of them, as if the records agreed on it."""
    for conflict in look.conflicts:
        if missing.administration is None or conflict.path.startswith(f"administrations.{missing.administration}."):
            for reading in fact_at(look.encounter, conflict.path).readings:
                told = getattr(reading, "isoformat", lambda value=reading: str(value))()
                name = conflict.path.rsplit(".", 1)[-1].replace("_", " ")
                yield Trial(((conflict.path, reading),), f"the records agree on {told} as the {name}")


def _products(look: Look, missing: MissingElement) -> Iterator[Trial]:
    """Each product of the drug that has a code of its own."""
    place = _place(missing)
    name = str(fact_at(look.encounter, f"{place}.drug").get() or "")
    seen: set[str] = set()
    for drug in look.rulebook.find_drug(name):
        if drug.code and drug.code not in seen and drug.code in missing.affects:
            seen.add(drug.code)
            yield Trial(((f"{place}.product", drug.product),), f"the product is {drug.product}")


def _discarded(look: Look, missing: MissingElement) -> Iterator[Trial]:
    place = _place(missing)
    dose = fact_at(look.encounter, f"{place}.dose").get()
    unit = dose.unit if isinstance(dose, Quantity) else "mg"
    yield Trial(((f"{place}.discarded", {"amount": 0, "unit": unit}),), "nothing was discarded")


_MAKERS: dict[str, Maker] = {
    "start_time": _clock,
    "stop_time": _clock,
    "route": _of_administration("route", {r: f"the route is {r.replace('_', '-')}" for r in ROUTES}),
    "technique": _of_administration("technique", {"infusion": "it was infused", "push": "it was pushed"}),
    "provider_presence": _of_administration(
        "presence", {"continuous": "the record says that the one who gave it stayed throughout"}
    ),
    "pump_kind": _of_pump("kind", {kind: f"the pump is {words}" for kind, words in PUMPS.items()}),
    "pump_action": _of_pump("action", {action: f"the pump was {action} at this visit" for action in ACTIONS}),
    "infusion_duration_over_8h": _of_pump(
        "planned_hours", {9: "the programme is for more than 8 hours", 8: "the programme is for 8 hours or less"}
    ),
    "lesion_count": _of_administration("lesions", {7: "1 to 7 lesions were treated", 8: "8 or more were treated"}),
    "hydration_purpose": _of_administration(
        "purpose", {"hydration": "the fluid was for hydration", "keep_open": "the fluid kept the vein open"}
    ),
    "device_application": _of_administration("device", {"on_body_injector": "staff applied the on-body injector"}),
    "administration_status": _of_administration("status", {"given": "it was given", "held": "it was held"}),
    "agreed_times": _readings,
    "agreed_value": _readings,
    "product": _products,
    "discarded_amount": _discarded,
}
