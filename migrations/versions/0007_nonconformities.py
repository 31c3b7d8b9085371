"""Nonconformities: their life, requirements, disputes, causes, extent, checks, repeats."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# In the order in which they can go: what points to another first.
TABLES = [
    "nonconformity_requirement",
    "nonconformity_repeat",
    "nonconformity_extent",
    "nonconformity_dispute",
    "nonconformity_check",
    "nonconformity_cause",
    "nonconformity_carry_over",
    "nonconformity",
]


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "nonconformity",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ref", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("objective_evidence", sa.Text(), nullable=False),
        sa.Column("grade", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("status_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("turn_due_on", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("source_note", sa.Text(), nullable=False),
        sa.Column("finding_id", sa.Uuid(), nullable=True),
        sa.Column("audit_id", sa.Uuid(), nullable=True),
        sa.Column("relationship_id", sa.Uuid(), nullable=True),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("body_name", sa.String(length=200), nullable=False),
        sa.Column("body_ref", sa.String(length=80), nullable=False),
        sa.Column("reply_due_on", sa.Date(), nullable=True),
        sa.Column("replied_on", sa.Date(), nullable=True),
        sa.Column("close_due_on", sa.Date(), nullable=True),
        sa.Column("raised_by_id", sa.Uuid(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by_id", sa.Uuid(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("responsible_id", sa.Uuid(), nullable=True),
        sa.Column("deputy_id", sa.Uuid(), nullable=True),
        sa.Column("verifier_id", sa.Uuid(), nullable=True),
        sa.Column("verifier_conflict", sa.Text(), nullable=False),
        sa.Column("verifier_reason", sa.Text(), nullable=False),
        sa.Column("verifier_reviewer_id", sa.Uuid(), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by_id", sa.Uuid(), nullable=True),
        sa.Column("correction", sa.Text(), nullable=False),
        sa.Column("containment", sa.Text(), nullable=False),
        sa.Column("contained_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cause_summary", sa.Text(), nullable=False),
        sa.Column("extent_summary", sa.Text(), nullable=False),
        sa.Column("cause_done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("plan_submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("plan_accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("plan_accepted_by_id", sa.Uuid(), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_by_id", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.Uuid(), nullable=True),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.Column("status_reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["acknowledged_by_id"], ["person.id"], name=op.f("fk_nonconformity_acknowledged_by_id_person")
        ),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_nonconformity_audit_id_audit")),
        sa.ForeignKeyConstraint(
            ["closed_by_id"], ["person.id"], name=op.f("fk_nonconformity_closed_by_id_person")
        ),
        sa.ForeignKeyConstraint(["deputy_id"], ["person.id"], name=op.f("fk_nonconformity_deputy_id_person")),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["audit_finding.id"], name=op.f("fk_nonconformity_finding_id_audit_finding")
        ),
        sa.ForeignKeyConstraint(
            ["issued_by_id"], ["person.id"], name=op.f("fk_nonconformity_issued_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["plan_accepted_by_id"], ["person.id"], name=op.f("fk_nonconformity_plan_accepted_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["raised_by_id"], ["person.id"], name=op.f("fk_nonconformity_raised_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["relationship_id"],
            ["relationship.id"],
            name=op.f("fk_nonconformity_relationship_id_relationship"),
        ),
        sa.ForeignKeyConstraint(
            ["responsible_id"], ["person.id"], name=op.f("fk_nonconformity_responsible_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["verified_by_id"], ["person.id"], name=op.f("fk_nonconformity_verified_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["verifier_id"], ["person.id"], name=op.f("fk_nonconformity_verifier_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["verifier_reviewer_id"], ["person.id"], name=op.f("fk_nonconformity_verifier_reviewer_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nonconformity")),
        sa.UniqueConstraint("finding_id", name=op.f("uq_nonconformity_finding_id")),
        sa.UniqueConstraint("ref", name=op.f("uq_nonconformity_ref")),
    )
    op.create_index(op.f("ix_nonconformity_audit_id"), "nonconformity", ["audit_id"], unique=False)
    op.create_index(op.f("ix_nonconformity_closed_at"), "nonconformity", ["closed_at"], unique=False)
    op.create_index(op.f("ix_nonconformity_raised_at"), "nonconformity", ["raised_at"], unique=False)
    op.create_index(
        op.f("ix_nonconformity_relationship_id"), "nonconformity", ["relationship_id"], unique=False
    )
    op.create_index(
        "ix_nonconformity_responsible_id_status", "nonconformity", ["responsible_id", "status"], unique=False
    )
    op.create_index(
        "ix_nonconformity_status_turn_due_on", "nonconformity", ["status", "turn_due_on", "ref"], unique=False
    )
    op.create_index(
        "ix_nonconformity_register",
        "nonconformity",
        [
            "turn_due_on",
            "ref",
            "status",
            "grade",
            "source",
            "stage",
            "relationship_id",
            "audit_id",
            "responsible_id",
            "deputy_id",
            "verifier_id",
            "verifier_reviewer_id",
            "raised_by_id",
            "raised_at",
            "closed_at",
            "reopened",
            "id",
        ],
        unique=False,
    )
    op.create_index(
        "ix_nonconformity_verifier_id_status", "nonconformity", ["verifier_id", "status"], unique=False
    )

    op.create_table(
        "nonconformity_carry_over",
        sa.Column("nonconformity_id", sa.Uuid(), nullable=False),
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["audit_id"], ["audit.id"], name=op.f("fk_nonconformity_carry_over_audit_id_audit")
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["person.id"], name=op.f("fk_nonconformity_carry_over_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["nonconformity_id"],
            ["nonconformity.id"],
            name=op.f("fk_nonconformity_carry_over_nonconformity_id_nonconformity"),
        ),
        sa.PrimaryKeyConstraint("nonconformity_id", name=op.f("pk_nonconformity_carry_over")),
    )
    op.create_index(
        op.f("ix_nonconformity_carry_over_audit_id"), "nonconformity_carry_over", ["audit_id"], unique=False
    )

    op.create_table(
        "nonconformity_cause",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("nonconformity_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=True),
        sa.Column("root", sa.Boolean(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["nonconformity_id"],
            ["nonconformity.id"],
            name=op.f("fk_nonconformity_cause_nonconformity_id_nonconformity"),
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["nonconformity_cause.id"],
            name=op.f("fk_nonconformity_cause_parent_id_nonconformity_cause"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nonconformity_cause")),
    )
    op.create_index(
        op.f("ix_nonconformity_cause_category"), "nonconformity_cause", ["category"], unique=False
    )
    op.create_index(
        op.f("ix_nonconformity_cause_nonconformity_id"),
        "nonconformity_cause",
        ["nonconformity_id"],
        unique=False,
    )

    op.create_table(
        "nonconformity_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("nonconformity_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("criteria", sa.Text(), nullable=False),
        sa.Column("criteria_by_id", sa.Uuid(), nullable=True),
        sa.Column("criteria_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("not_before", sa.Date(), nullable=True),
        sa.Column("result", sa.String(length=40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("sample", sa.Text(), nullable=False),
        sa.Column("checked_by_id", sa.Uuid(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["checked_by_id"], ["person.id"], name=op.f("fk_nonconformity_check_checked_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["criteria_by_id"], ["person.id"], name=op.f("fk_nonconformity_check_criteria_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["nonconformity_id"],
            ["nonconformity.id"],
            name=op.f("fk_nonconformity_check_nonconformity_id_nonconformity"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nonconformity_check")),
        sa.UniqueConstraint(
            "nonconformity_id", "round", name=op.f("uq_nonconformity_check_nonconformity_id_round")
        ),
    )
    op.create_index(
        op.f("ix_nonconformity_check_not_before"), "nonconformity_check", ["not_before"], unique=False
    )

    op.create_table(
        "nonconformity_dispute",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("nonconformity_id", sa.Uuid(), nullable=False),
        sa.Column("view", sa.Text(), nullable=False),
        sa.Column("raised_by_id", sa.Uuid(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by_id", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("maintained", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["person.id"], name=op.f("fk_nonconformity_dispute_answered_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_nonconformity_dispute_decided_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["nonconformity_id"],
            ["nonconformity.id"],
            name=op.f("fk_nonconformity_dispute_nonconformity_id_nonconformity"),
        ),
        sa.ForeignKeyConstraint(
            ["raised_by_id"], ["person.id"], name=op.f("fk_nonconformity_dispute_raised_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nonconformity_dispute")),
    )
    op.create_index(
        op.f("ix_nonconformity_dispute_nonconformity_id"),
        "nonconformity_dispute",
        ["nonconformity_id"],
        unique=False,
    )

    op.create_table(
        "nonconformity_extent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("nonconformity_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("relationship_id", sa.Uuid(), nullable=True),
        sa.Column("standard", sa.String(length=80), nullable=False),
        sa.Column("clause", sa.String(length=40), nullable=False),
        sa.Column("place", sa.String(length=300), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("checker_id", sa.Uuid(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("result", sa.String(length=40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("checked_by_id", sa.Uuid(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("raised_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["checked_by_id"], ["person.id"], name=op.f("fk_nonconformity_extent_checked_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["checker_id"], ["person.id"], name=op.f("fk_nonconformity_extent_checker_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["nonconformity_id"],
            ["nonconformity.id"],
            name=op.f("fk_nonconformity_extent_nonconformity_id_nonconformity"),
        ),
        sa.ForeignKeyConstraint(
            ["raised_id"], ["nonconformity.id"], name=op.f("fk_nonconformity_extent_raised_id_nonconformity")
        ),
        sa.ForeignKeyConstraint(
            ["relationship_id"],
            ["relationship.id"],
            name=op.f("fk_nonconformity_extent_relationship_id_relationship"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nonconformity_extent")),
    )
    op.create_index(
        op.f("ix_nonconformity_extent_checker_id"), "nonconformity_extent", ["checker_id"], unique=False
    )
    op.create_index(
        op.f("ix_nonconformity_extent_nonconformity_id"),
        "nonconformity_extent",
        ["nonconformity_id"],
        unique=False,
    )

    op.create_table(
        "nonconformity_repeat",
        sa.Column("nonconformity_id", sa.Uuid(), nullable=False),
        sa.Column("earlier_id", sa.Uuid(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("linked_by_id", sa.Uuid(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["earlier_id"],
            ["nonconformity.id"],
            name=op.f("fk_nonconformity_repeat_earlier_id_nonconformity"),
        ),
        sa.ForeignKeyConstraint(
            ["linked_by_id"], ["person.id"], name=op.f("fk_nonconformity_repeat_linked_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["nonconformity_id"],
            ["nonconformity.id"],
            name=op.f("fk_nonconformity_repeat_nonconformity_id_nonconformity"),
        ),
        sa.PrimaryKeyConstraint("nonconformity_id", "earlier_id", name=op.f("pk_nonconformity_repeat")),
    )
    op.create_index(
        op.f("ix_nonconformity_repeat_earlier_id"), "nonconformity_repeat", ["earlier_id"], unique=False
    )

    op.create_table(
        "nonconformity_requirement",
        sa.Column("nonconformity_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("standard", sa.String(length=80), nullable=False),
        sa.Column("clause", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["nonconformity_id"],
            ["nonconformity.id"],
            name=op.f("fk_nonconformity_requirement_nonconformity_id_nonconformity"),
        ),
        sa.PrimaryKeyConstraint("nonconformity_id", "position", name=op.f("pk_nonconformity_requirement")),
    )
    op.create_index(
        "ix_nonconformity_requirement_clause",
        "nonconformity_requirement",
        ["standard", "clause"],
        unique=False,
    )


def downgrade() -> None:
    """Go back."""
    for name in TABLES:
        op.drop_table(name)
