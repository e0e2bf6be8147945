"""Replies that go wrong and replies that lie: each ends where it should, earns nothing and repeats no note."""

from __future__ import annotations

import functools
import itertools
import json
import re
from collections import Counter
from typing import NamedTuple

import pytest
from agreement.readers import reviewed
from fixture_files import expectation, review_of, units
from llm_recording import MADE, calls, notes_of, read
from made_cassettes import FAILURES, GIVEN, HOSTILE, PREFIX, chat_for
from made_cassettes import MADE as CASES

from reviewer.errors import EndpointError
from reviewer.evaluate.cassettes import replaying
from reviewer.extract.model.record import ModelReading
from reviewer.pipeline import Extractor
from reviewer.review import Review

WORD = re.compile(r"\w*[^\W\d_]\w*")
DRUGS_GIVEN = {"famotidine", "dexamethasone", "paclitaxel"}


class Ended(NamedTuple):
    """How a reading ended: category of the failure, requests, repairs, and words of the remark."""

    failure: str | None
    attempts: int = 1
    repairs: int = 0
    hint: str = ""


ENDS = {
    "truncated": Ended("truncated", hint="REVIEWER_MAX_OUTPUT_TOKENS"),
    "refused": Ended("refused", hint="refused"),
    "filtered_reply": Ended("filtered", hint="filter of the service took the reply"),
    "filtered_request": Ended("filtered", hint="filter of the service refused the notes"),
    "empty": Ended("empty", hint="--mode json_schema"),
    "empty_reasoned": Ended("empty", hint="reasoned but gave no answer"),
    "fenced": Ended(None),
    "wrong_note_repaired": Ended(None, attempts=2, repairs=1),
    "wrong_key_repaired": Ended(None, attempts=2, repairs=1),
    "wrong_twice": Ended("unparseable", attempts=2, repairs=1, hint=r"top level \(extra_forbidden\)"),
    "schema_ignored": Ended("unparseable", attempts=2, repairs=1, hint="not JSON"),
    "schema_echoed": Ended("unparseable", attempts=2, repairs=1, hint=r"given \(missing\)"),
    "busy_then_good": Ended(None, attempts=2),
}


@functools.cache
def replayed(name: str) -> ModelReading:
    case = CASES[PREFIX + name]
    with replaying(MADE, PREFIX + name) as cassette:
        reading = read(case.encounter, chat_for(case))
    assert cassette.all_played
    assert set(cassette.play_counts.values()) == {1}
    return reading


@functools.cache
def review_with(name: str, extractor: Extractor) -> Review:
    return reviewed(CASES[PREFIX + name].encounter, replayed(name), extractor)


def drugs(reading: ModelReading) -> set[str]:
    return {one.text.lower() for told in reading.wire.administrations for one in told.drug}


def repeated(message: str, name: str) -> list[str]:
    """Runs of two words of the notes, or of what was answered about them, that stand in a message too."""
    case = CASES[PREFIX + name]
    texts = [note.text for note in notes_of(case.encounter)]
    for call in calls(MADE / f"{PREFIX}{name}.yaml"):
        reply = call["response"]["json"]
        texts += [json.dumps(reply.get("error"))]
        texts += [str(choice["message"]) for choice in reply.get("choices", ())]
    said = WORD.findall(message.lower())
    told = [WORD.findall(text.lower()) for text in texts]
    pairs = {pair for words in told for pair in itertools.pairwise(words)}
    return [" ".join(pair) for pair in itertools.pairwise(said) if pair in pairs]


def allowed(encounter: str) -> Counter[str]:
    """Units by code that the rules give an encounter; of drugs without an expectation, those of the pattern reader."""
    wanted: Counter[str] = Counter()
    for code, number, _ in expectation(encounter)["codes"]:
        wanted[code] += number
    for line in review_of(encounter).codes:
        if line.kind == "drug" and line.code not in wanted:
            wanted[line.code] = line.units
    return wanted


def test_every_failure_has_its_end() -> None:
    assert set(ENDS) == set(FAILURES) - {"broken"}


@pytest.mark.parametrize("name", ENDS)
def test_a_failure_is_named_and_nothing_is_read_from_it(name: str, sockets_refused: list[str]) -> None:
    expected, reading = ENDS[name], replayed(name)
    record = reading.record
    assert (record.failure, record.attempts, record.repairs) == (expected.failure, expected.attempts, expected.repairs)
    assert record.usage.calls == expected.attempts
    assert sockets_refused == []
    if expected.failure is None:
        assert drugs(reading) >= DRUGS_GIVEN
        assert reading.remarks == ()
        return
    assert reading.wire.administrations == ()
    (remark,) = reading.remarks
    assert re.search(expected.hint, remark)
    assert "nursing.txt was not used" in remark


@pytest.mark.parametrize("name", [name for name, end in ENDS.items() if end.failure])
def test_what_is_said_of_a_failure_repeats_neither_note_nor_reply(name: str) -> None:
    for remark in replayed(name).remarks:
        assert repeated(remark, name) == []
    assert repeated("it was 0920 famotidine 20 mg", name)  # the check sees words of the note


@pytest.mark.parametrize("name", ["wrong_note_repaired", "wrong_key_repaired", "wrong_twice"])
def test_a_repair_says_what_was_wrong_and_not_what_was_written(name: str) -> None:
    _, repair = calls(MADE / f"{PREFIX}{name}.yaml")
    system, notes, asked = repair["request"]["json"]["messages"]
    assert (system["role"], notes["role"], asked["role"]) == ("system", "user", "user")
    assert re.search(r"given\.0\.note \(int_parsing\)|top level \(extra_forbidden\)", asked["content"])
    assert "technique" not in asked["content"]


