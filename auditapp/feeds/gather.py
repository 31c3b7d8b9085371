"""All that feeds can hold at a moment: what is due, the days and sessions of audits, meetings, levels to come."""

import dataclasses
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.model import Audit, AuditMember, AuditSession
from auditapp.audits.rules import AuditStatus, MemberRole
from auditapp.feeds.forecast import forecasts
from auditapp.feeds.rules import AHEAD, BACK, Entry, Part
from auditapp.kit.clock import day_in
from auditapp.kit.text import Text
from auditapp.people.model import Person
from auditapp.people.queries import names_of, organization
from auditapp.relationships.meetings.model import Meeting
from auditapp.relationships.meetings.rules import MeetingStatus
from auditapp.relationships.rules import Sharing
from auditapp.reminders.rules import DueItem, Kind, Level

MEETING_LASTS = timedelta(hours=1)  # meetings have no end on record
OFF: Mapping[str, Text] = {
    AuditStatus.CANCELLED.value: Text("Cancelled"),
    AuditStatus.POSTPONED.value: Text("Postponed"),
}


class Items(Protocol):
    """What is due: ``auditapp.reminders.due.items``."""

    def __call__(self, session: Session, *, at: datetime, until: date) -> Collection[DueItem]:
        """Everything open until a day, what is overdue too."""
        ...


@dataclass(frozen=True, kw_only=True)
class Site:
    """What bytes need to know of where the site stands. ``link``: the whole address of a page."""

    url: str
    link: Callable[[str, Mapping[str, str]], str]


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """``off``: audits and meetings that do not take place, and the word for it."""

    entries: Mapping[str, Entry]
    off: Mapping[UUID, str]
    zone: str
    today: date


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _of_due(item: DueItem, names: Mapping[UUID, str], link: str, moved: str) -> Entry:
    people: dict[UUID, Part] = {}
    for level, ids in item.holders.items():
        part = {Level.OWNER: Part.OWNER, Level.DEPUTY: Part.DEPUTY}.get(level, Part.ABOVE)
        for one in ids:
            people.setdefault(one, part)
    turn = ", ".join(names[one] for one in item.owners if one in names)
    why = str(item.why)
    said = str(Text("Whose turn: %(names)s.", names=turn)) if turn else ""
    if turn and why:
        said = str(Text("Whose turn: %(names)s (“%(why)s”)", names=turn, why=why))
    note = ""
    if item.due_at is not None:
        note = str(Text("Exactly: %(moment)s UTC.", moment=f"{item.due_at:%Y-%m-%d %H:%M}"))
    return Entry(
        key=item.key,
        kind=item.kind,
        ref=item.ref,
        title=item.title,
        step=str(item.step),
        why=said or why,
        note=note,
        moved=moved,
        starts=item.starts_on or item.due_on,
        ends=max(item.due_on, item.starts_on or item.due_on),
        link=link,
        severity=item.severity,
        changed_at=item.changed_at,
        thing_kind=item.thing_kind,
        thing_id=_uuid(item.thing_id),
        relationship_id=item.relationship_id,
        programme_id=item.programme_id,
        audit_id=item.audit_id,
        shared=item.shared,
        people=people,
    )


def _due(
    session: Session, items: Collection[DueItem], site: Site, reasons: Mapping[UUID, str]
) -> list[Entry]:
    names = names_of(session, {one for item in items for one in item.owners})
    return [
        _of_due(
            item,
            names,
            site.link(item.endpoint, item.args),
            reasons.get(_uuid(item.thing_id) or UUID(int=0), "") if item.kind is Kind.ISSUE_LEVEL else "",
        )
        for item in items
    ]


def _members(session: Session, audit_ids: Collection[UUID]) -> dict[UUID, dict[UUID, Part]]:
    found: dict[UUID, dict[UUID, Part]] = {one: {} for one in audit_ids}
    for audit_id, person_id in session.execute(
        sa.select(AuditMember.audit_id, AuditMember.person_id)
        .join(Person, Person.id == AuditMember.person_id)
        .where(AuditMember.audit_id.in_(found), Person.active)
    ):
        found[audit_id][person_id] = Part.MEMBER
    return found


