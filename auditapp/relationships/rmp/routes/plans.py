"""The plan: the list, its page, its versions side by side, and whose it is."""

from typing import Any
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.errors import NotAllowed
from auditapp.kit.markdown import html
from auditapp.people.guards import actor, guard
from auditapp.people.queries import names_of, organization
from auditapp.people.rules import Capability
from auditapp.relationships.links.queries import links_of
from auditapp.relationships.model import Relationship
from auditapp.relationships.obligations.queries import open_extras, open_one
from auditapp.relationships.queries import relationship_by_ref
from auditapp.relationships.rmp import queries, service
from auditapp.relationships.rmp.forms import AgreeForm, PlanForm, ReasonForm, TickForm
from auditapp.relationships.rmp.model import Plan, PlanSection, PlanVersion
from auditapp.relationships.rmp.routes.base import WORDS, bp, find, own_people, their_people, turn_of, writes
from auditapp.relationships.rmp.rules import (
    SECTIONS,
    PlanKind,
    VersionStatus,
    completeness,
    fill_of,
)
from auditapp.relationships.rmp.service.base import REVIEW
from auditapp.relationships.rules import STAGES


@bp.get("/rmp/")
@guard(Capability.SIGNED_IN)
def index() -> str:
    """The plans one may see, the corporate one too."""
    kind = request.args.get("kind", "")
    return render_template(
        "rmp/index.html",
        page=queries.list_plans(
            current_session(),
            actor(),
            kind=PlanKind(kind) if kind in set(PlanKind) else None,
            page=request.args.get("page", 1, type=int),
        ),
        kind=kind,
        may_begin=actor().can(Capability.MANAGE_SETTINGS),
        **WORDS,
    )


@bp.get("/relationships/<ref>/rmp")
@guard(Capability.SIGNED_IN)
def of_relationship(ref: str) -> ResponseReturnValue:
    """The plans of a relationship; with one, that one."""
    session = current_session()
    found = relationship_by_ref(session, actor(), ref)
    plans = queries.plans_of(session, actor(), found.id)
    if len(plans) == 1:
        return redirect(url_for("rmp.show", plan_ref=plans[0].ref))
    return render_template(
        "rmp/of_relationship.html",
        found=found,
        plans=plans,
        versions=queries.standing_versions(session, actor(), [plan.id for plan in plans]),
        manages=actor().can(Capability.MANAGE_RELATIONSHIPS, found.id) and found.ended_on is None,
        **WORDS,
    )


def _chosen(plan: Plan) -> tuple[PlanVersion | None, PlanVersion | None]:
    """(the version that is shown, the one under way). Without a wish: the one in force, else the newest."""
    session = current_session()
    versions = queries.versions_of(session, actor(), plan)
    wanted = request.args.get("version", type=int)
    under_way = next((one for one in versions if one.status.value in {"draft", "submitted", "agreed"}), None)
    if wanted is not None:
        return next((one for one in versions if one.number == wanted), None) or abort(404), under_way
    in_force = next((one for one in versions if one.status is VersionStatus.IN_FORCE), None)
    return in_force or under_way or (versions[0] if versions else None), under_way


def _section_lines(
    plan: Plan, found: Relationship | None, shown: PlanVersion | None
) -> tuple[list[dict[str, Any]], dict[str, PlanSection]]:
    session = current_session()
    sections = queries.sections_of(session, actor(), shown.id) if shown else {}
    names = names_of(
        session,
        [one for section in sections.values() for one in (section.owner_id, section.changed_by_id)]
        + [plan.owner_id, plan.partner_owner_id],
    )
    inside = actor().partner_id is None
    began = queries.stage_began(session, found) if found else plan.created_at
    links = links_of(session, actor(), "rmp", [plan.id])[plan.id]
    said: dict[str, int] = {}
    for comment, _name in queries.comments_of(session, actor(), plan.id):
        said[comment.key] = said.get(comment.key, 0) + 1
    lines = []
    for number, (key, kind) in enumerate(SECTIONS.items(), start=1):
        section = sections.get(key)
        if section is None and not inside:
            continue
        lines.append(
            {
                "key": key,
                "number": number,
                "title": kind.title,
                "hint": kind.hint,
                "section": section,
                "html": html(section.text) if section and section.text else "",
                "owner": names.get(section.owner_id, "") if section and section.owner_id else "",
                "changed_by": names.get(section.changed_by_id, "") if section else "",
                "links": [one for one in links if one.slot == key],
                "comments": said.get(key, 0),
                "fill": fill_of(
                    text=section.text if section else "",
                    has_owner=bool(section and section.owner_id),
                    older_than_stage=bool(section and section.changed_at < began),
                ),
            }
        )
    return lines, sections


