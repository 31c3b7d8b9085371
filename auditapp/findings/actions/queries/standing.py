"""How an action stands for somebody who reads it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.findings import queries
from auditapp.findings.actions.queries.rows import open_request, today_of
from auditapp.findings.actions.rules import decides, takes_back
from auditapp.findings.model import Action, ActionRequest, Nonconformity
from auditapp.findings.rules.action import (
    ACTION_STATUS_LABELS,
    ACTION_TONES,
    STEPS,
    UNDONE,
    WHILE,
    ActionVerb,
    may,
    who_decides,
)
from auditapp.findings.rules.action_turn import ActionFacts, RequestFacts, Turn, turn
from auditapp.findings.rules.parts import Part
from auditapp.kit.text import Text
from auditapp.people.queries import names_of
from auditapp.people.rules import Capability, Principal

ASKS = frozenset(
    {ActionVerb.ASK_EXTENSION, ActionVerb.SAY_CANT, ActionVerb.SAY_NOT_MINE, ActionVerb.ASK_CANCEL}
)


@dataclass(frozen=True, kw_only=True)
class ActionStanding:
    """How an action stands for one reader: all that the head of its pages shows.

    ``own``: the reader is of the own organization. ``names``: of people the reader may know of, by id. ``may``: what
    the reader can do now. ``deciders``: who decides the open request, in words.
    """

    action: Action
    nc: Nonconformity
    label: Text
    tone: str
    overdue: bool
    today: date
    turn: Turn
    names: Mapping[UUID, str]
    may: frozenset[ActionVerb]
    own: bool
    mine: bool
    request: ActionRequest | None
    deciders: str = ""


def action_standing(
    session: Session, principal: Principal, action: Action, nc: Nonconformity, at: datetime
) -> ActionStanding:
    """How it stands for somebody. At most six statements.

    A partner's contact reads the names of those who carry it out and of who answers for it on our side; no others.
    """
    parts = queries.parts(session, principal, nc, action)
    request = open_request(session, action.id)
    own = principal.can(Capability.VIEW_ORGANIZATION)
    today = today_of(session, at)
    wanted = [action.owner_id, action.deputy_id, nc.responsible_id, request.asked_by_id if request else None]
    if own:
        wanted += [nc.verifier_id, action.proposed_by_id, action.done_by_id, action.verified_by_id]
        wanted += [action.cancelled_by_id, request.proposed_owner_id if request else None]
    names = names_of(session, wanted)
    allowed = possible(action, nc, parts, request, principal.person_id)
    mine = bool(parts & {Part.OWNER, Part.STAND_IN})
    overdue = action.status in UNDONE and action.due_on < today
    deciders = who_decides(request.kind, request.level) if request else ""
    return ActionStanding(
        action=action,
        nc=nc,
        label=Text("Overdue") if overdue else ACTION_STATUS_LABELS[action.status],
        tone="overdue" if overdue else ACTION_TONES[action.status],
        overdue=overdue,
        today=today,
        turn=turn(
            ActionFacts(
                status=action.status,
                due=action.due_on,
                today=today,
                owner=names.get(action.owner_id, ""),
                verifier=names.get(nc.verifier_id) if own and nc.verifier_id else None,
                mine=mine,
                may=allowed,
                reason=action.status_reason,
                request=RequestFacts(
                    kind=request.kind,
                    asked_by=names.get(request.asked_by_id, ""),
                    deciders=deciders,
                    due=request.due_on,
                    mine=mine,
                    decide=ActionVerb.DECIDE in allowed,
                )
                if request
                else None,
            )
        ),
        names=names,
        may=allowed,
        own=own,
        mine=mine,
        request=request,
        deciders=deciders,
    )


def possible(
    action: Action, nc: Nonconformity, parts: frozenset[Part], request: ActionRequest | None, me: UUID
) -> frozenset[ActionVerb]:
    """What somebody with these parts can do now. The service decides; this says what is worth offering."""
    found = {
        verb
        for verb in ActionVerb
        if (action.status, verb) in STEPS and may(verb, parts) and nc.status in WHILE[verb]
    } - {ActionVerb.CANCEL}
    if request is None:
        return frozenset(found - {ActionVerb.DECIDE, ActionVerb.TAKE_BACK})
    found -= ASKS
    if not decides(request.kind, request.level, parts, asked=request.asked_by_id == me):
        found.discard(ActionVerb.DECIDE)
    if not takes_back(me, request.asked_by_id, {action.owner_id, action.deputy_id}):
        found.discard(ActionVerb.TAKE_BACK)
    return frozenset(found)
