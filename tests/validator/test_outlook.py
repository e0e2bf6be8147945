"""The outlook on open times by examples worked out by hand from the domain rules."""

from __future__ import annotations

from typing import Any

from validator import validate
from validator.facts import Encounter
from validator.findings import Outlook
from validator.loading import default_rulebook
from validator.outlook import outlook, outlook_of

SITE = {"id": "s1", "kind": "implanted_port", "location": "right chest"}
STAY = {"id": "v1", "arrived": "08:00", "left": "13:00"}


def bag(identity: str, drug: str, **told: Any) -> dict[str, Any]:
    plain = {"id": identity, "drug": drug, "dose": "100 mg", "route": "intravenous", "technique": "infusion"}
    return {**plain, "access_site": "s1", "visit": "v1", **told}


def facts(*given: dict[str, Any], **more: Any) -> Encounter:
    known = {"date_of_service": "2026-03-14", "setting": "facility", "payer": "medicare"}
    visits = more.pop("visits", [STAY])
    whole = {"encounter": known, "access_sites": [SITE], "visits": visits, "administrations": list(given), **more}
    return Encounter.model_validate(whole)


def seen(encounter: Encounter) -> dict[str, Outlook]:
    return {one.code: one for one in outlook(encounter, default_rulebook())}


def periods(one: Outlook) -> list[tuple[str, str, int]]:
    return [(p.earliest[11:], p.latest[11:], p.units) for p in one.when]


def test_nothing_hangs_on_documented_times() -> None:
    assert outlook(facts(bag("a1", "carboplatin", start="09:00", stop="10:00")), default_rulebook()) == ()


def test_a_stop_that_is_missing_decides_between_push_first_hour_and_further_hours() -> None:
    """TIME-1: 15 minutes are a push. TIME-4: 91 and 151 and 211 minutes begin further hours. Leaving bounds it."""
    found = seen(facts(bag("a1", "carboplatin", start="09:00")))
    assert {code: (one.certain, one.possible, one.standing) for code, one in found.items()} == {
        "96409": (0, 1, "possible"),
        "96411": (0, 0, "impossible"),
        "96413": (0, 1, "possible"),
        "96415": (0, 3, "possible"),
        "96417": (0, 0, "impossible"),
    }
    assert periods(found["96409"]) == [("09:01", "09:15", 1), ("09:16", "13:00", 0)]
    assert periods(found["96413"]) == [("09:01", "09:15", 0), ("09:16", "13:00", 1)]
    assert periods(found["96415"]) == [
        ("09:01", "10:30", 0),
        ("10:31", "11:30", 1),
        ("11:31", "12:30", 2),
        ("12:31", "13:00", 3),
    ]
    assert found["96415"].hangs_on == ("administrations.a1.stop",)
    assert found["96411"].hangs_on == ()


def test_an_initial_stays_certain_beside_an_open_time_though_it_may_be_an_add_on() -> None:
    """HIER-FAC: ondansetron's infusion is 96365 while carboplatin has no line, and 96367 beside it."""
    found = seen(facts(bag("a1", "carboplatin", start="12:00"), bag("a2", "ondansetron", start="09:00", stop="09:30")))
    assert (found["96365"].certain, found["96365"].possible, found["96365"].standing) == (1, 1, "certain")
    assert (found["96367"].certain, found["96367"].possible) == (0, 1)


def test_contradictory_readings_are_the_only_times_that_count() -> None:
    """TIME-22: stop 09:50 or 10:50 after 09:00. Both give the first hour; 110 minutes give one further hour."""
    stop = {"standing": "conflicting", "readings": ["09:50", "10:50"]}
    found = seen(facts(bag("a1", "carboplatin", start="09:00", stop=stop)))
    assert (found["96413"].certain, found["96413"].standing) == (1, "certain")
    assert (found["96415"].certain, found["96415"].possible) == (0, 1)
    assert periods(found["96415"]) == [("09:50", "09:50", 0), ("10:50", "10:50", 1)]


