"""Log-in sessions, which outlive the program."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "sessions",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=120), nullable=False),
        sa.Column("stamp", sa.String(length=32), nullable=False),
        sa.Column("began_at", sa.String(length=32), nullable=False),
        sa.Column("seen_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_sessions")),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("sessions")
