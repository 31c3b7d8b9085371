"""The plan of an audit: the team, the agenda, the interviews, what the auditees answered."""

from datetime import date, datetime
from typing import Any

from pydantic import Field

from auditapp.api.lists import Names, people_in, told
from auditapp.api.places import site
from auditapp.api.shapes import Given, Link, Person
from auditapp.audits import model
from auditapp.audits.plan.queries import answers_to_plan, interviews_of, series_of, sessions_of
from auditapp.audits.plan.rules import standing
from auditapp.audits.rules import AuditKind, AuditStatus, MemberRole
from auditapp.kit.db import current_session
from auditapp.people.guards import actor


class Audit(Given):
    """An audit in a list."""

    ref: str
    title: str
    kind: AuditKind
    status: AuditStatus
    starts_on: date | None
    ends_on: date | None
    relationships: list[Link]
    page: str


class Member(Given):
    """Somebody of the audit team, or an auditee. ``conflict``: what stood against independence, and why all the same."""

    role: MemberRole
    person: Person
    conflict: str
    override_reason: str
    reviewer: Person | None
    competence_warning: str


class AgendaSession(Given):
    """A line of the agenda."""

    starts_at: datetime
    ends_at: datetime
    title: str
    place: str
    auditors: str
    stages: list[str]


class Interview(Given):
    """Somebody the team wants to speak with. ``person``: where they are known here."""

    name: str
    person: Person | None
    function: str
    topic: str
    at: datetime | None


class AnswerToPlan(Given):
    """What an auditee said to a revision of the plan. ``counts``: it is of this revision, and the last that they said."""

    plan_revision: int
    person: Person | None
    agreed: bool
    reason: str
    at: datetime
    settled: str = Field(description="How the objection was settled.")
    settled_at: datetime | None
    settled_by: Person | None
    recorded_by: Person | None = Field(description="Who wrote down what was said by word of mouth.")
    counts: bool


class WholeAudit(Audit):
    """An audit with its plan."""

    programme: str | None
    objectives: str
    scope: str
    criteria: str
    client: str
    methods: str
    places: str
    stages: list[str]
    editions: list[str]
    members: list[Member]
    agenda: list[AgendaSession]
    interviews: list[Interview]
    answers_to_plan: list[AnswerToPlan]
    repeat_months: int | None
    previous: str | None
    follower: str | None
    plan_revision: int
    agreed_at: datetime | None
    opened_at: datetime | None
    closed_at: datetime | None
    issued_at: datetime | None
    completed_at: datetime | None
    status_reason: str


def links_of(row: model.Audit) -> list[Link]:
    """The relationships that an audit samples."""
    return [Link(ref=one.ref, name=one.name) for one in row.relationships]


def _member(one: model.AuditMember) -> Member:
    reviewer = one.reviewer
    return told(
        Member,
        one,
        person=Person(id=one.person_id, name=one.person.name),
        reviewer=Person(id=reviewer.id, name=reviewer.name) if reviewer is not None else None,
    )


def whole_audit(row: model.Audit) -> WholeAudit:
    """An audit with everything that its page shows of the plan; ``row`` was loaded with ``PLAN``. Five statements."""
    session: Any = current_session()
    sessions, interviews = sessions_of(session, row.id), interviews_of(session, row.id)
    answers = answers_to_plan(session, row.id)
    before, after = series_of(session, actor(), row)
    last = standing(answers, row.plan_revision)
    names = Names(
        session,
        people=[
            *people_in(interviews, "person_id"),
            *people_in(answers, "person_id", "settled_by_id", "recorded_by_id"),
        ],
    )
    return told(
        WholeAudit,
        row,
        relationships=links_of(row),
        page=site("plan.show", ref=row.ref),
        programme=row.programme.ref if row.programme else None,
        stages=list(row.stages or ()),
        editions=[f"{one.edition.library_key} {one.edition.edition}" for one in row.editions],
        members=[_member(one) for one in row.members],
        agenda=[told(AgendaSession, one) for one in sessions],
        interviews=[told(Interview, one, person=names.person(one.person_id)) for one in interviews],
        answers_to_plan=[
            told(
                AnswerToPlan,
                one,
                person=names.person(one.person_id),
                settled_by=names.person(one.settled_by_id),
                recorded_by=names.person(one.recorded_by_id),
                counts=last.get(one.person_id) is one,
            )
            for one in answers
        ],
        previous=before.ref if before else None,
        follower=after.ref if after else None,
    )
