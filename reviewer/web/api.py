"""The JSON API: the pages' actions for programs. No session, no cookie; nothing is kept after an answer."""

from __future__ import annotations

import datetime as dt
import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Path, Request
from pydantic import BeforeValidator, Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from reviewer.accounts.roles import User
from reviewer.asking import from_rules
from reviewer.asking.question import understood
from reviewer.errors import ReviewError
from reviewer.facts_file import parse_facts
from reviewer.notes.loading import MOST_CHARACTERS
from reviewer.notes.note import Note
from reviewer.pipeline import check_policy
from reviewer.queries.lint import LONGEST_QUERY, Problem, lint
from reviewer.report import render
from reviewer.verify.seal import sealed
from reviewer.web.people import asking, hashes, record
from reviewer.web.reviewing import Asked, judge, read, rulebook
from reviewer.web.rule_cards import CardPage, card, listed
from validator.facts import Frozen, Setting

Entering = Annotated[User, Depends(asking("enter"))]
Reviewing = Annotated[User, Depends(asking("review"))]
Querying = Annotated[User, Depends(asking("query"))]
NoteId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,79}$")]
NoteText = Annotated[str, Field(min_length=1, max_length=MOST_CHARACTERS, pattern=r"\S")]
PolicyId = Annotated[str, Field(max_length=80)]
MOST_NOTES = 20


def _in_words(value: object) -> object:
    """A date is text such as 2026-03-14; a number is none, though it could be taken for seconds."""
    if not isinstance(value, (str, dt.date)):
        raise ValueError("a date is text such as 2026-03-14")
    return value


class Refusal(Frozen):
    """Why a request was not answered, in one line; never a value that was sent."""

    error: str


class NoteSent(Frozen):
    """One note of the encounter. Two notes need two ids."""

    id: NoteId
    text: NoteText


class ReviewRequest(Frozen):
    """The notes of ONE encounter, and what is known beside them."""

    notes: Annotated[tuple[NoteSent, ...], Field(min_length=1, max_length=MOST_NOTES)]
    setting: Setting | None = None
    date: Annotated[dt.date, BeforeValidator(_in_words)] | None = None
    policy: PolicyId | None = None


class JudgeRequest(Frozen):
    """The facts of one encounter, as `reviewer schema facts` describes them."""

    facts: dict[str, Any]
    policy: PolicyId | None = None


class Question(Frozen):
    """A question about a code or a rule."""

    question: Annotated[str, Field(min_length=1, max_length=500, pattern=r"\S")]
    setting: Setting = "facility"


class Statement(Frozen):
    """One sentence of an answer, and the record it was read from."""

    says: str
    record: str


class AnswerSent(Frozen):
    """An answer from the records, or none with a hint."""

    answered: bool
    statements: tuple[Statement, ...]
    hint: str


class LintRequest(Frozen):
    """A query to check."""

    text: Annotated[str, Field(max_length=LONGEST_QUERY)]


class LintAnswer(Frozen):
    """The problems of a query; none: it may be sent."""

    problems: tuple[Problem, ...]


class RecordListed(Frozen):
    """A record of the rulebook in a list."""

    id: str
    kind: str
    says: str


class RecordList(Frozen):
    """Every record of the rulebook."""

    rulebook: str
    records: tuple[RecordListed, ...]


class RecordEntry(Frozen):
    """A sentence of a card, and the records it leads to."""

    says: str
    ids: tuple[str, ...]


class RecordPart(Frozen):
    """A section of a card."""

    title: str
    entries: tuple[RecordEntry, ...]


class RecordCard(Frozen):
    """A record as a card."""

    id: str
    kind: str
    lead: str
    parts: tuple[RecordPart, ...]
    sources: tuple[str, ...]


_EXPLAINED = {
    400: "The body is no JSON, or cannot be read.",
    401: "Nobody is logged in.",
    403: "This user may not do that, or the request comes from another site.",
    404: "There is no such record.",
    413: "The body is too large.",
    415: "The body is not application/json.",
    421: "The host is not one under which this is served.",
    422: "The body does not say what is needed, or what it says cannot be judged.",
    429: "Too many requests.",
    503: "The ledger cannot be written, so nothing is done.",
}
ALL: dict[int | str, dict[str, Any]] = {
    code: {"model": Refusal, "description": text} for code, text in _EXPLAINED.items()
}


