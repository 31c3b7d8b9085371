"""How a nonconformity stands for somebody who reads it, and who could verify it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.execution.model import Finding
from auditapp.audits.execution.rules import FindingStatus, Grade
from auditapp.audits.model import AuditEdition
from auditapp.audits.plan.queries import Ground, auditor_ids, candidates
from auditapp.audits.plan.rules import Candidate
from auditapp.checklists.model import Edition
from auditapp.findings import queries
from auditapp.findings.model import Action, Cause, Dispute, EffectivenessCheck, Nonconformity
from auditapp.findings.rules.action import UNDONE
from auditapp.findings.rules.nonconformity import (
    STATUS_LABELS,
    STATUS_TONES,
    STEPS,
    DisputeOutcome,
    NcStatus,
    NcVerb,
    Source,
    may,
)
from auditapp.findings.rules.parts import Involved, Part, parts_of
from auditapp.findings.rules.turn import Turn, TurnFacts, turn
from auditapp.kit.clock import day_in
from auditapp.kit.text import Text, day_words
from auditapp.people.model import Person, RoleGrant
from auditapp.people.queries import names_of
from auditapp.people.rules import Principal, Role
from auditapp.relationships.model import Relationship

MOST_MANAGERS = 20
MOST_ACTIONS = 200
DECIDED_AGAINST = frozenset({DisputeOutcome.UPHELD, DisputeOutcome.REGRADED})


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a nonconformity stands for one reader: all that the head of its pages shows.

    ``may``: what the reader can do now. ``names``: of the people named in its row, by id. ``tone``: for
    parts/status.html. ``deadlines``: what a certification body waits for. ``report_says``: what the issued report
    still shows although something else was decided.
    """

    nc: Nonconformity
    label: Text
    tone: str
    overdue: bool
    turn: Turn
    today: date
    names: Mapping[UUID, str]
    may: frozenset[NcVerb]
    parts: frozenset[Part]
    dispute: Dispute | None
    check: EffectivenessCheck | None
    deadlines: tuple[Text, ...] = ()
    report_says: Text | None = None


def standing_of(session: Session, principal: Principal, nc: Nonconformity, at: datetime) -> Standing:
    """How it stands for somebody. At most eleven statements, whatever hangs on it."""
    involved = queries.involved_in(session, nc)
    parts = parts_of(principal, involved)
    today = day_in(queries.zone_of(session), at)
    dispute = newest_dispute(session, nc)
    check = check_of(session, nc)
    managers = manager_names(session)
    owners = open_owners(session, nc) if nc.status is NcStatus.IMPLEMENTING else []
    names = names_of(
        session,
        [
            nc.raised_by_id,
            nc.issued_by_id,
            nc.responsible_id,
            nc.deputy_id,
            nc.verifier_id,
            nc.verifier_reviewer_id,
            nc.acknowledged_by_id,
            nc.plan_accepted_by_id,
            nc.verified_by_id,
            nc.closed_by_id,
            involved.leader_id,
            *([dispute.raised_by_id, dispute.answered_by_id, dispute.decided_by_id] if dispute else []),
        ],
    )
    allowed = possible(nc, parts, dispute, check, today)
    found = turn(
        TurnFacts(
            status=nc.status,
            today=today,
            due=nc.turn_due_on,
            may=allowed,
            parts=parts,
            responsible=_name(names, nc.responsible_id),
            verifier=_name(names, nc.verifier_id),
            leader=_name(names, involved.leader_id),
            managers=managers,
            owners=owners,
            answered=bool(dispute and dispute.answer),
            check_on=check.not_before if check else None,
            reason=nc.status_reason,
        )
    )
    overdue = nc.turn_due_on is not None and nc.turn_due_on < today
    return Standing(
        nc=nc,
        label=Text("%(status)s, overdue", status=STATUS_LABELS[nc.status])
        if overdue
        else STATUS_LABELS[nc.status],
        tone="overdue" if overdue else STATUS_TONES[nc.status],
        overdue=overdue,
        turn=found,
        today=today,
        names=names,
        may=allowed,
        parts=parts,
        dispute=dispute,
        check=check,
        deadlines=tuple(_deadlines(nc, today)),
        report_says=_report_says(session, nc),
    )


