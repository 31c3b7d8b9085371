"""What can be done with an issue: each act calls the service that its page calls, and asks what its page asks."""

from collections.abc import Callable
from datetime import timedelta

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
from auditapp.relationships.rules import SHARING_LABELS, Sharing
from bots.deeds.ground import Act, choice, day, options, words
from bots.deeds.issue_ends import ENDS, REASON, IssueCall, common, said_of
from bots.deeds.rules import Done, Form, Option, Tone

_SPEAKS = frozenset({Part.SPEAKS_OWN, Part.SPEAKS_PARTNER})
A_YEAR = timedelta(days=365)


def _reasoned(do: Callable[..., object], said: Text, *, stay: bool = True) -> Callable[[IssueCall], Done]:
    """An act that takes a reason."""

    def run(call: IssueCall) -> Done:
        given = common(call)
        if not stay:
            given.pop("seen")
        do(call.session, reason=call.text("reason"), **given)
        return said_of(call, said)

    return run


def _pressed(do: Callable[..., object], said: Text, *, stay: bool = True) -> Callable[[IssueCall], Done]:
    """An act that asks nothing."""

    def run(call: IssueCall) -> Done:
        given = common(call)
        if not stay:
            given.pop("seen")
        do(call.session, **given)
        return said_of(call, said)

    return run


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
    return said_of(call, Text("It stands below the issue now."))


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
    service.pass_ball(call.session, to=call.one("to", Party), note=call.text("note"), **common(call))
    return said_of(call, Text("It is recorded who has to act next."))


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
        call.session, severity=call.one("severity", Severity), reason=call.text("reason"), **common(call)
    )
    return said_of(call, Text("The severity is changed, and the time of the level with it."))


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
    service.ask_pause(call.session, until_on=call.day("until_on"), reason=call.text("reason"), **common(call))
    return said_of(call, Text("The pause is proposed. The clock goes on until the other party agrees."))


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
    service.ask_jump(call.session, to_level=level, reason=call.text("reason"), **common(call))
    return said_of(call, Text("The jump is proposed. Nothing moves until the other party agrees."))


def _reason_form(title: Text, send: Text, *opening: Text) -> Callable[[IssueCall], Form]:
    return lambda _call: Form(title=title, opening=opening, fields=(REASON,), send=send)


ACTS: tuple[Act[Standing], ...] = (
    *ENDS,
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
