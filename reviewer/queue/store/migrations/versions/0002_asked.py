"""Which versions a model's answers belong to: they are purged with them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table. Of answers that were kept before it is not known whose they are."""
    op.create_table(
        "asked",
        sa.Column("answer_key", sa.String(length=64), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name=op.f("fk_asked_version_id")),
        sa.PrimaryKeyConstraint("answer_key", "version_id", name=op.f("pk_asked")),
    )
    op.create_index("ix_asked_version_id", "asked", ["version_id"], unique=False)


def downgrade() -> None:
    """Drop the table."""
    op.drop_index("ix_asked_version_id", table_name="asked")
    op.drop_table("asked")
