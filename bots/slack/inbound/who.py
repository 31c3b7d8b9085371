"""Who did something in Slack, authorised anew, with all that is needed to answer them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Flask
from sqlalchemy.orm import Session

from auditapp.kit.text import Text
from auditapp.people.model import Person
from auditapp.people.rules import Principal
from bots.slack.identity.queries import person_who_acts
from bots.slack.identity.rules import WORDS, WhyNot
from bots.slack.model import SlackAccount, SlackTeam
from bots.slack.pen import Pen
from bots.slack.posts.looking import pen_for

LINKABLE = frozenset({WhyNot.UNKNOWN_ACCOUNT, WhyNot.NOT_LINKED, WhyNot.REFUSED, WhyNot.GUEST})


@dataclass(frozen=True, kw_only=True)
class Actor:
    """An account, and the person it acts for; ``principal`` is ``None`` for whoever may not act, and ``why`` says why."""

    account_id: UUID
    slack_team_id: UUID
    user_id: str
    pen: Pen
    person: Person | None
    principal: Principal | None
    why: WhyNot | None

    @property
    def refusal(self) -> Text:
        """Why they may not act."""
        return WORDS[self.why or WhyNot.NOT_LINKED]

    @property
    def may_link(self) -> bool:
        """Whether connecting the account would help."""
        return self.why in LINKABLE


def actor_of(session: Session, app: Flask, account: SlackAccount, *, at: datetime) -> Actor:
    """The one behind an account, now."""
    team = session.get(SlackTeam, account.slack_team_id)
    acting = person_who_acts(
        session, enterprise_id=team.enterprise_id if team else "", team_id=account.team_id or (team.team_id if team else ""),
        user_id=account.user_id, at=at,
    )  # fmt: skip
    person = session.get(Person, account.person_id) if account.person_id is not None else None
    return Actor(
        account_id=account.id, slack_team_id=account.slack_team_id, user_id=account.user_id,
        pen=pen_for(app, person, at=at, zone=account.zone or "UTC"),
        person=person, principal=acting.principal, why=acting.why,
    )  # fmt: skip
