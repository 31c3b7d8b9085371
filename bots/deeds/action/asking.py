"""Asking for something else than going on, and deciding about it with what it moves in view."""

from datetime import timedelta
from typing import Any

from auditapp.findings.actions import service
from auditapp.findings.actions.queries import impact_of, open_request
from auditapp.findings.rules.action import REQUEST_LABELS, RequestKind
from auditapp.kit.errors import Invalid, Refusal
from auditapp.kit.text import Text, day_words
from bots.deeds.action.case import ActionCall, ActionCase, common, done
from bots.deeds.case import a_day, day_of, maybe, said, the_day
from bots.deeds.ground import Act, choice, words
from bots.deeds.rules import Done, Field, FieldKind, Form, Option, Tone

YES, NO = "yes", "no"
NOTHING_ASKED = Text("Nothing is asked for here now.")


def _asked_already(call: ActionCall, kind: RequestKind, reason: str, **more: Any) -> bool:
    """Whether it came twice: the same person asks for the same, and it waits already."""
    request = open_request(call.session, call.found.action.id)
    if request is None or request.asked_by_id != call.who.person_id:
        return False
    same = (request.kind, request.reason) == (kind, reason)
    return same and all(getattr(request, key) == value for key, value in more.items())


def extension_form(call: ActionCall) -> Form:
    """More time, as far as one extension reaches."""
    action, today = call.found.action, call.found.standing.today
    latest = service.latest_extension(call.session, action, call.at)
    return Form(
        title=Text("More time"),
        opening=(
            Text(
                "It is due on %(due)s. Once, it can be put off to %(latest)s at most.",
                due=day_words(action.due_on),
                latest=day_words(latest),
            ),
            Text("Each further time somebody higher up decides."),
        ),
        fields=(
            Field(
                name="wanted_on", kind=FieldKind.DAY, label=Text("Until when"), required=True,
                earliest=max(action.due_on + timedelta(days=1), today), latest=latest,
            ),
            words("reason", Text("Why more time is needed"), required=True),
            words(
                "impact", Text("What it means for others"), required=True,
                hint=Text("Say what it means for others, or that it means nothing."),
            ),
        ),
        send=Text("Ask for more time"),
    )  # fmt: skip


def ask_extension(call: ActionCall) -> Done:
    """Ask for it."""
    wanted_on = the_day(call, "wanted_on", Text("Choose a day."))
    reason, impact = said(call, "reason"), said(call, "impact")
    if not _asked_already(call, RequestKind.EXTENSION, reason, wanted_on=wanted_on, impact=impact):
        service.ask_extension(call.session, **common(call), wanted_on=wanted_on, reason=reason, impact=impact)
    return done(call, Text("You asked for more time."))


def cannot_form(call: ActionCall) -> Form:
    """It cannot be done."""
    del call
    return Form(
        title=Text("It cannot be done"),
        opening=(Text("Whoever decides gives it to somebody else, cancels it, or asks you to go on."),),
        fields=(words("reason", Text("Reason"), required=True),),
        send=Text("Say so"),
    )


def say_cannot(call: ActionCall) -> Done:
    """Say so."""
    reason = said(call, "reason")
    if not _asked_already(call, RequestKind.CANT_DO, reason):
        service.say_cant(call.session, **common(call), reason=reason)
    return done(call, Text("You said that it cannot be done."))


def not_mine_form(call: ActionCall) -> Form:
    """Whose it is instead."""
    others = [one for one in call.found.owners() if one.value != str(call.found.action.owner_id)]
    return Form(
        title=Text("Not mine"),
        opening=(Text("Until it is decided, it stays with you."),),
        fields=(
            words("reason", Text("Reason"), required=True),
            maybe("proposed_owner_id", Text("Whose it should be"), others, hint=Text("As far as you know.")),
        ),
        send=Text("Say so"),
    )


def say_not_mine(call: ActionCall) -> Done:
    """Say so."""
    reason, whose = said(call, "reason"), call.person("proposed_owner_id")
    if not _asked_already(call, RequestKind.NOT_MINE, reason, proposed_owner_id=whose):
        service.say_not_mine(call.session, **common(call), reason=reason, proposed_owner_id=whose)
    return done(call, Text("You said that it belongs to somebody else."))


def cancel_form(call: ActionCall) -> Form:
    """It is no longer needed."""
    del call
    return Form(
        title=Text("Cancel it"),
        opening=(Text("It is cancelled when somebody outside the work approves."),),
        fields=(words("reason", Text("Reason"), required=True),),
        send=Text("Ask to cancel it"),
    )


