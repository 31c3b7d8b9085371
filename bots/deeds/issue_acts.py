"""What can be done with an issue: each act calls the service that its page calls, and asks what its page asks."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from auditapp.kit.clock import day_in
from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from auditapp.relationships.issues import service
from auditapp.relationships.issues.queries.standing import Standing
from auditapp.relationships.issues.rules.clock import Party
from auditapp.relationships.issues.rules.issue import (
    COMMENT_LABELS,
    CommentKind,
    Part,
    RequestKind,
    Status,
)
from auditapp.relationships.issues.rules.ladder import (
    LEVEL_LABELS,
    LEVEL_WORDS,
    SEVERITY_LABELS,
    TOP,
    Level,
    Severity,
    limits_from,
)
from auditapp.relationships.issues.rules.turn import until_words
from auditapp.relationships.rules import SHARING_LABELS, Sharing
from bots.deeds.ground import Act, Call, choice, day, line, options, words
from bots.deeds.rules import Done, Field, Form, Option, Tone

STAYS = 1000  # on a level; the number of the one that was shown goes back with the version of the row
LONGEST_HOW = 300
A_YEAR = timedelta(days=365)
REASON = words("reason", Text("Reason"), required=True)
_SPEAKS = frozenset({Part.SPEAKS_OWN, Part.SPEAKS_PARTNER})
IssueCall = Call[Standing]


def pack(version: int, stay: int) -> int:
    """The version of the row and the stay on a level in one number: a change of either makes a deed stale."""
    return version * STAYS + min(stay, STAYS - 1)


def seen(call: IssueCall) -> dict[str, Any]:
    """What was shown, as the services take it."""
    if call.version is None:
        return {"version": None, "seen": None}
    return {"version": call.version // STAYS, "seen": call.version % STAYS}


def _common(call: IssueCall) -> dict[str, Any]:
    return {"issue": call.found.issue, **call.common, **seen(call)}


def _said(call: IssueCall, what: Text) -> Done:
    """What happened, and whose turn it is after it."""
    call.session.flush()
    return Done(said=what)


def _reasoned(do: Callable[..., object], said: Text, *, stay: bool = True) -> Callable[[IssueCall], Done]:
    """An act that takes a reason."""

    def run(call: IssueCall) -> Done:
        common = _common(call)
        if not stay:
            common.pop("seen")
        do(call.session, reason=call.text("reason"), **common)
        return _said(call, said)

    return run


def _pressed(do: Callable[..., object], said: Text, *, stay: bool = True) -> Callable[[IssueCall], Done]:
    """An act that asks nothing."""

    def run(call: IssueCall) -> Done:
        common = _common(call)
        if not stay:
            common.pop("seen")
        do(call.session, **common)
        return _said(call, said)

    return run


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
    service.accept(call.session, how=call.text("how"), **_common(call))
    return _said(call, Text("The resolution is accepted: the issue is closed."))


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
    service.object_to(call.session, reason=call.text("reason"), how=call.text("how"), **_common(call))
    return _said(
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
            call.session, agreed=agreed, answer=call.text("answer"), how=call.text("how"), **_common(call)
        )
        return _said(
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
        **_common(call),
    )
    if call.found.issue.status is Status.CLOSED:
        return _said(call, Text("The resolution is recorded: the issue is closed."))
    return _said(
        call, Text("The resolution is recorded. It is the other party’s turn to accept it, or to object.")
    )


def _move_up_form(call: IssueCall) -> Form:
    standing = call.found
    above = Level(min(standing.level + 1, TOP))
    days = limits_from(standing.stays[-1].limits)[above][standing.issue.severity]
    return Form(
        title=Text("Move it up"),
        opening=(
            Text("It goes to %(level)s at once.", level=LEVEL_WORDS[above]),
            Text("They have %(num)s working days, from then on.", num=days),
        ),
        fields=(REASON,),
        send=Text("Move it up"),
    )


def speaks_shared(standing: Standing) -> bool:
    """Whether what the reader writes can be a proposal to the other party."""
    return (
        bool(standing.parts & _SPEAKS)
        and standing.issue.sharing is Sharing.SHARED
        and standing.status is Status.OPEN
    )


def _comment_form(call: IssueCall) -> Form:
    standing = call.found
    fields = [words("text", Text("Your comment"), required=True)]
    if speaks_shared(standing):
        fields.append(
            choice("kind", Text("What it is"), options(COMMENT_LABELS), initial=CommentKind.COMMENT.value)
        )
    if standing.own and standing.issue.sharing is Sharing.SHARED:
        fields.append(
            choice("sharing", Text("Who reads it"), options(SHARING_LABELS), initial=Sharing.INTERNAL.value)
        )
    return Form(title=Text("Comment"), fields=tuple(fields), send=Text("Say it"))


def _comment(call: IssueCall) -> Done:
    standing = call.found
    chooses = standing.own and standing.issue.sharing is Sharing.SHARED
    service.comment(
        call.session,
        issue=standing.issue,
        text=call.text("text"),
        kind=call.one("kind", CommentKind) if speaks_shared(standing) else CommentKind.COMMENT,
        sharing=call.one("sharing", Sharing) if chooses else Sharing.INTERNAL,
        **call.common,
    )
    return _said(call, Text("It stands below the issue now."))


def _ball_form(call: IssueCall) -> Form:
    standing = call.found
    return Form(
        title=Text("The ball is with …"),
        opening=(
            Text(
                "From now on the working days of that party count. What is used of the level’s time stays used."
            ),
        ),
        fields=(
            choice(
                "to",
                Text("Who has to act next"),
                [Option(value=one.value, label=standing.party_names[one]) for one in Party],
                initial=standing.clock.party.other.value,
            ),
            words("note", Text("What is expected of them"), required=True),
        ),
        send=Text("Pass the ball"),
    )


def _ball(call: IssueCall) -> Done:
    service.pass_ball(call.session, to=call.one("to", Party), note=call.text("note"), **_common(call))
    return _said(call, Text("It is recorded who has to act next."))


def _severity_form(call: IssueCall) -> Form:
    standing = call.found
    days = limits_from(standing.stays[-1].limits)[standing.level]
    return Form(
        title=Text("Change the severity"),
        opening=(
            Text("The time of the level is counted anew from when it was entered; what is used stays used."),
            *(
                Text("%(severity)s: %(days)s working days on this level.", severity=label, days=days[one])
                for one, label in SEVERITY_LABELS.items()
            ),
            Text("When that is over already, its time is over at once."),
        ),
        fields=(
            choice(
                "severity", Text("Severity"), options(SEVERITY_LABELS), initial=standing.issue.severity.value
            ),
            REASON,
        ),
        send=Text("Change the severity"),
    )


def _severity(call: IssueCall) -> Done:
    service.change_severity(
        call.session, severity=call.one("severity", Severity), reason=call.text("reason"), **_common(call)
    )
    return _said(call, Text("The severity is changed, and the time of the level with it."))


def _pause_form(call: IssueCall) -> Form:
    here = day_in(_zone(call.found, call.who), call.at)
    return Form(
        title=Text("Propose a pause"),
        opening=(
            Text("The clock stands only when both parties agree, and goes on by itself on the day you name."),
        ),
        fields=(
            day(
                "until_on",
                Text("When it goes on"),
                earliest=here + timedelta(days=1),
                latest=here + A_YEAR,
                hint=Text("The clock goes on by itself at the beginning of this day."),
            ),
            REASON,
        ),
        send=Text("Propose the pause"),
    )


def _zone(standing: Standing, who: Principal) -> str:
    calendar = standing.run.calendars.get(standing.clock.party)
    return calendar.zone if calendar is not None else who.zone


def _pause(call: IssueCall) -> Done:
    service.ask_pause(
        call.session, until_on=call.day("until_on"), reason=call.text("reason"), **_common(call)
    )
    return _said(call, Text("The pause is proposed. The clock goes on until the other party agrees."))


def _jump_form(call: IssueCall) -> Form:
    above = [Option(value=str(int(one)), label=LEVEL_LABELS[one]) for one in Level if one > call.found.level]
    return Form(
        title=Text("Propose to jump up"),
        opening=(Text("Levels between are left out, which is recorded. Both parties have to agree."),),
        fields=(choice("to_level", Text("To which level"), above), REASON),
        send=Text("Propose the jump"),
    )


def _jump(call: IssueCall) -> Done:
    given = call.text("to_level")
    level = Level(int(given)) if given in {str(int(one)) for one in Level} else Level.OPERATIONAL
    service.ask_jump(call.session, to_level=level, reason=call.text("reason"), **_common(call))
    return _said(call, Text("The jump is proposed. Nothing moves until the other party agrees."))


def _reason_form(title: Text, send: Text, *opening: Text) -> Callable[[IssueCall], Form]:
    return lambda _call: Form(title=title, opening=opening, fields=(REASON,), send=send)


ACTS: tuple[Act[Standing], ...] = (
    Act(verb="agree", label=Text("Agree"), tone=Tone.PRIMARY, do=_answer(agreed=True),
        form=_answer_form(Text("Agree to the proposal"), Text("Agree"), why=False)),
    Act(verb="refuse", label=Text("Refuse"), do=_answer(agreed=False),
        form=_answer_form(Text("Refuse the proposal"), Text("Refuse"), why=True)),
    Act(verb="accept", label=Text("Accept the resolution"), tone=Tone.PRIMARY, do=_accept, form=_accept_form),
    Act(verb="object", label=Text("Object"), do=_object, form=_object_form),
    Act(verb="resolve", label=Text("Resolve it"), tone=Tone.PRIMARY, do=_resolve, form=_resolve_form),
    Act(verb="comment", label=Text("Comment"), do=_comment, form=_comment_form),
    Act(verb="move_up", label=Text("Move it up"),
        do=_reasoned(service.move_up, Text("It is moved up. The holders of the next level have been told.")),
        form=_move_up_form),
    Act(verb="pass_ball", label=Text("Pass the ball"), do=_ball, form=_ball_form),
    Act(verb="ask_pause", label=Text("Propose a pause"), do=_pause, form=_pause_form),
    Act(verb="change_severity", label=Text("Change the severity"), do=_severity, form=_severity_form),
    Act(verb="ask_jump", label=Text("Propose to jump up"), do=_jump, form=_jump_form),
    Act(verb="take_back", label=Text("Take the proposal back"),
        do=_pressed(service.take_back_request, Text("The proposal is taken back."), stay=False)),
    Act(verb="resume", label=Text("Take it up again"), do=_pressed(service.resume, Text("The clock goes on."))),
    Act(verb="share", label=Text("Share it"),
        do=_pressed(service.share_issue, Text("The partner sees it from now on.")),
        confirm=Text("The partner sees it from now on. This cannot be taken back.")),
    Act(verb="reopen", label=Text("Reopen it"),
        do=_reasoned(service.reopen, Text("It is open again, on the level where it ended."), stay=False),
        form=_reason_form(Text("Reopen it"), Text("Reopen it"),
                          Text("It goes on where it ended, with that level’s whole time."))),
    Act(verb="withdraw", label=Text("Withdraw it"), tone=Tone.DANGER,
        do=_reasoned(service.withdraw, Text("It is withdrawn. It stays on record, and can be reopened.")),
        form=_reason_form(Text("Withdraw it"), Text("Withdraw it"),
                          Text("It stays on record with its reason, and can be reopened."))),
)  # fmt: skip
