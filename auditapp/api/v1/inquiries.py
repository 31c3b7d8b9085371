"""What is known around a nonconformity: its causes and extent, what it repeats; deadlines, and kept views of registers."""

from datetime import date, datetime
from urllib.parse import urlencode
from uuid import UUID

from pydantic import Field

from auditapp.api.declare import get
from auditapp.api.filters import asking
from auditapp.api.lists import Names, page, told
from auditapp.api.places import site
from auditapp.api.shapes import Asked, Given, Link, Person, listing
from auditapp.api.tokens.rules import Scope
from auditapp.audits.execution.rules import Grade
from auditapp.findings.causes.queries import Place, analysis_of, causes_of, extent_of, with_same_cause
from auditapp.findings.causes.rules import Node, flat, grow, missing_for_completion
from auditapp.findings.model import Nonconformity
from auditapp.findings.queries import nonconformity_by_ref, policy
from auditapp.findings.raising.queries import repeats_of, similar_to
from auditapp.findings.register.queries.views import View, views_of
from auditapp.findings.register.routes.base import ENDPOINTS
from auditapp.findings.register.rules.spec import Register
from auditapp.findings.register.rules.wanted import pairs, read_query
from auditapp.findings.rules.nonconformity import CauseCategory, ExtentResult, NcStatus
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor
from auditapp.people.queries import organization
from auditapp.people.rules import Capability

READ = Scope.READ_FINDINGS
INSIDE = (Capability.VIEW_ORGANIZATION,)
TAG = "Nonconformities"


class CauseWhy(Given):
    """An answer to “why?”. ``number``: its place in the tree, 1.2.1 answers why 1.2 is so. ``root``: a root cause."""

    id: UUID
    number: str
    depth: int
    text: str
    category: CauseCategory | None
    root: bool
    evidence: str


class Extent(Given):
    """Where else it may occur, and what was found there. ``raised``: the nonconformity that came of it."""

    relationship: Link | None
    standard: str
    clause: str
    place: str
    question: str
    checker: Person | None
    due_on: date | None
    overdue: bool
    result: ExtentResult
    note: str
    checked_at: datetime | None
    raised: str | None


class EarlierOne(Given):
    """An earlier nonconformity."""

    ref: str
    title: str
    status: NcStatus
    raised_at: datetime


class Causes(Given):
    """Cause and extent in this round. ``missing``: what is still to be said, in words; ``same_cause``: what is like it."""

    round: int
    cause_summary: str
    extent_summary: str
    whys: list[CauseWhy]
    extent: list[Extent]
    missing: list[str]
    same_cause: list[EarlierOne]


class Repeated(Given):
    """An earlier nonconformity that this one repeats, as somebody said."""

    ref: str
    title: str
    grade: Grade
    status: NcStatus
    note: str
    linked_at: datetime


class Alike(EarlierOne):
    """An earlier one with the same clauses or the same category of root cause."""

    grade: Grade
    relationship: str
    same_relationship: bool
    clauses: list[str]
    category: CauseCategory | None


class Repeats(Given):
    """What it repeats, and what else of the last ``months`` is like it. ``suggests_major``: whether that speaks for a major one."""

    repeats: list[Repeated]
    similar: list[Alike]
    months: int
    suggests_major: bool


class Deadlines(Given):
    """How long each step of a nonconformity may take, in working days unless the name or a word here says otherwise."""

    issue_days: int
    acknowledge_days: int
    dispute_days: int
    containment_days: int
    cause_days_major: int
    cause_days_minor: int
    plan_days: int
    review_days: int
    resubmit_days: int
    verify_days: int
    effectiveness_days: int = Field(description="Calendar days.")
    effectiveness_window_days: int
    extension_days_most: int = Field(description="Calendar days.")
    repeat_months: int
    action_decide_days: int


class ViewsAsked(Asked):
    """Of which register."""

    of: Register | None = Field(default=None)


