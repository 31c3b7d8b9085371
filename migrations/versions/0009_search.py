"""Text search: an index beside the tables, kept by triggers so that no change of a row can be forgotten."""

# ruff: noqa: S608 - the statements are made of names that stand in this file

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# Kind -> table, the columns of the number, of the title, of the text below it, and the one that says how new it is.
SOURCES: dict[str, tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...], str]] = {
    "audit": ("audit", ("ref",), ("title",), ("scope", "objectives"), "created_at"),
    "programme": ("audit_programme", ("ref",), ("title",), ("objectives",), "created_at"),
    "finding": ("audit_finding", ("ref",), ("statement",), ("objective_evidence",), "raised_at"),
    "nonconformity": (
        "nonconformity",
        ("ref", "body_ref"),
        ("title",),
        (
            "statement",
            "objective_evidence",
            "body_name",
            "correction",
            "containment",
            "cause_summary",
            "extent_summary",
        ),
        "raised_at",
    ),
    "action": (
        "nonconformity_action",
        ("ref",),
        ("title",),
        ("description", "expected", "evidence_wanted", "result"),
        "proposed_at",
    ),
    "relationship": ("relationship", ("ref",), ("name",), ("purpose",), "created_at"),
    "partner": ("partner", (), ("name",), ("sector",), "created_at"),
    "person": ("person", (), ("name",), ("email", "job_title"), "created_at"),
}
MOST = (
    100_000  # characters of a title or text that are searched: PostgreSQL refuses an index entry above 1 MB
)
# What stands between words, on PostgreSQL; FTS5 knows by itself. Code points outside letters and digits.
BETWEEN = (
    r"\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf\u00d7\u00f7"
    r"\u2000-\u206f\u20a0-\u20cf\u2190-\u245f\u2500-\u2775\u2794-\u2bff\u2e00-\u2e7f\u3000-\u3004\u3008-\u3020\u3030"
    r"\ufe00-\ufe6f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\ufff9-\ufffd\U0001f000-\U0001faff"
)


def joined(columns: tuple[str, ...], row: str = "NEW.") -> str:
    """These columns of a row as one text."""
    return " || ' ' || ".join(f"coalesce({row}{column}, '')" for column in columns) or "''"


def watched(kind: str) -> str:
    """The columns whose change matters."""
    _, numbers, titles, texts, newness = SOURCES[kind]
    return ", ".join((*numbers, *titles, *texts, newness))


def sqlite() -> list[str]:
    """FTS5 keeps its own copy of the texts; what it is about stands in a plain table."""
    made = [
        (
            "CREATE TABLE search_entry (id INTEGER PRIMARY KEY, kind VARCHAR(20) NOT NULL, thing_id CHAR(32) NOT NULL, "
            "at DATETIME NOT NULL, UNIQUE (thing_id, kind))"
        ),
        (
            "CREATE VIRTUAL TABLE search_words USING fts5(ref, title, body, "
            "tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3')"
        ),
    ]
    for kind, (table, numbers, titles, texts, newness) in SOURCES.items():
        mine = f"(SELECT id FROM search_entry WHERE kind = '{kind}' AND thing_id = %s.id)"
        forget = (
            f"DELETE FROM search_words WHERE rowid = {mine % 'OLD'}; "
            f"DELETE FROM search_entry WHERE kind = '{kind}' AND thing_id = OLD.id; "
        )
        enter = (
            f"INSERT INTO search_entry (kind, thing_id, at) VALUES ('{kind}', NEW.id, NEW.{newness}); "
            f"INSERT INTO search_words (rowid, ref, title, body) VALUES ({mine % 'NEW'}, {joined(numbers)}, "
            f"substr({joined(titles)}, 1, {MOST}), substr({joined(texts)}, 1, {MOST})); "
        )
        made += [
            f"CREATE TRIGGER search_{kind}_insert AFTER INSERT ON {table} BEGIN {enter} END",
            f"CREATE TRIGGER search_{kind}_update AFTER UPDATE OF {watched(kind)} ON {table} BEGIN {forget}{enter} END",
            f"CREATE TRIGGER search_{kind}_delete AFTER DELETE ON {table} BEGIN {forget} END",
        ]
    return made


def postgresql(collation: str) -> list[str]:
    """The words as a tsvector; a function of its own makes case, accents and punctuation not matter."""
    made = [
        (
            "CREATE TABLE search_entry (kind VARCHAR(20) NOT NULL, thing_id UUID NOT NULL, at TIMESTAMPTZ NOT NULL, "
            "words TSVECTOR NOT NULL, PRIMARY KEY (thing_id, kind))"
        ),
        "CREATE INDEX ix_search_entry_words ON search_entry USING gin (words)",
        (
            "CREATE FUNCTION search_fold(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ "
            f"SELECT regexp_replace(translate(lower(regexp_replace(normalize(left(value, {MOST}), NFD), "
            rf"'[\u0300-\u036f]+', '', 'g'){collation}), U&'\03c2', U&'\03c3'), '[{BETWEEN}]+', ' ', 'g') $$"
        ),
    ]
    for kind, (table, numbers, titles, texts, newness) in SOURCES.items():
        words = " || ".join(
            f"setweight(to_tsvector('simple', search_fold({joined(columns)})), '{weight}')"
            for weight, columns in (("A", numbers), ("B", titles), ("D", texts))
        )
        made += [
            (
                f"CREATE FUNCTION search_{kind}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"IF TG_OP = 'DELETE' THEN "
                f"DELETE FROM search_entry WHERE kind = '{kind}' AND thing_id = OLD.id; RETURN OLD; END IF; "
                f"INSERT INTO search_entry (kind, thing_id, at, words) VALUES ('{kind}', NEW.id, NEW.{newness}, {words}) "
                f"ON CONFLICT (thing_id, kind) DO UPDATE SET at = excluded.at, words = excluded.words; "
                f"RETURN NEW; END $$"
            ),
            (
                f"CREATE TRIGGER search_{kind} AFTER INSERT OR DELETE OR UPDATE OF {watched(kind)} ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION search_{kind}()"
            ),
        ]
    return made


def collation() -> str:
    """A collation that knows the small letters of every script, whatever the database's own is."""
    found = set(op.get_bind().scalars(sa.text("SELECT collname FROM pg_collation")))
    names = ("pg_c_utf8", "und-x-icu", "C.utf8", "en_US.utf8")
    return next((f' COLLATE "{name}"' for name in names if name in found), "")


def upgrade() -> None:
    """Go up. What is there already is entered by the triggers themselves."""
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in sqlite() if on_sqlite else postgresql(collation()):
        op.get_bind().exec_driver_sql(statement)
    for table, _, (title, *_rest), _, _ in SOURCES.values():
        op.get_bind().exec_driver_sql(f"UPDATE {table} SET {title} = {title}")


def downgrade() -> None:
    """Go back."""
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for kind, (table, *_) in SOURCES.items():
        if on_sqlite:
            for event in ("insert", "update", "delete"):
                op.execute(f"DROP TRIGGER search_{kind}_{event}")
        else:
            op.execute(f"DROP TRIGGER search_{kind} ON {table}")
            op.execute(f"DROP FUNCTION search_{kind}")
    if on_sqlite:
        op.execute("DROP TABLE search_words")
    op.drop_table("search_entry")
    if not on_sqlite:
        op.execute("DROP FUNCTION search_fold")
