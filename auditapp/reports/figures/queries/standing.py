"""What is late, what was given more time, what came back, and whether what was done had an effect."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.findings.model import Action, ActionRequest, EffectivenessCheck, Nonconformity, Repeat
from auditapp.findings.queries import visible_actions
from auditapp.findings.rules import action as action_rules
from auditapp.findings.rules.action import REQUEST_STATUS_LABELS, RequestKind, RequestStatus
from auditapp.findings.rules.nonconformity import ENDED, CheckResult
from auditapp.kit.text import Text
from auditapp.people.rules import Capability
from auditapp.reports.figures.queries.base import (
    Condition,
    raised,
    relationship_ids,
    standing,
    within,
)
from auditapp.reports.figures.rules import Asked, Count, Place, Share


def overdue(session: Session, asked: Asked) -> list[Count]:
    """What is overdue now: the next step of nonconformities, and actions that are not done. Two statements."""
    steps = session.scalar(
        sa.select(sa.func.count())
        .select_from(Nonconformity)
        .where(
            *standing(asked),
            Nonconformity.status.not_in(sorted(ENDED)),
            Nonconformity.turn_due_on < asked.today,
        )
    )
    actions = session.scalar(
        sa.select(sa.func.count())
        .select_from(Action)
        .where(
            *_actions(asked),
            Action.status.in_(sorted(action_rules.UNDONE)),
            Action.due_on < asked.today,
        )
    )
    return [
        Count(
            key="nonconformities",
            label=Text("Nonconformities whose next step is overdue"),
            count=steps or 0,
            rows=asked.rows(Place.NONCONFORMITIES, ("show", "overdue"), ("show", "stands")),
        ),
        Count(
            key="actions",
            label=Text("Overdue actions"),
            count=actions or 0,
            rows=asked.rows(Place.ACTIONS, ("show", "overdue")),
        ),
    ]


def extensions(session: Session, asked: Asked) -> list[Count]:
    """Extensions asked for in the period by what became of them, then the actions they are about. Two statements."""
    conditions = [
        ActionRequest.kind == RequestKind.EXTENSION,
        *within(ActionRequest.asked_at, asked),
        *_actions(asked),
    ]
    joined = sa.join(ActionRequest, Action, Action.id == ActionRequest.action_id)
    found = {
        row[0]: row[1]
        for row in session.execute(
            sa.select(ActionRequest.status, sa.func.count())
            .select_from(joined)
            .where(*conditions)
            .group_by(ActionRequest.status)
        )
    }
    about = session.scalar(
        sa.select(sa.func.count(sa.distinct(Action.id))).select_from(joined).where(*conditions)
    )
    rows = asked.rows(Place.ACTIONS, ("show", "all"), ("extension", asked.span()))
    return [
        *(
            Count(key=one.value, label=REQUEST_STATUS_LABELS[one], count=found.get(one, 0), rows=rows)
            for one in RequestStatus
        ),
        Count(key="actions", label=Text("Actions with such a request"), count=about or 0, rows=rows),
    ]


def repeats(session: Session, asked: Asked) -> Share:
    """Of those raised in the period: how many repeat an earlier one. One statement."""
    again = sa.exists().where(Repeat.nonconformity_id == Nonconformity.id)
    row = session.execute(
        sa.select(sa.func.count(), sa.func.count(sa.case((again, 1))))
        .select_from(Nonconformity)
        .where(*raised(asked))
    ).one()
    return Share(
        part=Count(
            key="repeats",
            label=Text("Repeat an earlier one"),
            count=row[1],
            rows=asked.standing(("show", "repeats")),
        ),
        whole=Count(key="raised", label=Text("Raised"), count=row[0], rows=asked.standing()),
    )


def effectiveness(session: Session, asked: Asked) -> Share:
    """Of the effectiveness checks made in the period: how many found the work effective. One statement.

    A check counts also when its nonconformity was reopened since; the rows are the nonconformities checked.
    """
    row = session.execute(
        sa.select(
            sa.func.count(), sa.func.count(sa.case((EffectivenessCheck.result == CheckResult.EFFECTIVE, 1)))
        )
        .join(Nonconformity, Nonconformity.id == EffectivenessCheck.nonconformity_id)
        .where(*standing(asked), *within(EffectivenessCheck.checked_at, asked))
    ).one()
    rows = asked.rows(Place.NONCONFORMITIES, ("show", "stands"), ("checked", asked.span()))
    return Share(
        part=Count(key="effective", label=Text("Effective"), count=row[1], rows=rows),
        whole=Count(key="checked", label=Text("Effect checked"), count=row[0], rows=rows),
    )


def _actions(asked: Asked) -> list[Condition]:
    """The actions that the reader may see, of nonconformities of the relationship that is asked for."""
    found: list[Condition] = []
    if not (asked.principal.can(Capability.VIEW_AUDITS) or asked.answers_for):
        found.append(Action.id.in_(visible_actions(asked.principal).with_only_columns(Action.id)))
    if asked.refs is not None:
        own = sa.select(Nonconformity.id).where(Nonconformity.relationship_id.in_(relationship_ids(asked)))
        found.append(Action.nonconformity_id.in_(own))
    return found
