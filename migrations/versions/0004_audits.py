"""Audit programmes, audits, their teams, plans and the answers to them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "audit_programme",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ref", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("objectives", sa.Text(), nullable=False),
        sa.Column("risks", sa.Text(), nullable=False),
        sa.Column("frequency", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("responsible_id", sa.Uuid(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["responsible_id"], ["person.id"], name=op.f("fk_audit_programme_responsible_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_programme")),
        sa.UniqueConstraint("ref", name=op.f("uq_audit_programme_ref")),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ref", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=True),
        sa.Column("objectives", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("stages", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("criteria", sa.Text(), nullable=False),
        sa.Column("client", sa.String(length=200), nullable=False),
        sa.Column("methods", sa.Text(), nullable=False),
        sa.Column("places", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("intended_on", sa.Date(), nullable=True),
        sa.Column("repeat_months", sa.Integer(), nullable=True),
        sa.Column("previous_id", sa.Uuid(), nullable=True),
        sa.Column("plan_revision", sa.Integer(), nullable=False),
        sa.Column("plan_sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status_reason", sa.Text(), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_audit_created_by_id_person")),
        sa.ForeignKeyConstraint(["previous_id"], ["audit.id"], name=op.f("fk_audit_previous_id_audit")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["audit_programme.id"], name=op.f("fk_audit_programme_id_audit_programme")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sa.UniqueConstraint("ref", name=op.f("uq_audit_ref")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_programme_id"), ["programme_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_starts_on"), ["starts_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_status"), ["status"], unique=False)

    op.create_table(
        "audit_edition",
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_audit_edition_audit_id_audit")),
        sa.ForeignKeyConstraint(
            ["edition_id"],
            ["checklist_edition.id"],
            name=op.f("fk_audit_edition_edition_id_checklist_edition"),
        ),
        sa.PrimaryKeyConstraint("audit_id", "edition_id", name=op.f("pk_audit_edition")),
    )
    with op.batch_alter_table("audit_edition", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_edition_edition_id"), ["edition_id"], unique=False)

    op.create_table(
        "audit_interview",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("function", sa.String(length=200), nullable=False),
        sa.Column("topic", sa.String(length=300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_audit_interview_audit_id_audit")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_audit_interview_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_interview")),
    )
    with op.batch_alter_table("audit_interview", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_interview_audit_id"), ["audit_id"], unique=False)

    op.create_table(
        "audit_member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("conflict", sa.Text(), nullable=False),
        sa.Column("override_reason", sa.Text(), nullable=False),
        sa.Column("reviewer_id", sa.Uuid(), nullable=True),
        sa.Column("competence_warning", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_audit_member_audit_id_audit")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_audit_member_person_id_person")),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["person.id"], name=op.f("fk_audit_member_reviewer_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_member")),
        sa.UniqueConstraint("audit_id", "person_id", name=op.f("uq_audit_member_audit_id_person_id")),
    )
    with op.batch_alter_table("audit_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_member_person_id"), ["person_id"], unique=False)

    op.create_table(
        "audit_plan_answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("plan_revision", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled", sa.Text(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_audit_plan_answer_audit_id_audit")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_audit_plan_answer_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["person.id"], name=op.f("fk_audit_plan_answer_settled_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_audit_plan_answer_recorded_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_plan_answer")),
    )
    with op.batch_alter_table("audit_plan_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_plan_answer_audit_id"), ["audit_id"], unique=False)

    op.create_table(
        "audit_relationship",
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("relationship_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["audit_id"], ["audit.id"], name=op.f("fk_audit_relationship_audit_id_audit")
        ),
        sa.ForeignKeyConstraint(
            ["relationship_id"],
            ["relationship.id"],
            name=op.f("fk_audit_relationship_relationship_id_relationship"),
        ),
        sa.PrimaryKeyConstraint("audit_id", "relationship_id", name=op.f("pk_audit_relationship")),
    )
    with op.batch_alter_table("audit_relationship", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_audit_relationship_relationship_id"), ["relationship_id"], unique=False
        )

    op.create_table(
        "audit_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("auditors", sa.String(length=300), nullable=False),
        sa.Column("stages", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_audit_session_audit_id_audit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_session")),
    )
    with op.batch_alter_table("audit_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_session_audit_id"), ["audit_id"], unique=False)

    op.create_table(
        "audit_proposal_dismissal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("causes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("dismissed_by_id", sa.Uuid(), nullable=False),
        sa.Column("dismissed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("brought_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["audit_programme.id"],
            name=op.f("fk_audit_proposal_dismissal_programme_id_audit_programme"),
        ),
        sa.ForeignKeyConstraint(
            ["dismissed_by_id"],
            ["person.id"],
            name=op.f("fk_audit_proposal_dismissal_dismissed_by_id_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_proposal_dismissal")),
    )
    with op.batch_alter_table("audit_proposal_dismissal", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_audit_proposal_dismissal_programme_id"), ["programme_id"], unique=False
        )


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("audit_proposal_dismissal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_proposal_dismissal_programme_id"))

    op.drop_table("audit_proposal_dismissal")
    with op.batch_alter_table("audit_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_session_audit_id"))

    op.drop_table("audit_session")
    with op.batch_alter_table("audit_relationship", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_relationship_relationship_id"))

    op.drop_table("audit_relationship")
    with op.batch_alter_table("audit_plan_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_plan_answer_audit_id"))

    op.drop_table("audit_plan_answer")
    with op.batch_alter_table("audit_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_member_person_id"))

    op.drop_table("audit_member")
    with op.batch_alter_table("audit_interview", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_interview_audit_id"))

    op.drop_table("audit_interview")
    with op.batch_alter_table("audit_edition", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_edition_edition_id"))

    op.drop_table("audit_edition")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_status"))
        batch_op.drop_index(batch_op.f("ix_audit_starts_on"))
        batch_op.drop_index(batch_op.f("ix_audit_programme_id"))

    op.drop_table("audit")
    op.drop_table("audit_programme")