def possible(
    nc: Nonconformity,
    parts: frozenset[Part],
    dispute: Dispute | None,
    check: EffectivenessCheck | None,
    today: date,
) -> frozenset[NcVerb]:
    """What somebody with these parts can do now. The service decides; this says what is worth offering."""
    found = {verb for verb in NcVerb if (nc.status, verb) in STEPS and may(verb, parts)}
    if dispute is None or dispute.outcome not in DECIDED_AGAINST:
        found.discard(NcVerb.MAINTAIN)
    if nc.source is not Source.CERTIFICATION_BODY:
        found.discard(NcVerb.RECORD_REPLY)
    if check is not None and check.not_before is not None and today < check.not_before:
        found -= {NcVerb.CONFIRM, NcVerb.FAIL}
    if nc.audit_id is None:
        found.discard(NcVerb.CARRY_OVER)
    if nc.issued_at is None:
        found.discard(NcVerb.REOPEN)
    return frozenset(found)


def newest_dispute(session: Session, nc: Nonconformity) -> Dispute | None:
    """The dispute that counts."""
    return session.scalars(
        sa.select(Dispute)
        .where(Dispute.nonconformity_id == nc.id)
        .order_by(Dispute.raised_at.desc(), Dispute.id.desc())
        .limit(1)
    ).first()


def check_of(session: Session, nc: Nonconformity) -> EffectivenessCheck | None:
    """The effectiveness check of the present round."""
    return session.scalars(
        sa.select(EffectivenessCheck).where(
            EffectivenessCheck.nonconformity_id == nc.id, EffectivenessCheck.round == nc.round
        )
    ).first()


def open_owners(session: Session, nc: Nonconformity) -> list[str]:
    """Names of those whose actions are not done, each once."""
    return list(
        session.scalars(
            sa.select(Person.name)
            .where(
                Person.id.in_(
                    sa.select(Action.owner_id).where(
                        Action.nonconformity_id == nc.id, Action.status.in_(UNDONE)
                    )
                )
            )
            .order_by(Person.name)
        )
    )


def manager_ids(session: Session) -> list[UUID]:
    """Who manages the audit programme, by name."""
    return [row[0] for row in _managers(session)]


def manager_names(session: Session) -> list[str]:
    """Names of those who manage the audit programme."""
    return [row[1] for row in _managers(session)]


def _managers(session: Session) -> list[tuple[UUID, str]]:
    rows = session.execute(
        sa.select(Person.id, Person.name)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(
            Person.active,
            Person.partner_id.is_(None),
            RoleGrant.role == Role.PROGRAMME_MANAGER,
            RoleGrant.relationship_id.is_(None),
        )
        .order_by(Person.name, Person.id)
        .limit(MOST_MANAGERS)
    )
    return [(row[0], row[1]) for row in rows]


def ground_of(session: Session, nc: Nonconformity, at: datetime) -> Ground:
    """What its verification looks at, as far as independence and competence care: its relationship, stage, audit."""
    libraries: dict[str, str] = {}
    if nc.audit_id is not None:
        rows = session.execute(
            sa.select(Edition.library_key, Edition.title)
            .join(AuditEdition, AuditEdition.edition_id == Edition.id)
            .where(AuditEdition.audit_id == nc.audit_id)
        )
        libraries = {row[0]: row[1] for row in rows}
    return Ground(
        relationship_ids=frozenset({nc.relationship_id} if nc.relationship_id else ()),
        stages=frozenset({nc.stage} if nc.stage else ()),
        libraries=libraries,
        on=day_in(queries.zone_of(session), at),
    )


def working_on(involved: Involved) -> frozenset[UUID]:
    """Who owns, stands in for, or worked on an action, or answered for the whole before."""
    return frozenset(
        {*involved.owner_ids, *involved.stand_in_ids, *involved.worker_ids, *involved.former_ids}
    )


def verifier_choices(session: Session, nc: Nonconformity, at: datetime) -> list[Candidate]:
    """Who could verify it, those without a conflict first: auditors and programme managers who do not work on it."""
    own = working_on(queries.involved_in(session, nc))
    ids = [one for one in dict.fromkeys((*auditor_ids(session), *manager_ids(session))) if one not in own]
    known = candidates(session, ground_of(session, nc, at), ids)
    return sorted(
        (known[one] for one in ids if one in known),
        key=lambda one: (bool(one.conflicts), not one.able, one.name),
    )


