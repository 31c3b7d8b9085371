"""Saying something about a nonconformity or an action, and taking one's own words back."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.findings.exchange.queries import of_own_organization, partner_takes_part, people_to_name
from auditapp.findings.exchange.rules import Mentions, kept_internal, mentions_in, said
from auditapp.findings.exchange.service.base import about_action, allowed_comment
from auditapp.findings.life.service.base import about
from auditapp.findings.model import Action, Comment, Nonconformity
from auditapp.findings.rules.nonconformity import OPEN
from auditapp.kit.errors import NotAllowed, Refusal
from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from auditapp.trail import service as trail

TWICE = timedelta(minutes=1)


def comment(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    nc: Nonconformity,
    text: str,
    action: Action | None = None,
    internal: bool = True,
) -> tuple[Comment, Mentions]:
    """Say something; gives the comment, and whom it names or could not name.

    ``internal``: not for a partner's contact. What a contact writes is never internal, and where no contact takes
    part everything is. Raises Invalid for an empty or too long text.
    """
    allowed_comment(session, nc, action, actor=actor)
    text = said(text)
    internal = kept_internal(
        internal, own=of_own_organization(actor), with_partner=partner_takes_part(session, action)
    )
    mentions = (
        mentions_in(text, people_to_name(session, actor, nc, action, internal=internal))
        if "@" in text
        else Mentions(())
    )
    again = _said_just_now(session, nc, action, actor=actor, text=text, internal=internal, at=at)
    if again is not None:
        return again, mentions
    made = Comment(
        nonconformity_id=nc.id,
        action_id=action.id if action else None,
        text=text,
        internal=internal,
        mentions=[str(one) for one in mentions.ids],
        by_id=actor.person_id,
        at=at,
    )
    session.add(made)
    # The words stay out of the trail: they are personal, and their author may take them back.
    after = {"comment": str(made.id), "internal": internal, "mentions": made.mentions}
    if action is None:
        trail.record(
            session,
            actor_id=actor.person_id,
            at=at,
            verb="nonconformity.commented",
            **about(nc),
            after=after,
        )
    else:
        trail.record(
            session,
            actor_id=actor.person_id,
            at=at,
            verb="action.commented",
            **about_action(action),
            after=after,
        )
    return made, mentions


def _said_just_now(
    session: Session,
    nc: Nonconformity,
    action: Action | None,
    *,
    actor: Principal,
    text: str,
    internal: bool,
    at: datetime,
) -> Comment | None:
    """The same words by the same person in the same place within a minute: sent twice, said once."""
    return session.scalar(
        sa.select(Comment)
        .where(
            Comment.nonconformity_id == nc.id,
            Comment.action_id == action.id if action else Comment.action_id.is_(None),
            Comment.by_id == actor.person_id,
            Comment.text == text,
            Comment.internal == internal,
            Comment.removed_at.is_(None),
            Comment.at > at - TWICE,
        )
        .limit(1)
    )


def remove_comment(session: Session, *, actor: Principal, at: datetime, comment: Comment) -> None:
    """Take one's own words back; that something was said stays. While the nonconformity is open only.

    Raises NotAllowed for somebody else's words, Refusal when the nonconformity has ended.
    """
    if comment.by_id != actor.person_id:
        raise NotAllowed(Text("Only its author can take a comment back."))
    if comment.removed_at is not None:
        return
    nc = session.get_one(Nonconformity, comment.nonconformity_id)
    if nc.status not in OPEN:
        raise Refusal(
            Text("%(ref)s has ended: what was said about it stays as it is.", ref=nc.ref)
            if of_own_organization(actor)
            else Text("This has ended: what was said about it stays as it is.")
        )
    comment.removed_at = at
    comment.text = ""
    comment.mentions = []
    action = session.get(Action, comment.action_id) if comment.action_id else None
    after = {"comment": str(comment.id)}
    if action is None:
        trail.record(
            session,
            actor_id=actor.person_id,
            at=at,
            verb="nonconformity.comment_removed",
            **about(nc),
            after=after,
        )
    else:
        trail.record(
            session,
            actor_id=actor.person_id,
            at=at,
            verb="action.comment_removed",
            **about_action(action),
            after=after,
        )
