"""What came of one version, and keeping it: outcome, worklist row and ledger entries in one transaction, once."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, bindparam, case, select, update
from sqlalchemy.exc import StatementError

from reviewer.ledger import chain
from reviewer.queue.clock import now_text
from reviewer.queue.store.database import Store
from reviewer.queue.store.tables import outcomes, versions, worklist
from reviewer.queue.store.upsert import insert_all_new
from reviewer.queue.work.trouble import DATABASE_GONE
from reviewer.report.published import published
from reviewer.review import Review

Result = Literal["done", "needs_human", "failed"]
EFFECTS = ("blocks", "downgrades", "at_risk", "advisory")


class Finished(NamedTuple):
    """A version's outcome, before it is kept. `review` is the published JSON, None where there is none."""

    version: int
    outcome: Result
    reason: str
    review: str | None
    key: str
    rulebook: str
    policy: str
    summary: dict[str, Any]
    effect: int
    missing: int


def finished(version: int, review: Review, key: str) -> Finished:
    """The outcome of a review: `needs_human` where a person has to decide something before it can be relied on."""
    outcome, reason = _judged(review)
    effects = [EFFECTS.index(missing.effect) for missing in review.missing]
    return Finished(
        version=version,
        outcome=outcome,
        reason=reason,
        review=published(review),
        key=key,
        rulebook=review.rulebook,
        policy=review.encounter.policy,
        summary=_summary(review),
        effect=min(effects, default=9),
        missing=len(review.missing),
    )


def failed(version: int, reason: str, key: str) -> Finished:
    """The outcome of a version that could not be reviewed; `reason` is a category, never a value."""
    return Finished(version, "failed", reason[:400], None, key, "", "", {}, 0, 0)


def _judged(review: Review) -> tuple[Result, str]:
    model = review.provenance.model
    if model is not None and model.failure is not None:
        return "needs_human", f"the model's answer could not be used: {model.failure}"
    if not review.assessed:
        return "needs_human", "outside the rulebook's dates of service"
    if review.needs_human:
        rules = Counter(entry.rule or "needs_human" for entry in review.needs_human)
        return "needs_human", ", ".join(f"{rule} ({count})" for rule, count in rules.items())[:400]
    return "done", ""


def _summary(review: Review) -> dict[str, Any]:
    """Numbers for lists and plots; codes and element names, no words of a note."""
    return {
        "date": str(review.encounter.date_of_service) if review.encounter.date_of_service else None,
        "codes": [[line.code, line.units, list(line.modifiers)] for line in review.codes],
        "not_supported": [[entry.code, entry.units] for entry in review.not_supported],
        "missing": [[m.element, m.tier, m.effect, m.fixable_by] for m in review.missing],
        "billed": [[b.code, b.units, b.outcome] for b in review.billed],
    }


def defect(problem: BaseException) -> str:
    """Kind and place of a defect, which hold no words of a note; its message might."""
    frame = problem.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    place = f" at {frame.tb_frame.f_globals.get('__name__', '?')}:{frame.tb_lineno}" if frame else ""
    return f"a defect of this program: {type(problem).__name__}{place}"


def keep(store: Store, results: list[Finished], user: str) -> int:
    """Keep outcomes, each only where its version has none; how many were new.

    One that the database does not take, whatever is in it, is kept as failed; the others are not lost with it.
    Raises what SQLAlchemy does when the database is away, full or locked.
    """
    if not results:
        return 0
    try:
        return _kept(store, results, user)
    except DATABASE_GONE:
        raise
    except (StatementError, ValueError) as problem:
        if len(results) == 1:
            return _kept(store, [failed(results[0].version, defect(problem), results[0].key)], user)
        return sum(keep(store, [one], user) for one in results)


def _kept(store: Store, results: list[Finished], user: str) -> int:
    at = now_text()
    by_version = {one.version: one for one in reversed(results)}
    rows = {version: _row(store, one, at) for version, one in by_version.items()}
    with store.writing() as connection:
        chain.hold(connection)
        new = insert_all_new(connection, outcomes, list(rows.values()), key="version_id")
        kept = [by_version[version] for version in sorted(new)]
        if kept:
            _to_worklist(connection, kept, at)
            chain.append(connection, [_entry(one, rows[one.version]["review_sha256"], user) for one in kept], at)
    return len(kept)


def _row(store: Store, one: Finished, at: str) -> dict[str, Any]:
    return {
        "version_id": one.version,
        "outcome": one.outcome,
        "reason": one.reason,
        "review": store.seal.close(one.review) if one.review is not None else None,
        "review_sha256": review_sha256(one.review),
        "key": one.key,
        "rulebook": one.rulebook,
        "policy": one.policy,
        "summary": one.summary,
        "finished_at": at,
    }


def review_sha256(review: str | None) -> str | None:
    """The hash of a published review, as the outcome and the ledger keep it."""
    return hashlib.sha256(review.encode("utf-8")).hexdigest() if review is not None else None


def _to_worklist(connection: Connection, kept: list[Finished], at: str) -> None:
    """The encounters move on: extracted where nothing is open, else they need review. Only a newest version's.

    One that a person holds stays held.
    """
    encounter = select(versions.c.encounter_id).where(versions.c.id == bindparam("of")).scalar_subquery()
    held = worklist.c.state == "held"
    moving = (
        update(worklist)
        .where(worklist.c.encounter_id == encounter, worklist.c.version_id == bindparam("of"))
        .values(
            state=case((held, "held"), else_=bindparam("to")),
            since=case((held, worklist.c.since), else_=at),
            effect=bindparam("worst"),
            missing=bindparam("lacks"),
            outcome=bindparam("came"),
            revision=worklist.c.revision + 1,
        )
    )
    connection.execute(
        moving,
        [
            {"of": one.version, "to": _state(one), "worst": one.effect, "lacks": one.missing, "came": one.outcome}
            for one in kept
        ],
    )


def _state(one: Finished) -> str:
    clean = one.outcome == "done" and one.effect > EFFECTS.index("downgrades")
    return "extracted" if clean else "needs_review"


def _entry(one: Finished, review: str | None, user: str) -> chain.Entry:
    body = {
        "version": one.version,
        "outcome": one.outcome,
        "review": review,
        "key": one.key,
        "rulebook": one.rulebook,
        "policy": one.policy,
        "user": user,
    }
    return chain.Entry("reviewed", body)
