"""What happened is told once, to whoever should know and did not do it themselves."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from auditapp.kit.text import Text
from auditapp.people.model import Person
from auditapp.people.rules import Role
from auditapp.reminders.news.rules import NEWS
from auditapp.reminders.news.service import anything_new, tell_news
from auditapp.reminders.outbox.model import Notice
from auditapp.reminders.outbox.rules import NoticeKind
from auditapp.trail.service import record
from tests.factories import make_person, make_relationship
from tests.factories.audits import make_audit, make_auditor
from tests.factories.nonconformities import make_action, make_nonconformity

AT = datetime(2026, 3, 4, 10, tzinfo=UTC)  # a Wednesday, within working hours


@pytest.fixture
def people(session):
    """Who does it, and who should know."""
    doer = make_person(session, Role.SYSTEM_MANAGER)
    tell_news(session, at=AT)  # the first look only remembers where it is
    return doer, make_person(session, Role.ACTION_OWNER)


def say(session, verb, *, thing_kind, thing_id, ref, by, context_id=None):
    return record(
        session, actor_id=by, at=AT, verb=verb, thing_kind=thing_kind, thing_id=thing_id, thing_ref=ref,
        context_id=context_id,
    )  # fmt: skip


def told(session):
    return session.scalars(sa.select(Notice).order_by(Notice.created_at, Notice.id)).all()


def about(session, verb, people):
    """The fact of a verb on rows of ours; gives who should hear of it."""
    doer, other = people
    if verb.startswith("action."):
        nc = make_nonconformity(session, doer)
        action = make_action(session, nc, other.person_id)
        say(session, verb, thing_kind="action", thing_id=action.id, ref=action.ref, by=doer.person_id)
        return {other.person_id}
    if verb.startswith("exit."):
        found = make_relationship(session, owner_id=other.person_id, ser_id=doer.person_id)
        say(
            session,
            verb,
            thing_kind="exit",
            thing_id=found.id,
            ref="EX-1",
            by=doer.person_id,
            context_id=found.id,
        )
        return {other.person_id}
    if verb.startswith("management_review."):  # such a fact names whom it is told to
        named = {"title": "The year", "tell": [str(one.person_id) for one in people]}
        record(
            session, actor_id=doer.person_id, at=AT, verb=verb, thing_kind="management_review", thing_id=doer.person_id,
            thing_ref="MR-2026-01", after=named,
        )  # fmt: skip
        return {other.person_id}
    audit = make_audit(session, leader=make_auditor(session), auditees=[doer, other])
    say(
        session,
        verb,
        thing_kind="audit",
        thing_id=audit.id,
        ref=audit.ref,
        by=doer.person_id,
        context_id=audit.id,
    )
    return {other.person_id} if verb == "report.issued" else {other.person_id, audit.members[0].person_id}


@pytest.mark.parametrize("verb", sorted(NEWS))
def test_each_is_told_once_and_not_to_whoever_did_it(session, people, verb):
    expected = about(session, verb, people)
    assert anything_new(session, at=AT)
    assert tell_news(session, at=AT) == len(expected)
    found = told(session)
    assert {one.person_id for one in found} == expected
    assert {one.kind for one in found} == {NoticeKind.INFORMATION}
    assert {one.urgent for one in found} == {NEWS[verb].urgent}
    assert str(Text.from_json(found[0].about["step"])) == str(NEWS[verb].step)
    assert tell_news(session, at=AT) == 0
    assert not anything_new(session, at=AT)
    assert len(told(session)) == len(expected)


def test_what_cannot_wait_is_told_now_and_the_rest_in_the_morning(session, people):
    about(session, "exit.activated", people)
    about(session, "action.request_granted", people)
    tell_news(session, at=AT)
    moments = {one.urgent: one.not_before for one in told(session)}
    assert moments == {True: AT, False: datetime(2026, 3, 5, 9, tzinfo=UTC)}


def test_nobody_who_left_is_told(session, people):
    about(session, "action.request_granted", people)
    session.get_one(Person, people[1].person_id).active = False
    session.flush()
    assert tell_news(session, at=AT) == 0


def test_the_first_look_floods_nobody(session):
    doer, other = make_person(session), make_person(session)
    about(session, "action.request_granted", (doer, other))
    assert tell_news(session, at=AT) == 0
    assert told(session) == []
