"""Doing deeds as a conversation does them: looked at, asked for, done; and what the trail keeps of it."""

import io
import json
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from PIL import Image

from auditapp.findings.model import Nonconformity
from auditapp.kit.errors import Refusal
from auditapp.kit.keeping import Kept, keep_file
from auditapp.kit.storage import Store
from auditapp.trail.model import Fact
from bots.deeds.action import ActionTrade
from bots.deeds.nonconformity import NonconformityTrade
from bots.deeds.rules import FieldKind, Form, Trade, deed_of, fields_by_name

TRADES: dict[str, Trade] = {"nonconformity": NonconformityTrade(), "action": ActionTrade()}
UUIDS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
TYPES = {
    FieldKind.LINE: str, FieldKind.TEXT: str, FieldKind.CHOICE: str, FieldKind.TICK: bool, FieldKind.MANY: list,
    FieldKind.DAY: date | None,
}  # fmt: skip


def photo(folder: Path, colour: str) -> Kept:
    """A picture that somebody sent, as the store keeps it."""
    drawn = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(drawn, "JPEG")
    return keep_file(Store(folder), drawn, file_name=f"{colour}.jpg", limit_mb=5)


def filled(form: Form, given: dict[str, Any]) -> dict[str, Any]:
    """The values of a form as it is sent: what was typed, else what stood in it. Every value has the type of its kind."""
    fields = fields_by_name(form)
    assert set(given) <= set(fields), f"no field for {set(given) - set(fields)}"
    nothing: dict[FieldKind, Any] = {
        FieldKind.DAY: None,
        FieldKind.TICK: False,
        FieldKind.MANY: [],
        FieldKind.FILES: (),
    }
    values = {}
    for name, field in fields.items():
        initial = nothing.get(field.kind, "") if field.initial is None else field.initial
        assert field.kind not in TYPES or isinstance(initial, TYPES[field.kind]), (name, initial)
        if field.kind is FieldKind.CHOICE and initial:
            assert initial in {one.value for one in field.options}, (name, initial)
        values[name] = given.get(name, initial)
    return values


def shown(form: Form) -> str:
    """All that somebody reads before they answer."""
    return " ".join(str(one) for one in form.opening)


def deed(
    session: Any, who: Any, thing: tuple[str, Any], verb: str, values: dict[str, Any] | None = None, *, at: datetime
) -> Any:  # fmt: skip
    """Do what is offered, with the version that was shown. The thing is read anew each time, as by another click."""
    kind, ident = thing
    trade = TRADES[kind]
    session.flush()
    seen = trade.look(session, who, str(ident), at=at)
    assert seen is not None
    offered = deed_of(seen, verb)
    assert offered is not None, f"{verb} is not offered to {who.name}: {[one.verb for one in seen.deeds]}"
    assert offered.form or not values
    sent = filled(trade.form(session, who, str(ident), verb, at=at), values or {}) if offered.form else {}
    done = trade.do(session, who, str(ident), verb, sent, version=seen.version, at=at)
    assert str(done.said)
    session.flush()
    return done


def refused(
    session: Any, who: Any, thing: tuple[str, Any], verb: str, values: dict[str, Any], *, at: datetime, version: Any = None
) -> Refusal:  # fmt: skip
    """The refusal of a deed, which leaves nothing behind."""
    session.flush()
    count = facts_count(session)
    try:
        TRADES[thing[0]].do(session, who, str(thing[1]), verb, values, version=version, at=at)
    except Refusal as refusal:
        session.rollback() if not session.is_active else None
        assert facts_count(session) == count
        return refusal
    raise AssertionError(f"{verb} was taken")


def facts_count(session: Any) -> int:
    """How many facts there are."""
    return int(session.scalar(sa.select(sa.func.count()).select_from(Fact)))


def told(session: Any, nc: Nonconformity, people: dict[str, Any]) -> list[tuple[Any, ...]]:
    """The facts about a nonconformity and its actions, without what tells one life from another: ids and numbers."""
    session.flush()
    names = {str(one.person_id): role for role, one in people.items()}

    def plain(text: str) -> Any:
        text = text.replace(nc.ref, "NC")
        return json.loads(UUIDS.sub(lambda found: names.get(found.group(), "an id"), text)) if text else None

    rows = session.scalars(sa.select(Fact).where(Fact.context_id == nc.id).order_by(Fact.seq))
    return [
        (
            one.verb, one.thing_kind, one.thing_ref.replace(nc.ref, "NC"), names.get(str(one.actor_id)), one.at,
            plain(one.before), plain(one.after),
        )
        for one in rows
    ]  # fmt: skip
