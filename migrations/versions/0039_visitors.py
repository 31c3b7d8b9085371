"""External auditors who are invited to one evidence pack."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "pack_visitor",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ref", sa.String(length=20), nullable=False),
        sa.Column("pack_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("body", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("link_digest", sa.String(length=64), nullable=False),
        sa.Column("begins_at", moment, nullable=False),
        sa.Column("ends_at", moment, nullable=False),
        sa.Column("invited_by_id", sa.Uuid(), nullable=False),
        sa.Column("invited_at", moment, nullable=False),
        sa.Column("visit_digest", sa.String(length=64), nullable=True),
        sa.Column("confirmed_name", sa.String(length=200), nullable=False),
        sa.Column("confirmed_at", moment, nullable=True),
        sa.Column("seen_at", moment, nullable=True),
        sa.Column("revoked_at", moment, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_at >= begins_at", name=op.f("ck_pack_visitor_span")),
        sa.ForeignKeyConstraint(
            ["invited_by_id"], ["person.id"], name=op.f("fk_pack_visitor_invited_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["pack_id"], ["evidence_pack.id"], name=op.f("fk_pack_visitor_pack_id_evidence_pack")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pack_visitor")),
        sa.UniqueConstraint("link_digest", name=op.f("uq_pack_visitor_link_digest")),
        sa.UniqueConstraint("ref", name=op.f("uq_pack_visitor_ref")),
        sa.UniqueConstraint("visit_digest", name=op.f("uq_pack_visitor_visit_digest")),
    )
    op.create_index(op.f("ix_pack_visitor_pack_id"), "pack_visitor", ["pack_id"])


def downgrade() -> None:
    """Go back."""
    op.drop_table("pack_visitor")
