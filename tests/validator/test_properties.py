"""What must hold of every assessment, whatever the encounter: tried on generated encounters."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from case_files import all_cases, mentioned_outside_codes
from generate import DAY, encounter
from hypothesis import given, settings
from hypothesis import strategies as st

from validator import validate
from validator.facts import Encounter
from validator.findings import Assessment, CodeLine
from validator.loading import default_rulebook

# Drawn bit by bit: into whole numbers hypothesis mixes those of whatever modules are loaded, and every module that is
# added would try other encounters.
bits = st.lists(st.booleans(), min_size=30, max_size=30)
seeds = bits.map(lambda drawn: sum(bit << place for place, bit in enumerate(drawn)))
a_few = settings(max_examples=120, deadline=None, derandomize=True)
fewer = settings(max_examples=40, deadline=None, derandomize=True)


def assess(facts: dict[str, Any]) -> Assessment:
    return validate(Encounter.model_validate(facts), default_rulebook())


def units(assessment: Assessment) -> Counter[str]:
    total: Counter[str] = Counter()
    for line in assessment.codes:
        if line.kind != "drug":
            total[line.code] += line.units
    return total


# --- the order of the facts does not matter ---------------------------------------------------------------


def shuffled(facts: dict[str, Any], random: Random) -> dict[str, Any]:
    mixed: dict[str, Any] = {}
    for key in random.sample(sorted(facts), len(facts)):
        value = copy.deepcopy(facts[key])
        if isinstance(value, list):
            random.shuffle(value)
        elif isinstance(value, dict):
            value = {inner: value[inner] for inner in random.sample(sorted(value), len(value))}
        mixed[key] = value
    for administration in mixed["administrations"]:
        for key in ("interruptions", "mixed_with", "concurrent_with"):
            if key in administration:
                random.shuffle(administration[key])
    return mixed


@a_few
@given(seeds)
def test_the_order_of_the_facts_does_not_matter(seed: int) -> None:
    facts = encounter(seed)
    assert assess(shuffled(facts, Random(seed))).model_dump_json() == assess(facts).model_dump_json()


# --- shifting every clock changes no code -----------------------------------------------------------------


def shifted(facts: dict[str, Any], minutes: int) -> dict[str, Any]:
    """Every clock as date and time, moved by `minutes`; the date of service by the whole days in them."""

    def move(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {inner: move(v, inner) for inner, v in value.items()}
        if isinstance(value, list):
            return [move(v, key) for v in value]
        if key in ("start", "stop", "arrived", "left"):
            moment = datetime.fromisoformat(value if "T" in value else f"{DAY}T{value}")
            return (moment + timedelta(minutes=minutes)).isoformat(timespec="minutes")
        if key == "date_of_service":
            return (date.fromisoformat(value) + timedelta(days=minutes // 1440)).isoformat()
        return value

    moved: dict[str, Any] = move(facts)
    return moved


@a_few
@given(seeds, st.sampled_from((0, 1, 29, 30, 31, 59, 60, 90, 1440, 2880, 1440 + 17, 4 * 1440)))
def test_shifting_every_clock_changes_no_code(seed: int, minutes: int) -> None:
    facts = encounter(seed)
    assert units(assess(shifted(facts, minutes))) == units(assess(facts))


# --- deleting a fact never earns a line -------------------------------------------------------------------

POSITIVE = ("drug", "dose", "route", "technique", "start", "stop", "access_site", "presence", "pump", "visit")
PUMP_FACTS = ("kind", "action", "planned_hours", "owner")
VISIT_FACTS = ("arrived", "left")
PUSHES = ("96374", "96375", "96376", "96409", "96411")

RE_RANKED = (
    *(("96413", "96417"), ("96409", "96411"), ("96365", "96367"), ("96374", "96375"), ("96360", "96361")),
    # a second initial becomes an add-on when its site or visit is no longer told apart
    *(("96365", "96368"), ("96374", "96376"), ("96413", "96415"), ("96365", "96366")),
)
DOWNGRADED = {
    # the giver's presence is gone: a push longer than 15 minutes is an infusion (DOC-22)
    "96420": ("96422", "96423"),
    "96409": ("96413", "96415", "96417"),
    "96411": ("96413", "96415", "96417"),
    "96374": ("96365", "96366", "96367", "96368"),
    "96375": ("96365", "96366", "96367", "96368"),
    # the pump is gone: hours by the clock, or nothing (DOC-17)
    "96416": ("96413", "96415", "96417", "G0498"),  # owner unknown: the site's default (decision 3)
    "G0498": ("96413", "96415", "96417", "96416"),
    "96425": ("96422", "96423"),
    # only part of the drug's minutes is certain, and that part ran beside another (CONC-2)
    "96367": ("96368",),
}


def deletions(facts: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every encounter that lacks one positive fact of this one, with the fact's path."""

    def without(section: str, index: int, key: str) -> tuple[str, dict[str, Any]]:
        lacking = copy.deepcopy(facts)
        del lacking[section][index][key]
        return f"{section}.{facts[section][index]['id']}.{key}", lacking

    for section, keys in (("administrations", POSITIVE), ("pumps", PUMP_FACTS), ("visits", VISIT_FACTS)):
        for index, entry in enumerate(facts[section]):
            for key in keys:
                if key in entry:
                    yield without(section, index, key)
            if entry.get("purpose") == "hydration":
                yield without(section, index, "purpose")
    for element in facts["documentation"]:
        lacking = copy.deepcopy(facts)
        del lacking["documentation"][element]
        yield f"documentation.{element}", lacking


