"""Templates of the Word report: their versions, the organization's default, and what was chosen for an audit."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "report_template",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_template")),
        sa.UniqueConstraint("kind", "name", name=op.f("uq_report_template_kind_name")),
    )
    op.create_table(
        "report_template_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("template_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=300), nullable=False),
        sa.Column("works", sa.Boolean(), nullable=False),
        sa.Column("lacks", sa.String(length=400), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("uploaded_by_id", sa.Uuid(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["template_id"],
            ["report_template.id"],
            name=op.f("fk_report_template_version_template_id_report_template"),
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["person.id"], name=op.f("fk_report_template_version_uploaded_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_template_version")),
        sa.UniqueConstraint(
            "template_id", "number", name=op.f("uq_report_template_version_template_id_number")
        ),
    )
    op.create_table(
        "report_template_default",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("template_id", sa.Uuid(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["template_id"],
            ["report_template.id"],
            name=op.f("fk_report_template_default_template_id_report_template"),
        ),
        sa.ForeignKeyConstraint(
            ["set_by_id"], ["person.id"], name=op.f("fk_report_template_default_set_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_template_default")),
    )
    op.create_table(
        "audit_report_template",
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=True),
        sa.Column("chosen_by_id", sa.Uuid(), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["audit_id"], ["audit.id"], name=op.f("fk_audit_report_template_audit_id_audit")
        ),
        sa.ForeignKeyConstraint(
            ["chosen_by_id"], ["person.id"], name=op.f("fk_audit_report_template_chosen_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["report_template_version.id"],
            name=op.f("fk_audit_report_template_version_id_report_template_version"),
        ),
        sa.PrimaryKeyConstraint("audit_id", name=op.f("pk_audit_report_template")),
    )


def downgrade() -> None:
    """Go down."""
    for table in (
        "audit_report_template",
        "report_template_default",
        "report_template_version",
        "report_template",
    ):
        op.drop_table(table)
