"""Who may write in a relationship. What each room allows beyond that, it says itself."""

from uuid import UUID

from auditapp.kit.errors import NotAllowed, Refusal
from auditapp.kit.text import Text
from auditapp.people.rules import Capability, Principal
from auditapp.relationships.model import Relationship
from auditapp.relationships.rules import NO_LONGER_RUNS


def must_manage(actor: Principal | None, relationship_id: UUID | None = None) -> None:
    """Refuse whoever may not change this relationship (``None``: relationships at large)."""
    if actor is not None and not actor.can(Capability.MANAGE_RELATIONSHIPS, relationship_id):
        raise NotAllowed(
            Text("Only the owner or manager of this relationship, or the system manager, can do this.")
        )


def must_run(found: Relationship) -> None:
    """Refuse to add to a relationship that has ended."""
    if found.ended_on is not None:
        raise Refusal(NO_LONGER_RUNS)


def must_be_theirs(actor: Principal, party_id: UUID | None) -> None:
    """What each party wrote stays theirs. ``party_id``: the partner who wrote it, ``None`` for our own organization."""
    if actor.partner_id != party_id:
        raise NotAllowed(
            Text(
                "The other party wrote this, and it stays theirs. Ask them to change it, or add a word of your own."
            )
        )
