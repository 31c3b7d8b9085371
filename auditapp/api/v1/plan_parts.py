"""Parts of a plan: one section with what was said about it, two versions side by side, a version as a file."""

from datetime import datetime

from flask import Response
from pydantic import Field

from auditapp.api.declare import get, post
from auditapp.api.lists import Names, people_in, told
from auditapp.api.places import site
from auditapp.api.shapes import Asked, Conditions, Given, Link, Needed
from auditapp.api.tokens.rules import Scope
from auditapp.api.v1.plans import READ, TAG, PlanAsked, Section, section_told
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.errors import NotFound
from auditapp.people.guards import actor
from auditapp.relationships.links.queries import links_of
from auditapp.relationships.rmp import queries, service
from auditapp.relationships.rmp.model import Plan
from auditapp.relationships.rmp.rules import SECTIONS, PlanKind
from auditapp.relationships.rules import Sharing
from auditapp.reports.rmp_document.routes import DOCX, as_pdf, as_word

PDF = "application/pdf"


class PlanComment(Given):
    """A word on a section."""

    text: str
    by: str
    at: datetime
    sharing: Sharing


class WholeSection(Given):
    """A section of a version of a plan, with what was said about it. ``section`` null: nothing is written yet."""

    plan: Link
    version: int | None
    key: str
    title: str
    hint: str
    section: Section | None
    words: list[PlanComment]
    page: str


def _whole(row: Plan, key: str, number: int | None) -> WholeSection:
    session, inside = current_session(), actor().partner_id is None
    if key not in SECTIONS:
        raise NotFound
    if number is None:
        version = queries.standing_versions(session, actor(), [row.id]).get(row.id)
    else:
        version = queries.version_of(session, actor(), row, number)
    found = queries.sections_of(session, actor(), version.id).get(key) if version else None
    if found is None and not inside:
        raise NotFound
    said = queries.comments_of(session, actor(), row.id, key)
    links = links_of(session, actor(), "rmp", [row.id])[row.id]
    names = Names(session, people=people_in([found] if found else [], "owner_id", "changed_by_id"))
    return WholeSection(
        plan=Link(ref=row.ref, name=row.title),
        version=version.number if version else None,
        key=key,
        title=str(SECTIONS[key].title),
        hint=str(SECTIONS[key].hint),
        section=section_told(found, names, links, len(said), inside=inside) if found else None,
        words=[told(PlanComment, one, by=by) for one, by in said],
        page=site("rmp.section", plan_ref=row.ref, key=key),
    )


@get("/plans/<ref>/sections/<key>", scope=READ, gives=WholeSection, tag=TAG, key="Such as review_log.")
def plan_section(ref: str, key: str, query: PlanAsked) -> object:
    """One section: its text, the records behind it, and what was said about it."""
    return _whole(queries.plan_by_ref(current_session(), actor(), ref), key, query.version)


class Remark(Asked):
    """A word on a section. ``sharing`` counts for our own people in a joint plan; a partner's word is always shared."""

    text: Needed = Field(max_length=4000)
    sharing: Sharing = Sharing.INTERNAL


@post("/plans/<ref>/sections/<key>/comments", scope=Scope.WRITE_RELATIONSHIPS, gives=WholeSection, status=201, tag=TAG)  # fmt: skip
def comment_on_section(ref: str, key: str, json: Remark, headers: Conditions) -> object:
    """Say something about a section."""
    del headers
    session = current_session()
    row = queries.plan_by_ref(session, actor(), ref)
    service.comment(
        session,
        actor=actor(),
        at=clock.now(),
        plan=row,
        key=key,
        text=json.text,
        sharing=json.sharing if row.kind is PlanKind.JOINT else Sharing.INTERNAL,
    )
    session.flush()
    return _whole(row, key, None), 201


class ComparisonAsked(Asked):
    """Which two versions."""

    newer: int | None = Field(
        default=None, alias="to", ge=1, le=9999, description="Left out: the newest version."
    )
    older: int | None = Field(
        default=None, alias="from", ge=1, le=9999, description="Left out: the one before it."
    )


class PlanPiece(Given):
    """A run of text: the same in both, gone, or new."""

    op: str
    text: str


class ChangedSection(Given):
    """A section that differs."""

    key: str
    title: str
    pieces: list[PlanPiece]


class PlanDifference(Given):
    """Two versions side by side. ``older`` 0: there is none before it."""

    older: int
    newer: int
    sections: list[ChangedSection]
    page: str


@get("/plans/<ref>/difference", scope=READ, gives=PlanDifference, tag=TAG)
def plan_difference(ref: str, query: ComparisonAsked) -> object:
    """What one version of a plan says otherwise than another, section by section."""
    session = current_session()
    row = queries.plan_by_ref(session, actor(), ref)
    shown = queries.comparison_of(session, actor(), row, newer=query.newer, older=query.older)
    return PlanDifference(
        older=shown.older,
        newer=shown.newer,
        sections=[
            ChangedSection(
                key=key,
                title=str(SECTIONS[key].title),
                pieces=[told(PlanPiece, one) for one in pieces],
            )
            for key, pieces in shown.changed
        ],
        page=site("rmp.difference", plan_ref=row.ref),
    )


@get("/plans/<ref>/versions/<int(max=9999):number>/pdf", scope=READ, gives=None, files=(PDF,), tag=TAG)
def plan_pdf(ref: str, number: int) -> Response:
    """A version as PDF; for a partner's contact the shared part."""
    return as_pdf(plan_ref=ref, number=number)


@get("/plans/<ref>/versions/<int(max=9999):number>/word", scope=READ, gives=None, files=(DOCX,), tag=TAG)
def plan_word(ref: str, number: int) -> Response:
    """A version as a Word file; for a partner's contact the shared part."""
    return as_word(plan_ref=ref, number=number)
