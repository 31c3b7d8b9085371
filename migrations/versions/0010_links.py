"""Links between records of relationships."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "relationship_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("from_kind", sa.String(length=40), nullable=False),
        sa.Column("from_id", sa.Uuid(), nullable=False),
        sa.Column("slot", sa.String(length=40), nullable=False),
        sa.Column("to_kind", sa.String(length=40), nullable=False),
        sa.Column("to_ref", sa.String(length=60), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["person.id"], name=op.f("fk_relationship_link_added_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relationship_link")),
    )
    op.create_index("ix_relationship_link_from", "relationship_link", ["from_kind", "from_id"], unique=False)


def downgrade() -> None:
    """Go down."""
    op.drop_table("relationship_link")
