"""The outlook and an enumeration of every timeline agree; with more open times no timeline contradicts it."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

import pytest
from brute_timelines import Count, answers, close, gapped, held, open_times, sampled, units, written
from case_files import all_cases
from generate import encounter
from thorough import number

from validator import validate
from validator.facts import Encounter
from validator.findings import Outlook
from validator.loading import default_rulebook
from validator.outlook import outlook
from validator.supposing import reported
from validator.tally import Tally
from validator.timelines import unknown_times

ONE, TWO, MORE = range(number(290, 110)), range(3), range(number(250, 150))


def seen(facts: dict[str, Any]) -> tuple[Outlook, ...] | None:
    """The outlook, where it is exact and nothing is open that the enumeration does not know."""
    parsed = Encounter.model_validate(facts)
    day = parsed.encounter.date_of_service.get()
    assert day is not None
    paths = {u.path for u in unknown_times(parsed, day)}
    mine = {f"administrations.{identity}.{name}" for identity, name in open_times(facts)}
    assert mine <= paths, f"not seen as open: {mine - paths}"
    found = outlook(parsed, default_rulebook())
    return found if paths == mine and all(one.exact for one in found) else None


def quick(facts: dict[str, Any]) -> Count:
    """Counts without reasons; `test_a_tally_counts_what_validate_reports` holds it to `validate`."""
    rulebook = default_rulebook()
    judged = validate(Encounter.model_validate(facts), rulebook).encounter

    def count(said: dict[str, Any]) -> Counter[str]:
        pack = rulebook.policy_for(judged.policy, None, None)
        return Tally(rulebook, pack, judged).units(Encounter.model_validate(said))

    return count


def differences(facts: dict[str, Any], step: int) -> tuple[bool, str]:
    """Whether it could be compared, and what differs; readable without running anything."""
    found = seen(facts)
    if found is None:
        return False, ""
    certain, possible = answers(facts, step, quick(facts))
    said = Counter({one.code: one.certain for one in found}), Counter({one.code: one.possible for one in found})
    if (+said[0], +said[1]) == (certain, possible):
        return True, ""
    rows = [f"  {a}" for a in facts["administrations"]]
    head = f"certain {dict(+said[0])} not {dict(certain)}; possible {dict(+said[1])} not {dict(possible)}"
    return True, "\n".join([head, str(facts["visits"]), *rows])


def test_a_tally_counts_what_validate_reports() -> None:
    for seed in range(300):
        facts = encounter(seed)
        assert quick(facts)(facts) == units(facts), seed


def test_a_tally_counts_every_line_of_validate_with_its_modifiers() -> None:
    book = default_rulebook()
    told = [(case.facts, case.policy) for case in all_cases()] + [(encounter(seed), None) for seed in range(300)]
    for said, policy in told:
        facts = Encounter.model_validate(said)
        assessment = validate(facts, book, policy=policy)
        pack = book.policy_for(assessment.encounter.policy, None, None)
        pack = book.with_switches(pack, facts.encounter.switches)
        if assessment.assessed and not pack.switches["strict_payment"]:
            assert Tally(book, pack, assessment.encounter).lines(facts) == reported(assessment), said


def test_with_one_open_time_it_equals_the_enumeration() -> None:
    compared = [differences(facts, 45) for seed in ONE if (facts := gapped(seed, 1)) is not None]
    differing = [words for _, words in compared if words]
    assert not differing, f"{len(differing)} differ\n" + "\n".join(differing[:3])
    assert sum(told for told, _ in compared) >= number(180, 66)


@pytest.mark.parametrize("seed", TWO)
def test_with_two_open_times_it_equals_the_enumeration_of_every_pair_of_minutes(seed: int) -> None:
    told, words = differences(close(seed), 1)
    assert told, "a short stay can be judged exactly"
    assert not words


@pytest.mark.parametrize("count", [3, 4])
def test_with_more_open_times_no_timeline_contradicts_it(count: int) -> None:
    tried = 0
    for seed in MORE:
        facts = gapped(seed, count)
        if facts is None:
            continue
        found = {one.code: one for one in outlook(Encounter.model_validate(facts), default_rulebook())}
        certain = Counter({code: one.certain for code, one in found.items() if one.certain})
        for timeline in sampled(facts, Random(seed), 4):
            full = units(written(facts, timeline))
            tried += 1
            assert held(certain, full) == certain, f"{seed}: certain {dict(certain)}, but {dict(full)} at {timeline}"
            over = {code: n for code, n in full.items() if code not in found or n > found[code].possible}
            assert not over, f"{seed}: {over} was not possible at {timeline}"
    assert tried >= number(100, 60)


def test_what_is_reported_holds_in_every_timeline() -> None:
    """Soundness of `codes` themselves: beside every time that the record allows, the lines stand."""
    for seed in range(300, 600):
        facts = gapped(seed, 2)
        if facts is None:
            continue
        codes = units(facts)
        for timeline in sampled(facts, Random(seed), 6):
            full = units(written(facts, timeline))
            assert held(codes, full) == +codes, f"{seed}: {dict(codes)} is reported, but {dict(full)} at {timeline}"