def excused(path: str, facts: dict[str, Any]) -> tuple[str, ...]:
    """Codes whose appearing is not a matter of the timeline, with the rule that says so.

    - Which drug an infusion was: without its name it no longer absorbs the push, or joins the bags, of that drug;
      a person looks at it anyway (DRUG-1).
    - Whether a bag of 15 minutes or less was hung or pushed: without its technique the clock calls it a push
      (TIME-1), and it no longer joins the bags of its drug.
    - Whether the giver stayed: a push of more than 15 minutes is then an infusion (DOC-22), also where the push itself
      had no line of its own because the drug was infused too.
    - How long a push took: its code does not need it (TIME-11), and only documented minutes of a push are taken
      from hydration.
    - Which of several fluids was hydration: a reason told for the visit's fluid is that of all, unless one is set apart
      from the others by a purpose of its own (decision 5).
    """
    section, identity, *rest = path.split(".")
    if section != "administrations":
        return ()
    technique = next(a.get("technique") for a in facts["administrations"] if a["id"] == identity)
    if rest == ["technique"] and technique == "infusion":
        return (*PUSHES, "96365", "96366", "96367", "96368", "96417")
    if rest == ["drug"] and technique != "push":
        return (*PUSHES, "96417", "96367", "96368")
    if rest == ["presence"]:
        return ("96365", "96366", "96367", "96368", "96413", "96415", "96417", "96422", "96423")
    if rest == ["purpose"] and {"hydration_purpose", "hydration_reason"} & facts["documentation"].keys():
        return ("96360", "96361")
    if rest in (["start"], ["stop"]) and technique == "push":
        return (*PUSHES, "96360", "96361")
    return ()


def unexplained(path: str, facts: dict[str, Any], before: Counter[str], after: Counter[str]) -> Counter[str]:
    """Units that appear after the deletion and are no declared re-rank or downgrade of units that went."""
    gone, new = before - after, after - before
    for code in list(new):
        sources = {a if b == code else b for a, b in RE_RANKED if code in (a, b)}
        sources |= {source for source, lower in DOWNGRADED.items() if code in lower}
        if code in excused(path, facts) or any(gone[source] for source in sources):
            del new[code]
    return new


WITHOUT_A_ROUTE_LINE_OR_NAME = (113, 176, 342, 408, 423, 467, 509, 540, 569, 1556, 1924, 2106)


