"""The tables of the queue as first shipped."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table."""
    op.create_table(
        "actions",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("encounter_id", sa.String(length=200), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("user", sa.String(length=120), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("from_state", sa.String(length=60), nullable=True),
        sa.Column("to_state", sa.String(length=60), nullable=True),
        sa.Column("comment", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_actions")),
    )
    op.create_index("ix_actions_encounter_id", "actions", ["encounter_id"], unique=False)
    op.create_table(
        "answers",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.Column("model", sa.String(length=200), nullable=False),
        sa.Column("usage", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_answers")),
    )
    op.create_table(
        "batches",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("executor", sa.String(length=60), nullable=False),
        sa.Column("runs", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
    )
    op.create_index("ix_batches_executor", "batches", ["executor"], unique=False)
    op.create_table(
        "breaker",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.Column("pause", sa.Float(), nullable=False),
        sa.Column("open_until", sa.Float(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("proven", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_breaker")),
    )
    op.create_table(
        "executors",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("host", sa.String(length=120), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("beat", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_executors")),
    )
    op.create_table(
        "key_check",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_check")),
    )
    op.create_table(
        "ledger",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_ledger")),
    )
    op.create_table(
        "ledger_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_head")),
    )
    op.create_table(
        "limits",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("level", sa.Float(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_limits")),
    )
    op.create_table(
        "spending",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("prompt_tokens", sa.Integer(), nullable=False),
        sa.Column("completion_tokens", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_spending")),
    )
    op.create_table(
        "versions",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("encounter_id", sa.String(length=200), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.String(length=32), nullable=False),
        sa.Column("date_of_service", sa.String(length=10), nullable=True),
        sa.Column("setting", sa.String(length=60), nullable=True),
        sa.Column("policy", sa.String(length=60), nullable=True),
        sa.Column("unit", sa.String(length=120), nullable=True),
        sa.Column("author", sa.String(length=120), nullable=True),
        sa.Column("deadline", sa.String(length=10), nullable=True),
        sa.Column("billed", sa.JSON(), nullable=True),
        sa.Column("notes", sa.LargeBinary(), nullable=True),
        sa.Column("characters", sa.Integer(), nullable=False),
        sa.Column("superseded", sa.Boolean(), nullable=False),
        sa.Column("batch_id", sa.String(length=64), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_versions")),
        sa.UniqueConstraint("encounter_id", "number", name=op.f("uq_versions_encounter_id")),
    )
    op.create_index("ix_versions_batch_id", "versions", ["batch_id"], unique=False)
    op.create_index(
        "ix_versions_superseded",
        "versions",
        ["encounter_id"],
        unique=False,
        sqlite_where=sa.text("superseded = 1"),
        postgresql_where=sa.text("superseded"),
    )
    op.create_table(
        "outcomes",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("review", sa.LargeBinary(), nullable=True),
        sa.Column("review_sha256", sa.String(length=64), nullable=True),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("rulebook", sa.String(length=60), nullable=False),
        sa.Column("policy", sa.String(length=60), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("finished_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name=op.f("fk_outcomes_version_id")),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_outcomes")),
    )
    op.create_index("ix_outcomes_outcome", "outcomes", ["outcome"], unique=False)
    op.create_table(
        "worklist",
        sa.Column("encounter_id", sa.String(length=200), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("since", sa.String(length=32), nullable=False),
        sa.Column("deadline", sa.String(length=10), nullable=True),
        sa.Column("effect", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=120), nullable=True),
        sa.Column("author", sa.String(length=120), nullable=True),
        sa.Column("assigned_to", sa.String(length=120), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name=op.f("fk_worklist_version_id")),
        sa.PrimaryKeyConstraint("encounter_id", name=op.f("pk_worklist")),
    )
    op.create_index("ix_worklist_state", "worklist", ["state"], unique=False)
    op.create_index("ix_worklist_urgency", "worklist", ["deadline", "effect", "encounter_id"], unique=False)
    head = sa.table("ledger_head", sa.column("id"), sa.column("seq"), sa.column("sha256"))
    op.bulk_insert(head, [{"id": 1, "seq": 0, "sha256": "0" * 64}])


def downgrade() -> None:
    """Drop every table."""
    op.drop_index("ix_worklist_urgency", table_name="worklist")
    op.drop_index("ix_worklist_state", table_name="worklist")
    op.drop_table("worklist")
    op.drop_index("ix_outcomes_outcome", table_name="outcomes")
    op.drop_table("outcomes")
    op.drop_index("ix_versions_superseded", table_name="versions")
    op.drop_index("ix_versions_batch_id", table_name="versions")
    op.drop_table("versions")
    op.drop_table("spending")
    op.drop_table("limits")
    op.drop_table("ledger_head")
    op.drop_table("key_check")
    op.drop_table("ledger")
    op.drop_table("executors")
    op.drop_table("breaker")
    op.drop_index("ix_batches_executor", table_name="batches")
    op.drop_table("batches")
    op.drop_table("answers")
    op.drop_index("ix_actions_encounter_id", table_name="actions")
    op.drop_table("actions")
