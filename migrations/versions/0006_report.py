"""The closing: conclusions, and issued reports that triggers keep as they were issued."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TEXTS = (
    "text",
    "objectives_note",
    "process_summary",
    "obstacles",
    "not_covered",
    "main_findings",
    "good_practices",
    "diverging",
    "sampling",
    "follow_up",
    "programme",
    "confidentiality",
    "distribution",
)


def guard_issued_reports() -> None:
    """Triggers that refuse to change or remove an issued report, on either database."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_report_no_{verb.lower()} BEFORE {verb} ON audit_report "
                f"BEGIN SELECT RAISE(ABORT, 'an issued report is never changed'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION issued_report_is_frozen() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'an issued report is never changed'; END $$"
    )
    for verb, level in (("UPDATE", "ROW"), ("DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER audit_report_no_{verb.lower()} BEFORE {verb} ON audit_report "
            f"FOR EACH {level} EXECUTE FUNCTION issued_report_is_frozen()"
        )


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "audit_conclusion",
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in TEXTS),
        sa.Column("objectives_met", sa.String(length=10), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_audit_conclusion_audit_id_audit")),
        sa.ForeignKeyConstraint(
            ["updated_by_id"], ["person.id"], name=op.f("fk_audit_conclusion_updated_by_id_person")
        ),
        sa.PrimaryKeyConstraint("audit_id", name=op.f("pk_audit_conclusion")),
    )
    op.create_table(
        "audit_report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by_id", sa.Uuid(), nullable=False),
        sa.Column("anchor_seq", sa.BigInteger(), nullable=False),
        sa.Column("anchor_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_audit_report_audit_id_audit")),
        sa.ForeignKeyConstraint(
            ["issued_by_id"], ["person.id"], name=op.f("fk_audit_report_issued_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_report")),
        sa.UniqueConstraint("audit_id", "revision", name=op.f("uq_audit_report_audit_id_revision")),
        sa.UniqueConstraint("number", "revision", name=op.f("uq_audit_report_number_revision")),
    )
    guard_issued_reports()


def downgrade() -> None:
    """Go back."""
    op.drop_table("audit_report")
    op.drop_table("audit_conclusion")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION issued_report_is_frozen()")
