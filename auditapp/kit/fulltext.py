"""Finding things by words and numbers: SQLite's FTS5 or PostgreSQL's text search, with the same answers.

The index stands beside the tables and is kept by triggers (migration 0009), so this only reads it. Its tables are
not in the metadata: what they are differs by database. How words are read, on both:

- a word finds whatever begins with it; several words find what has all of them, in any order;
- case, accents and punctuation do not matter: ``8.2.2``, ``NC-2026-014`` and ``2026-014`` are numbers in a row;
- nothing in the words is an operator, so nothing that somebody types can be wrong.

Accents do not matter in Latin script; FTS5 keeps those of Greek and Cyrillic letters.
"""

import re
import unicodedata
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

MOST_WORDS = 12
LONGEST_WORD = 80
# Per kind: where its rows are, and a column whose triggers enter a row anew.
TABLES = {
    "audit": ("audit", "title"),
    "programme": ("audit_programme", "title"),
    "finding": ("audit_finding", "statement"),
    "nonconformity": ("nonconformity", "title"),
    "action": ("nonconformity_action", "title"),
    "relationship": ("relationship", "name"),
    "partner": ("partner", "name"),
    "person": ("person", "name"),
}
PREFIX = "search_"  # of every table, trigger and function of the index

ENTRY = sa.table(
    "search_entry",
    sa.column("kind", sa.String(20)),
    sa.column("thing_id", sa.Uuid()),
    sa.column("at", sa.DateTime(timezone=True)),
)
Where = Literal["ref", "title", "all"]
_COLUMNS: dict[Where, str] = {"ref": "{ref} : ", "title": "{ref title} : ", "all": ""}
_WEIGHTS: dict[Where, str] = {"ref": "A", "title": "AB", "all": ""}
SIGMAS = ("\u03c2", "\u03c3")  # the small one at the end of a word, and elsewhere
_MARKS = re.compile("[\u0300-\u036f]+")


def fold(text: str) -> str:
    """Text as it is compared: small letters, no accents."""
    bare = _MARKS.sub("", unicodedata.normalize("NFD", text))
    return "".join(letter.lower() for letter in bare).replace(*SIGMAS)


def pieces(words: str) -> list[list[str]]:
    """The words, each as its runs of letters and digits: ``R-01 hedg`` is ``[["R", "01"], ["hedg"]]``."""
    return [runs for word in words.split()[:MOST_WORDS] if (runs := _runs(word[:LONGEST_WORD]))]


def _runs(word: str) -> list[str]:
    plain = (
        one if unicodedata.category(one)[0] in "LMN" else " " for one in unicodedata.normalize("NFC", word)
    )
    return [run for run in "".join(plain).split() if any(unicodedata.category(one)[0] in "LN" for one in run)]


def joined(text: str) -> str:
    """A text that is in no table, ready for :func:`has_all`."""
    return " " + " ".join(fold(run) for word in text.split() for run in _runs(word))


def has_all(text: str, words: str) -> bool:
    """Whether a :func:`joined` text has all the words, by the same rules."""
    wanted = [fold(" ".join(runs)) for runs in pieces(words)]
    return bool(wanted) and all(f" {one}" in text for one in wanted)


class _Matches(FunctionElement[bool]):
    """Whether the row of the index has the words; holds the query in the language of either database."""

    name = "search_matches"
    type = sa.Boolean()
    inherit_cache = True
    _is_implicitly_boolean = True  # no “= 1” behind it on SQLite: that would hide the query from its planner


@compiles(_Matches, "sqlite")
def _sqlite(element: _Matches, compiler: SQLCompiler, **options: Any) -> str:
    query = compiler.process(next(iter(element.clauses)), **options)
    return f"search_entry.id IN (SELECT rowid FROM search_words WHERE search_words MATCH {query})"  # noqa: S608 - a bound parameter


@compiles(_Matches, "postgresql")
def _postgresql(element: _Matches, compiler: SQLCompiler, **options: Any) -> str:
    query = compiler.process(list(element.clauses)[1], **options)
    return f"search_entry.words @@ to_tsquery('simple', {query})"


def _matches(wanted: list[list[str]], where: Where = "all") -> sa.ColumnElement[bool]:
    phrases = " AND ".join(f'"{" ".join(runs)}"*' for runs in wanted)
    weight = _WEIGHTS[where]
    label = f":{weight}" if weight else ""
    folded = [[fold(run) for run in runs] for runs in wanted]
    terms = (
        " <-> ".join([*(f"'{run}'{label}" for run in runs[:-1]), f"'{runs[-1]}':*{weight}"])
        for runs in folded
    )
    return _Matches(
        sa.literal(f"{_COLUMNS[where]}({phrases})", sa.Text()),
        sa.literal(" & ".join(f"({term})" for term in terms), sa.Text()),
    )


def matching(kind: str, words: str) -> sa.Select[tuple[UUID]]:
    """The ids of things of a kind (see ``TABLES``) that have the words: for ``.where(Table.id.in_(...))``.

    Words without a letter or digit find nothing.
    """
    wanted = pieces(words)
    query = sa.select(ENTRY.c.thing_id).where(ENTRY.c.kind == kind)
    return query.where(_matches(wanted)) if wanted else query.where(sa.false())


def ranked(kind: str, words: str) -> sa.Subquery:
    """The same with ``tier`` (0: in the number, 1: in number and title, 2: in the text) and ``at``, to be joined.

    Order by ``tier``, then by ``at`` with the newest first.
    """
    wanted = pieces(words)
    tier: sa.ColumnElement[int] = sa.literal(2)
    if wanted:
        tier = sa.case((_matches(wanted, "ref"), 0), (_matches(wanted, "title"), 1), else_=2)
    return (
        sa.select(ENTRY.c.thing_id, tier.label("tier"), ENTRY.c.at)
        .where(ENTRY.c.kind == kind, _matches(wanted) if wanted else sa.false())
        .subquery()
    )


def is_of_the_index(name: str | None) -> bool:
    """Whether a table that a database tells of belongs to the index: Alembic must not take it for one of ours."""
    return name is not None and name.startswith(PREFIX)


def rebuild(session: Session) -> int:
    """Enter everything anew, by the triggers that keep the index; how many things it now has."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(sa.text("DELETE FROM search_words"))
    session.execute(sa.delete(ENTRY))
    for table, column in TABLES.values():
        what: sa.ColumnClause[str] = sa.column(column)
        session.execute(sa.update(sa.table(table, what)).values({what: what}))
    return session.scalar(sa.select(sa.func.count()).select_from(ENTRY)) or 0
