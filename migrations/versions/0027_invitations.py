"""Invitations by mail: who asked for them, and what was sent to whom."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "feed_guest",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_feed_guest_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_feed_guest")),
    )
    op.create_table(
        "feed_invitation",
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("uid", sa.String(length=200), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=16), nullable=False),
        sa.Column("about", JSON, nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("messages", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_feed_invitation_person_id_person")
        ),
        sa.PrimaryKeyConstraint("key", "person_id", name=op.f("pk_feed_invitation")),
    )
    op.create_index("ix_feed_invitation_person_id", "feed_invitation", ["person_id"], unique=False)


def downgrade() -> None:
    """Go down."""
    op.drop_index("ix_feed_invitation_person_id", table_name="feed_invitation")
    op.drop_table("feed_invitation")
    op.drop_table("feed_guest")
