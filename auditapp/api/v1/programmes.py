"""Audit programmes: what they cover, what they propose, and their report."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask import Response
from pydantic import Field

from auditapp.api.declare import get, versioned
from auditapp.api.lists import Names, page, people_in, rows_of, told
from auditapp.api.places import site
from auditapp.api.shapes import Asked, Given, Line, Paging, Person, listing
from auditapp.api.tokens.rules import Scope
from auditapp.api.v1.papers import MEDIA, SUFFIX, Report, report_as, report_told
from auditapp.audits import model
from auditapp.audits.programme.queries import (
    audit_counts,
    dismissals_of,
    programme_by_ref,
    propose_audits,
)
from auditapp.audits.programme.routes.base import today
from auditapp.audits.programme.routes.coverage import look
from auditapp.audits.programme.rules import Mark, Tally
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor
from auditapp.people.rules import Capability
from auditapp.reports.paper import model as paper
from auditapp.reports.paper.files import FORMS
from auditapp.reports.programme_report.report import programme_report
from auditapp.reports.programme_report.routes import address

READ = Scope.READ_AUDITS
INSIDE = (Capability.VIEW_ORGANIZATION,)
TAG = "Audit programmes"


class Programme(Given):
    """An audit programme, and how many audits of it there are and were reported."""

    ref: str
    title: str
    starts_on: date
    ends_on: date
    objectives: str
    risks: str
    responsible: Person | None
    closed_at: datetime | None
    audits: int
    reported: int
    page: str


class CoverageAsked(Asked):
    """How the table is made."""

    by: Line = Field(
        default="relationship",
        description="`relationship`, `stage`, or the key of a clause library, such as iso44001-2017.",
    )
    only: Line = Field(
        default="",
        description="By stage or clause: of one relationship, such as R-01, or `system` for the management system.",
    )


class CoverageCount(Given):
    """How many pairs of a subject and a place were looked at, and how many of the others are planned."""

    done: int
    planned: int
    open: int
    total: int
    mark: Mark


class CoverageRow(Given):
    """A relationship, a stage or a clause: by year, in the order of ``years``, and over the cycle."""

    key: str
    label: str
    years: list[CoverageCount]
    cycle: CoverageCount


class Uncovered(Given):
    """Where something is neither looked at nor planned, and what."""

    place: str
    subjects: list[str]


class Coverage(Given):
    """What a programme looked at, will look at, and leaves out. ``by`` and ``only`` as they were understood."""

    by: str
    only: str
    libraries: dict[str, str] = Field(description="What else it can be shown by.")
    years: list[int]
    whole: CoverageCount
    rows: list[CoverageRow]
    uncovered: list[Uncovered]
    page: str


class Proposal(Given):
    """An audit that the programme should have, and why; ``stages`` empty: all of them."""

    key: str
    relationship: str | None
    title: str
    reasons: list[str]
    starts_on: date
    stages: list[str]
    weight: int


class Dismissal(Given):
    """A proposal that was set aside."""

    key: str
    reason: str
    dismissed_by: Person | None
    dismissed_at: datetime


class Proposals(Given):
    """What a programme proposes, the weightiest first, and what was set aside."""

    items: list[Proposal]
    dismissed: list[Dismissal]
    page: str


def _programmes(rows: list[model.Programme]) -> list[Programme]:
    session = current_session()
    counts = audit_counts(session, [one.id for one in rows])
    names = Names(session, people=people_in(rows, "responsible_id"))
    return [
        told(
            Programme,
            row,
            responsible=names.person(row.responsible_id),
            audits=counts[row.id][0],
            reported=counts[row.id][1],
            page=site("programme.show", ref=row.ref),
        )
        for row in rows
    ]


@get("/programmes", scope=READ, gives=listing(Programme), needs=INSIDE, tag=TAG)
def programmes(query: Paging) -> object:
    """The audit programmes."""
    made: Any = model.Programme
    rows, cursor = rows_of(current_session(), sa.select(made), made.id, query)
    return page(Programme, _programmes(list(rows)), cursor)


@get("/programmes/<ref>", scope=READ, gives=Programme, needs=INSIDE, tag=TAG)
def programme(ref: str) -> object:
    """One audit programme."""
    row = programme_by_ref(current_session(), ref)
    return versioned(_programmes([row])[0], row.version)


def _count(tally: Tally) -> CoverageCount:
    return told(CoverageCount, tally)


@get("/programmes/<ref>/coverage", scope=READ, gives=Coverage, needs=INSIDE, tag=TAG)
def programme_coverage(ref: str, query: CoverageAsked) -> object:
    """What was looked at, is planned, or is left out: by relationship, stage or clause, and year."""
    row = programme_by_ref(current_session(), ref)
    seen = look(row, by=query.by, where=query.only)
    return told(
        Coverage,
        seen,
        libraries=seen.checklists,
        years=list(seen.years),
        whole=_count(seen.whole),
        rows=[
            told(CoverageRow, one, years=[_count(each) for each in one.years], cycle=_count(one.cycle))
            for one in seen.rows
        ],
        uncovered=[Uncovered(place=place, subjects=subjects) for place, subjects in seen.uncovered],
        page=site("programme.coverage", ref=row.ref, by=seen.by, only=seen.only or None),
    )


@get("/programmes/<ref>/proposals", scope=READ, gives=Proposals, needs=(Capability.MANAGE_PROGRAMME,), tag=TAG)  # fmt: skip
def programme_proposals(ref: str) -> object:
    """Audits that the programme should have, with their reasons, and what was set aside."""
    session = current_session()
    row = programme_by_ref(session, ref)
    dismissed = dismissals_of(session, row.id)
    names = Names(session, people=people_in(dismissed, "dismissed_by_id"))
    return Proposals(
        items=[
            told(
                Proposal,
                one,
                relationship=one.ref or None,
                title=str(one.title),
                reasons=[str(cause.text) for cause in one.causes],
                stages=list(one.stages),
            )
            for one in propose_audits(session, row, today=today())
        ],
        dismissed=[told(Dismissal, one, dismissed_by=names.person(one.dismissed_by_id)) for one in dismissed],
        page=site("programme.proposals", ref=row.ref),
    )


def _report(ref: str) -> paper.Report:
    row = programme_by_ref(current_session(), ref)
    return programme_report(current_session(), actor=actor(), as_of=clock.now(), ref=row.ref, address=address)


@get("/programmes/<ref>/report", scope=Scope.READ_REPORTS, gives=Report, needs=(Capability.VIEW_AUDITS,), tag=TAG)  # fmt: skip
def programme_paper(ref: str) -> object:
    """A programme as a report: what was planned, done, late and moved; coverage, auditors, results."""
    made = _report(ref)
    return report_told(
        made, {suffix: site("api_v1.programme_paper_file", ref=ref, suffix=suffix) for suffix in FORMS}
    )


@get(f"/programmes/<ref>/report.{SUFFIX}", scope=Scope.READ_REPORTS, gives=None, needs=(Capability.VIEW_AUDITS,), files=MEDIA, tag=TAG)  # fmt: skip
def programme_paper_file(ref: str, suffix: str) -> Response:
    """The same as PDF, Word or Excel."""
    return report_as(_report(ref), suffix)
