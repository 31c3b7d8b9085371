"""Joint actions: done with a word, more time asked for and decided on, not needed, opened again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.kit.errors import NotFound
from auditapp.kit.text import Text, day_words
from auditapp.people.queries import names_of
from auditapp.people.rules import Capability, Principal
from auditapp.relationships.actions import service
from auditapp.relationships.actions.model import JointAction
from auditapp.relationships.actions.queries import visible_actions
from auditapp.relationships.actions.rules import ActionStatus, standing
from auditapp.relationships.model import Relationship
from auditapp.relationships.queries import relationship_of
from auditapp.relationships.rules import SHARING_LABELS, Sharing
from bots.deeds.ground import (
    TONES,
    Act,
    Call,
    Room,
    choice,
    day,
    events_of,
    must_be_fresh,
    options,
    today,
    words,
)
from bots.deeds.rules import Deed, Done, Form, Thing, Tone


@dataclass(frozen=True, kw_only=True)
class Joint:
    """A joint action for one reader. ``owns`` and ``asks``: they do it; they asked for it, or run the relationship."""

    action: JointAction
    relationship: Relationship
    owner: str
    asker: str
    owns: bool
    asks: bool
    today: date


JointCall = Call[Joint]


def _fresh(call: JointCall) -> None:
    must_be_fresh(call.version, call.found.action.version)


def _done(call: JointCall) -> Done:
    if call.found.action.status is not ActionStatus.DONE:
        _fresh(call)
    service.finish(call.session, action=call.found.action, note=call.text("note"), **call.common)
    return Done(said=Text("Done. Whoever asked for it sees it."))


def _done_form(_call: JointCall) -> Form:
    return Form(title=Text("It is done"), fields=(words("note", Text("What was done")),), send=Text("Done"))


def _time_form(call: JointCall) -> Form:
    after = call.found.action.due_on + timedelta(days=1)
    return Form(
        title=Text("Ask for more time"),
        opening=(Text("Who asked for the action answers; until then the old day holds."),),
        fields=(
            day("until", Text("Until"), initial=max(after, call.found.today), earliest=after),
            words("reason", Text("Why"), required=True),
        ),
        send=Text("Ask for it"),
    )


def _time(call: JointCall) -> Done:
    action, until, reason = call.found.action, call.day("until"), call.text("reason")
    if not call.found.owns or (action.wanted_on, action.wanted_reason) != (until, reason.strip()):
        _fresh(call)
        service.ask_for_time(call.session, action=action, until=until, reason=reason, **call.common)
    return Done(said=Text("Asked for. Who asked for the action answers; until then the old day holds."))


def _asked(call: JointCall) -> tuple[Text, ...]:
    action = call.found.action
    return (
        Text("More time is asked for: until %(day)s.", day=day_words(action.wanted_on or action.due_on)),
        Text("It is due on %(day)s now.", day=day_words(action.due_on)),
        Text("Why: %(reason)s", reason=action.wanted_reason),
    )


def _answer(*, granted: bool) -> Callable[[JointCall], Done]:
    def run(call: JointCall) -> Done:
        _fresh(call)
        service.answer_time(
            call.session, action=call.found.action, granted=granted, note=call.text("note"), **call.common
        )
        return Done(said=Text("Granted: the new day holds.") if granted else Text("Refused: the day stays."))

    return run


def _answer_form(title: Text, send: Text, *, why: bool) -> Callable[[JointCall], Form]:
    return lambda call: Form(
        title=title,
        opening=_asked(call),
        fields=(words("note", Text("Why not") if why else Text("Note"), required=why),),
        send=send,
    )


def _reasoned(do: Callable[..., object], said: Text) -> Callable[[JointCall], Done]:
    def run(call: JointCall) -> Done:
        _fresh(call)
        do(call.session, action=call.found.action, reason=call.text("reason"), **call.common)
        return Done(said=said)

    return run


def _reason_form(title: Text, label: Text) -> Callable[[JointCall], Form]:
    return lambda _call: Form(title=title, fields=(words("reason", label, required=True),), send=title)


def _chooses(call: JointCall) -> bool:
    return call.who.partner_id is None and call.found.action.sharing is Sharing.SHARED


def _say_form(call: JointCall) -> Form:
    fields = [words("text", Text("Your comment"), required=True)]
    if _chooses(call):
        fields.append(
            choice("sharing", Text("Who reads it"), options(SHARING_LABELS), initial=Sharing.INTERNAL.value)
        )
    return Form(title=Text("Comment"), fields=tuple(fields), send=Text("Say it"))


def _say(call: JointCall) -> Done:
    service.say(
        call.session,
        action=call.found.action,
        text=call.text("text"),
        sharing=call.one("sharing", Sharing) if _chooses(call) else Sharing.SHARED,
        **call.common,
    )
    return Done(said=Text("It stands below the action now."))


class JointActionTrade(Room[Joint]):
    """Actions that the parties agreed on."""

    kind = "joint_action"
    acts = (
        Act(
            verb="grant",
            label=Text("Grant the time"),
            tone=Tone.PRIMARY,
            do=_answer(granted=True),
            form=_answer_form(Text("Grant more time"), Text("Grant it"), why=False),
        ),
        Act(
            verb="refuse",
            label=Text("Refuse the time"),
            do=_answer(granted=False),
            form=_answer_form(Text("Refuse more time"), Text("Refuse it"), why=True),
        ),
        Act(verb="done", label=Text("It is done"), tone=Tone.PRIMARY, do=_done, form=_done_form),
        Act(verb="ask_time", label=Text("Ask for more time"), do=_time, form=_time_form),
        Act(verb="comment", label=Text("Comment"), do=_say, form=_say_form),
        Act(
            verb="drop",
            label=Text("It is not needed"),
            do=_reasoned(service.drop, Text("Not needed any more. The reason stays on record.")),
            form=_reason_form(Text("It is not needed"), Text("Why it is not needed")),
        ),
        Act(
            verb="reopen",
            label=Text("Open it again"),
            do=_reasoned(service.reopen, Text("Open again.")),
            form=_reason_form(Text("Open it again"), Text("Why it is opened again")),
        ),
    )

    def find(self, session: Session, who: Principal, thing_id: UUID, *, at: datetime) -> Joint:
        """The action, if this person may see it."""
        action: JointAction | None = session.scalar(visible_actions(who).where(JointAction.id == thing_id))
        if action is None:
            raise NotFound
        relationship = relationship_of(session, who, action.relationship_id)
        names = names_of(session, [action.owner_id, action.asked_by_id])
        runs = who.can(Capability.MANAGE_RELATIONSHIPS, action.relationship_id)
        return Joint(
            action=action,
            relationship=relationship,
            owner=names.get(action.owner_id, ""),
            asker=names.get(action.asked_by_id, ""),
            owns=who.person_id == action.owner_id,
            asks=runs or who.person_id == action.asked_by_id,
            today=today(session, at),
        )

    def possible(self, call: JointCall) -> Sequence[str]:
        """What may be done now."""
        joint, action = call.found, call.found.action
        theirs = joint.owns or joint.asks
        if action.status is not ActionStatus.OPEN:
            return (*(("reopen",) if theirs else ()), "comment")
        found = []
        if action.wanted_on is not None and joint.asks:
            found += ["refuse"] if joint.owns else ["grant", "refuse"]
        if theirs:
            found.append("done")
        if joint.owns:
            found.append("ask_time")
        found.append("comment")
        if joint.asks:
            found.append("drop")
        return found

    def draw(self, call: JointCall, deeds: tuple[Deed, ...]) -> Thing:
        """The action with its owner and its day."""
        joint, action = call.found, call.found.action
        label, tone = standing(action.status, action.due_on, joint.today)
        facts: list[tuple[Text, Text | str | date | datetime]] = [
            (Text("Due on"), action.due_on),
            (Text("Owner"), joint.owner),
            (Text("Asked for by"), joint.asker),
            (Text("Relationship"), f"{joint.relationship.ref} {joint.relationship.name}"),
        ]
        if action.wanted_on is not None:
            facts += [
                (Text("More time is asked for, until"), action.wanted_on),
                (Text("Why"), action.wanted_reason),
            ]
        if action.settled_note:
            facts.append((Text("What was said"), action.settled_note))
        return Thing(
            kind="joint_action",
            id=str(action.id),
            kind_label=Text("Joint action"),
            ref=action.ref,
            title=action.title,
            status=label,
            turn=_turn(call),
            tone=TONES.get(tone, Tone.PLAIN),
            facts=tuple(facts),
            text=action.text,
            events=events_of(call.session, call.who, "joint_action", action.id),
            deeds=deeds,
            version=action.version,
            closed=action.status is not ActionStatus.OPEN,
            endpoint="joint_actions.show",
            args={"action_ref": action.ref},
            relationship_id=action.relationship_id,
        )


def _turn(call: JointCall) -> Text:
    joint, action = call.found, call.found.action
    if action.status is not ActionStatus.OPEN:
        return Text("Nobody’s turn: it is settled.")
    if action.wanted_on is not None:
        if joint.asks and not joint.owns:
            return Text("It is your turn: grant more time, or refuse it and say why.")
        return Text("It is the turn of %(name)s to decide about more time.", name=joint.asker)
    if joint.owns:
        return Text("It is your turn: do it by its day.")
    return Text("It is the turn of %(name)s.", name=joint.owner)
