"""Who decides and who takes back what an owner asked for. Pure."""

from collections.abc import Collection
from uuid import UUID

from auditapp.findings.rules.action import ActionVerb, RequestKind, barred_from, deciders, may
from auditapp.findings.rules.parts import Part


def decides(kind: RequestKind, level: int, parts: frozenset[Part], *, asked: bool) -> bool:
    """Whether somebody with these parts decides it; never who asked, nor whoever carries the action out."""
    allowed = not asked and may(ActionVerb.DECIDE, parts) and bool(deciders(kind, level) & parts)
    return allowed and not barred_from(kind) & parts


def takes_back(me: UUID, asker: UUID, doing: Collection[UUID | None]) -> bool:
    """Whether somebody takes a request back: whoever asked; owner and deputy act for one another."""
    return me == asker or (me in doing and asker in doing)
