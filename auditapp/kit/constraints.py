"""Which constraint an IntegrityError broke, by the name our models gave it, on both databases."""

import re

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from auditapp.kit.orm import Base

_UNIQUE = re.compile(r"UNIQUE constraint failed: (?P<columns>.+)$")
_NAMED = re.compile(r"CHECK constraint failed: (?P<name>\w+)")


def violated(error: IntegrityError) -> str:
    """The constraint's name (``uq_person_email``), or an empty string when the database does not tell."""
    diagnostics = getattr(error.orig, "diag", None)
    if diagnostics is not None:
        return str(diagnostics.constraint_name or "")
    text = str(error.orig)
    if named := _NAMED.search(text):
        return named["name"]
    if unique := _UNIQUE.search(text):
        pairs = [column.strip().split(".") for column in unique["columns"].split(",")]
        table = Base.metadata.tables.get(pairs[0][0])
        names = {pair[-1] for pair in pairs}
        if table is not None:
            return _unique_name(table, names)
    return ""


def _unique_name(table: sa.Table, columns: set[str]) -> str:
    for constraint in table.constraints:
        if not isinstance(constraint, sa.UniqueConstraint | sa.PrimaryKeyConstraint):
            continue
        if {column.name for column in constraint.columns} == columns:
            return str(constraint.name)
    for index in table.indexes:
        if index.unique and {column.name for column in index.columns} == columns:
            return str(index.name)
    return ""
