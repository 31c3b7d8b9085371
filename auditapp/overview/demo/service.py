"""Loading the demonstration organization."""

from datetime import datetime

from sqlalchemy.orm import Session

from auditapp.kit.storage import Store


def load_demonstration(session: Session, store: Store, *, at: datetime) -> None:
    """Fill an empty database with a believable organization; dates are relative to ``at``. To be built."""
    del session, store, at
