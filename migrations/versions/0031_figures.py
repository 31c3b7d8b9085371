"""Figures of a period are found by its days: indexes, so that what happened before and after is never read."""

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None
INDEXES = (
    ("ix_nonconformity_acknowledged_at", "nonconformity", ["acknowledged_at"]),
    ("ix_nonconformity_plan_submitted_at", "nonconformity", ["plan_submitted_at"]),
    ("ix_nonconformity_check_checked_at", "nonconformity_check", ["checked_at"]),
    ("ix_nonconformity_action_request_kind_asked_at", "nonconformity_action_request", ["kind", "asked_at"]),
    ("ix_notice_created_at", "notice", ["created_at"]),
    ("ix_reminder_run_started_at", "reminder_run", ["started_at"]),
)


def upgrade() -> None:
    """Go up."""
    for name, table, columns in INDEXES:
        op.create_index(name, table, columns, unique=False)


def downgrade() -> None:
    """Go back."""
    for name, table, _columns in reversed(INDEXES):
        op.drop_index(name, table_name=table)
