"""One version, from its stored notes to its outcome. Whatever goes wrong with one never reaches another."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from reviewer import pipeline
from reviewer.errors import CompletionError, ConfigError, EndpointError, ReviewError
from reviewer.notes.note import Note
from reviewer.pipeline import Extractor, Model
from reviewer.queue.intake.billed import with_billed
from reviewer.queue.store.database import Store
from reviewer.queue.store.tables import versions
from reviewer.queue.work.outcome import Finished, defect, failed, finished
from reviewer.queue.work.trouble import DATABASE
from reviewer.queue.work.turn import Turn
from validator.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Reader:
    """How versions are read in this run: by which model, given the version that it is asked for.

    `fingerprint` names prompt, model and mode, empty for the patterns. While the model is waited for, the turn is to be
    given away.
    """

    rulebook: Rulebook
    extractor: Extractor
    policy: str | None
    model: Callable[[int], Model] | None = None
    fingerprint: str = ""
    turn: Turn = field(default_factory=Turn)


def review_version(store: Store, version: int, reader: Reader) -> Finished:
    """Review one stored version.

    Nothing is decided of it where `EndpointError` (no model answered), `ConfigError` (the run is set up wrongly) or an
    error of the database is raised; everything else is an outcome.
    """
    with store.reading() as connection:
        row = connection.execute(select(versions).where(versions.c.id == version)).one()
    key = outcome_key(row.content_sha256, row.policy, reader)
    if row.notes is None:
        return failed(version, "its notes were purged before it was reviewed", key)
    notes = _notes(store, row.notes)
    if notes is None:
        return failed(version, "its stored notes are damaged and cannot be opened; add the encounter again", key)
    try:
        with reader.turn.taken():
            review = pipeline.review(
                notes,
                rulebook=reader.rulebook,
                policy=row.policy or reader.policy,
                setting=row.setting,
                date=dt.date.fromisoformat(row.date_of_service) if row.date_of_service else None,
                extractor=reader.extractor,
                model=reader.model(version) if reader.model else None,
                explain=False,
            )
            return finished(version, with_billed(review, row.billed, reader.rulebook), key)
    except (EndpointError, ConfigError, *DATABASE):
        raise
    except CompletionError as problem:
        return failed(version, f"the model's answer could not be used: {problem.category}", key)
    except ReviewError as problem:
        return failed(version, str(problem), key)
    except Exception as problem:
        return failed(version, defect(problem), key)


def _notes(store: Store, sealed: bytes) -> tuple[Note, ...] | None:
    """The notes of a blob; None for a damaged one. Raises `ConfigError` without the key they are encrypted with."""
    try:
        return tuple(Note(id=name, text=text) for name, text in store.seal.open(sealed))
    except ConfigError:
        # That the key is the right one was seen when the store was opened.
        if not store.seal.encrypts:
            raise
        return None
    except (zlib.error, ValueError, TypeError):
        return None


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
