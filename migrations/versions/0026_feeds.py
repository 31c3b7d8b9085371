"""Calendar feeds: events as they were written, the feeds, who polls them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "feed_event",
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("deadline", sa.Boolean(), nullable=False),
        sa.Column("thing_kind", sa.String(length=40), nullable=False),
        sa.Column("thing_id", sa.Uuid(), nullable=True),
        sa.Column("relationship_id", sa.Uuid(), nullable=True),
        sa.Column("programme_id", sa.Uuid(), nullable=True),
        sa.Column("audit_id", sa.Uuid(), nullable=True),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.String(length=16), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("about", JSON, nullable=False),
        sa.Column("event", sa.LargeBinary(), nullable=False),
        sa.Column("event_private", sa.LargeBinary(), nullable=False),
        sa.Column("todo", sa.LargeBinary(), nullable=False),
        sa.Column("todo_private", sa.LargeBinary(), nullable=False),
        sa.Column("alarm", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_feed_event")),
    )
    op.create_index("ix_feed_event_programme_id", "feed_event", ["programme_id"], unique=False)
    op.create_index("ix_feed_event_relationship_id", "feed_event", ["relationship_id"], unique=False)
    op.create_index("ix_feed_event_state_day", "feed_event", ["state", "first_on", "key"], unique=False)
    op.create_table(
        "feed_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("read_to", sa.BigInteger(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_state")),
    )
    op.create_table(
        "feed_event_person",
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("part", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["key"],
            ["feed_event.key"],
            name=op.f("fk_feed_event_person_key_feed_event"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("key", "person_id", name=op.f("pk_feed_event_person")),
    )
    op.create_index(
        "ix_feed_event_person_person_id", "feed_event_person", ["person_id", "part", "key"], unique=False
    )
    op.create_table(
        "feed",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ref", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("scope", sa.String(length=40), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("relationship_id", sa.Uuid(), nullable=True),
        sa.Column("programme_id", sa.Uuid(), nullable=True),
        sa.Column("kinds", JSON, nullable=False),
        sa.Column("private_titles", sa.Boolean(), nullable=False),
        sa.Column("alarms", sa.Boolean(), nullable=False),
        sa.Column("tasks", sa.Boolean(), nullable=False),
        sa.Column("previous_digest", sa.String(length=64), nullable=True),
        sa.Column("previous_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=16), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("summary", sa.LargeBinary(), nullable=False),
        sa.Column("summary_of", sa.String(length=16), nullable=False),
        sa.Column("summary_sequence", sa.Integer(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_feed_person_id_person")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["audit_programme.id"], name=op.f("fk_feed_programme_id_audit_programme")
        ),
        sa.ForeignKeyConstraint(
            ["relationship_id"], ["relationship.id"], name=op.f("fk_feed_relationship_id_relationship")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed")),
        sa.UniqueConstraint("previous_digest", name=op.f("uq_feed_previous_digest")),
        sa.UniqueConstraint("ref", name=op.f("uq_feed_ref")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_feed_token_digest")),
    )
    op.create_index("ix_feed_person_id", "feed", ["person_id", "made_at"], unique=False)
    op.create_table(
        "feed_poll",
        sa.Column("feed_id", sa.Uuid(), nullable=False),
        sa.Column("client", sa.String(length=60), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("previous_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("full", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name=op.f("fk_feed_poll_feed_id_feed")),
        sa.PrimaryKeyConstraint("feed_id", "client", name=op.f("pk_feed_poll")),
    )


def downgrade() -> None:
    """Go down."""
    op.drop_table("feed_poll")
    op.drop_index("ix_feed_person_id", table_name="feed")
    op.drop_table("feed")
    op.drop_index("ix_feed_event_person_person_id", table_name="feed_event_person")
    op.drop_table("feed_event_person")
    op.drop_table("feed_state")
    op.drop_index("ix_feed_event_state_day", table_name="feed_event")
    op.drop_index("ix_feed_event_relationship_id", table_name="feed_event")
    op.drop_index("ix_feed_event_programme_id", table_name="feed_event")
    op.drop_table("feed_event")
