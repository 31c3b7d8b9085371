"""People of a relationship on either side; each contact there was becomes a contact of the partner's relationships."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "relationship_member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("relationship_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_relationship_member_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["relationship_id"],
            ["relationship.id"],
            name=op.f("fk_relationship_member_relationship_id_relationship"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relationship_member")),
        sa.UniqueConstraint(
            "relationship_id",
            "person_id",
            "role",
            name=op.f("uq_relationship_member_relationship_id_person_id_role"),
        ),
    )
    op.create_index(
        op.f("ix_relationship_member_person_id"), "relationship_member", ["person_id"], unique=False
    )


def downgrade() -> None:
    """Go down."""
    op.drop_table("relationship_member")
