"""A person answers, each question by itself, until the check is closed."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, NotAllowed, NotFound, Refusal
from auditapp.kit.text import Text, day_words
from auditapp.people.queries import today_of
from auditapp.people.rules import Principal
from auditapp.relationships.health.model import HealthAnswer, HealthCheck
from auditapp.relationships.health.queries import own_invite, questions_of
from auditapp.relationships.health.rules.life import CheckVerb
from auditapp.relationships.health.rules.questions import Step
from auditapp.relationships.health.service.base import move, tell
from auditapp.relationships.rules import Sharing


def answer(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    check: HealthCheck,
    question: str,
    score: int | None,
    comment: str = "",
    sharing: Sharing = Sharing.INTERNAL,
) -> HealthAnswer:
    """Answer one question, or change the answer. ``score`` None: cannot say. ``sharing``: who reads the comment.

    The trail says that somebody began and that they were through, never what they said.
    """
    invite = own_invite(session, actor, check)
    if invite is None:
        raise NotAllowed(
            Text("You are not asked in this health check. Whoever runs the relationship can change that.")
        )
    move(check, CheckVerb.ANSWER)
    if today_of(session, at) > check.closes_on:
        raise Refusal(
            Text(
                "The time to answer ended on %(day)s. Whoever runs the relationship can give more.",
                day=day_words(check.closes_on),
            )
        )
    asked = {one.key for _dimension, one in questions_of(check).questions}
    if question not in asked:
        raise NotFound
    if score is not None and score not in set(Step):
        raise Invalid(Text("Choose one of the five steps, or “cannot say”."), field="score")
    found = session.scalar(
        sa.select(HealthAnswer).where(HealthAnswer.invite_id == invite.id, HealthAnswer.question == question)
    )
    comment = comment.strip()
    if found is None:
        found = HealthAnswer(
            invite_id=invite.id,
            question=question,
            score=score,
            comment=comment,
            sharing=sharing,
            answered_at=at,
        )
        session.add(found)
        session.flush()
        given = session.scalar(sa.select(sa.func.count()).where(HealthAnswer.invite_id == invite.id))
        if given == len(asked):
            tell(session, check, actor=actor, at=at, verb="health.answered")
        return found
    if (found.score, found.comment, found.sharing) != (score, comment, sharing):
        found.score, found.comment, found.sharing, found.answered_at = score, comment, sharing, at
    return found
