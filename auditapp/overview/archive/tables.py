"""The tables as archives see them: in the order in which they can be filled, with plain columns, row by row."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from auditapp.kit.orm import Base
from auditapp.overview.archive.contents import FILES, LEFT_OUT, LEFT_ROWS, left_columns, not_ours
from auditapp.overview.archive.values import plain

BATCH = 500  # rows in memory at once


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A table that goes out. ``columns``: those that do; ``instead``: what the others get at an import."""

    table: sa.Table
    clause: sa.TableClause
    columns: tuple[sa.Column[Any], ...]
    instead: dict[str, Any]

    @property
    def name(self) -> str:
        """Its name."""
        return self.table.name

    @property
    def kept(self) -> Any:
        """The condition of the rows that go out."""
        rows = LEFT_ROWS.get(self.name)
        return (
            sa.true() if rows is None else ~self.clause.c[rows.column].startswith(rows.start, autoescape=True)
        )

    def own_keys(self) -> list[sa.ForeignKeyConstraint]:
        """Foreign keys of the table to itself."""
        return sorted(
            (one for one in self.table.foreign_key_constraints if one.referred_table is self.table),
            key=lambda one: str(one.name),
        )


def shapes(*, passwords: bool = True) -> list[Shape]:
    """Every table that goes out, each after those that it refers to."""
    left = left_columns(passwords=passwords)
    found = []
    for table in Base.metadata.sorted_tables:
        if table.name in LEFT_OUT:
            continue
        clause = sa.table(table.name, *(sa.column(one.name, plain(one.type)) for one in table.columns))
        found.append(
            Shape(
                table=table,
                clause=clause,
                columns=tuple(one for one in table.columns if (table.name, one.name) not in left),
                instead={
                    one.name: left[table.name, one.name].instead
                    for one in table.columns
                    if (table.name, one.name) in left
                },
            )
        )
    return found


def strangers(connection: Connection) -> list[str]:
    """Tables of the database that the program does not know, and the other way round."""
    there = {name for name in sa.inspect(connection).get_table_names() if not not_ours(name)}
    return sorted(there ^ set(Base.metadata.tables))


def revision(connection: Connection) -> str:
    """The migration that the database stands at; empty when it has none."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return ""
    found = connection.scalar(sa.select(sa.column("version_num")).select_from(sa.table("alembic_version")))
    return str(found or "")


def count(connection: Connection, shape: Shape) -> int:
    """How many of its rows go out."""
    return connection.scalar(sa.select(sa.func.count()).select_from(shape.clause).where(shape.kept)) or 0


def rows(connection: Connection, shape: Shape) -> Iterator[sa.Row[Any]]:
    """Its rows that go out, sorted by the primary key in the same order on both databases; not all in memory."""
    query = (
        sa.select(*(shape.clause.c[one.name] for one in shape.columns))
        .where(shape.kept)
        .order_by(
            *(bytewise(shape.clause.c[one.name], connection) for one in shape.table.primary_key.columns)
        )
    )
    yield from connection.execute(query, execution_options={"yield_per": BATCH})


def kept_files(connection: Connection) -> Iterator[str]:
    """The SHA-256 of every file that a row names and that is here, sorted."""
    tables = Base.metadata.tables
    found = sa.union(
        *(
            sa.select(tables[one.table].c[one.column].label("sha256")).where(
                tables[one.table].c[one.column] != "",
                tables[one.table].c[one.there].is_not(None) if one.there else sa.true(),
            )
            for one in FILES
        )
    ).subquery()
    query = sa.select(found.c.sha256).order_by(bytewise(found.c.sha256, connection))
    yield from connection.scalars(query, execution_options={"yield_per": BATCH})


def bytewise(column: sa.ColumnElement[Any], connection: Connection) -> sa.ColumnElement[Any]:
    """Sorted as bytes are, whatever language the database sorts by: SQLite does so anyway."""
    if connection.dialect.name == "postgresql" and isinstance(column.type, sa.String):
        return sa.collate(column, "C")
    return column
