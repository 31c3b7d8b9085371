"""Nonconformities and actions as rows, wherever in their life a test needs them."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.audits.execution.rules import Grade
from auditapp.findings.model import (
    Action,
    Cause,
    Dispute,
    EffectivenessCheck,
    ExtentCheck,
    Nonconformity,
    NonconformityRequirement,
)
from auditapp.findings.rules.action import ActionKind, ActionStatus
from auditapp.findings.rules.nonconformity import CauseCategory, DisputeOutcome, ExtentResult, NcStatus
from auditapp.kit.clock import now
from auditapp.kit.ids import new_id
from auditapp.people.queries import next_number
from auditapp.people.rules import Principal, Role
from auditapp.relationships.model import Partner, RelationshipPartner
from tests.factories import make_person, make_relationship
from tests.factories.audits import make_audit, make_auditor


def make_nonconformity(
    session: Session, raiser: Principal, *, clauses: tuple[str, ...] = ("8.2.2",), **more: Any
) -> Nonconformity:
    """A nonconformity as a row: a draft, unless ``more`` says otherwise."""
    values: dict[str, Any] = {
        "ref": f"NC-2026-{next_number(session, 'NC-2026'):03}",
        "title": "No review of the joint plan is on record",
        "statement": "The plan calls for a review every three months; none is on record since January.",
        "grade": Grade.MINOR,
        "status_since": now(),
        "raised_by_id": raiser.person_id,
        "raised_at": now(),
    }
    found = Nonconformity(**(values | more))
    session.add(found)
    session.flush()
    for position, clause in enumerate(clauses):
        session.add(
            NonconformityRequirement(
                nonconformity_id=found.id, position=position, standard="ISO 44001:2017", clause=clause
            )
        )
    session.flush()
    return found


def make_action(session: Session, nc: Nonconformity, owner_id: UUID, **more: Any) -> Action:
    """An action as a row: a proposed corrective action, due in two weeks, unless ``more`` says otherwise."""
    number = next_number(session, nc.ref)
    due: date = more.pop("due_on", now().date() + timedelta(days=14))
    values: dict[str, Any] = {
        "ref": f"{nc.ref}-A{number}",
        "nonconformity_id": nc.id,
        "number": number,
        "round": nc.round,
        "kind": ActionKind.CORRECTIVE,
        "title": "Put the review into the joint calendar",
        "owner_id": owner_id,
        "due_on": due,
        "first_due_on": due,
        "proposed_by_id": nc.raised_by_id,
        "proposed_at": now(),
        "status_since": now(),
    }
    found = Action(**(values | more))
    session.add(found)
    session.flush()
    return found


class Cast:
    """Everybody who can have to do with a nonconformity, by what they are to it."""

    def __init__(self, session: Session) -> None:
        """Make the people, the relationship and the audit it all comes from."""
        self.partner = Partner(name=f"Partner {new_id().hex[-6:]}", created_at=now())
        session.add(self.partner)
        session.flush()
        self.people: dict[str, Principal] = {
            "raiser": make_person(session, name="Rae Raiser"),
            "issuer": make_auditor(session, name="Ivo Issuer"),
            "responsible": make_person(session, name="Rob Responsible"),
            "deputy": make_person(session, name="Dot Deputy"),
            "verifier": make_auditor(session, name="Val Verifier"),
            "leader": make_auditor(session, name="Lee Leader"),
            "auditor": make_auditor(session, name="Aud Auditor"),
            "manager": make_person(session, Role.PROGRAMME_MANAGER, name="Mo Manager"),
            "system_manager": make_person(session, Role.SYSTEM_MANAGER, name="Sy Manager"),
            "ser": make_person(session, Role.SER, name="Sue Ser"),
            "relationship_ser": make_person(session, name="Rel Ser"),
            "owner": make_person(session, Role.ACTION_OWNER, name="Oli Owner"),
            "stand_in": make_person(session, Role.ACTION_OWNER, name="Stan Standin"),
            "former": make_person(session, Role.ACTION_OWNER, name="Fay Former"),
            "employee": make_person(session, name="Em Employee"),
            "viewer": make_person(session, Role.VIEWER, name="Vi Viewer"),
            "contact_owner": make_person(
                session, Role.PARTNER_CONTACT, name="Cy Contact", partner_id=self.partner.id
            ),
            "contact": make_person(
                session, Role.PARTNER_CONTACT, name="Cleo Contact", partner_id=self.partner.id
            ),
        }
        self.relationship = make_relationship(session, ser_id=self.id_of("relationship_ser"))
        session.add(RelationshipPartner(relationship_id=self.relationship.id, partner_id=self.partner.id))
        self.people["relationship_manager"] = make_person(
            session, name="Ren Manager", scoped=[(Role.RELATIONSHIP_MANAGER, self.relationship.id)]
        )
        self.audit = make_audit(
            session,
            actor=self.people["manager"],
            leader=self.people["leader"],
            relationship_ids=[self.relationship.id],
        )

    def __getitem__(self, role: str) -> Principal:
        """Somebody by role."""
        return self.people[role]

    def id_of(self, role: str) -> UUID:
        """Somebody's id by role."""
        return self.people[role].person_id


