"""A language model beside the patterns: progress, what it changed, stopping it, and a person's changes in between."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from visitor import Visit, Visitor, plain, units

from reviewer.errors import EndpointError
from reviewer.extract.model.record import ModelReading, ModelRecord
from reviewer.extract.patterns import read
from reviewer.llm import Usage

_LONGEST = 20.0


class FakeModel:
    """Reads what it is told to, when it is let."""

    def __init__(self, text: Callable[[str], str] = lambda text: text, trouble: Exception | None = None) -> None:
        self.text, self.trouble, self.go = text, trouble, threading.Event()

    def __call__(self, notes: Any, rulebook: Any) -> ModelReading:
        assert self.go.wait(_LONGEST)
        if self.trouble:
            raise self.trouble
        told = tuple(note.model_copy(update={"text": self.text(note.text)}) for note in notes)
        record = ModelRecord(
            model="fake", system_fingerprint=None, mode="json_schema", prompt_version="1", prompt_fingerprint="0",
            temperature=None, finish_reasons=("stop",), windows=1, repairs=0, attempts=1, usage=Usage(), failure=None,
        )  # fmt: skip
        return ModelReading(wire=read(told, rulebook), record=record, remarks=())


def until(visitor: Visitor, done: Callable[[str], bool], **form: str) -> Any:
    """The first answer about the model's progress that is as wanted."""
    for _ in range(int(_LONGEST * 20)):
        answer = visitor.post("/model", in_place=True, **form)
        if done(answer.text):
            return answer
        time.sleep(0.05)
    pytest.fail(f"never came: {answer.text}")


def test_the_patterns_answer_at_once_and_the_model_refines_it(visit: Visit) -> None:
    model = FakeModel(lambda text: text.split("1214")[0])
    visitor = visit(model=model)
    page = visitor.review().text
    assert units(page)["96413"] == 1
    assert 'hx-post="/model" hx-trigger="every 1s"' in page
    assert "reading …" in plain(visitor.post("/model", in_place=True).text)
    model.go.set()
    answer = until(visitor, lambda text: 'id="work"' in text)
    assert answer.headers["hx-retarget"] == "#work"
    assert "The language model has read the notes" in plain(answer.text)
    assert "language model and pattern reader" in plain(answer.text)
    assert 'id="model"' not in answer.text
    assert visitor.post("/model", in_place=True).status_code == 404


def test_what_a_model_read_goes_to_the_processes_that_judge_it(visit: Visit) -> None:
    model = FakeModel()
    model.go.set()
    visitor = visit(model=model, workers=1)
    visitor.review()
    answer = until(visitor, lambda text: 'id="work"' in text)
    assert units(answer.text) == {"96413": 1, "96415": 2, "J9267": 300}


def test_a_model_that_is_stopped_changes_nothing(visit: Visit) -> None:
    model = FakeModel()
    visitor = visit(model=model)
    visitor.review()
    assert "was stopped" in plain(visitor.post("/model/cancel", in_place=True).text)
    model.go.set()
    assert "was stopped" in plain(visitor.post("/model", in_place=True).text)
    assert "both" not in str(visitor.post("/download", format="json").json()["provenance"]["extractor"])


def test_a_change_of_a_person_is_not_undone_by_the_model_unasked(visit: Visit) -> None:
    model = FakeModel()
    visitor = visit(model=model)
    visitor.review()
    visitor.correct("administrations.a1.stop", "11:10")
    model.go.set()
    answer = until(visitor, lambda text: "Show the review by both readers" in text)
    assert "hx-retarget" not in answer.headers
    assert units(visitor.get("/").text)["96415"] == 1
    page = visitor.post("/model/use", in_place=True).text
    # Both readers tell the stop as the patterns had: the person's own time goes along. 09:10 to 11:10 is 120 minutes.
    assert units(page)["96415"] == 1
    assert "carried over: stop of Paclitaxel 300 mg: 11:10 (Ada Coder: MAR)" in plain(page)
    undone = visitor.post("/undo", in_place=True).text
    assert units(undone)["96415"] == 2
    assert "language model and pattern reader" in plain(undone)


def test_the_page_is_left_alone_while_nothing_happened_and_while_somebody_types(visit: Visit) -> None:
    model = FakeModel()
    visitor = visit(model=model)
    visitor.review()
    waiting = visitor.post("/model", in_place=True, place="0")
    assert (waiting.status_code, waiting.text) == (204, "")
    model.go.set()
    answer = until(visitor, lambda text: "Show the review" in text, busy="1")
    assert "What you have open stays as it is" in plain(answer.text)
    assert "hx-retarget" not in answer.headers
    assert "both readers" in plain(visitor.post("/model/use", in_place=True).text)


@pytest.mark.parametrize(
    ("trouble", "says"),
    [
        (EndpointError("the server is not there"), "the server is not there"),
        (ValueError("Jane Doe"), "no usable answer"),
    ],
)
def test_a_model_that_fails_leaves_the_pattern_answer(visit: Visit, trouble: Exception, says: str) -> None:
    model = FakeModel(trouble=trouble)
    visitor = visit(model=model)
    visitor.review()
    model.go.set()
    answer = until(visitor, lambda text: "hx-trigger" not in text)
    assert says in plain(answer.text)
    assert "Jane" not in answer.text
    assert units(visitor.get("/").text)["96415"] == 2


def test_the_next_encounter_stops_the_model(visit: Visit) -> None:
    model = FakeModel()
    visitor = visit(model=model)
    visitor.review()
    visitor.post("/close")
    model.go.set()
    assert "Paclitaxel" not in visitor.get("/").text
