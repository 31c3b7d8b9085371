"""What is open against a clause is found from the open nonconformities on; what was issued since a day, by its day."""

from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None
INDEXES = (
    (
        "ix_nonconformity_requirement_of",
        "nonconformity_requirement",
        ["nonconformity_id", "standard", "clause"],
    ),
    ("ix_nonconformity_issued_at", "nonconformity", ["issued_at"]),
)


def upgrade() -> None:
    """Go up."""
    for name, table, columns in INDEXES:
        op.create_index(name, table, columns, unique=False)


def downgrade() -> None:
    """Go back."""
    for name, table, _columns in reversed(INDEXES):
        op.drop_index(name, table_name=table)