def ask_cancel(call: ActionCall) -> Done:
    """Ask for it."""
    reason = said(call, "reason")
    if not _asked_already(call, RequestKind.CANCEL, reason):
        service.ask_cancel(call.session, **common(call), reason=reason)
    return done(call, Text("You asked to cancel it."))


def take_back(call: ActionCall) -> Done:
    """What was asked for is not needed after all."""
    service.take_back(call.session, **common(call))
    return done(call, Text("What was asked for is taken back."))


def request_words(case: ActionCase) -> tuple[Text, ...]:
    """What is asked for, by whom and why."""
    request, names = case.standing.request, case.standing.names
    if request is None:
        return ()
    found = [
        Text("%(name)s asks: %(what)s. %(reason)s", name=names.get(request.asked_by_id, ""),
             what=REQUEST_LABELS[request.kind], reason=request.reason)
    ]  # fmt: skip
    if request.wanted_on is not None:
        found.append(
            Text("Until %(day)s. %(impact)s", day=day_words(request.wanted_on), impact=request.impact)
        )
    if request.proposed_owner_id is not None and request.proposed_owner_id in names:
        found.append(Text("Proposed instead: %(name)s", name=names[request.proposed_owner_id]))
    return tuple(found)


def decide_form(call: ActionCall) -> Form:
    """Grant or refuse it, seeing what it moves: days, other actions, the check of the effect, extensions before."""
    case = call.found
    request = case.standing.request
    service.check_decider(call.session, call.who, case.action, case.nc, request)
    if request is None:
        raise Refusal(NOTHING_ASKED)
    fields: list[Field] = [
        choice("granted", Text("Decision"),
               (Option(value=YES, label=Text("Grant it")), Option(value=NO, label=Text("Refuse it")))),
    ]  # fmt: skip
    if request.kind is RequestKind.EXTENSION:
        fields.append(
            Field(
                name="due_on", kind=FieldKind.DAY, label=Text("New due date"), initial=request.wanted_on,
                earliest=max(case.action.due_on + timedelta(days=1), case.standing.today),
                latest=request.wanted_on,
                hint=Text("The day asked for, or an earlier one."),
            )
        )  # fmt: skip
    if request.kind in {RequestKind.CANT_DO, RequestKind.NOT_MINE}:
        fields.append(
            maybe("owner_id", Text("Who does it instead"), case.owners(),
                  hint=Text("Nobody: it is cancelled") if request.kind is RequestKind.CANT_DO
                  else Text("Nobody: whoever was proposed"))
        )  # fmt: skip
    fields.append(words("decision", Text("What you say to it"), hint=Text("Needed when you refuse it.")))
    return Form(
        title=Text("Decide"),
        opening=(*request_words(case), *impact_of(call.session, case.action, case.nc, call.at)),
        fields=tuple(fields),
        send=Text("Record the decision"),
    )


def decide(call: ActionCall) -> Done:
    """Record it."""
    granted = call.values.get("granted")
    if granted not in {YES, NO}:
        raise Invalid(Text("Choose one."), field="granted")
    service.decide(
        call.session,
        **common(call),
        granted=granted == YES,
        decision=said(call, "decision"),
        due_on=day_of(call, "due_on"),
        owner_id=call.person("owner_id"),
    )
    return done(call, Text("Your decision is recorded."))


def due_form(call: ActionCall) -> Form:
    """Another day, by those who judge the work."""
    action = call.found.action
    return Form(
        title=Text("Change the due date"),
        opening=(Text("It is due on %(day)s.", day=day_words(action.due_on)),),
        fields=(
            a_day("due_on", Text("Due date"), earliest=call.found.standing.today, initial=action.due_on),
            words("reason", Text("Reason"), required=True),
        ),
        send=Text("Change the due date"),
    )


def change_due(call: ActionCall) -> Done:
    """Change it."""
    service.change_due(
        call.session,
        **common(call),
        due_on=the_day(call, "due_on", Text("Choose a day.")),
        reason=said(call, "reason"),
    )
    return done(call, Text("The due date is changed."))


ACTS: tuple[Act[ActionCase], ...] = (
    Act(verb="decide", label=Text("Decide"), do=decide, form=decide_form, tone=Tone.PRIMARY),
    Act(verb="take_back", label=Text("Take it back"), do=take_back),
    Act(verb="ask_extension", label=Text("More time"), do=ask_extension, form=extension_form),
    Act(verb="say_cant", label=Text("Cannot be done"), do=say_cannot, form=cannot_form),
    Act(verb="say_not_mine", label=Text("Not mine"), do=say_not_mine, form=not_mine_form),
    Act(verb="ask_cancel", label=Text("Ask to cancel it"), do=ask_cancel, form=cancel_form),
    Act(verb="change_due", label=Text("Change the due date"), do=change_due, form=due_form),
)
