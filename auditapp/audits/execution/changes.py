"""Telling every page that has drawn a question's card that it is no longer true."""

from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.execution.model import Answer


def touch(session: Session, question_ids: Iterable[UUID]) -> None:
    """Count up the revision of these questions' cards: their evidence or findings changed. One statement."""
    ids = list(question_ids)
    if ids:
        session.flush()
        session.execute(
            sa.update(Answer)
            .where(Answer.question_id.in_(ids))
            .values(revision=Answer.revision + 1)
            .execution_options(synchronize_session="fetch")
        )
