"""The agenda and the interview list. They follow the audit while it is carried out, without a new agreement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.model import Audit, AuditInterview, AuditSession
from auditapp.audits.plan.queries import interviews_of, sessions_of
from auditapp.audits.plan.rules import ADJUSTABLE, check_editable, check_stages, may_plan, member_role
from auditapp.audits.plan.service.base import about, loaded
from auditapp.audits.rules import TEAM
from auditapp.kit.errors import Invalid, NotAllowed, NotFound
from auditapp.kit.text import Text
from auditapp.people.model import Person
from auditapp.people.rules import Principal
from auditapp.trail import service as trail

LONGEST = timedelta(hours=14)  # a session that lasts longer is a slip of the pen
MOST_SESSIONS = 200  # and as many interviews


@dataclass(frozen=True, kw_only=True)
class SessionInput:
    """A line of the agenda. Moments are aware."""

    starts_at: datetime
    ends_at: datetime
    title: str
    place: str = ""
    auditors: str = ""
    stages: Sequence[str] = ()


def check_may_adjust(audit: Audit, actor: Principal) -> None:
    """Raises NotAllowed unless the actor is in the audit team or plans the audit."""
    role = member_role(audit.members, actor.person_id)
    if role in TEAM or may_plan(actor, role, created=audit.created_by_id == actor.person_id):
        return
    raise NotAllowed(Text("The agenda and the interviews are kept by the audit team. Ask its leader."))


def _checked(line: SessionInput) -> SessionInput:
    if not line.title.strip():
        raise Invalid(Text("Say what the session is about."), field="title")
    if line.ends_at <= line.starts_at:
        raise Invalid(Text("The session ends before it begins."), field="ends")
    if line.ends_at - line.starts_at > LONGEST:
        raise Invalid(Text("A session of more than fourteen hours: please check the times."), field="ends")
    return line


def _row(audit: Audit, line: SessionInput) -> AuditSession:
    return AuditSession(
        audit_id=audit.id,
        starts_at=line.starts_at,
        ends_at=line.ends_at,
        title=line.title.strip(),
        place=line.place.strip(),
        auditors=line.auditors.strip(),
        stages=check_stages(line.stages),
    )


def _values(one: AuditSession) -> dict[str, Any]:
    """Without who leads it: names do not go into the chain."""
    return {
        "session": str(one.id),
        "starts_at": one.starts_at.isoformat(),
        "ends_at": one.ends_at.isoformat(),
        "title": one.title,
        "place": one.place,
        "stages": list(one.stages),
    }


def moved(moment: datetime, days: timedelta, zone: str) -> datetime:
    """The same time of day so many days later, as clocks in the zone show it (the clocks may change between)."""
    local = moment.astimezone(ZoneInfo(zone))
    return local + days  # arithmetic of an aware local moment keeps the wall clock


def move_agenda(session: Session, audit: Audit, days: timedelta, zone: str) -> None:
    """The agenda and the interviews follow the audit's first day."""
    if not days:
        return
    for line in sessions_of(session, audit.id):
        line.starts_at = moved(line.starts_at, days, zone)
        line.ends_at = moved(line.ends_at, days, zone)
    for talk in interviews_of(session, audit.id):
        if talk.at is not None:
            talk.at = moved(talk.at, days, zone)


def set_agenda(
    session: Session, *, actor: Principal, at: datetime, audit: Audit, sessions: Sequence[SessionInput]
) -> list[AuditSession]:
    """Make the agenda exactly these sessions."""
    loaded(session, audit)
    check_may_adjust(audit, actor)
    check_editable(audit.status, ADJUSTABLE)
    if len(sessions) > MOST_SESSIONS:
        raise Invalid(Text("At most %(most)s sessions fit on an agenda.", most=MOST_SESSIONS))
    before = sessions_of(session, audit.id)
    rows = [_row(audit, _checked(line)) for line in sessions]
    old = [_values(one) for one in before]
    for one in before:
        session.delete(one)
    session.add_all(rows)
    session.flush()
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="audit.agenda_set",
        **about(audit),
        before={"agenda": old},
        after={"agenda": [_values(one) for one in rows]},
        personal={"auditors": [one.auditors for one in rows]},
    )
    return rows


