"""The tables of the queue, by SQLAlchemy Core. A migration makes them; a test holds the two together.

Notes, reviews, comments and model answers are sealed blobs (`sealing.py`); every other column may be listed, counted
and logged, so none of them ever holds words of a note. Times are UTC, as ISO text, so that both databases sort alike.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    text,
)

NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
}
metadata = MetaData(naming_convention=NAMES)

_ID, _TIME, _SHA, _WORD = String(200), String(32), String(64), String(60)

versions = Table(
    "versions",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("encounter_id", _ID, nullable=False),
    Column("number", Integer, nullable=False),
    Column("content_sha256", _SHA, nullable=False),
    Column("received_at", _TIME, nullable=False),
    Column("date_of_service", String(10)),
    Column("setting", _WORD),
    Column("policy", _WORD),
    Column("unit", String(120)),
    Column("author", String(120)),
    Column("deadline", String(10)),
    Column("billed", JSON),
    Column("notes", LargeBinary),
    Column("characters", Integer, nullable=False),
    Column("superseded", Boolean, nullable=False, default=False),
    Column("batch_id", _SHA),
    Column("tries", Integer, nullable=False, default=0),
    UniqueConstraint("encounter_id", "number"),
    Index("ix_versions_batch_id", "batch_id"),
    # Few are: counting them reads these alone, and not every note.
    Index(
        "ix_versions_superseded",
        "encounter_id",
        sqlite_where=text("superseded = 1"),
        postgresql_where=text("superseded"),
    ),
)
"""What came in: one row for each version of an encounter; a changed note makes a new one and the old is kept."""

outcomes = Table(
    "outcomes",
    metadata,
    Column("version_id", Integer, ForeignKey("versions.id"), primary_key=True),
    Column("outcome", String(12), nullable=False),
    Column("reason", String(400), nullable=False, default=""),
    Column("review", LargeBinary),
    Column("review_sha256", _SHA),
    Column("key", _SHA, nullable=False),
    Column("rulebook", _WORD, nullable=False, default=""),
    Column("policy", _WORD, nullable=False, default=""),
    Column("summary", JSON, nullable=False),
    Column("finished_at", _TIME, nullable=False),
    Index("ix_outcomes_outcome", "outcome"),
)
"""Exactly one outcome for each version: done, needs_human or failed. `key` hashes everything it rests on."""

worklist = Table(
    "worklist",
    metadata,
    Column("encounter_id", _ID, primary_key=True),
    Column("version_id", Integer, ForeignKey("versions.id"), nullable=False),
    Column("state", _WORD, nullable=False),
    Column("since", _TIME, nullable=False),
    Column("deadline", String(10)),
    Column("effect", Integer, nullable=False, default=9),
    Column("missing", Integer, nullable=False, default=0),
    Column("unit", String(120)),
    Column("author", String(120)),
    Column("assigned_to", String(120)),
    Column("outcome", String(12)),
    Column("revision", Integer, nullable=False, default=0),
    Index("ix_worklist_state", "state"),
    Index("ix_worklist_urgency", "deadline", "effect", "encounter_id"),
)
"""Where each encounter stands. `effect` is the worst effect of what is missing (0 blocks .. 9 nothing)."""

actions = Table(
    "actions",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("encounter_id", _ID, nullable=False),
    Column("version_id", Integer),
    Column("at", _TIME, nullable=False),
    Column("user", String(120), nullable=False),
    Column("action", _WORD, nullable=False),
    Column("from_state", _WORD),
    Column("to_state", _WORD),
    Column("comment", LargeBinary),
    Index("ix_actions_encounter_id", "encounter_id"),
)
"""Who did what, when."""

answers = Table(
    "answers",
    metadata,
    Column("key", _SHA, primary_key=True),
    Column("answer", LargeBinary, nullable=False),
    Column("model", String(200), nullable=False),
    Column("usage", JSON, nullable=False),
    Column("created_at", _TIME, nullable=False),
)
"""What a model answered, by the hash of everything it was asked: a call is never paid twice."""

asked = Table(
    "asked",
    metadata,
    Column("answer_key", _SHA, primary_key=True),
    Column("version_id", Integer, ForeignKey("versions.id"), primary_key=True),
    Index("ix_asked_version_id", "version_id"),
)
"""Which answers a version was read with, so that they go when it is purged. One may serve several."""

ledger = Table(
    "ledger",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", _TIME, nullable=False),
    Column("kind", _WORD, nullable=False),
    Column("body", String, nullable=False),
    Column("previous", _SHA, nullable=False),
    Column("sha256", _SHA, nullable=False),
)
"""The append-only record: each entry holds the hash of the one before."""

ledger_head = Table(
    "ledger_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, nullable=False),
    Column("sha256", _SHA, nullable=False),
)
"""The end of the chain: the one row that writers queue for."""

limits = Table(
    "limits",
    metadata,
    Column("name", _WORD, primary_key=True),
    Column("level", Float, nullable=False),
    Column("at", Float, nullable=False),
)
"""Token buckets that all processes share: requests and tokens a minute."""

breaker = Table(
    "breaker",
    metadata,
    Column("name", _WORD, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("opened", Integer, nullable=False),
    Column("pause", Float, nullable=False),
    Column("open_until", Float, nullable=False),
    Column("reason", String(200), nullable=False, default=""),
    Column("proven", _SHA, nullable=False, default=""),
)
"""The circuit breaker that all processes share: failures in a row, how often it opened and for how many seconds.

`proven` is the hash of the settings that an answer came with: from then on, a request that is refused has itself to
blame.
"""

spending = Table(
    "spending",
    metadata,
    Column("name", _WORD, primary_key=True),
    Column("calls", Integer, nullable=False),
    Column("prompt_tokens", Integer, nullable=False),
    Column("completion_tokens", Integer, nullable=False),
)
"""What was spent on a model, for the budget cap."""

executors = Table(
    "executors",
    metadata,
    Column("id", _WORD, primary_key=True),
    Column("host", String(120), nullable=False),
    Column("pid", Integer, nullable=False),
    Column("beat", Integer, nullable=False),
)
"""The worker processes that live: one whose beat stands still is dead, whatever any clock says."""

batches = Table(
    "batches",
    metadata,
    Column("id", _SHA, primary_key=True),
    Column("executor", _WORD, nullable=False),
    Column("runs", Integer, nullable=False, default=0),
    Column("size", Integer, nullable=False),
    Index("ix_batches_executor", "executor"),
)
"""Versions taken together into one workflow of the engine, and how often it was begun."""

key_check = Table(
    "key_check",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("sealed", LargeBinary, nullable=False),
)
"""One blob sealed with the site's key, so that a wrong key is told from a damaged row."""
