"""The certificates: BS 11000 given up when the standard was withdrawn, ISO 44001 in its cycle, the venture's in preparation."""

from datetime import date, datetime, timedelta
from functools import partial

from auditapp.overview.demo.story import Story
from auditapp.relationships.certification import service
from auditapp.relationships.certification.model import Certificate, CertificateFinding, CertificateVisit
from auditapp.relationships.certification.rules import (
    DecisionKind,
    FindingKind,
    FindingVerb,
    Scheme,
    VisitKind,
)
from auditapp.relationships.certification.service.findings import FindingInput
from auditapp.relationships.certification.service.visits import VisitInput

BODY = "Oakmark Certification (made up)"
AUDITORS = "Petra Plane, Quentin Quill"
DECIDED = 420  # days ago


def load_certificate(story: Story, at: datetime) -> None:
    """Enter what was there, and tell how Stage 1, Stage 2, the decision and the first surveillance went."""
    ada = story.people["ada"]
    old = service.add_certificate(
        story.session, actor=ada, at=at, scheme=Scheme.BS_11000, body=BODY, number="OC 11-0413",
        scope="Collaborative relationships in rail and energy projects.",
    )  # fmt: skip
    decided = story.today - timedelta(days=1300)
    service.record_decision(
        story.session, actor=ada, at=at, ref=old.ref, version=old.version, kind=DecisionKind.INITIAL,
        decided_on=decided, note="The first certificate of the organization.",
    )  # fmt: skip
    service.end_certificate(
        story.session, actor=ada, at=at, ref=old.ref, version=old.version, on=at.date(),
        reason="The standard was replaced by ISO 44001. The body certifies to the new one from now on.",
    )  # fmt: skip
    new = service.add_certificate(
        story.session, actor=ada, at=at, scheme=Scheme.ISO_44001, body=BODY,
        scope="Management of collaborative business relationships in planning, building and running rail and energy "
        "infrastructure, from offices in Bristol and Leeds.",
    )  # fmt: skip
    for days, chapter in ((490, _stage_1), (470, _concerns_answered), (448, _stage_2), (436, _major_answered),
                          (DECIDED, _decide), (DECIDED - 330, _surveillance), (30, _minor_answered),
                          (8, _next_visit)):  # fmt: skip
        story.tell(story.moment(-days, 17), partial(chapter, story, ref=new.ref))
    for days, begins in ((62, _venture), (5, _venture_answers)):
        story.tell(story.moment(-days, 17), partial(begins, story))


def _find(story: Story, ref: str) -> Certificate:
    return story.session.query(Certificate).filter_by(ref=ref).one()


def _held(story: Story, at: datetime, *, ref: str, kind: VisitKind, days: int, note: str) -> CertificateVisit:
    first = story.day((at.date() - story.today).days - days + 1)
    return service.plan_visit(
        story.session, actor=story.people["ada"], at=at, ref=ref,
        visit=VisitInput(
            kind=kind, planned_from=first, planned_to=at.date(), held_from=first, held_to=at.date(),
            auditors=AUDITORS, note=note,
        ),
    )  # fmt: skip


def _found(
    story: Story,
    at: datetime,
    visit: CertificateVisit,
    kind: FindingKind,
    *,
    body_ref: str,
    clause: str,
    statement: str,
    owner: str,
    due_on: date | None,
    plan: str = "",
) -> None:
    service.raise_finding(
        story.session, actor=story.people["ada"], at=at, visit_id=visit.id,
        finding=FindingInput(
            kind=kind, body_ref=body_ref, clause=clause, statement=statement, due_on=due_on, plan=plan,
            owner_id=story.people[owner].person_id,
        ),
    )  # fmt: skip


def _stage_1(story: Story, at: datetime, ref: str) -> None:
    visit = _held(
        story,
        at,
        ref=ref,
        kind=VisitKind.STAGE_1,
        days=1,
        note="Documents and readiness; Stage 2 agreed for six weeks later.",
    )
    due = at.date() + timedelta(days=30)
    _found(
        story, at, visit, FindingKind.CONCERN, body_ref="C1", clause="9.3", owner="ada", due_on=due,
        statement="The management review of this year has not been held yet.",
        plan="Hold it before Stage 2, with the SER in the chair.",
    )  # fmt: skip
    _found(
        story, at, visit, FindingKind.CONCERN, body_ref="C2", clause="4.3", owner="cora", due_on=due,
        statement="The scope statement names three sites, the register of relationships two.",
        plan="Align both; the board signs the scope anew.",
    )  # fmt: skip


def _settle(
    story: Story, at: datetime, body_ref: str, answer: str, said: str = "", *, accepted: bool = True
) -> None:
    row = story.session.query(CertificateFinding).filter_by(body_ref=body_ref).one()
    ada = story.people["ada"]
    service.answer_finding(
        story.session, actor=ada, at=at, ref=row.ref, version=row.version, on=at.date(), answer=answer
    )
    if accepted:
        service.settle_finding(
            story.session, actor=ada, at=at, ref=row.ref, version=row.version, verb=FindingVerb.ACCEPT,
            on=at.date(), said=said,
        )  # fmt: skip


def _concerns_answered(story: Story, at: datetime, ref: str) -> None:
    del ref
    _settle(
        story,
        at,
        "C1",
        "The review was held; minutes and four actions sent.",
        "Accepted, to be sampled at Stage 2.",
    )
    _settle(story, at, "C2", "Scope reissued with two sites; the register agrees.", "Accepted.")


