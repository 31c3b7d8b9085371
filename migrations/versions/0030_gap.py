"""The gap analysis: what our own people say of each clause of a standard."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "gap_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("library_key", sa.String(length=80), nullable=False),
        sa.Column("clause", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("present", sa.Text(), nullable=False),
        sa.Column("missing", sa.Text(), nullable=False),
        sa.Column("gap", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("assessed_on", sa.Date(), nullable=False),
        sa.Column("assessed_by_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessed_by_id"], ["person.id"], name=op.f("fk_gap_entry_assessed_by_id_person")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_gap_entry_owner_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gap_entry")),
        sa.UniqueConstraint("library_key", "clause", name=op.f("uq_gap_entry_library_key_clause")),
    )


def downgrade() -> None:
    """Go down."""
    op.drop_table("gap_entry")
