"""The jobs that run once a day: what recurs begins by itself, and what has expired is removed."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from auditapp.people.model import PasswordLink, SignIn, SignInAttempt
from auditapp.relationships.obligations.model import Obligation
from auditapp.reminders.engine.registry import by_name
from tests.factories import make_organization, make_person, make_relationship

AT = datetime(2026, 3, 4, 10, tzinfo=UTC)


def run(session, name, at=AT):
    return by_name(name).work(session, at)


def count(session, model):
    return session.scalar(sa.select(sa.func.count()).select_from(model))


def test_what_recurs_begins_once_a_day_for_what_is_new(session):
    make_organization(session)
    first = run(session, "obligations")
    assert first == count(session, Obligation) > 0
    make_relationship(session)
    assert run(session, "obligations") == 0  # looked today
    assert run(session, "obligations", AT + timedelta(days=1)) > 0
    assert run(session, "obligations", AT + timedelta(days=2)) == 0


def test_only_what_has_expired_is_removed(session):
    who = make_person(session).person_id
    for name, days in (("old", 8), ("new", 1)):
        session.add(SignInAttempt(key=name, at=AT - timedelta(days=days)))
    for name, days in (("old", 91), ("new", 10)):
        ended = AT - timedelta(days=days)
        session.add(PasswordLink(digest=name, person_id=who, expires_at=ended))
        session.add(
            SignIn(digest=name, person_id=who, created_at=ended - timedelta(days=14), expires_at=ended)
        )
    session.flush()
    assert run(session, "clean_up") == 3
    assert session.scalars(sa.select(SignInAttempt.key)).all() == ["new"]
    assert session.scalars(sa.select(PasswordLink.digest)).all() == ["new"]
    assert session.scalars(sa.select(SignIn.digest)).all() == ["new"]
    assert run(session, "clean_up") == 0
