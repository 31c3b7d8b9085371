"""Who may do what with an action, by hand: every verb has at least one row."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from auditapp.findings.actions import service as actions
from auditapp.findings.exchange import service as exchange
from auditapp.findings.model import ActionRequest, ActionStep
from auditapp.findings.rules.action import ActionStatus, ActionVerb, RequestKind
from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.findings.verification import service as verification
from auditapp.kit.clock import now
from tests.findings.tries import DO, JUDGES, LEAD, MANAGING, OWN, Command, Row, World, in_days

A, T = ActionVerb, ActionStatus
S = NcStatus


def open_request(kind: RequestKind, by: str = "owner", level: int = 1, **more: Any) -> Command:
    """A request that waits for a decision."""

    def make(w: World) -> None:
        w.session.add(
            ActionRequest(
                action_id=w.action.id, kind=kind, reason="Snow.", asked_by_id=w.cast.id_of(by), asked_at=w.at,
                level=level, **more,
            )
        )  # fmt: skip

    return make


DOING = DO | {"owning_verifier"}  # "contact_owner" tries it on the contact's own action
LEADING = LEAD | {"responsible_manager"}
ABOVE = JUDGES | {"worked_manager"}


def their_steps(w: World) -> None:
    w.session.add(ActionStep(action_id=w.action.id, position=0, text="Ask them"))


def decide(granted: bool = True, **more: Any) -> Command:
    return lambda w: actions.decide(
        w.session, **w.by, action=w.action, granted=granted, decision="So it is.", **more
    )


ACTIONS: dict[ActionVerb, list[Row]] = {
    A.EDIT: [
        Row(
            S.PLANNING,
            lambda w: actions.edit_action(w.session, **w.by, action=w.action, kind=w.action.kind, title="Other"),
            LEAD | MANAGING,
        )
    ],
    A.ACCEPT: [
        Row(
            S.PLANNING,
            lambda w: actions.accept_action(w.session, **w.by, action=w.action),
            DOING | {"contact_owner"},
        )
    ],
    A.START: [
        Row(
            S.IMPLEMENTING,
            lambda w: actions.start_action(w.session, **w.by, action=w.action),
            DOING | {"contact_owner"},
            T.ACCEPTED,
        )
    ],
    A.FINISH: [
        Row(
            S.IMPLEMENTING,
            lambda w: actions.finish_action(w.session, **w.by, action=w.action, result="Done so."),
            DOING | {"contact_owner"},
        )
    ],
    A.RESUME: [
        Row(
            S.IMPLEMENTING,
            lambda w: actions.resume_action(w.session, **w.by, action=w.action),
            DOING | {"contact_owner"},
            T.DONE,
        )
    ],
    A.VERIFY: [
        Row(
            S.IMPLEMENTING,
            lambda w: verification.verify_action(w.session, **w.by, action=w.action, note="Seen."),
            JUDGES,
            T.DONE,
        )
    ],
    A.RETURN: [
        Row(
            S.IMPLEMENTING,
            lambda w: verification.return_action(w.session, **w.by, action=w.action, reason="Not all of it."),
            JUDGES,
            T.DONE,
        )
    ],
    A.REOPEN: [
        Row(
            S.IMPLEMENTING,
            lambda w: verification.reopen_action(w.session, **w.by, action=w.action, reason="Looked again."),
            JUDGES,
            T.VERIFIED,
        )
    ],
    A.REASSIGN: [
        Row(
            S.IMPLEMENTING,
            lambda w: actions.reassign_action(
                w.session, **w.by, action=w.action, owner_id=w.cast.id_of("employee"), reason="New job."
            ),
            LEAD | {"leader"} | MANAGING,
        )
    ],
    A.CHANGE_DUE: [
        Row(
            S.IMPLEMENTING,
            lambda w: actions.change_due(
                w.session, **w.by, action=w.action, due_on=in_days(w, 40), reason="The line is closed."
            ),
            ABOVE,
        )
    ],
    A.ASK_EXTENSION: [
        Row(
            S.IMPLEMENTING,
            lambda w: actions.ask_extension(
                w.session, **w.by, action=w.action, wanted_on=in_days(w, 20), reason="Snow.", impact="None."
            ),
            DOING | {"contact_owner"},
        )
    ],
    A.SAY_CANT: [
        Row(
            S.IMPLEMENTING,
            lambda w: actions.say_cant(w.session, **w.by, action=w.action, reason="No such thing."),
            DOING | {"contact_owner"},
        )
    ],
    A.SAY_NOT_MINE: [
        Row(
            S.IMPLEMENTING,
            lambda w: actions.say_not_mine(w.session, **w.by, action=w.action, reason="It is Fay's."),
            DOING | {"contact_owner"},
        )
    ],
    A.ASK_CANCEL: [
        Row(
            S.IMPLEMENTING,
            lambda w: actions.ask_cancel(w.session, **w.by, action=w.action, reason="The line was sold."),
            DOING | LEADING | {"contact_owner"},
        )
    ],
    A.TAKE_BACK: [
        Row(  # what one asked for oneself
            S.IMPLEMENTING,
            lambda w: actions.take_back(w.session, **w.by, action=w.action),
            DOING | LEADING | {"contact_owner"},
            before=lambda w: open_request(RequestKind.CANCEL, w.as_who())(w),
        ),
        Row(  # what the owner asked for: the deputy acts for the owner
            S.IMPLEMENTING,
            lambda w: actions.take_back(w.session, **w.by, action=w.action),
            DO,
            before=open_request(RequestKind.CANT_DO),
        ),
        Row(  # what the responsible person asked for
            S.IMPLEMENTING,
            lambda w: actions.take_back(w.session, **w.by, action=w.action),
            {"responsible"},
            before=open_request(RequestKind.CANCEL, "responsible"),
        ),
    ],
    A.DECIDE: [
        Row(
            S.IMPLEMENTING,
            decide(),
            ABOVE,
            before=open_request(RequestKind.EXTENSION, wanted_on=now().date() + timedelta(days=20)),
        ),
        Row(
            S.IMPLEMENTING,
            decide(granted=False),
            ABOVE,
            before=open_request(RequestKind.EXTENSION, wanted_on=now().date() + timedelta(days=20)),
        ),
        Row(
            S.IMPLEMENTING,
            decide(),
            MANAGING - {"responsible_manager"} | {"ser", "relationship_ser"},
            before=open_request(RequestKind.EXTENSION, level=2, wanted_on=now().date() + timedelta(days=20)),
        ),
        Row(
            S.IMPLEMENTING,
            decide(),
            {"ser", "relationship_ser"},
            before=open_request(RequestKind.EXTENSION, level=3, wanted_on=now().date() + timedelta(days=20)),
        ),
        Row(
            S.IMPLEMENTING,
            decide(),
            {"ser", "relationship_ser"},
            before=open_request(RequestKind.EXTENSION, level=7, wanted_on=now().date() + timedelta(days=20)),
        ),
        Row(
            S.IMPLEMENTING,
            decide(granted=False),
            LEADING | ABOVE,
            before=open_request(RequestKind.CANT_DO),
        ),
        Row(
            S.IMPLEMENTING,
            decide(granted=False),
            LEAD | {"leader"} | MANAGING,
            before=open_request(RequestKind.NOT_MINE),
        ),
        Row(
            S.IMPLEMENTING,
            decide(granted=False),
            ABOVE | {"responsible_manager"},
            before=open_request(RequestKind.CANCEL),
        ),
        Row(  # nobody decides what they asked for themselves
            S.IMPLEMENTING,
            decide(granted=False),
            set(),
            before=lambda w: open_request(RequestKind.CANT_DO, w.as_who())(w),
        ),
    ],
    A.CANCEL: [  # what granting a request to cancel does: never by whoever answers for the work
        Row(S.IMPLEMENTING, decide(), ABOVE, before=open_request(RequestKind.CANCEL)),
        Row(S.IMPLEMENTING, decide(), ABOVE, before=open_request(RequestKind.CANT_DO)),
    ],
    A.PLAN_STEP: [
        Row(
            S.IMPLEMENTING,
            lambda w: actions.set_steps(w.session, **w.by, action=w.action, texts=["Ask", "Write"]),
            DOING | LEAD | MANAGING | {"contact_owner"},
        )
    ],
    A.TICK_STEP: [
        Row(
            S.IMPLEMENTING,
            lambda w: actions.tick_step(
                w.session, **w.by, action=w.action, done=True,
                step_id=w.session.scalar(sa.select(ActionStep.id).where(ActionStep.action_id == w.action.id)),
            ),
            DOING | {"contact_owner"},
            before=their_steps,
        )
    ],
    A.COMMENT: [
        Row(
            S.IMPLEMENTING,
            lambda w: exchange.comment(w.session, **w.by, nc=w.nc, action=w.action, text="I see."),
            OWN | {"contact_owner"},
        ),
        Row(
            S.CLOSED,
            lambda w: exchange.comment(w.session, **w.by, nc=w.nc, action=w.action, text="I see."),
            OWN | {"contact_owner"},
        ),
    ],
    A.ATTACH: [
        Row(
            S.IMPLEMENTING,
            lambda w: exchange.add_address(w.session, **w.by, nc=w.nc, action=w.action, address="Shelf 4"),
            DOING | LEAD | JUDGES | MANAGING | {"contact_owner"},
        )
    ],
}  # fmt: skip
