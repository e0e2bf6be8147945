"""The proof checker: each step of a code line is looked at by itself, and no line may claim more than its facts hold.

This is the part that has to be trusted for the first promise, so it is small, derives nothing and shares no code with
the second derivation beside it. A line brings its own certificate: the administrations, and the rules with the numbers
they looked at. Checked is, step by step, that the rule says so on that day, that it licenses the code, that the words
are those of believed facts, and that minutes, hours, doses and counts are no more than the facts document, in every
reading of facts that disagree. What is missing from a claim, and how anything is worded, is for the other modules.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from reviewer.verify.problems import Problem
from reviewer.verify.records import Plain, Records

LICENCES = {
    "infusion.first-hour": ("96365", "96367", "96413", "96417"),
    "infusion.additional-hour": ("96366", "96415"),
    "concurrent.once-per-encounter": ("96368",),
    "infusion.subcutaneous": ("96369", "96370", "96371"),
    "infusion.stopped-early": ("96365", "96367", "96413", "96417"),
    "push.up-to-15": ("96374", "96375", "96409", "96411"),
    "push.continuous-presence": ("96374", "96375", "96409", "96411"),
    "push.repeat": ("96376",),
    "push.beside-infusion": ("96376",),
    "hydration.units": ("96360", "96361"),
    "injection.family": ("96372", "96401", "96402"),
    "injection.on-body": ("96377",),
    "lesions.count": ("96405", "96406"),
    "arterial.push": ("96420",),
    "arterial.therapeutic": ("96373",),
    "arterial.first-hour": ("96422",),
    "arterial.additional-hour": ("96423",),
    "arterial.prolonged-start": ("96425",),
    "pump.prolonged-start": ("96416", "96425", "C8957", "G0498"),
    "pump.refill": ("96521", "96522"),
    "cavity.pleural": ("96440",),
    "cavity.pleural-reduced": ("96440",),
    "cavity.peritoneal": ("96446",),
    "csf.spinal": ("96450",),
    "csf.reservoir": ("96542",),
    "bladder.instillation": ("51720",),
    "transfusion.once-a-day": ("36430",),
    "sole-service.blood-draw": ("36591", "36592"),
    "sole-service.port-flush": ("96523",),
    "declotting.dwell": ("36593",),
    "scalp.code-set": ("0662T", "0663T", "97007", "97008"),
    "scalp.after-cooling": ("0663T", "97009"),
}
"""The rules that end in a code of the administration families; others (hierarchy, edits) only add to them."""
HOURLY = ("infusion.additional-hour", "arterial.additional-hour")
FIRST = ("infusion.first-hour", "arterial.first-hour")
APART = ("access.second-initial", "visit.second-encounter")
PARTING = ("59", "XE", "XS", "XP", "XU", "25", "27", "58", "78", "79", "91", "LT", "RT")
CHEMO = {"chemo", "chemo_biologic", "complex_biologic", "chemotherapy"}
OTHER = {"therapeutic", "antiemetic", "complex_biologic"}
FLUID = {"hydration"}
CLASSES = {
    **dict.fromkeys(("96401", "96409", "96411", "96413", "96415", "96416", "96417"), CHEMO),
    **dict.fromkeys(("96365", "96366", "96367", "96368", "96374", "96375", "96376", "96372"), OTHER),
    **dict.fromkeys(("96360", "96361"), FLUID),
    "96402": {"hormonal", "hormonal_antineoplastic"},
}
BELIEVED = ("grounded", "entered")
MASS = {"kg": Fraction(10**6), "g": Fraction(1000), "mg": Fraction(1), "mcg": Fraction(1, 1000)}


def check(review: Plain, readings: list[Plain], records: Records) -> Iterator[Problem]:
    """What a line claims beyond its certificate. `readings` are the facts, once for each way to read them."""
    on = date.fromisoformat(review["encounter"]["date_of_service"])
    grounds = _grounds(review["facts"]) if review["codes"] else Grounds(set(), set())
    for place, line in enumerate(review["codes"]):
        at = f"codes[{place}]"
        yield from _premises(at, line, grounds, records, on)
        for facts in readings:
            case = Case(facts, review, records, on)
            yield from (Problem(at, what) for what in case.overclaims(line))
    if len(readings) == 1:
        yield from _sold_once(review, Case(readings[0], review, records, on))
    yield from _together(review, records, on)
    yield from _dated(review)


class Grounds(NamedTuple):
    """What a step may stand on: words of believed facts (note, start, end), and what a person entered or decided."""

    spans: set[tuple[str, int, int]]
    signed: set[str]


def _grounds(facts: Plain) -> Grounds:
    spans, signed = set[tuple[str, int, int]](), set[str]()
    for path, fact in _facts(facts, ""):
        if fact["standing"] == "entered" or (fact["standing"] == "conflicting" and not fact.get("evidence")):
            signed.add(path)
        if fact["standing"] in ("grounded", "conflicting"):
            spans |= {(one["note_id"], one["start"], one["end"]) for one in fact.get("evidence", ())}
    return Grounds(spans, signed)


def _premises(at: str, line: Plain, grounds: Grounds, records: Records, on: date) -> Iterator[Problem]:
    """Each rule is in force and says so, and stands on words or persons that the facts name."""
    if line["code"] in records.codes and not records.in_force(records.codes[line["code"]], on):
        yield Problem(at, "is of a code that is not in force")
    for number, step in enumerate(line["because"]):
        here = f"{at}.because[{number}]"
        version = records.rule(step["rule"], on) if step["rule"] in records.rules else None
        stated = (step["version"], step["says"], step["citations"])
        if version is None or stated != (version["from"].isoformat(), version["says"], version["cite"]):
            yield Problem(here, "is not a rule in force in its own words")
        if not {(one["note_id"], one["start"], one["end"]) for one in step["evidence"]} <= grounds.spans:
            yield Problem(f"{here}.evidence", "is of no believed fact")
        if not set(step["entered"]) <= grounds.signed:
            yield Problem(f"{here}.entered", "names a fact that nobody entered")
    rules = {step["rule"] for step in line["because"]}
    ranked = rules & {*FIRST[:1], "push.up-to-15", "push.continuous-presence"}
    initial = records.codes.get(line["code"], {}).get("role") == "initial"
    if ranked and initial != any(rule.startswith("hierarchy.initial.") for rule in rules):
        yield Problem(at, "is initial where no step says so, or the other way round")
    if line["kind"] != "drug" and not any(line["code"] in LICENCES.get(rule, ()) for rule in rules):
        yield Problem(at, "no step of it ends in this code")


def _facts(node: Any, path: str) -> Iterator[tuple[str, Plain]]:
    """Every fact with its dotted path, entries by their ids."""
    if isinstance(node, dict):
        if "standing" in node:
            yield path, node
        for name, one in node.items():
            yield from _facts(one, f"{path}.{name}".lstrip("."))
    elif isinstance(node, list):
        for place, one in enumerate(node):
            yield from _facts(one, f"{path}.{one['id'] if isinstance(one, dict) and 'id' in one else place}")


class Case:
    """One reading of the facts, asked only for upper bounds."""

    def __init__(self, facts: Plain, review: Plain, records: Records, on: date) -> None:
        own = facts.get("encounter", {}).get("switches", {})
        self.switches = {**records.policies[review["encounter"]["policy"]]["switches"], **own}
        self.by_policy = self.switches["ssa_denosumab_code"]
        self.needed = 31 if self.switches["addl_hour_threshold"] == "gt30" else 30
        self.wet = {one for line in review["codes"] if line["code"] == "96360" for one in line["administrations"]}
        self.on, self.records, self.facts = on, records, facts
        self.zone = facts.get("encounter", {}).get("timezone")
        self.given = {one["id"]: one for one in facts.get("administrations", ())}
        self.done = {one["id"]: one for one in facts.get("services", ())}

    def told(self, entry: Plain, name: str) -> Any:
        """A believed value."""
        fact = entry.get(name, {})
        return fact.get("value") if fact.get("standing") in BELIEVED else None

    def minute(self, clock: str) -> int:
        """Minutes since the day began, on a clock that never changes where the zone is known."""
        day, bare = (date.fromisoformat(clock[:10]), clock[11:]) if len(clock) > 8 else (self.on, clock)
        moment = datetime.combine(day, datetime.min.time()) + timedelta(hours=int(bare[:2]), minutes=int(bare[3:5]))
        local = int((moment - datetime.combine(self.on, datetime.min.time())).total_seconds()) // 60
        offset = moment.replace(tzinfo=ZoneInfo(self.zone)).utcoffset() if self.zone else None
        return local - int(offset.total_seconds()) // 60 if offset else local

    def most(self, ids: Iterable[str]) -> int:
        """The most minutes that these may have run: between their clock times, or as stated without them."""
        clocked, stated = set[int](), 0
        entries = {**self.done, **self.given}
        for one in (entries[name] for name in ids if name in entries):
            start, stop = self.told(one, "start"), self.told(one, "stop")
            if start is not None and stop is not None and self.minute(stop) > self.minute(start):
                clocked |= set(range(self.minute(start), self.minute(stop))) - self._paused(one)
            else:
                stated += self.told(one, "duration_minutes") or self._by_rate(one)
        return len(clocked) + stated

    def _paused(self, one: Plain) -> set[int]:
        pauses = [(self.told(p, "start"), self.told(p, "stop")) for p in one.get("interruptions", ())]
        return {m for a, b in pauses if a and b for m in range(self.minute(a), self.minute(b))}

    def _by_rate(self, one: Plain) -> int:
        volume = self.told(one, "volume")
        rates = [fact["value"] for fact in one.get("rates", ()) if fact.get("standing") in BELIEVED]
        if not volume or len(rates) != 1 or not Decimal(str(rates[0]["amount"])):
            return 0
        scale = 1000 if volume["unit"].casefold() == "l" else 1
        return int(Decimal(str(volume["amount"])) * scale * 60 / Decimal(str(rates[0]["amount"])))

    def of_drug(self, ids: Iterable[str], drug: str) -> list[str]:
        """Those of the administrations that gave a drug, as steps name it (mixtures by `+`, later runs by `#`)."""
        wanted = set(drug.partition(" #")[0].split(" + "))
        return [name for name in ids if name in self.given and self._names(self.given[name]) & wanted]

    def _names(self, one: Plain) -> set[str]:
        words = self.told(one, "drug") or ""
        return {row["ingredient"] for row in self.records.drug(words).rows} | {words.casefold().strip()}

    def _classes(self, one: Plain) -> set[str]:
        """The classes of a drug, by its table or as a person set them."""
        override = self.told(one, "drug_class")
        rows = self.records.drug(self.told(one, "drug") or "").rows
        return {override} if override else {row["admin_class"] for row in rows}

    def overclaims(self, line: Plain) -> Iterator[str]:
        """In which ways the line says more than the facts."""
        ids, steps = line["administrations"], line["because"]
        if not set(ids) <= self.given.keys():
            yield "names an administration that is not there"
            return
        for one in (self.given[name] for name in ids):
            status = one.get("status", {})
            if status.get("standing", "not_stated") != "not_stated" and status.get("value") not in (
                "given",
                "stopped_early",
            ):
                yield "rests on something that was not given"
        if line["kind"] == "drug":
            yield from self._drug(line)
            return
        if not set(line["services"]) <= self.done.keys():
            yield "names a service that is not there"
            return
        wanted = CLASSES.get(line["code"]) if line["code"] != self.by_policy else None
        if wanted and not any(self._classes(self.given[name]) & wanted for name in ids):
            yield "is of a class that none of its drugs has"
        most = sum(self._allowed(line, step) for step in steps)
        most -= int(line["code"] == "96361" and bool(self.wet & set(ids)))
        if line["units"] > most:
            yield f"has more units than its steps and their facts allow ({most})"

    def _allowed(self, line: Plain, step: Plain) -> int:
        """The most units of the line's code that one step brings by itself."""
        rule, inputs, code, ids = step["rule"], step["inputs"], line["code"], line["administrations"]
        if code not in LICENCES.get(rule, ()):
            return 0
        mine = self.of_drug(ids, inputs["drug"]) if inputs.get("drug") else ids
        most = self.most(mine)
        if rule in HOURLY:
            return min(int(inputs["hours"]), further(most, self.needed))
        if rule in FIRST:
            return 1 if mine and most >= 16 else 0
        if rule == "infusion.subcutaneous":
            return 1 if code != "96370" and most >= 16 else further(most, self.needed)
        if rule == "hydration.units":
            return int(most >= 31) if code == "96360" else further(most, 31) + int(most >= 31)
        if rule == "push.up-to-15":
            return int(any(self.most([name]) <= 15 for name in mine))
        if rule == "push.continuous-presence":
            return int(any(self.told(self.given[name], "presence") == "continuous" for name in mine))
        if rule == "push.repeat":
            return int(inputs["minutes_since_last"] in self._gaps(mine))
        if rule == "infusion.stopped-early":
            return int(any(self.told(self.given[name], "status") == "stopped_early" for name in ids))
        if rule == "scalp.after-cooling":
            return self.most(line["services"]) // 30
        if rule == "injection.family":
            return min(int(inputs["injections"]), len(ids))
        return 1 if rule.startswith(("csf.", "transfusion.", "scalp.", "pump.")) else max(1, len(ids))

    def _gaps(self, pushes: list[str]) -> set[int]:
        """The minutes above 30 by which one of the pushes came after another of its drug."""
        names = set[str]().union(*(self._names(self.given[name]) for name in pushes)) - {""}
        all_of_it = [one for one in self.given.values() if self._names(one) & names]
        starts = [self.minute(clock) for one in all_of_it if (clock := self.told(one, "start"))]
        return {late - early for late in starts for early in starts if late - early > 30}

    def _drug(self, line: Plain) -> Iterator[str]:
        """Units are no more than the amount divided by the unit, rounded up; the amount no more than was documented."""
        billed = [step for step in line["because"] if step["rule"] == "drug.billing-units"]
        amounts = {(s["inputs"]["amount"], s["inputs"]["per"], s["inputs"]["unit"]) for s in billed}
        most = sum(ceil(Fraction(amount) / Fraction(per)) for amount, per, _ in amounts)
        if "JW" in line["modifiers"]:
            most = sum(s["inputs"].get("discarded_units", 0) for s in line["because"] if s["rule"] == "waste.modifiers")
        if line["units"] > most:
            yield "has more units than its amounts give"
        for amount, _, unit in amounts:
            given = self._in_unit(line["administrations"], unit)
            if given is not None and Fraction(amount) > given and "JW" not in line["modifiers"]:
                yield "is of more than was given"
        rows = self.records.rows_of_code(line["code"])
        names = {row["ingredient"] for row in rows}
        if any(not self._names(self.given[name]) & names for name in line["administrations"]):
            yield "is of another drug than was given"

    def _in_unit(self, ids: Iterable[str], unit: str) -> Fraction | None:
        """All doses together in a unit of mass; None where one is told otherwise."""
        doses = [self.told(self.given[name], "dose") for name in ids]
        units = [unit, *(dose["unit"] if dose else "" for dose in doses)]
        if not all(one.casefold() in MASS for one in units):
            return None
        given = [Fraction(str(dose["amount"])) * MASS[dose["unit"].casefold()] for dose in doses]
        return sum(given, Fraction(0)) / MASS[unit.casefold()]


