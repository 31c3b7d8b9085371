"""Management reviews: plan, notes, decisions, actions, and papers that triggers keep as they were issued."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None
TABLE = "management_review"


def guard_papers() -> None:
    """Triggers that refuse to change or remove a paper that was frozen, on either database."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER management_review_paper_no_{verb.lower()} BEFORE {verb} ON management_review_paper "
                f"BEGIN SELECT RAISE(ABORT, 'a paper of a management review is never changed'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION management_review_paper_is_frozen() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'a paper of a management review is never changed'; END $$"
    )
    for verb, level in (("UPDATE", "ROW"), ("DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER management_review_paper_no_{verb.lower()} BEFORE {verb} ON management_review_paper "
            f"FOR EACH {level} EXECUTE FUNCTION management_review_paper_is_frozen()"
        )


def _foreign(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def upgrade() -> None:
    """Go up."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ref", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("agenda", sa.Text(), nullable=False),
        sa.Column("chair_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("also_present", sa.Text(), nullable=False),
        sa.Column("conclusion", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _foreign(TABLE, "chair_id", "person"),
        _foreign(TABLE, "created_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("ref", name=op.f(f"uq_{TABLE}_ref")),
    )
    op.create_index("ix_management_review_planned_on", TABLE, ["planned_on"])
    name = f"{TABLE}_participant"
    op.create_table(
        name,
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("attended", sa.Boolean(), nullable=False),
        _foreign(name, "review_id", TABLE),
        _foreign(name, "person_id", "person"),
        sa.PrimaryKeyConstraint("review_id", "person_id", name=op.f(f"pk_{name}")),
    )
    op.create_index(op.f(f"ix_{name}_person_id"), name, ["person_id"])
    name = f"{TABLE}_note"
    op.create_table(
        name,
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _foreign(name, "review_id", TABLE),
        _foreign(name, "by_id", "person"),
        sa.PrimaryKeyConstraint("review_id", "topic", "stage", name=op.f(f"pk_{name}")),
    )
    name = f"{TABLE}_decision"
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        _foreign(name, "review_id", TABLE),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("review_id", "number", name=op.f(f"uq_{name}_review_id_number")),
    )
    name = f"{TABLE}_action"
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ref", sa.String(length=30), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("evidence", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _foreign(name, "review_id", TABLE),
        _foreign(name, "owner_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("ref", name=op.f(f"uq_{name}_ref")),
        sa.UniqueConstraint("review_id", "number", name=op.f(f"uq_{name}_review_id_number")),
    )
    op.create_index("ix_management_review_action_owner", name, ["owner_id", "status", "due_on"])
    op.create_index("ix_management_review_action_status", name, ["status", "due_on"])
    name = f"{TABLE}_paper"
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        _foreign(name, "review_id", TABLE),
        _foreign(name, "made_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("review_id", "kind", "revision", name=op.f(f"uq_{name}_review_id_kind_revision")),
    )
    guard_papers()


def downgrade() -> None:
    """Go down."""
    op.drop_table(f"{TABLE}_paper")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION management_review_paper_is_frozen()")
    for part in ("action", "decision", "note", "participant"):
        op.drop_table(f"{TABLE}_{part}")
    op.drop_table(TABLE)