def test_the_usage_of_a_reply_that_failed_counts() -> None:
    for name in ("truncated", "wrong_twice"):
        replies = [call["response"]["json"] for call in calls(MADE / f"{PREFIX}{name}.yaml")]
        usage = replayed(name).record.usage
        assert usage.prompt_tokens == sum(reply["usage"]["prompt_tokens"] for reply in replies)
        assert usage.completion_tokens == sum(reply["usage"]["completion_tokens"] for reply in replies)


def test_a_busy_server_is_asked_again_no_earlier_than_it_said() -> None:
    case = CASES["made_busy_then_good"]
    waits: list[float] = []
    with replaying(MADE, "made_busy_then_good"):
        read(case.encounter, chat_for(case, waits=waits))
    (wait,) = waits
    assert 7 <= wait < 8


def test_a_broken_server_ends_in_an_error_of_the_endpoint_after_all_attempts() -> None:
    case = CASES["made_broken"]
    waits: list[float] = []
    chat = chat_for(case, waits=waits)
    with replaying(MADE, "made_broken") as cassette, pytest.raises(EndpointError) as caught:
        read(case.encounter, chat)
    assert cassette.all_played
    assert cassette.play_count == chat.endpoint.attempts == len(waits) + 1 == 4
    assert "(HTTP 500) (4 attempts)" in str(caught.value)
    assert repeated(str(caught.value), "broken") == []


@pytest.mark.parametrize("extractor", ["llm", "both"])
@pytest.mark.parametrize("name", [*ENDS, *HOSTILE])
def test_no_reply_earns_a_code_or_unit_that_the_rules_do_not_give(name: str, extractor: Extractor) -> None:
    made = review_with(name, extractor)
    assert units(made) - allowed(CASES[PREFIX + name].encounter) == Counter()
    assert made.provenance.model is not None
    assert made.provenance.model.failure == replayed(name).record.failure


@pytest.mark.parametrize("name", [*ENDS, *HOSTILE])
def test_beside_the_patterns_no_reply_costs_a_code(name: str) -> None:
    assert units(review_with(name, "both")) == units(review_of(CASES[PREFIX + name].encounter))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_lie_is_in_the_right_form_and_is_read(name: str) -> None:
    """The lies are refused for what they say: none falls at a check of form."""
    record = replayed(name).record
    assert (record.failure, record.repairs) == (None, 0)


@pytest.mark.parametrize("extractor", ["llm", "both"])
@pytest.mark.parametrize(
    ("name", "claimed"),
    [
        ("hallucinated_quote", {"carboplatin", "ondansetron"}),
        ("quote_from_the_instructions", {"carboplatin", "normal saline"}),
    ],
)
def test_words_that_stand_in_no_note_are_shown_as_claims(name: str, claimed: set[str], extractor: Extractor) -> None:
    found = [
        one for one in review_with(name, extractor).ungrounded if one.reason.startswith("the quote is not in the note")
    ]
    assert {one.claim.lower() for one in found if one.path.endswith(".drug")} == claimed


def test_a_procedure_that_is_only_in_the_instructions_or_made_up_is_no_service() -> None:
    for name in ("hallucinated_quote", "quote_from_the_instructions"):
        wire = replayed(name).wire
        assert (wire.services, wire.pumps) == ((), ())


def test_a_time_is_read_in_the_words_and_not_taken_from_the_model() -> None:
    times = [
        said.text for one in replayed("time_not_in_its_quote").wire.administrations for said in (*one.start, *one.stop)
    ]
    assert times
    assert not {"0730", "0900", "1330"} & set(times)


@pytest.mark.parametrize("extractor", ["llm", "both"])
@pytest.mark.parametrize(("name", "drug"), [("neighbours_stop", "oxaliplatin"), ("neighbours_row", "carboplatin")])
def test_a_neighbours_stop_time_stays_the_neighbours(name: str, drug: str, extractor: Extractor) -> None:
    made = review_with(name, extractor)
    told = [one for one in made.facts.administrations if drug in str(one.drug.value).lower() and one.start.get()]
    assert told
    assert {one.stop.get() for one in told} == {None}
    assert "stop_time" in {one.element for one in made.missing}


@pytest.mark.parametrize("extractor", ["llm", "both"])
@pytest.mark.parametrize("name", ["planned_called_given", "planned_cut_short", "notes_swapped", "ordered_called_given"])
def test_what_was_planned_held_or_refused_has_no_line_whatever_the_model_calls_it(
    name: str, extractor: Extractor
) -> None:
    made = review_with(name, extractor)
    by_id = {one.id: str(one.drug.value).lower() for one in made.facts.administrations}
    behind = {by_id[one] for line in made.codes for one in line.administrations if one in by_id}
    assert behind
    for drug in expectation(CASES[PREFIX + name].encounter)["no_line_for"]:
        assert drug not in behind


@pytest.mark.parametrize("name", ["told_five_times", "told_in_pieces"])
def test_one_administration_told_often_is_one(name: str) -> None:
    assert units(review_with(name, "llm")) == units(review_with("fenced", "llm"))
    told = Counter(one.drug[0].text.lower() for one in replayed(name).wire.administrations if one.start)
    once = Counter(one.drug[0].text.lower() for one in replayed("fenced").wire.administrations if one.start)
    assert told == once
    assert len(GIVEN) == 4
