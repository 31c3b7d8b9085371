"""Where jobs wait on PostgreSQL: the tables of procrastinate, in a schema of their own. SQLite needs none."""

from pathlib import Path

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None
SQL = Path(__file__).parents[1] / "sql" / "procrastinate_3_10.sql"


def upgrade() -> None:
    """Go up."""
    bind = op.get_bind()
    if bind.dialect.name != "postgresql":
        return
    bind.exec_driver_sql("CREATE SCHEMA procrastinate")
    before = bind.exec_driver_sql("SELECT current_setting('search_path')").scalar_one()
    bind.exec_driver_sql("SET LOCAL search_path TO procrastinate")
    # Its functions hold percent signs, so the text goes to the driver as it is.
    bind.exec_driver_sql(SQL.read_text(encoding="utf-8"), execution_options={"no_parameters": True})
    bind.exec_driver_sql("SELECT set_config('search_path', %s, true)", (before,))


def downgrade() -> None:
    """Go back."""
    bind = op.get_bind()
    if bind.dialect.name == "postgresql":
        bind.exec_driver_sql("DROP SCHEMA procrastinate CASCADE")
