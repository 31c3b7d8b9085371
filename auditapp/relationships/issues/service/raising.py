"""Raising an issue, changing what it says, sharing it."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, NotAllowed, Refusal
from auditapp.kit.ids import new_id
from auditapp.kit.text import Text
from auditapp.people.queries import next_number, organization
from auditapp.people.rules import Capability, Principal
from auditapp.relationships.issues.model import Issue
from auditapp.relationships.issues.queries.ladder import ladder_of
from auditapp.relationships.issues.rules.clock import Party
from auditapp.relationships.issues.rules.issue import Came, IssueKind, Verb
from auditapp.relationships.issues.rules.ladder import Level, Severity
from auditapp.relationships.issues.service.acting import begin, said
from auditapp.relationships.issues.service.base import enter, party_of, tell
from auditapp.relationships.queries import relationship_of
from auditapp.relationships.rules import Sharing
from auditapp.relationships.service import must_be_theirs, must_run


def raise_issue(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    relationship_id: UUID,
    title: str,
    kind: IssueKind,
    severity: Severity,
    description: str = "",
    impact: str = "",
    sharing: Sharing = Sharing.SHARED,
    partner_id: UUID | None = None,
) -> Issue:
    """A new issue on the lowest level; the ball is with the other party, or with us while it is internal.

    What a partner's contact raises is always shared. ``partner_id``: which partner it is about, where there are
    several. Raises Invalid for fields ``title``, ``description``, ``partner_id``; Refusal when the relationship ended.
    """
    relationship = relationship_of(session, actor, relationship_id)
    must_run(relationship)
    if actor.partner_id is not None:
        sharing, partner_id = Sharing.SHARED, actor.partner_id
    elif not actor.can(Capability.VIEW_ORGANIZATION):
        raise NotAllowed(Text("Only people of the parties raise an issue here."))
    known = [one.id for one in relationship.partners]
    if partner_id is None and len(known) == 1:
        partner_id = known[0]
    if partner_id not in known and (known or sharing is Sharing.SHARED):
        raise Invalid(Text("Choose which partner the issue is with."), field="partner_id")
    title = said(title, field="title", wanted=Text("Say in a few words what the issue is."))
    own = organization(session)
    year = at.astimezone(ZoneInfo(own.zone if own else "UTC")).year
    issue = Issue(
        id=new_id(),
        ref=f"IS-{year}-{next_number(session, f'IS-{year}'):03d}",
        relationship_id=relationship.id,
        title=title[:200],
        kind=kind,
        severity=severity,
        raised_at=at,
        raised_by_id=actor.person_id,
        partner_id=partner_id,
        raised_party_id=actor.partner_id,
        description=description.strip(),
        impact=impact.strip(),
        sharing=sharing,
    )
    session.add(issue)
    session.flush()
    party = party_of(actor).other if sharing is Sharing.SHARED else Party.OWN
    stay = enter(
        session,
        issue,
        ladder_of(session, relationship),
        level=Level.OPERATIONAL,
        entered=at,
        came=Came.RAISED,
        party=party,
        number=1,
        at=at,
    )
    tell(session, issue, stay, actor=actor, at=at, verb="issue.raised", before=None, **_words(issue))
    return issue


def edit_issue(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    issue: Issue,
    title: str,
    kind: IssueKind,
    description: str,
    impact: str,
    version: int | None = None,
    seen: int | None = None,
) -> None:
    """Change what it says; only the party that raised it may."""
    act = begin(session, issue, Verb.EDIT, actor=actor, at=at, version=version, seen=seen)
    must_be_theirs(actor, issue.raised_party_id)
    old = _words(issue)
    issue.title = said(title, field="title", wanted=Text("Say in a few words what the issue is."))[:200]
    issue.kind, issue.description, issue.impact = kind, description.strip(), impact.strip()
    if _words(issue) != old:
        tell(
            session, issue, act.stay, actor=actor, at=at, verb="issue.edited", before=act.before | old,
            **_words(issue),
        )  # fmt: skip


def share_issue(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    issue: Issue,
    version: int | None = None,
    seen: int | None = None,
) -> None:
    """Let the partner see it from now on. Comments that were internal stay so. It cannot be taken back."""
    if issue.sharing is Sharing.SHARED:
        return
    act = begin(session, issue, Verb.SHARE, actor=actor, at=at, version=version, seen=seen)
    if issue.partner_id is None:
        raise Refusal(Text("This relationship has no partner with whom the issue could be shared."))
    issue.sharing = Sharing.SHARED
    tell(session, issue, act.stay, actor=actor, at=at, verb="issue.shared", before=act.before)


def _words(issue: Issue) -> dict[str, Any]:
    return {
        "title": issue.title,
        "kind": issue.kind.value,
        "description": issue.description,
        "impact": issue.impact,
    }
