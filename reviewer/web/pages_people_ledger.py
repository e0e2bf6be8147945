"""The ledger, for who audits: who viewed, changed, exported and logged in, newest first. Looking at it is in it too."""

from __future__ import annotations

import json
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Depends
from sqlalchemy import select
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from reviewer.ledger import chain
from reviewer.queue.store.database import Store, plain_failures
from reviewer.queue.store.tables import ledger
from reviewer.web.site import Context, looking

router = APIRouter(include_in_schema=False)
PAGE = 100
_LONGEST = 200


class Shown(NamedTuple):
    """An entry as it is shown: `who` acted, `what` are the ids and hashes beside."""

    seq: int
    at: str
    kind: str
    who: str
    what: tuple[tuple[str, str], ...]


@router.get("/ledger")
async def entries(context: Annotated[Context, Depends(looking("audit"))]) -> Response:
    """A page of it."""
    asked = context.request.query_params
    kind, who, word = (asked.get(name, "").strip()[:_LONGEST] for name in ("kind", "who", "word"))
    before = asked.get("before", "")
    start = int(before) if before.isascii() and before.isdigit() and len(before) < 12 else None
    await context.record("ledger_view")
    store = context.web.options.store
    assert store is not None
    found, seq, sha256 = await run_in_threadpool(page_of, store, kind, who, word, start)
    return context.page(
        "ledger.html.j2",
        "/ledger",
        entries=found[:PAGE],
        more=found[PAGE - 1].seq if len(found) > PAGE else 0,
        kind=kind,
        who=who,
        word=word,
        head=f"{seq}:{sha256}",
    )


@plain_failures
def page_of(store: Store, kind: str, who: str, word: str, before: int | None) -> tuple[list[Shown], int, str]:
    """Entries newest first, one more than a page where there are; and number and hash of the end of the chain."""
    wanted = select(ledger.c.seq, ledger.c.at, ledger.c.kind, ledger.c.body).order_by(ledger.c.seq.desc())
    if kind:
        wanted = wanted.where(ledger.c.kind == kind)
    if who:
        wanted = wanted.where(ledger.c.body.contains(f'"user":{_json(who)}', autoescape=True))
    if word:
        wanted = wanted.where(ledger.c.body.contains(_json(word)[1:-1], autoescape=True))
    if before is not None:
        wanted = wanted.where(ledger.c.seq < before)
    with store.reading() as connection:
        rows = connection.execute(wanted.limit(PAGE + 1)).all()
        return [_shown(row) for row in rows], *chain.head(connection)


def _json(text: str) -> str:
    """Text as it stands in the body of an entry."""
    return json.dumps(text, ensure_ascii=False)


def _shown(row: Any) -> Shown:
    try:
        body = json.loads(row.body)
        pairs = {str(key): _text(value) for key, value in body.items()}
    except (ValueError, AttributeError):  # somebody has changed it: `reviewer ledger verify` says so
        pairs = {"body": row.body}
    who = pairs.pop("user", "")
    return Shown(row.seq, row.at, row.kind, who, tuple(pairs.items()))


def _text(value: Any) -> str:
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(value)
    return value if isinstance(value, str) else _json(value)
