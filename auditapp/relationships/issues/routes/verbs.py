"""Pages of what is done with an issue on its way up, and at its end."""

from typing import Any

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from auditapp.kit.db import current_session
from auditapp.people.guards import guard
from auditapp.people.rules import Capability
from auditapp.relationships.issues import service
from auditapp.relationships.issues.forms import (
    AcceptForm,
    AnswerForm,
    BallForm,
    JumpForm,
    PauseForm,
    ReasonForm,
    ResolveForm,
    SeverityForm,
)
from auditapp.relationships.issues.model import Issue
from auditapp.relationships.issues.queries.standing import Standing
from auditapp.relationships.issues.routes.base import bp, verb_page
from auditapp.relationships.issues.rules.clock import Party
from auditapp.relationships.issues.rules.issue import RequestKind, Status, Verb
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
from auditapp.relationships.rules import Sharing


@bp.route("/relationships/<ref>/issues/<number>/ball", methods=["GET", "POST"])
@guard(Capability.SIGNED_IN)
def ball(ref: str, number: str) -> ResponseReturnValue:
    """Say who has to act next."""

    def do(issue: Issue, form: BallForm, common: dict[str, Any]) -> None:
        service.pass_ball(
            current_session(), issue=issue, to=Party(form.to.data), note=form.note.data or "", **common
        )

    def fill(standing: Standing, form: BallForm) -> None:
        form.to.data = standing.clock.party.other.value

    return verb_page(
        ref,
        number,
        Verb.PASS_BALL,
        BallForm,
        do,
        done=_("It is recorded who has to act next."),
        title=_("The ball is with …"),
        submit=_("Pass the ball"),
        leads=lambda _standing: [
            _(
                "From now on the working days of that party count. What is used of the level's time stays used."
            )
        ],
        offer=lambda standing, form: form.offer(standing.party_names),
        fill=fill,
    )


@bp.route("/relationships/<ref>/issues/<number>/pause", methods=["GET", "POST"])
@guard(Capability.SIGNED_IN)
def pause(ref: str, number: str) -> ResponseReturnValue:
    """Propose a pause."""

    def do(issue: Issue, form: PauseForm, common: dict[str, Any]) -> None:
        assert form.until_on.data is not None  # noqa: S101 - InputRequired
        service.ask_pause(
            current_session(),
            issue=issue,
            until_on=form.until_on.data,
            reason=form.reason.data or "",
            **common,
        )

    return verb_page(
        ref,
        number,
        Verb.ASK_PAUSE,
        PauseForm,
        do,
        done=_("The pause is proposed. The clock goes on until the other party agrees."),
        title=_("Propose a pause"),
        submit=_("Propose the pause"),
        leads=lambda _standing: [
            _("The clock stands only when both parties agree, and goes on by itself on the day you name.")
        ],
    )


@bp.route("/relationships/<ref>/issues/<number>/jump", methods=["GET", "POST"])
@guard(Capability.SIGNED_IN)
def jump(ref: str, number: str) -> ResponseReturnValue:
    """Propose a jump up the ladder."""

    def do(issue: Issue, form: JumpForm, common: dict[str, Any]) -> None:
        service.ask_jump(
            current_session(),
            issue=issue,
            to_level=Level(int(form.to_level.data)),
            reason=form.reason.data or "",
            **common,
        )

    return verb_page(
        ref,
        number,
        Verb.ASK_JUMP,
        JumpForm,
        do,
        done=_("The jump is proposed. Nothing moves until the other party agrees."),
        title=_("Propose to jump up"),
        submit=_("Propose the jump"),
        leads=lambda _standing: [
            _("Levels between are left out, which is recorded. Both parties have to agree.")
        ],
        offer=lambda standing, form: form.offer(standing.level),
    )


@bp.route("/relationships/<ref>/issues/<number>/answer", methods=["GET", "POST"])
@guard(Capability.SIGNED_IN)
def answer(ref: str, number: str) -> ResponseReturnValue:
    """Agree to what the other party proposed, or not."""

    def do(issue: Issue, form: AnswerForm, common: dict[str, Any]) -> None:
        service.answer_request(
            current_session(),
            issue=issue,
            agreed=form.agreed.data == "yes",
            answer=form.answer.data or "",
            how=form.how_said,
            **common,
        )

    def leads(standing: Standing) -> list[str]:
        request = standing.request
        if request is None:
            return []
        if request.kind is RequestKind.JUMP:
            what = _("They propose to jump to %(level)s.", level=LEVEL_WORDS[Level(request.to_level or TOP)])
        else:
            what = _(
                "They propose that the clock stands until the end of %(day)s.",
                day=until_words(
                    request.until_at or request.asked_at,
                    standing.run.calendars[standing.clock.party],
                    request.asked_at,
                ),
            )
        return [what, _("Their reason: %(reason)s", reason=request.reason)]

    return verb_page(
        ref,
        number,
        Verb.ANSWER,
        AnswerForm,
        do,
        done=_("Your answer is recorded."),
        title=_("Answer the proposal"),
        submit=_("Record the answer"),
        leads=leads,
        offer=lambda standing, form: form.for_partner(needed=standing.for_partner and standing.request_mine),
    )


@bp.route("/relationships/<ref>/issues/<number>/move-up", methods=["GET", "POST"])
@guard(Capability.SIGNED_IN)
def move_up(ref: str, number: str) -> ResponseReturnValue:
    """Put it to the next level."""

    def leads(standing: Standing) -> list[str]:
        if standing.level >= TOP:
            return []
        above = Level(standing.level + 1)
        days = limits_from(standing.stays[-1].limits)[above][standing.issue.severity]
        return [
            _("It goes to %(level)s at once.", level=LEVEL_WORDS[above]),
            ngettext(
                "They have %(num)s working day, from then on.",
                "They have %(num)s working days, from then on.",
                days,
            ),
        ]

    return verb_page(
        ref,
        number,
        Verb.MOVE_UP,
        ReasonForm,
        lambda issue, form, common: service.move_up(
            current_session(), issue=issue, reason=form.reason.data or "", **common
        ),
        done=_("It is moved up."),
        title=_("Move it up"),
        submit=_("Move it up"),
        leads=leads,
    )


