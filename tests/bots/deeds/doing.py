"""Whether what a thing offers is what its trade accepts, and what the trail keeps of it."""

from typing import Any

import sqlalchemy as sa
from flask import url_for

from auditapp.kit.errors import Refusal
from auditapp.trail.model import Fact
from bots.deeds.rules import FieldKind

ONCE = "sqlite"  # the database of tests that need only one


def filled(form: Any, given: dict[str, Any]) -> dict[str, Any]:
    """Every field of a form: as given, else as it begins, else something of its kind."""
    return {one.name: given.get(one.name, _of(one)) for one in form.fields}


def _of(one: Any) -> Any:
    if one.initial:
        return one.initial
    if one.kind is FieldKind.CHOICE:
        return one.options[0].value if one.options else ""
    if one.kind is FieldKind.DAY:
        return one.earliest or one.latest
    return {FieldKind.TICK: False, FieldKind.MANY: [], FieldKind.FILES: ()}.get(one.kind, "Because it is so")


def accepted(
    session: Any, trade: Any, who: Any, thing_id: str, *, at: Any, given: dict[str, Any]
) -> set[str]:
    """The verbs that do something now, each tried with good values and undone; what holds already does nothing.

    The form is built from the act itself, so that what is not offered is tried too.
    """
    found = set()
    for act in trade.acts:
        if act.do is None:
            continue
        inner = session.begin_nested()
        before = _facts(session, who)
        try:
            call = trade._call(session, who, thing_id, at)
            values = filled(act.form(call), given) if act.form is not None else dict(given)
            trade.do(session, who, thing_id, act.verb, values, version=None, at=at)
            session.flush()
        except Refusal:
            pass
        else:
            if _facts(session, who) > before:
                found.add(act.verb)
        inner.rollback()
        session.expire_all()
    return found


def _facts(session: Any, who: Any) -> int:
    query = sa.select(sa.func.count()).select_from(Fact).where(Fact.actor_id == who.person_id)
    return int(session.scalar(query))


def offered(thing: Any) -> set[str]:
    """The verbs that a thing shows, without those that only lead to a page. Its pages are there."""
    for endpoint, args in [(thing.endpoint, thing.args), *((one.endpoint, one.args) for one in thing.deeds)]:
        assert not endpoint or url_for(endpoint, **args)
    return {one.verb for one in thing.deeds if not one.endpoint}


def facts(session: Any, thing_id: Any) -> list[tuple[str, Any, Any]]:
    """(verb, who, after) of what the trail has about a thing, in order."""
    session.flush()
    rows = session.execute(
        sa.select(Fact.verb, Fact.actor_id, Fact.after)
        .where(Fact.thing_id == str(thing_id))
        .order_by(Fact.seq)
    )
    return [tuple(row) for row in rows]