def json_only(request: Request) -> None:
    """Refuse a body of another kind: a form could be sent from any site."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.method == "POST" and kind != "application/json":
        raise HTTPException(415, _EXPLAINED[415])


router = APIRouter(prefix="/api/v1", responses=ALL, dependencies=[Depends(json_only)])
_REVIEW: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The review, as `reviewer schema review` describes it; sealed.",
        "content": {"application/json": {"schema": {"type": "object"}}},
    }
}


@router.post("/review", responses=_REVIEW, operation_id="review")
async def review(request: Request, user: Reviewing, body: ReviewRequest) -> Response:
    """Review notes by the pattern reader: supported codes, what is missing, and why."""
    notes = tuple(Note(id=one.id, text=one.text.replace("\r\n", "\n").replace("\x00", "")) for one in body.notes)
    if len({note.id for note in notes}) < len(notes):
        raise HTTPException(422, "notes: two notes share an id")
    if sum(len(note.text) for note in notes) > MOST_CHARACTERS:
        raise HTTPException(422, f"notes: at most {MOST_CHARACTERS:,} characters together")
    asked = Asked(notes, body.setting, body.date, body.policy)
    return await _answer(request, user, "api_review", hashes(notes), reviewed_json, asked)


@router.post("/judge", responses=_REVIEW, operation_id="judge")
async def judge_facts(request: Request, user: Reviewing, body: JudgeRequest) -> Response:
    """Judge facts; no text is read."""
    raw = json.dumps(body.facts).encode()
    return await _answer(request, user, "api_judge", {}, judged_json, raw, body.policy)


@router.get("/rules", operation_id="rules")
async def rules(user: Entering) -> RecordList:  # noqa: ARG001
    """Every record of the rulebook."""
    found = tuple(
        RecordListed(id=one.id, kind=one.kind, says=one.says) for group in listed(rulebook()).values() for one in group
    )
    return RecordList(rulebook=rulebook().version, records=found)


@router.get("/rules/{name}", operation_id="rule")
async def rule(user: Entering, name: Annotated[str, Path(max_length=80)]) -> RecordCard:  # noqa: ARG001
    """One record: a code, rule, requirement, switch, policy, or a domain rule such as TIME-4."""
    found = card(name, rulebook())
    if found is None:
        raise HTTPException(404, _EXPLAINED[404])
    return _card(found)


@router.post("/ask", operation_id="ask")
async def ask(user: Entering, body: Question) -> AnswerSent:  # noqa: ARG001
    """Answer a question from the records, or say that they do not."""
    book = rulebook()
    found = from_rules.answer(understood(body.question), book, book.default_date, body.setting)
    statements = tuple(Statement(says=one.says, record=one.record) for one in found.statements)
    return AnswerSent(answered=bool(statements), statements=statements, hint=found.hint)


@router.post("/query/lint", operation_id="lint")
async def check(request: Request, user: Querying, body: LintRequest) -> LintAnswer:  # noqa: ARG001
    """Check a query before it is sent."""
    return LintAnswer(problems=await request.app.state.web.pool.run(lint, body.text))


def reviewed_json(asked: Asked, key: bytes | None) -> str:
    """Notes to the sealed review as JSON."""
    check_policy(rulebook(), asked.policy, asked.setting, {})
    return render(sealed(read(asked).review, key), "json")


def judged_json(raw: bytes, policy: str | None, key: bytes | None) -> str:
    """Facts to the sealed review as JSON."""
    facts = parse_facts(raw, "facts")
    return render(sealed(judge(facts, Asked(policy=policy)).review, key), "json")


async def _answer(
    request: Request, user: User, action: str, ids: dict[str, str], work: Any, *arguments: Any
) -> Response:
    web = request.app.state.web
    try:
        text = await web.pool.run(work, *arguments, web.options.signing_key)
    except ReviewError as problem:
        raise HTTPException(422, str(problem)) from None
    await run_in_threadpool(record, web.options.store, user, action, ids)
    return Response(text, media_type="application/json")


def _card(found: CardPage) -> RecordCard:
    parts = tuple(
        RecordPart(title=p.title, entries=tuple(RecordEntry(says=says, ids=ids) for says, ids in p.entries))
        for p in found.parts
    )
    return RecordCard(id=found.id, kind=found.kind, lead=found.lead, parts=parts, sources=found.sources)