@bp.route("/relationships/<ref>/issues/<number>/severity", methods=["GET", "POST"])
@guard(Capability.SIGNED_IN)
def severity(ref: str, number: str) -> ResponseReturnValue:
    """Say that it is more or less severe."""

    def do(issue: Issue, form: SeverityForm, common: dict[str, Any]) -> None:
        service.change_severity(
            current_session(),
            issue=issue,
            severity=Severity(form.severity.data),
            reason=form.reason.data or "",
            **common,
        )

    def leads(standing: Standing) -> list[str]:
        days = limits_from(standing.stays[-1].limits)[standing.level]
        return [
            _("The time of the level is counted anew from when it was entered; what is used stays used."),
            _(
                "On this level: %(days)s.",
                days=", ".join(f"{SEVERITY_LABELS[one]} {days[one]}" for one in Severity),
            ),
            _("When that is over already, its time is over at once."),
        ]

    return verb_page(
        ref,
        number,
        Verb.CHANGE_SEVERITY,
        SeverityForm,
        do,
        done=_("The severity is changed."),
        title=_("Change the severity"),
        submit=_("Change the severity"),
        leads=leads,
        fill=lambda standing, form: setattr(form.severity, "data", standing.issue.severity.value),
    )


@bp.route("/relationships/<ref>/issues/<number>/resolve", methods=["GET", "POST"])
@guard(Capability.SIGNED_IN)
def resolve(ref: str, number: str) -> ResponseReturnValue:
    """Say how it is resolved."""

    def do(issue: Issue, form: ResolveForm, common: dict[str, Any]) -> None:
        service.resolve(
            current_session(),
            issue=issue,
            cause=form.cause.data or "",
            resolution=form.resolution.data or "",
            lesson=form.lesson.data or "",
            **common,
        )

    def fill(standing: Standing, form: ResolveForm) -> None:
        issue = standing.issue
        form.cause.data, form.resolution.data, form.lesson.data = issue.cause, issue.resolution, issue.lesson

    def leads(standing: Standing) -> list[str]:
        if standing.issue.sharing is Sharing.INTERNAL:
            return [_("It is closed at once: nobody else has to accept it.")]
        return [_("The other party reads it and accepts it, or objects. Until then the clock stands.")]

    return verb_page(
        ref,
        number,
        Verb.RESOLVE,
        ResolveForm,
        do,
        done=_("The resolution is recorded."),
        title=_("Resolve it"),
        submit=_("Record the resolution"),
        leads=leads,
        fill=fill,
    )


@bp.route("/relationships/<ref>/issues/<number>/accept", methods=["GET", "POST"])
@guard(Capability.SIGNED_IN)
def accept(ref: str, number: str) -> ResponseReturnValue:
    """Accept the resolution, or object to it."""

    def do(issue: Issue, form: AcceptForm, common: dict[str, Any]) -> None:
        if form.agreed.data == "yes":
            service.accept(current_session(), issue=issue, how=form.how_said, **common)
        else:
            service.object_to(
                current_session(),
                issue=issue,
                reason=form.answer.data or "",
                how=form.how_said,
                **common,
            )

    def offer(standing: Standing, form: AcceptForm) -> None:
        own = standing.issue.resolved_party is Party.OWN
        form.for_partner(needed=standing.for_partner and own)

    return verb_page(
        ref,
        number,
        Verb.ACCEPT,
        AcceptForm,
        do,
        done=_("Your answer is recorded."),
        title=_("Answer the resolution"),
        submit=_("Record the answer"),
        template="issues/accept.html",
        offer=offer,
    )


@bp.route("/relationships/<ref>/issues/<number>/reopen", methods=["GET", "POST"])
@guard(Capability.SIGNED_IN)
def reopen(ref: str, number: str) -> ResponseReturnValue:
    """It is not resolved after all."""

    def do(issue: Issue, form: ReasonForm, common: dict[str, Any]) -> None:
        common.pop("seen")
        service.reopen(current_session(), issue=issue, reason=form.reason.data or "", **common)

    def leads(standing: Standing) -> list[str]:
        what = _("withdrawn") if standing.status is Status.WITHDRAWN else _("resolved")
        return [
            _(
                "It goes on at %(level)s, where it was %(what)s, with that level's whole time.",
                level=LEVEL_LABELS[standing.level],
                what=what,
            )
        ]

    return verb_page(
        ref,
        number,
        Verb.REOPEN,
        ReasonForm,
        do,
        done=_("It is open again."),
        title=_("Reopen it"),
        submit=_("Reopen it"),
        leads=leads,
    )


@bp.route("/relationships/<ref>/issues/<number>/withdraw", methods=["GET", "POST"])
@guard(Capability.SIGNED_IN)
def withdraw(ref: str, number: str) -> ResponseReturnValue:
    """Who raised it takes it back."""
    return verb_page(
        ref,
        number,
        Verb.WITHDRAW,
        ReasonForm,
        lambda issue, form, common: service.withdraw(
            current_session(), issue=issue, reason=form.reason.data or "", **common
        ),
        done=_("It is withdrawn."),
        title=_("Withdraw it"),
        submit=_("Withdraw %(ref)s", ref=number),
        leads=lambda _standing: [_("It stays on record with its reason, and can be reopened.")],
    )
