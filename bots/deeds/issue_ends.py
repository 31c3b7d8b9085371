"""How an issue is answered and ended: proposals, resolutions, acceptance. And what all its acts share."""

from collections.abc import Callable
from typing import Any

from auditapp.kit.text import Text
from auditapp.relationships.issues import service
from auditapp.relationships.issues.queries.standing import Standing
from auditapp.relationships.issues.rules.clock import Party
from auditapp.relationships.issues.rules.issue import (
    RequestKind,
    Status,
)
from auditapp.relationships.issues.rules.ladder import (
    LEVEL_WORDS,
    TOP,
    Level,
)
from auditapp.relationships.issues.rules.turn import until_words
from auditapp.relationships.rules import Sharing
from bots.deeds.ground import Act, Call, line, words
from bots.deeds.rules import Done, Field, Form, Tone

STAYS = 1000  # on a level; the number of the one that was shown goes back with the version of the row
LONGEST_HOW = 300
REASON = words("reason", Text("Reason"), required=True)
IssueCall = Call[Standing]


def pack(version: int, stay: int) -> int:
    """The version of the row and the stay on a level in one number: a change of either makes a deed stale."""
    return version * STAYS + min(stay, STAYS - 1)


def seen(call: IssueCall) -> dict[str, Any]:
    """What was shown, as the services take it."""
    if call.version is None:
        return {"version": None, "seen": None}
    return {"version": call.version // STAYS, "seen": call.version % STAYS}


def common(call: IssueCall) -> dict[str, Any]:
    """What every service of an issue takes."""
    return {"issue": call.found.issue, **call.common, **seen(call)}


def said_of(call: IssueCall, what: Text) -> Done:
    """What happened, and whose turn it is after it."""
    call.session.flush()
    return Done(said=what)


def _how(standing: Standing, *, needed: bool) -> tuple[Field, ...]:
    """How the partner said it, where nobody of theirs can sign in."""
    if not (standing.for_partner and needed):
        return ()
    return (
        line(
            "how",
            Text("Who of the partner answered, when and how"),
            longest=LONGEST_HOW,
            required=True,
            hint=Text("Nobody of the partner can sign in here, so their answer is recorded for them."),
        ),
    )


def _speaks_for_partner(call: IssueCall) -> bool:
    return call.found.for_partner and call.found.issue.resolved_party is Party.OWN


def _resolution(call: IssueCall) -> tuple[Text, ...]:
    issue = call.found.issue
    return (
        Text("Cause: %(words)s", words=issue.cause),
        Text("Resolution: %(words)s", words=issue.resolution),
        Text("Lesson: %(words)s", words=issue.lesson),
    )


def _accept_form(call: IssueCall) -> Form:
    return Form(
        title=Text("Accept the resolution"),
        opening=(*_resolution(call), Text("The issue is closed.")),
        fields=_how(call.found, needed=_speaks_for_partner(call)),
        send=Text("Accept it"),
    )


def _accept(call: IssueCall) -> Done:
    service.accept(call.session, how=call.text("how"), **common(call))
    return said_of(call, Text("The resolution is accepted: the issue is closed."))


def _object_form(call: IssueCall) -> Form:
    return Form(
        title=Text("Object to it"),
        opening=_resolution(call),
        fields=(
            words("reason", Text("What is missing"), required=True),
            *_how(call.found, needed=_speaks_for_partner(call)),
        ),
        send=Text("Object"),
    )


def _object(call: IssueCall) -> Done:
    service.object_to(call.session, reason=call.text("reason"), how=call.text("how"), **common(call))
    return said_of(
        call, Text("Your objection is recorded. It is the turn of the party that said how it is resolved.")
    )


def _proposal(standing: Standing) -> tuple[Text, ...]:
    """What the other party proposes, and why."""
    request = standing.request
    if request is None:
        return ()
    if request.kind is RequestKind.JUMP:
        what = Text("They propose to jump to %(level)s.", level=LEVEL_WORDS[Level(request.to_level or TOP)])
    else:
        what = Text(
            "They propose that the clock stands until the end of %(day)s.",
            day=until_words(
                request.until_at or request.asked_at,
                standing.run.calendars[standing.clock.party],
                request.asked_at,
            ),
        )
    return (what, Text("Their reason: %(reason)s", reason=request.reason))


def _answer_form(title: Text, send: Text, *, why: bool) -> Callable[[IssueCall], Form]:
    def form(call: IssueCall) -> Form:
        return Form(
            title=title,
            opening=_proposal(call.found),
            fields=(
                words("answer", Text("What you say to it"), required=why),
                *_how(call.found, needed=call.found.request_mine),
            ),
            send=send,
        )

    return form


def _answer(*, agreed: bool) -> Callable[[IssueCall], Done]:
    def run(call: IssueCall) -> Done:
        service.answer_request(
            call.session, agreed=agreed, answer=call.text("answer"), how=call.text("how"), **common(call)
        )
        return said_of(
            call,
            Text("You agreed to the proposal; it holds from now on.")
            if agreed
            else Text("You refused the proposal. The clock goes on as before."),
        )

    return run


def _resolve_form(call: IssueCall) -> Form:
    issue = call.found.issue
    internal = issue.sharing is Sharing.INTERNAL
    return Form(
        title=Text("Resolve it"),
        opening=(
            Text("It is closed at once: nobody else has to accept it.")
            if internal
            else Text("The other party reads it and accepts it, or objects. Until then the clock stands."),
        ),
        fields=(
            words("cause", Text("Cause"), required=True, initial=issue.cause),
            words("resolution", Text("Resolution"), required=True, initial=issue.resolution),
            words(
                "lesson",
                Text("Lesson"),
                required=True,
                initial=issue.lesson,
                hint=Text("What both parties do differently from now on."),
            ),
        ),
        send=Text("Record the resolution"),
    )


def _resolve(call: IssueCall) -> Done:
    service.resolve(
        call.session,
        cause=call.text("cause"),
        resolution=call.text("resolution"),
        lesson=call.text("lesson"),
        **common(call),
    )
    if call.found.issue.status is Status.CLOSED:
        return said_of(call, Text("The resolution is recorded: the issue is closed."))
    return said_of(
        call, Text("The resolution is recorded. It is the other party’s turn to accept it, or to object.")
    )


ENDS: tuple[Act[Standing], ...] = (
    Act(verb="agree", label=Text("Agree"), tone=Tone.PRIMARY, do=_answer(agreed=True),
        form=_answer_form(Text("Agree to the proposal"), Text("Agree"), why=False)),
    Act(verb="refuse", label=Text("Refuse"), do=_answer(agreed=False),
        form=_answer_form(Text("Refuse the proposal"), Text("Refuse"), why=True)),
    Act(verb="accept", label=Text("Accept the resolution"), tone=Tone.PRIMARY, do=_accept, form=_accept_form),
    Act(verb="object", label=Text("Object"), do=_object, form=_object_form),
    Act(verb="resolve", label=Text("Resolve it"), tone=Tone.PRIMARY, do=_resolve, form=_resolve_form),
)  # fmt: skip
