"""How far a relationship is on its path."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.paging import Page, paginate
from auditapp.people.model import Person
from auditapp.people.rules import Capability, Principal
from auditapp.relationships.lifecycle.model import StageOutput, StagePassage
from auditapp.relationships.lifecycle.rules import (
    OUTPUTS,
    PassageKind,
    Readiness,
    readiness,
)
from auditapp.relationships.links.queries import links_of
from auditapp.relationships.links.rules import Shown
from auditapp.relationships.model import Relationship
from auditapp.relationships.queries import readable
from auditapp.relationships.rmp.queries import stages_updated
from auditapp.relationships.rules import STAGES, Stage

PASSAGES_PER_PAGE = 10


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What a page shows: rows and links of outputs by key, the RMP's updates, how far each stage is, who came when.

    For a partner's contact only what is shared is in it, and no ``ready``: that would count what is internal.
    """

    rows: Mapping[str, StageOutput]
    links: Mapping[str, list[Shown]]
    rmp: frozenset[Stage]
    ready: Mapping[Stage, Readiness]
    reached: Mapping[Stage, StagePassage]  # the last passage into each stage
    left: Mapping[Stage, StagePassage]  # the last passage on from each stage


def _rows(session: Session, principal: Principal, relationship_id: UUID) -> dict[str, StageOutput]:
    found = session.scalars(
        sa.select(StageOutput).where(
            StageOutput.relationship_id == relationship_id, readable(principal, StageOutput.sharing)
        )
    )
    return {row.key: row for row in found if row.key in OUTPUTS}


def output_row(session: Session, principal: Principal, relationship_id: UUID, key: str) -> StageOutput | None:
    """What was said of one output, if the reader may see it."""
    found: StageOutput | None = session.scalar(
        sa.select(StageOutput).where(
            StageOutput.relationship_id == relationship_id,
            StageOutput.key == key,
            readable(principal, StageOutput.sharing),
        )
    )
    return found


def standing_of(session: Session, principal: Principal, found: Relationship) -> Standing:
    """Everything about the path of one relationship. The statements do not grow with what is in it."""
    inside = principal.can(Capability.VIEW_ORGANIZATION)
    rows = _rows(session, principal, found.id)
    by_id = {row.id: key for key, row in rows.items()}
    links = {
        by_id[one]: shown for one, shown in links_of(session, principal, "stage_output", list(by_id)).items()
    }
    rmp = stages_updated(session, found.id) if inside else frozenset()
    states = {key: row.state for key, row in rows.items()}
    passages = (
        session.scalars(
            sa.select(StagePassage)
            .where(StagePassage.relationship_id == found.id)
            .order_by(StagePassage.at, StagePassage.id)
        ).all()
        if inside
        else ()
    )
    return Standing(
        rows=rows,
        links=links,
        rmp=rmp,
        ready={stage: readiness(stage, states, rmp_updated=stage in rmp) for stage in STAGES}
        if inside
        else {},
        reached={one.to_stage: one for one in passages if one.kind in {PassageKind.ON, PassageKind.BACK}},
        left={one.from_stage: one for one in passages if one.kind is PassageKind.ON},
    )


def passage_page(session: Session, relationship_id: UUID, page: int) -> Page[tuple[StagePassage, str]]:
    """One page of (passage, who), newest first. For our own people. Two statements."""
    query = (
        sa.select(StagePassage, Person.name)
        .join(Person, Person.id == StagePassage.by_id)
        .where(StagePassage.relationship_id == relationship_id)
        .order_by(StagePassage.at.desc(), StagePassage.id.desc())
    )
    return paginate(session, query, page=page, per_page=PASSAGES_PER_PAGE, scalars=False)


def last_passage(session: Session, relationship_id: UUID) -> StagePassage | None:
    """The newest passage."""
    return session.scalar(
        sa.select(StagePassage)
        .where(StagePassage.relationship_id == relationship_id)
        .order_by(StagePassage.at.desc(), StagePassage.id.desc())
        .limit(1)
    )


def is_declined(found: Relationship, last: StagePassage | None) -> bool:
    """Whether the relationship ended by the decision not to collaborate."""
    return found.ended_on is not None and last is not None and last.kind is PassageKind.DECLINED


def may_reopen(session: Session, found: Relationship) -> bool:
    """Whether there is a decision not to collaborate that can be taken back."""
    return is_declined(found, last_passage(session, found.id))
