"""The tables of people, in the database of the queue. A migration makes them; a test holds the two together.

Neither a password nor a token is ever stored: a password as its argon2 hash, a token, also that of a session, as its
SHA-256 (it is random, so nothing can be guessed from that). Times are UTC, as ISO text.
"""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Integer, String, Table, UniqueConstraint

from reviewer.queue.store.tables import metadata

LONGEST_ID = 120

users = Table(
    "users",
    metadata,
    Column("id", String(LONGEST_ID), primary_key=True),
    Column("name", String(120), nullable=False),
    Column("roles", JSON, nullable=False),
    Column("password", String(255)),
    Column("issuer", String(255)),
    Column("subject", String(255)),
    Column("disabled", Boolean, nullable=False, default=False),
    Column("must_change", Boolean, nullable=False, default=False),
    Column("stamp", String(32), nullable=False),
    Column("failures", Integer, nullable=False, default=0),
    Column("locked_until", String(32)),
    Column("created_at", String(32), nullable=False),
    Column("seen_at", String(32)),
    UniqueConstraint("issuer", "subject"),
)
"""Accounts. `stamp` changes with the password and when somebody is shut out: sessions with an older one end.

`failures` are wrong passwords in a row; while `locked_until` is not over, no password is tried. An account of an
OpenID provider has `issuer` and `subject` and no password; its roles are those of the last log-in.
"""

tokens = Table(
    "tokens",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("user_id", String(LONGEST_ID), ForeignKey("users.id"), nullable=False),
    Column("name", String(60), nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("expires_at", String(32), nullable=False),
    UniqueConstraint("user_id", "name"),
)
"""Personal tokens for the API, each with the roles of its owner as they are at that moment."""

sessions = Table(
    "sessions",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("user_id", String(LONGEST_ID), ForeignKey("users.id"), nullable=False),
    Column("stamp", String(32), nullable=False),
    Column("began_at", String(32), nullable=False),
    Column("seen_at", String(32), nullable=False),
)
"""Log-ins that are open, by the hash of the browser's token. What is worked on in them is kept nowhere."""