def add_session(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    audit: Audit,
    starts_at: datetime,
    ends_at: datetime,
    title: str,
    place: str = "",
    auditors: str = "",
    stages: Sequence[str] = (),
) -> AuditSession:
    """Add a line to the agenda."""
    loaded(session, audit)
    check_may_adjust(audit, actor)
    check_editable(audit.status, ADJUSTABLE)
    if len(sessions_of(session, audit.id)) >= MOST_SESSIONS:
        raise Invalid(Text("At most %(most)s sessions fit on an agenda.", most=MOST_SESSIONS))
    line = SessionInput(
        starts_at=starts_at, ends_at=ends_at, title=title, place=place, auditors=auditors, stages=stages
    )
    row = _row(audit, _checked(line))
    session.add(row)
    session.flush()
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="audit.session_added",
        **about(audit),
        after=_values(row),
        personal={"auditors": row.auditors} if row.auditors else None,
    )
    return row


def remove_session(
    session: Session, *, actor: Principal, at: datetime, audit: Audit, session_id: UUID
) -> None:
    """Take a line off the agenda. Raises NotFound when it is not there any more."""
    loaded(session, audit)
    check_may_adjust(audit, actor)
    check_editable(audit.status, ADJUSTABLE)
    row = session.scalar(
        sa.select(AuditSession).where(AuditSession.id == session_id, AuditSession.audit_id == audit.id)
    )
    if row is None:
        raise NotFound(Text("This session is not on the agenda any more."))
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="audit.session_removed",
        **about(audit),
        before=_values(row),
    )
    session.delete(row)


def add_interview(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    audit: Audit,
    name: str = "",
    person_id: UUID | None = None,
    function: str = "",
    topic: str = "",
    when: datetime | None = None,
) -> AuditInterview:
    """Add somebody to the interview list: a person the system knows, or a name (partners' people)."""
    loaded(session, audit)
    check_may_adjust(audit, actor)
    check_editable(audit.status, ADJUSTABLE)
    if len(interviews_of(session, audit.id)) >= MOST_SESSIONS:
        raise Invalid(Text("At most %(most)s people fit on the interview list.", most=MOST_SESSIONS))
    person = session.get(Person, person_id) if person_id else None
    if person_id and person is None:
        raise Invalid(Text("There is no such person."), field="person_id")
    shown = name.strip() or (person.name if person else "")
    if not shown:
        raise Invalid(Text("Choose a person, or write the name."), field="name")
    row = AuditInterview(
        audit_id=audit.id,
        person_id=person.id if person else None,
        name=shown,
        function=function.strip() or (person.job_title if person else ""),
        topic=topic.strip(),
        at=when,
    )
    session.add(row)
    session.flush()
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="audit.interview_added",
        **about(audit),
        after={"interview": str(row.id), "topic": row.topic, "at": when.isoformat() if when else None},
        personal={"name": row.name, "function": row.function},
        personal_of=row.person_id,
    )
    return row


def remove_interview(
    session: Session, *, actor: Principal, at: datetime, audit: Audit, interview_id: UUID
) -> None:
    """Take somebody off the interview list. Raises NotFound when the entry is not there any more."""
    loaded(session, audit)
    check_may_adjust(audit, actor)
    check_editable(audit.status, ADJUSTABLE)
    row = session.scalar(
        sa.select(AuditInterview).where(
            AuditInterview.id == interview_id, AuditInterview.audit_id == audit.id
        )
    )
    if row is None:
        raise NotFound(Text("This entry is not on the interview list any more."))
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="audit.interview_removed",
        **about(audit),
        before={"interview": str(row.id), "topic": row.topic},
    )
    session.delete(row)