class SavedView(Given):
    """A kept view. ``query``: put it behind the ``?`` of the list that it is ``of``; ``owner``: who shares it, empty: you."""

    id: UUID
    of: Register
    name: str
    shared: bool
    owner: str
    query: str
    page: str


def _why(node: Node) -> CauseWhy:
    return told(CauseWhy, node.row, number=node.number, depth=node.depth)


def _extent(one: Place, names: Names, today: date) -> Extent:
    ref, name = one.relationship_ref, one.relationship_name
    return told(
        Extent,
        one.check,
        relationship=Link(ref=ref, name=name or "") if ref else None,
        checker=names.person(one.check.checker_id),
        overdue=one.overdue(today),
        raised=one.raised_ref,
    )


def _found(ref: str) -> Nonconformity:
    return nonconformity_by_ref(current_session(), actor(), ref)


@get("/nonconformities/<ref>/causes", scope=READ, gives=Causes, needs=INSIDE, tag=TAG)
def causes(ref: str) -> object:
    """Why it happened and where else it may: the whys as a tree, and the checks of the extent."""
    session, nc = current_session(), _found(ref)
    nodes = list(flat(grow(causes_of(session, nc, round_=nc.round))))
    places = extent_of(session, nc, round_=nc.round)
    analysis = analysis_of(session, nc, cause_summary=nc.cause_summary, extent_summary=nc.extent_summary)
    categories = {node.row.category for node in nodes if node.row.root and node.row.category}
    own = organization(session)
    today = clock.day_in(own.zone if own else "UTC", clock.now())
    names = Names(session, people=[one.check.checker_id for one in places])
    return told(
        Causes,
        nc,
        whys=[_why(one) for one in nodes],
        extent=[_extent(one, names, today) for one in places],
        missing=[str(text) for _field, text in missing_for_completion(analysis)],
        same_cause=[told(EarlierOne, one) for one in with_same_cause(session, actor(), nc, categories)],
    )


@get("/nonconformities/<ref>/repeats", scope=READ, gives=Repeats, needs=INSIDE, tag=TAG)
def repeats(ref: str) -> object:
    """Which earlier ones it repeats, and what else is like it."""
    session, nc = current_session(), _found(ref)
    linked, look = repeats_of(session, actor(), nc.id), similar_to(session, actor(), nc)
    known = {one.id for one in linked}
    return Repeats(
        repeats=[told(Repeated, one) for one in linked],
        similar=[
            told(
                Alike,
                one,
                same_relationship=one.likeness.same_relationship,
                clauses=list(one.likeness.clauses),
                category=one.likeness.category,
            )
            for one in look.found
            if one.id not in known
        ],
        months=look.months,
        suggests_major=look.suggests_major(nc.grade),
    )


@get(
    "/deadlines",
    scope=READ,
    gives=Deadlines,
    needs=(Capability.MANAGE_SETTINGS, Capability.MANAGE_PROGRAMME),
    tag=TAG,
)
def deadlines() -> object:
    """How long each step of a nonconformity may take."""
    return told(Deadlines, policy(current_session()))


def _view(register: Register, one: View) -> SavedView:
    kept = read_query(register, one.query)
    return SavedView(
        of=register,
        query=urlencode(asking(kept), safe=":"),
        page=site(ENDPOINTS[register]) + (f"?{urlencode(pairs(kept), safe=',:')}" if pairs(kept) else ""),
        **{name: getattr(one, name) for name in ("id", "name", "shared", "owner")},
    )


@get("/saved-views", scope=READ, gives=listing(SavedView), needs=INSIDE, tag=TAG)
def saved_views(query: ViewsAsked) -> object:
    """Your views of the registers of nonconformities and actions, then those that others share; all at once."""
    registers = [query.of] if query.of else list(Register)
    found = [
        _view(register, one)
        for register in registers
        for one in views_of(current_session(), actor(), register)
    ]
    return page(SavedView, found, None)
