"""Tables of health of relationships."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "health_edition",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("questions", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["person.id"], name=op.f("fk_health_edition_made_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_health_edition")),
        sa.UniqueConstraint("number", name=op.f("uq_health_edition_number")),
    )
    op.create_table(
        "health_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ref", sa.String(length=20), nullable=False),
        sa.Column("relationship_id", sa.Uuid(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("questions", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("desired", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by_id", sa.Uuid(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("intended_on", sa.Date(), nullable=True),
        sa.Column("minimum", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("results", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("overall", sa.String(length=40), nullable=True),
        sa.Column("trend", sa.String(length=40), nullable=True),
        sa.Column("sharing", sa.String(length=40), nullable=False),
        sa.Column("workshop_on", sa.Date(), nullable=True),
        sa.Column("workshop", sa.Text(), nullable=False),
        sa.Column("workshop_sharing", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["closed_by_id"], ["person.id"], name=op.f("fk_health_check_closed_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["person.id"], name=op.f("fk_health_check_opened_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["relationship_id"],
            ["relationship.id"],
            name=op.f("fk_health_check_relationship_id_relationship"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_health_check")),
        sa.UniqueConstraint("ref", name=op.f("uq_health_check_ref")),
    )
    op.create_index("ix_health_check_list", "health_check", ["relationship_id", "opened_at"], unique=False)
    op.create_index(
        "uq_health_check_open",
        "health_check",
        ["relationship_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "health_invite",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("check_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=True),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["check_id"], ["health_check.id"], name=op.f("fk_health_invite_check_id_health_check")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["partner.id"], name=op.f("fk_health_invite_party_id_partner")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_health_invite_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_health_invite")),
        sa.UniqueConstraint("check_id", "person_id", name=op.f("uq_health_invite_check_id_person_id")),
    )
    op.create_index(op.f("ix_health_invite_person_id"), "health_invite", ["person_id"], unique=False)
    op.create_table(
        "health_answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("invite_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.String(length=60), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("sharing", sa.String(length=40), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["invite_id"], ["health_invite.id"], name=op.f("fk_health_answer_invite_id_health_invite")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_health_answer")),
        sa.UniqueConstraint("invite_id", "question", name=op.f("uq_health_answer_invite_id_question")),
    )


def downgrade() -> None:
    """Go down."""
    op.drop_table("health_answer")
    op.drop_table("health_invite")
    op.drop_table("health_check")
    op.drop_table("health_edition")
