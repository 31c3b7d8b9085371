"""How every verb begins: nobody was faster, the clock is brought up to date, and the actor may."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, NotFound, Refusal, Stale
from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from auditapp.relationships.issues.model import Issue, IssueStay
from auditapp.relationships.issues.queries.access import partner_can_sign_in, parts_of
from auditapp.relationships.issues.queries.running import current_stay
from auditapp.relationships.issues.rules.clock import Party
from auditapp.relationships.issues.rules.issue import Part, Status, Verb, next_status, require_may
from auditapp.relationships.issues.rules.ladder import LEVEL_WORDS, Level
from auditapp.relationships.issues.service.advancing import advance_issue
from auditapp.relationships.issues.service.base import party_of, standing, who_was_faster
from auditapp.relationships.model import Relationship
from auditapp.relationships.queries import relationship_of
from auditapp.relationships.rules import Sharing
from auditapp.relationships.service import must_run


@dataclass(frozen=True, kw_only=True)
class Act:
    """What a verb works with: the stay that goes on, how it stood before, where it leads, who acts and for whom."""

    stay: IssueStay
    relationship: Relationship
    parts: frozenset[Part]
    party: Party
    status: Status
    before: dict[str, Any]


def begin(
    session: Session,
    issue: Issue,
    verb: Verb,
    *,
    actor: Principal,
    at: datetime,
    version: int | None = None,
    seen: int | None = None,
) -> Act:
    """Check, bring up to date, check again.

    ``version``: of the row the page was made from; ``seen``: the number of the stay that the page showed. Raises
    Stale, NotAllowed, NotFound, or a Refusal saying what can be done instead.
    """
    relationship = relationship_of(session, actor, issue.relationship_id)
    if actor.partner_id is not None and (
        issue.sharing is not Sharing.SHARED or issue.partner_id != actor.partner_id
    ):
        raise NotFound
    if version is not None and version != issue.version:
        raise Stale(
            Text(
                "%(name)s changed %(ref)s since you opened the page. Look at what is new, then do it again; "
                "what you typed is still here.",
                name=who_was_faster(session, issue) or Text("Somebody"),
                ref=issue.ref,
            )
        )
    advance_issue(session, issue, at=at)
    stay = current_stay(session, issue)
    if seen is not None and seen != stay.number:
        raise Stale(
            Text(
                "While you were looking, the time of the level ran out: %(ref)s is with %(level)s now. "
                "Look at it again, then decide.",
                ref=issue.ref,
                level=LEVEL_WORDS[Level(stay.level)],
            )
        )
    parts = parts_of(session, actor, issue, relationship, stay)
    require_may(verb, parts)
    status = next_status(issue.status, verb)
    if verb not in {Verb.COMMENT, Verb.ACCEPT, Verb.OBJECT}:
        must_run(relationship)
    return Act(
        stay=stay,
        relationship=relationship,
        parts=parts,
        party=party_of(actor),
        status=status,
        before=standing(issue, stay),
    )


def said(text: str, *, field: str = "reason", wanted: Text | None = None) -> str:
    """The same text without blanks around it. Raises Invalid when there is none."""
    if not text.strip():
        raise Invalid(wanted or Text("Say why. It stays on record."), field=field)
    return text.strip()


def must_be_shared(issue: Issue) -> None:
    """Refuse what needs the other party on an issue it does not know of."""
    if issue.sharing is not Sharing.SHARED or issue.partner_id is None:
        raise Refusal(
            Text(
                "This issue is internal: there is no other party to agree. Share it with the partner first, "
                "or move it up by hand."
            )
        )


def answering_for(session: Session, issue: Issue, act: Act, asked: Party, how: str) -> str:
    """What is kept about who answered: the other party in person, or we for a partner nobody of whom can sign in.

    Raises Refusal for one's own proposal, Invalid for field ``how`` when it is not said how the partner answered.
    """
    if act.party is not asked:
        return ""
    if act.party is Party.PARTNER or partner_can_sign_in(session, issue):
        raise Refusal(
            Text(
                "This is your own party's proposal. It is for the other party to answer; you can take it back."
            )
        )
    return said(
        how, field="how", wanted=Text("Nobody of the partner can sign in. Say who answered, when and how.")
    )
