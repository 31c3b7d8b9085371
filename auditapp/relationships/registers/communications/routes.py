"""Pages of the communications plan."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.errors import NotAllowed
from auditapp.kit.text import Text
from auditapp.people.guards import actor, guard
from auditapp.people.queries import names_of
from auditapp.people.rules import Capability
from auditapp.relationships.model import Relationship
from auditapp.relationships.registers.communications import queries, rules, service
from auditapp.relationships.registers.communications.forms import CommunicationForm, DoneForm
from auditapp.relationships.registers.communications.model import Communication
from auditapp.relationships.registers.communications.rules import Audience, Channel, HowOften
from auditapp.relationships.registers.forms import NOBODY, ReviewedForm
from auditapp.relationships.registers.pages import (
    asked,
    form_page,
    here,
    id_from,
    list_url,
    offer_people,
    page_number,
    register_page,
    take,
    today,
    words,
)
from auditapp.relationships.rules import Sharing
from auditapp.relationships.service import must_manage

bp = Blueprint("communications", __name__, template_folder="../templates")
LABELS: dict[str, Any] = {
    "channel_labels": rules.CHANNEL_LABELS,
    "audience_labels": rules.AUDIENCE_LABELS,
    "how_often_labels": rules.HOW_OFTEN_LABELS,
}


@bp.get("/relationships/<ref>/communications")
@guard(Capability.SIGNED_IN)
def of_relationship(ref: str) -> str:
    """The plan, the next due first."""
    found, session = here(ref), current_session()
    show = request.args.get("show", "active")
    wanted = queries.Wanted(
        show=show if show in ("active", "due", "stopped") else "active",
        channel=asked("channel", Channel),
        audience=asked("audience", Audience),
        words=words(),
    )
    page = queries.list_communications(session, actor(), found.id, wanted, today=today(), page=page_number())
    return register_page(
        "communications/list.html",
        found,
        key=service.REVIEW,
        page=page,
        wanted=wanted,
        counts=queries.counts(session, actor(), found.id, today=today()),
        names=names_of(session, [one.owner_id for one in page.rows]),
        **LABELS,
    )


def _form(found: Relationship, **more: Any) -> CommunicationForm:
    form = CommunicationForm(**more)
    offer_people(found, both=form.owner, first=NOBODY)
    return form


def _content(form: CommunicationForm) -> service.Content:
    return service.Content(
        what=form.what.data or "",
        purpose=form.purpose.data or "",
        audience=Audience(form.audience.data),
        audience_roles=form.audience_roles.data or "",
        channel=Channel(form.channel.data),
        how_often=HowOften(form.how_often.data),
        first_on=form.first_on.data or today(),
        owner_id=id_from(form.owner.data),
        confidentiality=form.confidentiality.data or "",
        sharing=Sharing(form.sharing.data),
    )


def _row_page(
    found: Relationship, form: CommunicationForm, row: Communication | None = None, status: int = 200
) -> ResponseReturnValue:
    return form_page(
        form,
        found,
        title=_("Change the plan") if row else _("Add to the communications plan"),
        back=(row.what, url_for("communications.show", ref=found.ref, communication_id=row.id))
        if row
        else (_("Communications"), list_url("communications.of_relationship", found)),
        button=_("Keep the changes") if row else _("Add it"),
        sections=[
            ("", ["what", "purpose", "audience", "audience_roles"]),
            (_("How and when"), ["channel", "how_often", "first_on", "owner"]),
            ("", ["confidentiality", "sharing"]),
        ],
        status=status,
        version=(form.version.data or row.version) if row else None,
    )


@bp.get("/relationships/<ref>/communications/new")
@guard(Capability.VIEW_ORGANIZATION)
def new(ref: str) -> ResponseReturnValue:
    """A form for a new row."""
    found = here(ref)
    must_manage(actor(), found.id)
    return _row_page(
        found, _form(found, formdata=None, first_on=today(), how_often="month", sharing="shared")
    )


@bp.post("/relationships/<ref>/communications/new")
@guard(Capability.VIEW_ORGANIZATION)
def add(ref: str) -> ResponseReturnValue:
    """Add a row."""
    found = here(ref)
    must_manage(actor(), found.id)
    form = _form(found)
    return take(
        form,
        lambda: service.add_communication(
            current_session(), actor=actor(), at=clock.now(), relationship_id=found.id, content=_content(form)
        ),
        done=_("It is in the plan."),
        to=lambda made: url_for("communications.show", ref=ref, communication_id=made.id),
        again=lambda status: _row_page(here(ref), form, None, status),
    )


def _one_of(ref: str, communication_id: UUID) -> tuple[Relationship, Communication]:
    found = here(ref)
    return found, queries.communication_of(current_session(), actor(), found.id, communication_id)


@bp.get("/relationships/<ref>/communications/<uuid:communication_id>")
@guard(Capability.SIGNED_IN)
def show(ref: str, communication_id: UUID) -> str:
    """One row: when it is next due, and when it was done."""
    found, row = _one_of(ref, communication_id)
    session = current_session()
    return register_page(
        "communications/show.html",
        found,
        row=row,
        log=queries.log_of(session, row.id),
        names=names_of(session, [row.owner_id]),
        logs=service.may_log(actor(), row),
        **LABELS,
    )


@bp.get("/relationships/<ref>/communications/<uuid:communication_id>/edit")
@guard(Capability.VIEW_ORGANIZATION)
def edit(ref: str, communication_id: UUID) -> ResponseReturnValue:
    """A form with the row as it is."""
    found, row = _one_of(ref, communication_id)
    must_manage(actor(), found.id)
    form = _form(found, formdata=None, obj=row)
    for field in (form.audience, form.channel, form.how_often, form.sharing):
        field.data = getattr(row, field.name).value
    form.owner.data = str(row.owner_id or "")
    return _row_page(found, form, row)


@bp.post("/relationships/<ref>/communications/<uuid:communication_id>/edit")
@guard(Capability.VIEW_ORGANIZATION)
def save(ref: str, communication_id: UUID) -> ResponseReturnValue:
    """Change it."""
    found, row = _one_of(ref, communication_id)
    must_manage(actor(), found.id)
    form = _form(found)

    def again(status: int) -> ResponseReturnValue:
        found, row = _one_of(ref, communication_id)
        return _row_page(found, form, row, status)

    return take(
        form,
        lambda: service.edit_communication(
            current_session(),
            actor=actor(),
            at=clock.now(),
            communication_id=row.id,
            version=form.version.data or 0,
            content=_content(form),
        ),
        done=_("The changes are kept."),
        to=lambda made: url_for("communications.show", ref=ref, communication_id=made.id),
        again=again,
    )


@bp.post("/relationships/<ref>/communications/<uuid:communication_id>/<any(stop, resume):verb>")
@guard(Capability.VIEW_ORGANIZATION)
def set_active(ref: str, communication_id: UUID, verb: str) -> ResponseReturnValue:
    """Stop it, or begin again."""
    _found, row = _one_of(ref, communication_id)
    service.set_active(
        current_session(),
        actor=actor(),
        at=clock.now(),
        communication_id=row.id,
        version=request.form.get("version", 0, type=int),
        active=verb == "resume",
    )
    flash(
        _("It is in the plan again.") if verb == "resume" else _("It is stopped. What was done stays."),
        "success",
    )
    return redirect(url_for("communications.show", ref=ref, communication_id=communication_id))


def _must_log(row: Communication) -> None:
    if not service.may_log(actor(), row):
        raise NotAllowed(Text("Its owner, and who keeps the relationship, can say that it was done."))


def _done_page(
    found: Relationship, row: Communication, form: DoneForm, status: int = 200
) -> ResponseReturnValue:
    return form_page(
        form,
        found,
        title=_("It was done"),
        back=(row.what, url_for("communications.show", ref=found.ref, communication_id=row.id)),
        button=_("Keep it"),
        sections=[("", ["done_on", "note"])],
        status=status,
        lead=row.what,
    )


@bp.get("/relationships/<ref>/communications/<uuid:communication_id>/done")
@guard(Capability.SIGNED_IN)
def done(ref: str, communication_id: UUID) -> ResponseReturnValue:
    """Asks when it was done."""
    found, row = _one_of(ref, communication_id)
    _must_log(row)
    return _done_page(found, row, DoneForm(formdata=None, done_on=today()))


@bp.post("/relationships/<ref>/communications/<uuid:communication_id>/done")
@guard(Capability.SIGNED_IN)
def logged(ref: str, communication_id: UUID) -> ResponseReturnValue:
    """It was done."""
    _found, row = _one_of(ref, communication_id)
    _must_log(row)
    form = DoneForm()
    return take(
        form,
        lambda: service.log_done(
            current_session(),
            actor=actor(),
            at=clock.now(),
            communication_id=row.id,
            done_on=form.done_on.data or today(),
            note=form.note.data or "",
        ),
        done=_("Kept. The next day is counted from the day intended."),
        to=lambda _made: url_for("communications.show", ref=ref, communication_id=communication_id),
        again=lambda status: _done_page(*_one_of(ref, communication_id), form, status),
    )


@bp.post("/relationships/<ref>/communications/<uuid:communication_id>/take-back")
@guard(Capability.SIGNED_IN)
def take_back(ref: str, communication_id: UUID) -> ResponseReturnValue:
    """The last entry was a slip."""
    _found, row = _one_of(ref, communication_id)
    service.take_back_last(current_session(), actor=actor(), at=clock.now(), communication_id=row.id)
    flash(_("Taken back: it is due again."), "success")
    return redirect(url_for("communications.show", ref=ref, communication_id=communication_id))


def _reviewed_page(found: Relationship, form: ReviewedForm, status: int = 200) -> ResponseReturnValue:
    return form_page(
        form,
        found,
        title=_("Review of the communications plan"),
        back=(_("Communications"), list_url("communications.of_relationship", found)),
        button=_("Keep the review"),
        sections=[("", ["on", "outcome"])],
        status=status,
    )


@bp.get("/relationships/<ref>/communications/review")
@guard(Capability.VIEW_ORGANIZATION)
def review(ref: str) -> ResponseReturnValue:
    """A form for the review of the plan."""
    found = here(ref)
    must_manage(actor(), found.id)
    return _reviewed_page(found, ReviewedForm(formdata=None, on=today()))


@bp.post("/relationships/<ref>/communications/review")
@guard(Capability.VIEW_ORGANIZATION)
def reviewed(ref: str) -> ResponseReturnValue:
    """The plan was reviewed."""
    found, form = here(ref), ReviewedForm()
    must_manage(actor(), found.id)
    return take(
        form,
        lambda: service.review_plan(
            current_session(),
            actor=actor(),
            at=clock.now(),
            relationship_id=found.id,
            on=form.on.data or today(),
            outcome=form.outcome.data or "",
        ),
        done=_("The review is kept."),
        to=lambda _done: url_for("communications.of_relationship", ref=ref),
        again=lambda status: _reviewed_page(here(ref), form, status),
    )