def test_what_is_withheld_may_be_certain_all_the_same() -> None:
    """Leucovorin keeps 09:00 to 10:00 whenever carboplatin, begun at 10:00, ended. 0006 withholds its line."""
    encounter = facts(bag("a1", "carboplatin", start="10:00"), bag("a2", "leucovorin", start="09:00", stop="10:05"))
    assert not [line for line in validate(encounter, default_rulebook()).codes if line.kind != "drug"]
    found = seen(encounter)
    assert found["96367"].certain + found["96365"].certain == 1


def test_a_code_is_impossible_only_if_no_time_gives_it() -> None:
    """The stay ends at 09:15: what began at 09:00 was a push at most."""
    found = seen(facts(bag("a1", "carboplatin", start="09:00"), visits=[{**STAY, "left": "09:15"}]))
    assert (found["96409"].certain, found["96409"].possible) == (0, 1)
    assert {found[code].standing for code in ("96413", "96415", "96417", "96411")} == {"impossible"}


def test_a_pause_without_an_end_bounds_the_hours() -> None:
    """TIME-13: 09:00 to 12:00 less a pause from 10:00: 60 minutes are certain, 180 are possible (96415 x2)."""
    pause = [{"start": "10:00"}]
    found = seen(facts(bag("a1", "carboplatin", start="09:00", stop="12:00", interruptions=pause)))
    assert (found["96413"].certain, found["96413"].standing) == (1, "certain")
    assert (found["96415"].certain, found["96415"].possible) == (0, 2)
    assert found["96415"].hangs_on == ("administrations.a1.interruptions.0.stop",)


def test_fluid_hangs_on_a_transfusion_without_times() -> None:
    """HYD-2: 60 minutes of fluid count unless blood ran in more than 29 of them."""
    fluid = bag("a1", "normal saline", start="09:00", stop="10:00", purpose="hydration")
    found = seen(facts(fluid, services=[{"id": "t1", "kind": "transfusion", "start": "09:00"}]))
    assert (found["36430"].certain, found["36430"].standing) == (1, "certain")
    assert periods(found["96360"]) == [("09:01", "09:29", 1), ("09:30", "13:00", 0)]
    assert found["96360"].hangs_on == ("services.t1.stop",)


def test_the_end_of_a_push_is_no_open_time() -> None:
    """TIME-11: its length is not asked for."""
    assert seen(facts(bag("a1", "ondansetron", technique="push", start="09:00"))) == {}


def test_a_second_visit_hangs_on_words_of_leaving_and_coming_back() -> None:
    """DOC-40, ROUTE-7: with both told, the second visit has an initial of its own."""
    visits = [{"id": "v1", "arrived": "08:00"}, {"id": "v2", "left": "18:00"}]
    first = bag("a1", "vancomycin", start="09:00", stop="10:00")
    second = bag("a2", "ceftriaxone", start="16:00", stop="17:00", visit="v2")
    found = seen(facts(first, second, visits=visits))
    assert (found["96365"].certain, found["96365"].possible) == (1, 2)
    assert set(found["96365"].hangs_on) <= {"visits.v1.left", "visits.v2.arrived"}
    assert found["96365"].hangs_on


def test_with_many_open_times_bounds_say_that_they_are_bounds() -> None:
    given = [
        bag(f"a{n}", drug, start=f"{8 + n:02}:00")
        for n, drug in enumerate(("carboplatin", "gemcitabine", "paclitaxel"))
    ]
    found = seen(facts(*given))
    assert not any(one.exact for one in found.values())
    assert found["96413"].possible == 1
    assert found["96417"].possible == 2


def test_little_patience_gives_bounds_and_never_less() -> None:
    encounter = facts(bag("a1", "carboplatin", start="09:00"), bag("a2", "leucovorin", start="09:10"))
    assessment = validate(encounter, default_rulebook())
    exact = {one.code: one for one in outlook_of(assessment, encounter, default_rulebook())}
    rough = {one.code: one for one in outlook_of(assessment, encounter, default_rulebook(), patience=10)}
    assert all(one.exact for one in exact.values())
    assert not any(one.exact for one in rough.values())
    for code, one in exact.items():
        assert rough[code].certain <= one.certain
        assert rough[code].possible >= one.possible
