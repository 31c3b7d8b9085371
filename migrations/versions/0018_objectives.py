"""Tables of objectives of relationships."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "objective",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ref", sa.String(length=20), nullable=False),
        sa.Column("relationship_id", sa.Uuid(), nullable=False),
        sa.Column("whose", sa.String(length=40), nullable=False),
        sa.Column("statement", sa.String(length=400), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=True),
        sa.Column("clause", sa.String(length=60), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("target_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("sharing", sa.String(length=40), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=True),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name=op.f("fk_objective_created_by_id_person")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_objective_owner_id_person")),
        sa.ForeignKeyConstraint(["party_id"], ["partner.id"], name=op.f("fk_objective_party_id_partner")),
        sa.ForeignKeyConstraint(
            ["relationship_id"], ["relationship.id"], name=op.f("fk_objective_relationship_id_relationship")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objective")),
        sa.UniqueConstraint("ref", name=op.f("uq_objective_ref")),
    )
    op.create_index("ix_objective_list", "objective", ["relationship_id", "state", "target_on"], unique=False)
    op.create_table(
        "objective_agreement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("objective_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wording", sa.String(length=64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("on_behalf", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["objective_id"], ["objective.id"], name=op.f("fk_objective_agreement_objective_id_objective")
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["partner.id"], name=op.f("fk_objective_agreement_party_id_partner")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_objective_agreement_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objective_agreement")),
    )
    op.create_index(
        op.f("ix_objective_agreement_objective_id"), "objective_agreement", ["objective_id"], unique=False
    )
    op.create_table(
        "measure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ref", sa.String(length=20), nullable=False),
        sa.Column("objective_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("unit", sa.String(length=30), nullable=False),
        sa.Column("direction", sa.String(length=40), nullable=False),
        sa.Column("baseline", sa.Double(), nullable=True),
        sa.Column("target", sa.Double(), nullable=False),
        sa.Column("target_high", sa.Double(), nullable=True),
        sa.Column("tolerance", sa.Double(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("measured_by_id", sa.Uuid(), nullable=True),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["measured_by_id"], ["person.id"], name=op.f("fk_measure_measured_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["objective_id"], ["objective.id"], name=op.f("fk_measure_objective_id_objective")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure")),
        sa.UniqueConstraint("ref", name=op.f("uq_measure_ref")),
    )
    op.create_index(op.f("ix_measure_objective_id"), "measure", ["objective_id"], unique=False)
    op.create_table(
        "measure_reading",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("measure_id", sa.Uuid(), nullable=False),
        sa.Column("read_on", sa.Date(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("gone_by_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["gone_by_id"], ["person.id"], name=op.f("fk_measure_reading_gone_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["measure_id"], ["measure.id"], name=op.f("fk_measure_reading_measure_id_measure")
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["partner.id"], name=op.f("fk_measure_reading_party_id_partner")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_measure_reading_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"],
            ["measure_reading.id"],
            name=op.f("fk_measure_reading_replaces_id_measure_reading"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure_reading")),
    )
    op.create_index("ix_measure_reading_replaces", "measure_reading", ["replaces_id"], unique=False)
    op.create_index(
        "uq_measure_reading_day",
        "measure_reading",
        ["measure_id", "read_on"],
        unique=True,
        sqlite_where=sa.text("gone_at IS NULL"),
        postgresql_where=sa.text("gone_at IS NULL"),
    )


def downgrade() -> None:
    """Go down."""
    op.drop_table("measure_reading")
    op.drop_table("measure")
    op.drop_table("objective_agreement")
    op.drop_table("objective")
