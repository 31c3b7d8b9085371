"""Actions on nonconformities: steps, requests, verification, comments, files; saved views; diverging opinions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# In the order in which they can go: what points to another first.
TABLES = (
    "audit_divergence",
    "nonconformity_verification",
    "nonconformity_file",
    "nonconformity_comment",
    "nonconformity_action_step",
    "nonconformity_action_request",
    "nonconformity_action",
    "saved_view",
)


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "audit_divergence",
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("auditee_view", sa.Text(), nullable=False),
        sa.Column("team_view", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_audit_divergence_audit_id_audit")),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["audit_finding.id"], name=op.f("fk_audit_divergence_finding_id_audit_finding")
        ),
        sa.PrimaryKeyConstraint("finding_id", name=op.f("pk_audit_divergence")),
    )
    op.create_index(op.f("ix_audit_divergence_audit_id"), "audit_divergence", ["audit_id"], unique=False)
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("register", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_saved_view_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint(
            "person_id", "register", "name", name=op.f("uq_saved_view_person_id_register_name")
        ),
    )
    op.create_table(
        "nonconformity_action",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ref", sa.String(length=30), nullable=False),
        sa.Column("nonconformity_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("status_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("priority", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("expected", sa.Text(), nullable=False),
        sa.Column("evidence_wanted", sa.Text(), nullable=False),
        sa.Column("cause_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("deputy_id", sa.Uuid(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("first_due_on", sa.Date(), nullable=False),
        sa.Column("proposed_by_id", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", sa.Uuid(), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_by_id", sa.Uuid(), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_by_id", sa.Uuid(), nullable=True),
        sa.Column("status_reason", sa.Text(), nullable=False),
        sa.Column("worked_ids", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cancelled_by_id"], ["person.id"], name=op.f("fk_nonconformity_action_cancelled_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["cause_id"],
            ["nonconformity_cause.id"],
            name=op.f("fk_nonconformity_action_cause_id_nonconformity_cause"),
        ),
        sa.ForeignKeyConstraint(
            ["deputy_id"], ["person.id"], name=op.f("fk_nonconformity_action_deputy_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["done_by_id"], ["person.id"], name=op.f("fk_nonconformity_action_done_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["nonconformity_id"],
            ["nonconformity.id"],
            name=op.f("fk_nonconformity_action_nonconformity_id_nonconformity"),
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["person.id"], name=op.f("fk_nonconformity_action_owner_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["person.id"], name=op.f("fk_nonconformity_action_proposed_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["verified_by_id"], ["person.id"], name=op.f("fk_nonconformity_action_verified_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nonconformity_action")),
        sa.UniqueConstraint("ref", name=op.f("uq_nonconformity_action_ref")),
    )
    op.create_index(
        op.f("ix_nonconformity_action_deputy_id"), "nonconformity_action", ["deputy_id"], unique=False
    )
    op.create_index(
        "ix_nonconformity_action_register",
        "nonconformity_action",
        [
            "due_on",
            "ref",
            "status",
            "kind",
            "priority",
            "owner_id",
            "deputy_id",
            "nonconformity_id",
            "id",
        ],
        unique=False,
    )
    op.create_index(
        op.f("ix_nonconformity_action_nonconformity_id"),
        "nonconformity_action",
        ["nonconformity_id"],
        unique=False,
    )
    op.create_index(
        "ix_nonconformity_action_owner_id_status",
        "nonconformity_action",
        ["owner_id", "status"],
        unique=False,
    )
    op.create_index(
        "ix_nonconformity_action_status_due_on",
        "nonconformity_action",
        ["status", "due_on", "ref"],
        unique=False,
    )

    op.create_table(
        "nonconformity_action_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("impact", sa.Text(), nullable=False),
        sa.Column("wanted_on", sa.Date(), nullable=True),
        sa.Column("proposed_owner_id", sa.Uuid(), nullable=True),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["action_id"],
            ["nonconformity_action.id"],
            name=op.f("fk_nonconformity_action_request_action_id_nonconformity_action"),
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["person.id"], name=op.f("fk_nonconformity_action_request_asked_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["person.id"],
            name=op.f("fk_nonconformity_action_request_decided_by_id_person"),
        ),
        sa.ForeignKeyConstraint(
            ["proposed_owner_id"],
            ["person.id"],
            name=op.f("fk_nonconformity_action_request_proposed_owner_id_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nonconformity_action_request")),
    )
    op.create_index(
        op.f("ix_nonconformity_action_request_action_id"),
        "nonconformity_action_request",
        ["action_id"],
        unique=False,
    )
    op.create_index(
        "ix_nonconformity_action_request_status_kind",
        "nonconformity_action_request",
        ["status", "kind"],
        unique=False,
    )
    op.create_index(
        "uq_nonconformity_action_request_open",
        "nonconformity_action_request",
        ["action_id"],
        unique=True,
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )

    op.create_table(
        "nonconformity_action_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["action_id"],
            ["nonconformity_action.id"],
            name=op.f("fk_nonconformity_action_step_action_id_nonconformity_action"),
        ),
        sa.ForeignKeyConstraint(
            ["done_by_id"], ["person.id"], name=op.f("fk_nonconformity_action_step_done_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nonconformity_action_step")),
    )
    op.create_index(
        op.f("ix_nonconformity_action_step_action_id"),
        "nonconformity_action_step",
        ["action_id"],
        unique=False,
    )

    op.create_table(
        "nonconformity_comment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("nonconformity_id", sa.Uuid(), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("internal", sa.Boolean(), nullable=False),
        sa.Column("mentions", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["action_id"],
            ["nonconformity_action.id"],
            name=op.f("fk_nonconformity_comment_action_id_nonconformity_action"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_nonconformity_comment_by_id_person")),
        sa.ForeignKeyConstraint(
            ["nonconformity_id"],
            ["nonconformity.id"],
            name=op.f("fk_nonconformity_comment_nonconformity_id_nonconformity"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nonconformity_comment")),
    )
    op.create_index(
        op.f("ix_nonconformity_comment_action_id"), "nonconformity_comment", ["action_id"], unique=False
    )
    op.create_index(
        op.f("ix_nonconformity_comment_nonconformity_id"),
        "nonconformity_comment",
        ["nonconformity_id"],
        unique=False,
    )

    op.create_table(
        "nonconformity_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("nonconformity_id", sa.Uuid(), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=True),
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
        sa.Column("internal", sa.Boolean(), nullable=False),
        sa.Column("added_by_id", sa.Uuid(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_by_id", sa.Uuid(), nullable=True),
        sa.Column("removal_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["action_id"],
            ["nonconformity_action.id"],
            name=op.f("fk_nonconformity_file_action_id_nonconformity_action"),
        ),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["person.id"], name=op.f("fk_nonconformity_file_added_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["nonconformity_id"],
            ["nonconformity.id"],
            name=op.f("fk_nonconformity_file_nonconformity_id_nonconformity"),
        ),
        sa.ForeignKeyConstraint(
            ["removed_by_id"], ["person.id"], name=op.f("fk_nonconformity_file_removed_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nonconformity_file")),
    )
    op.create_index(
        op.f("ix_nonconformity_file_action_id"), "nonconformity_file", ["action_id"], unique=False
    )
    op.create_index(
        op.f("ix_nonconformity_file_nonconformity_id"),
        "nonconformity_file",
        ["nonconformity_id"],
        unique=False,
    )

    op.create_table(
        "nonconformity_verification",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("nonconformity_id", sa.Uuid(), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("sample", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["action_id"],
            ["nonconformity_action.id"],
            name=op.f("fk_nonconformity_verification_action_id_nonconformity_action"),
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["person.id"], name=op.f("fk_nonconformity_verification_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["nonconformity_id"],
            ["nonconformity.id"],
            name=op.f("fk_nonconformity_verification_nonconformity_id_nonconformity"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nonconformity_verification")),
    )
    op.create_index(
        op.f("ix_nonconformity_verification_action_id"),
        "nonconformity_verification",
        ["action_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_nonconformity_verification_nonconformity_id"),
        "nonconformity_verification",
        ["nonconformity_id"],
        unique=False,
    )


def downgrade() -> None:
    """Go back."""
    for name in TABLES:
        op.drop_table(name)
