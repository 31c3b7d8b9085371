"""Planning the next audit of a series."""

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.model import Audit, AuditInterview, AuditSession
from auditapp.audits.plan.queries import (
    candidates,
    follower_of,
    ground_of,
    interviews_of,
    sessions_of,
)
from auditapp.audits.plan.rules import MemberInput, Policy, add_months, check_team
from auditapp.audits.plan.service.agenda import moved
from auditapp.audits.plan.service.base import about, loaded
from auditapp.audits.plan.service.planning import check_may_create, create_audit
from auditapp.audits.plan.service.team import put_team, team_values
from auditapp.checklists.model import Edition
from auditapp.checklists.rules import EditionStatus
from auditapp.kit.errors import Invalid, Refusal
from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from auditapp.trail import service as trail


def repeat_audit(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    audit: Audit,
    months: int | None = None,
    competence_policy: Policy = "refuse",
) -> tuple[Audit, list[str]]:
    """Plan the next one: the plan is copied, the answers never are.

    The first day is counted from the *intended* day of this audit, so that delays do not add up. The newest
    released edition of each checklist is taken. Members who may not take part any more are left out; their
    names come back beside the new audit. Overrides of independence are not copied: each is decided anew.
    """
    loaded(session, audit)
    check_may_create(actor, [one.id for one in audit.relationships])
    interval = months or audit.repeat_months
    base = audit.intended_on or audit.starts_on
    if interval is None or base is None:
        raise Invalid(Text("Say after how many months the audit repeats."), field="months")
    follower = follower_of(session, audit.id)
    if follower is not None:
        raise Refusal(Text("The next one is planned already: %(ref)s.", ref=follower.ref))
    starts_on = add_months(base, interval)
    length = (audit.ends_on - audit.starts_on) if audit.starts_on and audit.ends_on else timedelta(0)
    programme = audit.programme
    inside = programme and not programme.closed_at and programme.starts_on <= starts_on <= programme.ends_on
    new = create_audit(
        session,
        actor=actor,
        at=at,
        title=audit.title,
        kind=audit.kind,
        programme_id=programme.id if programme and inside else None,
        edition_ids=_newest(session, audit),
        relationship_ids=[one.id for one in audit.relationships],
        stages=audit.stages,
        objectives=audit.objectives,
        scope=audit.scope,
        criteria=audit.criteria,
        client=audit.client,
        methods=audit.methods,
        places=audit.places,
        starts_on=starts_on,
        ends_on=starts_on + length,
        repeat_months=interval,
        previous_id=audit.id,
        competence_policy=competence_policy,
    )
    left_out = _copy_team(session, audit, new, actor=actor, at=at, policy=competence_policy)
    _copy_agenda(session, audit, new, actor.zone)
    return new, left_out


def _newest(session: Session, audit: Audit) -> list[UUID]:
    keys = [one.edition.library_key for one in audit.editions]
    rows = session.execute(
        sa.select(Edition.library_key, Edition.id)
        .where(Edition.library_key.in_(keys), Edition.status == EditionStatus.RELEASED)
        .order_by(Edition.released_at, Edition.created_at, Edition.id)
    ).all()
    newest = {row.library_key: row.id for row in rows}
    gone = [one.edition.title for one in audit.editions if one.edition.library_key not in newest]
    if gone:
        raise Refusal(
            Text(
                "“%(title)s” has no released edition. Plan a new audit with another checklist.", title=gone[0]
            )
        )
    return [newest[key] for key in keys]


def _copy_team(
    session: Session, old: Audit, new: Audit, *, actor: Principal, at: datetime, policy: Policy
) -> list[str]:
    known = candidates(session, ground_of(new, at.date()), [one.person_id for one in old.members])
    wanted: list[MemberInput] = []
    left_out: list[str] = []
    for member in old.members:
        one = MemberInput(person_id=member.person_id, role=member.role)
        try:
            check_team([one], known, policy, leader_needed=False)
        except Refusal:
            left_out.append(known[member.person_id].name)
        else:
            wanted.append(one)
    if wanted:
        put_team(new, check_team(wanted, known, policy, leader_needed=False))
        trail.record(
            session,
            actor_id=actor.person_id,
            at=at,
            verb="audit.team_set",
            **about(new),
            before={"team": []},
            after={"team": team_values(new)},
        )
    return left_out


def _copy_agenda(session: Session, old: Audit, new: Audit, zone: str) -> None:
    """The agenda moves with the first day; interviews keep their people and topics, not their times."""
    if old.starts_on is None or new.starts_on is None:
        return
    shift = new.starts_on - old.starts_on
    for one in sessions_of(session, old.id):
        session.add(
            AuditSession(
                audit_id=new.id,
                starts_at=moved(one.starts_at, shift, zone),
                ends_at=moved(one.ends_at, shift, zone),
                title=one.title,
                place=one.place,
                auditors=one.auditors,
                stages=one.stages,
            )
        )
    for person in interviews_of(session, old.id):
        session.add(
            AuditInterview(
                audit_id=new.id,
                person_id=person.person_id,
                name=person.name,
                function=person.function,
                topic=person.topic,
            )
        )
