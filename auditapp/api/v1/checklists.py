"""Clause libraries: their editions, clauses and questions."""

from datetime import datetime

import sqlalchemy as sa
from pydantic import Field

from auditapp.api.declare import get
from auditapp.api.lists import page, rows_of, told
from auditapp.api.places import site
from auditapp.api.shapes import Given, Line, Paging, listing
from auditapp.api.tokens.rules import Scope
from auditapp.checklists import model
from auditapp.checklists.library import Kind, NumberStatus, Stage
from auditapp.checklists.library import Scope as Asking
from auditapp.checklists.queries import edition, library
from auditapp.checklists.rules import EditionStatus
from auditapp.kit.db import current_session
from auditapp.people.rules import Capability

READ = Scope.READ_AUDITS
INSIDE = (Capability.VIEW_ORGANIZATION,)
TAG = "Checklists"


class ChecklistsAsked(Paging):
    """Which editions."""

    library: Line = Field(default="", description="The key of a library, such as iso44001-2017.")
    status: EditionStatus | None = Field(default=None)


class Checklist(Given):
    """An edition of a clause library."""

    library_key: str
    edition: str
    title: str
    kind: Kind
    status: EditionStatus
    questions: int
    released_at: datetime | None
    retired_at: datetime | None
    page: str


class ChecklistClause(Given):
    """A clause. ``number`` is empty where it is not publicly known; ``number_status``: how sure it is."""

    ref: str
    number: str
    title: str
    number_status: NumberStatus
    stage: Stage
    parent: str


class ChecklistQuestion(Given):
    """A question of our own, with what to look for."""

    id: str
    clause: str
    also_clauses: list[str]
    text: str
    asked: Asking = Field(description="Once for the system, or for each sampled relationship.")
    evidence: list[str]
    roles: list[str]
    guidance: str
    weight: int


class WholeChecklist(Checklist):
    """An edition with its clauses and questions, in reading order."""

    clauses: list[ChecklistClause]
    items: list[ChecklistQuestion]


def _page_of(row: model.Edition) -> str:
    return site("checklists.edition", library_key=row.library_key, name=row.edition)


@get("/checklists", scope=READ, gives=listing(Checklist), needs=INSIDE, tag=TAG)
def checklists(query: ChecklistsAsked) -> object:
    """The editions of the clause libraries."""
    made = model.Edition
    asked = sa.select(made)
    if query.library:
        asked = asked.where(made.library_key == query.library)
    if query.status is not None:
        asked = asked.where(made.status == query.status)
    rows, cursor = rows_of(current_session(), asked, made.id, query)
    return page(Checklist, (told(Checklist, row, page=_page_of(row)) for row in rows), cursor)


@get("/checklists/<library_key>/<name>", scope=READ, gives=WholeChecklist, needs=INSIDE, tag=TAG)
def checklist(library_key: str, name: str) -> object:
    """One edition: what it asks."""
    row = edition(current_session(), library_key.replace("\0", ""), name.replace("\0", ""))
    content = library(current_session(), row)
    return told(
        WholeChecklist,
        row,
        clauses=[
            told(ChecklistClause, one, number=one.number or "", parent=one.parent or "")
            for one in content.clauses
        ],
        items=[
            told(
                ChecklistQuestion,
                one,
                asked=one.scope,
                also_clauses=list(one.also_clauses),
                evidence=list(one.evidence),
                roles=list(one.roles),
                guidance=one.guidance or "",
            )
            for one in content.questions
        ],
        page=_page_of(row),
    )
