"""The five readers, each from an encounter to a review, with what it cost."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal, NamedTuple, get_args

from benchmarks.accuracy import direct, with_langextract
from benchmarks.accuracy.answers import Answered, Answers, Timed
from reviewer.errors import UsageError
from reviewer.evaluate.cases import Case
from reviewer.evaluate.cassettes import is_recorded, replaying
from reviewer.extract.model.prompt import load_prompt
from reviewer.extract.model.reading import read_with_model
from reviewer.extract.model.record import ModelReading
from reviewer.llm import Chat, Usage
from reviewer.pipeline import review
from reviewer.review import Review
from validator.rulebook import Rulebook

Name = Literal["patterns", "llm", "both", "direct", "langextract"]
NAMES: tuple[Name, ...] = get_args(Name)
TITLES = {
    "patterns": "patterns",
    "llm": "model, grounded",
    "both": "both readers",
    "direct": "model asked for codes",
    "langextract": "langextract + our validator",
}


class Read(NamedTuple):
    """What a reader made of an encounter.

    `seconds` is the wall time of the model, None where a recording answered, and the processor time of everything else.

    `failure` is the category of a reply that could not be used.
    """

    review: Review
    seconds: float | None
    usage: Usage
    failure: str | None = None


class Bench(NamedTuple):
    """What the readers work with. With `recorded`, the model's readings come from that folder of cassettes."""

    rulebook: Rulebook
    chat: Chat | None
    answers: Answers
    recorded: Path | None = None

    def is_live(self, name: Name) -> bool:
        """Whether a reader asks an endpoint, and so takes its time."""
        return name in ("direct", "langextract") or (name in ("llm", "both") and self.recorded is None)

    def has(self, case: Case) -> bool:
        """Whether a recording of an encounter is at hand, where recordings are used."""
        return self.recorded is None or is_recorded(self.recorded, case.name)

    def read(self, name: Name, case: Case) -> Read:
        """An encounter as one of the readers reads it.

        Raises `UsageError` when a model is needed and none is given, `EndpointError` when it does not answer.
        """
        return _READERS[name](self, case)

    def the_chat(self) -> Chat:
        """The model."""
        if self.chat is None:
            raise UsageError("a model is needed: --base-url and --model; or leave only --only patterns")
        return self.chat


def _patterns(bench: Bench, case: Case) -> Read:
    began = time.process_time()
    made = review(case.notes, rulebook=bench.rulebook, policy=case.policy, setting=case.setting, extractor="patterns")
    return Read(made, time.process_time() - began, Usage())


def _with_model(extractor: Literal["llm", "both"]) -> Callable[[Bench, Case], Read]:
    def read(bench: Bench, case: Case) -> Read:
        timed = _reading(bench, case)
        reading = ModelReading.model_validate_json(timed.answered.content)
        began = time.process_time()
        made = review(
            case.notes,
            rulebook=bench.rulebook,
            policy=case.policy,
            setting=case.setting,
            extractor=extractor,
            model=lambda *_: reading,
        )
        seconds = None if timed.seconds is None else timed.seconds + time.process_time() - began
        return Read(made, seconds, timed.answered.usage, reading.record.failure)

    return read


def _reading(bench: Bench, case: Case) -> Timed:
    """The model's reading: one for both readers that use it, for it is asked the same."""
    chat = bench.the_chat()

    def ask() -> Answered:
        made = read_with_model(case.notes, bench.rulebook, chat)
        return Answered(made.model_dump_json(), Usage(**made.record.usage.model_dump()))

    if bench.recorded is not None:
        with replaying(bench.recorded, case.name):
            return Timed(ask(), None)
    prompt = load_prompt()
    return bench.answers.get(_asked("reading", chat, f"{prompt.version} {prompt.fingerprint}"), case, ask)


def _direct(bench: Bench, case: Case) -> Read:
    chat, rulebook = bench.the_chat(), bench.rulebook
    asked = _asked("direct", chat, direct.fingerprint(rulebook))
    answered, seconds = bench.answers.get(asked, case, lambda: direct.ask(case, chat, rulebook))
    return Read(direct.review_of(answered.content, rulebook), seconds, answered.usage, answered.failure)


def _langextract(bench: Bench, case: Case) -> Read:
    chat = bench.the_chat()  # refuses another host without consent, also for the library
    asked = _asked("langextract", chat, with_langextract.fingerprint())
    answered, seconds = bench.answers.get(asked, case, lambda: with_langextract.ask(case, chat.endpoint))
    made = with_langextract.review_of(answered.content, case, bench.rulebook)
    return Read(made, seconds, answered.usage, answered.failure)


def _asked(kind: str, chat: Chat, prompt: str) -> str:
    endpoint = chat.endpoint.model_dump(mode="json", include=_ASKED)
    return f"{kind} {prompt} {json.dumps(endpoint, sort_keys=True)}"


_ASKED = {"model", "mode", "temperature", "seed", "max_output_tokens", "notes", "window"}
_READERS: dict[Name, Callable[[Bench, Case], Read]] = {
    "patterns": _patterns,
    "llm": _with_model("llm"),
    "both": _with_model("both"),
    "direct": _direct,
    "langextract": _langextract,
}
