"""What an issue at the top of the ladder means for the way out of the relationship."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session


def watch_triggers(session: Session, *, at: datetime, relationship_id: UUID, because: str, ref: str) -> int:
    """Put the exit triggers that an unresolved issue concerns on watch; how many there were."""
    del session, at, relationship_id, because, ref
    return 0
