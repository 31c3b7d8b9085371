"""Pages of the steps of a started exit."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.text import Text
from auditapp.people.guards import actor, guard
from auditapp.people.queries import names_of
from auditapp.people.rules import Capability
from auditapp.relationships.exits import service
from auditapp.relationships.exits.forms.base import OWN, parties, party_of, people
from auditapp.relationships.exits.forms.process import StepAddForm, StepDoneForm, StepMoveForm, StepWaiveForm
from auditapp.relationships.exits.model import ExitProcess
from auditapp.relationships.exits.queries.base import Reader, people_of
from auditapp.relationships.exits.queries.process import StepLine, step_by_number, steps_of
from auditapp.relationships.exits.routes.base import blank, bp, form_page, need
from auditapp.relationships.exits.routes.overview import WORDS
from auditapp.relationships.exits.routes.process import back_to, process_here
from auditapp.relationships.exits.rules.process import STEP_LABELS, ExitStatus
from auditapp.relationships.links.queries import links_of

NOT_YOURS = Text("This step is settled by its owner, or by whoever manages the relationship on that side.")


def _find(ref: str, number: str, step: int) -> tuple[Reader, ExitProcess, StepLine]:
    reader, process = process_here(ref, number)
    return reader, process, step_by_number(steps_of(current_session(), reader, process), step)


@bp.get("/process/<number>/steps/<int:step>")
@guard(Capability.SIGNED_IN)
def step(ref: str, number: str, step: int) -> str:
    """One step: whose, by when, what was done, and the evidence of it."""
    reader, process, line = _find(ref, number, step)
    session = current_session()
    row = line.row
    return render_template(
        "exits/step.html",
        reader=reader,
        found=reader.relationship,
        process=process,
        line=line,
        step_labels=STEP_LABELS,
        at_work=reader.runs and process.status in {ExitStatus.RUNNING, ExitStatus.CALLING_OFF},
        settled_by=names_of(session, [row.settled_by_id]).get(row.settled_by_id, "")
        if row.settled_by_id
        else "",
        shown_links=links_of(session, actor(), "exit_step", [row.id])[row.id],
        **WORDS,
    )


@bp.route("/process/<number>/steps/<int:step>/done", methods=["GET", "POST"])
@guard(Capability.SIGNED_IN)
def do_step(ref: str, number: str, step: int) -> ResponseReturnValue:
    """It is done."""
    reader, process, line = _find(ref, number, step)
    need(line.mine, NOT_YOURS)
    form = blank(StepDoneForm, on=reader.today, seen=str(line.row.version))

    def do() -> None:
        assert form.on.data is not None  # noqa: S101 - InputRequired
        service.do_step(
            current_session(),
            actor=actor(),
            at=clock.now(),
            relationship=reader.relationship,
            process=process,
            step=line.row,
            on=form.on.data,
            note=form.note.data or "",
            seen=form.version,
        )

    leads = [line.row.what]
    if reader.inside and line.row.party_id is not None:
        leads.append(_("It is a step of %(party)s: say how we know that it is done.", party=line.party))
    return form_page(
        reader,
        form,
        do,
        title=_("Step %(number)s is done", number=step),
        submit=_("Record it as done"),
        done=_("“%(what)s” is done.", what=line.row.what),
        leads=leads,
        **back_to(ref, number, f"step-{step}"),
    )


@bp.route("/process/<number>/steps/<int:step>/not-needed", methods=["GET", "POST"])
@guard(Capability.SIGNED_IN)
def waive_step(ref: str, number: str, step: int) -> ResponseReturnValue:
    """It is not needed."""
    reader, process, line = _find(ref, number, step)
    need(line.mine, NOT_YOURS)
    form = blank(StepWaiveForm, seen=str(line.row.version))
    return form_page(
        reader,
        form,
        lambda: service.waive_step(
            current_session(),
            actor=actor(),
            at=clock.now(),
            relationship=reader.relationship,
            process=process,
            step=line.row,
            reason=form.note.data or "",
            seen=form.version,
        ),
        title=_("Step %(number)s is not needed", number=step),
        submit=_("Record it as not needed"),
        done=_("“%(what)s” is not needed.", what=line.row.what),
        leads=[line.row.what],
        **back_to(ref, number, f"step-{step}"),
    )


@bp.post("/process/<number>/steps/<int:step>/reopen")
@guard(Capability.SIGNED_IN)
def reopen_step(ref: str, number: str, step: int) -> ResponseReturnValue:
    """It was not done after all."""
    reader, process, line = _find(ref, number, step)
    need(line.mine, NOT_YOURS)
    service.reopen_step(
        current_session(),
        actor=actor(),
        at=clock.now(),
        relationship=reader.relationship,
        process=process,
        step=line.row,
    )
    flash(_("Step %(number)s is open again.", number=step), "success")
    return redirect(url_for("exits.step", ref=ref, number=number, step=step))


@bp.route("/process/<number>/steps/<int:step>/move", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def move_step(ref: str, number: str, step: int) -> ResponseReturnValue:
    """Another day or owner."""
    reader, process, line = _find(ref, number, step)
    need(reader.manages)
    session = current_session()
    row = line.row
    form = blank(StepMoveForm, due_on=row.due_on, owner=str(row.owner_id or ""), seen=str(row.version))
    theirs = [one for one in people_of(session, reader.relationship) if one.party_id == row.party_id]
    form.owner.choices = people(reader, theirs)

    def do() -> None:
        assert form.due_on.data is not None  # noqa: S101 - InputRequired
        service.move_step(
            session,
            actor=actor(),
            at=clock.now(),
            relationship=reader.relationship,
            process=process,
            step=row,
            due_on=form.due_on.data,
            owner_id=form.owner.data,
            reason=form.reason.data or "",
            seen=form.version,
        )

    return form_page(
        reader,
        form,
        do,
        title=_("Another day or owner"),
        submit=_("Move the step"),
        done=_("The step is moved. Its first day stays on record."),
        leads=[row.what],
        back=url_for("exits.step", ref=ref, number=number, step=step),
        back_label=_("Step %(number)s", number=step),
    )


@bp.route("/process/<number>/steps/new", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def add_step(ref: str, number: str) -> ResponseReturnValue:
    """One more step."""
    reader, process = process_here(ref, number)
    need(reader.manages)
    session = current_session()
    form = blank(StepAddForm, party=OWN, owner=str(reader.relationship.manager_id or ""))
    form.party.choices = parties(reader)
    form.owner.choices = people(reader, people_of(session, reader.relationship))

    def do() -> None:
        assert form.due_on.data is not None  # noqa: S101 - InputRequired
        service.add_step(
            session,
            actor=actor(),
            at=clock.now(),
            relationship=reader.relationship,
            process=process,
            what=form.what.data or "",
            party_id=party_of(form.party.data),
            owner_id=form.owner.data,
            due_on=form.due_on.data,
        )

    return form_page(
        reader,
        form,
        do,
        title=_("Add a step"),
        submit=_("Add the step"),
        done=_("The step is added."),
        **back_to(ref, number, "steps"),
    )
