"""Editions of clause libraries."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "checklist_edition",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("library_key", sa.String(length=80), nullable=False),
        sa.Column("edition", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("content", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("questions", sa.Integer(), nullable=False),
        sa.Column("previous_id", sa.Uuid(), nullable=True),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name=op.f("fk_checklist_edition_created_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["previous_id"],
            ["checklist_edition.id"],
            name=op.f("fk_checklist_edition_previous_id_checklist_edition"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_edition")),
        sa.UniqueConstraint("library_key", "edition", name=op.f("uq_checklist_edition_library_key_edition")),
    )
    with op.batch_alter_table("checklist_edition", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_checklist_edition_library_key"), ["library_key"], unique=False)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("checklist_edition", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_checklist_edition_library_key"))

    op.drop_table("checklist_edition")
