"""What a review says would be otherwise: fixes and open times, tried again with the checker's own derivation.

A time in a sentence or a period is put in its place in the facts and the lines are derived; drug lines take no part.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise

from reviewer.verify.derived.lines import expected
from reviewer.verify.derived.readings import worlds
from reviewer.verify.derived.world import Bag, told
from reviewer.verify.problems import Problem
from reviewer.verify.records import Plain, Records

CLOCK = re.compile(r"for .+ \((\w+)\) the (start|stop) time is (\d\d:\d\d)(?: to (\d\d:\d\d))?")
PATH = re.compile(r"administrations\.([^.]+)\.(start|stop)")
MOST_TRIED = 400
VEIN = (None, "intravenous")
NOTHING_WITHHELD: Plain = {"not_supported": [], "needs_human": []}


class Trials:
    """Lines derived from the facts with one time put in, each once."""

    def __init__(self, review: Plain, records: Records) -> None:
        self.review, self.records = review, records
        self.done: dict[tuple[str, str, str], Counter[str] | None] = {}
        self.standing = _counted(line for line in review["codes"] if line["kind"] != "drug")

    def lines(self, one: str, name: str, clock: str) -> Counter[str] | None:
        """Units by code and modifiers with a start or stop of an administration.

        None when enough was tried, or when another time is open, on which what is certain may hang.
        """
        key = one, name, clock
        if key not in self.done:
            if len(self.done) >= MOST_TRIED:
                return None
            facts = self.review["facts"]
            given = [
                {**entry, name: {"value": clock, "standing": "entered"}} if entry["id"] == one else entry
                for entry in facts["administrations"]
            ]
            changed = {**self.review, "facts": {**facts, "administrations": given}, **NOTHING_WITHHELD}
            made = worlds(changed, self.records)
            closed = not any(_open_ended(bag) for world in made for bag in world.bags)
            self.done[key] = _counted(expected(made).values()) if closed else None
        return self.done[key]


def _open_ended(bag: Bag) -> bool:
    return bag.route in VEIN and bag.mode != "push" and (bag.length is None or bool(bag.doubtful))


def _counted(lines: object) -> Counter[str]:
    units: Counter[str] = Counter()
    for line in lines:  # type: ignore[attr-defined]
        units["-".join((line["code"], *line["modifiers"]))] += line["units"]
    return units


def check(review: Plain, records: Records) -> Iterator[Problem]:
    """Fixes and open times, where a review has them."""
    trials = Trials(review, records)
    yield from _fixes(review, trials)
    yield from _outlook(review, trials)


def _fixes(review: Plain, trials: Trials) -> Iterator[Problem]:
    fixes = review.get("fixes", [])
    order = {one["id"]: place for place, one in enumerate(review["missing"])}
    units = _counted(review["codes"])
    if any(fix in fixes[:place] for place, fix in enumerate(fixes)):
        yield Problem("fixes", "one stands twice")
    sizes = [len(fix["needs"]) for fix in fixes]
    singles = [order.get(fix["needs"][0], -1) for fix in fixes if len(fix["needs"]) == 1]
    if sizes != sorted(sizes) or singles != sorted(singles):
        yield Problem("fixes", "do not stand in their order")
    for place, fix in enumerate(fixes):
        yield from _fix(f"fixes[{place}]", fix, review, units)
        yield from _tried(f"fixes[{place}]", fix, trials)


def _fix(at: str, fix: Plain, review: Plain, units: Counter[str]) -> Iterator[Problem]:
    """It says what it changes, from what stands now, for elements that are missing."""
    by_id = {one["id"]: one for one in review["missing"]}
    needs = [by_id.get(name) for name in fix["needs"]]
    if not needs or len(set(fix["needs"])) != len(needs) or any(n is None or n["tier"] != "code" for n in needs):
        yield Problem(f"{at}.needs", "are not missing elements that decide a code")
    owners = {n["administration"] for n in needs if n and n["administration"]}
    if owners != set(re.findall(r"\((\w+)\)", fix["when"])) & (owners | _ids(review)):
        yield Problem(f"{at}.needs", "are not about what the sentence is about")
    changes = fix["changes"]
    names = [change["line"] for change in changes]
    if not changes or names != sorted(set(names)):
        yield Problem(f"{at}.changes", "are none, stand twice or are not in order")
    for number, change in enumerate(changes):
        if change["units"] != units[change["line"]]:
            yield Problem(f"{at}.changes[{number}].units", "is not what the codes say")
        if change["would_be"] == change["units"]:
            yield Problem(f"{at}.changes[{number}].would_be", "changes nothing")
    if fix["says"] != f"If {fix['when']}: {', '.join(_worded(changes))}.":
        yield Problem(f"{at}.says", "is not what it changes")


def _ids(review: Plain) -> set[str]:
    return {one["id"] for one in review["facts"].get("administrations", ())}


def _worded(changes: list[Plain]) -> Iterator[str]:
    """Each change in words; where only the modifiers of a line differ, both names of it in one."""
    renamed = {
        gone["line"]: come["line"]
        for gone in changes
        for come in changes
        if gone["units"] and not gone["would_be"] and (come["units"], come["would_be"]) == (0, gone["units"])
        if gone["line"].split("-")[0] == come["line"].split("-")[0]
    }
    for change in changes:
        line, now, then = change["line"], change["units"], change["would_be"]
        if line in renamed:
            yield f"{renamed[line]} x{now} instead of {line} x{now}"
        elif now and then:
            yield f"{line} x{then} instead of x{now}"
        elif now:
            yield f"no {line}"
        elif line not in renamed.values():
            yield f"{line} x{then}"


def _tried(at: str, fix: Plain, trials: Trials) -> Iterator[Problem]:
    """With the first and the last minute of its range, on the day or the one after it, the lines are what it says."""
    found = CLOCK.fullmatch(fix["when"])
    if found is None or len(fix["needs"]) != 1:
        return
    one, name, first, last = found[1], found[2], found[3], found[4] or found[3]
    said = {c["line"]: c["would_be"] for c in fix["changes"] if not _drug(trials.records, c["line"])}
    days = _days(trials.review)
    for clock in (first, last):
        tried = [trials.lines(one, name, f"{day}T{clock}") for day in days]
        if None not in tried and all(lines is None or _changed(trials.standing, lines) != said for lines in tried):
            yield Problem(at, "is not what the facts give with this time")
            return


def _days(review: Plain) -> list[str]:
    day = date.fromisoformat(review["encounter"]["date_of_service"])
    return [(day + timedelta(days=number)).isoformat() for number in (0, 1, -1)]


def _drug(records: Records, line: str) -> bool:
    return line.split("-")[0] not in records.codes


def _changed(standing: Counter[str], then: Counter[str]) -> dict[str, int]:
    return {line: then[line] for line in {*standing, *then} if then[line] != standing[line]}


def _outlook(review: Plain, trials: Trials) -> Iterator[Problem]:
    entries = review.get("outlook", [])
    codes = [entry["code"] for entry in entries]
    if codes != sorted(set(codes)):
        yield Problem("outlook", "do not stand in their order, or stand twice")
    if len({entry["exact"] for entry in entries}) > 1:
        yield Problem("outlook", "are exact in part only")
    ends = {(e["when"][0]["earliest"], e["when"][-1]["latest"]) for e in entries if e["when"]}
    if len(ends) > 1:
        yield Problem("outlook", "do not span the same minutes")
    reported: Counter[str] = Counter()
    for line in review["codes"]:
        reported[line["code"]] += line["units"]
    administered = {line["code"] for line in review["codes"] if line["kind"] == "administration"}
    if entries and not administered <= set(codes):
        yield Problem("outlook", "leave out a code that is reported")
    for place, entry in enumerate(entries):
        yield from _open(f"outlook[{place}]", entry, review, reported, trials)


def _open(at: str, entry: Plain, review: Plain, reported: Counter[str], trials: Trials) -> Iterator[Problem]:
    certain, possible, when = entry["certain"], entry["possible"], entry["when"]
    standing = "possible" if possible > certain else "certain" if certain else "impossible"
    if entry["standing"] != standing:
        yield Problem(f"{at}.standing", "is not so by its units")
    if entry["code"] not in trials.records.codes:
        yield Problem(f"{at}.code", "is no code of the rulebook")
    if bool(entry["hangs_on"]) != (possible > certain) or entry["hangs_on"] != sorted(set(entry["hangs_on"])):
        yield Problem(f"{at}.hangs_on", "does not fit with its units, or does not stand in its order")
    if any(_documented(review, name) for name in entry["hangs_on"]):
        yield Problem(f"{at}.hangs_on", "names a time that is documented")
    clocks = all(name.endswith((".start", ".stop", ".arrived", ".left")) for name in entry["hangs_on"])
    if not clocks or any(name.split(".")[1] not in _entries(review, name) for name in entry["hangs_on"]):
        yield Problem(f"{at}.hangs_on", "names no time of the facts")
    if possible < certain or possible < reported[entry["code"]]:
        yield Problem(f"{at}.possible", "is less than what is certain or reported")
    if not when:
        return
    units = [period["units"] for period in when]
    if max(units) != possible or min(units) < certain:
        yield Problem(f"{at}.when", "does not fit with what is certain and possible")
    if {period["path"] for period in when} != set(entry["hangs_on"]):
        yield Problem(f"{at}.when", "is about another time")
    yield from _periods(at, entry, trials)


def _documented(review: Plain, path: str) -> bool:
    """Whether the time is told while the other end is not: two that are told may contradict each other."""
    found = PATH.fullmatch(path)
    one = next((one for one in review["facts"].get("administrations", ()) if found and one["id"] == found[1]), None)
    if one is None or found is None:
        return False
    return told(one, found[2]) is not None and told(one, "stop" if found[2] == "start" else "start") is None


def _entries(review: Plain, path: str) -> set[str]:
    return {one["id"] for one in review["facts"].get(path.split(".")[0], ())}


def _periods(at: str, entry: Plain, trials: Trials) -> Iterator[Problem]:
    """Periods follow on each other, and at both ends of each the facts give its units."""
    when = entry["when"]
    if [period["earliest"] for period in when] != sorted({period["earliest"] for period in when}):
        yield Problem(f"{at}.when", "does not stand in its order")
    for number, (one, other) in enumerate(pairwise(when)):
        next_minute = datetime.fromisoformat(one["latest"]) + timedelta(minutes=1)
        single = one["earliest"] == one["latest"] and other["earliest"] == other["latest"]
        if one["units"] == other["units"] and not single:
            yield Problem(f"{at}.when[{number + 1}]", "is the same as the period before")
        if other["earliest"] != next_minute.isoformat(timespec="minutes") and not single:
            yield Problem(f"{at}.when[{number + 1}]", "does not follow on the period before")
    for number, period in enumerate(when):
        found = PATH.fullmatch(period["path"])
        if found is None:
            return
        for clock in (period["earliest"], period["latest"]):
            lines = trials.lines(found[1], found[2], clock)
            if lines is None:
                return
            units = sum(n for line, n in lines.items() if line.split("-")[0] == entry["code"])
            if units != period["units"]:
                yield Problem(f"{at}.when[{number}]", "is not what the facts give with this time")
                return
