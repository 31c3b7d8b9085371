"""What the registers share: whose a row is, and how often something comes round. Pure."""

from uuid import UUID

from auditapp.kit.text import Text
from auditapp.people.rules import Capability, Principal

FUTURE = Text("This day is still to come. Give the day on which it was done.")


def keeps(actor: Principal, relationship_id: UUID) -> bool:
    """Whether somebody keeps the registers of a relationship: its owner or manager, or the system manager."""
    return actor.partner_id is None and actor.can(Capability.MANAGE_RELATIONSHIPS, relationship_id)


def may_change(
    actor: Principal, relationship_id: UUID, party_id: UUID | None, own: tuple[UUID | None, ...] = ()
) -> bool:
    """Whether somebody may change a row that ``party_id`` wrote (``None``: our own organization).

    Theirs: anybody of that partner. Ours: who keeps the registers, and the people in ``own`` (who wrote it, who owns
    it).
    """
    if actor.partner_id != party_id:
        return False
    return party_id is not None or keeps(actor, relationship_id) or actor.person_id in own