def _of_days(audit: Audit, starts_on: date, people: Mapping[UUID, Part], site: Site) -> Entry:
    return Entry(
        key=f"audit_days:{audit.id}",
        kind=Kind.AUDIT,
        ref=audit.ref,
        title=audit.title,
        starts=starts_on,
        ends=max(audit.ends_on or starts_on, starts_on),
        place=audit.places,
        link=site.link("plan.show", {"ref": audit.ref}),
        deadline=False,
        thing_kind="audit",
        thing_id=audit.id,
        programme_id=audit.programme_id,
        audit_id=audit.id,
        people=people,
    )


def _of_session(
    line: AuditSession, audit: Audit, people: Mapping[UUID, Part], zone: str, site: Site
) -> Entry:
    return Entry(
        key=f"audit_session:{line.id}",
        kind=Kind.AUDIT,
        ref=audit.ref,
        title=f"{audit.ref} {line.title}",
        step=audit.title,
        why=str(Text("Led by %(who)s.", who=line.auditors)) if line.auditors else "",
        starts=line.starts_at,
        ends=line.ends_at,
        zone=zone,
        place=line.place,
        link=site.link("plan.show", {"ref": audit.ref}),
        deadline=False,
        thing_kind="audit",
        thing_id=audit.id,
        programme_id=audit.programme_id,
        audit_id=audit.id,
        people=people,
    )


def _audits(
    session: Session, since: datetime, until: datetime, zone: str, site: Site
) -> tuple[list[Entry], dict[UUID, str]]:
    """The days of audits and the sessions of their agendas, and which do not take place. Three statements."""
    first, last = day_in(zone, since), day_in(zone, until)
    sessions = session.scalars(
        sa.select(AuditSession)
        .where(AuditSession.starts_at.between(since, until))
        .order_by(AuditSession.starts_at)
    ).all()
    audits = {
        one.id: one
        for one in session.scalars(
            sa.select(Audit).where(
                sa.or_(
                    sa.and_(
                        Audit.starts_on <= last, sa.func.coalesce(Audit.ends_on, Audit.starts_on) >= first
                    ),
                    Audit.id.in_({one.audit_id for one in sessions}),
                    Audit.status == AuditStatus.POSTPONED,
                )
            )
        )
    }
    members = _members(session, audits)
    off = {one.id: str(OFF[one.status.value]) for one in audits.values() if one.status.value in OFF}
    entries = []
    for audit in audits.values():
        if audit.id in off or audit.starts_on is None:
            continue
        entries.append(_of_days(audit, audit.starts_on, members[audit.id], site))
    for line in sessions:
        audit = audits[line.audit_id]
        if audit.id in off:
            continue
        entries.append(_of_session(line, audit, members[audit.id], zone, site))
    return entries, off


def _meetings(
    session: Session, since: datetime, until: datetime, site: Site
) -> tuple[list[Entry], dict[UUID, str]]:
    """Meetings with their times, and which were cancelled. Two statements."""
    meetings = session.scalars(
        sa.select(Meeting).where(Meeting.starts_at.between(since, until)).order_by(Meeting.starts_at)
    ).all()
    invited = {one.id: [found for text in one.invited if (found := _uuid(text))] for one in meetings}
    active = names_of(session, {one for ids in invited.values() for one in ids})
    off = {one.id: str(Text("Cancelled")) for one in meetings if one.status is MeetingStatus.CANCELLED}
    entries = [
        Entry(
            key=f"meeting:{one.id}",
            kind=Kind.MEETING,
            ref=one.ref,
            title=one.title,
            step=one.agenda,
            note=str(Text("No end is on record; one hour is shown.")),
            starts=one.starts_at,
            ends=one.starts_at + MEETING_LASTS,
            zone=one.zone,
            place=one.place,
            link=site.link("meetings.show", {"meeting_ref": one.ref}),
            deadline=False,
            thing_kind="meeting",
            thing_id=one.id,
            relationship_id=one.relationship_id,
            shared=one.sharing is Sharing.SHARED,
            people={person: Part.MEMBER for person in invited[one.id] if person in active},
        )
        for one in meetings
        if one.id not in off
    ]
    return entries, off


