"""Who may change what an issue is linked to."""

from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.kit.errors import NotFound
from auditapp.people.rules import Principal
from auditapp.relationships.issues.model import Issue
from auditapp.relationships.issues.queries.access import parts_of, visible_issues
from auditapp.relationships.issues.queries.running import current_stay
from auditapp.relationships.issues.rules.issue import Verb, require_may
from auditapp.relationships.issues.service.base import relationship_of_issue
from auditapp.relationships.links.service import owns_links


@owns_links("issue")
def may_link(session: Session, actor: Principal, issue_id: UUID) -> tuple[str, UUID | None]:
    """Whoever may write about an issue links it to what stands behind it: a nonconformity, a risk, an address."""
    issue = session.scalar(visible_issues(actor).where(Issue.id == issue_id))
    if issue is None:
        raise NotFound
    stay = current_stay(session, issue)
    require_may(Verb.COMMENT, parts_of(session, actor, issue, relationship_of_issue(session, issue), stay))
    return issue.ref, issue.relationship_id
