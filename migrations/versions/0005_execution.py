"""The walk: questions frozen into an audit, answers, evidence, findings, meetings."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "audit_finding",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ref", sa.String(length=30), nullable=False),
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("grade", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("objective_evidence", sa.Text(), nullable=False),
        sa.Column("requirements", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("relationship_id", sa.Uuid(), nullable=True),
        sa.Column("auditee_id", sa.Uuid(), nullable=True),
        sa.Column("raised_by_id", sa.Uuid(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_audit_finding_audit_id_audit")),
        sa.ForeignKeyConstraint(
            ["auditee_id"], ["person.id"], name=op.f("fk_audit_finding_auditee_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["raised_by_id"], ["person.id"], name=op.f("fk_audit_finding_raised_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["relationship_id"],
            ["relationship.id"],
            name=op.f("fk_audit_finding_relationship_id_relationship"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_finding")),
        sa.UniqueConstraint("ref", name=op.f("uq_audit_finding_ref")),
    )
    with op.batch_alter_table("audit_finding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_finding_audit_id"), ["audit_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_audit_finding_relationship_id"), ["relationship_id"], unique=False
        )

    op.create_table(
        "audit_meeting",
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("participants", sa.Text(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_audit_meeting_audit_id_audit")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_audit_meeting_recorded_by_id_person")
        ),
        sa.PrimaryKeyConstraint("audit_id", "kind", name=op.f("pk_audit_meeting")),
    )
    op.create_table(
        "audit_question",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("chapter", sa.String(length=40), nullable=False),
        sa.Column("chapter_title", sa.String(length=300), nullable=False),
        sa.Column("section", sa.String(length=40), nullable=False),
        sa.Column("section_title", sa.String(length=300), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("relationship_id", sa.Uuid(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("look_for", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("guidance", sa.Text(), nullable=False),
        sa.Column("roles", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("counts_for", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("assigned_to_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["assigned_to_id"], ["person.id"], name=op.f("fk_audit_question_assigned_to_id_person")
        ),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_audit_question_audit_id_audit")),
        sa.ForeignKeyConstraint(
            ["relationship_id"],
            ["relationship.id"],
            name=op.f("fk_audit_question_relationship_id_relationship"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_question")),
        sa.UniqueConstraint(
            "audit_id", "key", "relationship_id", name=op.f("uq_audit_question_audit_id_key_relationship_id")
        ),
    )
    with op.batch_alter_table("audit_question", schema=None) as batch_op:
        batch_op.create_index("ix_audit_question_walk", ["audit_id", "position"], unique=False)

    op.create_table(
        "audit_answer",
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("result", sa.String(length=40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("interviewees", sa.Text(), nullable=False),
        sa.Column("sample", sa.Text(), nullable=False),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.Column("versions", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("stamps", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("conflicted", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("answered_by_id", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["person.id"], name=op.f("fk_audit_answer_answered_by_id_person")
        ),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_audit_answer_audit_id_audit")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["audit_question.id"], name=op.f("fk_audit_answer_question_id_audit_question")
        ),
        sa.PrimaryKeyConstraint("question_id", name=op.f("pk_audit_answer")),
    )
    with op.batch_alter_table("audit_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_answer_audit_id"), ["audit_id"], unique=False)

    op.create_table(
        "audit_answer_conflict",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.String(length=20), nullable=False),
        sa.Column("kept", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("kept_by_id", sa.Uuid(), nullable=True),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("other", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("other_by_id", sa.Uuid(), nullable=False),
        sa.Column("other_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Uuid(), nullable=True),
        sa.Column("chosen", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(
            ["audit_id"], ["audit.id"], name=op.f("fk_audit_answer_conflict_audit_id_audit")
        ),
        sa.ForeignKeyConstraint(
            ["kept_by_id"], ["person.id"], name=op.f("fk_audit_answer_conflict_kept_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["other_by_id"], ["person.id"], name=op.f("fk_audit_answer_conflict_other_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["audit_question.id"],
            name=op.f("fk_audit_answer_conflict_question_id_audit_question"),
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["person.id"], name=op.f("fk_audit_answer_conflict_settled_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_answer_conflict")),
    )
    with op.batch_alter_table("audit_answer_conflict", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_answer_conflict_audit_id"), ["audit_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_audit_answer_conflict_question_id"), ["question_id"], unique=False
        )

    op.create_table(
        "audit_evidence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("file_name", sa.String(length=300), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=120), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("preview_sha256", sa.String(length=64), nullable=False),
        sa.Column("preview_type", sa.String(length=40), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("evidence_date", sa.Date(), nullable=True),
        sa.Column("added_by_id", sa.Uuid(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_by_id", sa.Uuid(), nullable=True),
        sa.Column("removal_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["person.id"], name=op.f("fk_audit_evidence_added_by_id_person")
        ),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_audit_evidence_audit_id_audit")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["audit_question.id"], name=op.f("fk_audit_evidence_question_id_audit_question")
        ),
        sa.ForeignKeyConstraint(
            ["removed_by_id"], ["person.id"], name=op.f("fk_audit_evidence_removed_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_evidence")),
    )
    with op.batch_alter_table("audit_evidence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_evidence_audit_id"), ["audit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_evidence_question_id"), ["question_id"], unique=False)

    op.create_table(
        "audit_finding_question",
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["finding_id"],
            ["audit_finding.id"],
            name=op.f("fk_audit_finding_question_finding_id_audit_finding"),
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["audit_question.id"],
            name=op.f("fk_audit_finding_question_question_id_audit_question"),
        ),
        sa.PrimaryKeyConstraint("finding_id", "question_id", name=op.f("pk_audit_finding_question")),
    )
    with op.batch_alter_table("audit_finding_question", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_audit_finding_question_question_id"), ["question_id"], unique=False
        )


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("audit_finding_question", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_finding_question_question_id"))

    op.drop_table("audit_finding_question")
    with op.batch_alter_table("audit_evidence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_evidence_question_id"))
        batch_op.drop_index(batch_op.f("ix_audit_evidence_audit_id"))

    op.drop_table("audit_evidence")
    with op.batch_alter_table("audit_answer_conflict", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_answer_conflict_question_id"))
        batch_op.drop_index(batch_op.f("ix_audit_answer_conflict_audit_id"))

    op.drop_table("audit_answer_conflict")
    with op.batch_alter_table("audit_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_answer_audit_id"))

    op.drop_table("audit_answer")
    with op.batch_alter_table("audit_question", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_question_walk")

    op.drop_table("audit_question")
    op.drop_table("audit_meeting")
    with op.batch_alter_table("audit_finding", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_finding_relationship_id"))
        batch_op.drop_index(batch_op.f("ix_audit_finding_audit_id"))

    op.drop_table("audit_finding")