def default_verifier(session: Session, nc: Nonconformity, at: datetime) -> UUID | None:
    """The leader of the audit it comes from, when nothing stands against it."""
    leader_id = queries.leader_of(session, nc.audit_id)
    if leader_id is None or leader_id in working_on(queries.involved_in(session, nc)):
        return None
    who = candidates(session, ground_of(session, nc, at), {leader_id}).get(leader_id)
    return leader_id if who is not None and who.active and not who.conflicts else None


def suggested_responsible(session: Session, nc: Nonconformity) -> UUID | None:
    """Who most likely answers for it: the manager of its relationship, else its owner."""
    row = session.execute(
        sa.select(Relationship.manager_id, Relationship.owner_id).where(Relationship.id == nc.relationship_id)
    ).first()
    return (row[0] or row[1]) if row is not None else None


@dataclass(frozen=True, kw_only=True)
class ActionLine:
    """An action and the name of its owner."""

    action: Action
    owner: str


def actions_of(session: Session, nc: Nonconformity) -> list[ActionLine]:
    """All its actions, in order. One statement."""
    rows = session.execute(
        sa.select(Action, Person.name)
        .join(Person, Person.id == Action.owner_id)
        .where(Action.nonconformity_id == nc.id)
        .order_by(Action.number)
        .limit(MOST_ACTIONS)
    )
    return [ActionLine(action=row[0], owner=row[1]) for row in rows]


def root_causes_of(session: Session, nc: Nonconformity) -> list[Cause]:
    """The root causes that were found in the present round."""
    return list(
        session.scalars(
            sa.select(Cause)
            .where(Cause.nonconformity_id == nc.id, Cause.round == nc.round, Cause.root)
            .order_by(Cause.position, Cause.id)
            .limit(MOST_ACTIONS)
        )
    )


def _name(names: Mapping[UUID, str], person_id: UUID | None) -> str | None:
    return names.get(person_id) if person_id is not None else None


def _deadlines(nc: Nonconformity, today: date) -> list[Text]:
    if nc.source is not Source.CERTIFICATION_BODY or nc.status in {NcStatus.CLOSED, NcStatus.WITHDRAWN}:
        return []
    body: Text | str = nc.body_name or Text("The certification body")
    found = []
    if nc.reply_due_on and nc.replied_on is None:
        late = nc.reply_due_on < today
        found.append(
            Text("%(body)s wanted a reply by %(day)s.", body=body, day=day_words(nc.reply_due_on))
            if late
            else Text("%(body)s wants a reply by %(day)s.", body=body, day=day_words(nc.reply_due_on))
        )
    if nc.close_due_on:
        found.append(
            Text("%(body)s wanted it closed by %(day)s.", body=body, day=day_words(nc.close_due_on))
            if nc.close_due_on < today
            else Text("%(body)s wants it closed by %(day)s.", body=body, day=day_words(nc.close_due_on))
        )
    return found


def _report_says(session: Session, nc: Nonconformity) -> Text | None:
    """What the issued report shows differently: it keeps the finding as it was issued until it is corrected."""
    if nc.finding_id is None:
        return None
    row = session.execute(
        sa.select(Finding.ref, Finding.status, Finding.grade).where(Finding.id == nc.finding_id)
    ).one()
    if row.status is not FindingStatus.ISSUED:
        return None
    if nc.status is NcStatus.WITHDRAWN:
        return Text(
            "The issued report still shows finding %(ref)s. The audit team leader corrects the report.",
            ref=row.ref,
        )
    if row.grade is not nc.grade:
        return Text(
            "The issued report still shows finding %(ref)s with its former grade (%(grade)s). The audit team "
            "leader corrects the report.",
            ref=row.ref,
            grade=_GRADE_WORDS[row.grade],
        )
    return None


_GRADE_WORDS: Mapping[Grade, Text] = {
    Grade.MAJOR: Text("major nonconformity"),
    Grade.MINOR: Text("minor nonconformity"),
    Grade.OBSERVATION: Text("observation"),
    Grade.OPPORTUNITY: Text("opportunity for improvement"),
    Grade.GOOD_PRACTICE: Text("good practice"),
}
