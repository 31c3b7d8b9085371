"""The pages of webhooks, for the system manager."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from auditapp.api.webhooks import queries
from auditapp.api.webhooks.events import ALL, LABELS, grouped
from auditapp.api.webhooks.forms import ResumeForm, WebhookForm
from auditapp.api.webhooks.model import Webhook
from auditapp.api.webhooks.posting import check, post
from auditapp.api.webhooks.rules import (
    MOST_TRIES,
    STATE_LABELS,
    STATUS_LABELS,
    STATUS_TONES,
    WHY_LABELS,
    State,
    Status,
    tone_of,
)
from auditapp.api.webhooks.running import allowed_of, vault_of
from auditapp.api.webhooks.service import managing
from auditapp.api.webhooks.service.managing import Wish
from auditapp.api.webhooks.service.putting import ping
from auditapp.api.webhooks.service.sending import Claim, record_try, take
from auditapp.kit import clock
from auditapp.kit.db import begins_itself, current_session, release, run_unit
from auditapp.kit.errors import Refusal
from auditapp.kit.text import Text
from auditapp.people.guards import actor, guard, settings
from auditapp.people.rules import Capability
from auditapp.reminders.engine.running import worker_name

bp = Blueprint("webhooks", __name__, template_folder="templates", url_prefix="/webhooks")
_WORDS = {
    "labels": LABELS, "states": STATE_LABELS, "statuses": STATUS_LABELS, "status_tones": STATUS_TONES, "whys": WHY_LABELS,
    "tone_of": tone_of, "State": State, "Status": Status, "most_tries": MOST_TRIES,
}  # fmt: skip


def _find(webhook_id: UUID) -> Webhook:
    return queries.webhook_by_id(current_session(), actor(), webhook_id)


def _to(webhook_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("webhooks.show", webhook_id=webhook_id))


@bp.get("/")
@guard(Capability.MANAGE_SETTINGS)
def index() -> str:
    """Every webhook, how it stands, and what waits for it."""
    lines = queries.webhooks(current_session())
    return render_template("webhooks/index.html", lines=lines, **_WORDS)


def _form(form: WebhookForm, webhook: Webhook | None) -> str:
    chosen = {*(form.events.data or ())}
    return render_template(
        "webhooks/edit.html",
        form=form,
        webhook=webhook,
        groups=grouped(),
        all=ALL,
        labels=LABELS,
        chosen=chosen,
    )


@bp.get("/new")
@guard(Capability.MANAGE_SETTINGS)
def new() -> str:
    """A form for a new one."""
    return _form(WebhookForm(formdata=None), None)


def _saved(
    form: WebhookForm, save: Callable[[Wish], ResponseReturnValue]
) -> tuple[ResponseReturnValue | None, int]:
    """Check what was typed, look the address up outside the transaction, then save."""
    if not form.validate():
        return None, 422
    wish = Wish(name=form.name.data or "", url=form.url.data or "", events=form.events.data or ())
    answer: list[ResponseReturnValue] = []
    with form.taking_refusals() as outcome:
        release()
        check(wish.url, allowed_of(settings()))
        answer.append(save(wish))
    return (answer[0], 200) if outcome.ok else (None, outcome.status)


@bp.post("/new")
@guard(Capability.MANAGE_SETTINGS)
def make() -> ResponseReturnValue:
    """A new one: its secret is shown this once."""
    form, who = WebhookForm(), actor()

    def save(wish: Wish) -> ResponseReturnValue:
        made, secret = managing.make(
            current_session(), actor=who, at=clock.now(), wish=wish, allowed=allowed_of(settings()),
            vault=vault_of(settings()),
        )  # fmt: skip
        return render_template("webhooks/secret.html", webhook=made, secret=secret, new=True)

    answer, status = _saved(form, save)
    if answer is not None:
        return answer
    return _form(form, None), status


@bp.get("/<uuid:webhook_id>")
@guard(Capability.MANAGE_SETTINGS)
def show(webhook_id: UUID) -> str:
    """One endpoint and what was sent to it."""
    session, found = current_session(), _find(webhook_id)
    wanted = request.args.get("status", "")
    status = Status(wanted) if wanted in set(Status) else None
    return render_template(
        "webhooks/show.html",
        webhook=found,
        owner=queries.owner_names(session, [found]).get(found.owner_id, ""),
        waiting=queries.waiting(session, found),
        failed=queries.failed(session, found),
        unread=queries.unread(session, found) if found.state is State.PAUSED else 0,
        page=queries.deliveries(session, found, status=status, page=request.args.get("page", 1, type=int)),
        chosen=status,
        at=clock.now(),
        **_WORDS,
    )


@bp.get("/<uuid:webhook_id>/edit")
@guard(Capability.MANAGE_SETTINGS)
def edit(webhook_id: UUID) -> str:
    """Change name, address or events."""
    found = _find(webhook_id)
    form = WebhookForm(formdata=None, obj=found)
    return _form(form, found)


@bp.post("/<uuid:webhook_id>/edit")
@guard(Capability.MANAGE_SETTINGS)
def change(webhook_id: UUID) -> ResponseReturnValue:
    """Keep the changes."""
    form, who = WebhookForm(), actor()
    _find(webhook_id)

    def save(wish: Wish) -> ResponseReturnValue:
        managing.change(
            current_session(), actor=who, at=clock.now(), webhook_id=webhook_id, version=form.version.data or 0,
            wish=wish, allowed=allowed_of(settings()),
        )  # fmt: skip
        flash(_("The changes are kept."), "success")
        return _to(webhook_id)

    answer, status = _saved(form, save)
    if answer is not None:
        return answer
    return _form(form, _find(webhook_id)), status


@bp.post("/<uuid:webhook_id>/pause")
@guard(Capability.MANAGE_SETTINGS)
def pause(webhook_id: UUID) -> ResponseReturnValue:
    """Tell it nothing for now."""
    managing.pause(current_session(), actor=actor(), at=clock.now(), webhook_id=webhook_id)
    flash(_("It is paused. What happens meanwhile can be sent when you go on with it."), "success")
    return _to(webhook_id)


@bp.get("/<uuid:webhook_id>/resume")
@guard(Capability.MANAGE_SETTINGS)
def ask_resume(webhook_id: UUID) -> str:
    """How much waits, and whether what happened meanwhile is wanted."""
    session, found = current_session(), _find(webhook_id)
    return render_template(
        "webhooks/resume.html",
        webhook=found,
        form=ResumeForm(formdata=None),
        waiting=queries.waiting(session, found),
        unread=queries.unread(session, found),
        **_WORDS,
    )


@bp.post("/<uuid:webhook_id>/resume")
@guard(Capability.MANAGE_SETTINGS)
def resume(webhook_id: UUID) -> ResponseReturnValue:
    """Go on with it."""
    managing.resume(
        current_session(), actor=actor(), at=clock.now(), webhook_id=webhook_id, vault=vault_of(settings()),
        skip=bool(ResumeForm().skip.data),
    )  # fmt: skip
    flash(_("It is told again what happens. What waited is on its way."), "success")
    return _to(webhook_id)


@bp.get("/<uuid:webhook_id>/secret")
@guard(Capability.MANAGE_SETTINGS)
def ask_rotate(webhook_id: UUID) -> str:
    """Ask before the secret changes."""
    return render_template("webhooks/rotate.html", webhook=_find(webhook_id))


@bp.post("/<uuid:webhook_id>/secret")
@guard(Capability.MANAGE_SETTINGS)
def rotate(webhook_id: UUID) -> str:
    """A new secret, shown this once."""
    found, secret = managing.rotate(
        current_session(), actor=actor(), at=clock.now(), webhook_id=webhook_id, vault=vault_of(settings())
    )
    return render_template("webhooks/secret.html", webhook=found, secret=secret, new=False)


@bp.get("/<uuid:webhook_id>/delete")
@guard(Capability.MANAGE_SETTINGS)
def ask_delete(webhook_id: UUID) -> str:
    """Ask before it is gone."""
    found = _find(webhook_id)
    return render_template(
        "webhooks/delete.html", webhook=found, waiting=queries.waiting(current_session(), found)
    )


@bp.post("/<uuid:webhook_id>/delete")
@guard(Capability.MANAGE_SETTINGS)
def delete(webhook_id: UUID) -> ResponseReturnValue:
    """It is gone, and its secret with it."""
    found = managing.delete(current_session(), actor=actor(), at=clock.now(), webhook_id=webhook_id)
    flash(_("The webhook “%(name)s” is deleted.", name=found.name), "success")
    return redirect(url_for("webhooks.index"))


@bp.post("/<uuid:webhook_id>/test")
@guard(Capability.MANAGE_SETTINGS)
@begins_itself
def test(webhook_id: UUID) -> ResponseReturnValue:
    """Send a test at once, and show what came back. Sending lies between two units of work."""
    who, own = actor(), settings()
    release()

    def claim() -> Claim:
        session = current_session()
        found = queries.webhook_by_id(session, who, webhook_id)
        row = ping(session, found, at=clock.now())
        made = take(found, row, at=clock.now(), worker=worker_name(), vault=vault_of(own))
        if made is None:
            raise Refusal(Text("Its secret cannot be read here. Make a new secret first."))
        return made

    claimed = run_unit(claim, "write")
    tried = post(claimed, at=clock.now(), allowed=allowed_of(own))
    run_unit(
        lambda: record_try(current_session(), at=clock.now(), claim=claimed, tried=tried, luck=0.0), "write"
    )
    return redirect(url_for("webhooks.delivery", webhook_id=webhook_id, delivery_id=claimed.delivery_id))


@bp.get("/<uuid:webhook_id>/deliveries/<uuid:delivery_id>")
@guard(Capability.MANAGE_SETTINGS)
def delivery(webhook_id: UUID, delivery_id: UUID) -> str:
    """What was sent, and what was answered."""
    found = _find(webhook_id)
    row = queries.delivery_of(current_session(), found, delivery_id)
    return render_template("webhooks/delivery.html", webhook=found, row=row, body=queries.told(row), **_WORDS)


@bp.post("/<uuid:webhook_id>/deliveries/<uuid:delivery_id>/again")
@guard(Capability.MANAGE_SETTINGS)
def again(webhook_id: UUID, delivery_id: UUID) -> ResponseReturnValue:
    """Have one sent once more."""
    managing.send_again(
        current_session(), actor=actor(), at=clock.now(), webhook_id=webhook_id, delivery_id=delivery_id
    )
    flash(_("It is sent again within a minute, under the same id."), "success")
    return redirect(url_for("webhooks.delivery", webhook_id=webhook_id, delivery_id=delivery_id))


@bp.post("/<uuid:webhook_id>/failed")
@guard(Capability.MANAGE_SETTINGS)
def failed_again(webhook_id: UUID) -> ResponseReturnValue:
    """Have everything sent once more that was given up."""
    count = managing.send_failed_again(
        current_session(), actor=actor(), at=clock.now(), webhook_id=webhook_id
    )
    flash(ngettext("One message is sent again.", "%(num)d messages are sent again.", count), "success")
    return _to(webhook_id)
