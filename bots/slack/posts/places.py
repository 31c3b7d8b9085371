"""Channels of relationships and programmes hear each working morning what is due there, and at once what goes up a level."""

from datetime import datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.clock import LAST_DAY
from auditapp.people.model import Setting
from auditapp.people.queries import organization
from auditapp.reminders import due
from auditapp.reminders.ladder.model import ReminderRun
from auditapp.reminders.outbox.model import Notice
from auditapp.reminders.outbox.rules import MessageKind, NoticeKind
from auditapp.reminders.outbox.service import put
from auditapp.reminders.quiet.queries import rhythms
from auditapp.reminders.quiet.rules import is_working_day, local_day, local_moment
from bots.slack.model import SlackPlace, SlackTeam, TeamState

READ = "slack.places"  # the key under which is kept up to which escalation was told
MORNING = time(8, 30)
MINUTES = MORNING.hour * 60 + MORNING.minute
MOST = 200


def places(session: Session) -> list[SlackPlace]:
    """Every channel that is told something, in workspaces that work."""
    return list(
        session.scalars(
            sa.select(SlackPlace)
            .join(SlackTeam, SlackTeam.id == SlackPlace.slack_team_id)
            .where(SlackPlace.ended_at.is_(None), SlackTeam.state == TeamState.ACTIVE)
            .order_by(SlackPlace.id)
        )
    )


def tell(session: Session, *, at: datetime) -> int:
    """Put what is to be told into the outbox, each thing once; gives how many messages."""
    found = places(session)
    count = _escalations(session, found, at=at)
    home = organization(session)
    if home is None or not found:
        return count
    day = local_day(at, home.zone)
    if at < local_moment(day, MINUTES, home.zone):
        return count
    people = rhythms(session, {one.set_by_id for one in found}, at=at)
    for place in found:
        if is_working_day(people[place.set_by_id], day):
            count += _put(session, place, f"place:{place.id}:{day.isoformat()}", "", at=at)
    return count


def _escalations(session: Session, found: list[SlackPlace], *, at: datetime) -> int:
    """What went up a level since the last look. The first look only remembers."""
    mark = session.get(Setting, READ)
    newest = session.scalar(
        sa.select(sa.func.max(Notice.created_at)).where(Notice.kind == NoticeKind.ESCALATION)
    )
    value = newest.isoformat() if newest is not None else ""
    if mark is None:
        session.add(Setting(key=READ, value=value))
        session.flush()
        return 0
    if mark.value == value or newest is None:
        return 0
    since = datetime.fromisoformat(str(mark.value)) if mark.value else datetime.min.replace(tzinfo=at.tzinfo)
    rows = session.execute(
        sa.select(Notice.item_key, Notice.run_id, Notice.level, ReminderRun.relationship_id)
        .join(ReminderRun, ReminderRun.id == Notice.run_id)
        .where(Notice.kind == NoticeKind.ESCALATION, Notice.created_at > since)
        .distinct()
        .limit(MOST)
    ).all()
    mark.value = value
    return sum(
        _put(session, place, f"place:{place.id}:{run_id}:{level}", key, at=at)
        for key, run_id, level, relationship_id in rows
        for place in found
        if _belongs(session, place, key, relationship_id, at=at)
    )


def _belongs(session: Session, place: SlackPlace, key: str, relationship_id: Any, *, at: datetime) -> bool:
    if place.relationship_id is not None:
        return bool(place.relationship_id == relationship_id)
    return bool(due.items(session, at=at, until=LAST_DAY, keys=[key], programme_id=place.programme_id))


def _put(session: Session, place: SlackPlace, dedupe: str, key: str, *, at: datetime) -> int:
    message = put(
        session, at=at, dedupe=dedupe, person_id=place.set_by_id, kind=MessageKind.PLACE, urgent=bool(key),
        extra={
            "place_id": str(place.id), "relationship_id": str(place.relationship_id or ""),
            "programme_id": str(place.programme_id or ""), "name": place.name, "shared": place.external, "key": key,
        },
    )  # fmt: skip
    return int(message.created_at == at)


def anything_to_tell(session: Session, *, at: datetime) -> bool:
    """Whether there is a channel at all."""
    del at
    return session.scalar(sa.select(SlackPlace.id).where(SlackPlace.ended_at.is_(None)).limit(1)) is not None
