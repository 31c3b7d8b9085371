"""Asking for something else than going on, and deciding about it."""

from typing import Any

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.findings.actions import service
from auditapp.findings.actions.forms import DecideForm, ExtendForm, NotMineForm, WhyForm, people
from auditapp.findings.actions.queries import impact_of, open_request, possible_owners
from auditapp.findings.actions.routes.base import common, find, verb_page
from auditapp.findings.blueprint import bp
from auditapp.findings.model import Action, Nonconformity
from auditapp.findings.rules.action import ActionVerb, RequestKind
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.errors import Refusal
from auditapp.kit.text import Text, day_words
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability


@bp.route("/actions/<ref>/more-time", methods=["GET", "POST"])
@guard(Capability.SIGNED_IN)
def ask_extension(ref: str) -> ResponseReturnValue:
    """Ask for more time."""

    def do(action: Action, form: ExtendForm) -> None:
        assert form.wanted_on.data is not None  # noqa: S101 - InputRequired
        service.ask_extension(
            current_session(),
            wanted_on=form.wanted_on.data,
            reason=form.reason.data or "",
            impact=form.impact.data or "",
            **common(action, form),
        )

    def leads(action: Action, nc: Nonconformity) -> list[str]:
        del nc
        latest = service.latest_extension(current_session(), action, clock.now())
        return [
            _(
                "It is due on %(due)s. Once, it can be put off to %(latest)s at most.",
                due=day_words(action.due_on),
                latest=day_words(latest),
            ),
            _("Each further time somebody higher up decides."),
        ]

    return verb_page(
        ref,
        ActionVerb.ASK_EXTENSION,
        ExtendForm,
        do,
        _("You asked for more time."),
        title=_("More time"),
        submit=_("Ask for more time"),
        leads=leads,
    )


@bp.route("/actions/<ref>/cannot", methods=["GET", "POST"])
@guard(Capability.SIGNED_IN)
def say_cant(ref: str) -> ResponseReturnValue:
    """It cannot be done."""
    return verb_page(
        ref,
        ActionVerb.SAY_CANT,
        WhyForm,
        lambda action, form: service.say_cant(
            current_session(), reason=form.reason.data or "", **common(action, form)
        ),
        _("You said that it cannot be done."),
        title=_("It cannot be done"),
        submit=_("Say so"),
        leads=lambda _action, _nc: [
            _("Whoever decides gives it to somebody else, cancels it, or asks you to go on.")
        ],
    )


@bp.route("/actions/<ref>/not-mine", methods=["GET", "POST"])
@guard(Capability.SIGNED_IN)
def say_not_mine(ref: str) -> ResponseReturnValue:
    """It belongs to somebody else."""

    def offer(action: Action, nc: Nonconformity, form: NotMineForm) -> None:
        found = possible_owners(current_session(), nc, actor())
        form.proposed_owner_id.choices = people(found, _("I do not know"))
        del action

    return verb_page(
        ref,
        ActionVerb.SAY_NOT_MINE,
        NotMineForm,
        lambda action, form: service.say_not_mine(
            current_session(),
            reason=form.reason.data or "",
            proposed_owner_id=form.proposed_owner_id.data,
            **common(action, form),
        ),
        _("You said that it belongs to somebody else."),
        title=_("Not mine"),
        submit=_("Say so"),
        leads=lambda _action, _nc: [_("Until it is decided, it stays with you.")],
        offer=offer,
    )


@bp.route("/actions/<ref>/cancel", methods=["GET", "POST"])
@guard(Capability.SIGNED_IN)
def ask_cancel_action(ref: str) -> ResponseReturnValue:
    """It is no longer needed."""
    return verb_page(
        ref,
        ActionVerb.ASK_CANCEL,
        WhyForm,
        lambda action, form: service.ask_cancel(
            current_session(), reason=form.reason.data or "", **common(action, form)
        ),
        _("You asked to cancel it."),
        title=_("Cancel it"),
        submit=_("Ask to cancel it"),
        leads=lambda _action, _nc: [_("It is cancelled when somebody outside the work approves.")],
    )


@bp.route("/actions/<ref>/decide", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def decide_request(ref: str) -> ResponseReturnValue:
    """Grant or refuse what is asked for, seeing what it moves."""
    session = current_session()
    action, nc = find(ref)
    asked = open_request(session, action.id)
    service.check_decider(session, actor(), action, nc, asked)
    if asked is None:
        raise Refusal(Text("Nothing is asked for here now."))
    kind = asked.kind

    def offer(action: Action, nc: Nonconformity, form: DecideForm) -> None:
        first = _("Nobody: it is cancelled") if kind is RequestKind.CANT_DO else _("Whoever was proposed")
        form.owner_id.choices = people(possible_owners(current_session(), nc, actor()), first)
        if kind is not RequestKind.EXTENSION:
            del form.due_on
        if kind in {RequestKind.EXTENSION, RequestKind.CANCEL}:
            del form.owner_id
        del action

    def do(action: Action, form: DecideForm) -> None:
        service.decide(
            current_session(),
            granted=form.granted.data == "yes",
            decision=form.decision.data or "",
            due_on=form.due_on.data if "due_on" in form else None,
            owner_id=form.owner_id.data if "owner_id" in form else None,
            **common(action, form),
        )

    def fill(action: Action, form: DecideForm) -> None:
        del action
        if "due_on" in form:
            form.due_on.data = asked.wanted_on

    def shown(action: Action, nc: Nonconformity) -> dict[str, Any]:
        return {"impact": impact_of(current_session(), action, nc, clock.now())}

    return verb_page(
        ref,
        ActionVerb.DECIDE,
        DecideForm,
        do,
        _("Your decision is recorded."),
        title=_("Decide"),
        submit=_("Record the decision"),
        template="findings/actions/decide.html",
        offer=offer,
        fill=fill,
        shown=shown,
    )
