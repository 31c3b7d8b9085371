"""Clause libraries: their editions, clauses and questions."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from pydantic import Field

from auditapp.api.declare import get
from auditapp.api.lists import page, rows_of, told
from auditapp.api.places import site
from auditapp.api.shapes import Given, Line, Paging, listing
from auditapp.api.tokens.rules import Scope
from auditapp.checklists import model
from auditapp.checklists.diff import Changed, FieldChange, Moved, diff
from auditapp.checklists.library import Clause, Kind, NumberStatus, Question, Stage
from auditapp.checklists.library import Scope as Asking
from auditapp.checklists.queries import edition, library, previous
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


class ChangedField(Given):
    """A field that reads differently; a list has one line for each of its values."""

    field: str
    label: str
    before: list[str]
    now: list[str]


class ChangedThing(Given):
    """A clause or question that both editions have."""

    name: str
    fields: list[ChangedField]


class MovedThing(Given):
    """A question in another clause, or a clause under another; null: the top."""

    name: str
    before: str | None
    now: str | None


class ChecklistChanges(Given):
    """What an edition changed. ``before``: against which edition; null: it is the first."""

    library_key: str
    edition: str
    before: str | None
    head: list[ChangedField]
    clauses_added: list[ChecklistClause]
    clauses_removed: list[ChecklistClause]
    clauses_changed: list[ChangedThing]
    clauses_moved: list[MovedThing]
    questions_added: list[ChecklistQuestion]
    questions_removed: list[ChecklistQuestion]
    questions_changed: list[ChangedThing]
    questions_moved: list[MovedThing]
    reordered: bool
    page: str


def _page_of(row: model.Edition) -> str:
    return site("checklists.edition", library_key=row.library_key, name=row.edition)


def _clauses(rows: Iterable[Clause]) -> list[ChecklistClause]:
    return [told(ChecklistClause, one, number=one.number or "", parent=one.parent or "") for one in rows]


def _questions(rows: Iterable[Question]) -> list[ChecklistQuestion]:
    return [
        told(
            ChecklistQuestion,
            one,
            asked=one.scope,
            also_clauses=list(one.also_clauses),
            evidence=list(one.evidence),
            roles=list(one.roles),
            guidance=one.guidance or "",
        )
        for one in rows
    ]


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
        clauses=_clauses(content.clauses),
        items=_questions(content.questions),
        page=_page_of(row),
    )


def _fields(rows: Iterable[FieldChange]) -> list[ChangedField]:
    return [
        ChangedField(field=one.field, label=str(one.label), before=one.old_lines, now=one.new_lines)
        for one in rows
    ]


def _changed(rows: Iterable[Changed]) -> list[ChangedThing]:
    return [ChangedThing(name=one.name, fields=_fields(one.fields)) for one in rows]


def _moved(rows: Iterable[Moved]) -> list[MovedThing]:
    return [MovedThing(name=one.name, before=one.old, now=one.new) for one in rows]


@get("/checklists/<library_key>/<name>/changes", scope=READ, gives=ChecklistChanges, needs=INSIDE, tag=TAG)
def checklist_changes(library_key: str, name: str) -> object:
    """What an edition changed against the one before; of a first edition, nothing."""
    session = current_session()
    row = edition(session, library_key, name)
    new, before = library(session, row), previous(session, row)
    found = diff(library(session, before) if before is not None else new, new)
    return ChecklistChanges(
        library_key=row.library_key,
        edition=row.edition,
        before=before.edition if before is not None else None,
        head=_fields(found.head),
        clauses_added=_clauses(found.clauses_added),
        clauses_removed=_clauses(found.clauses_removed),
        clauses_changed=_changed(found.clauses_changed),
        clauses_moved=_moved(found.clauses_moved),
        questions_added=_questions(found.questions_added),
        questions_removed=_questions(found.questions_removed),
        questions_changed=_changed(found.questions_changed),
        questions_moved=_moved(found.questions_moved),
        reordered=found.reordered,
        page=site("checklists.changes", library_key=row.library_key, name=row.edition),
    )