@fewer
@given(seeds)
def test_deleting_a_fact_never_earns_a_line(seed: int) -> None:
    deleting_earns_nothing(seed)


@pytest.mark.parametrize("seed", WITHOUT_A_ROUTE_LINE_OR_NAME)
def test_deleting_a_route_line_or_name_never_earns_a_line(seed: int) -> None:
    deleting_earns_nothing(seed, ("route", "access_site", "drug"))


def deleting_earns_nothing(seed: int, names: tuple[str, ...] = ()) -> None:
    """Assert it for each fact of an encounter, or for those with some names."""
    facts = encounter(seed)
    before = units(assess(facts))
    for path, lacking in deletions(facts):
        if names and path.split(".")[-1] not in names:
            continue
        after = units(assess(lacking))
        earned = unexplained(path, facts, before, after)
        assert not earned, f"without {path}: {dict(before)} became {dict(after)}"


# --- more minutes never give fewer units ------------------------------------------------------------------


@pytest.mark.parametrize("setting", ["facility", "physician"])
@pytest.mark.parametrize(
    ("drug", "route", "least"),
    [
        ("carboplatin", "intravenous", 16),
        ("carboplatin", "intravenous", 1),
        ("vancomycin", "intravenous", 16),
        ("normal saline", "intravenous", 1),
        ("cisplatin", "intra_arterial", 16),
    ],
)
def test_more_minutes_never_give_fewer_units(setting: str, drug: str, route: str, least: int) -> None:
    most = 15 if (drug, least) == ("carboplatin", 1) else 300
    previous: Counter[str] = Counter()
    for minutes in range(least, most + 1):
        bag = {"id": "a1", "drug": drug, "route": route, "technique": "infusion", "access_site": "s1"}
        bag |= {"start": "06:00", "stop": f"{6 + minutes // 60:02}:{minutes % 60:02}", "purpose": "hydration"}
        if drug != "normal saline":
            bag["purpose"] = "treatment"
        found = units(
            assess(
                {
                    "encounter": {"date_of_service": DAY, "setting": setting, "payer": "commercial"},
                    "access_sites": [{"id": "s1", "kind": "central_line", "location": "chest"}],
                    "administrations": [bag],
                    "documentation": {"hydration_reason": "vomiting"},
                }
            )
        )
        assert not previous - found, f"{minutes} minutes: {dict(previous)} became {dict(found)}"
        previous = found
    assert previous


# --- every line says why ----------------------------------------------------------------------------------


def grounded(value: Any, words: str) -> dict[str, Any]:
    span = {"note_id": "note.txt", "start": 0, "end": len(words), "text": words}
    return {"value": value, "standing": "grounded", "evidence": [span]}


def read_from_a_note(facts: dict[str, Any]) -> dict[str, Any]:
    """The same facts as if a reader had found every one of them in a note."""
    read = copy.deepcopy(facts)
    for section in ("administrations", "pumps", "visits"):
        for entry in read[section]:
            for key, value in entry.items():
                if key not in ("id", "mixed_with", "concurrent_with", "interruptions", "status"):
                    entry[key] = grounded(value, f"{key} as charted")
    read["documentation"] = {key: grounded(value, key) for key, value in facts["documentation"].items()}
    return read


def check_reasons(assessment: Assessment, facts: dict[str, Any], words: bool) -> None:
    rulebook = default_rulebook()
    for line in assessment.codes:
        assert line.units >= 1
        assert line.because, f"{line.code} says no reason"
        for step in line.because:
            assert step.rule in rulebook.rules, f"{line.code} cites no rule of the rulebook: {step.rule}"
            assert step.citations, f"{step.rule} cites nothing"
            assert all(citation.source in rulebook.sources for citation in step.citations)
        if line.administrations and words:
            assert any(step.evidence for step in line.because), f"{line.code} shows no words of the note"
        if line.administrations and not words:
            paths = [path for step in line.because for path in step.entered]
            assert paths, f"{line.code} does not name the facts that a person entered"
            known = {entry["id"] for entry in facts["administrations"]}
            assert {path.split(".")[1] for path in paths if path.startswith("administrations.")} <= known


