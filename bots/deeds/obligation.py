"""Recurring obligations: reviews of plans and of exit strategies, tests, watches, and every other one."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.kit.errors import NotFound
from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from auditapp.relationships.obligations.rules import STATE_LABELS, how_often
from bots.deeds.duty import CONTINUITY_TEST, EXIT_REVIEW, RMP_REVIEW, TRIGGER_WATCH, Duty, duty_of
from bots.deeds.duty_acts import DONE_ACT, MOVE_ACT, PLACE_ACT, REVIEW_ACT, SKIP_ACT, TICK_ACT, place_of
from bots.deeds.exit_acts import EXIT_REVIEW_ACT, TEST_ACT, WATCH_ACT
from bots.deeds.ground import Call, Room, events_of, uuid_of
from bots.deeds.other import look_at_item, shared_obligation
from bots.deeds.rules import Deed, Thing, Tone


class ObligationTrade(Room[Duty]):
    """One time of what recurs; the id is that of the time."""

    kind = "obligation"
    acts = (
        REVIEW_ACT,
        EXIT_REVIEW_ACT,
        TEST_ACT,
        WATCH_ACT,
        DONE_ACT,
        TICK_ACT,
        PLACE_ACT,
        MOVE_ACT,
        SKIP_ACT,
    )

    def find(self, session: Session, who: Principal, thing_id: UUID, *, at: datetime) -> Duty:
        """It, for our own people."""
        return duty_of(session, who, thing_id, at=at)

    def look(self, session: Session, who: Principal, thing_id: str, *, at: datetime) -> Thing | None:
        """It; for a partner's contact what both parties do together, with the page where that is done."""
        if who.partner_id is None:
            return super().look(session, who, thing_id, at=at)
        try:
            item = shared_obligation(session, who, uuid_of(thing_id), at=at)
        except NotFound:
            return None
        return look_at_item(session, who, item, at=at) if item is not None else None

    def possible(self, call: Call[Duty]) -> Sequence[str]:
        """What may be done now."""
        duty = call.found
        if not duty.open:
            return ()
        found = _main(duty)
        if duty.ticks:
            found.append("tick")
        if not found and place_of(duty) is not None:
            found.append("place")
        if duty.settles:
            found += ["move", "skip"]
        return found

    def draw(self, call: Call[Duty], deeds: tuple[Deed, ...]) -> Thing:
        """It with its day, how often it comes, and what was said."""
        duty, found = call.found, call.found.found
        facts: list[tuple[Text, Text | str | date | datetime]] = [(Text("Due on"), found.due_on)]
        if found.due_on != found.intended_on:
            facts.append((Text("Intended for"), found.intended_on))
        if duty.relationship is not None:
            facts.append((Text("Relationship"), f"{duty.relationship.ref} {duty.relationship.name}"))
        facts.append(
            (Text("Extra, because"), found.because)
            if found.extra
            else (
                Text("How often"),
                how_often(found.months or 0, found.days or 0)
                if found.months is not None or found.days is not None
                else how_often(duty.rule.months, duty.rule.days),
            )
        )
        if not duty.open and found.ended_on is not None:
            facts.append((Text("Settled on"), found.ended_on))
        if found.note:
            facts.append((Text("What was said"), found.note))
        if duty.open:
            facts.append(
                (
                    Text("What comes next"),
                    Text("It stays overdue until it is done, or skipped with a reason.")
                    if duty.missed
                    else Text("Until then it stays here; once it has passed it counts as overdue."),
                )
            )
        about = found.title or (duty.relationship.name if duty.relationship is not None else "")
        return Thing(
            kind="obligation",
            id=str(found.id),
            kind_label=Text("Obligation"),
            ref=found.thing_ref or (duty.relationship.ref if duty.relationship is not None else ""),
            title=f"{duty.rule.title}: {about}" if about else str(duty.rule.title),
            status=Text("Overdue")
            if duty.missed
            else Text("Open")
            if duty.open
            else STATE_LABELS[found.state],
            turn=_turn(duty),
            tone=Tone.DANGER if duty.missed else Tone.PLAIN,
            facts=tuple(facts),
            events=events_of(call.session, call.who, "obligation", found.id),
            deeds=deeds,
            version=duty.version,
            closed=not duty.open,
            endpoint="obligations.show",
            args={"obligation_id": str(found.id)},
            relationship_id=found.relationship_id,
        )


def _main(duty: Duty) -> list[str]:
    """What settles it, if this person may do that here."""
    key = duty.found.key
    manages = duty.reader is not None and duty.strategy is not None and duty.reader.manages
    ways = {
        RMP_REVIEW: ("review", duty.writes),
        EXIT_REVIEW: ("exit_review", manages and duty.in_force),
        CONTINUITY_TEST: ("test", manages),
        TRIGGER_WATCH: ("watch", bool(duty.triggers)),
    }
    if key in ways:
        verb, may = ways[key]
        return [verb] if may else []
    return ["done"] if duty.settles and not duty.by_room else []


def _turn(duty: Duty) -> Text:
    if not duty.open:
        return Text("Nobody’s turn: it is settled.")
    if duty.mine:
        return Text("It is your turn.")
    if not duty.names:
        return Text("Nobody is named for it.")
    return Text("It is the turn of %(names)s.", names=", ".join(duty.names))