# What the actions of a nonconformity have come to, by where it stands itself; else they are proposed.
_WORKED = {
    NcStatus.PLAN_SUBMITTED: ActionStatus.ACCEPTED,
    NcStatus.IMPLEMENTING: ActionStatus.IN_PROGRESS,
    NcStatus.VERIFICATION: ActionStatus.VERIFIED,
    NcStatus.EFFECTIVENESS: ActionStatus.VERIFIED,
    NcStatus.CLOSED: ActionStatus.VERIFIED,
}
_ANALYSED = {*_WORKED, NcStatus.PLANNING, NcStatus.PLAN_RETURNED}


def make_case(
    session: Session, cast: Cast, status: NcStatus, *, actions: ActionStatus | None = None, **more: Any
) -> tuple[Nonconformity, Action, Action]:
    """A nonconformity with all that belongs to it in a status, and two actions: the owner's and the contact's.

    ``actions``: where both stand, when not as usual in that status.
    """
    at = now()
    nc = make_nonconformity(
        session,
        cast["raiser"],
        status=status,
        issued_by_id=cast.id_of("issuer"),
        issued_at=at,
        responsible_id=cast.id_of("responsible"),
        deputy_id=cast.id_of("deputy"),
        verifier_id=cast.id_of("verifier"),
        relationship_id=cast.relationship.id,
        audit_id=cast.audit.id,
        cause_done_at=at if status in _ANALYSED else None,
        **(
            {"closed_at": at, "closed_by_id": cast.id_of("verifier"), "verified_at": at}
            if status is NcStatus.CLOSED
            else {}
        ),
        **more,
    )
    session.add(
        Cause(nonconformity_id=nc.id, text="Nobody was told", category=CauseCategory.INFORMATION, root=True)
    )
    session.add(ExtentCheck(nonconformity_id=nc.id, place="The other site", result=ExtentResult.NOT_FOUND))
    session.add(
        EffectivenessCheck(
            nonconformity_id=nc.id,
            round=nc.round,
            criteria="Two reviews in a row are on record.",
            criteria_by_id=cast.id_of("responsible"),
            criteria_at=at,
            not_before=at.date() - timedelta(days=1),
        )
    )
    decided = status is not NcStatus.DISPUTED
    session.add(
        Dispute(
            nonconformity_id=nc.id,
            view="It was reviewed by telephone.",
            raised_by_id=cast.id_of("responsible"),
            raised_at=at,
            outcome=DisputeOutcome.UPHELD if decided else None,
            decision="A telephone leaves no record." if decided else "",
            decided_by_id=cast.id_of("manager") if decided else None,
            decided_at=at if decided else None,
        )
    )
    wanted = actions or _WORKED.get(status, ActionStatus.PROPOSED)
    values: dict[str, Any] = {"status": wanted}
    if wanted in {ActionStatus.DONE, ActionStatus.VERIFIED}:
        values |= {"result": "Put in.", "done_at": at}
    if wanted is ActionStatus.VERIFIED:
        values |= {"verified_at": at, "verified_by_id": cast.id_of("verifier")}
    if wanted is ActionStatus.CANCELLED:
        values |= {"cancelled_at": at, "cancelled_by_id": cast.id_of("verifier")}
    own = make_action(
        session,
        nc,
        cast.id_of("owner"),
        deputy_id=cast.id_of("stand_in"),
        worked_ids=[str(cast.id_of("former")), str(cast.id_of("owner"))],
        **values,
    )
    theirs = make_action(
        session, nc, cast.id_of("contact_owner"), worked_ids=[str(cast.id_of("contact_owner"))], **values
    )
    session.flush()
    return nc, own, theirs
