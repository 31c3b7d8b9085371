"""Writing a version and taking it through its life."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.errors import NotFound
from auditapp.kit.markdown import html
from auditapp.people.guards import actor, guard
from auditapp.people.queries import names_of
from auditapp.people.rules import Capability
from auditapp.relationships.links.queries import links_of
from auditapp.relationships.rmp import queries, service
from auditapp.relationships.rmp.forms import NOBODY, AgreeForm, CommentForm, ReasonForm, SectionForm
from auditapp.relationships.rmp.model import Plan, PlanSection
from auditapp.relationships.rmp.routes.base import WORDS, bp, find, own_people, their_people, writes
from auditapp.relationships.rmp.routes.plans import plan_page
from auditapp.relationships.rmp.rules import SECTIONS, PlanKind, VersionStatus
from auditapp.relationships.rules import Sharing
from auditapp.shell.forms import BaseForm, options


def _common(plan: Plan) -> dict[str, Any]:
    return {"actor": actor(), "at": clock.now(), "plan": plan}


def _back(plan_ref: str, anchor: str = "") -> ResponseReturnValue:
    return redirect(url_for("rmp.show", plan_ref=plan_ref) + anchor)


def _verb(
    plan_ref: str, name: str, form: BaseForm, do: Callable[[Plan], object], done: str
) -> ResponseReturnValue:
    """Do what one button says; refused, the plan's page comes back with what was typed."""
    plan, found = find(plan_ref)
    status = 422
    if form.validate():
        with form.taking_refusals() as outcome:
            do(plan)
        if outcome.ok:
            flash(done, "success")
            return _back(plan_ref)
        status = outcome.status
        plan, found = find(plan_ref)
    return plan_page(plan, found, status=status, forms={name: form})


@bp.post("/rmp/<plan_ref>/versions")
@guard(Capability.VIEW_ORGANIZATION)
def begin_version(plan_ref: str) -> ResponseReturnValue:
    """Begin a new version."""
    form = ReasonForm()
    return _verb(
        plan_ref,
        "reason",
        form,
        lambda plan: service.begin_version(current_session(), reason=form.reason.data or "", **_common(plan)),
        _(
            "A new version is begun, a copy of the one in force. That one stays in force until the new one is agreed."
        ),
    )


@bp.post("/rmp/<plan_ref>/submit")
@guard(Capability.VIEW_ORGANIZATION)
def submit(plan_ref: str) -> ResponseReturnValue:
    """Put the draft before the parties."""
    return _verb(
        plan_ref,
        "reason",
        ReasonForm(),
        lambda plan: service.submit(current_session(), **_common(plan)),
        _("Submitted. Each party is asked to agree."),
    )


@bp.post("/rmp/<plan_ref>/agree")
@guard(Capability.SIGNED_IN)
def agree(plan_ref: str) -> ResponseReturnValue:
    """A party agrees."""
    form = AgreeForm()
    party = request.form.get("party", "")
    try:
        party_id = UUID(party) if party else None
    except ValueError:
        raise NotFound from None
    return _verb(
        plan_ref,
        "agree",
        form,
        lambda plan: service.agree(
            current_session(), party_id=party_id, note=form.note.data or "", **_common(plan)
        ),
        _("Agreed, and written down with the day and who."),
    )


@bp.post("/rmp/<plan_ref>/return")
@guard(Capability.SIGNED_IN)
def return_version(plan_ref: str) -> ResponseReturnValue:
    """Send the version back to be changed."""
    form = ReasonForm()
    return _verb(
        plan_ref,
        "reason",
        form,
        lambda plan: service.return_version(
            current_session(), reason=form.reason.data or "", **_common(plan)
        ),
        _("Returned. It can be changed and submitted again."),
    )


@bp.post("/rmp/<plan_ref>/withdraw")
@guard(Capability.VIEW_ORGANIZATION)
def withdraw(plan_ref: str) -> ResponseReturnValue:
    """Give up the version under way."""
    form = ReasonForm()
    return _verb(
        plan_ref,
        "reason",
        form,
        lambda plan: service.withdraw(current_session(), reason=form.reason.data or "", **_common(plan)),
        _("Withdrawn. What it said can still be read under its number."),
    )


@bp.post("/rmp/<plan_ref>/in-force")
@guard(Capability.VIEW_ORGANIZATION)
def bring_into_force(plan_ref: str) -> ResponseReturnValue:
    """The agreed version comes into force."""
    return _verb(
        plan_ref,
        "reason",
        ReasonForm(),
        lambda plan: service.bring_into_force(current_session(), **_common(plan)),
        _("In force. Its reviews are counted from today."),
    )


