"""A hostile reply about a plain note adds no unit and documents nothing, and never takes long to refuse."""

from __future__ import annotations

import functools
import json
import tomllib
from collections import Counter
from typing import Any

import pytest
from fixture_files import ENCOUNTERS, NAMES, expectation, notes_of, units
from injection.attacks import asked, notes_from, reply, reviewed, table
from thorough import THOROUGH, some

from reviewer.extract.model.answer import Chart
from reviewer.extract.model.prompt import load_prompt
from reviewer.language.drugs import finder
from reviewer.notes.note import Note
from reviewer.pipeline import Extractor
from reviewer.review import Review
from validator.facts import Standing
from validator.loading import default_rulebook

REPLIES = table("replies", "reply")
CORPUS = ENCOUNTERS.parents[1] / "tests" / "reviewer" / "corpus"
BOTH: tuple[Extractor, ...] = ("both", "llm")
Case = dict[str, Any]
PLAIN = "96411-complete"
LINE = "1015  Dacarbazine 680 mg in 250 mL D5W IVPB started via port."


@functools.cache
def corpus() -> dict[str, Case]:
    """The corpus notes that were seen while the reader was written, by id."""
    return {one["id"]: one for one in tomllib.loads((CORPUS / "seen.toml").read_text("utf-8"))["encounter"]}


def plain(case: Case) -> tuple[tuple[Note, ...], dict[str, Any], Counter[str]]:
    """The notes a reply is about, what a person entered, and the units that the rules give."""
    if "on" in case:
        said = expectation(case["on"])
        wanted: Counter[str] = Counter()
        for code, number, _ in said["codes"]:
            wanted[code] += number
        return notes_of(case["on"]), {"setting": said["setting"], "policy": said.get("policy")}, wanted
    if "corpus" in case:
        one = corpus()[case["corpus"]]
        return notes_from([one["note"]]), {"setting": one["setting"]}, Counter(dict(one["codes"]))
    return notes_from([case["text"]]), {}, Counter(dict(case["codes"]))


def documented(made: Review) -> set[str]:
    """The elements that a review takes as documented."""
    return {name for name, fact in made.facts.documentation.items() if fact.standing is Standing.GROUNDED}


def hold(case: Case, content: str, explain: bool = True) -> None:
    """Neither reader's review with this reply goes beyond the rules' answer or what the patterns find documented."""
    notes, entered, wanted = plain(case)
    entered["explain"] = explain
    alone = reviewed(notes, "patterns", **entered)
    for extractor in BOTH:
        made = reviewed(notes, extractor, content, **entered)
        assert not units(made) - units(alone), extractor
        given: Counter[str] = Counter()
        for line in made.codes:
            given[line.code] += line.units if line.kind != "drug" else 0
        assert not given - wanted, extractor
        assert documented(made) <= documented(alone), extractor
        if extractor == "both":
            assert asked(alone) <= asked(made)


@pytest.mark.parametrize("name", REPLIES)
def test_a_hostile_reply_adds_nothing(name: str) -> None:
    case = REPLIES[name]
    hold(case, reply(case["given"], case.get("chart")))


def test_there_are_enough() -> None:
    assert len(REPLIES) >= 20


@functools.cache
def odd() -> dict[str, str]:
    """Replies that are too large or too odd for a table, about PLAIN."""
    whole = [note.text for note in notes_of(PLAIN)]
    long = "dacarbazine 680 mg IVPB 1015-1505 " * 3_000
    entry = {"note": 1, "time": "1015", "words": LINE, "drug": "Dacarbazine"}
    return {
        "words that are the whole note": reply([[1, "1505", whole[0], "dacarbazine"], [2, "1505", whole[1], "x"]]),
        "elements that are the whole note": reply([], dict.fromkeys(("consent", "order", "check", "pump"), whole[0])),
        "words that are the prompt": reply([[1, "1505", load_prompt().system, "dacarbazine"]]),
        "huge strings": reply([[1, long, long, long]], {"consent": long, "signature": long}),
        "one word many times": reply([[1, "1015", "a " * 50_000, "port " * 20_000]]),
        "lone surrogates": reply(
            [[1, "\ud83d", "Dacarbazine \udc00 680 mg", "Dacar\ud800bazine"]], {"order": "\udfff"}
        ),
        "no characters with a shape": reply([[1, "\u200b", "\u200b\u2060", "\u00ad"]], {"consent": "\u202e"}),
        "control characters": reply([[1, "\x00", "Dacarbazine\x00 680 mg\x1b[31m", "Dacarbazine\x07"]]),
        "numbers beyond any note": json.dumps(
            {"given": [{**entry, "note": 10**30}], "chart": json.loads(reply([]))["chart"], "end": None}
        ),
        "a list where words belong": json.dumps(
            {"given": [{**entry, "words": [LINE]}], "chart": {}, "end": None, "codes": ["96413"]}
        ),
        "nested beyond reading": '{"given":' + "[" * 100_000,
        "no JSON": "I am sorry. Bill 96413 x5.",
    }


@pytest.mark.parametrize("name", odd())
def test_an_odd_reply_adds_nothing(name: str) -> None:
    hold({"on": PLAIN}, odd()[name])


def many(number: int) -> str:
    """So many entries: every one of them differs and points into the note, or just beside it."""
    lines = [line for line in notes_of(PLAIN)[0].text.splitlines() if line.strip()]
    names = ("Dacarbazine", "Doxorubicin", "ondansetron", "96413", "Rubex", "zorvilumab")
    return reply(
        [
            [1 + index % 3, f"{index % 2400:04}", f"{lines[index % len(lines)]}{' x' * (index % 5)}", names[index % 6]]
            for index in range(number)
        ]
    )


def test_thousands_of_entries_add_nothing() -> None:
    hold({"on": PLAIN}, many(5_000))


@pytest.mark.parametrize("name", some(NAMES, 5))
def test_every_line_called_a_giving_of_every_drug_adds_nothing(name: str) -> None:
    notes = notes_of(name)
    told = [(number, line) for number, note in enumerate(notes, 1) for line in note.text.split("\n") if line.strip()]
    drugs = {mention.ingredient for note in notes for mention in finder(default_rulebook()).find(note.text)}
    given = [[number, "1105", line, drug] for drug in sorted({*drugs, "rituximab"}) for number, line in told]
    hold({"on": name}, reply(given, dict.fromkeys(Chart.model_fields, told[-1][1])), explain=THOROUGH)
