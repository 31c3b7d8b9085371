"""Reading the trail."""

import json
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from auditapp.trail.model import Fact


def facts_of(
    *, thing_kind: str | None = None, thing_id: UUID | str | None = None, context_id: UUID | None = None
) -> sa.Select[Any]:
    """Facts about one thing, or in one context (an audit and all in it), newest first."""
    query = sa.select(Fact).order_by(Fact.seq.desc())
    if thing_kind is not None:
        query = query.where(Fact.thing_kind == thing_kind)
    if thing_id is not None:
        query = query.where(Fact.thing_id == str(thing_id))
    if context_id is not None:
        query = query.where(Fact.context_id == context_id)
    return query


def parsed(value: str) -> Any:
    """The JSON value kept in ``before`` or ``after``; ``None`` when there was none."""
    return json.loads(value) if value else None