def _section_page(
    plan_ref: str, key: str, form: SectionForm | None, status: int = 200, comment: CommentForm | None = None
) -> ResponseReturnValue:
    session = current_session()
    plan, found = find(plan_ref)
    if key not in SECTIONS:
        raise NotFound
    draft = queries.open_version(session, plan.id)
    editable = writes(plan) and draft is not None and draft.status is VersionStatus.DRAFT
    versions = queries.versions_of(session, actor(), plan)
    shown = draft if editable else (versions[0] if versions else None)
    sections = queries.sections_of(session, actor(), shown.id) if shown else {}
    section = sections.get(key)
    if section is None and actor().partner_id is not None:
        raise NotFound
    if form is None and editable:
        form = _offered(plan, SectionForm(formdata=None, **_typed(section)))
    keys = [one for one in SECTIONS if actor().partner_id is None or one in sections]
    at = keys.index(key)
    return render_template(
        "rmp/section.html",
        plan=plan,
        found=found,
        key=key,
        kind=SECTIONS[key],
        section=section,
        html=html(section.text) if section and section.text else "",
        draft=draft,
        form=form if editable else None,
        refused=form if not editable else None,
        typed=form.text.data or "" if form is not None and not editable else "",
        editable=editable,
        writes=writes(plan),
        before=keys[at - 1] if at else None,
        after=keys[at + 1] if at + 1 < len(keys) else None,
        links=[one for one in links_of(session, actor(), "rmp", [plan.id])[plan.id] if one.slot == key],
        comments=queries.comments_of(session, actor(), plan.id, key),
        comment=comment or CommentForm(formdata=None, sharing=Sharing.INTERNAL.value),
        stale=status == 409,  # noqa: PLR2004 - a conflict
        names=names_of(session, [section.owner_id, section.changed_by_id] if section else []),
        **WORDS,
    ), status


def _typed(section: PlanSection | None) -> dict[str, Any]:
    if section is None:
        return {"text": "", "owner": "", "sharing": Sharing.INTERNAL.value, "version": 0}
    return {
        "text": section.text,
        "owner": str(section.owner_id or ""),
        "sharing": section.sharing.value,
        "version": section.version,
    }


def _offered(plan: Plan, form: SectionForm) -> SectionForm:
    found = find(plan.ref)[1]
    form.owner.choices = options([NOBODY, *own_people(), *their_people(found)])
    if plan.kind is not PlanKind.JOINT:
        del form.sharing
    return form


@bp.get("/rmp/<plan_ref>/sections/<key>")
@guard(Capability.SIGNED_IN)
def section(plan_ref: str, key: str) -> ResponseReturnValue:
    """A section: its text, its links, what was said about it; the draft can be written here."""
    return _section_page(plan_ref, key, None)


@bp.post("/rmp/<plan_ref>/sections/<key>")
@guard(Capability.VIEW_ORGANIZATION)
def write_section(plan_ref: str, key: str) -> ResponseReturnValue:
    """Keep a section."""
    plan = find(plan_ref)[0]
    service.must_write(actor(), plan)
    form = _offered(plan, SectionForm())
    status = 422
    if form.validate():
        with form.taking_refusals() as outcome:
            service.write_section(
                current_session(),
                key=key,
                version=form.version.data or 0,
                text=form.text.data or "",
                owner_id=UUID(form.owner.data) if form.owner.data else None,
                sharing=Sharing(form.sharing.data) if "sharing" in form else Sharing.INTERNAL,
                **_common(plan),
            )
        if outcome.ok:
            flash(_("The section is kept."), "success")
            onward = request.form.get("onward", "")
            if onward in SECTIONS:
                return redirect(url_for("rmp.section", plan_ref=plan_ref, key=onward))
            return _back(plan_ref, f"#{key}")
        status = outcome.status
        if status == 409:  # noqa: PLR2004 - somebody was faster: what they wrote is shown, and can be written over knowingly
            draft = queries.open_version(current_session(), find(plan_ref)[0].id)
            rows = queries.sections_of(current_session(), actor(), draft.id) if draft else {}
            form.version.data = rows[key].version if key in rows else 0
    return _section_page(plan_ref, key, form, status)


@bp.post("/rmp/<plan_ref>/sections/<key>/comments")
@guard(Capability.SIGNED_IN)
def comment(plan_ref: str, key: str) -> ResponseReturnValue:
    """Say something about a section."""
    plan = find(plan_ref)[0]
    form = CommentForm()
    if actor().partner_id is not None or plan.kind is not PlanKind.JOINT:
        del form.sharing
    status = 422
    if form.validate():
        with form.taking_refusals() as outcome:
            service.comment(
                current_session(),
                key=key,
                text=form.comment.data or "",
                sharing=Sharing(form.sharing.data) if "sharing" in form else Sharing.INTERNAL,
                **_common(plan),
            )
        if outcome.ok:
            return redirect(url_for("rmp.section", plan_ref=plan_ref, key=key) + "#comments")
        status = outcome.status
    return _section_page(plan_ref, key, None, status, form)


@bp.post("/rmp/comments/<uuid:comment_id>/remove")
@guard(Capability.SIGNED_IN)
def remove_comment(comment_id: UUID) -> ResponseReturnValue:
    """Take back a word."""
    found = service.remove_comment(current_session(), actor=actor(), at=clock.now(), comment_id=comment_id)
    flash(_("Taken back."), "success")
    plan_ref = request.form.get("plan_ref", "")
    return redirect(url_for("rmp.section", plan_ref=find(plan_ref)[0].ref, key=found.key) + "#comments")
