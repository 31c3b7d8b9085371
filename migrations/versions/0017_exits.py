"""Exits: the strategy with its versions and triggers, the exit that is carried out, its closing evaluation."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
VERSION_IN_FORCE = sa.text("status = 'in_force'")
VERSION_OPEN = sa.text("status IN ('draft', 'submitted', 'agreed')")
PROCESS_ACTIVE = sa.text("status IN ('proposed', 'running', 'calling_off')")
EVALUATION_OWN = sa.text("party_id IS NULL")
TABLES = (
    "exit_evaluation",
    "exit_notice",
    "exit_step",
    "exit_consent",
    "exit_process",
    "exit_trigger_check",
    "exit_trigger",
    "exit_test",
    "exit_review",
    "exit_agreement",
    "exit_plan_step",
    "exit_section",
    "exit_version",
    "exit_strategy",
)


def to(table: str, column: str, target: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    """The reference of a column to the id of another table."""
    name = op.f(f"fk_{table}_{column}_{target}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete=ondelete)


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "exit_strategy",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ref", sa.String(length=20), nullable=False),
        sa.Column("relationship_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        to("exit_strategy", "created_by_id", "person"),
        to("exit_strategy", "relationship_id", "relationship"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exit_strategy")),
        sa.UniqueConstraint("ref", name=op.f("uq_exit_strategy_ref")),
        sa.UniqueConstraint("relationship_id", name=op.f("uq_exit_strategy_relationship_id")),
    )
    op.create_table(
        "exit_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("strategy_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("initiators", JSON, nullable=False),
        sa.Column("triggers", JSON, nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begun_by_id", sa.Uuid(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_by_id", sa.Uuid(), nullable=True),
        sa.Column("discussed_on", sa.Date(), nullable=True),
        sa.Column("discussed_note", sa.Text(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("in_force_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        to("exit_version", "begun_by_id", "person"),
        to("exit_version", "strategy_id", "exit_strategy"),
        to("exit_version", "submitted_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exit_version")),
        sa.UniqueConstraint("strategy_id", "number", name=op.f("uq_exit_version_strategy_id_number")),
    )
    op.create_index(
        "uq_exit_version_in_force",
        "exit_version",
        ["strategy_id"],
        unique=True,
        sqlite_where=VERSION_IN_FORCE,
        postgresql_where=VERSION_IN_FORCE,
    )
    op.create_index(
        "uq_exit_version_open",
        "exit_version",
        ["strategy_id"],
        unique=True,
        sqlite_where=VERSION_OPEN,
        postgresql_where=VERSION_OPEN,
    )
    op.create_table(
        "exit_section",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sharing", sa.String(length=40), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        to("exit_section", "changed_by_id", "person"),
        to("exit_section", "owner_id", "person"),
        to("exit_section", "version_id", "exit_version"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exit_section")),
        sa.UniqueConstraint("version_id", "key", name=op.f("uq_exit_section_version_id_key")),
    )
    op.create_table(
        "exit_plan_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=300), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("counted_from", sa.String(length=40), nullable=False),
        sa.Column("premature_days", sa.Integer(), nullable=True),
        sa.Column("continuity", sa.Boolean(), nullable=False),
        sa.Column("after_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        to("exit_plan_step", "after_id", "exit_plan_step", ondelete="SET NULL"),
        to("exit_plan_step", "owner_id", "person"),
        to("exit_plan_step", "party_id", "partner"),
        to("exit_plan_step", "version_id", "exit_version"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exit_plan_step")),
    )
    op.create_index("ix_exit_plan_step_version", "exit_plan_step", ["version_id", "position"], unique=False)
    op.create_table(
        "exit_agreement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(length=300), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("lapsed_at", sa.DateTime(timezone=True), nullable=True),
        to("exit_agreement", "by_id", "person"),
        to("exit_agreement", "party_id", "partner"),
        to("exit_agreement", "version_id", "exit_version"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exit_agreement")),
    )
    op.create_index("ix_exit_agreement_version", "exit_agreement", ["version_id", "at"], unique=False)
    op.create_table(
        "exit_review",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("strategy_id", sa.Uuid(), nullable=False),
        sa.Column("version_number", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("own", sa.String(length=300), nullable=False),
        sa.Column("theirs", sa.String(length=300), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("sharing", sa.String(length=40), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        to("exit_review", "by_id", "person"),
        to("exit_review", "strategy_id", "exit_strategy"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exit_review")),
    )
    op.create_index("ix_exit_review_strategy", "exit_review", ["strategy_id", "on"], unique=False)
    op.create_table(
        "exit_test",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("strategy_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("result", sa.String(length=40), nullable=False),
        sa.Column("found", sa.Text(), nullable=False),
        sa.Column("sharing", sa.String(length=40), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        to("exit_test", "by_id", "person"),
        to("exit_test", "strategy_id", "exit_strategy"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exit_test")),
    )
    op.create_index("ix_exit_test_strategy", "exit_test", ["strategy_id", "on"], unique=False)
    op.create_table(
        "exit_trigger",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("strategy_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("description", sa.String(length=300), nullable=False),
        sa.Column("issues", sa.Boolean(), nullable=False),
        sa.Column("sharing", sa.String(length=40), nullable=False),
        sa.Column("watcher_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("drop_reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        to("exit_trigger", "strategy_id", "exit_strategy"),
        to("exit_trigger", "watcher_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exit_trigger")),
        sa.UniqueConstraint("strategy_id", "number", name=op.f("uq_exit_trigger_strategy_id_number")),
    )
    op.create_table(
        "exit_trigger_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("trigger_id", sa.Uuid(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("verb", sa.String(length=40), nullable=False),
        sa.Column("before", sa.String(length=40), nullable=False),
        sa.Column("after", sa.String(length=40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("ref", sa.String(length=60), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        to("exit_trigger_check", "by_id", "person"),
        to("exit_trigger_check", "trigger_id", "exit_trigger"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exit_trigger_check")),
    )
    op.create_index("ix_exit_trigger_check_trigger", "exit_trigger_check", ["trigger_id", "at"], unique=False)
    op.create_table(
        "exit_process",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ref", sa.String(length=20), nullable=False),
        sa.Column("relationship_id", sa.Uuid(), nullable=False),
        sa.Column("strategy_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=True),
        sa.Column("trigger_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("initiated_by_id", sa.Uuid(), nullable=True),
        sa.Column("initiated_role", sa.String(length=40), nullable=True),
        sa.Column("initiated_party_id", sa.Uuid(), nullable=True),
        sa.Column("reference", sa.String(length=300), nullable=False),
        sa.Column("initiated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("notice_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("call_off_reason", sa.Text(), nullable=False),
        sa.Column("call_off_party_id", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        to("exit_process", "call_off_party_id", "partner"),
        to("exit_process", "initiated_by_id", "person"),
        to("exit_process", "initiated_party_id", "partner"),
        to("exit_process", "relationship_id", "relationship"),
        to("exit_process", "strategy_id", "exit_strategy"),
        to("exit_process", "trigger_id", "exit_trigger"),
        to("exit_process", "version_id", "exit_version"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exit_process")),
        sa.UniqueConstraint("ref", name=op.f("uq_exit_process_ref")),
    )
    op.create_index(
        "ix_exit_process_relationship", "exit_process", ["relationship_id", "initiated_at"], unique=False
    )
    op.create_index(
        "uq_exit_process_active",
        "exit_process",
        ["relationship_id"],
        unique=True,
        sqlite_where=PROCESS_ACTIVE,
        postgresql_where=PROCESS_ACTIVE,
    )
    op.create_table(
        "exit_consent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("process_id", sa.Uuid(), nullable=False),
        sa.Column("about", sa.String(length=40), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reference", sa.String(length=300), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        to("exit_consent", "by_id", "person"),
        to("exit_consent", "party_id", "partner"),
        to("exit_consent", "process_id", "exit_process"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exit_consent")),
    )
    op.create_index("ix_exit_consent_process", "exit_consent", ["process_id", "at"], unique=False)
    op.create_table(
        "exit_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("process_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=300), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("first_due_on", sa.Date(), nullable=False),
        sa.Column("continuity", sa.Boolean(), nullable=False),
        sa.Column("after_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("settled_by_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        to("exit_step", "after_id", "exit_step"),
        to("exit_step", "owner_id", "person"),
        to("exit_step", "party_id", "partner"),
        to("exit_step", "process_id", "exit_process"),
        to("exit_step", "settled_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exit_step")),
        sa.UniqueConstraint("process_id", "number", name=op.f("uq_exit_step_process_id_number")),
    )
    op.create_table(
        "exit_notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("process_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=True),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("route", sa.String(length=300), nullable=False),
        sa.Column("reference", sa.String(length=300), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        to("exit_notice", "by_id", "person"),
        to("exit_notice", "party_id", "partner"),
        to("exit_notice", "process_id", "exit_process"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exit_notice")),
        sa.UniqueConstraint("process_id", "number", name=op.f("uq_exit_notice_process_id_number")),
    )
    op.create_table(
        "exit_evaluation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("process_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=True),
        sa.Column("worked", sa.Text(), nullable=False),
        sa.Column("lessons", sa.Text(), nullable=False),
        sa.Column("value_reached", sa.Text(), nullable=False),
        sa.Column("future", sa.Text(), nullable=False),
        sa.Column("again", sa.String(length=40), nullable=True),
        sa.Column("not_given", sa.Text(), nullable=False),
        sa.Column("reference", sa.String(length=300), nullable=False),
        sa.Column("sharing", sa.String(length=40), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        to("exit_evaluation", "by_id", "person"),
        to("exit_evaluation", "party_id", "partner"),
        to("exit_evaluation", "process_id", "exit_process"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exit_evaluation")),
        sa.UniqueConstraint("process_id", "party_id", name=op.f("uq_exit_evaluation_process_id_party_id")),
    )
    op.create_index(
        "uq_exit_evaluation_own",
        "exit_evaluation",
        ["process_id"],
        unique=True,
        sqlite_where=EVALUATION_OWN,
        postgresql_where=EVALUATION_OWN,
    )


def downgrade() -> None:
    """Go down."""
    for name in TABLES:
        op.drop_table(name)
