"""One expected output: where it stands, what shows it, what the system already holds."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session, undo
from auditapp.kit.errors import NotFound, Refusal
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability
from auditapp.relationships.lifecycle import queries, service
from auditapp.relationships.lifecycle.forms import LinkForm, NoteForm, OutputForm
from auditapp.relationships.lifecycle.routes.base import WORDS, bp, find, manages, places_of
from auditapp.relationships.lifecycle.rules import OUTPUTS, Output, OutputState
from auditapp.relationships.links.queries import links_of
from auditapp.relationships.model import Relationship
from auditapp.relationships.rmp.queries import updated_for_stage
from auditapp.relationships.rules import STAGE_LABELS, STAGES, Sharing, Stage


def _output(key: str) -> Output:
    if key not in OUTPUTS:
        raise NotFound
    return OUTPUTS[key]


@bp.get("/<ref>/stages/outputs/<key>")
@guard(Capability.SIGNED_IN)
def output(ref: str, key: str) -> str:
    """One output."""
    return _page(find(ref), _output(key))


def _page(
    found: Relationship, wanted: Output, form: OutputForm | None = None, link_form: LinkForm | None = None
) -> str:
    session, who = current_session(), actor()
    inside = who.can(Capability.VIEW_ORGANIZATION)
    row = queries.output_row(session, who, found.id, wanted.key)
    if not inside and (row is None or wanted.rmp):
        raise NotFound
    changes = manages(found) and not wanted.rmp
    if form is None:
        form = OutputForm(formdata=None)
        form.version.data = str(row.version if row else 0)
        form.state.data = row.state.value if row else OutputState.OPEN.value
        form.note.data, form.reason.data = (row.note, row.reason) if row else ("", "")
        form.sharing.data = row.sharing.value if row else Sharing.INTERNAL.value
    return render_template(
        "lifecycle/output.html",
        found=found,
        output=wanted,
        row=row,
        links=links_of(session, who, "stage_output", [row.id])[row.id] if row else [],
        form=form,
        link_form=link_form or LinkForm(formdata=None),
        inside=inside,
        changes=changes,
        places=places_of(wanted, found.ref),
        offers=queries.suggestions(session, who, found, [wanted.key]).get(wanted.key, []) if changes else [],
        rmp_updated=wanted.rmp and updated_for_stage(session, found.id, wanted.stage),
        **WORDS,
    )


def _to_stage(found: Relationship, stage: Stage) -> ResponseReturnValue:
    return redirect(url_for("lifecycle.of_relationship", ref=found.ref, stage=stage.value, _anchor="outputs"))


@bp.post("/<ref>/stages/outputs/<key>")
@guard(Capability.MANAGE_RELATIONSHIPS)
def save_output(ref: str, key: str) -> ResponseReturnValue:
    """Say where it stands."""
    found, wanted = find(ref), _output(key)
    form = OutputForm()
    status = 422
    if form.validate():
        with form.taking_refusals() as outcome:
            service.save_output(
                current_session(),
                actor=actor(),
                at=clock.now(),
                relationship_id=found.id,
                key=key,
                version=form.seen,
                state=OutputState(form.state.data),
                note=form.note.data or "",
                reason=form.reason.data or "",
                sharing=Sharing(form.sharing.data),
            )
        if outcome.ok:
            flash(_("Kept: %(output)s.", output=wanted.title), "success")
            return _to_stage(found, wanted.stage)
        status = outcome.status
        found = find(ref)
    return _page(found, wanted, form=form), status


@bp.post("/<ref>/stages/outputs/<key>/link")
@guard(Capability.MANAGE_RELATIONSHIPS)
def link_output(ref: str, key: str) -> ResponseReturnValue:
    """Link it to what shows it."""
    found, wanted = find(ref), _output(key)
    form = LinkForm()
    status = 422
    if form.validate():
        with form.taking_refusals() as outcome:
            service.link_output(
                current_session(),
                actor=actor(),
                at=clock.now(),
                relationship_id=found.id,
                key=key,
                to=form.to.data or "",
                label=form.label.data or "",
            )
        if outcome.ok:
            flash(_("Linked."), "success")
            return redirect(url_for("lifecycle.output", ref=ref, key=key))
        status = outcome.status
        found = find(ref)
    return _page(found, wanted, link_form=form), status


@bp.post("/<ref>/stages/outputs/<key>/take")
@guard(Capability.MANAGE_RELATIONSHIPS)
def take_suggestion(ref: str, key: str) -> ResponseReturnValue:
    """Take what the system holds already."""
    found, wanted = find(ref), _output(key)
    try:
        service.take_suggestion(
            current_session(),
            actor=actor(),
            at=clock.now(),
            relationship_id=found.id,
            key=key,
            suggestion=request.form.get("suggestion", "")[:100],
        )
    except NotFound as refusal:
        undo()
        flash(str(refusal.text), "error")
    else:
        flash(_("There: %(output)s.", output=wanted.title), "success")
    return _to_stage(found, wanted.stage)


@bp.post("/<ref>/stages/<stage>/rmp")
@guard(Capability.MANAGE_RELATIONSHIPS)
def tick_rmp(ref: str, stage: str) -> ResponseReturnValue:
    """Record that the RMP was updated for a stage."""
    found = find(ref)
    if stage not in STAGES:
        raise NotFound
    form = NoteForm()
    wanted = Stage(stage)
    if not form.validate():
        flash(" ".join(form.note.errors), "error")
        return _to_stage(found, wanted)
    try:
        service.tick_rmp(
            current_session(),
            actor=actor(),
            at=clock.now(),
            relationship_id=found.id,
            stage=wanted,
            note=form.note.data or "",
        )
    except Refusal as refusal:
        if refusal.status in {403, 404}:
            raise
        undo()
        flash(str(refusal.text), "error")
    else:
        flash(_("The RMP is recorded as updated for %(stage)s.", stage=STAGE_LABELS[wanted]), "success")
    return _to_stage(found, wanted)
