"""Meetings of the joint team with their decisions and agreed minutes; joint actions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "joint_action",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ref", sa.String(length=20), nullable=False),
        sa.Column("relationship_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("sharing", sa.String(length=40), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=True),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("source_kind", sa.String(length=40), nullable=False),
        sa.Column("source_ref", sa.String(length=60), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("settled_note", sa.Text(), nullable=False),
        sa.Column("wanted_on", sa.Date(), nullable=True),
        sa.Column("wanted_reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["person.id"], name=op.f("fk_joint_action_asked_by_id_person")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_joint_action_owner_id_person")),
        sa.ForeignKeyConstraint(["party_id"], ["partner.id"], name=op.f("fk_joint_action_party_id_partner")),
        sa.ForeignKeyConstraint(
            ["relationship_id"],
            ["relationship.id"],
            name=op.f("fk_joint_action_relationship_id_relationship"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_action")),
        sa.UniqueConstraint("ref", name=op.f("uq_joint_action_ref")),
    )
    op.create_index("ix_joint_action_owner", "joint_action", ["owner_id", "status", "due_on"], unique=False)
    op.create_index(
        "ix_joint_action_relationship", "joint_action", ["relationship_id", "status", "due_on"], unique=False
    )
    op.create_index("ix_joint_action_source", "joint_action", ["source_kind", "source_ref"], unique=False)
    op.create_table(
        "relationship_meeting",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ref", sa.String(length=20), nullable=False),
        sa.Column("relationship_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("place", sa.String(length=300), nullable=False),
        sa.Column("agenda", sa.Text(), nullable=False),
        sa.Column("sharing", sa.String(length=40), nullable=False),
        sa.Column("invited", JSON, nullable=False),
        sa.Column("present", JSON, nullable=False),
        sa.Column("also_present", sa.String(length=400), nullable=False),
        sa.Column("minutes", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["relationship_id"],
            ["relationship.id"],
            name=op.f("fk_relationship_meeting_relationship_id_relationship"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relationship_meeting")),
        sa.UniqueConstraint("ref", name=op.f("uq_relationship_meeting_ref")),
    )
    op.create_index(
        "ix_relationship_meeting_when", "relationship_meeting", ["relationship_id", "starts_at"], unique=False
    )
    op.create_table(
        "joint_action_note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=True),
        sa.Column("sharing", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["action_id"], ["joint_action.id"], name=op.f("fk_joint_action_note_action_id_joint_action")
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["partner.id"], name=op.f("fk_joint_action_note_party_id_partner")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_joint_action_note_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_action_note")),
    )
    op.create_index(op.f("ix_joint_action_note_action_id"), "joint_action_note", ["action_id"], unique=False)
    op.create_table(
        "relationship_meeting_agreement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agrees", sa.Boolean(), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("on_behalf", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["relationship_meeting.id"],
            name=op.f("fk_relationship_meeting_agreement_meeting_id_relationship_meeting"),
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["partner.id"], name=op.f("fk_relationship_meeting_agreement_party_id_partner")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_relationship_meeting_agreement_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relationship_meeting_agreement")),
    )
    op.create_index(
        op.f("ix_relationship_meeting_agreement_meeting_id"),
        "relationship_meeting_agreement",
        ["meeting_id"],
        unique=False,
    )
    op.create_table(
        "relationship_meeting_decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("ours", sa.String(length=200), nullable=False),
        sa.Column("theirs", sa.String(length=200), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["relationship_meeting.id"],
            name=op.f("fk_relationship_meeting_decision_meeting_id_relationship_meeting"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relationship_meeting_decision")),
        sa.UniqueConstraint(
            "meeting_id", "number", name=op.f("uq_relationship_meeting_decision_meeting_id_number")
        ),
    )


def downgrade() -> None:
    """Go down."""
    op.drop_table("relationship_meeting_decision")
    op.drop_index(
        op.f("ix_relationship_meeting_agreement_meeting_id"), table_name="relationship_meeting_agreement"
    )
    op.drop_table("relationship_meeting_agreement")
    op.drop_index(op.f("ix_joint_action_note_action_id"), table_name="joint_action_note")
    op.drop_table("joint_action_note")
    op.drop_index("ix_relationship_meeting_when", table_name="relationship_meeting")
    op.drop_table("relationship_meeting")
    op.drop_index("ix_joint_action_source", table_name="joint_action")
    op.drop_index("ix_joint_action_relationship", table_name="joint_action")
    op.drop_index("ix_joint_action_owner", table_name="joint_action")
    op.drop_table("joint_action")
