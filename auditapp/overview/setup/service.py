"""Setting up an empty installation."""

from datetime import datetime

from sqlalchemy.orm import Session

from auditapp.kit.ids import digest, new_secret
from auditapp.people.model import SetupCode


def new_setup_code(session: Session, *, at: datetime) -> str:
    """Make the one-time code that guards the set-up page; an earlier one stops working."""
    code = new_secret()[:12]
    session.merge(SetupCode(id=1, digest=digest(code), made_at=at))
    return code
