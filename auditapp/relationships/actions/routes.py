"""Pages of joint actions."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.queries import organization, person_names
from auditapp.people.rules import Capability
from auditapp.relationships.actions import queries, service
from auditapp.relationships.actions.forms import ActionForm, NoteForm, TimeForm
from auditapp.relationships.actions.model import JointAction
from auditapp.relationships.actions.rules import STATUS_LABELS, ActionStatus, standing
from auditapp.relationships.contacts.queries import people_of
from auditapp.relationships.links.queries import links_of, targets_of
from auditapp.relationships.model import Relationship
from auditapp.relationships.queries import relationship_by_ref, relationship_of
from auditapp.relationships.rules import SHARING_LABELS, Sharing
from auditapp.shell.forms import BaseForm, options

bp = Blueprint("joint_actions", __name__, template_folder="templates")
SHOWS = ("open", "overdue", "settled")


def today() -> Any:
    """The organization's day."""
    own = organization(current_session())
    return clock.day_in(own.zone if own else "UTC", clock.now())


def owners(found: Relationship) -> Any:
    """Who can be given an action: the people of the relationship, then all of our own (not for a contact)."""
    people = people_of(current_session(), found.id)
    names = {partner.id: partner.name for partner in found.partners}
    offered = [
        (str(one.person_id), f"{one.name} ({names[one.party_id]})" if one.party_id in names else one.name)
        for one in people
    ]
    if actor().partner_id is None:
        known = {one.person_id for one in people}
        offered += [(str(one), name) for one, name in person_names(current_session()) if one not in known]
    return options([("", _("Choose somebody")), *offered])


@bp.get("/relationships/<ref>/actions")
@guard(Capability.SIGNED_IN)
def of_relationship(ref: str) -> str:
    """The joint actions of a relationship."""
    session = current_session()
    found = relationship_by_ref(session, actor(), ref)
    show = request.args.get("show", "open")
    show = show if show in SHOWS else "open"
    mine = request.args.get("whose") == "mine"
    day = today()
    page = queries.list_actions(
        session,
        actor(),
        today=day,
        relationship_id=found.id,
        show=show,
        mine=mine,
        page=request.args.get("page", 1, type=int),
    )
    return render_template(
        "joint_actions/of_relationship.html",
        found=found,
        page=page,
        show=show,
        mine=mine,
        standing={row[0].id: standing(row[0].status, row[0].due_on, day) for row in page.rows},
        may_add=found.ended_on is None and service.may_run(session, actor(), found.id),
        sharing_labels=SHARING_LABELS,
    )


def _find(action_ref: str) -> tuple[JointAction, Relationship]:
    session = current_session()
    action = queries.action_by_ref(session, actor(), action_ref)
    return action, relationship_of(session, actor(), action.relationship_id)


@bp.route("/relationships/<ref>/actions/new", methods=["GET", "POST"])
@guard(Capability.SIGNED_IN)
def new(ref: str) -> ResponseReturnValue:
    """Ask somebody for something."""
    session = current_session()
    found = relationship_by_ref(session, actor(), ref)
    status = 200
    form = (
        ActionForm() if request.method == "POST" else ActionForm(formdata=None, sharing=Sharing.SHARED.value)
    )
    form.owner.choices = owners(found)
    if actor().partner_id is not None:
        del form.sharing
    if request.method == "POST":
        status = 422
        if form.validate():
            with form.taking_refusals() as outcome:
                made = service.add_action(
                    session,
                    actor=actor(),
                    at=clock.now(),
                    relationship_id=found.id,
                    source_kind=request.form.get("source_kind", "")[:40],
                    source_ref=request.form.get("source_ref", "")[:60],
                    **_values(form),
                )
            if outcome.ok:
                flash(_("%(ref)s is asked for.", ref=made.ref), "success")
                return redirect(url_for("joint_actions.show", action_ref=made.ref))
            status = outcome.status
            found = relationship_by_ref(session, actor(), ref)
    return render_template("joint_actions/edit.html", form=form, found=found, action=None), status


def _values(form: ActionForm) -> dict[str, Any]:
    return {
        "title": form.title.data or "",
        "text": form.text.data or "",
        "owner_id": UUID(form.owner.data) if form.owner.data else UUID(int=0),
        "due_on": form.due_on.data,
        "sharing": Sharing(form.sharing.data) if "sharing" in form else Sharing.SHARED,
    }


def _page(
    action: JointAction, found: Relationship, forms: dict[str, Any] | None = None, status: int = 200
) -> ResponseReturnValue:
    session = current_session()
    names = {one.person_id: one.name for one in people_of(session, found.id)} | dict(person_names(session))
    who = actor()
    runs = who.can(Capability.MANAGE_RELATIONSHIPS, found.id)
    return render_template(
        "joint_actions/show.html",
        action=action,
        found=found,
        standing=standing(action.status, action.due_on, today()),
        names=names,
        owns=who.person_id == action.owner_id,
        asks=who.person_id == action.asked_by_id or runs,
        source=targets_of(session, who, [(action.source_kind, action.source_ref)]).get(
            (action.source_kind, action.source_ref)
        ),
        notes=queries.notes_of(session, who, action.id),
        links=links_of(session, who, "joint_action", [action.id])[action.id],
        open=action.status is ActionStatus.OPEN,
        forms={"note": NoteForm(formdata=None), "time": TimeForm(formdata=None)} | (forms or {}),
        status_labels=STATUS_LABELS,
        sharing_labels=SHARING_LABELS,
    ), status


