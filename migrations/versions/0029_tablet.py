"""The audit on a tablet: devices, their copies and operations; photos whose bytes come later; signatures."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "audit_device",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("agent", sa.String(length=300), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("seen_by_id", sa.Uuid(), nullable=False),
        sa.Column("head_seq", sa.Integer(), nullable=False),
        sa.Column("head_sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name=op.f("fk_audit_device_created_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["seen_by_id"], ["person.id"], name=op.f("fk_audit_device_seen_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_device")),
    )
    op.create_table(
        "audit_copy",
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("heard_at", MOMENT, nullable=False),
        sa.Column("taken_at", MOMENT, nullable=True),
        sa.Column("departed_at", MOMENT, nullable=True),
        sa.Column("unsent", sa.Integer(), nullable=False),
        sa.Column("unsent_photos", sa.Integer(), nullable=False),
        sa.Column("unsent_bytes", sa.BigInteger(), nullable=False),
        sa.Column("oldest_at", MOMENT, nullable=True),
        sa.Column("removed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_audit_copy_audit_id_audit")),
        sa.ForeignKeyConstraint(
            ["device_id"], ["audit_device.id"], name=op.f("fk_audit_copy_device_id_audit_device")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_audit_copy_person_id_person")),
        sa.PrimaryKeyConstraint("device_id", "audit_id", "person_id", name=op.f("pk_audit_copy")),
    )
    op.create_index("ix_audit_copy_audit_id", "audit_copy", ["audit_id"], unique=False)
    op.create_table(
        "audit_operation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("carried_by_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("previous_sha256", sa.String(length=64), nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("result", JSON, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_audit_operation_audit_id_audit")),
        sa.ForeignKeyConstraint(
            ["carried_by_id"], ["person.id"], name=op.f("fk_audit_operation_carried_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["device_id"], ["audit_device.id"], name=op.f("fk_audit_operation_device_id_audit_device")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_audit_operation_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_operation")),
        sa.UniqueConstraint("device_id", "seq", name=op.f("uq_audit_operation_device_id_seq")),
    )
    op.create_index("ix_audit_operation_audit_id", "audit_operation", ["audit_id", "state"], unique=False)
    with op.batch_alter_table("audit_evidence") as batch:
        batch.add_column(
            sa.Column("original_sha256", sa.String(length=64), nullable=False, server_default="")
        )
        batch.add_column(sa.Column("original_size", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("captured_at", MOMENT, nullable=True))
        batch.add_column(sa.Column("arrived_at", MOMENT, nullable=True))
        batch.add_column(sa.Column("annotation", JSON, nullable=False, server_default="[]"))
        batch.add_column(sa.Column("device_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("operation_id", sa.Uuid(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_audit_evidence_device_id_audit_device"), "audit_device", ["device_id"], ["id"]
        )
        batch.create_unique_constraint(op.f("uq_audit_evidence_operation_id"), ["operation_id"])
    op.execute("UPDATE audit_evidence SET arrived_at = added_at")
    with op.batch_alter_table("audit_evidence") as batch:
        for name in ("original_sha256", "original_size", "annotation"):
            batch.alter_column(name, server_default=None)
    with op.batch_alter_table("audit_answer_conflict") as batch:
        batch.add_column(sa.Column("other_written_at", MOMENT, nullable=True))
        batch.add_column(sa.Column("other_device_id", sa.Uuid(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_audit_answer_conflict_other_device_id_audit_device"),
            "audit_device",
            ["other_device_id"],
            ["id"],
        )
    with op.batch_alter_table("audit_meeting") as batch:
        batch.add_column(sa.Column("signatures", JSON, nullable=False, server_default="[]"))
    with op.batch_alter_table("audit_meeting") as batch:
        batch.alter_column("signatures", server_default=None)


def downgrade() -> None:
    """Go down: what only a tablet knows of is gone, the evidence itself stays."""
    with op.batch_alter_table("audit_meeting") as batch:
        batch.drop_column("signatures")
    with op.batch_alter_table("audit_answer_conflict") as batch:
        batch.drop_constraint(
            op.f("fk_audit_answer_conflict_other_device_id_audit_device"), type_="foreignkey"
        )
        batch.drop_column("other_device_id")
        batch.drop_column("other_written_at")
    with op.batch_alter_table("audit_evidence") as batch:
        batch.drop_constraint(op.f("uq_audit_evidence_operation_id"), type_="unique")
        batch.drop_constraint(op.f("fk_audit_evidence_device_id_audit_device"), type_="foreignkey")
        for name in (
            "operation_id",
            "device_id",
            "annotation",
            "arrived_at",
            "captured_at",
            "original_size",
            "original_sha256",
        ):
            batch.drop_column(name)
    op.drop_table("audit_operation")
    op.drop_table("audit_copy")
    op.drop_table("audit_device")
