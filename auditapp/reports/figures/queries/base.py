"""What all figures about nonconformities share: who may see them, which relationship, which period."""

from typing import Any

import sqlalchemy as sa

from auditapp.findings.model import Nonconformity
from auditapp.findings.queries import visible_nonconformities
from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.people.rules import Capability
from auditapp.relationships.model import Relationship
from auditapp.reports.figures.rules import Asked

NOT_STANDING = [NcStatus.DRAFT, NcStatus.WITHDRAWN]
Condition = sa.ColumnElement[bool]


def seen(asked: Asked) -> list[Condition]:
    """Only nonconformities that the reader may see, of the relationships that are asked for."""
    found: list[Condition] = []
    if not (asked.principal.can(Capability.VIEW_AUDITS) or asked.answers_for):
        visible = visible_nonconformities(asked.principal).with_only_columns(Nonconformity.id)
        found.append(Nonconformity.id.in_(visible))
    if asked.refs is not None:
        found.append(Nonconformity.relationship_id.in_(relationship_ids(asked)))
    return found


def relationship_ids(asked: Asked) -> sa.Select[Any]:
    """The ids of the relationships that are asked for, looked up within the statement."""
    return sa.select(Relationship.id).where(Relationship.ref.in_(asked.refs or ()))


def standing(asked: Asked) -> list[Condition]:
    """Those of them that were issued and not withdrawn."""
    return [*seen(asked), Nonconformity.status.not_in(NOT_STANDING)]


def within(column: Any, asked: Asked) -> list[Condition]:
    """Whether a moment falls into the period."""
    return [column >= asked.begins, column < asked.ends]


def raised(asked: Asked) -> list[Condition]:
    """Those that stand and were raised in the period."""
    return [*standing(asked), *within(Nonconformity.raised_at, asked)]