@dataclass(frozen=True, kw_only=True)
class Invitable:
    """What people can be invited to. ``parts``: who takes part in each audit, whatever its state.

    ``off``: audits that do not take place, and the word for it; ``leaders``: the name of who leads each.
    """

    entries: Mapping[str, Entry]
    parts: Mapping[UUID, Mapping[UUID, Part]]
    off: Mapping[UUID, str]
    leaders: Mapping[UUID, str]
    zone: str
    today: date


def invitable(session: Session, *, at: datetime, site: Site, people: Collection[UUID]) -> Invitable:
    """The days of audits and the sessions of agendas still to come that some people have a part in. Five statements.

    A partner's contact has one as an auditee only: no other opens the audit to them.
    """
    own = organization(session)
    zone = own.zone if own else "UTC"
    today = day_in(zone, at)
    parts: dict[UUID, dict[UUID, Part]] = {}
    for audit_id, person_id in session.execute(
        sa.select(AuditMember.audit_id, AuditMember.person_id)
        .join(Person, Person.id == AuditMember.person_id)
        .where(
            AuditMember.person_id.in_(people),
            sa.or_(Person.partner_id.is_(None), AuditMember.role == MemberRole.AUDITEE),
        )
    ):
        parts.setdefault(audit_id, {})[person_id] = Part.MEMBER
    audits = {one.id: one for one in session.scalars(sa.select(Audit).where(Audit.id.in_(parts)))}
    off = {one.id: str(OFF[one.status.value]) for one in audits.values() if one.status.value in OFF}
    held = {key: audit for key, audit in audits.items() if key not in off}
    found = [
        _of_days(audit, audit.starts_on, parts[audit.id], site)
        for audit in held.values()
        if audit.starts_on is not None and max(audit.ends_on or audit.starts_on, audit.starts_on) >= today
    ]
    lines = session.scalars(
        sa.select(AuditSession).where(AuditSession.audit_id.in_(held), AuditSession.starts_at > at)
    )
    found += [_of_session(line, held[line.audit_id], parts[line.audit_id], zone, site) for line in lines]
    leading = session.execute(
        sa.select(AuditMember.audit_id, Person.name)
        .join(Person, Person.id == AuditMember.person_id)
        .where(AuditMember.audit_id.in_(audits), AuditMember.role == MemberRole.LEADER)
    )
    leaders = {row.audit_id: row.name for row in leading}
    return Invitable(
        entries={one.key: one for one in found}, parts=parts, off=off, leaders=leaders, zone=zone, today=today
    )


def _merge(due: Collection[Entry], occasions: Collection[Entry]) -> dict[str, Entry]:
    """All by key. The days of an audit and the time of a meeting stand there once: with the owners of what is due."""
    found = {one.key: one for one in occasions}
    days = {one.thing_id: one.key for one in occasions if one.key.startswith("audit_days:")}
    held = {one.thing_id: one for one in occasions if one.kind is Kind.MEETING}
    for one in due:
        here = None
        if one.kind is Kind.AUDIT and one.thing_id in days:
            here = found[days[one.thing_id]]
        elif one.kind is Kind.MEETING and (there := held.get(one.thing_id)) is not None:
            here = there if one.ends == day_in(there.zone, there.starts) else None  # type: ignore[arg-type] # timed
        if here is None:
            found[one.key] = one
        else:
            found[here.key] = dataclasses.replace(
                found[here.key],
                deadline=True,
                step=one.step or here.step,
                people={
                    **one.people,
                    **{
                        who: part
                        for who, part in here.people.items()
                        if one.people.get(who) is not Part.OWNER
                    },
                },
            )
    return found


def gather(session: Session, *, at: datetime, items: Items, site: Site) -> Gathered:
    """Everything. The number of statements does not grow with what there is."""
    own = organization(session)
    zone = own.zone if own else "UTC"
    today = day_in(zone, at)
    levels, reasons = forecasts(session, at=at, ahead=AHEAD, link=site.link)
    due = _due(session, items(session, at=at, until=today + AHEAD), site, reasons)
    audits, audits_off = _audits(session, at - BACK, at + AHEAD, zone, site)
    meetings, meetings_off = _meetings(session, at - BACK, at + AHEAD, site)
    return Gathered(
        entries=_merge(due, [*levels, *audits, *meetings]),
        off=audits_off | meetings_off,
        zone=zone,
        today=today,
    )
