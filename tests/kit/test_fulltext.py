"""Finding by words: the same answers on both databases, nothing forgotten, nothing that can be typed wrong."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask_migrate import downgrade, upgrade
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditapp.audits.execution.model import Finding
from auditapp.audits.execution.rules import Grade
from auditapp.audits.model import Audit, Programme
from auditapp.config import ROOT
from auditapp.findings.model import Action, Nonconformity
from auditapp.kit import fulltext
from auditapp.kit.db import current_session, db, mode
from auditapp.kit.fulltext import fold, has_all, joined, matching, pieces, ranked, rebuild
from auditapp.people.model import Person
from auditapp.relationships.model import Partner, Relationship
from tests.factories import make_person, make_relationship
from tests.factories.nonconformities import make_action, make_nonconformity

DAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def found(session, kind, words):
    return set(session.scalars(matching(kind, words)))


@pytest.mark.parametrize(
    ("words", "runs"),
    [
        ("NC-2026-014", [["NC", "2026", "014"]]),
        ("hedg  8.2.2", [["hedg"], ["8", "2", "2"]]),
        ('"OR" NEAR( x:*', [["OR"], ["NEAR"], ["x"]]),
        ("% _ ' \" ★ …", []),
        ("caf\u0065\u0301", [["caf\u00e9"]]),
        ("", []),
    ],
)
def test_words_are_runs_of_letters_and_digits(words, runs):
    assert pieces(words) == runs


@pytest.mark.parametrize(
    ("words", "there"),
    [
        ("hedg", True),
        ("HEDG", True),
        ("row", False),  # a word is found by its beginning
        ("review hedg", True),  # in any order
        ("hedg nothing", False),
        ("8.2.2", True),
        ("8.2", True),
        ("2.2.8", False),
        ("2026-014", True),
        ("creme", True),
        ("CRÈME", True),
        ("cre\u0300me", True),
        ("zurich", True),
        ("don't", True),
        ("“quoted”", True),
        ("жук", True),
        ("日本", True),
        ("σοφος", True),
        ("12e45ab", True),
        ("12e45", True),
        ("3e", True),
        ("ana@hedgerow.example", True),
        ("https://hedgerow.example/a?b=c", True),
        ("", False),
        ("★", False),
    ],
)
def test_what_a_word_finds(session, words, there):
    text = (
        "No review of “quoted” — Hedgerow’s plan 8.2.2, see CR-2026-014/7… Crème Zürich don't Жук 日本語 ΣΟΦΟΣ 12e45ab 3e5 "
        "ana@hedgerow.example https://hedgerow.example/a?b=c"
    )
    who = make_person(session)
    nc = make_nonconformity(session, who, statement=text)
    assert (nc.id in found(session, "nonconformity", words)) is there
    assert has_all(joined(text), words) is there


def test_letters_of_latin_script_are_found_without_their_accents(session):
    who = make_person(session)
    letters = [chr(code) for code in (*range(0xC0, 0x180), *range(0x1E00, 0x1E96), *range(0x1EA0, 0x1F00))]
    letters = [one for one in letters if one.isalpha() and one not in "ſẛ"]
    nc = make_nonconformity(
        session, who, statement=" ".join(f"q{at}q{one}q" for at, one in enumerate(letters))
    )
    lost = [
        one
        for at, one in enumerate(letters)
        for typed in (one, fold(one))
        if nc.id not in found(session, "nonconformity", f"q{at}q{typed}q")
    ]
    assert set(lost) <= set("ǼǽǾǿ")


@given(words=st.text(max_size=60) | st.text("\"'*:&|!()<>-^{}+ANDORNEAR \\\0", max_size=30))
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_that_is_typed_can_be_wrong(session, words):
    found(session, "person", words)
    session.execute(sa.select(ranked("person", words))).all()


def rows_of_each(session):
    """One thing of each kind, and a word that only its text has."""
    who = make_person(session, name="Wordperson Sample", job_title="Jobword")
    audit = Audit(ref="IA-2026-901", title="Wordaudit", scope="Scopeword", created_at=DAY)
    programme = Programme(
        ref="AP-2026", title="Wordprogramme", starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31),
        objectives="Objectiveword", responsible_id=who.person_id, created_at=DAY,
    )  # fmt: skip
    partner = Partner(name="Wordpartner", sector="Sectorword", created_at=DAY)
    session.add_all([audit, programme, partner])
    session.flush()
    finding = Finding(
        ref="IA-2026-901-F1", audit_id=audit.id, grade=Grade.MINOR, statement="Wordfinding",
        objective_evidence="Evidenceword", raised_by_id=who.person_id, raised_at=DAY,
    )  # fmt: skip
    session.add(finding)
    nc = make_nonconformity(
        session, who, title="Wordnonconformity", correction="Correctionword", body_ref="CB-77"
    )
    action = make_action(session, nc, who.person_id, title="Wordaction", result="Resultword")
    relation = make_relationship(session, name="Wordrelationship", purpose="Purposeword")
    session.flush()
    return {
        "audit": (audit, "title", ["wordaudit", "ia-2026-901", "scopeword"]),
        "programme": (programme, "title", ["wordprogramme", "ap-2026", "objectiveword"]),
        "finding": (finding, "statement", ["wordfinding", "901-f1", "evidenceword"]),
        "nonconformity": (nc, "title", ["wordnonconformity", nc.ref, "correctionword", "cb-77"]),
        "action": (action, "title", ["wordaction", action.ref, "resultword"]),
        "relationship": (relation, "name", ["wordrelationship", relation.ref, "purposeword"]),
        "partner": (partner, "name", ["wordpartner", "sectorword"]),
        "person": (session.get_one(Person, who.person_id), "name", ["wordperson", "jobword"]),
    }


def test_every_kind_is_entered_changed_and_removed_with_its_row(session):
    rows = rows_of_each(session)
    assert set(rows) == set(fulltext.TABLES)
    for kind, (thing, column, words) in rows.items():
        for word in words:
            assert thing.id in found(session, kind, word), (kind, word)
        setattr(thing, column, "Changed entirely")
        session.flush()
        assert thing.id in found(session, kind, "changed entirely")
        assert thing.id not in found(session, kind, words[0]), kind
    for kind in ("action", "finding", "audit", "programme", "relationship", "partner"):
        thing = rows[kind][0]
        session.execute(sa.delete(type(thing)).where(type(thing).id == thing.id))
        assert found(session, kind, "changed") == set(), kind


def test_a_thing_of_another_kind_is_not_found(session):
    rows = rows_of_each(session)
    for kind in rows:
        assert found(session, kind, "word") == {rows[kind][0].id}


def test_numbers_come_before_titles_and_titles_before_texts_the_newest_first(session):
    who = make_person(session)
    refs = []
    for number, more in enumerate(
        [
            {"statement": "say 4711 here", "raised_at": DAY},
            {"title": "About 4711", "raised_at": DAY},
            {"title": "4711 again", "raised_at": DAY + timedelta(days=1)},
            {"ref": "NC-4711-001", "raised_at": DAY - timedelta(days=9)},
        ]
    ):
        refs.append(make_nonconformity(session, who, **({"ref": f"NC-2026-{number:03}"} | more)).ref)
    index = ranked("nonconformity", "4711")
    query = (
        sa.select(Nonconformity.ref)
        .join(index, index.c.thing_id == Nonconformity.id)
        .order_by(index.c.tier, index.c.at.desc())
    )
    assert session.scalars(query).all() == [refs[3], refs[2], refs[1], refs[0]]


def test_a_very_long_text_is_kept(session):
    who = make_person(session)
    nc = make_nonconformity(
        session, who, statement=" ".join(f"word{n}" for n in range(60_000)) + "x" * 5000, title="Longest"
    )
    assert found(session, "nonconformity", "word4711 longest") == {nc.id}


def test_rebuilding_gives_the_same(session):
    rows = rows_of_each(session)
    session.execute(sa.text("DELETE FROM search_entry"))
    if session.get_bind().dialect.name == "sqlite":
        session.execute(sa.text("DELETE FROM search_words"))
    assert found(session, "action", "wordaction") == set()
    counted = rebuild(session)
    assert counted == len(rows)
    for kind, (thing, _, words) in rows.items():
        assert all(found(session, kind, word) == {thing.id} for word in words), kind


def test_rows_that_were_there_are_entered_by_the_migration(app, unit):
    ids = unit(lambda s: {kind: row[0].id for kind, row in rows_of_each(s).items()})
    folder = str(ROOT / "migrations")
    with app.app_context(), mode("write"):
        downgrade(directory=folder, revision="0008")
        with db.engine.connect() as connection:
            assert not [
                name for name in sa.inspect(connection).get_table_names() if name.startswith("search_")
            ]
        upgrade(directory=folder)
        session = current_session()
        assert {kind: found(session, kind, "word") for kind in ids} == {
            kind: {one} for kind, one in ids.items()
        }
        assert session.scalars(sa.select(Action.version)).all() == [1]
        assert session.scalars(sa.select(Relationship.version)).all() == [1]
        db.session.rollback()


def test_the_index_is_used_and_not_all_rows_are_read(session):
    query = sa.select(Nonconformity.id).where(Nonconformity.id.in_(matching("nonconformity", "hedg")))
    text = str(query.compile(session.get_bind(), compile_kwargs={"literal_binds": True}))
    if session.get_bind().dialect.name == "sqlite":
        plan = " ".join(str(row) for row in session.execute(sa.text(f"EXPLAIN QUERY PLAN {text}")))
        assert "search_words VIRTUAL TABLE INDEX" in plan
        return
    session.execute(
        sa.text(
            "INSERT INTO search_entry SELECT 'nonconformity', gen_random_uuid(), now(), "
            "to_tsvector('simple', 'noise ' || n) FROM generate_series(1, 3000) n"
        )
    )
    session.execute(sa.text("ANALYZE search_entry"))
    session.execute(sa.text("SET LOCAL enable_seqscan = off"))
    plan = " ".join(str(row) for row in session.execute(sa.text(f"EXPLAIN {text}")))
    assert "ix_search_entry_words" in plan
