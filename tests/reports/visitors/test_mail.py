"""The invitation is mailed by the outbox; its link stands in the mail and nowhere else. Old packs go by themselves."""

import logging
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from auditapp.kit.clock import now
from auditapp.people.rules import Role
from auditapp.reminders.digest.queries import build_message
from auditapp.reminders.outbox import channels
from auditapp.reminders.outbox.model import OutboxAttempt, OutboxMessage
from auditapp.reports.pack.running import folder
from auditapp.reports.visitors import service
from auditapp.reports.visitors.expiring import clear
from auditapp.reports.visitors.model import PackVisitor
from auditapp.trail.model import Fact
from bots.deliver import deliver_once
from bots.mail.smtp import SmtpMail
from bots.paths import Paths
from tests.bots.mail.server import mail_server
from tests.factories import make_person
from tests.factories.audits import make_edition
from tests.reports.visitors.world import invited, ready_pack


@pytest.fixture
def manager(unit):
    def make(session):
        make_edition(session)
        return make_person(session, Role.SYSTEM_MANAGER, name="Mona Manager")

    return unit(make)


@pytest.fixture
def pack(app, unit, manager):
    return ready_pack(app, unit, manager)


@pytest.fixture
def post(app, monkeypatch):
    """A mail server, and one round of delivery to it: gives the mails that came since."""
    kept = app.extensions["auditapp"]
    with mail_server() as server:
        for name in ("smtp_host", "smtp_port", "smtp_security", "mail_from"):
            monkeypatch.setattr(kept, name, getattr(server.settings, name))
        monkeypatch.setattr(kept, "smtp_timeout_seconds", 2)
        before = channels.by_name("mail")
        channels.register(SmtpMail(kept))
        paths = Paths(app)

        def build(session, message_id, at):
            return build_message(session, message_id, at=at, path_of=paths.of)

        def deliver(at=None):
            seen = len(server.mails)
            deliver_once(app, at=at or now(), build=build)
            return [mail for _, _, mail in server.mails[seen:]]

        yield deliver
        channels.forget("mail")
        if before is not None:
            channels.register(before)


@pytest.fixture
def place(client_of, manager, pack):
    """The manager's browser, and the page of the pack's auditors."""
    return client_of(manager), f"/reports/packs/{pack.ref}/auditors"


def everything(unit):
    """All that the outbox and the trail hold, as text."""

    def read(session):
        return [
            str({column: getattr(row, column) for column in table.__table__.c.keys()})  # noqa: SIM118
            for table in (OutboxMessage, OutboxAttempt, Fact, PackVisitor)
            for row in session.scalars(sa.select(table))
        ]

    return "\n".join(unit(read, "read"))


def form(**more):
    today = now().date()
    return {"name": "Eva Extern", "body": "Cert Body", "email": "eva@cert.example", "locale": "en", "first": str(today), "last": str(today + timedelta(days=5))} | more  # fmt: skip


def test_the_invitation_is_mailed_and_its_end_too_and_only_the_mail_holds_the_link(
    app, unit, place, post, caplog
):
    caplog.set_level(logging.DEBUG)
    office, page = place
    shown = office.post(page, data=form()).text
    secret = shown.partition("/visit/enter/")[2].partition("<")[0]
    assert "eva@cert.example by mail" in shown
    assert "Mail: Waiting" in office.get(page).text
    [mail] = post()
    assert "Mail: Delivered" in office.get(page).text
    assert (mail["To"], "invited" in mail["Subject"]) == ("Eva Extern <eva@cert.example>", True)
    text = mail.get_body(("plain",)).get_content()
    for said in (
        "Mona Manager",
        page.split("/")[3],
        "Cert Body",
        "does not work",
        "no password",
        str(now().year),
    ):
        assert said in " ".join(text.split())
    assert re.findall(r"/visit/enter/(\S+)", text) == [secret]
    assert app.test_client().get(f"/visit/enter/{secret}").status_code == 200

    [message] = unit(lambda session: list(session.scalars(sa.select(OutboxMessage))), "read")
    for address in ("/outbox/", f"/outbox/{message.id}", "/history"):
        assert secret not in office.get(address, follow_redirects=True).text
    assert secret not in everything(unit)
    assert secret not in caplog.text
    assert "eva@cert.example" not in str(message.extra)

    [row] = unit(lambda session: list(session.scalars(sa.select(PackVisitor))), "read")
    for _ in range(2):
        office.post(f"{page}/{row.id}/revoke")
    [told] = post()
    assert "has ended" in told["Subject"]
    assert "/visit/" not in told.get_body(("plain",)).get_content()


def test_a_mail_that_has_not_gone_out_is_taken_back_and_without_a_server_there_is_none(
    app, unit, place, request
):
    office, page = place
    assert "only once" in office.post(page, data=form()).text
    assert unit(lambda session: session.scalar(sa.select(sa.func.count(OutboxMessage.id))), "read") == 0
    post = request.getfixturevalue("post")
    office.post(page, data=form(name="Second"))
    second = unit(lambda s: s.scalars(sa.select(PackVisitor.id).where(PackVisitor.name == "Second")).one(), "read")  # fmt: skip
    office.post(f"{page}/{second}/revoke")
    assert post() == []
    states = unit(lambda session: list(session.scalars(sa.select(OutboxMessage.state))), "read")
    assert states == ["cancelled"]
    office.post(page, data=form(name="Third"))
    app.extensions["auditapp"].smtp_host = ""  # kept as files where others read them: rather none
    assert post() == []


def test_an_old_pack_is_removed_by_itself_unless_somebody_is_invited_to_it(
    app, unit, client_of, manager, pack
):
    office = client_of(manager)
    path = folder(app) / pack.file
    invited(unit, manager, pack, days=5, at=now() + timedelta(days=398))

    def run(days):
        with app.app_context():
            return clear(app, now() + timedelta(days=days))

    assert run(399) == 0
    assert run(402) == 0  # the invitation is open
    assert path.is_file()
    [row] = unit(lambda session: list(session.scalars(sa.select(PackVisitor))), "read")
    unit(lambda s: service.revoke(s, actor=manager, at=now(), pack_id=pack.id, visitor_id=row.id))
    app.extensions["auditapp"].pack_days = 0
    assert run(4000) == 0
    app.extensions["auditapp"].pack_days = 400
    assert (run(399), run(401), run(401)) == (0, 1, 0)
    assert not path.is_file()
    text = office.get(f"/reports/packs/{pack.ref}").text
    assert "Removed on" in text
    assert "by itself, 400 days after it was made" in text
