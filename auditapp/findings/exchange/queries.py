"""Reading comments and files, each as far as its reader may see it.

Own people who see the nonconformity see all of it. A partner's contact sees what hangs on an action of their own and
is not internal, and nothing that was removed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from auditapp.audits.model import Audit, AuditMember, AuditRelationship, Programme
from auditapp.audits.plan.queries import RUNS_A_RELATIONSHIP
from auditapp.findings import queries
from auditapp.findings.exchange import rules
from auditapp.findings.exchange.rules import Known, Segment
from auditapp.findings.model import Action, CaseFile, Comment, ExtentCheck, Nonconformity
from auditapp.findings.rules import action as action_rules
from auditapp.findings.rules import nonconformity as nc_rules
from auditapp.findings.rules.action import ActionVerb
from auditapp.findings.rules.nonconformity import NcVerb
from auditapp.kit.errors import NotFound
from auditapp.kit.paging import Page, paginate
from auditapp.people.model import Person, RoleGrant
from auditapp.people.queries import names_of
from auditapp.people.rules import CAPABILITIES, Capability, Principal
from auditapp.relationships.model import Relationship

NEWEST_COMMENTS, NEWEST_FILES = 10, 12
PER_PAGE_COMMENTS, PER_PAGE_FILES = 50, 48
MOST_PEOPLE, SUGGESTED = 2_000, 100
_SEES_ALL = [role for role, given in CAPABILITIES.items() if Capability.VIEW_AUDITS in given]
T = TypeVar("T", type[Comment], type[CaseFile])


@dataclass(frozen=True, kw_only=True)
class Line:
    """A comment as a page shows it. ``action_ref`` only where comments of several things stand together."""

    id: UUID
    by_id: UUID
    by: str
    at: Any
    segments: Sequence[Segment]
    internal: bool
    removed: bool
    removable: bool
    action_ref: str = ""


@dataclass(frozen=True, kw_only=True)
class FileLine:
    """A file, photo, link or reference as a page shows it."""

    file: CaseFile
    added_by: str
    action_ref: str = ""


@dataclass(frozen=True, kw_only=True)
class Panel:
    """Comments and files beside a nonconformity or an action: the newest of each, and what the reader may add."""

    ref: str
    of_action: bool
    own: bool  # the reader is of the own organization
    comments: Sequence[Line]  # oldest first
    more_comments: bool
    files: Sequence[FileLine]  # newest first
    more_files: bool
    may_comment: bool
    may_attach: bool
    with_partner: bool  # a partner's contact takes part: what is not internal is seen there
    people: Sequence[Known]  # who can be named with @


def of_own_organization(principal: Principal) -> bool:
    """Whether somebody is of the own organization, and so sees what is internal."""
    return principal.can(Capability.VIEW_ORGANIZATION)


def partner_takes_part(session: Session, action: Action | None) -> bool:
    """Whether a partner's contact owns an action or stands in for its owner. One statement."""
    if action is None:
        return False
    return bool(
        session.scalar(
            sa.select(
                sa.exists().where(
                    Person.id.in_([one for one in (action.owner_id, action.deputy_id) if one]),
                    Person.partner_id.is_not(None),
                )
            )
        )
    )


def may_now(
    session: Session, principal: Principal, nc: Nonconformity, action: Action | None
) -> tuple[bool, bool]:
    """Whether somebody may comment here, and whether they may add and remove files. Three statements."""
    parts = queries.parts(session, principal, nc, action)
    if action is None:
        return tuple(
            nc_rules.may(verb, parts) and (nc.status, verb) in nc_rules.STEPS
            for verb in (NcVerb.COMMENT, NcVerb.ATTACH)
        )  # type: ignore[return-value] # two verbs, two answers
    comment = action_rules.may(ActionVerb.COMMENT, parts)
    attach = (
        action_rules.may(ActionVerb.ATTACH, parts)
        and (action.status, ActionVerb.ATTACH) in action_rules.STEPS
        and nc.status in nc_rules.OPEN
    )
    return comment, attach


