"""Pages of meetings."""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.markdown import html
from auditapp.people.guards import actor, guard
from auditapp.people.queries import organization, person_names
from auditapp.people.rules import Capability
from auditapp.relationships.actions.queries import actions_from, list_actions
from auditapp.relationships.actions.rules import standing
from auditapp.relationships.contacts.queries import people_of
from auditapp.relationships.links.queries import links_of
from auditapp.relationships.meetings import queries, service
from auditapp.relationships.meetings.forms import (
    DecisionForm,
    HoldForm,
    MeetingForm,
    MinutesForm,
    QuickActionForm,
    WordForm,
)
from auditapp.relationships.meetings.model import Meeting
from auditapp.relationships.meetings.rules import (
    KIND_LABELS,
    OBLIGATION_OF,
    STATUS_LABELS,
    STATUS_TONES,
    MeetingKind,
    MeetingStatus,
)
from auditapp.relationships.model import Relationship
from auditapp.relationships.obligations.queries import open_one
from auditapp.relationships.queries import relationship_by_ref, relationship_of
from auditapp.relationships.rules import SHARING_LABELS, Sharing
from auditapp.shell.forms import options

bp = Blueprint("meetings", __name__, template_folder="../templates")
WORDS: dict[str, Any] = {
    "kind_labels": KIND_LABELS,
    "status_labels": STATUS_LABELS,
    "status_tones": STATUS_TONES,
    "sharing_labels": SHARING_LABELS,
}


def people(found: Relationship) -> list[tuple[str, str]]:
    """The people of both sides to choose from."""
    names = {partner.id: partner.name for partner in found.partners}
    return [
        (str(one.person_id), f"{one.name} ({names[one.party_id]})" if one.party_id in names else one.name)
        for one in people_of(current_session(), found.id)
    ]


def find(meeting_ref: str) -> tuple[Meeting, Relationship]:
    """The thing and its relationship, if the reader may know of them."""
    session = current_session()
    meeting = queries.meeting_by_ref(session, actor(), meeting_ref)
    return meeting, relationship_of(session, actor(), meeting.relationship_id)


def _today() -> Any:
    own = organization(current_session())
    return clock.day_in(own.zone if own else "UTC", clock.now())


@bp.get("/relationships/<ref>/meetings")
@guard(Capability.SIGNED_IN)
def of_relationship(ref: str) -> str:
    """The meetings of a relationship."""
    session = current_session()
    found = relationship_by_ref(session, actor(), ref)
    coming = request.args.get("show") != "held"
    return render_template(
        "meetings/of_relationship.html",
        found=found,
        coming=coming,
        page=queries.list_meetings(
            session,
            actor(),
            found.id,
            coming=coming,
            at=clock.now(),
            page=request.args.get("page", 1, type=int),
        ),
        keeps=found.ended_on is None and service.keeps(session, actor(), found.id),
        due=[
            (KIND_LABELS[kind], kind.value, one.due_on)
            for kind, key in OBLIGATION_OF.items()
            if actor().partner_id is None and (one := open_one(session, key, found.id)) is not None
        ],
        today=_today(),
        **WORDS,
    )


def _values(form: MeetingForm) -> dict[str, Any]:
    return {
        "title": form.title.data or "",
        "starts_at": form.starts_at.data,
        "zone": form.zone.data,
        "place": form.place.data or "",
        "agenda": form.agenda.data or "",
        "sharing": Sharing(form.sharing.data),
        "invited": [UUID(one) for one in form.invited.data or ()],
    }


