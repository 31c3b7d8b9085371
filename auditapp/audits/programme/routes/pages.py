"""The list of programmes, a programme's page, making, changing and closing one."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.audits.model import Programme
from auditapp.audits.plan.queries import View, Wanted, audit_list
from auditapp.audits.programme import service
from auditapp.audits.programme.forms import ProgrammeForm
from auditapp.audits.programme.queries import (
    all_proposals,
    audit_counts,
    dismissals_of,
    programme_by_ref,
    programme_list,
    stage_coverage,
)
from auditapp.audits.programme.routes.base import bp, today
from auditapp.audits.programme.rules import (
    CYCLE_YEARS,
    FREQUENCY_KEYS,
    USUAL_FREQUENCY,
    is_dismissed,
    table,
    tally,
    years_of,
)
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.queries import person_names
from auditapp.people.rules import Capability


@bp.get("/")
@guard(Capability.VIEW_ORGANIZATION)
def index() -> str:
    """The programmes, the newest period first."""
    session = current_session()
    page = programme_list(session, page=request.args.get("page", 1, type=int))
    return render_template(
        "programme/index.html",
        page=page,
        counts=audit_counts(session, [one.id for one in page.rows]),
        today=today(),
        manages=actor().can(Capability.MANAGE_PROGRAMME),
    )


@bp.get("/<ref>")
@guard(Capability.VIEW_ORGANIZATION)
def show(ref: str) -> str:
    """A programme: how far it has come, what is uncovered, what it proposes, its audits."""
    session = current_session()
    who = actor()
    programme = programme_by_ref(session, ref)
    coverage = stage_coverage(session, programme, today())
    dismissed = dismissals_of(session, programme.id)
    proposed = [
        one
        for one in all_proposals(session, programme, coverage, today=today())
        if not is_dismissed(one, [kept.causes for kept in dismissed if kept.key == one.key])
    ]
    years = years_of(programme.starts_on, programme.ends_on)
    return render_template(
        "programme/show.html",
        programme=programme,
        counts=audit_counts(session, [programme.id])[programme.id],
        audits=audit_list(session, who, Wanted(view=View.ALL, programme=programme.ref), page=1),
        whole=tally(coverage.pairs(), coverage.done, coverage.planned),
        rows=table(coverage.by_target(_("Management system")), coverage.done, coverage.planned, years),
        years=years,
        proposals=proposed,
        today=today(),
        manages=who.can(Capability.MANAGE_PROGRAMME),
        keys=FREQUENCY_KEYS,
    )


@bp.get("/new")
@guard(Capability.MANAGE_PROGRAMME)
def new() -> str:
    """A form for a programme of three years."""
    first = today().replace(month=1, day=1)
    form = ProgrammeForm(
        formdata=None,
        title=_("Audit programme %(first)s to %(last)s", first=first.year, last=first.year + CYCLE_YEARS - 1),
        starts_on=first,
        ends_on=first.replace(year=first.year + CYCLE_YEARS - 1, month=12, day=31),
        responsible_id=actor().person_id,
        **{f"every_{key}": months for key, months in USUAL_FREQUENCY.items()},
    )
    return _edit_page(form, None)


def _edit_page(form: ProgrammeForm, programme: Programme | None) -> str:
    form.offer(person_names(current_session()))
    return render_template("programme/edit.html", form=form, programme=programme, keys=FREQUENCY_KEYS)


@bp.post("/new")
@guard(Capability.MANAGE_PROGRAMME)
def create() -> ResponseReturnValue:
    """Begin the programme."""
    form = ProgrammeForm()
    form.offer(person_names(current_session()))
    if not form.validate():
        return _edit_page(form, None), 422
    with form.taking_refusals() as outcome:
        programme = service.create_programme(
            current_session(), actor=actor(), at=clock.now(), **form.values()
        )
    if not outcome.ok:
        return _edit_page(form, None), outcome.status
    flash(_("%(ref)s has begun. Look at what it proposes.", ref=programme.ref), "success")
    return redirect(url_for("programme.show", ref=programme.ref))


@bp.get("/<ref>/edit")
@guard(Capability.MANAGE_PROGRAMME)
def edit(ref: str) -> str:
    """The programme's values, to be changed."""
    programme = programme_by_ref(current_session(), ref)
    form = ProgrammeForm(
        formdata=None,
        obj=programme,
        version=str(programme.version),
        **{f"every_{key}": programme.frequency.get(key, USUAL_FREQUENCY[key]) for key in FREQUENCY_KEYS},
    )
    return _edit_page(form, programme)


@bp.post("/<ref>/edit")
@guard(Capability.MANAGE_PROGRAMME)
def change(ref: str) -> ResponseReturnValue:
    """Take the new values."""
    programme = programme_by_ref(current_session(), ref)
    form = ProgrammeForm()
    form.offer(person_names(current_session()))
    if not form.validate():
        return _edit_page(form, programme), 422
    with form.taking_refusals() as outcome:
        service.change_programme(
            current_session(),
            actor=actor(),
            at=clock.now(),
            programme=programme,
            version=form.seen,
            **form.values(),
        )
    if not outcome.ok:
        programme = programme_by_ref(current_session(), ref)
        form.version.data = str(programme.version)
        return _edit_page(form, programme), outcome.status
    flash(_("%(ref)s is saved.", ref=programme.ref), "success")
    return redirect(url_for("programme.show", ref=programme.ref))


@bp.post("/<ref>/close")
@guard(Capability.MANAGE_PROGRAMME)
def close(ref: str) -> ResponseReturnValue:
    """Close a programme whose audits have ended."""
    programme = programme_by_ref(current_session(), ref)
    service.close_programme(current_session(), actor=actor(), at=clock.now(), programme=programme)
    flash(_("%(ref)s is closed.", ref=programme.ref), "success")
    return redirect(url_for("programme.show", ref=programme.ref))