@bp.get("/joint-actions/<action_ref>")
@guard(Capability.SIGNED_IN)
def show(action_ref: str) -> ResponseReturnValue:
    """One joint action."""
    return _page(*_find(action_ref))


@bp.route("/joint-actions/<action_ref>/edit", methods=["GET", "POST"])
@guard(Capability.SIGNED_IN)
def edit(action_ref: str) -> ResponseReturnValue:
    """Change an action."""
    action, found = _find(action_ref)
    status = 200
    if request.method == "GET":
        form = ActionForm(
            formdata=None,
            title=action.title,
            text=action.text,
            owner=str(action.owner_id),
            due_on=action.due_on,
            sharing=action.sharing.value,
            version=action.version,
        )
        form.owner.choices = owners(found)
    else:
        form = ActionForm()
        form.owner.choices = owners(found)
        if actor().partner_id is not None:
            del form.sharing
        status = 422
        if form.validate():
            with form.taking_refusals() as outcome:
                service.change(
                    current_session(),
                    actor=actor(),
                    at=clock.now(),
                    action=action,
                    version=form.version.data or 0,
                    **_values(form),
                )
            if outcome.ok:
                flash(_("Kept."), "success")
                return redirect(url_for("joint_actions.show", action_ref=action_ref))
            status = outcome.status
            action, found = _find(action_ref)
    return render_template("joint_actions/edit.html", form=form, found=found, action=action), status


def _verb(
    action_ref: str, name: str, form: BaseForm, do: Callable[[JointAction], object], done: str
) -> ResponseReturnValue:
    action, found = _find(action_ref)
    status = 422
    if form.validate():
        with form.taking_refusals() as outcome:
            do(action)
        if outcome.ok:
            flash(done, "success")
            return redirect(url_for("joint_actions.show", action_ref=action_ref))
        status = outcome.status
        action, found = _find(action_ref)
    return _page(action, found, {name: form}, status)


def _common(action: JointAction) -> dict[str, Any]:
    return {"actor": actor(), "at": clock.now(), "action": action}


def _note() -> NoteForm:
    form = NoteForm()
    if "sharing" not in request.form:
        del form.sharing
    return form


@bp.post("/joint-actions/<action_ref>/done")
@guard(Capability.SIGNED_IN)
def done(action_ref: str) -> ResponseReturnValue:
    """It is done."""
    form = _note()
    return _verb(
        action_ref, "note", form,
        lambda action: service.finish(current_session(), note=form.note.data or "", **_common(action)),
        _("Done."),
    )  # fmt: skip


@bp.post("/joint-actions/<action_ref>/drop")
@guard(Capability.SIGNED_IN)
def drop(action_ref: str) -> ResponseReturnValue:
    """It is not needed."""
    form = _note()
    return _verb(
        action_ref, "note", form,
        lambda action: service.drop(current_session(), reason=form.note.data or "", **_common(action)),
        _("Not needed any more. The reason stays on record."),
    )  # fmt: skip


@bp.post("/joint-actions/<action_ref>/reopen")
@guard(Capability.SIGNED_IN)
def reopen(action_ref: str) -> ResponseReturnValue:
    """It is opened again."""
    form = _note()
    return _verb(
        action_ref, "note", form,
        lambda action: service.reopen(current_session(), reason=form.note.data or "", **_common(action)),
        _("Open again."),
    )  # fmt: skip


@bp.post("/joint-actions/<action_ref>/time")
@guard(Capability.SIGNED_IN)
def ask_for_time(action_ref: str) -> ResponseReturnValue:
    """Its owner asks for more time."""
    form = TimeForm()
    return _verb(
        action_ref, "time", form,
        lambda action: service.ask_for_time(
            current_session(), until=form.until.data, reason=form.reason.data or "", **_common(action)  # type: ignore[arg-type] # InputRequired
        ),
        _("Asked for. Who asked for the action answers; until then the old day holds."),
    )  # fmt: skip


@bp.post("/joint-actions/<action_ref>/time/answer")
@guard(Capability.SIGNED_IN)
def answer_time(action_ref: str) -> ResponseReturnValue:
    """Grant or refuse more time."""
    form = _note()
    granted = request.form.get("answer") == "grant"
    return _verb(
        action_ref, "note", form,
        lambda action: service.answer_time(
            current_session(), granted=granted, note=form.note.data or "", **_common(action)
        ),
        _("Granted: the new day holds.") if granted else _("Refused: the day stays."),
    )  # fmt: skip


@bp.post("/joint-actions/<action_ref>/notes")
@guard(Capability.SIGNED_IN)
def say(action_ref: str) -> ResponseReturnValue:
    """A word on it."""
    form = _note()
    return _verb(
        action_ref, "note", form,
        lambda action: service.say(
            current_session(), text=form.note.data or "",
            sharing=Sharing(form.sharing.data) if "sharing" in form else Sharing.SHARED, **_common(action),
        ),
        _("Said."),
    )  # fmt: skip
