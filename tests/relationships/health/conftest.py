"""A relationship between two parties, and the people who are asked how it is."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from auditapp.kit.clock import day_in, now
from auditapp.people.rules import Role
from auditapp.relationships.health import queries, service
from auditapp.relationships.health.rules.questions import FIRST
from auditapp.relationships.rules import MemberRole, Sharing
from tests.factories import make_contact, make_person, make_relationship


def today():
    return day_in("Europe/London", now())


def build(session):
    """What the tests share."""
    ben = make_person(session, Role.SER, name="Ben Birch")
    found = make_relationship(session, ref="R-01", name="Tidal scheme", ser_id=ben.person_id)
    kim = make_person(session, name="Kim Kapok", scoped=[(Role.RELATIONSHIP_MANAGER, found.id)])
    found.manager_id = kim.person_id
    wes = make_contact(session, found, MemberRole.PARTNER_SER, name="Wes Willow")
    tim = make_contact(session, found, partner_id=wes.partner_id, name="Tim Teasel")
    ada = make_person(session, Role.SYSTEM_MANAGER, name="Ada Alder")
    return SimpleNamespace(found=found, ben=ben, kim=kim, wes=wes, tim=tim, ada=ada)


def opened(session, world, **more):
    """A check that asks two people of each side."""
    questions, _row = queries.current_edition(session)
    values = {
        "actor": world.kim, "at": now(), "relationship_id": world.found.id,
        "desired": {one.key: 4 for one in questions.dimensions}, "closes_on": today() + timedelta(days=14),
        "people": [one.person_id for one in (world.ben, world.kim, world.wes, world.tim)], "minimum": 1,
    }  # fmt: skip
    return service.open_check(session, **(values | more))


def answer_all(session, who, check, score, **more):
    """One score for everything."""
    for _dimension, question in FIRST.questions:
        service.answer(session, actor=who, at=now(), check=check, question=question.key, score=score, **more)


def closed(session, world, scores=(4, 4, 2, 2), *, sharing=Sharing.SHARED, at=None, **more):
    """A check that was answered by both sides and closed."""
    check = opened(session, world, **more)
    for who, score in zip((world.ben, world.kim, world.wes, world.tim), scores, strict=True):
        if score is not None:
            answer_all(session, who, check, score)
    return service.close(session, actor=world.kim, at=at or now(), check=check, sharing=sharing)


@pytest.fixture
def world(session):
    return build(session)
