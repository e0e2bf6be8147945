"""One version, from its stored notes to its outcome. Whatever goes wrong with one never reaches another."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from reviewer import pipeline
from reviewer.errors import CompletionError, EndpointError, ReviewError
from reviewer.notes.note import Note
from reviewer.pipeline import Extractor, Model
from reviewer.queue.store.database import Store
from reviewer.queue.store.tables import versions
from reviewer.queue.work.outcome import Finished, failed, finished
from validator.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Reader:
    """How versions are read in this run; `fingerprint` names prompt, model and mode, empty for the patterns."""

    rulebook: Rulebook
    extractor: Extractor
    policy: str | None
    model: Model | None = None
    fingerprint: str = ""


def review_version(store: Store, version: int, reader: Reader) -> Finished:
    """Review one stored version. Raises `EndpointError` when no model answered: nothing is decided then."""
    with store.reading() as connection:
        row = connection.execute(select(versions).where(versions.c.id == version)).one()
    key = outcome_key(row.content_sha256, row.policy, reader)
    try:
        notes = tuple(Note(id=name, text=text) for name, text in store.seal.open(row.notes))
        review = pipeline.review(
            notes,
            rulebook=reader.rulebook,
            policy=row.policy or reader.policy,
            setting=row.setting,
            date=dt.date.fromisoformat(row.date_of_service) if row.date_of_service else None,
            extractor=reader.extractor,
            model=reader.model,
            explain=False,
        )
        return finished(version, review, key)
    except EndpointError:
        raise
    except CompletionError as problem:
        return failed(version, f"the model's answer could not be used: {problem.category}", key)
    except ReviewError as problem:
        return failed(version, str(problem), key)
    except Exception as problem:
        return failed(version, _defect(problem), key)


def _defect(problem: BaseException) -> str:
    """Kind and place of a defect, which hold no words of a note; its message might."""
    frame = problem.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    place = f" at {frame.tb_frame.f_globals.get('__name__', '?')}:{frame.tb_lineno}" if frame else ""
    return f"a defect of this program: {type(problem).__name__}{place}"


def outcome_key(content_sha256: str, policy: str | None, reader: Reader) -> str:
    """The hash of everything that an outcome rests on."""
    parts: list[Any] = [
        content_sha256,
        policy or reader.policy,
        reader.rulebook.version,
        reader.extractor,
        reader.fingerprint,
    ]
    return hashlib.sha256(json.dumps(parts).encode("utf-8")).hexdigest()
