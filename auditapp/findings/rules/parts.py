"""Which part somebody has in one nonconformity or action: what the tables of who-may-do-what speak of. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from auditapp.people.rules import Capability, Principal, Role


class Part(StrEnum):
    """Somebody's part in one nonconformity, and in the actions in it."""

    RAISER = "raiser"
    ISSUER = "issuer"
    RESPONSIBLE = "responsible"  # answers for it: acknowledges, finds the cause, submits the plan
    DEPUTY = "deputy"
    FORMER = "former"  # answered for it, or stood in, after it was taken up and before somebody else did
    VERIFIER = "verifier"
    LEADER = "leader"  # leads the audit it comes from
    AUDITOR = "auditor"  # conducts audits of its relationship, or of any when it has none
    MANAGER = "manager"  # manages the audit programme
    SER = "ser"
    OWNER = "owner"  # of the action in question; of any action in it, for the nonconformity
    STAND_IN = "stand_in"  # deputy of the action in question; of any action in it
    WORKER = "worker"  # ever owned the action, or said that it was done; of any action in it
    READER = "reader"  # whoever sees it, of the own organization


@dataclass(frozen=True, kw_only=True)
class Involved:
    """Who has to do with a nonconformity (and with one action in it): plain ids read beforehand."""

    raiser_id: UUID | None = None
    issuer_id: UUID | None = None
    responsible_id: UUID | None = None
    deputy_id: UUID | None = None
    verifier_id: UUID | None = None
    leader_id: UUID | None = None
    relationship_id: UUID | None = None
    relationship_ser_id: UUID | None = None
    owner_ids: Collection[UUID] = ()
    stand_in_ids: Collection[UUID] = ()
    worker_ids: Collection[UUID] = ()
    former_ids: Collection[UUID] = ()


def parts_of(who: Principal, involved: Involved) -> frozenset[Part]:
    """Every part that somebody has. A partner's contact can only ever have to do with an action."""
    me = who.person_id
    found = set()
    if me in involved.owner_ids:
        found.add(Part.OWNER)
    if me in involved.stand_in_ids:
        found.add(Part.STAND_IN)
    if me in involved.worker_ids:
        found.add(Part.WORKER)
    if not who.can(Capability.VIEW_ORGANIZATION):
        return frozenset(found)
    found.add(Part.READER)
    named = {
        Part.RAISER: involved.raiser_id,
        Part.ISSUER: involved.issuer_id,
        Part.RESPONSIBLE: involved.responsible_id,
        Part.DEPUTY: involved.deputy_id,
        Part.VERIFIER: involved.verifier_id,
        Part.LEADER: involved.leader_id,
        Part.SER: involved.relationship_ser_id,
    }
    if me in involved.former_ids:
        found.add(Part.FORMER)
    found |= {part for part, person_id in named.items() if person_id == me}
    where = involved.relationship_id
    if who.can(Capability.MANAGE_PROGRAMME):
        found.add(Part.MANAGER)
    if who.can(Capability.CONDUCT_AUDITS, where) or (
        where is None and who.can_somewhere(Capability.CONDUCT_AUDITS)
    ):
        found.add(Part.AUDITOR)
    if Role.SER in who.roles or (where and Role.SER in who.scoped.get(where, ())):
        found.add(Part.SER)
    return frozenset(found)


def answered_by(standing: Mapping[str, Any]) -> frozenset[str]:
    """Who answered for it, by how it stood when somebody else was named; nobody while it was not taken up yet."""
    taken_up = standing.get("status") not in {"draft", "issued"} or standing.get("reopened")
    return frozenset(
        one for key in ("responsible", "deputy") if taken_up and isinstance(one := standing.get(key), str)
    )
