"""The list of audits, and planning a new one."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.audits.model import Audit
from auditapp.audits.plan import service
from auditapp.audits.plan.forms import NewPlanForm, PlanForm
from auditapp.audits.plan.queries import (
    View,
    Wanted,
    audit_list,
    auditor_ids,
    names_of,
    programme_choices,
    relationship_choices,
    view_counts,
    years,
)
from auditapp.audits.plan.routes.base import bp, find, policy
from auditapp.audits.rules import AuditStatus
from auditapp.checklists.queries import current_editions
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability


@bp.get("/")
@guard(Capability.SIGNED_IN)
def index() -> str:
    """The audits the reader may know of; the filters are the address."""
    who = actor()
    session = current_session()
    wanted = _wanted()
    counts = view_counts(session, who)
    inside = who.partner_id is None
    return render_template(
        "plan/index.html",
        page=audit_list(session, who, wanted, page=request.args.get("page", 1, type=int)),
        wanted=wanted,
        counts=counts,
        years=years(session, who),
        programmes=programme_choices(session) if inside else [],
        relationships=relationship_choices(session) if inside else [],
        today=clock.day_in(who.zone, clock.now()),
        may_plan=who.can_somewhere(Capability.PLAN_AUDITS),
    )


def _wanted() -> Wanted:
    """What the address asks for; what cannot be read is left out."""
    known = request.args
    view, status = known.get("view", ""), known.get("status", "")
    chosen = AuditStatus(status) if status in set(AuditStatus) else None
    found = Wanted(
        status=chosen,
        programme=known.get("programme", "")[:20].replace("\0", ""),
        relationship=known.get("relationship", "")[:20].replace("\0", ""),
        year=year if (year := known.get("year", type=int)) and 1900 <= year <= 9999 else None,  # noqa: PLR2004 - dates the database can hold
        person_id=known.get("person", type=UUID),
        text=known.get("q", "").strip()[:200].replace("\0", ""),
    )
    # Whoever narrows the list by anything looks among all audits; the plain list shows the open ones.
    fallback = View.OPEN if found == Wanted() else View.ALL
    return replace(found, view=View(view) if view in set(View) else fallback)


def offer(form: PlanForm, audit: Audit | None = None) -> None:
    """Fill the choices of a plan form; what the audit has already stays choosable."""
    session = current_session()
    editions = {edition.id: _edition_label(edition) for edition in current_editions(session)}
    kept = []
    if audit is not None:
        editions |= {one.edition_id: _edition_label(one.edition) for one in audit.editions}
        kept = [one.id for one in audit.relationships]
    programmes = programme_choices(session, open_only=True)
    if audit is not None and audit.programme is not None:
        own = audit.programme
        programmes += [(own.id, own.ref, own.title)] if own.id not in {one[0] for one in programmes} else []
    form.offer(
        editions=sorted(editions.items(), key=lambda pair: pair[1].casefold()),
        relationships=[(one, f"{ref} · {name}") for one, ref, name in relationship_choices(session, kept)],
        programmes=[(one, f"{ref} · {title}") for one, ref, title in programmes],
    )
    if isinstance(form, NewPlanForm):
        auditors = auditor_ids(session)
        names = names_of(session, auditors)
        form.offer_leaders([(one, names[one]) for one in auditors])


def _edition_label(edition: Any) -> str:
    return _(
        "%(title)s, edition %(edition)s (%(count)s questions)",
        title=edition.title,
        edition=edition.edition,
        count=edition.questions,
    )


@bp.get("/new")
@guard(Capability.PLAN_AUDITS)
def new() -> str:
    """An empty plan, prefilled with what the address names (a programme, a relationship)."""
    who = actor()
    form = NewPlanForm(formdata=None, client=who.name)
    offer(form)
    session = current_session()
    programmes = [one[0] for one in programme_choices(session, open_only=True)]
    wanted = request.args.get("programme", type=UUID)
    form.programme_id.data = wanted if wanted in programmes else next(iter(programmes), None)
    named = request.args.get("relationship", "")
    form.relationship_ids.data = [one for one, ref, _name in relationship_choices(session) if ref == named]
    form.leader_id.data = who.person_id if who.person_id in auditor_ids(session) else None
    return render_template("plan/edit.html", form=form, audit=None)


@bp.post("/new")
@guard(Capability.PLAN_AUDITS)
def create() -> ResponseReturnValue:
    """Plan it, then go on to the team."""
    form = NewPlanForm()
    offer(form)
    if not form.validate():
        return render_template("plan/edit.html", form=form, audit=None), 422
    plan = form.plan()
    with form.taking_refusals() as outcome:
        audit = service.create_audit(
            current_session(),
            actor=actor(),
            at=clock.now(),
            title=plan.title,
            kind=plan.kind,
            programme_id=plan.programme_id,
            edition_ids=plan.edition_ids,
            relationship_ids=plan.relationship_ids,
            stages=plan.stages,
            objectives=plan.objectives,
            scope=plan.scope,
            criteria=plan.criteria,
            client=plan.client,
            methods=plan.methods,
            places=plan.places,
            starts_on=plan.starts_on,
            ends_on=plan.ends_on,
            repeat_months=plan.repeat_months,
            leader_id=form.leader_id.data,
            competence_policy=policy(),
        )
    if not outcome.ok:
        offer(form)
        return render_template("plan/edit.html", form=form, audit=None), outcome.status
    flash(_("%(ref)s is planned. Next: the team and the auditees.", ref=audit.ref), "success")
    return redirect(url_for("plan.team", ref=audit.ref))


@bp.get("/<ref>/edit")
@guard(Capability.VIEW_ORGANIZATION)
def edit(ref: str) -> str:
    """The plan's values, to be changed."""
    audit = find(ref)
    service.check_planner(audit, actor())
    form = PlanForm(
        formdata=None,
        obj=audit,
        version=str(audit.version),
        kind=audit.kind.value,
        edition_ids=[one.edition_id for one in audit.editions],
        lead_id=audit.editions[0].edition_id if audit.editions else None,
        relationship_ids=[one.id for one in audit.relationships],
    )
    offer(form, audit)
    return render_template("plan/edit.html", form=form, audit=audit)


@bp.post("/<ref>/edit")
@guard(Capability.VIEW_ORGANIZATION)
def change(ref: str) -> ResponseReturnValue:
    """Take the new values."""
    audit = find(ref)
    service.check_planner(audit, actor())  # a form that is not taken is shown again, with all it offers
    form = PlanForm()
    offer(form, audit)
    if not form.validate():
        return render_template("plan/edit.html", form=form, audit=audit), 422
    sent = audit.plan_sent_at is not None
    with form.taking_refusals() as outcome:
        service.change_plan(
            current_session(),
            actor=actor(),
            at=clock.now(),
            audit=audit,
            plan=form.plan(),
            version=form.seen,
            competence_policy=policy(),
        )
    if not outcome.ok:
        audit = find(ref)
        form.version.data = str(audit.version)
        return render_template("plan/edit.html", form=form, audit=audit), outcome.status
    if sent and audit.plan_sent_at is None:
        flash(
            _(
                "The plan is changed and is now revision %(number)s. Send it again.",
                number=audit.plan_revision,
            ),
            "warning",
        )
    else:
        flash(_("The plan is saved."), "success")
    return redirect(url_for("plan.show", ref=audit.ref))
