"""People of a relationship on either side; each contact there was becomes a contact of the partner's relationships."""

from datetime import UTC, datetime
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "relationship_member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("relationship_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_relationship_member_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["relationship_id"],
            ["relationship.id"],
            name=op.f("fk_relationship_member_relationship_id_relationship"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relationship_member")),
        sa.UniqueConstraint(
            "relationship_id",
            "person_id",
            "role",
            name=op.f("uq_relationship_member_relationship_id_person_id_role"),
        ),
    )
    op.create_index(
        op.f("ix_relationship_member_person_id"), "relationship_member", ["person_id"], unique=False
    )
    _make_members()
    op.create_table(
        "relationship_access_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("relationship_id", sa.Uuid(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["person.id"], name=op.f("fk_relationship_access_link_made_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_relationship_access_link_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["relationship_id"],
            ["relationship.id"],
            name=op.f("fk_relationship_access_link_relationship_id_relationship"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relationship_access_link")),
        sa.UniqueConstraint("digest", name=op.f("uq_relationship_access_link_digest")),
    )
    op.create_index(
        op.f("ix_relationship_access_link_person_id"), "relationship_access_link", ["person_id"], unique=False
    )
    op.create_index(
        op.f("ix_relationship_access_link_relationship_id"),
        "relationship_access_link",
        ["relationship_id"],
        unique=False,
    )
    op.create_table(
        "relationship_break_point",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("relationship_id", sa.Uuid(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["relationship_id"],
            ["relationship.id"],
            name=op.f("fk_relationship_break_point_relationship_id_relationship"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relationship_break_point")),
    )
    op.create_index(
        op.f("ix_relationship_break_point_relationship_id"),
        "relationship_break_point",
        ["relationship_id"],
        unique=False,
    )
    op.create_table(
        "relationship_interdependency",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("relationship_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["other_id"],
            ["relationship.id"],
            name=op.f("fk_relationship_interdependency_other_id_relationship"),
        ),
        sa.ForeignKeyConstraint(
            ["relationship_id"],
            ["relationship.id"],
            name=op.f("fk_relationship_interdependency_relationship_id_relationship"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relationship_interdependency")),
        sa.UniqueConstraint(
            "relationship_id",
            "other_id",
            name=op.f("uq_relationship_interdependency_relationship_id_other_id"),
        ),
    )
    op.create_index(
        op.f("ix_relationship_interdependency_other_id"),
        "relationship_interdependency",
        ["other_id"],
        unique=False,
    )
    op.create_table(
        "relationship_score",
        sa.Column("relationship_id", sa.Uuid(), nullable=False),
        sa.Column("criterion", sa.String(length=40), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(
            ["relationship_id"],
            ["relationship.id"],
            name=op.f("fk_relationship_score_relationship_id_relationship"),
        ),
        sa.PrimaryKeyConstraint("relationship_id", "criterion", name=op.f("pk_relationship_score")),
    )
    op.add_column(
        "relationship", sa.Column("segment", sa.String(length=80), nullable=False, server_default="")
    )
    op.add_column("relationship", sa.Column("priority_reason", sa.Text(), nullable=False, server_default=""))
    op.add_column("relationship", sa.Column("contract_starts_on", sa.Date(), nullable=True))
    op.add_column("relationship", sa.Column("contract_ends_on", sa.Date(), nullable=True))
    op.add_column("relationship", sa.Column("notice_days", sa.Integer(), nullable=True))


def _make_members() -> None:
    """Whoever was a partner's contact saw all relationships of the partner: they become contacts of these."""
    person = sa.table(
        "person", sa.column("id", sa.Uuid()), sa.column("partner_id", sa.Uuid()), sa.column("active")
    )
    takes_part = sa.table(
        "relationship_partner", sa.column("relationship_id", sa.Uuid()), sa.column("partner_id", sa.Uuid())
    )
    member = sa.table(
        "relationship_member",
        sa.column("id", sa.Uuid()),
        sa.column("relationship_id", sa.Uuid()),
        sa.column("person_id", sa.Uuid()),
        sa.column("role", sa.String()),
        sa.column("note", sa.String()),
        sa.column("added_at", sa.DateTime(timezone=True)),
    )
    connection = op.get_bind()
    rows = connection.execute(
        sa.select(takes_part.c.relationship_id, person.c.id)
        .join(person, person.c.partner_id == takes_part.c.partner_id)
        .where(person.c.active.is_(sa.true()))
    ).all()
    now = datetime.now(UTC)
    for relationship_id, person_id in rows:
        connection.execute(
            sa.insert(member).values(
                id=uuid4(),
                relationship_id=relationship_id,
                person_id=person_id,
                role="contact",
                note="",
                added_at=now,
            )
        )


def downgrade() -> None:
    """Go down."""
    op.drop_column("relationship", "notice_days")
    op.drop_column("relationship", "contract_ends_on")
    op.drop_column("relationship", "contract_starts_on")
    op.drop_column("relationship", "priority_reason")
    op.drop_column("relationship", "segment")
    op.drop_table("relationship_score")
    op.drop_index(op.f("ix_relationship_interdependency_other_id"), table_name="relationship_interdependency")
    op.drop_table("relationship_interdependency")
    op.drop_index(op.f("ix_relationship_break_point_relationship_id"), table_name="relationship_break_point")
    op.drop_table("relationship_break_point")
    op.drop_index(op.f("ix_relationship_access_link_relationship_id"), table_name="relationship_access_link")
    op.drop_index(op.f("ix_relationship_access_link_person_id"), table_name="relationship_access_link")
    op.drop_table("relationship_access_link")
    op.drop_table("relationship_member")