def further(minutes: int, needed: int) -> int:
    """Hours after the first; each needs so many minutes of it."""
    return max(0, (minutes - needed) // 60)


def _dated(review: Plain) -> Iterator[Problem]:
    """Hours that are told on several days are together no more than their steps count."""
    for code in {line["code"] for line in review["codes"]}:
        lines = [line for line in review["codes"] if line["code"] == code]
        steps = {json.dumps(s, sort_keys=True) for line in lines for s in line["because"] if s["rule"] in HOURLY}
        hours = sum(json.loads(step)["inputs"]["hours"] for step in steps)
        if steps and len({line["date"] for line in lines}) > 1 and sum(line["units"] for line in lines) > hours:
            yield Problem("codes", f"{code} has more hours on its days than its steps count")


def _sold_once(review: Plain, case: Case) -> Iterator[Problem]:
    """Of one access no minute is counted for two services: together they have no more than anything ran."""
    steps = [step for line in review["codes"] if line["kind"] != "drug" for step in line["because"]]
    if case.switches["partial_overlap"] != "split" or any(step["rule"] in APART for step in steps):
        return
    counted = {json.dumps(step["inputs"], sort_keys=True) for step in steps if step["rule"] == "hydration.units"}
    sold = [step["inputs"]["minutes"] for step in steps if step["rule"] == FIRST[0]]
    sold += [json.loads(inputs)["minutes"] for inputs in counted]
    if sum(sold) > case.most(case.given):
        yield Problem("codes", "more minutes are counted than anything ran")


def _together(review: Plain, records: Records, on: date) -> Iterator[Problem]:
    """What lines may not be beside each other: two initials of one access, pairs, add-ons alone, units over limits."""
    lines = [line for line in review["codes"] if line["kind"] != "drug"]
    codes = {line["code"] for line in lines}
    tables = records.tables(review["encounter"]["setting"], on)
    initial = [line for line in lines if records.codes.get(line["code"], {}).get("role") == "initial"]
    first = [one for one in initial if one["code"] != "96369" and not set(one["modifiers"]) & set(PARTING)]
    if sum(line["units"] for line in first) > 1:
        yield Problem("codes", "more than one initial service stands without what tells them apart")
    seen = [(one["code"], one["modifiers"], one["date"], one["kind"]) for one in review["codes"]]
    for number, key in enumerate(seen):
        if key in seen[:number]:
            yield Problem(f"codes[{number}]", "stands twice")
    for line in lines:
        beside = codes - {line["code"]}
        pairs = {tables.indicator(other, line["code"]) for other in beside}
        if 0 in pairs or (1 in pairs and not set(line["modifiers"]) & set(PARTING)):
            yield Problem("codes", f"{line['code']} stands beside a code that a pair forbids")
        listed = tables.primaries(line["code"])
        if listed and listed.codes and listed.kind == 1 and not listed.codes & beside:
            yield Problem("codes", f"{line['code']} is an add-on without its primary")
        limit = tables.limit(line["code"])
        if limit and line["units"] > limit.units and "mue_review" not in line["flags"]:
            yield Problem("codes", f"{line['code']} is over its limit and not flagged")
