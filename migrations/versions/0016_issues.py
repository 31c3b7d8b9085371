"""Issues between the parties: the ladder of a relationship, issues, their stays on levels with the spans of the clock."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
OPEN = sa.text("status = 'open'")


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "issue",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ref", sa.String(length=20), nullable=False),
        sa.Column("relationship_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("severity", sa.String(length=40), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raised_by_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("raised_party_id", sa.Uuid(), nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("impact", sa.Text(), nullable=False),
        sa.Column("sharing", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("awaited", sa.String(length=40), nullable=False),
        sa.Column("going", sa.String(length=40), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("resolution", sa.Text(), nullable=False),
        sa.Column("lesson", sa.Text(), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by_id", sa.Uuid(), nullable=True),
        sa.Column("resolved_party", sa.String(length=40), nullable=True),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status_reason", sa.Text(), nullable=False),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_issue_partner_id_partner")),
        sa.ForeignKeyConstraint(["raised_by_id"], ["person.id"], name=op.f("fk_issue_raised_by_id_person")),
        sa.ForeignKeyConstraint(
            ["raised_party_id"], ["partner.id"], name=op.f("fk_issue_raised_party_id_partner")
        ),
        sa.ForeignKeyConstraint(
            ["relationship_id"], ["relationship.id"], name=op.f("fk_issue_relationship_id_relationship")
        ),
        sa.ForeignKeyConstraint(
            ["resolved_by_id"], ["person.id"], name=op.f("fk_issue_resolved_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue")),
        sa.UniqueConstraint("ref", name=op.f("uq_issue_ref")),
    )
    op.create_index("ix_issue_next", "issue", ["next_at"], unique=False)
    op.create_index("ix_issue_relationship", "issue", ["relationship_id", "status"], unique=False)
    op.create_index("ix_issue_status_due", "issue", ["status", "due_at"], unique=False)
    op.create_table(
        "issue_holder",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("relationship_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["partner.id"], name=op.f("fk_issue_holder_party_id_partner")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_issue_holder_person_id_person")),
        sa.ForeignKeyConstraint(
            ["relationship_id"],
            ["relationship.id"],
            name=op.f("fk_issue_holder_relationship_id_relationship"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue_holder")),
    )
    op.create_index(
        "ix_issue_holder_relationship", "issue_holder", ["relationship_id", "level"], unique=False
    )
    op.create_table(
        "issue_ladder",
        sa.Column("relationship_id", sa.Uuid(), nullable=False),
        sa.Column("limits", JSON, nullable=False),
        sa.Column("expiry", sa.String(length=40), nullable=False),
        sa.Column("answer_days", sa.Integer(), nullable=False),
        sa.Column("own_zone", sa.String(length=60), nullable=False),
        sa.Column("zones", JSON, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["relationship_id"],
            ["relationship.id"],
            name=op.f("fk_issue_ladder_relationship_id_relationship"),
        ),
        sa.PrimaryKeyConstraint("relationship_id", name=op.f("pk_issue_ladder")),
    )
    op.create_table(
        "issue_comment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("issue_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=True),
        sa.Column("sharing", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_issue_comment_by_id_person")),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_issue_comment_issue_id_issue")),
        sa.ForeignKeyConstraint(["party_id"], ["partner.id"], name=op.f("fk_issue_comment_party_id_partner")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue_comment")),
    )
    op.create_index("ix_issue_comment_issue", "issue_comment", ["issue_id", "at"], unique=False)
    op.create_table(
        "issue_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("issue_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("party", sa.String(length=40), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("to_level", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Uuid(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["person.id"], name=op.f("fk_issue_request_answered_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["person.id"], name=op.f("fk_issue_request_asked_by_id_person")
        ),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_issue_request_issue_id_issue")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue_request")),
    )
    op.create_index("ix_issue_request_issue", "issue_request", ["issue_id", "asked_at"], unique=False)
    op.create_index(
        "uq_issue_request_open",
        "issue_request",
        ["issue_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_table(
        "issue_stay",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("issue_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("came", sa.String(length=40), nullable=False),
        sa.Column("limits", JSON, nullable=False),
        sa.Column("calendars", JSON, nullable=False),
        sa.Column("expiry", sa.String(length=40), nullable=False),
        sa.Column("limit_days", sa.Integer(), nullable=False),
        sa.Column("own_id", sa.Uuid(), nullable=True),
        sa.Column("own_name", sa.String(length=200), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("partner_name", sa.String(length=200), nullable=False),
        sa.Column("floor_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("half_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("day_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("used_days", sa.Double(), nullable=True),
        sa.Column("paused_days", sa.Double(), nullable=True),
        sa.Column("answered_days", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_issue_stay_issue_id_issue")),
        sa.ForeignKeyConstraint(["own_id"], ["person.id"], name=op.f("fk_issue_stay_own_id_person")),
        sa.ForeignKeyConstraint(["partner_id"], ["person.id"], name=op.f("fk_issue_stay_partner_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue_stay")),
        sa.UniqueConstraint("issue_id", "number", name=op.f("uq_issue_stay_issue_id_number")),
    )
    op.create_table(
        "issue_span",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("stay_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("party", sa.String(length=40), nullable=False),
        sa.Column("going", sa.String(length=40), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_issue_span_by_id_person")),
        sa.ForeignKeyConstraint(
            ["stay_id"], ["issue_stay.id"], name=op.f("fk_issue_span_stay_id_issue_stay")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue_span")),
        sa.UniqueConstraint("stay_id", "number", name=op.f("uq_issue_span_stay_id_number")),
    )


def downgrade() -> None:
    """Go down."""
    op.drop_table("issue_comment")
    op.drop_table("issue_request")
    op.drop_table("issue_span")
    op.drop_table("issue_stay")
    op.drop_table("issue")
    op.drop_table("issue_holder")
    op.drop_table("issue_ladder")
