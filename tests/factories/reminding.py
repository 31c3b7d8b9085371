"""Something that is due and whoever stands over it, for tests of reminders."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from auditapp.people.rules import Principal, Role
from auditapp.relationships.model import Relationship
from auditapp.relationships.obligations.model import Obligation
from auditapp.relationships.obligations.service import begin
from tests.factories import make_person, make_relationship

DUE = date(2026, 3, 18)  # a Wednesday
MORNING = datetime(2026, 3, 18, 9, tzinfo=UTC)  # London is on UTC until 29 March


def on(day: int, hour: int = 9, minute: int = 0) -> datetime:
    """A moment of March 2026."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@dataclass(frozen=True)
class Owed:
    """A review of a scorecard that somebody owes, in a relationship with an owner, a manager and a SER."""

    obligation: Obligation
    relationship: Relationship
    owner: Principal  # whose it is
    leader: Principal  # of the relationship
    manager: Principal
    ser: Principal
    programme: Principal

    @property
    def key(self) -> str:
        """As due items call it."""
        return f"obligation:{self.obligation.id}"


def make_owed(session: Session, *, due: date = DUE, **more: Any) -> Owed:
    """It is due on a day; the policy of its kind is the one we suggest."""
    people = [
        make_person(session, name=name) for name in ("Olive Owner", "Lea Leader", "Max Manager", "Sam Senior")
    ]
    programme = make_person(session, Role.PROGRAMME_MANAGER, name="Pam Programme")
    found = make_relationship(
        session, owner_id=people[1].person_id, manager_id=people[2].person_id, ser_id=people[3].person_id
    )
    made = begin(
        session, at=on(1), key="scorecard", subject=found.id, anchor_on=due - timedelta(days=90), first_on=due,
        relationship_id=found.id, title="Scorecard", owner_id=people[0].person_id, **more,
    )  # fmt: skip
    assert made is not None
    return Owed(made, found, people[0], people[1], people[2], people[3], programme)
