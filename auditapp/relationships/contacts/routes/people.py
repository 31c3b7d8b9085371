"""Both sides' people, side by side."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.queries import organization
from auditapp.people.rules import Capability
from auditapp.relationships.contacts import queries, service
from auditapp.relationships.contacts.forms import LinkForm, MemberForm
from auditapp.relationships.contacts.routes.base import bp, find, manages, today
from auditapp.relationships.model import Relationship
from auditapp.relationships.rules import MEMBER_ROLE_LABELS, MemberRole
from auditapp.shell.forms import options

# Row by row, who faces whom: (role of ours, role of theirs).
FACING = (
    ("ser", MemberRole.PARTNER_SER),
    ("owner", None),
    ("manager", MemberRole.PARTNER_MANAGER),
    (MemberRole.JOINT_TEAM, MemberRole.JOINT_TEAM),
    (None, MemberRole.CONTACT),
)


def people_page(
    found: Relationship, *, member: MemberForm | None = None, status: int = 200
) -> ResponseReturnValue:
    """The page, perhaps with a form that was refused."""
    session = current_session()
    everybody = queries.people_of(session, found.id)
    own = organization(session)
    rights = manages(found)
    form = member or MemberForm(formdata=None)
    if rights:
        form.person.choices = options(
            (str(one), f"{name} ({partner})" if partner else name)
            for one, name, partner in queries.candidates(session, found.id)
        )
    labels: dict[str, Any] = {
        "ser": _("Senior Executive Responsible"),
        "owner": _("Relationship owner"),
        "manager": _("Relationship manager"),
        MemberRole.JOINT_TEAM.value: MEMBER_ROLE_LABELS[MemberRole.JOINT_TEAM],
    }
    rows = [
        {
            "label": labels.get(ours or "", MEMBER_ROLE_LABELS[theirs] if theirs else ""),
            "ours": [one for one in everybody if one.party_id is None and ours in one.roles],
            "theirs": [one for one in everybody if one.party_id is not None and theirs in one.roles],
        }
        for ours, theirs in FACING
    ]
    return render_template(
        "contacts/people.html",
        found=found,
        rows=rows,
        own_name=own.name if own else "",
        partner_of={partner.id: partner.name for partner in found.partners},
        members=queries.members_of(session, found.id) if rights else [],
        unseeing=queries.unseeing(session, found.id) if rights else [],
        access=queries.access_of(session, found.id, at=clock.now()) if rights else [],
        manages=rights,
        form=form,
        link_form=LinkForm(formdata=None),
        role_labels=MEMBER_ROLE_LABELS,
    ), status


@bp.get("/relationships/<ref>/people")
@guard(Capability.SIGNED_IN)
def of_relationship(ref: str) -> ResponseReturnValue:
    """Who is who in a relationship."""
    return people_page(find(ref))


@bp.post("/relationships/<ref>/people")
@guard(Capability.MANAGE_RELATIONSHIPS)
def add_member(ref: str) -> ResponseReturnValue:
    """Somebody becomes a member."""
    session = current_session()
    found = find(ref)
    form = MemberForm()
    form.person.choices = options(
        (str(one), name) for one, name, _partner in queries.candidates(session, found.id)
    )
    status = 422
    if form.validate():
        with form.taking_refusals() as outcome:
            service.add_member(
                session,
                actor=actor(),
                at=clock.now(),
                relationship_id=found.id,
                person_id=UUID(form.person.data),
                role=MemberRole(form.role.data),
                note=form.note.data or "",
            )
        if outcome.ok:
            flash(_("Added. A partner's contact now sees what is shared of this relationship."), "success")
            return redirect(url_for("contacts.of_relationship", ref=ref))
        status = outcome.status
        found = find(ref)
    return people_page(found, member=form, status=status)


@bp.post("/relationships/<ref>/people/<uuid:member_id>/end")
@guard(Capability.MANAGE_RELATIONSHIPS)
def end_member(ref: str, member_id: UUID) -> ResponseReturnValue:
    """Somebody is no longer a member."""
    service.end_member(current_session(), actor=actor(), at=clock.now(), member_id=member_id, on=today())
    flash(_("No longer a member. It can be added again at any time."), "success")
    return redirect(url_for("contacts.of_relationship", ref=ref))
