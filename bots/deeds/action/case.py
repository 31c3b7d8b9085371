"""An action as one person stands before it: what is read about it, each at most once."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.findings.actions.queries import ActionStanding, action_standing, possible_owners, steps_of
from auditapp.findings.exchange.queries import files_page, may_now, partner_takes_part
from auditapp.findings.model import Action, ActionStep, Nonconformity
from auditapp.findings.queries import visible_actions
from auditapp.findings.rules.action import ActionVerb
from auditapp.findings.rules.nonconformity import AT_WORK, OPEN
from auditapp.kit.errors import NotFound
from auditapp.kit.text import Text
from auditapp.people.model import Organization
from auditapp.people.queries import organization
from auditapp.people.rules import Principal
from bots.deeds.case import owners, who_is_own
from bots.deeds.ground import Call
from bots.deeds.rules import Done, Option


@dataclass
class ActionCase:
    """An action, what it belongs to, and whoever looks at it."""

    session: Session
    who: Principal
    at: datetime
    action: Action
    nc: Nonconformity
    house: (
        Organization | None
    )  # held so that it is read once: its zone and its working days are asked for often

    @cached_property
    def standing(self) -> ActionStanding:
        """How it stands for this person."""
        return action_standing(self.session, self.who, self.action, self.nc, self.at)

    @cached_property
    def steps(self) -> list[ActionStep]:
        """Its steps, in order."""
        return steps_of(self.session, [self.action.id])[self.action.id]

    @cached_property
    def files(self) -> list[str]:
        """What its files show, the newest first, as far as this person may see them."""
        return [
            one.file.title for one in files_page(self.session, self.who, self.nc, self.action, page=1).rows
        ]

    @cached_property
    def chooses(self) -> bool:
        """Whether this person says what the partner reads: own people, where a contact takes part."""
        return who_is_own(self.who) and partner_takes_part(self.session, self.action)

    @property
    def attachable(self) -> bool:
        """Whether files can be added now: as long as the nonconformity is open, whatever the action waits for."""
        if self.nc.status in AT_WORK or self.nc.status not in OPEN:
            return ActionVerb.ATTACH in self.standing.may
        return may_now(self.session, self.who, self.nc, self.action)[1]

    def owners(self) -> list[Option]:
        """Who could own it."""
        return owners(possible_owners(self.session, self.nc, self.who))


ActionCall = Call[ActionCase]


def case_of(session: Session, who: Principal, action_id: UUID, at: datetime) -> ActionCase:
    """The action, if the person may know of it. Raises NotFound."""
    action: Action | None = session.scalar(visible_actions(who).where(Action.id == action_id))
    if action is None:
        raise NotFound
    nc = session.get_one(Nonconformity, action.nonconformity_id)
    return ActionCase(session=session, who=who, at=at, action=action, nc=nc, house=organization(session))


def common(call: ActionCall) -> dict[str, Any]:
    """What every verb of an action takes."""
    return {**call.common, "action": call.found.action, "version": call.version}


def done(call: ActionCall, what: Text) -> Done:
    """What happened, and whose turn it is after it; a contact who gave it away cannot see that any more."""
    call.session.flush()
    action = call.found.action
    if not who_is_own(call.who) and call.who.person_id not in {action.owner_id, action.deputy_id}:
        return Done(said=what)
    turn = action_standing(call.session, call.who, action, call.found.nc, call.at).turn.sentence
    return Done(said=Text("%(done)s %(turn)s", done=what, turn=turn))
