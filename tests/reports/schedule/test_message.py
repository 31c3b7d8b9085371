"""Every report that can come, as mail with its PDF and as a message in Slack, made where there is no request."""

import io
import shutil
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from pypdf import PdfReader

from auditapp.kit.db import current_session, db, run_unit
from auditapp.people.model import Person
from auditapp.people.queries import principal_of_person
from auditapp.reminders.digest.queries import build_message
from auditapp.reminders.outbox.model import OutboxMessage
from auditapp.reports.readiness.queries.picture import shelf_of
from auditapp.reports.schedule import service
from auditapp.reports.schedule.rules import BY_STANDARD, WHAT_LABELS, Form, Rhythm, What
from auditapp.reports.schedule.service import Wish
from bots.mail.render import Letterhead, render
from bots.paths import Paths
from bots.slack import cards
from bots.slack.posts.drawing import pen_of
from tests.conftest import build, settings_for

AT = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def demo(demonstration, tmp_path):
    """The demonstration organization."""
    shutil.copytree(demonstration, tmp_path / "demo")
    app = build(settings_for(tmp_path / "demo"))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def tried(app, what):
    """A trial of that report, as it is in the outbox."""

    def work():
        session = current_session()
        person_id = session.scalar(sa.select(Person.id).where(Person.email.startswith("ada.")))
        who = principal_of_person(session, person_id)
        standard = shelf_of(session).standards[0].id if what in BY_STANDARD else ""
        wish = Wish(
            person_id=person_id, what=what, standard=standard, rhythm=Rhythm.FIRST_WORKING_DAY, day=0,
            zone="Europe/London", form=Form.PDF,
        )  # fmt: skip
        schedule_id = service.add(session, actor=who, at=AT, wish=wish)
        service.try_it(session, actor=who, at=AT, schedule_id=schedule_id)
        return session.scalar(
            sa.select(OutboxMessage.id).where(OutboxMessage.dedupe.startswith(f"report:{schedule_id}"))
        )

    with app.app_context():
        message_id = run_unit(work, "write")
        paths = Paths(app)
        return run_unit(lambda: build_message(current_session(), message_id, at=AT, path_of=paths.of), "read")


@pytest.mark.parametrize("what", What)
def test_each_report_as_a_mail_and_in_slack(demo, what):
    message = tried(demo, what)
    assert message is not None
    settings = demo.extensions["auditapp"]
    with demo.app_context():
        mail = render(message, Letterhead.of(settings))
        drawn = cards.report(message, pen_of(demo, locale="en", zone="Europe/London", at=AT))
    [attached] = list(mail.iter_attachments())
    assert attached.get_content_type() == "application/pdf"
    pages = PdfReader(io.BytesIO(attached.get_content())).pages
    assert str(WHAT_LABELS[what]).split(" ", maxsplit=1)[0] in "".join(
        page.extract_text() for page in pages[:2]
    )
    text = mail.get_body(("plain",)).get_content()
    assert "this is a trial of" in " ".join(text.split())
    for word in ("Open the report:", "Have it come no more:", "/reports/schedule/stop/", "first working day"):
        assert word in text
    assert str(WHAT_LABELS[what]) in mail["Subject"]
    buttons = [
        one["url"] for block in drawn.blocks if block["type"] == "actions" for one in block["elements"]
    ]
    assert [url.startswith(settings.public_url) for url in buttons] == [True, True]
    assert demo.test_client().get(buttons[1].removeprefix(settings.public_url)).status_code == 200
