"""The bytes of a photo, which come after the answers."""

from datetime import datetime

from sqlalchemy.orm import Session

from auditapp.audits.execution import service as execution
from auditapp.audits.execution.queries import access
from auditapp.audits.plan.rules import require_team
from auditapp.kit.keeping import Kept
from auditapp.people.rules import Principal


def attach(session: Session, *, actor: Principal, at: datetime, ref: str, kept: Kept) -> int:
    """Put bytes that are in the store to the photos that wait for them; gives how many did.

    Also after the closing meeting: the photo itself is evidence since its row came. Raises NotFound, NotAllowed.
    """
    who = access(session, actor, ref)
    require_team(who.role)
    return execution.arrive(session, actor=actor, at=at, audit=who.audit, kept=kept)
