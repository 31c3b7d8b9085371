"""The objectives of a relationship, an objective, and wording one."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.markdown import html
from auditapp.people.guards import actor, guard
from auditapp.people.queries import names_of
from auditapp.people.rules import Capability
from auditapp.relationships.links.queries import links_of
from auditapp.relationships.model import Relationship
from auditapp.relationships.queries import relationship_by_ref
from auditapp.relationships.registers.objectives import queries, service
from auditapp.relationships.registers.objectives.forms import AgreeForm, ObjectiveForm, ReasonForm
from auditapp.relationships.registers.objectives.model import Objective
from auditapp.relationships.registers.objectives.routes.base import (
    WORDS,
    bp,
    choices_of,
    find,
    own_name,
    today,
    turn_of,
    writes,
)
from auditapp.relationships.registers.objectives.rules import (
    OPEN,
    Standing,
    Whose,
    wording_hash,
    worst,
)
from auditapp.relationships.rules import Sharing, Stage
from auditapp.relationships.service import must_manage, must_run


def may_add(place: Relationship) -> bool:
    """Whether the reader may propose an objective."""
    inside = actor().partner_id is None
    return place.ended_on is None and (not inside or actor().can(Capability.MANAGE_RELATIONSHIPS, place.id))


@bp.get("/relationships/<ref>/objectives")
@guard(Capability.SIGNED_IN)
def of_relationship(ref: str) -> str:
    """The objectives of a relationship with how their measures stand."""
    session = current_session()
    found = relationship_by_ref(session, actor(), ref)
    whose = request.args.get("whose", "")
    settled = request.args.get("settled", "") == "yes"
    running = queries.running_measures(session, actor(), found.id)
    day = today()
    return render_template(
        "objectives/of_relationship.html",
        found=found,
        page=queries.list_objectives(
            session,
            actor(),
            found.id,
            settled=settled,
            whose=Whose(whose) if whose in set(Whose) else None,
            page=request.args.get("page", 1, type=int),
        ),
        whose=whose,
        settled=settled,
        counts={state.value: count for state, count in queries.counts_of(session, actor(), found.id).items()},
        late=[one for one in running if one.is_late(day)],
        off=[one for one in running if one.standing is Standing.OFF_TARGET],
        worst=worst([one.standing for one in running]),
        today=day,
        may_add=may_add(found),
        **WORDS,
    )


def objective_page(
    found: Objective, place: Relationship, *, status: int = 200, forms: dict[str, Any] | None = None
) -> ResponseReturnValue:
    """The page of an objective; ``forms``: those that were refused."""
    session = current_session()
    day = today()
    measures = queries.measures_of(session, [found.id]).get(found.id, [])
    running = [one for one in measures if one.measure.ended_on is None]
    parties = [(party, name or own_name()) for party, name in queries.parties_of(session, found)]
    agreements = queries.agreements_of(session, found.id)
    wording = wording_hash(found.statement, found.target_on)
    given = {one.party_id for one, _name in agreements if one.wording == wording}
    waiting = [(party, name) for party, name in parties if party not in given]
    seats = queries.seats_of(session, actor(), place.id) if actor().partner_id is not None else set()
    names = names_of(
        session, [found.owner_id, found.created_by_id, *(one.measure.measured_by_id for one in measures)]
    )
    may_change = writes(found, place)
    for_own = service.may_agree_for_own(actor(), place)
    return render_template(
        "objectives/show.html",
        found=found,
        place=place,
        measures=measures,
        standing=worst([one.standing for one in running]),
        parties=parties,
        agreements=agreements,
        wording=wording,
        given=given,
        agrees_for={
            party
            for party, _name in waiting
            if place.ended_on is None
            and (
                (party is None and for_own)
                or (
                    party is not None
                    and party == actor().partner_id
                    and seats & set(queries.AGREES_FOR_PARTNER)
                )
            )
        },
        on_behalf={party for party, _name in waiting if party is not None}
        if may_change and actor().partner_id is None
        else set(),
        names=names,
        written_by=dict(parties).get(found.party_id, ""),
        turn=turn_of(
            found,
            [name for _party, name in waiting],
            names.get(found.owner_id, "") if found.owner_id else "",
            sum(one.is_late(day) for one in running),
            len(running),
        ),
        details=html(found.details) if found.details else "",
        links=links_of(session, actor(), "objective", [found.id])[found.id],
        writes=may_change,
        open=found.state in OPEN,
        today=day,
        forms={"agree": AgreeForm(formdata=None), "reason": ReasonForm(formdata=None)} | (forms or {}),
        **WORDS,
    ), status


@bp.get("/objectives/<objective_ref>")
@guard(Capability.SIGNED_IN)
def show(objective_ref: str) -> ResponseReturnValue:
    """An objective with its agreements and measures."""
    return objective_page(*find(objective_ref))


def _given(form: ObjectiveForm) -> dict[str, Any]:
    return {
        "statement": form.statement.data or "",
        "details": form.details.data or "",
        "stage": Stage(form.stage.data) if form.stage.data else None,
        "clause": form.clause.data or "",
        "owner_id": UUID(form.owner.data) if form.owner.data else None,
        "target_on": form.target_on.data,
        "sharing": Sharing(form.sharing.data) if "sharing" in form else Sharing.SHARED,
    }


def _offer(form: ObjectiveForm, place: Relationship, chosen: UUID | None = None) -> ObjectiveForm:
    form.offer(choices_of(place, chosen))
    if actor().partner_id is not None:  # what a contact writes is shared
        del form.sharing
    return form


@bp.route("/relationships/<ref>/objectives/new", methods=["GET", "POST"])
@guard(Capability.SIGNED_IN)
def new(ref: str) -> ResponseReturnValue:
    """Propose an objective."""
    session = current_session()
    place = relationship_by_ref(session, actor(), ref)
    must_run(place)
    if actor().partner_id is None:
        must_manage(actor(), place.id)
    status = 200
    if request.method == "GET":
        whose = request.args.get("whose", Whose.JOINT.value)
        form = _offer(
            ObjectiveForm(
                formdata=None,
                whose=whose if whose in set(Whose) else Whose.JOINT.value,
                stage=place.stage.value,
            ),
            place,
        )
    else:
        form = _offer(ObjectiveForm(), place)
        status = 422
        if form.validate():
            with form.taking_refusals() as outcome:
                made = service.add_objective(
                    session,
                    actor=actor(),
                    at=clock.now(),
                    relationship_id=place.id,
                    whose=Whose(form.whose.data),
                    **_given(form),
                )
            if outcome.ok:
                flash(
                    _("%(ref)s is proposed. Add a measure, and let the parties agree.", ref=made.ref),
                    "success",
                )
                return redirect(url_for("objectives.show", objective_ref=made.ref))
            status = outcome.status
            place = relationship_by_ref(session, actor(), ref)
    return render_template("objectives/edit.html", form=form, found=None, place=place, **WORDS), status


@bp.route("/objectives/<objective_ref>/edit", methods=["GET", "POST"])
@guard(Capability.SIGNED_IN)
def edit(objective_ref: str) -> ResponseReturnValue:
    """Change an objective."""
    found, place = find(objective_ref)
    service.must_write(current_session(), actor(), found)
    status = 200
    if request.method == "GET":
        form = ObjectiveForm(
            formdata=None,
            statement=found.statement,
            details=found.details,
            stage=found.stage.value if found.stage else "",
            clause=found.clause,
            owner=str(found.owner_id or ""),
            target_on=found.target_on,
            sharing=found.sharing.value,
            version=found.version,
        )
    else:
        form = ObjectiveForm()
        status = 422
    _offer(form, place, found.owner_id)
    del form.whose
    if found.whose is Whose.JOINT and "sharing" in form:
        del form.sharing
    if request.method == "POST" and form.validate():
        with form.taking_refusals() as outcome:
            service.set_objective(
                current_session(),
                actor=actor(),
                at=clock.now(),
                found=found,
                version=form.version.data or 0,
                **_given(form),
            )
        if outcome.ok:
            flash(_("Kept."), "success")
            return redirect(url_for("objectives.show", objective_ref=objective_ref))
        status = outcome.status
        found, place = find(objective_ref)
    return render_template("objectives/edit.html", form=form, found=found, place=place, **WORDS), status
