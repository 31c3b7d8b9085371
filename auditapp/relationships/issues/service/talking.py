"""What the parties say to each other, and with whom the ball is."""

from datetime import datetime

from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, NotAllowed
from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from auditapp.relationships.issues.model import Issue, IssueComment
from auditapp.relationships.issues.queries.running import spans_of
from auditapp.relationships.issues.rules.clock import Party
from auditapp.relationships.issues.rules.issue import CommentKind, Part, Status, Verb
from auditapp.relationships.issues.service.acting import Act, begin, must_be_shared, said
from auditapp.relationships.issues.service.base import tell, turn_to
from auditapp.relationships.rules import Sharing

_SPEAKS = frozenset({Part.SPEAKS_OWN, Part.SPEAKS_PARTNER})


def comment(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    issue: Issue,
    text: str,
    kind: CommentKind = CommentKind.COMMENT,
    sharing: Sharing = Sharing.INTERNAL,
) -> IssueComment:
    """A word about it. What a partner's contact says is shared; what is said about an internal issue never is.

    A proposal is said by who speaks for a party on this level, is shared, and gives the ball to the other party.
    """
    act = begin(session, issue, Verb.COMMENT, actor=actor, at=at)
    text = said(text, field="text", wanted=Text("Write something first."))
    if kind is CommentKind.PROPOSAL:
        if not act.parts & _SPEAKS:
            raise NotAllowed(
                Text("A proposal comes from the holder of the level, or from who runs the relationship.")
            )
        if issue.status is not Status.OPEN:
            raise Invalid(Text("A proposal needs an open issue. Write a comment."), field="kind")
        must_be_shared(issue)
    if actor.partner_id is not None or kind is CommentKind.PROPOSAL:
        sharing = Sharing.SHARED
    if issue.sharing is Sharing.INTERNAL:
        sharing = Sharing.INTERNAL
    made = IssueComment(
        issue_id=issue.id, at=at, by_id=actor.person_id, kind=kind, text=text, party_id=actor.partner_id,
        sharing=sharing,
    )  # fmt: skip
    session.add(made)
    if kind is CommentKind.PROPOSAL:
        if issue.awaited is not act.party.other:
            _turn(session, issue, act, act.party.other, actor=actor, at=at, note=text[:200])
        tell(session, issue, act.stay, actor=actor, at=at, verb="issue.proposed", before=act.before)
    else:
        tell(
            session, issue, act.stay, actor=actor, at=at, verb="issue.commented", before=act.before,
            words=sharing.value,
        )  # fmt: skip
    return made


def pass_ball(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    issue: Issue,
    to: Party,
    note: str,
    version: int | None = None,
    seen: int | None = None,
) -> None:
    """Say who has to act next: from now on that party's working days count. What is used stays used."""
    act = begin(session, issue, Verb.PASS_BALL, actor=actor, at=at, version=version, seen=seen)
    if issue.awaited is to:
        return
    must_be_shared(issue)
    note = said(note, field="note", wanted=Text("Say what is expected of them."))
    _turn(session, issue, act, to, actor=actor, at=at, note=note)
    tell(
        session, issue, act.stay, actor=actor, at=at, verb="issue.ball_passed", before=act.before,
        reason=note, to=to.value,
    )  # fmt: skip


def _turn(
    session: Session, issue: Issue, act: Act, to: Party, *, actor: Principal, at: datetime, note: str
) -> None:
    """The clock stands or goes as it did, for the other party."""
    last = spans_of(session, [act.stay.id])[act.stay.id][-1]
    turn_to(
        session, issue, act.stay, began=at, party=to, going=last.going, until=last.until_at,
        by_id=actor.person_id, note=note,
    )  # fmt: skip
