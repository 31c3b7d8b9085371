"""Concerns and findings of the body: taken down, planned, answered, accepted or returned."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, NotAllowed, NotFound, Refusal
from auditapp.kit.states import step
from auditapp.kit.text import Text
from auditapp.people.model import Person
from auditapp.people.queries import next_number, today_of
from auditapp.people.rules import Capability, Principal
from auditapp.relationships.certification.model import CertificateFinding, CertificateVisit
from auditapp.relationships.certification.queries import finding_by_ref, visit_by_id
from auditapp.relationships.certification.rules import (
    STEPS,
    WRONG_STEP,
    FindingKind,
    FindingStatus,
    FindingVerb,
    VisitKind,
    kinds_of,
)
from auditapp.relationships.certification.service.base import (
    fall_due,
    must_be_fresh,
    must_change,
)
from auditapp.relationships.links.service import owns_links
from auditapp.relationships.obligations import service as obligations
from auditapp.trail.service import record

KIND = "certificate_finding"


@dataclass(frozen=True, kw_only=True)
class FindingInput:
    """What the body wrote, and who answers it until when."""

    kind: FindingKind
    statement: str
    body_ref: str = ""
    clause: str = ""
    owner_id: UUID | None = None
    due_on: date | None = None
    plan: str = ""


def raise_finding(
    session: Session, *, actor: Principal, at: datetime, visit_id: UUID, finding: FindingInput
) -> CertificateFinding:
    """Take down what the body found at a visit."""
    must_change(actor)
    visit = visit_by_id(session, actor, visit_id)
    if visit.cancelled_on is not None:
        raise Refusal(Text("This visit was cancelled: nothing can have been found at it."))
    _check(session, visit.kind, finding)
    year = today_of(session, at).year
    series = f"{'SC' if finding.kind is FindingKind.CONCERN else 'BF'}-{year}"
    row = CertificateFinding(
        ref=f"{series}-{next_number(session, series):03d}", certificate_id=visit.certificate_id, visit_id=visit.id,
        kind=finding.kind, statement=finding.statement.strip(), created_at=at,
    )  # fmt: skip
    _put(row, finding)
    session.add(row)
    session.flush()
    record(
        session, actor_id=actor.person_id, at=at, verb="certificate_finding.raised", thing_kind="certificate_finding",
        thing_id=row.id, thing_ref=row.ref, context_id=row.certificate_id, after=_plain(row),
    )  # fmt: skip
    _follow(session, at, row)
    return row


def change_finding(
    session: Session, *, actor: Principal, at: datetime, ref: str, version: int, finding: FindingInput
) -> CertificateFinding:
    """Change it: all of it for the system manager, the plan alone for its owner."""
    row = finding_by_ref(session, actor, ref)
    _must_answer(actor, row)
    must_be_fresh(row, version)
    if row.status is not FindingStatus.OPEN:
        raise Refusal(Text("This was answered. It can be changed again when the body has returned it."))
    before = _plain(row)
    if actor.can(Capability.MANAGE_SETTINGS):
        visit = session.get(CertificateVisit, row.visit_id)
        if visit is None:
            raise NotFound
        _check(session, visit.kind, finding)
        if (finding.kind is FindingKind.CONCERN) != (row.kind is FindingKind.CONCERN):
            raise Invalid(
                Text("A concern and a finding have numbers of their own. Take it down anew."), field="kind"
            )
        row.kind, row.statement = finding.kind, finding.statement.strip()
        _put(row, finding)
    row.plan = finding.plan.strip()
    after = _plain(row)
    if before != after:
        record(
            session, actor_id=actor.person_id, at=at, verb="certificate_finding.changed", thing_kind="certificate_finding",
            thing_id=row.id, thing_ref=row.ref, context_id=row.certificate_id, before=before, after=after,
        )  # fmt: skip
        _follow(session, at, row)
    return row


def answer_finding(
    session: Session, *, actor: Principal, at: datetime, ref: str, version: int, on: date, answer: str
) -> CertificateFinding:
    """The answer went to the body, on a day."""
    row = finding_by_ref(session, actor, ref)
    _must_answer(actor, row)
    must_be_fresh(row, version)
    after = step(STEPS, row.status, FindingVerb.ANSWER, WRONG_STEP)
    if not answer.strip():
        raise Invalid(Text("Say what was answered: what was done, and what shows it."), field="answer")
    if on > today_of(session, at):
        raise Invalid(Text("This day lies ahead. Enter the answer when it was sent."), field="on")
    row.status, row.answer, row.answered_on = after, answer.strip(), on
    record(
        session, actor_id=actor.person_id, at=at, verb="certificate_finding.answered", thing_kind="certificate_finding",
        thing_id=row.id, thing_ref=row.ref, context_id=row.certificate_id,
        after={"answered_on": on.isoformat(), "how": row.answer},
    )  # fmt: skip
    obligations.done(session, actor=actor, at=at, key=_key(row), subject=row.id, on=on, note=row.answer)
    return row


def settle_finding(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    ref: str,
    version: int,
    verb: FindingVerb,
    on: date,
    said: str,
    due_on: date | None = None,
) -> CertificateFinding:
    """What the body said: accepted, returned (with a new day), withdrawn; or it is opened again."""
    must_change(actor)
    row = finding_by_ref(session, actor, ref)
    must_be_fresh(row, version)
    after = step(STEPS, row.status, verb, WRONG_STEP)
    if on > today_of(session, at):
        raise Invalid(Text("This day lies ahead. Enter it when it has come."), field="on")
    opens = after is FindingStatus.OPEN
    if not said.strip() and verb is not FindingVerb.ACCEPT:
        raise Invalid(Text("Say what the body said. It stays on record."), field="said")
    if opens and row.kind is not FindingKind.OPPORTUNITY and due_on is None:
        raise Invalid(Text("Enter until when it has to be answered now."), field="due_on")
    before = row.status
    row.status, row.said, row.settled_on = after, said.strip(), None if opens else on
    was, what = {"status": before.value}, {"on": on.isoformat(), "reason": row.said}
    if verb is FindingVerb.ACCEPT:
        record(
            session, actor_id=actor.person_id, at=at, verb="certificate_finding.accepted", thing_kind="certificate_finding",
            thing_id=row.id, thing_ref=row.ref, context_id=row.certificate_id, before=was, after=what,
        )  # fmt: skip
    elif verb is FindingVerb.RETURN:
        record(
            session, actor_id=actor.person_id, at=at, verb="certificate_finding.returned", thing_kind="certificate_finding",
            thing_id=row.id, thing_ref=row.ref, context_id=row.certificate_id, before=was, after=what,
        )  # fmt: skip
    elif verb is FindingVerb.WITHDRAW:
        record(
            session, actor_id=actor.person_id, at=at, verb="certificate_finding.withdrawn", thing_kind="certificate_finding",
            thing_id=row.id, thing_ref=row.ref, context_id=row.certificate_id, before=was, after=what,
        )  # fmt: skip
    else:
        record(
            session, actor_id=actor.person_id, at=at, verb="certificate_finding.reopened", thing_kind="certificate_finding",
            thing_id=row.id, thing_ref=row.ref, context_id=row.certificate_id, before=was, after=what,
        )  # fmt: skip
    if opens:
        row.due_on = due_on
    _follow(session, at, row)
    return row


@owns_links(KIND)
def owner_of_finding(session: Session, actor: Principal, finding_id: UUID) -> tuple[str, UUID | None]:
    """Evidence is linked by whoever answers for it."""
    row = session.get(CertificateFinding, finding_id)
    if row is None or not actor.can(Capability.VIEW_ORGANIZATION):
        raise NotFound
    _must_answer(actor, row)
    return row.ref, row.certificate_id


def _must_answer(actor: Principal, row: CertificateFinding) -> None:
    if actor.person_id == row.owner_id or actor.can(Capability.MANAGE_SETTINGS):
        return
    raise NotAllowed(Text("Its owner answers this, or the system manager."))


def _key(row: CertificateFinding) -> str:
    return "stage1_concern" if row.kind is FindingKind.CONCERN else "body_finding_reply"


def _follow(session: Session, at: datetime, row: CertificateFinding) -> None:
    """An open concern or nonconformity is due on its day; nothing else is."""
    session.flush()
    waits = row.status is FindingStatus.OPEN and row.kind is not FindingKind.OPPORTUNITY
    fall_due(
        session, at=at, key=_key(row), subject=row.id, on=row.due_on if waits else None, kind=KIND, ref=row.ref,
        title=row.statement[:200], owner_id=row.owner_id,
    )  # fmt: skip


def _check(session: Session, visit: VisitKind, finding: FindingInput) -> None:
    if finding.kind not in kinds_of(visit):
        raise Invalid(
            Text("Stage 1 raises concerns, the other audits nonconformities; both name opportunities."),
            field="kind",
        )
    if not finding.statement.strip():
        raise Invalid(Text("Write down what the body found."), field="statement")
    if finding.kind is not FindingKind.OPPORTUNITY and finding.due_on is None:
        raise Invalid(Text("Enter until when it has to be answered."), field="due_on")
    if finding.owner_id is not None:
        owner = session.get(Person, finding.owner_id)
        if owner is None or not owner.active or owner.partner_id is not None:
            raise Invalid(Text("Choose an active person of our own organization."), field="owner_id")


def _put(row: CertificateFinding, finding: FindingInput) -> None:
    row.body_ref, row.clause = finding.body_ref.strip(), finding.clause.strip()
    row.owner_id, row.due_on, row.plan = finding.owner_id, finding.due_on, finding.plan.strip()


def _plain(row: CertificateFinding) -> dict[str, object]:
    return {
        "kind": row.kind.value, "statement": row.statement, "body_ref": row.body_ref, "clause": row.clause,
        "owner_id": str(row.owner_id or ""), "due_on": row.due_on.isoformat() if row.due_on else "",
        "plan": row.plan,
    }  # fmt: skip