def plan_page(
    plan: Plan, found: Relationship | None, *, status: int = 200, forms: dict[str, Any] | None = None
) -> ResponseReturnValue:
    """The page of a plan; ``forms``: those that were refused."""
    session = current_session()
    shown, under_way = _chosen(plan)
    lines, sections = _section_lines(plan, found, shown)
    parties = queries.parties_of(session, plan)
    own = organization(session)
    named = {party_id: name or (own.name if own else "") for party_id, name in parties}
    approvals = queries.approvals_of(session, under_way.id) if under_way else []
    given = {
        one.party_id for one, _name in approvals if under_way and one.content_hash == under_way.content_hash
    }
    waiting = [party for party, _name in parties if party not in given]
    due = open_one(session, REVIEW, plan.id)
    turn = turn_of(plan, under_way, [named[party] for party in waiting])
    if under_way is None and shown is not None:
        turn = ("", "")
    my_roles = queries.partner_roles(session, actor(), plan.relationship_id)
    return render_template(
        "rmp/show.html",
        plan=plan,
        found=found,
        shown=shown,
        under_way=under_way,
        versions=queries.versions_of(session, actor(), plan),
        lines=lines,
        filled=completeness([key for key, one in sections.items() if one.text.strip()]),
        ticks=queries.ticks_of(session, plan.id),
        named=named,
        approvals=approvals,
        given=given,
        waiting=waiting,
        agrees_for=[
            party
            for party in waiting
            if (party is None and service.may_agree_for_own(actor(), found))
            or (
                party is not None
                and actor().partner_id == party
                and my_roles & set(queries.AGREES_FOR_PARTNER)
            )
        ],
        on_behalf=[party for party in waiting if party is not None] if writes(plan) else [],
        due=due,
        extras=open_extras(session, REVIEW, plan.id),
        reviews=queries.reviews_of(session, plan.id, page=request.args.get("page", 1, type=int)),
        owners=names_of(session, [plan.owner_id, plan.partner_owner_id]),
        turn=turn,
        writes=writes(plan),
        ticks_here=found is not None
        and actor().partner_id is None
        and queries.plans_of(session, actor(), found.id)[0].id == plan.id,
        here=STAGES.index(found.stage) if found else None,
        forms={
            "agree": AgreeForm(formdata=None),
            "reason": ReasonForm(formdata=None),
            "tick": TickForm(formdata=None),
        }
        | (forms or {}),
        **WORDS,
    ), status


@bp.get("/rmp/<plan_ref>")
@guard(Capability.SIGNED_IN)
def show(plan_ref: str) -> ResponseReturnValue:
    """A plan as it stands, or one of its versions."""
    return plan_page(*find(plan_ref))


@bp.get("/rmp/<plan_ref>/compare")
@guard(Capability.SIGNED_IN)
def difference(plan_ref: str) -> str:
    """Two versions of a plan, section by section."""
    plan, found = find(plan_ref)
    shown = queries.comparison_of(
        current_session(),
        actor(),
        plan,
        newer=request.args.get("to", type=int),
        older=request.args.get("from", type=int),
    )
    return render_template(
        "rmp/compare.html",
        plan=plan,
        found=found,
        numbers=shown.numbers,
        older=shown.older,
        newer=shown.newer,
        changed=[
            {"title": SECTIONS[key].title, "key": key, "pieces": pieces} for key, pieces in shown.changed
        ],
        **WORDS,
    )