def panel(session: Session, principal: Principal, nc: Nonconformity, action: Action | None = None) -> Panel:
    """What ``_panel.html`` shows. At most nine statements, however much was said."""
    comment, attach = may_now(session, principal, nc, action)
    said = list(
        session.execute(
            comments_seen(principal, nc, action)
            .order_by(Comment.at.desc(), Comment.id.desc())
            .limit(NEWEST_COMMENTS + 1)
        )
    )
    files = session.execute(
        files_seen(principal, nc, action)
        .where(CaseFile.removed_at.is_(None))
        .order_by(CaseFile.added_at.desc(), CaseFile.id.desc())
        .limit(NEWEST_FILES + 1)
    ).all()
    return Panel(
        ref=action.ref if action else nc.ref,
        of_action=action is not None,
        own=of_own_organization(principal),
        comments=_lines(session, principal, nc, said[:NEWEST_COMMENTS][::-1], labelled=action is None),
        more_comments=len(said) > NEWEST_COMMENTS,
        files=[_file_line(row, labelled=action is None) for row in files[:NEWEST_FILES]],
        more_files=len(files) > NEWEST_FILES,
        may_comment=comment,
        may_attach=attach,
        with_partner=partner_takes_part(session, action),
        people=people_to_name(session, principal, nc, action, most=SUGGESTED) if comment else [],
    )


def comments_page(
    session: Session, principal: Principal, nc: Nonconformity, action: Action | None, *, page: int
) -> Page[Line]:
    """All that was said, newest first."""
    found = paginate(
        session,
        comments_seen(principal, nc, action).order_by(Comment.at.desc(), Comment.id.desc()),
        page=page,
        per_page=PER_PAGE_COMMENTS,
        scalars=False,
    )
    lines = _lines(session, principal, nc, list(found.rows), labelled=action is None)
    return Page(rows=lines, number=found.number, per_page=found.per_page, total=found.total)


def files_page(
    session: Session,
    principal: Principal,
    nc: Nonconformity,
    action: Action | None,
    *,
    page: int,
    removed: bool = False,
) -> Page[FileLine]:
    """All files, newest first; what was removed by itself, and only for own people."""
    query = files_seen(principal, nc, action).where(
        CaseFile.removed_at.is_not(None) if removed else CaseFile.removed_at.is_(None)
    )
    if removed and not of_own_organization(principal):
        query = query.where(sa.false())
    found = paginate(
        session,
        query.order_by(CaseFile.added_at.desc(), CaseFile.id.desc()),
        page=page,
        per_page=PER_PAGE_FILES,
        scalars=False,
    )
    rows = [_file_line(row, labelled=action is None) for row in found.rows]
    return Page(rows=rows, number=found.number, per_page=found.per_page, total=found.total)


def files_of_actions(
    session: Session, nc: Nonconformity, *, most: int = 200
) -> Mapping[UUID | None, list[CaseFile]]:
    """Files that count, by action (``None``: of the nonconformity itself), newest first. One statement.

    For readers of the own organization, who see every file. At most ``most`` over all.
    """
    found: dict[UUID | None, list[CaseFile]] = {}
    for one in session.scalars(
        sa.select(CaseFile)
        .where(CaseFile.nonconformity_id == nc.id, CaseFile.removed_at.is_(None))
        .order_by(CaseFile.added_at.desc(), CaseFile.id.desc())
        .limit(most)
    ):
        found.setdefault(one.action_id, []).append(one)
    return found


def file_by_id(
    session: Session, principal: Principal, file_id: UUID
) -> tuple[CaseFile, Nonconformity, Action | None]:
    """A file and what it hangs on. Raises NotFound, also for one that is not to be seen."""
    one = session.get(CaseFile, file_id)
    if one is None:
        raise NotFound
    nc, action = _carrier(session, principal, one)
    if one.removed_at is not None and not of_own_organization(principal):
        raise NotFound
    return one, nc, action