@bp.route("/relationships/<ref>/meetings/new", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def new(ref: str) -> ResponseReturnValue:
    """Plan a meeting."""
    session = current_session()
    found = relationship_by_ref(session, actor(), ref)
    service.must_keep(session, actor(), found.id)
    offered = people(found)
    status = 200
    if request.method == "GET":
        kind = request.args.get("kind", MeetingKind.JOINT_TEAM.value)
        kind = kind if kind in set(MeetingKind) else MeetingKind.OTHER.value
        form = MeetingForm(
            formdata=None,
            kind=kind,
            title=str(KIND_LABELS[MeetingKind(kind)]),
            zone=actor().zone,
            sharing=Sharing.SHARED.value,
            invited=[one for one, _name in offered],
        )
        form.invited.choices = options(offered)
    else:
        form = MeetingForm()
        form.invited.choices = options(offered)
        status = 422
        if form.validate():
            with form.taking_refusals() as outcome:
                made = service.plan_meeting(
                    session,
                    actor=actor(),
                    at=clock.now(),
                    relationship_id=found.id,
                    kind=MeetingKind(form.kind.data),
                    **_values(form),
                )
            if outcome.ok:
                flash(_("%(ref)s is planned.", ref=made.ref), "success")
                return redirect(url_for("meetings.show", meeting_ref=made.ref))
            status = outcome.status
            found = relationship_by_ref(session, actor(), ref)
    return render_template("meetings/edit.html", form=form, found=found, meeting=None, **WORDS), status


@bp.route("/meetings/<meeting_ref>/edit", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def edit(meeting_ref: str) -> ResponseReturnValue:
    """Change a planned meeting."""
    meeting, found = find(meeting_ref)
    service.must_keep(current_session(), actor(), found.id)
    status = 200
    if request.method == "GET":
        form = MeetingForm(
            formdata=None,
            title=meeting.title,
            starts_at=meeting.starts_at.astimezone(ZoneInfo(meeting.zone)).replace(tzinfo=None),
            zone=meeting.zone,
            place=meeting.place,
            agenda=meeting.agenda,
            sharing=meeting.sharing.value,
            invited=list(meeting.invited),
            version=meeting.version,
        )
        form.invited.choices = options(people(found))
        del form.kind
    else:
        form = MeetingForm()
        form.invited.choices = options(people(found))
        del form.kind
        status = 422
        if form.validate():
            with form.taking_refusals() as outcome:
                service.change_meeting(
                    current_session(),
                    actor=actor(),
                    at=clock.now(),
                    meeting=meeting,
                    version=form.version.data or 0,
                    reason=form.reason.data or "",
                    **_values(form),
                )
            if outcome.ok:
                flash(_("Kept."), "success")
                return redirect(url_for("meetings.show", meeting_ref=meeting_ref))
            status = outcome.status
            meeting, found = find(meeting_ref)
    return render_template("meetings/edit.html", form=form, found=found, meeting=meeting, **WORDS), status


def page_of(
    meeting: Meeting, found: Relationship, forms: dict[str, Any] | None = None, status: int = 200
) -> ResponseReturnValue:
    """Its page; ``forms``: those that were refused."""
    session = current_session()
    offered = people(found)
    own = organization(session)
    parties = {
        party: name or (own.name if own else "") for party, name in queries.parties_of(session, meeting)
    }
    said = queries.agreements_of(session, meeting.id)
    given = {one.party_id for one, _name in said if one.agrees and one.counts}
    keeps = service.keeps(session, actor(), found.id)
    names = {str(one): name for one, name in person_names(session, own_only=False)} | dict(offered)
    actions = actions_from(session, actor(), "meeting", meeting.ref)
    day = _today()
    open_actions = (
        list_actions(session, actor(), today=day, relationship_id=found.id, show="overdue").rows
        if meeting.status in {MeetingStatus.PLANNED, MeetingStatus.HELD}
        else []
    )
    made: dict[str, Any] = {
        "hold": HoldForm(formdata=None, present=list(meeting.invited)),
        "minutes": MinutesForm(formdata=None, minutes=meeting.minutes, version=meeting.version),
        "decision": DecisionForm(formdata=None),
        "action": QuickActionForm(formdata=None),
        "word": WordForm(formdata=None),
    } | (forms or {})
    made["hold"].present.choices = options(offered)
    made["action"].owner.choices = options([("", _("Choose somebody")), *offered])
    return render_template(
        "meetings/show.html",
        meeting=meeting,
        found=found,
        names=names,
        agenda=html(meeting.agenda) if meeting.agenda else "",
        minutes=html(meeting.minutes) if meeting.minutes else "",
        decisions=queries.decisions_of(session, meeting.id),
        actions=actions,
        standing={one.id: standing(one.status, one.due_on, day) for one, _owner in actions},
        open_actions=open_actions,
        parties=parties,
        said=said,
        waiting=[party for party in parties if party not in given],
        given=given,
        keeps=keeps,
        speaks_for=actor().partner_id if actor().partner_id in parties else None,
        links=links_of(session, actor(), "meeting", [meeting.id])[meeting.id],
        forms=made,
        **WORDS,
    ), status


@bp.get("/meetings/<meeting_ref>")
@guard(Capability.SIGNED_IN)
def show(meeting_ref: str) -> ResponseReturnValue:
    """One meeting, and its minutes."""
    return page_of(*find(meeting_ref))
