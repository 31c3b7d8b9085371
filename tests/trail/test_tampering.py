"""Whoever can write the tables past the triggers is still found out: kinds of tampering, each on both databases."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask.cli import ScriptInfo

from auditapp.cli import trail_anchor, trail_verify
from auditapp.kit.db import current_session, db, mode, run_unit
from auditapp.trail.model import Fact, PersonalPayload
from auditapp.trail.rules import GENESIS, link_hash
from auditapp.trail.service import record

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ACTOR = UUID(int=7)
FACTS = 12


def tell(app):
    """Twelve facts, one with a personal part."""
    with app.app_context():

        def work():
            for number in range(1, FACTS + 1):
                record(
                    current_session(),
                    actor_id=ACTOR,
                    at=AT + timedelta(minutes=number),
                    verb="answer.saved",
                    thing_kind="question",
                    thing_id=UUID(int=number),
                    thing_ref=f"Q{number}",
                    before={"result": "not_asked"},
                    after={"result": "conforms", "number": number},
                    personal={"name": "Somebody"} if number == 5 else None,
                )

        run_unit(work, "write")


def cli(app, command, *arguments):
    return CliRunner().invoke(command, arguments, obj=ScriptInfo(create_app=lambda: app))


def verify(app, *arguments):
    return cli(app, trail_verify, *arguments)


def tamper(app, change):
    """Change the tables as the database's owner would who has taken the triggers away."""
    with app.app_context(), mode("write"), db.engine.begin() as connection:
        drop_triggers(connection)
        change(connection)


def drop_triggers(connection):
    if connection.dialect.name == "sqlite":
        names = connection.scalars(sa.text("SELECT name FROM sqlite_master WHERE type='trigger'")).all()
        for name in names:
            connection.execute(sa.text(f'DROP TRIGGER "{name}"'))
        connection.execute(sa.text("PRAGMA defer_foreign_keys=ON"))
    else:
        for table in ("trail_fact", "trail_personal"):
            connection.execute(sa.text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))


def update(seq, **values):
    return lambda connection: connection.execute(sa.update(Fact).where(Fact.seq == seq).values(**values))


def delete(*seqs):
    def change(connection):
        connection.execute(sa.delete(PersonalPayload).where(PersonalPayload.seq.in_(seqs)))
        connection.execute(sa.delete(Fact).where(Fact.seq.in_(seqs)))

    return change


def rehashed(connection, seq, **values):
    """Change a row and give it the hash that fits its new content."""
    row = connection.execute(sa.select(Fact.__table__).where(Fact.seq == seq)).one()
    new = Fact(**{**row._asdict(), **values})
    connection.execute(sa.update(Fact).where(Fact.seq == seq).values(**values, hash=link_hash(new)))
    return link_hash(new)


def swap(connection):
    """Two rows change places, everything else of them stays."""
    for old, new in ((3, -3), (4, 3), (-3, 4)):
        connection.execute(sa.update(Fact).where(Fact.seq == old).values(seq=new))


def rewrite_from(seq):
    """The whole history from one row on is made anew, every hash right: only an anchor outside tells."""

    def change(connection):
        prev = None
        for number in range(seq, FACTS + 1):
            values = {"verb": "answer.removed"} if number == seq else {"prev": prev}
            prev = rehashed(connection, number, **values)

    return change


def insert(seq, prev):
    def change(connection):
        row = connection.execute(sa.select(Fact.__table__).where(Fact.seq == 2)).one()
        forged = {**row._asdict(), "seq": seq, "prev": prev, "thing_ref": "forged"}
        connection.execute(sa.insert(Fact).values(**{**forged, "hash": link_hash(Fact(**forged))}))

    return change


# what was done -> (how, whether only an anchor can tell, the row or rows that the answer may name)
KINDS = {
    "another verb": (update(6, verb="answer.removed"), False, {6}),
    "another actor": (update(6, actor_id=UUID(int=8)), False, {6}),
    "another time": (update(6, at=AT), False, {6}),
    "other content after": (update(6, after='{"result":"nonconforming"}'), False, {6}),
    "other content before": (update(6, before=""), False, {6}),
    "about another thing": (update(6, thing_id=str(UUID(int=99)), thing_ref="Q99"), False, {6}),
    "changed, with a hash that fits": (lambda c: rehashed(c, 6, after="{}"), False, {6, 7}),
    "a row taken out": (delete(6), False, {6, 7}),
    "the first rows taken out": (delete(1, 2), False, {1, 3}),
    "two rows exchanged": (swap, False, {3, 4}),
    "a forged row at the end": (insert(FACTS + 1, "f" * 64), False, {FACTS + 1}),
    "a forged row before the first": (insert(0, GENESIS), False, {0, 1}),
    "the personal part changed": (
        lambda c: c.execute(
            sa.update(PersonalPayload).where(PersonalPayload.seq == 5).values(payload='{"name":"Else"}')
        ),
        False,
        {5},
    ),
    "the end cut off": (delete(FACTS - 1, FACTS), True, {FACTS}),
    "everything from a row on written anew": (rewrite_from(6), True, {FACTS}),
}


def test_a_whole_trail_verifies(app):
    tell(app)
    result = verify(app)
    assert result.exit_code == 0, result.output
    assert result.output.startswith(f"whole: {FACTS} rows")


@pytest.mark.parametrize("kind", KINDS)
def test_tampering_is_found(app, kind):
    change, only_by_anchor, rows = KINDS[kind]
    tell(app)
    with app.app_context():
        last = run_unit(
            lambda: current_session().scalars(sa.select(Fact).order_by(Fact.seq.desc())).first(), "read"
        )
    anchor = f"{last.seq}:{last.hash}"
    assert verify(app, "--anchor", anchor).exit_code == 0
    tamper(app, change)
    if only_by_anchor:
        assert verify(app).exit_code == 0, "if this is found without an anchor, say so in KINDS"
    result = verify(app, "--anchor", anchor)
    assert result.exit_code == 1, result.output
    named = {int(line.split()[2]) for line in result.output.splitlines() if line.startswith("BROKEN at")}
    assert named & rows, result.output


def test_there_are_ten_kinds_at_least():
    assert len(KINDS) >= 10


def test_an_erased_personal_part_is_no_tampering(app):
    tell(app)
    tamper(app, lambda c: c.execute(sa.delete(PersonalPayload).where(PersonalPayload.seq == 5)))
    assert verify(app).exit_code == 0


def test_an_anchor_written_down_is_used_by_itself(app):
    tell(app)
    assert cli(app, trail_anchor).exit_code == 0
    tamper(app, delete(FACTS))
    result = verify(app)
    assert result.exit_code == 1
    assert f"BROKEN at {FACTS} (cut)" in result.output


@pytest.mark.parametrize(
    "statement",
    [
        sa.update(Fact).where(Fact.seq == 6).values(verb="answer.removed"),
        sa.delete(Fact).where(Fact.seq == FACTS),
    ],
    ids=["update", "delete"],
)
def test_the_database_itself_refuses(app, statement):
    tell(app)
    with app.app_context(), mode("write"), pytest.raises(sa.exc.DBAPIError), db.engine.begin() as connection:
        connection.execute(statement)
    assert verify(app).exit_code == 0
