"""Messages, what came of each, dead letters, and the channels."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard, settings
from auditapp.people.queries import names_of
from auditapp.people.rules import Capability
from auditapp.reminders.outbox import channels, queries, service
from auditapp.reminders.outbox.queries import lists
from auditapp.reminders.outbox.queries.lists import Wanted
from auditapp.reminders.outbox.routes.base import WORDS, bp
from auditapp.reminders.outbox.rules import MessageKind, State


def _wanted() -> Wanted:
    """What the address asks for; what cannot be read is left out."""
    given = request.args
    state, kind = given.get("state", ""), given.get("kind", "")
    return Wanted(
        state=State(state) if state in set(State) else None,
        kind=MessageKind(kind) if kind in set(MessageKind) else None,
        channel=given.get("channel", "")[:20],
        person_id=given.get("person", type=UUID),
        fallen=given.get("fallen") == "1",
    )


@bp.get("/")
@guard(Capability.MANAGE_PROGRAMME)
def index() -> str:
    """Every message, the newest first; the filters are the address."""
    session = current_session()
    wanted = _wanted()
    late = timedelta(minutes=settings().clock_late_minutes)
    return render_template(
        "outbox/index.html",
        page=lists.messages_page(session, wanted, page=request.args.get("page", 1, type=int)),
        counts=lists.counts_by_state(session),
        people=lists.people_told(session),
        channels=[one.name for one in channels.registered()],
        dead=[one for one in queries.channel_states(session).values() if one.dead_since is not None],
        overdue=queries.waiting(session, at=clock.now(), late=late).overdue,
        wanted=wanted,
        states=State,
        kinds=MessageKind,
        **WORDS,
    )


@bp.get("/<uuid:message_id>")
@guard(Capability.MANAGE_PROGRAMME)
def show(message_id: UUID) -> str:
    """One message: what it tells, every try, and what can be done."""
    session = current_session()
    found = queries.message_by_id(session, message_id)
    return render_template(
        "outbox/show.html",
        found=found,
        name=names_of(session, [found.person_id]).get(found.person_id, ""),
        attempts=lists.attempts_of(session, message_id),
        notices=lists.notices_of(session, message_id),
        **WORDS,
    )


@bp.post("/<uuid:message_id>/again")
@guard(Capability.MANAGE_PROGRAMME)
def again(message_id: UUID) -> ResponseReturnValue:
    """Send a dead letter again."""
    service.resend(current_session(), actor=actor(), at=clock.now(), message_id=message_id)
    flash(_("It goes out again within a minute; every channel is tried anew."), "success")
    return redirect(url_for("outbox.show", message_id=message_id))


@bp.get("/channels")
@guard(Capability.MANAGE_PROGRAMME)
def channel_list() -> str:
    """How each channel does."""
    states = queries.channel_states(current_session())
    rows: list[dict[str, Any]] = [
        {"channel": one, "state": states.get(one.name)} for one in channels.registered()
    ]
    return render_template("outbox/channels.html", rows=rows, at=clock.now(), **WORDS)


@bp.post("/channels/<name>/again")
@guard(Capability.MANAGE_PROGRAMME)
def channel_again(name: str) -> ResponseReturnValue:
    """Use a channel again at once."""
    service.reopen(current_session(), actor=actor(), at=clock.now(), name=name)
    flash(_("The channel is used again from the next message on."), "success")
    return redirect(url_for("outbox.channel_list"))
