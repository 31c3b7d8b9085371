"""What can be done with people: sign-ins, accounts, roles, competence."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.kit.ids import digest, new_secret
from auditapp.people.model import SignIn


def begin_sign_in(session: Session, *, person_id: UUID, at: datetime, days: int, address: str, agent: str) -> str:
    """Start a sign-in of ``days`` days; returns the secret for the cookie, of which only the digest is kept."""
    secret = new_secret()
    session.add(
        SignIn(
            digest=digest(secret),
            person_id=person_id,
            created_at=at,
            expires_at=at + timedelta(days=days),
            address=address[:60],
            agent=agent[:300],
        )
    )
    return secret
