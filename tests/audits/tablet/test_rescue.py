"""A rescue file comes in: attributed, by the author's rights, once; and files and chains are held against the trail."""

import io
from uuid import UUID

import pytest
import sqlalchemy as sa
from PIL import Image

from auditapp.audits.execution.devices.model import Copy, Device, Operation
from auditapp.audits.execution.model import Answer, Evidence
from auditapp.audits.tablet.integrity.cli_commands import tablet
from auditapp.audits.tablet.integrity.queries import chains, known
from auditapp.kit.clock import now
from auditapp.people.rules import Role
from auditapp.trail.model import Fact
from auditapp.trail.service import verify
from tests.audits.execution.conftest import make_cast
from tests.audits.tablet.rescue_file import PHRASE, Pad
from tests.factories import make_person
from tests.statements import counted


@pytest.fixture
def cast(unit):
    return unit(lambda s: make_cast(s, limit=3))


def jpeg(colour="steelblue"):
    target = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(target, "JPEG")
    return target.getvalue()


def bring(client, data, phrase=PHRASE):
    return client.post(
        "/tablet/rescue", data={"file": (io.BytesIO(data), "x.auditapp-rescue"), "phrase": phrase}
    )


@pytest.fixture
def filled(cast):
    """The auditor's tablet: two answers, a photo, and one thing that only the leader may do."""
    pad = Pad()
    pad.answer(cast, cast.auditor, 1, "result", "conforms")
    pad.answer(cast, cast.auditor, 1, "note", "Seen in the minutes")
    pad.photo(cast, cast.auditor, 2, jpeg())
    pad.write(
        cast, cast.auditor, "closing",
        {"held_at": "2026-03-02T09:30:00+00:00", "participants": "All", "notes": "", "signatures": [], "override": "Because"},
    )  # fmt: skip
    return pad


def test_it_is_entered_in_its_author_s_name_and_only_once(cast, filled, client_of, unit):
    at = now()
    data = filled.file()
    page = bring(client_of(cast.leader), data)
    assert page.status_code == 200
    text = page.get_data(as_text=True)
    assert "3 entries and 1 photos were taken in" in text
    assert "Only the audit team leader" in text  # the closing meeting, by the auditor's rights
    rows = unit(
        lambda s: [
            (one.person_id, one.carried_by_id, one.state.value)
            for one in s.scalars(sa.select(Operation).order_by(Operation.seq))
        ]
    )
    assert [row[:2] for row in rows] == [(cast.auditor.person_id, cast.leader.person_id)] * 4
    assert [row[2] for row in rows] == ["applied", "applied", "applied", "refused"]
    answer = unit(lambda s: s.get(Answer, cast.questions[0]))
    assert (answer.note, answer.answered_by_id) == ("Seen in the minutes", cast.auditor.person_id)
    evidence = unit(lambda s: s.scalars(sa.select(Evidence)).one())
    assert (evidence.added_by_id, evidence.original_sha256) == (cast.auditor.person_id, "a" * 64)
    assert evidence.arrived_at >= at
    assert evidence.preview_sha256

    again = bring(client_of(cast.leader), data).get_data(as_text=True)
    assert "This very file was brought in before" in again
    assert unit(lambda s: s.scalar(sa.select(sa.func.count()).select_from(Evidence))) == 1
    assert unit(lambda s: len(s.scalars(sa.select(Fact).where(Fact.verb == "rescue.imported")).all())) == 1
    assert unit(lambda s: list(verify(s))) == []
    (chain,) = unit(lambda s: list(chains(s)))
    assert (str(chain.device_id), chain.operations, chain.breaks) == (filled.id, 4, ())


def test_what_came_by_the_file_is_not_unsent_any_more(cast, filled, client_of, unit):
    def said(s):
        """The tablet's last sign of life: four entries and a photo that it could not send."""
        at = now()
        who = {
            "created_at": at,
            "created_by_id": cast.auditor.person_id,
            "seen_at": at,
            "seen_by_id": cast.auditor.person_id,
        }
        s.add(Device(id=UUID(filled.id), name="iPad", **who))
        s.flush()
        s.add(
            Copy(device_id=UUID(filled.id), audit_id=cast.audit_id, person_id=cast.auditor.person_id,
                 heard_at=at, unsent=4, unsent_photos=1, unsent_bytes=9, oldest_at=at)
        )  # fmt: skip

    unit(said)
    bring(client_of(cast.leader), filled.file())
    copy = unit(lambda s: s.scalars(sa.select(Copy)).one())
    assert (copy.unsent, copy.unsent_photos) == (1, 0)  # the closing meeting was refused


