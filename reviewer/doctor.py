"""What a configured endpoint can do, found out by asking it. Only invented text is sent."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, get_args

from reviewer.errors import CompletionError, EndpointError, InputTruncated, ReviewError, shown
from reviewer.settings import Mode
from validator.facts import Frozen

if TYPE_CHECKING:
    from reviewer.llm import Chat, Completion, Endpoint, Message

Outcome = Literal["ok", "look", "fail"]

_ATTEMPTS = 2
_UNLIKELY = "heliotrope"
_NAMES_SHOWN = 5
_FIRST_LINE = "07:00 First line of the visit: the lamp in room 4 was mended by the porter."
_LAST_LINE = "16:59 Last line of the visit: the chair by the window was given a green cushion."
_TO_DECLARE = "This text is invented, to try out the service. "
_CONTEXT = "a larger context at the server (Ollama: num_ctx; llama.cpp: -c; vLLM: --max-model-len), 16384 or more"


class Finding(Frozen):
    """One thing that was tried: how it went, what was found, and what to set if anything."""

    tried: str
    outcome: Outcome
    found: str
    advice: str = ""


class Diagnosis(Frozen):
    """Everything found about an endpoint. `usable`: as it is configured now, reviews can rely on it."""

    address: str
    model: str
    mode: Mode
    usable: bool
    findings: tuple[Finding, ...]
    tokens_a_second: float | None = None

    @property
    def advice(self) -> tuple[str, ...]:
        """What to set, each once."""
        return tuple(dict.fromkeys(one.advice for one in self.findings if one.advice))


class _Answer(Frozen):
    completion: Any = None
    parsed: dict[str, Any] | None = None
    seconds: float = 0
    problem: str = ""


def examine(
    endpoint: Endpoint, connect: Callable[[Endpoint], Chat], say: Callable[[str], None] = lambda _: None
) -> Diagnosis:
    """Try the endpoint for real; `connect` makes a chat of an endpoint, `say` is told what is being tried.

    Raises `ConfigError` for an address that may not be asked at all. What the endpoint does wrong is a finding.
    """
    endpoint = endpoint.model_copy(update={"attempts": min(endpoint.attempts, _ATTEMPTS)})
    chat = connect(endpoint)
    say("is it there")
    findings = [*_transport(chat), *_reachable(chat)]
    if any(one.outcome == "fail" for one in findings):
        return _diagnosis(chat, findings)
    answers: dict[Mode, _Answer] = {}
    for mode in get_args(Mode):
        say(f"mode {mode}")
        answers[mode] = _try_mode(connect(endpoint.model_copy(update={"mode": mode})))
    findings += _modes(answers, endpoint.mode)
    best = endpoint.mode if answers[endpoint.mode].parsed is not None else _best(answers)
    if best is None:
        return _diagnosis(chat, findings)
    findings.append(_counted(answers[best].completion))
    working = connect(endpoint.model_copy(update={"mode": best}))
    say(f"a note of {endpoint.window:,} characters")
    findings.append(_long_note(working))
    say("the same twice")
    runs = [_sentence(working) for _ in range(2)]
    findings.append(_equal(runs))
    speed = _speed(runs)
    findings.append(
        Finding(tried="speed", outcome="ok", found=f"about {speed:.3g} tokens a second")
        if speed
        else Finding(tried="speed", outcome="look", found="not known: the server counted no tokens of a reply")
    )
    return _diagnosis(chat, findings, speed)


def _diagnosis(chat: Chat, findings: list[Finding], speed: float | None = None) -> Diagnosis:
    return Diagnosis(
        address=chat.address.shown,
        model=chat.endpoint.model,
        mode=chat.endpoint.mode,
        usable=not any(one.outcome == "fail" for one in findings),
        findings=tuple(findings),
        tokens_a_second=round(speed, 1) if speed else None,
    )


def _transport(chat: Chat) -> list[Finding]:
    if chat.address.loopback:
        return [Finding(tried="where", outcome="ok", found="on this machine: no note leaves it")]
    found = f"on {chat.address.shown}, allowed by: {shown(chat.endpoint.remote_ok)}"
    if chat.address.encrypted:
        return [Finding(tried="where", outcome="ok", found=found)]
    advice = "OPENAI_BASE_URL with https://"
    return [Finding(tried="where", outcome="look", found=f"{found}; notes travel unencrypted", advice=advice)]


def _reachable(chat: Chat) -> list[Finding]:
    try:
        names = chat.models()
    except EndpointError as problem:
        return [Finding(tried="reachable", outcome="fail", found=str(problem))]
    if names is None:
        return [Finding(tried="reachable", outcome="ok", found="it answers, but does not list its models")]
    there = Finding(tried="reachable", outcome="ok", found=f"it answers and lists {len(names)} model(s)")
    if chat.endpoint.model in names:
        return [there, Finding(tried="model name", outcome="ok", found="it is among those listed")]
    some = ", ".join(shown(name) for name in names[:_NAMES_SHOWN])
    found = f"{shown(chat.endpoint.model)} is not among those listed: {some}"
    return [there, Finding(tried="model name", outcome="look", found=found, advice="REVIEWER_MODEL to a listed name")]


def _try_mode(chat: Chat) -> _Answer:
    # The instruction and the schema contradict each other: only a server that enforces the schema follows it.
    schema = _schema({"answer": {"type": "string", "enum": [_UNLIKELY]}})
    return _ask(chat, "Answer with the word blue, as JSON with one field named answer.", "What is the answer?", schema)


def _modes(answers: dict[Mode, _Answer], configured: Mode) -> list[Finding]:
    best, found = _best(answers), []
    for mode, answer in answers.items():
        own = mode == configured
        advice = f"REVIEWER_MODE={best}" if own and best and best != mode and not _enforced(answer) else ""
        outcome: Outcome = "ok"
        if answer.parsed is None:
            outcome, told = ("fail" if own else "look"), answer.problem
        elif _enforced(answer):
            told = "the schema is enforced"
        elif mode == "json_object":
            told = "JSON, but held to no schema (this mode promises no more)"
        else:
            outcome, told = "look", "answered, but the schema is not enforced: more replies will be unusable"
        found.append(Finding(tried=f"mode {mode}", outcome=outcome, found=told, advice=advice))
    return found


def _enforced(answer: _Answer) -> bool:
    return answer.parsed == {"answer": _UNLIKELY}


def _best(answers: dict[Mode, _Answer]) -> Mode | None:
    strict: list[Mode] = [mode for mode, answer in answers.items() if mode != "json_object" and _enforced(answer)]
    others: tuple[Mode, ...] = ("json_object", "json_schema", "tool")
    plain = [mode for mode in others if answers[mode].parsed is not None]
    return next(iter([*strict, *plain]), None)


def _counted(done: Completion) -> Finding:
    reason = f"it ended with {shown(done.finish_reason)}"
    if done.usage.prompt_tokens and done.usage.completion_tokens:
        return Finding(tried="finish, usage", outcome="ok", found=f"{reason}; tokens are counted")
    found = f"{reason}; tokens are not counted: cut input shows only by the quote of the last line"
    return Finding(tried="finish, usage", outcome="look", found=found)


def _long_note(chat: Chat) -> Finding:
    note, text = long_note(chat.endpoint.window), {"type": "string"}
    told = "Copy the first line and the last line of the text, word for word."
    answer = _ask(chat, told, note, _schema({"first_line": text, "last_line": text}), characters=len(note))
    if answer.parsed is None:
        advice = _CONTEXT if "context" in answer.problem or "counted" in answer.problem else ""
        return Finding(tried="long note", outcome="fail", found=answer.problem, advice=advice)
    missing = [
        name
        for name, line in (("first", _FIRST_LINE), ("last", _LAST_LINE))
        if line[6:] not in str(answer.parsed.get(f"{name}_line"))
    ]
    counted = answer.completion.usage.prompt_tokens
    size = f"{len(note):,} characters" + (f", {counted:,} tokens" if counted else "")
    if not missing:
        return Finding(tried="long note", outcome="ok", found=f"read from its first line to its last ({size})")
    found = f"its {' and '.join(missing)} line was not copied ({size})"
    if answer.completion.input_counted:
        return Finding(tried="long note", outcome="look", found=f"{found}: the model is weak, or its input was cut")
    return Finding(tried="long note", outcome="fail", found=f"{found}: its input was cut", advice=_CONTEXT)


def long_note(characters: int) -> str:
    """An invented note, as long as one request of a review may be, that says nothing of a patient."""
    lines = [_FIRST_LINE]
    while sum(map(len, lines)) + len(lines) < characters - 2 * len(_LAST_LINE):
        at = 7 * 60 + len(lines)
        lines.append(
            f"{at // 60:02}:{at % 60:02} Entry {len(lines)}: the room is quiet, the lamp is on, nothing to add."
        )
    return "\n".join([*lines, _LAST_LINE])


def _sentence(chat: Chat) -> _Answer:
    told = "Write two sentences about a garden in spring."
    return _ask(chat, "Answer as JSON with one field named text.", told, _schema({"text": {"type": "string"}}))


def _equal(runs: list[_Answer]) -> Finding:
    trouble = next((run.problem for run in runs if run.parsed is None), "")
    if trouble:
        return Finding(tried="two runs equal", outcome="look", found=f"could not be compared: {trouble}")
    if runs[0].parsed == runs[1].parsed:
        return Finding(tried="two runs equal", outcome="ok", found="yes (no proof that they always are)")
    found = "no: the same notes may be read differently on another day; the validator's part stays the same"
    return Finding(tried="two runs equal", outcome="look", found=found)


def _speed(runs: list[_Answer]) -> float | None:
    timed = [(run.completion.usage.completion_tokens, run.seconds) for run in runs if run.completion is not None]
    tokens, seconds = sum(one for one, _ in timed), sum(one for _, one in timed)
    return tokens / seconds if tokens and seconds > 0 else None


def _schema(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _ask(chat: Chat, system: str, user: str, schema: dict[str, Any], *, characters: int = 0) -> _Answer:
    began = time.monotonic()
    try:
        done = chat.complete(_messages(system, user), schema=schema, name="answer", characters=characters)
    except InputTruncated as problem:
        return _Answer(problem=str(problem))
    except (EndpointError, CompletionError) as problem:
        return _Answer(problem=_without_address(problem, chat))
    seconds = time.monotonic() - began
    try:
        parsed = json.loads(done.content)
    except (ValueError, RecursionError):
        parsed = None
    if not isinstance(parsed, dict):
        return _Answer(completion=done, seconds=seconds, problem="answered, but not with a JSON object")
    return _Answer(completion=done, parsed=parsed, seconds=seconds)


def _without_address(problem: ReviewError, chat: Chat) -> str:
    return str(problem).removeprefix(f"{chat.address.shown}: ")


def _messages(system: str, user: str) -> tuple[Message, ...]:
    from reviewer.llm import Message

    return Message(role="system", content=_TO_DECLARE + system), Message(role="user", content=user)
