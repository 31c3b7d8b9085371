"""Open nonconformities by state, grade and what presses: readiness reads no more than it shows."""

from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_index(
        "ix_nonconformity_pressing", "nonconformity", ["status", "grade", "turn_due_on", "ref", "id"]
    )


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_nonconformity_pressing", table_name="nonconformity")
