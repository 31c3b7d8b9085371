"""The trail: facts in a hash chain, their personal parts, and triggers that keep it append-only."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# The trail only grows. A fact is never changed or removed; a personal part may be removed (erasure), not changed.
FORBIDDEN = (("trail_fact", "UPDATE"), ("trail_fact", "DELETE"), ("trail_personal", "UPDATE"))


def guard_the_trail() -> None:
    """Triggers that refuse what must not happen, on either database."""
    if op.get_bind().dialect.name == "sqlite":
        for table, verb in FORBIDDEN:
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION trail_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the trail is append-only'; END $$"
    )
    for table, verb in (*FORBIDDEN, ("trail_fact", "TRUNCATE")):
        level = "STATEMENT" if verb == "TRUNCATE" else "ROW"
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"FOR EACH {level} EXECUTE FUNCTION trail_is_append_only()"
        )


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "trail_fact",
        sa.Column(
            "seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("verb", sa.String(length=80), nullable=False),
        sa.Column("thing_kind", sa.String(length=40), nullable=False),
        sa.Column("thing_id", sa.String(length=80), nullable=False),
        sa.Column("thing_ref", sa.String(length=120), nullable=False),
        sa.Column("context_id", sa.Uuid(), nullable=True),
        sa.Column("request_id", sa.String(length=40), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("personal_digest", sa.String(length=64), nullable=False),
        sa.Column("prev", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_trail_fact")),
        sa.UniqueConstraint("hash", name=op.f("uq_trail_fact_hash")),
    )
    with op.batch_alter_table("trail_fact", schema=None) as batch_op:
        batch_op.create_index("ix_trail_fact_actor", ["actor_id", "seq"], unique=False)
        batch_op.create_index("ix_trail_fact_context", ["context_id", "seq"], unique=False)
        batch_op.create_index("ix_trail_fact_thing", ["thing_kind", "thing_id", "seq"], unique=False)

    op.create_table(
        "trail_personal",
        sa.Column(
            "seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["seq"], ["trail_fact.seq"], name=op.f("fk_trail_personal_seq_trail_fact")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_trail_personal")),
    )
    with op.batch_alter_table("trail_personal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trail_personal_person_id"), ["person_id"], unique=False)
    guard_the_trail()


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("trail_personal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_trail_personal_person_id"))

    op.drop_table("trail_personal")
    with op.batch_alter_table("trail_fact", schema=None) as batch_op:
        batch_op.drop_index("ix_trail_fact_thing")
        batch_op.drop_index("ix_trail_fact_context")
        batch_op.drop_index("ix_trail_fact_actor")

    op.drop_table("trail_fact")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION trail_is_append_only()")
