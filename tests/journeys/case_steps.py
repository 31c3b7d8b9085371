"""Steps about nonconformities and actions that several journeys take: reached by services, so that little is clicked."""

from datetime import timedelta

import sqlalchemy as sa

from auditapp.audits.execution.model import Finding
from auditapp.audits.execution.rules import Grade
from auditapp.audits.model import Audit
from auditapp.audits.rules import AuditStatus
from auditapp.findings.actions import service as actions
from auditapp.findings.causes import service as causes
from auditapp.findings.life import service as life
from auditapp.findings.model import Action, Nonconformity
from auditapp.findings.raising import service as raising
from auditapp.findings.rules.action import ActionKind
from auditapp.findings.rules.nonconformity import CauseCategory
from auditapp.kit.clock import day_in, now
from auditapp.people.model import Person
from auditapp.people.queries import principal_of_person
from auditapp.relationships.model import Relationship

ZONE = "Europe/London"
ISO = "ISO 44001:2017"


def who(session, first):
    """Somebody of the demonstration by first name, as one who acts."""
    return principal_of_person(
        session, session.scalars(sa.select(Person.id).where(Person.name.startswith(f"{first} "))).one()
    )


def in_days(days):
    """A day from today, as the organization's clocks have it."""
    return day_in(ZONE, now()) + timedelta(days=days)


def begin(session, title, statement, relationship="R-05", grade=Grade.MINOR):
    """A nonconformity that Mia answers for and Dan verifies; issued."""
    dan = who(session, "Dan")
    nc = raising.raise_nonconformity(
        session, actor=who(session, "Kim"), at=now(), title=title, statement=statement, objective_evidence="Seen on site",
        grade=grade, requirements=[{"standard": ISO, "clause": "8.6.2"}],
        relationship_id=session.scalars(sa.select(Relationship.id).where(Relationship.ref == relationship)).one(),
    )  # fmt: skip
    life.issue_nonconformity(
        session,
        actor=dan,
        at=now(),
        nc=nc,
        responsible_id=who(session, "Mia").person_id,
        verifier_id=dan.person_id,
    )
    return nc


def carried_out(session, title, statement, *planned, relationship="R-05"):
    """A nonconformity whose plan is accepted; ``planned``: (title, first name of the owner) of its actions."""
    nc = begin(session, title, statement, relationship)
    by_mia = {"session": session, "actor": who(session, "Mia"), "at": now(), "nc": nc}
    life.acknowledge(**by_mia)
    life.contain(**by_mia, correction="Put right on the day.", containment="")
    causes.add_cause(**by_mia, text="Nobody was told", category=CauseCategory.INFORMATION, root=True)
    causes.complete_cause(**by_mia, cause_summary="Nobody was told.", extent_summary="Nowhere else.")
    made = [
        actions.propose_action(
            **by_mia,
            kind=ActionKind.CORRECTIVE,
            title=name,
            owner_id=who(session, owner).person_id,
            due_on=in_days(14),
        )
        for name, owner in planned
    ]
    life.set_criteria(**by_mia, criteria="Two reviews in a row are on record.", not_before=in_days(60))
    life.submit_plan(**by_mia)
    life.accept_plan(session, actor=who(session, "Dan"), at=now(), nc=nc)
    return nc.ref, [one.ref for one in made]


def finding_before_the_report(session, statement):
    """A minor finding in an audit whose closing meeting was held, and whose report is not issued; (audit, finding)."""
    audit = session.scalars(sa.select(Audit).where(Audit.status == AuditStatus.REPORTING)).first()
    number = session.scalar(sa.select(sa.func.count()).where(Finding.audit_id == audit.id)) + 1
    finding = Finding(
        ref=f"{audit.ref}-F{number}",
        audit_id=audit.id,
        grade=Grade.MAJOR,
        statement=statement,
        objective_evidence="Folder of the partnership, looked through with Noah Nettle",
        requirements=[{"standard": ISO, "ref": "8.3.2", "number": "8.3.2", "title": ""}],
        relationship_id=session.scalars(sa.select(Relationship.id).where(Relationship.ref == "R-08")).one(),
        auditee_id=who(session, "Noah").person_id,
        raised_by_id=who(session, "Finn").person_id,
        raised_at=now() - timedelta(hours=1),
    )
    session.add(finding)
    session.flush()
    return audit.ref, finding.ref


def nc_of(site, ref):
    """The row of a nonconformity as it stands."""
    return site.unit(lambda s: s.scalars(sa.select(Nonconformity).where(Nonconformity.ref == ref)).one())


def action_of(site, ref):
    """The row of an action as it stands."""
    return site.unit(lambda s: s.scalars(sa.select(Action).where(Action.ref == ref)).one())
