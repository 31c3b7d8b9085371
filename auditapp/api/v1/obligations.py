"""What recurs, and the certificate with its visits and findings."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field

from auditapp.api.declare import get, post, versioned
from auditapp.api.lists import Names, page, people_in, rows_of, told
from auditapp.api.places import site
from auditapp.api.shapes import Asked, Conditions, Day, Given, Line, Link, Paging, Person, Words, listing
from auditapp.api.tokens.rules import Scope
from auditapp.api.v1.registers import of_relationship
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.errors import Invalid
from auditapp.kit.text import Text
from auditapp.people.guards import actor
from auditapp.people.queries import today_of
from auditapp.people.rules import Capability
from auditapp.relationships.certification import model as certification
from auditapp.relationships.certification.queries import (
    UNSETTLED,
    certificate_by_ref,
    finding_by_ref,
    parts_of,
    standing_of,
    visible,
)
from auditapp.relationships.certification.rules import FindingKind, FindingStatus
from auditapp.relationships.obligations import model, service
from auditapp.relationships.obligations.queries import (
    narrowed,
    obligation_by_id,
    rules,
    team_of,
    visible_obligations,
)
from auditapp.relationships.obligations.rules import Scope as RuleScope
from auditapp.relationships.obligations.rules import Source, State, Whose
from auditapp.relationships.rules import Stage

READ = Scope.READ_RELATIONSHIPS
INSIDE = (Capability.VIEW_ORGANIZATION,)
TAG, CERTIFICATE = "Obligations", "Certification"


class ObligationsAsked(Paging):
    """Which obligations."""

    relationship: Line = Field(default="", description="The number of a relationship, such as R-01.")
    state: State | None = Field(default=None)
    show: Literal["open", "overdue", "settled", "all"] = "all"
    key: Line = Field(default="", description="The key of the rule by which it recurs.")
    due_before: Day | None = Field(default=None)


class Obligation(Given):
    """One time that something recurring is due."""

    id: UUID
    key: str
    title: str
    relationship: Link | None
    thing_ref: str
    number: int
    intended_on: date
    due_on: date
    because: str
    owner: Person | None
    state: State
    ended_on: date | None
    ended_by: Person | None
    note: str
    page: str


class ObligationAnswer(Asked):
    """It was done, or it is left out this time."""

    state: Literal["done", "skipped"] = Field(description="Skipping needs a note.")
    on: Day = Field(description="The day it was done.")
    note: Words = ""


def _obligations(rows: list[model.Obligation]) -> list[Obligation]:
    names = Names(
        current_session(),
        people=people_in(rows, "owner_id", "ended_by_id"),
        relationships=[one.relationship_id for one in rows],
    )
    return [
        told(
            Obligation,
            row,
            relationship=names.relationship(row.relationship_id),
            owner=names.person(row.owner_id),
            ended_by=names.person(row.ended_by_id),
            page=site("obligations.show", obligation_id=row.id),
        )
        for row in rows
    ]


@get("/obligations", scope=READ, gives=listing(Obligation), needs=INSIDE, tag=TAG)
def obligations(query: ObligationsAsked) -> object:
    """What recurs: what is due, and what was."""
    asked = of_relationship(
        visible_obligations(actor()), query.relationship, model.Obligation.relationship_id
    )
    session = current_session()
    if query.key and query.key not in {one.key for one in rules(session)}:
        raise Invalid(Text("There is no such rule."), field="query.key")
    asked = narrowed(asked, today=today_of(session, clock.now()), key=query.key, show=query.show)
    if query.state is not None:
        asked = asked.where(model.Obligation.state == query.state)
    if query.due_before is not None:
        asked = asked.where(model.Obligation.due_on < query.due_before)
    rows, cursor = rows_of(current_session(), asked, model.Obligation.id, query)
    return page(Obligation, _obligations(list(rows)), cursor)


@get("/obligations/<uuid:obligation_id>", scope=READ, gives=Obligation, needs=INSIDE, tag=TAG)
def obligation(obligation_id: UUID) -> object:
    """One time that something is due."""
    row = obligation_by_id(current_session(), actor(), obligation_id)
    return versioned(_obligations([row])[0], row.version)


class ObligationRule(Given):
    """A rule of what recurs. ``months`` or ``days`` between two times; ``whose``: who is reminded, ``lead_days`` before."""

    key: str
    title: str
    scope: RuleScope
    source: Source
    months: int
    days: int
    whose: list[Whose]
    lead_days: list[int]
    from_stage: Stage
    bs: str
    iso: str
    active: bool


class ObligationRules(Given):
    """The rules: those that come with the product, then one's own."""

    items: list[ObligationRule]
    page: str


