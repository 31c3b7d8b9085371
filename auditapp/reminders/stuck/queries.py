"""Reading reminders at the end of their ladder: nobody answered on any level."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.paging import PER_PAGE, Page, paginate
from auditapp.kit.text import Text
from auditapp.people.queries import names_of
from auditapp.reminders import due
from auditapp.reminders.ladder.model import ReminderRun, ReminderStep
from auditapp.reminders.ladder.rules import RunState, StepKind
from auditapp.reminders.rules import DueItem, Kind, Level, Severity

_STUCK = (ReminderRun.ended_at.is_(None), ReminderRun.state == RunState.CAPPED)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A level of a reminder: who was told and when last; nobody where no one holds it."""

    level: Level
    names: Sequence[str]
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Stuck:
    """A reminder that nobody answered. ``waits_on``: whose turn it is. ``item`` ``None``: it was settled just now."""

    run_id: UUID
    kind: Kind
    severity: Severity
    ref: str
    title: str
    due_on: date
    since: datetime
    asked: Sequence[Asked]
    waits_on: Sequence[str]
    step: Text | None
    item: DueItem | None


def how_many(session: Session) -> int:
    """How many reminders are stuck. One statement."""
    return session.scalar(sa.select(sa.func.count()).select_from(ReminderRun).where(*_STUCK)) or 0


def stuck(session: Session, *, at: datetime, page: int = 1, per_page: int = PER_PAGE) -> Page[Stuck]:
    """A page of them, the longest due first; as many statements whatever their number."""
    found = paginate(
        session,
        sa.select(ReminderRun).where(*_STUCK).order_by(ReminderRun.due_on, ReminderRun.ref, ReminderRun.id),
        page=page,
        per_page=per_page,
    )
    runs: Sequence[ReminderRun] = found.rows
    steps = _steps(session, [run.id for run in runs])
    items = (
        {
            item.key: item
            for item in due.items(
                session, at=at, until=max(run.due_on for run in runs), keys=[run.item_key for run in runs]
            )
        }
        if runs
        else {}
    )
    names = names_of(
        session,
        {step.person_id for some in steps.values() for step in some}
        | {owner for item in items.values() for owner in item.owners},
    )
    return replace(
        found, rows=[_row(run, steps.get(run.id, []), items.get(run.item_key), names) for run in runs]
    )


def _steps(session: Session, run_ids: Iterable[UUID]) -> dict[UUID, list[ReminderStep]]:
    by_run: dict[UUID, list[ReminderStep]] = {}
    for step in session.scalars(
        sa.select(ReminderStep)
        .where(
            ReminderStep.run_id.in_(list(run_ids)),
            ReminderStep.kind.in_([StepKind.TOLD, StepKind.SKIPPED, StepKind.CAPPED]),
        )
        .order_by(ReminderStep.run_id, ReminderStep.number)
    ):
        by_run.setdefault(step.run_id, []).append(step)
    return by_run


def _row(
    run: ReminderRun, steps: Sequence[ReminderStep], item: DueItem | None, names: Mapping[UUID, str]
) -> Stuck:
    capped = [step.at for step in steps if step.kind is StepKind.CAPPED]
    return Stuck(
        run_id=run.id,
        kind=run.kind,
        severity=run.severity,
        ref=run.ref,
        title=run.title,
        due_on=run.due_on,
        since=capped[-1] if capped else run.level_since or run.started_at,
        asked=_asked(steps, names),
        waits_on=[names[one] for one in item.owners if one in names] if item is not None else [],
        step=item.step if item is not None else None,
        item=item,
    )


def _asked(steps: Sequence[ReminderStep], names: Mapping[UUID, str]) -> list[Asked]:
    """By level who was asked; a copy to a lower level or to the list's own reader is not asking."""
    found: dict[Level, Asked] = {}
    for step in steps:
        if step.kind is StepKind.CAPPED or not _asks(step):
            continue
        level = Level(step.level)
        person = step.person_id if step.kind is StepKind.TOLD else None
        who = [names[person]] if person is not None and person in names else []
        before = list(found[level].names) if level in found else []
        found[level] = Asked(level=level, names=list(dict.fromkeys([*before, *who])), at=step.at)
    return [found[level] for level in sorted(found)]


def _asks(step: ReminderStep) -> bool:
    told_as = step.reason.get("as", "") if isinstance(step.reason, dict) else ""
    return told_as not in {"copy", "information"}
