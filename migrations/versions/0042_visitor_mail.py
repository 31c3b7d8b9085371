"""The language in which an external auditor is written to."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.add_column(
        "pack_visitor", sa.Column("locale", sa.String(length=12), nullable=False, server_default="en")
    )


def downgrade() -> None:
    """Go back."""
    op.drop_column("pack_visitor", "locale")