def _stage_2(story: Story, at: datetime, ref: str) -> None:
    visit = _held(
        story,
        at,
        ref=ref,
        kind=VisitKind.STAGE_2,
        days=3,
        note="R-01, R-02 and R-03 sampled; two partners interviewed.",
    )
    due = at.date() + timedelta(days=30)
    _found(
        story, at, visit, FindingKind.MAJOR, body_ref="N1", clause="8.6.9", owner="jon", due_on=due,
        statement="The exit strategy of the tidal scheme is not agreed by the partner.",
        plan="Workshop with the partner, joint strategy signed by both SERs.",
    )  # fmt: skip
    _found(
        story, at, visit, FindingKind.OPPORTUNITY, body_ref="O1", clause="8.7.2", owner="leo", due_on=None,
        statement="Ideas of the two sides could be kept in one place.",
    )  # fmt: skip


def _major_answered(story: Story, at: datetime, ref: str) -> None:
    del ref
    _settle(
        story,
        at,
        "N1",
        "Strategy agreed and signed by both parties; copy and minutes sent.",
        "Verified on the papers.",
    )


def _decide(story: Story, at: datetime, ref: str) -> None:
    ada = story.people["ada"]
    found = _find(story, ref)
    service.record_decision(
        story.session, actor=ada, at=at, ref=ref, version=found.version, kind=DecisionKind.INITIAL,
        decided_on=at.date(), note="Decided by the body's committee.",
    )  # fmt: skip
    service.edit_certificate(
        story.session, actor=ada, at=at, ref=ref, version=found.version, scheme=found.scheme, body=found.body,
        number="OC 44-0078", scope=found.scope, note=found.note,
    )  # fmt: skip


def _surveillance(story: Story, at: datetime, ref: str) -> None:
    visit = _held(
        story,
        at,
        ref=ref,
        kind=VisitKind.SURVEILLANCE,
        days=2,
        note="R-05 sampled; behaviours looked at in two interviews.",
    )
    due = at.date() + timedelta(days=30)
    _found(
        story, at, visit, FindingKind.MINOR, body_ref="N2", clause="8.8.4", owner="rosa", due_on=due,
        statement="Behaviours are assessed on our side only in the Northlight venture.",
        plan="Joint assessment with all three parties in the next quarter.",
    )  # fmt: skip
    _found(
        story, at, visit, FindingKind.MINOR, body_ref="N3", clause="9.2", owner="cora", due_on=story.day(20),
        statement="The audit programme does not show which relationships are covered in the cycle.",
    )  # fmt: skip


def _minor_answered(story: Story, at: datetime, ref: str) -> None:
    del ref
    _settle(
        story, at, "N2", "Joint assessment held with all three parties; results attached.", accepted=False
    )


def _venture(story: Story, at: datetime) -> None:
    """The venture prepares a certificate of its own: Stage 1 was held, Stage 2 is agreed, four concerns are open."""
    ada = story.people["ada"]
    new = service.add_certificate(
        story.session, actor=ada, at=at, scheme=Scheme.ISO_44001, body=BODY,
        scope="Joint management of the Northlight venture by its three parties, from the office in Leeds.",
    )  # fmt: skip
    visit = _held(
        story, at, ref=new.ref, kind=VisitKind.STAGE_1, days=1,
        note="Documents of the venture; Stage 2 agreed.",
    )  # fmt: skip
    first = story.day(24)
    service.plan_visit(
        story.session, actor=ada, at=at, ref=new.ref,
        visit=VisitInput(
            kind=VisitKind.STAGE_2, planned_from=first, planned_to=first + timedelta(days=1), auditors=AUDITORS
        ),
    )  # fmt: skip
    concern = partial(_found, story, at, visit, FindingKind.CONCERN)
    concern(
        body_ref="V1", clause="4.3", owner="cora", due_on=story.day(-6),
        statement="The scope of the venture leaves open which of its sites is meant.",
    )  # fmt: skip
    concern(
        body_ref="V2", clause="8.6.9", owner="jon", due_on=story.day(12),
        statement="The joint exit strategy has no test of the continuity plan.",
        plan="Test it with both partners at the next board and keep the minutes.",
    )  # fmt: skip
    concern(
        body_ref="V3", clause="9.2", owner="rosa", due_on=story.day(12),
        statement="No internal audit has looked at the venture yet.",
        plan="Audit it before Stage 2; the report goes to the body.",
    )  # fmt: skip
    concern(
        body_ref="V4", clause="5.3", owner="ada", due_on=story.day(12),
        statement="The deputy of the Senior Executive Responsible is not named.",
        plan="The board names one.",
    )  # fmt: skip


def _venture_answers(story: Story, at: datetime) -> None:
    _settle(story, at, "V3", "The report of the internal audit was sent.", accepted=False)
    _settle(story, at, "V4", "Named by the board; the minute was sent.", "Accepted.")


def _next_visit(story: Story, at: datetime, ref: str) -> None:
    first = story.day(170)
    service.plan_visit(
        story.session, actor=story.people["ada"], at=at, ref=ref,
        visit=VisitInput(
            kind=VisitKind.SURVEILLANCE, planned_from=first, planned_to=first + timedelta(days=1), auditors=AUDITORS,
            note="Days agreed; the sample is not yet.",
        ),
    )  # fmt: skip
