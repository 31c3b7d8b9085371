"""Alembic on the application's own engine and hooks: one transaction per migration, begun with the write lock."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from flask import current_app

from auditapp.kit.db import mode
from auditapp.kit.fulltext import is_of_the_index
from auditapp.kit.orm import Base, Json, UTCDateTime
from bots.slack import model as slack_model

if context.is_offline_mode():
    message = "migrations need a database: offline scripts are not supported"
    raise RuntimeError(message)


def render_item(kind: str, item: Any, autogen_context: Any) -> str | Literal[False]:
    """Write our own column types as plain SQLAlchemy ones: a migration must not change when the code does."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Json):
        autogen_context.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    if kind == "type" and isinstance(item, sa.Enum):
        return f"sa.String(length={item.length})"
    return False


def include_name(name: str | None, kind: str, parents: Any) -> bool:
    """The tables of the text index are made by hand and differ by database."""
    del parents
    return kind != "table" or not is_of_the_index(name)


# The tables of the bots stand above the site; naming them here makes them known.
KNOWN = (slack_model,)
engine = current_app.extensions["migrate"].db.engine
with mode("write"), engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        transactional_ddl=True,  # SQLite can; Alembic assumes it cannot
        transaction_per_migration=True,
        compare_type=True,
        render_item=render_item,
        include_name=include_name,
    )
    with context.begin_transaction():
        context.run_migrations()