@get("/obligation-rules", scope=READ, gives=ObligationRules, needs=INSIDE, tag=TAG)
def obligation_rules() -> object:
    """How often what is due, and who is reminded."""
    return ObligationRules(
        items=[
            told(
                ObligationRule,
                one,
                title=str(one.title),
                whose=list(one.whose),
                lead_days=list(one.lead_days),
            )
            for one in rules(current_session())
        ],
        page=site("obligations.rules"),
    )


@post("/obligations/<uuid:obligation_id>/answer", scope=Scope.WRITE_RELATIONSHIPS, gives=Obligation, needs=INSIDE, tag=TAG)  # fmt: skip
def answer_obligation(obligation_id: UUID, json: ObligationAnswer, headers: Conditions) -> object:
    """Say that it was done, or why it is left out this time. The next time begins by itself."""
    del headers
    session = current_session()
    row = obligation_by_id(session, actor(), obligation_id)
    service.must_settle(actor(), row, team_of(session, row.relationship_id))
    service.finish(
        session, actor=actor(), at=clock.now(), found=row, state=State(json.state), on=json.on, note=json.note
    )
    session.flush()
    return versioned(_obligations([row])[0], row.version)


class Visit(Given):
    """A visit of the certification body."""

    kind: str
    planned_from: date | None
    planned_to: date | None
    held_from: date | None
    held_to: date | None
    auditors: str
    cancelled_on: date | None


class Certificate(Given):
    """A certificate, how it stands, and its visits."""

    ref: str
    scheme: str
    body: str
    number: str
    scope: str
    ended_on: date | None
    standing: str
    visits: list[Visit]
    page: str


class BodyFindingsAsked(Paging):
    """Which findings of the body."""

    certificate: Line = Field(default="", description="The number of a certificate.")
    show: Literal["open", "all"] = "all"

    status: FindingStatus | None = Field(default=None)
    kind: FindingKind | None = Field(default=None)


class BodyFinding(Given):
    """A concern or finding of the certification body."""

    ref: str
    kind: FindingKind
    status: FindingStatus
    body_ref: str
    clause: str
    statement: str
    owner: Person | None
    due_on: date | None
    plan: str
    answer: str
    answered_on: date | None
    settled_on: date | None
    page: str


def _certificates(rows: list[certification.Certificate]) -> list[Certificate]:
    session = current_session()
    parts = parts_of(session, [one.id for one in rows])
    today = today_of(session, clock.now())
    return [
        told(
            Certificate,
            row,
            scheme=row.scheme.value,
            standing=standing_of(row, parts[row.id], today).phase.value,
            visits=[told(Visit, one, kind=one.kind.value) for one in parts[row.id].visits],
            page=site("certification.show", ref=row.ref),
        )
        for row in rows
    ]


@get("/certificates", scope=READ, gives=listing(Certificate), needs=INSIDE, tag=CERTIFICATE)
def certificates(query: Paging) -> object:
    """The certificates."""
    asked = visible(actor(), sa.select(certification.Certificate))
    rows, cursor = rows_of(current_session(), asked, certification.Certificate.id, query)
    return page(Certificate, _certificates(list(rows)), cursor)


@get("/certificates/<ref>", scope=READ, gives=Certificate, needs=INSIDE, tag=CERTIFICATE)
def certificate(ref: str) -> object:
    """One certificate."""
    row = certificate_by_ref(current_session(), actor(), ref)
    return versioned(_certificates([row])[0], row.version)


def _body_finding(row: certification.CertificateFinding, names: Names) -> BodyFinding:
    return told(
        BodyFinding, row, owner=names.person(row.owner_id), page=site("certification.finding", ref=row.ref)
    )


@get("/certificate-findings", scope=READ, gives=listing(BodyFinding), needs=INSIDE, tag=CERTIFICATE)
def certificate_findings(query: BodyFindingsAsked) -> object:
    """Concerns and findings of the certification body."""
    made: Any = certification.CertificateFinding
    asked = visible(actor(), sa.select(made))
    if query.certificate:
        found = certificate_by_ref(current_session(), actor(), query.certificate)
        asked = asked.where(made.certificate_id == found.id)
    if query.show == "open":
        asked = asked.where(made.status.in_(UNSETTLED))
    for column, value in ((made.status, query.status), (made.kind, query.kind)):
        if value is not None:
            asked = asked.where(column == value)
    rows, cursor = rows_of(current_session(), asked, made.id, query)
    names = Names(current_session(), people=people_in(rows, "owner_id"))
    return page(BodyFinding, (_body_finding(row, names) for row in rows), cursor)


@get("/certificate-findings/<ref>", scope=READ, gives=BodyFinding, needs=INSIDE, tag=CERTIFICATE)
def certificate_finding(ref: str) -> object:
    """One of them."""
    row = finding_by_ref(current_session(), actor(), ref)
    return versioned(_body_finding(row, Names(current_session(), people=[row.owner_id])), row.version)
