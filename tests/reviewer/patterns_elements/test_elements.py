"""The wordings of documentation elements, on a corpus of short invented snippets."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from reviewer.extract.patterns.elements import ELEMENT_NAMES, read_elements
from reviewer.extract.wire import WireElement
from reviewer.notes.note import Note

CORPUS = ("authority", "disease", "safety", "procedures")
SAID = {True: "yes", False: "no", None: "open"}


def load() -> list[tuple[str, dict[str, Any]]]:
    cases = []
    for name in CORPUS:
        path = Path(__file__).with_name(f"{name}.toml")
        for element, snippets in tomllib.loads(path.read_text(encoding="utf-8")).items():
            cases.extend((element, snippet) for snippet in snippets)
    return cases


CASES = load()
IDS = [f"{element}: {case['note'][:60]}" for element, case in CASES]


def read(text: str, element: str) -> list[WireElement]:
    return [found for found in read_elements((Note(id="n", text=text),)) if found.element == element]


def expected(case: dict[str, Any]) -> list[str]:
    said = case["said"]
    if said == "nothing":
        return []
    return said if isinstance(said, list) else [said]


@pytest.mark.parametrize(("element", "case"), CASES, ids=IDS)
def test_snippet(element: str, case: dict[str, Any]) -> None:
    found = read(case["note"], element)
    assert [SAID[one.said] for one in found] == expected(case), [one.words.quote for one in found]
    if "text" in case:
        assert found[0].words.text == case["text"]


@pytest.mark.parametrize(("element", "case"), CASES, ids=IDS)
def test_snippet_glued_between_other_sentences(element: str, case: dict[str, Any]) -> None:
    note = case["note"]
    end = "" if note.endswith((".", "!")) else "."
    found = read(f"1000 drug hung L forearm. {note}{end} Bag empty at 1115.", element)
    assert [SAID[one.said] for one in found] == expected(case), [one.words.quote for one in found]


@pytest.mark.parametrize(("element", "case"), CASES, ids=IDS)
def test_every_quote_is_verbatim_where_it_says(element: str, case: dict[str, Any]) -> None:
    text = f"Intro line.\n{case['note']}\nLast line."
    for found in read_elements((Note(id="n", text=text),)):
        at = found.words.at
        assert at is not None
        assert text[at : at + len(found.words.quote)] == found.words.quote


def test_the_corpus_is_large_and_a_third_of_it_are_traps() -> None:
    traps = sum("trap" in case for _, case in CASES)
    assert len(CASES) >= 200
    assert traps * 3 >= len(CASES)


def test_every_corpus_element_is_one_the_reader_can_emit() -> None:
    assert {element for element, _ in CASES} <= set(ELEMENT_NAMES)