def comment_by_id(
    session: Session, principal: Principal, comment_id: UUID
) -> tuple[Comment, Nonconformity, Action | None]:
    """A comment and what it was said about. Raises NotFound, also for one that is not to be seen."""
    one = session.get(Comment, comment_id)
    if one is None:
        raise NotFound
    nc, action = _carrier(session, principal, one)
    return one, nc, action


def people_to_name(
    session: Session,
    principal: Principal,
    nc: Nonconformity,
    action: Action | None,
    *,
    internal: bool = False,
    most: int = MOST_PEOPLE,
) -> list[Known]:
    """Who can be named with @ by this author: whoever may see what is said, those who take part first.

    An internal comment is not seen by a partner's contact. A partner's contact can only name who takes part in the
    same action and is known there already. One statement.
    """
    partners = (
        [] if internal or action is None else [one for one in (action.owner_id, action.deputy_id) if one]
    )
    named = {nc.raised_by_id, nc.responsible_id, nc.deputy_id, nc.verifier_id, nc.verifier_reviewer_id}
    near = [one for one in named if one]
    if action is not None:
        near += [one for one in (action.owner_id, action.deputy_id) if one]
    if not of_own_organization(principal):
        spoke = sa.select(Comment.by_id).where(
            Comment.action_id == (action.id if action else None), Comment.internal.is_(False)
        )
        known = [*partners, *([nc.responsible_id] if nc.responsible_id else [])]
        may = sa.or_(Person.id.in_(known), Person.id.in_(spoke))
    else:
        may = sa.or_(
            sa.and_(Person.partner_id.is_(None), _sees(nc, near)),
            Person.id.in_(partners),
        )
    rows = session.execute(
        sa.select(Person.id, Person.name)
        .where(Person.active, Person.id != principal.person_id, may)
        .order_by(sa.case((Person.id.in_(near), 0), else_=1), Person.name, Person.id)
        .limit(most)
    )
    return [Known(row[0], row[1]) for row in rows]


def _sees(nc: Nonconformity, near: Sequence[UUID]) -> sa.ColumnElement[bool]:
    """Who of the own organization sees a nonconformity: ``queries.visible_nonconformities`` from the other end."""
    sampled = sa.select(AuditRelationship.relationship_id).where(AuditRelationship.audit_id == nc.audit_id)
    where = sa.or_(Relationship.id == nc.relationship_id, Relationship.id.in_(sampled))
    scope = sa.or_(RoleGrant.relationship_id == nc.relationship_id, RoleGrant.relationship_id.in_(sampled))
    running = [sa.and_(RoleGrant.role.in_(RUNS_A_RELATIONSHIP), scope)]
    if nc.relationship_id is not None or nc.audit_id is not None:
        running.append(sa.and_(RoleGrant.role.in_(RUNS_A_RELATIONSHIP), RoleGrant.relationship_id.is_(None)))
    ways: list[sa.Select[Any]] = [
        sa.select(RoleGrant.person_id).where(
            sa.or_(
                sa.and_(RoleGrant.role.in_(_SEES_ALL), RoleGrant.relationship_id.is_(None)),
                sa.and_(RoleGrant.role.in_(_SEES_ALL), scope),
                *running,
            )
        ),
        sa.select(Action.owner_id).where(Action.nonconformity_id == nc.id),
        sa.select(Action.deputy_id).where(Action.nonconformity_id == nc.id, Action.deputy_id.is_not(None)),
        sa.select(ExtentCheck.checker_id).where(
            ExtentCheck.nonconformity_id == nc.id, ExtentCheck.checker_id.is_not(None)
        ),
        *(
            sa.select(column).where(where, column.is_not(None))
            for column in (Relationship.owner_id, Relationship.manager_id, Relationship.ser_id)
        ),
        sa.select(AuditMember.person_id).where(AuditMember.audit_id == nc.audit_id),
        sa.select(AuditMember.reviewer_id).where(
            AuditMember.audit_id == nc.audit_id, AuditMember.reviewer_id.is_not(None)
        ),
        sa.select(Audit.created_by_id).where(Audit.id == nc.audit_id),
        sa.select(Programme.responsible_id).where(
            Programme.id == sa.select(Audit.programme_id).where(Audit.id == nc.audit_id).scalar_subquery(),
            Programme.responsible_id.is_not(None),
        ),
    ]
    return sa.or_(Person.id.in_(near), Person.id.in_(sa.union_all(*ways)))


