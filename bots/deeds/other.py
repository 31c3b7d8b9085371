"""What is due and has no trade of its own: what, why, until when, and the page where it is done."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.kit.clock import LAST_DAY
from auditapp.kit.text import Text
from auditapp.people.queries import names_of
from auditapp.people.rules import Principal
from auditapp.relationships.obligations.model import Obligation
from auditapp.reminders import due
from auditapp.reminders.ladder.rules.course import overdue_from
from auditapp.reminders.rules import KIND_LABELS, SEVERITY_LABELS, DueItem, Severity
from auditapp.reminders.sources.obligations import TOGETHER, kind_of
from bots.deeds.ground import events_of
from bots.deeds.rules import Deed, Thing, Tone
from bots.deeds.subjects import subject_of

OPEN = "open"
TONES: Mapping[Severity, Tone] = {Severity.CRITICAL: Tone.DANGER}


def look_at_item(session: Session, who: Principal, item: DueItem, *, at: datetime) -> Thing:
    """A due item as a thing, with the one deed of opening its page. At most three statements.

    The item must come from what the person may see: from ``due.items`` for a person of it, or ``due.visible``.
    """
    late = at >= overdue_from(item)
    kind, thing_id = subject_of(item)
    names = names_of(session, [*item.owners, *item.deputies])
    facts: list[tuple[Text, Text | str | date | datetime]] = [
        (Text("What is to be done"), item.step),
        (Text("Due on"), item.due_on),
    ]
    if item.starts_on is not None:
        facts.append((Text("First day"), item.starts_on))
    if item.severity is not Severity.NORMAL:
        facts.append((Text("How much hangs on it"), SEVERITY_LABELS[item.severity]))
    stand_in = [names[one] for one in item.deputies if one in names]
    if stand_in:
        facts.append((Text("Stands in"), ", ".join(stand_in)))
    return Thing(
        kind=kind,
        id=thing_id,
        kind_label=KIND_LABELS[item.kind],
        ref=item.ref,
        title=item.title,
        status=Text("Overdue") if late else Text("Open"),
        turn=turn_of(item, names, reader=who.person_id),
        tone=Tone.DANGER if late else TONES.get(item.severity, Tone.PLAIN),
        facts=tuple(facts),
        events=events_of(session, who, item.thing_kind, item.thing_id) if item.thing_id else (),
        deeds=(Deed(verb=OPEN, label=Text("Open it"), endpoint=item.endpoint, args=dict(item.args)),),
        endpoint=item.endpoint,
        args=dict(item.args),
        relationship_id=item.relationship_id,
    )


def turn_of(item: DueItem, names: Mapping[UUID, str], *, reader: UUID) -> Text:
    """Whose turn it is."""
    if reader in item.owners:
        return Text("It is your turn. %(why)s", why=item.why)
    known = [names[one] for one in item.owners if one in names]
    return (
        Text("It is the turn of %(names)s.", names=", ".join(known))
        if known
        else Text("Nobody is named for it.")
    )


def item_for(session: Session, who: Principal, key: str, *, at: datetime) -> DueItem | None:
    """A due item by its key, if it is open still and this person holds a level of it or may see it."""
    found = next(iter(due.items(session, at=at, until=LAST_DAY, keys=[key])), None)
    if found is None:
        return None
    if who.person_id in {one for people in found.holders.values() for one in people}:
        return found
    seen = due.visible(
        session, who, at=at, until=LAST_DAY, kinds=[found.kind], relationship_id=found.relationship_id
    )
    return next((one for one in seen if one.key == key), None)


def shared_obligation(
    session: Session, who: Principal, obligation_id: UUID, *, at: datetime
) -> DueItem | None:
    """What both parties do together, for a partner's contact who may see it; ``None`` for everything else."""
    found = session.get(Obligation, obligation_id)
    if found is None or found.key not in TOGETHER:
        return None
    items = due.visible(
        session, who, at=at, until=LAST_DAY, kinds=[kind_of(found.key)], relationship_id=found.relationship_id
    )
    return next((one for one in items if one.thing_id == str(found.id)), None)
