"""Slack: workspaces, accounts, posts, what came in, what is still to be done, and channels of relationships."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "slack_rate",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("free_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_slack_rate")),
    )
    op.create_table(
        "slack_seen",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_slack_seen")),
    )
    with op.batch_alter_table("slack_seen", schema=None) as batch_op:
        batch_op.create_index("ix_slack_seen_at", ["at"], unique=False)

    op.create_table(
        "slack_team",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.String(length=24), nullable=False),
        sa.Column("enterprise_id", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("app_id", sa.String(length=24), nullable=False),
        sa.Column("bot_user_id", sa.String(length=24), nullable=False),
        sa.Column("bot_id", sa.String(length=24), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("installed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scopes", JSON, nullable=False),
        sa.Column("refresh_token", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("installed_by_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("directory_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["installed_by_id"], ["person.id"], name=op.f("fk_slack_team_installed_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slack_team")),
        sa.UniqueConstraint("enterprise_id", "team_id", name=op.f("uq_slack_team_enterprise_id_team_id")),
    )
    op.create_table(
        "slack_account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slack_team_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.String(length=24), nullable=False),
        sa.Column("user_id", sa.String(length=24), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("sort", sa.String(length=40), nullable=False),
        sa.Column("standing", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Uuid(), nullable=True),
        sa.Column("channel_id", sa.String(length=24), nullable=False),
        sa.Column("closed_reason", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "standing NOT IN ('suggested', 'mapped', 'linked') OR person_id IS NOT NULL",
            name=op.f("ck_slack_account_standing_has_person"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_slack_account_person_id_person")),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["person.id"], name=op.f("fk_slack_account_settled_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["slack_team_id"], ["slack_team.id"], name=op.f("fk_slack_account_slack_team_id_slack_team")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slack_account")),
        sa.UniqueConstraint("slack_team_id", "user_id", name=op.f("uq_slack_account_slack_team_id_user_id")),
    )
    with op.batch_alter_table("slack_account", schema=None) as batch_op:
        batch_op.create_index("ix_slack_account_person_id", ["person_id"], unique=False)

    op.create_table(
        "slack_place",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slack_team_id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("set_by_id", sa.Uuid(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("relationship_id", sa.Uuid(), nullable=True),
        sa.Column("programme_id", sa.Uuid(), nullable=True),
        sa.Column("external", sa.Boolean(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "relationship_id IS NOT NULL OR programme_id IS NOT NULL", name=op.f("ck_slack_place_has_subject")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["audit_programme.id"], name=op.f("fk_slack_place_programme_id_audit_programme")
        ),
        sa.ForeignKeyConstraint(
            ["relationship_id"], ["relationship.id"], name=op.f("fk_slack_place_relationship_id_relationship")
        ),
        sa.ForeignKeyConstraint(["set_by_id"], ["person.id"], name=op.f("fk_slack_place_set_by_id_person")),
        sa.ForeignKeyConstraint(
            ["slack_team_id"], ["slack_team.id"], name=op.f("fk_slack_place_slack_team_id_slack_team")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slack_place")),
        sa.UniqueConstraint(
            "slack_team_id",
            "channel_id",
            "relationship_id",
            "programme_id",
            name=op.f("uq_slack_place_slack_team_id_channel_id_relationship_id_programme_id"),
        ),
    )
    op.create_table(
        "slack_invite",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["slack_account.id"], name=op.f("fk_slack_invite_account_id_slack_account")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_slack_invite_person_id_person")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_slack_invite")),
    )
    op.create_table(
        "slack_post",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slack_team_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("channel_id", sa.String(length=24), nullable=False),
        sa.Column("ts", sa.String(length=24), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("thread_ts", sa.String(length=24), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("shown_hash", sa.String(length=64), nullable=False),
        sa.Column("wanted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["slack_account.id"], name=op.f("fk_slack_post_account_id_slack_account")
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["outbox_message.id"], name=op.f("fk_slack_post_message_id_outbox_message")
        ),
        sa.ForeignKeyConstraint(
            ["slack_team_id"], ["slack_team.id"], name=op.f("fk_slack_post_slack_team_id_slack_team")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slack_post")),
        sa.UniqueConstraint(
            "slack_team_id", "channel_id", "ts", name=op.f("uq_slack_post_slack_team_id_channel_id_ts")
        ),
    )
    with op.batch_alter_table("slack_post", schema=None) as batch_op:
        batch_op.create_index("ix_slack_post_message_id", ["message_id"], unique=False)
        batch_op.create_index(
            "ix_slack_post_wanted",
            ["wanted_at"],
            unique=False,
            sqlite_where=sa.text("wanted_at IS NOT NULL"),
            postgresql_where=sa.text("wanted_at IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_slack_post_card",
            ["account_id", "subject"],
            unique=True,
            sqlite_where=sa.text("kind = 'card' AND gone_at IS NULL"),
            postgresql_where=sa.text("kind = 'card' AND gone_at IS NULL"),
        )

    op.create_table(
        "slack_work",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("payload", JSON, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("said", JSON, nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["slack_account.id"], name=op.f("fk_slack_work_account_id_slack_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slack_work")),
        sa.UniqueConstraint("key", name=op.f("uq_slack_work_key")),
    )
    with op.batch_alter_table("slack_work", schema=None) as batch_op:
        batch_op.create_index(
            "ix_slack_work_open",
            ["next_try_at"],
            unique=False,
            sqlite_where=sa.text("state IN ('waiting', 'doing')"),
            postgresql_where=sa.text("state IN ('waiting', 'doing')"),
        )

    op.create_table(
        "slack_post_thing",
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"],
            ["slack_post.id"],
            name=op.f("fk_slack_post_thing_post_id_slack_post"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("post_id", "subject", name=op.f("pk_slack_post_thing")),
    )
    with op.batch_alter_table("slack_post_thing", schema=None) as batch_op:
        batch_op.create_index("ix_slack_post_thing_subject", ["subject"], unique=False)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("slack_post_thing", schema=None) as batch_op:
        batch_op.drop_index("ix_slack_post_thing_subject")

    op.drop_table("slack_post_thing")
    with op.batch_alter_table("slack_work", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_slack_work_open",
            sqlite_where=sa.text("state IN ('waiting', 'doing')"),
            postgresql_where=sa.text("state IN ('waiting', 'doing')"),
        )

    op.drop_table("slack_work")
    with op.batch_alter_table("slack_post", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_slack_post_card",
            sqlite_where=sa.text("kind = 'card' AND gone_at IS NULL"),
            postgresql_where=sa.text("kind = 'card' AND gone_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_slack_post_wanted",
            sqlite_where=sa.text("wanted_at IS NOT NULL"),
            postgresql_where=sa.text("wanted_at IS NOT NULL"),
        )
        batch_op.drop_index("ix_slack_post_message_id")

    op.drop_table("slack_post")
    op.drop_table("slack_invite")
    op.drop_table("slack_place")
    with op.batch_alter_table("slack_account", schema=None) as batch_op:
        batch_op.drop_index("ix_slack_account_person_id")

    op.drop_table("slack_account")
    op.drop_table("slack_team")
    with op.batch_alter_table("slack_seen", schema=None) as batch_op:
        batch_op.drop_index("ix_slack_seen_at")

    op.drop_table("slack_seen")
    op.drop_table("slack_rate")