def _carrier(
    session: Session, principal: Principal, one: Comment | CaseFile
) -> tuple[Nonconformity, Action | None]:
    """What a comment or file hangs on, if the reader may see both. Raises NotFound."""
    own = of_own_organization(principal)
    if not own and (one.internal or one.action_id is None):
        raise NotFound
    action = None
    if one.action_id is not None:
        action = session.scalar(queries.visible_actions(principal).where(Action.id == one.action_id))
        if action is None:
            raise NotFound
    if not own:
        return session.get_one(Nonconformity, one.nonconformity_id), action
    nc = session.scalar(
        queries.visible_nonconformities(principal).where(Nonconformity.id == one.nonconformity_id)
    )
    if nc is None:
        raise NotFound
    return nc, action


def _narrowed(query: Any, model: T, principal: Principal, nc: Nonconformity, action: Action | None) -> Any:
    query = query.where(model.nonconformity_id == nc.id)
    if action is not None:
        query = query.where(model.action_id == action.id)
    if not of_own_organization(principal):
        query = query.where(model.internal.is_(False), model.action_id.is_not(None))
        if action is None:
            query = query.where(sa.false())
    return query


def comments_seen(principal: Principal, nc: Nonconformity, action: Action | None) -> Any:
    """What was said, as far as the reader may see it, unordered: rows of (Comment, its author, number of its action)."""
    rows = (
        sa.select(Comment, Person.name, Action.ref)
        .join(Person, Person.id == Comment.by_id)
        .outerjoin(Action, Action.id == Comment.action_id)
    )
    return _narrowed(rows, Comment, principal, nc, action)


def files_seen(principal: Principal, nc: Nonconformity, action: Action | None) -> Any:
    """The files, as far as the reader may see them, removed ones too, unordered: rows of (CaseFile, who, number)."""
    adder = aliased(Person)
    rows = (
        sa.select(CaseFile, adder.name, Action.ref)
        .join(adder, adder.id == CaseFile.added_by_id)
        .outerjoin(Action, Action.id == CaseFile.action_id)
    )
    return _narrowed(rows, CaseFile, principal, nc, action)


def _lines(
    session: Session, principal: Principal, nc: Nonconformity, rows: Sequence[Any], *, labelled: bool
) -> list[Line]:
    """Comments for a page; who is named in all of them in one statement."""
    names = names_of(session, {UUID(one) for row in rows for one in row[0].mentions})
    lines = []
    for comment, by, action_ref in rows:
        named = rules.readable([UUID(one) for one in comment.mentions], names)
        removed = comment.removed_at is not None
        lines.append(
            Line(
                id=comment.id,
                by_id=comment.by_id,
                by=by,
                at=comment.at,
                segments=[] if removed else rules.segments(comment.text, named),
                internal=comment.internal,
                removed=removed,
                removable=not removed and comment.by_id == principal.person_id and nc.status in nc_rules.OPEN,
                action_ref=(action_ref or "") if labelled else "",
            )
        )
    return lines


def _file_line(row: Any, *, labelled: bool) -> FileLine:
    return FileLine(file=row[0], added_by=row[1], action_ref=(row[2] or "") if labelled else "")
