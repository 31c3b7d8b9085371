"""One trigger of an exit strategy: unchanged, quiet again, watch, tripped; and the decision to stay."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import NotAllowed, NotFound
from auditapp.kit.text import Text
from auditapp.people.queries import names_of
from auditapp.people.rules import Capability, Principal
from auditapp.relationships.exits import service
from auditapp.relationships.exits.model import ExitStrategy, ExitTrigger, ExitTriggerCheck
from auditapp.relationships.exits.queries.base import Reader, reader_of
from auditapp.relationships.exits.rules.triggers import (
    KIND_LABELS,
    STATE_LABELS,
    STATE_TONES,
    VERB_LABELS,
    TriggerState,
    TriggerVerb,
    offered,
)
from auditapp.relationships.exits.service.watching import trigger_ref
from auditapp.relationships.queries import relationship_of
from bots.deeds.ground import TONES, Act, Call, Room, events_of, words
from bots.deeds.rules import Deed, Done, Form, Thing, Tone

NOT_WATCHER = Text("A trigger is checked by its watcher, or by whoever manages the relationship.")
NOT_DECIDER = Text(
    "This is decided by the Senior Executive Responsible, or by whoever manages the relationship."
)


@dataclass(frozen=True, kw_only=True)
class Watched:
    """A trigger for one reader. ``checks``: they may say how it stands."""

    trigger: ExitTrigger
    strategy: ExitStrategy
    reader: Reader
    watcher: str
    last: ExitTriggerCheck | None
    checks: bool


WatchCall = Call[Watched]


def _check(verb: TriggerVerb) -> Callable[[WatchCall], Done]:
    def run(call: WatchCall) -> Done:
        watched = call.found
        if not watched.checks:
            raise NotAllowed(NOT_WATCHER)
        if _repeated(call, verb):
            return Done(said=Text("This is on record already."))
        service.check_trigger(
            call.session,
            strategy=watched.strategy,
            trigger=watched.trigger,
            verb=verb,
            note=call.text("note"),
            version=call.version,
            **call.common,
        )
        return Done(said=Text("The check is recorded: %(what)s.", what=VERB_LABELS[verb]))

    return run


def _repeated(call: WatchCall, verb: TriggerVerb) -> bool:
    """Whether what is stale is only that this very person said this very thing just before."""
    last, trigger = call.found.last, call.found.trigger
    return (
        call.version is not None
        and call.version < trigger.version
        and last is not None
        and (last.by_id, last.verb, last.after) == (call.who.person_id, verb, trigger.state)
    )


def _note_form(title: Text, verb: TriggerVerb) -> Callable[[WatchCall], Form]:
    return lambda call: Form(
        title=title,
        opening=(
            call.found.trigger.description,
            *((Text("A review of the exit strategy is asked for."),) if verb is TriggerVerb.TRIP else ()),
        ),
        fields=(words("note", Text("What was seen"), required=True),),
        send=Text("Record the check"),
    )


def _stay_form(call: WatchCall) -> Form:
    return Form(
        title=Text("Stay together"),
        opening=(
            call.found.trigger.description,
            Text("The trigger has tripped. Say why the relationship goes on all the same."),
        ),
        fields=(words("reason", Text("Reason"), required=True),),
        send=Text("Decide to stay"),
    )


def _stay(call: WatchCall) -> Done:
    watched = call.found
    if not watched.reader.decides:
        raise NotAllowed(NOT_DECIDER)
    if _repeated(call, TriggerVerb.STAY):
        return Done(said=Text("This is on record already."))
    service.decide_to_stay(
        call.session,
        strategy=watched.strategy,
        trigger=watched.trigger,
        reason=call.text("reason"),
        version=call.version,
        **call.common,
    )
    return Done(said=Text("The decision is recorded. The trigger stays on watch."))


LABELS: Mapping[TriggerVerb, tuple[Text, Text, Tone]] = {
    TriggerVerb.CALM: (Text("Quiet again"), Text("Quiet again"), Tone.PLAIN),
    TriggerVerb.WATCH: (Text("Watch closely"), Text("To be watched closely"), Tone.PLAIN),
    TriggerVerb.TRIP: (Text("Tripped"), Text("It has happened"), Tone.DANGER),
}


class ExitTriggerTrade(Room[Watched]):
    """Triggers of exit strategies; our own people only."""

    kind = "exit_trigger"
    acts = (
        Act(verb="confirm", label=Text("Unchanged"), tone=Tone.PRIMARY, do=_check(TriggerVerb.CONFIRM)),
        *(
            Act(verb=verb.value, label=label, tone=tone, do=_check(verb), form=_note_form(title, verb))
            for verb, (label, title, tone) in LABELS.items()
        ),
        Act(verb="stay", label=Text("Decide to stay"), do=_stay, form=_stay_form),
    )

    def find(self, session: Session, who: Principal, thing_id: UUID, *, at: datetime) -> Watched:
        """The trigger, for our own people."""
        trigger = session.get(ExitTrigger, thing_id)
        if trigger is None or not who.can(Capability.VIEW_ORGANIZATION):
            raise NotFound
        strategy = session.get_one(ExitStrategy, trigger.strategy_id)
        relationship = relationship_of(session, who, strategy.relationship_id)
        reader = reader_of(session, who, relationship, at)
        last = session.scalar(
            sa.select(ExitTriggerCheck)
            .where(ExitTriggerCheck.trigger_id == trigger.id)
            .order_by(ExitTriggerCheck.at.desc(), ExitTriggerCheck.id.desc())
            .limit(1)
        )
        watcher = names_of(session, [trigger.watcher_id])
        return Watched(
            trigger=trigger,
            strategy=strategy,
            reader=reader,
            watcher=next(iter(watcher.values()), ""),
            last=last,
            checks=reader.runs and (reader.manages or trigger.watcher_id == who.person_id),
        )

    def possible(self, call: WatchCall) -> Sequence[str]:
        """What may be said of it now."""
        watched = call.found
        if watched.trigger.dropped_at is not None:
            return ()
        found = [one.value for one in offered(watched.trigger.state)] if watched.checks else []
        if watched.trigger.state is TriggerState.TRIPPED and watched.reader.decides:
            found.append("stay")
        return found

    def draw(self, call: WatchCall, deeds: tuple[Deed, ...]) -> Thing:
        """The trigger with what was seen last."""
        watched, trigger = call.found, call.found.trigger
        facts: list[tuple[Text, Text | str | date | datetime]] = [
            (Text("Where a change comes from"), KIND_LABELS[trigger.kind]),
            (
                Text("Relationship"),
                f"{watched.reader.relationship.ref} {watched.reader.relationship.name}",
            ),
            (Text("So since"), trigger.state_since),
        ]
        if trigger.checked_on is not None:
            facts.append((Text("Looked at last on"), trigger.checked_on))
        if watched.last is not None and watched.last.note:
            facts.append((Text("What was seen last"), watched.last.note))
        gone = trigger.dropped_at is not None
        turn = (
            Text("Nobody’s turn: it is no longer watched.")
            if gone
            else Text("You watch it: say how it stands.")
            if trigger.watcher_id == call.who.person_id
            else Text("%(name)s watches it.", name=watched.watcher)
            if watched.watcher
            else Text("Nobody is named to watch it.")
        )
        return Thing(
            kind="exit_trigger",
            id=str(trigger.id),
            kind_label=Text("Exit trigger"),
            ref=trigger_ref(watched.strategy, trigger),
            title=trigger.description,
            status=STATE_LABELS[trigger.state],
            turn=turn,
            tone=TONES.get(STATE_TONES[trigger.state], Tone.PLAIN),
            facts=tuple(facts),
            events=events_of(call.session, call.who, "exit_trigger", trigger.id),
            deeds=deeds,
            version=trigger.version,
            closed=gone,
            endpoint="exits.trigger",
            args={"ref": watched.reader.relationship.ref, "number": str(trigger.number)},
            relationship_id=watched.strategy.relationship_id,
        )
