"""Exit strategies and exits can be linked to by their number."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.text import Text
from auditapp.people.rules import Capability, Principal
from auditapp.relationships.exits.model import ExitProcess, ExitStrategy, ExitVersion
from auditapp.relationships.exits.rules.process import EXIT_KIND_LABELS, EXIT_LABELS
from auditapp.relationships.exits.rules.versions import SEEN_BY_PARTNERS, VersionKind
from auditapp.relationships.links.queries import linkable
from auditapp.relationships.links.rules import Target
from auditapp.relationships.model import Relationship
from auditapp.relationships.queries import visible_relationships


@linkable("exit", Text("Exit strategy"))
def find_strategies(session: Session, principal: Principal, refs: Collection[str]) -> dict[str, Target]:
    """The strategies among some numbers that somebody may see. One statement."""
    seen = visible_relationships(principal).with_only_columns(Relationship.id)
    query = (
        sa.select(ExitStrategy.ref, Relationship.ref, Relationship.name)
        .join(Relationship, Relationship.id == ExitStrategy.relationship_id)
        .where(ExitStrategy.ref.in_(refs), Relationship.id.in_(seen))
    )
    if not principal.can(Capability.VIEW_ORGANIZATION):
        query = query.where(
            sa.exists().where(
                ExitVersion.strategy_id == ExitStrategy.id,
                ExitVersion.kind == VersionKind.JOINT,
                ExitVersion.status.in_(SEEN_BY_PARTNERS),
            )
        )
    return {
        row[0]: Target(ref=row[0], title=row[2], endpoint="exits.of_relationship", values={"ref": row[1]})
        for row in session.execute(query)
    }


@linkable("exit_process", Text("Exit"))
def find_processes(session: Session, principal: Principal, refs: Collection[str]) -> dict[str, Target]:
    """The exits among some numbers that somebody may see. One statement."""
    seen = visible_relationships(principal).with_only_columns(Relationship.id)
    rows = session.execute(
        sa.select(ExitProcess.ref, ExitProcess.kind, ExitProcess.status, Relationship.ref, Relationship.name)
        .join(Relationship, Relationship.id == ExitProcess.relationship_id)
        .where(ExitProcess.ref.in_(refs), Relationship.id.in_(seen))
    )
    return {
        row[0]: Target(
            ref=row[0],
            title=f"{EXIT_KIND_LABELS[row[1]]}, {row[4]}",
            endpoint="exits.process",
            values={"ref": row[3], "number": row[0]},
            status=EXIT_LABELS[row[2]],
        )
        for row in rows
    }