@pytest.mark.parametrize("role", ["reader", "auditee", "outsider"])
def test_nobody_outside_the_team_brings_one_in(cast, filled, client_of, unit, role):
    page = bring(client_of(getattr(cast, role)), filled.file())
    assert page.status_code == 403
    assert "You are not of this audit" in page.get_data(as_text=True)
    assert unit(lambda s: s.scalar(sa.select(sa.func.count()).select_from(Operation))) == 0


def test_a_system_manager_may_carry_and_wrong_bytes_are_left_out(cast, client_of, unit):
    manager = unit(lambda s: make_person(s, Role.SYSTEM_MANAGER, name="Sy Manager"))
    pad = Pad()
    pad.photo(cast, cast.auditor, 2, jpeg())
    pad.photos[0]["data"] = jpeg("tomato")  # not what was hashed
    text = bring(client_of(manager), pad.file()).get_data(as_text=True)
    assert "1 photos of the file are not what the tablet hashed" in text
    evidence = unit(lambda s: s.scalars(sa.select(Evidence)).one())
    assert (evidence.added_by_id, evidence.arrived_at) == (cast.auditor.person_id, None)


@pytest.mark.parametrize(
    "wrong",
    [
        (lambda data: data[:-9], PHRASE, "not whole"),
        (lambda data: data, "wrong", "does not open the file"),
    ],
)
def test_a_file_that_cannot_come_in_says_why(cast, filled, client_of, wrong):
    spoil, phrase, words = wrong
    page = bring(client_of(cast.leader), spoil(filled.file()), phrase)
    assert page.status_code in {413, 422}
    assert words in page.get_data(as_text=True)


def test_a_file_or_a_hash_is_held_against_the_trail(cast, filled, client_of, unit):
    data = filled.file()
    bring(client_of(cast.leader), data)

    def asked(who, **given):
        return client_of(who).post("/tablet/verify", data=given).get_data(as_text=True)

    kept = asked(cast.leader, file=(io.BytesIO(filled.photos[0]["data"]), "copy.jpg"))
    assert "The photo as the tablet scaled it" in kept
    assert "question 2" in kept
    assert "Aud Auditor" in kept
    assert "The file as it came from the camera" in asked(cast.leader, sha256=" " + "A" * 64)
    assert "A rescue file that was brought in" in asked(cast.reader, file=(io.BytesIO(data), "x"))
    assert "Not known here" in asked(cast.leader, file=(io.BytesIO(data + b"."), "x"))
    assert "Not known here" in asked(cast.outsider, sha256="a" * 64)
    assert "64 signs" in asked(cast.leader, sha256="abc")


def test_a_hash_is_looked_up_in_three_statements(cast, filled, client_of, unit):
    bring(client_of(cast.leader), filled.file())

    def look(session):
        session.connection()  # the transaction has begun
        with counted(session) as said:
            assert [one.what for one in known(session, cast.leader, "a" * 64)] == ["original"]
        return len(said)

    assert unit(look) == 3


def test_the_command_says_where_a_chain_is_broken(app, cast, filled, client_of, unit):
    bring(client_of(cast.leader), filled.file())
    app.cli.add_command(tablet)  # as auditapp.cli does
    run = app.test_cli_runner()
    whole = run.invoke(args=["tablet", "verify"])
    assert (whole.exit_code, "whole: iPad of Aud" in whole.output) == (0, True)
    unit(lambda s: s.execute(sa.update(Operation).where(Operation.seq == 2).values(text="{}")))
    broken = run.invoke(args=["tablet", "verify"])
    assert broken.exit_code == 1
    assert "BROKEN at 2 (changed)" in broken.output