def _plan_form(form: PlanForm, found: Relationship | None) -> PlanForm:
    form.offer(own_people(), their_people(found), corporate=found is None)
    return form


def _who(form: PlanForm) -> dict[str, Any]:
    return {
        "title": form.title.data or "",
        "owner_id": UUID(form.owner.data) if form.owner.data else None,
        "partner_owner_id": UUID(form.partner_owner.data) if form.partner_owner.data else None,
        "months": form.months.data,
    }


@bp.route("/rmp/new", methods=["GET", "POST"])
@guard(Capability.MANAGE_RELATIONSHIPS, Capability.MANAGE_SETTINGS)
def new() -> ResponseReturnValue:
    """Begin a plan: of a relationship (``?relationship=R-01``), or the corporate one."""
    session = current_session()
    ref = request.values.get("relationship", "")
    found = relationship_by_ref(session, actor(), ref) if ref else None
    if found is not None and not actor().can(Capability.MANAGE_RELATIONSHIPS, found.id):
        raise NotAllowed(service.NOT_YOURS)
    status = 200
    if request.method == "GET":
        kind = request.args.get("kind", PlanKind.JOINT.value if found else PlanKind.CORPORATE.value)
        title = _("Relationship management plan: %(name)s", name=found.name) if found else _("Corporate plan")
        owner = str(found.manager_id or found.owner_id or "") if found else ""
        form = _plan_form(PlanForm(formdata=None, kind=kind, title=title[:200], owner=owner), found)
    else:
        form = _plan_form(PlanForm(), found)
        status = 422
        if form.validate():
            with form.taking_refusals() as outcome:
                plan = service.begin_plan(
                    session,
                    actor=actor(),
                    at=clock.now(),
                    kind=PlanKind(form.kind.data),
                    relationship_id=found.id if found else None,
                    **_who(form),
                )
            if outcome.ok:
                flash(_("%(ref)s is begun. Write its first sections.", ref=plan.ref), "success")
                return redirect(url_for("rmp.show", plan_ref=plan.ref))
            status = outcome.status
            found = relationship_by_ref(session, actor(), ref) if ref else None
    return render_template("rmp/edit.html", form=form, plan=None, found=found, **WORDS), status


@bp.route("/rmp/<plan_ref>/settings", methods=["GET", "POST"])
@guard(Capability.MANAGE_RELATIONSHIPS, Capability.MANAGE_SETTINGS, Capability.VIEW_TRAIL)
def settings(plan_ref: str) -> ResponseReturnValue:
    """Whose plan it is, and how often it is reviewed."""
    plan, found = find(plan_ref)
    service.must_write(actor(), plan)
    status = 200
    if request.method == "GET":
        form = PlanForm(
            formdata=None,
            title=plan.title,
            owner=str(plan.owner_id or ""),
            partner_owner=str(plan.partner_owner_id or ""),
            months=plan.months,
            drafts_shared=plan.drafts_shared,
            version=plan.version,
        )
        _plan_form(form, found)
        del form.kind
    else:
        form = _plan_form(PlanForm(), found)
        del form.kind
        status = 422
        if form.validate():
            with form.taking_refusals() as outcome:
                service.set_plan(
                    current_session(),
                    actor=actor(),
                    at=clock.now(),
                    plan=plan,
                    version=form.version.data or 0,
                    drafts_shared=form.drafts_shared.data,
                    **_who(form),
                )
            if outcome.ok:
                flash(_("Kept."), "success")
                return redirect(url_for("rmp.show", plan_ref=plan_ref))
            status = outcome.status
            plan, found = find(plan_ref)
    return render_template("rmp/edit.html", form=form, plan=plan, found=found, **WORDS), status
