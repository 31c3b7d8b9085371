"""Tables of plans of relationships."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "rmp_plan",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ref", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("relationship_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("partner_owner_id", sa.Uuid(), nullable=True),
        sa.Column("months", sa.Integer(), nullable=True),
        sa.Column("drafts_shared", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_rmp_plan_owner_id_person")),
        sa.ForeignKeyConstraint(
            ["partner_owner_id"], ["person.id"], name=op.f("fk_rmp_plan_partner_owner_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["relationship_id"], ["relationship.id"], name=op.f("fk_rmp_plan_relationship_id_relationship")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rmp_plan")),
        sa.UniqueConstraint("ref", name=op.f("uq_rmp_plan_ref")),
    )
    op.create_index(op.f("ix_rmp_plan_relationship_id"), "rmp_plan", ["relationship_id"], unique=False)
    op.create_table(
        "rmp_comment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sharing", sa.String(length=40), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["party_id"], ["partner.id"], name=op.f("fk_rmp_comment_party_id_partner")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_rmp_comment_person_id_person")),
        sa.ForeignKeyConstraint(["plan_id"], ["rmp_plan.id"], name=op.f("fk_rmp_comment_plan_id_rmp_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rmp_comment")),
    )
    op.create_index("ix_rmp_comment_section", "rmp_comment", ["plan_id", "key"], unique=False)
    op.create_table(
        "rmp_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned", sa.Text(), nullable=False),
        sa.Column("in_force_on", sa.Date(), nullable=True),
        sa.Column("superseded_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name=op.f("fk_rmp_version_created_by_id_person")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["rmp_plan.id"], name=op.f("fk_rmp_version_plan_id_rmp_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rmp_version")),
        sa.UniqueConstraint("plan_id", "number", name=op.f("uq_rmp_version_plan_id_number")),
    )
    op.create_index(
        "uq_rmp_version_in_force",
        "rmp_version",
        ["plan_id"],
        unique=True,
        sqlite_where=sa.text("status = 'in_force'"),
        postgresql_where=sa.text("status = 'in_force'"),
    )
    op.create_index(
        "uq_rmp_version_open",
        "rmp_version",
        ["plan_id"],
        unique=True,
        sqlite_where=sa.text("status IN ('draft', 'submitted', 'agreed')"),
        postgresql_where=sa.text("status IN ('draft', 'submitted', 'agreed')"),
    )
    op.create_table(
        "rmp_approval",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("on_behalf", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["partner.id"], name=op.f("fk_rmp_approval_party_id_partner")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_rmp_approval_person_id_person")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["rmp_version.id"], name=op.f("fk_rmp_approval_version_id_rmp_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rmp_approval")),
    )
    op.create_index(op.f("ix_rmp_approval_version_id"), "rmp_approval", ["version_id"], unique=False)
    op.create_table(
        "rmp_review",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("ours", sa.String(length=400), nullable=False),
        sa.Column("theirs", sa.String(length=400), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("intended_on", sa.Date(), nullable=True),
        sa.Column("logged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("logged_by_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["logged_by_id"], ["person.id"], name=op.f("fk_rmp_review_logged_by_id_person")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["rmp_plan.id"], name=op.f("fk_rmp_review_plan_id_rmp_plan")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["rmp_version.id"], name=op.f("fk_rmp_review_version_id_rmp_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rmp_review")),
    )
    op.create_index(op.f("ix_rmp_review_plan_id"), "rmp_review", ["plan_id"], unique=False)
    op.create_table(
        "rmp_section",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("sharing", sa.String(length=40), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["person.id"], name=op.f("fk_rmp_section_changed_by_id_person")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_rmp_section_owner_id_person")),
        sa.ForeignKeyConstraint(["party_id"], ["partner.id"], name=op.f("fk_rmp_section_party_id_partner")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["rmp_version.id"], name=op.f("fk_rmp_section_version_id_rmp_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rmp_section")),
        sa.UniqueConstraint("version_id", "key", name=op.f("uq_rmp_section_version_id_key")),
    )
    op.create_table(
        "rmp_tick",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_rmp_tick_by_id_person")),
        sa.ForeignKeyConstraint(["plan_id"], ["rmp_plan.id"], name=op.f("fk_rmp_tick_plan_id_rmp_plan")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["rmp_version.id"], name=op.f("fk_rmp_tick_version_id_rmp_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rmp_tick")),
    )
    op.create_index(op.f("ix_rmp_tick_plan_id"), "rmp_tick", ["plan_id"], unique=False)


def downgrade() -> None:
    """Go down."""
    op.drop_index(op.f("ix_rmp_tick_plan_id"), table_name="rmp_tick")
    op.drop_table("rmp_tick")
    op.drop_table("rmp_section")
    op.drop_index(op.f("ix_rmp_review_plan_id"), table_name="rmp_review")
    op.drop_table("rmp_review")
    op.drop_index(op.f("ix_rmp_approval_version_id"), table_name="rmp_approval")
    op.drop_table("rmp_approval")
    op.drop_index(
        "uq_rmp_version_open",
        table_name="rmp_version",
        sqlite_where=sa.text("status IN ('draft', 'submitted', 'agreed')"),
        postgresql_where=sa.text("status IN ('draft', 'submitted', 'agreed')"),
    )
    op.drop_index(
        "uq_rmp_version_in_force",
        table_name="rmp_version",
        sqlite_where=sa.text("status = 'in_force'"),
        postgresql_where=sa.text("status = 'in_force'"),
    )
    op.drop_table("rmp_version")
    op.drop_index("ix_rmp_comment_section", table_name="rmp_comment")
    op.drop_table("rmp_comment")
    op.drop_index(op.f("ix_rmp_plan_relationship_id"), table_name="rmp_plan")
    op.drop_table("rmp_plan")
