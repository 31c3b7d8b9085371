"""Lists of issues: of one relationship, over all of them, as rows of a file; and what was said about one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.paging import Page, paginate
from auditapp.kit.text import Text
from auditapp.people.model import Person
from auditapp.people.queries import organization
from auditapp.people.rules import Principal
from auditapp.relationships.issues.model import Issue, IssueComment, IssueRequest, IssueStay
from auditapp.relationships.issues.queries.access import visible_issues
from auditapp.relationships.issues.queries.running import calendars_from
from auditapp.relationships.issues.rules.clock import Going, Party
from auditapp.relationships.issues.rules.issue import RUNNING, STATUS_LABELS, STATUS_TONES, IssueKind, Status
from auditapp.relationships.issues.rules.ladder import Level, Severity
from auditapp.relationships.issues.rules.turn import until_words
from auditapp.relationships.model import Partner, Relationship
from auditapp.relationships.queries import readable

MOST_SAID = 500  # comments on one page
CHUNK = 500


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a list shows. ``show``: open, ended or all. ``mine``: where I hold the level, or what I raised."""

    show: str = "open"
    relationship_id: UUID | None = None
    level: Level | None = None
    severity: Severity | None = None
    kind: IssueKind | None = None
    overdue: bool = False
    mine: bool = False
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class Line:
    """An issue in a list: with its relationship, its partner, whose turn it is and until when as they have it."""

    issue: Issue
    relationship_ref: str
    relationship_name: str
    partner: str
    awaited: str
    holder: str
    until: Text | None
    label: Text
    tone: str
    over: bool


def list_issues(
    session: Session, principal: Principal, wanted: Wanted, *, at: datetime, page: int
) -> Page[Line]:
    """One page, what is due first on top. Three statements."""
    found = paginate(session, wanted_issues(principal, wanted, at), page=page, scalars=False)
    return Page(
        rows=_lines(session, found.rows, at),
        number=found.number,
        per_page=found.per_page,
        total=found.total,
    )


def every_line(session: Session, principal: Principal, wanted: Wanted, *, at: datetime) -> Iterator[Line]:
    """All of them, for a file; as they come, so that memory stays bounded."""
    rows = session.execute(wanted_issues(principal, wanted, at).execution_options(yield_per=CHUNK))
    for part in rows.partitions():
        yield from _lines(session, part, at)


def counts_by_level(session: Session, principal: Principal, relationship_id: UUID) -> dict[Level, int]:
    """How many run on each level of a relationship's ladder. One statement."""
    running = (
        visible_issues(principal)
        .with_only_columns(Issue.level, sa.func.count())
        .where(Issue.relationship_id == relationship_id, Issue.status.in_(RUNNING))
        .group_by(Issue.level)
    )
    found = {row[0]: row[1] for row in session.execute(running)}
    return {level: found.get(int(level), 0) for level in Level}


def wanted_issues(principal: Principal, wanted: Wanted, at: datetime) -> sa.Select[tuple[object, ...]]:
    """What somebody may see and looks for: rows of (Issue, and what its line names), what is due first on top."""
    newest = (
        sa.select(sa.func.max(IssueStay.number))
        .where(IssueStay.issue_id == Issue.id)
        .correlate(Issue)
        .scalar_subquery()
    )
    query = (
        visible_issues(principal)
        .outerjoin(Partner, Partner.id == Issue.partner_id)
        .join(IssueStay, sa.and_(IssueStay.issue_id == Issue.id, IssueStay.number == newest))
        .add_columns(
            Relationship.ref,
            Relationship.name,
            Partner.name,
            IssueStay.own_name,
            IssueStay.partner_name,
            IssueStay.calendars,
        )
        .order_by(sa.nulls_last(Issue.due_at.asc()), Issue.ref.desc())
    )
    if wanted.show == "open":
        query = query.where(Issue.status.in_(RUNNING))
    elif wanted.show == "ended":
        query = query.where(Issue.status.not_in(RUNNING))
    if wanted.relationship_id is not None:
        query = query.where(Issue.relationship_id == wanted.relationship_id)
    if wanted.level is not None:
        query = query.where(Issue.level == int(wanted.level))
    if wanted.severity is not None:
        query = query.where(Issue.severity == wanted.severity)
    if wanted.kind is not None:
        query = query.where(Issue.kind == wanted.kind)
    if wanted.overdue:
        query = query.where(Issue.status == Status.OPEN, Issue.due_at <= at)
    if wanted.mine:
        me = principal.person_id
        query = query.where(
            sa.or_(Issue.raised_by_id == me, IssueStay.own_id == me, IssueStay.partner_id == me)
        )
    if wanted.words:
        query = query.where(
            sa.or_(
                *(
                    column.icontains(wanted.words, autoescape=True)
                    for column in (Issue.ref, Issue.title, Issue.description)
                )
            )
        )
    return query


def _lines(session: Session, rows: object, at: datetime) -> list[Line]:
    own = organization(session)
    ours = own.name if own else ""
    found: list[Line] = []
    for issue, ref, name, partner, own_name, partner_name, calendars in rows:  # type: ignore[attr-defined] # rows of wanted_issues
        over = issue.status is Status.OPEN and issue.due_at is not None and issue.due_at <= at
        label, tone = STATUS_LABELS[issue.status], STATUS_TONES[issue.status]
        if over:
            label, tone = Text("Time is over"), "overdue"
        elif issue.status is Status.OPEN and issue.going is Going.PAUSED:
            label, tone = Text("Paused"), "quiet"
        by_partner = issue.awaited is Party.PARTNER
        moment = issue.answer_by if issue.status is Status.RESOLVED else issue.due_at
        found.append(
            Line(
                issue=issue,
                relationship_ref=ref,
                relationship_name=name,
                partner=partner or "",
                awaited="" if issue.status not in RUNNING else partner or "" if by_partner else ours,
                holder="" if issue.status not in RUNNING else partner_name if by_partner else own_name,
                until=until_words(moment, calendars_from(calendars)[issue.awaited], at) if moment else None,
                label=label,
                tone=tone,
                over=over,
            )
        )
    return found


@dataclass(frozen=True, kw_only=True)
class Said:
    """A comment, with who said it and for which party; ``theirs``: the other party's, as the reader sees it."""

    comment: IssueComment
    by: str
    party: str
    theirs: bool


def said_about(session: Session, principal: Principal, issue: Issue) -> list[Said]:
    """What was said, the first first, as far as the reader may know of it. At most two statements."""
    rows = session.execute(
        sa.select(IssueComment, Person.name, Partner.name)
        .join(Person, Person.id == IssueComment.by_id)
        .outerjoin(Partner, Partner.id == IssueComment.party_id)
        .where(IssueComment.issue_id == issue.id, readable(principal, IssueComment.sharing))
        .order_by(IssueComment.at, IssueComment.id)
        .limit(MOST_SAID)
    )
    own = organization(session)
    ours = own.name if own else ""
    return [
        Said(
            comment=comment,
            by=by,
            party=partner or ours,
            theirs=comment.party_id != principal.partner_id,
        )
        for comment, by, partner in rows
    ]


def past_requests(session: Session, issue: Issue) -> list[tuple[IssueRequest, str]]:
    """What was proposed and what became of it, the newest first, with who asked. One statement."""
    rows = session.execute(
        sa.select(IssueRequest, Person.name)
        .join(Person, Person.id == IssueRequest.asked_by_id)
        .where(IssueRequest.issue_id == issue.id, IssueRequest.answered_at.is_not(None))
        .order_by(IssueRequest.asked_at.desc())
        .limit(100)
    )
    return [(row[0], row[1]) for row in rows]
