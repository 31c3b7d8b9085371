"""Reading strategies: versions, sections, steps of the plan, agreements. What a contact reads is decided here."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import NotFound
from auditapp.people.queries import names_of
from auditapp.relationships.exits.model import (
    ExitAgreement,
    ExitPlanStep,
    ExitProcess,
    ExitSection,
    ExitStrategy,
    ExitVersion,
)
from auditapp.relationships.exits.queries.base import Reader
from auditapp.relationships.exits.rules.content import Section
from auditapp.relationships.exits.rules.versions import (
    OPEN,
    SEEN_BY_PARTNERS,
    VersionKind,
    VersionStatus,
    who_agrees,
)
from auditapp.relationships.queries import readable

MOST_VERSIONS = 100


def strategy_of(session: Session, reader: Reader) -> ExitStrategy | None:
    """The strategy of the relationship, as far as its reader may know of it."""
    query = sa.select(ExitStrategy).where(ExitStrategy.relationship_id == reader.relationship.id)
    if not reader.inside:
        query = query.where(
            sa.or_(
                sa.exists().where(
                    ExitVersion.strategy_id == ExitStrategy.id,
                    ExitVersion.kind == VersionKind.JOINT,
                    ExitVersion.status.in_(SEEN_BY_PARTNERS),
                ),
                sa.exists().where(ExitProcess.strategy_id == ExitStrategy.id),
            )
        )
    return session.scalar(query)


def need_strategy(session: Session, reader: Reader) -> ExitStrategy:
    """The same. Raises NotFound when there is none to be seen."""
    found = strategy_of(session, reader)
    if found is None:
        raise NotFound
    return found


def versions_of(session: Session, reader: Reader, strategy: ExitStrategy) -> list[ExitVersion]:
    """The versions that the reader may see, newest first. One statement."""
    query = sa.select(ExitVersion).where(ExitVersion.strategy_id == strategy.id)
    if not reader.inside:
        query = query.where(ExitVersion.kind == VersionKind.JOINT, ExitVersion.status.in_(SEEN_BY_PARTNERS))
    return list(session.scalars(query.order_by(ExitVersion.number.desc()).limit(MOST_VERSIONS)))


def version_by_number(session: Session, reader: Reader, strategy: ExitStrategy, number: int) -> ExitVersion:
    """A version. Raises NotFound, also for one that is not to be seen."""
    found = next((one for one in versions_of(session, reader, strategy) if one.number == number), None)
    if found is None:
        raise NotFound
    return found


def in_force_of(versions: Sequence[ExitVersion]) -> ExitVersion | None:
    """The one that holds."""
    return next((one for one in versions if one.status is VersionStatus.IN_FORCE), None)


def working_of(versions: Sequence[ExitVersion]) -> ExitVersion | None:
    """The one that is being worked on."""
    return next((one for one in versions if one.status in OPEN), None)


def sections_of(session: Session, reader: Reader, version: ExitVersion) -> dict[Section, ExitSection]:
    """The sections that the reader may read, in their order. One statement."""
    rows = {
        one.key: one
        for one in session.scalars(
            sa.select(ExitSection).where(
                ExitSection.version_id == version.id, readable(reader.who, ExitSection.sharing)
            )
        )
    }
    return {key: rows[key] for key in Section if key in rows}


def plan_of(session: Session, version: ExitVersion) -> list[ExitPlanStep]:
    """The steps of a version in their order. One statement."""
    return list(
        session.scalars(
            sa.select(ExitPlanStep)
            .where(ExitPlanStep.version_id == version.id)
            .order_by(ExitPlanStep.position, ExitPlanStep.id)
        )
    )


def plan_step(session: Session, version: ExitVersion, step_id: UUID) -> ExitPlanStep:
    """One step. Raises NotFound."""
    found = next((one for one in plan_of(session, version) if one.id == step_id), None)
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, kw_only=True)
class AgreementLine:
    """What a party said, with the names."""

    party: str
    party_id: UUID | None
    who: str
    row: ExitAgreement


def agreements_of(session: Session, reader: Reader, version: ExitVersion) -> list[AgreementLine]:
    """What the parties said to a version, in order; what our own people said among themselves is not for contacts.

    Two statements.
    """
    rows = session.scalars(
        sa.select(ExitAgreement)
        .where(ExitAgreement.version_id == version.id)
        .order_by(ExitAgreement.at, ExitAgreement.id)
        .limit(MOST_VERSIONS)
    ).all()
    called = names_of(session, [one.by_id for one in rows])
    return [
        AgreementLine(
            party=reader.party(one.party_id),
            party_id=one.party_id,
            who=called.get(one.by_id, "") if one.by_id else "",
            row=one,
        )
        for one in rows
        if reader.inside or one.agreed or one.party_id == reader.party_id
    ]


def awaited_by(reader: Reader, version: ExitVersion, lines: Sequence[AgreementLine]) -> list[UUID | None]:
    """The parties that still have to agree."""
    have = {one.party_id for one in lines if one.row.agreed and one.row.lapsed_at is None}
    wanted = who_agrees(version.kind, [one.id for one in reader.relationship.partners])
    return [one for one in wanted if one not in have]