@a_few
@given(seeds, st.booleans())
def test_every_line_says_why(seed: int, words: bool) -> None:
    facts = encounter(seed)
    check_reasons(assess(read_from_a_note(facts) if words else facts), facts, words)


@a_few
@given(seeds)
def test_words_from_a_note_and_facts_typed_by_a_person_give_the_same_codes(seed: int) -> None:
    facts = encounter(seed)
    assert units(assess(read_from_a_note(facts))) == units(assess(facts))


# --- distinct services are marked, and only they ----------------------------------------------------------

INITIALS = ("96360", "96365", "96374", "96409", "96413")
STARTS = ("96416", "G0498", "96425")


def _bundled_under_a_procedure(lines: list[CodeLine], initials: list[CodeLine]) -> bool:
    """Whether a procedure of the day (a cavity, the bladder ...) is the column-1 code of an initial."""
    pairs = default_rulebook().pairs
    procedures = [line for line in lines if line.code not in INITIALS]
    return any((p.code, i.code) in pairs for p in procedures for i in initials)


@a_few
@given(seeds)
def test_only_one_initial_stands_without_a_modifier_and_an_injection_beside_it_is_marked(seed: int) -> None:
    """HIER-2, ROUTE-7, HIER-3 and PTP-1 on whatever was generated."""
    lines = [line for line in assess(encounter(seed)).codes if line.kind != "drug"]
    plain = sum(line.units for line in lines if line.code in INITIALS and "59" not in line.modifiers)
    initials = [line for line in lines if line.code in INITIALS]
    starts = [line for line in lines if line.code in STARTS]
    assert plain <= 1
    if initials and not starts and not _bundled_under_a_procedure(lines, initials):
        assert plain == 1, "one initial is the first service and carries no 59"
    for line in lines:
        if line.code == "96372" and initials:
            assert "59" in line.modifiers
        if line.code in ("96374", "96365", "96360") and starts:
            assert "59" in line.modifiers, f"{line.code} beside a prolonged start"


# --- same facts, same bytes; nothing is lost --------------------------------------------------------------


@a_few
@given(seeds)
def test_a_second_run_gives_the_same_bytes(seed: int) -> None:
    facts = encounter(seed)
    assert assess(copy.deepcopy(facts)).model_dump_json() == assess(facts).model_dump_json()


def test_another_process_with_another_hash_seed_gives_the_same_bytes() -> None:
    here = Path(__file__).parent
    program = (
        "import hashlib, sys\n"
        f"sys.path[:0] = [{str(here)!r}, {str(here.parents[1])!r}]\n"
        "from test_properties import assess, encounter\n"
        "text = ''.join(assess(encounter(seed)).model_dump_json() for seed in range(60))\n"
        "print(hashlib.sha256(text.encode()).hexdigest())\n"
    )
    prints = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": number},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for number in ("1", "2")
    }
    assert len(prints) == 1


def lost(facts: dict[str, Any], assessment: Assessment) -> set[str]:
    answer = json.loads(assessment.model_dump_json())
    named = mentioned_outside_codes(answer)
    for line in answer["codes"]:
        named.update(line["administrations"], line["services"])
    given_ids = {a["id"] for a in facts["administrations"] if a.get("status") not in ("held", "refused", "planned")}
    return (given_ids | {service["id"] for service in facts.get("services", [])}) - named


@a_few
@given(seeds)
def test_nothing_given_is_lost_silently(seed: int) -> None:
    facts = encounter(seed)
    assert not lost(facts, assess(facts))


def test_nothing_given_is_lost_silently_in_any_case_file() -> None:
    missing = {case.id: gone for case in all_cases() if (gone := lost(case.facts, assess(case.facts)))}
    assert not missing
