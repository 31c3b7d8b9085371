"""Pages of meetings."""

from collections.abc import Callable
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.errors import NotFound
from auditapp.kit.markdown import html
from auditapp.people.guards import actor, guard
from auditapp.people.queries import organization, person_names
from auditapp.people.rules import Capability
from auditapp.relationships.actions.queries import actions_from, list_actions
from auditapp.relationships.actions.rules import standing
from auditapp.relationships.actions.service import add_action
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
from auditapp.shell.forms import BaseForm, options

bp = Blueprint("meetings", __name__, template_folder="templates")
WORDS: dict[str, Any] = {
    "kind_labels": KIND_LABELS,
    "status_labels": STATUS_LABELS,
    "status_tones": STATUS_TONES,
    "sharing_labels": SHARING_LABELS,
}


def _people(found: Relationship) -> list[tuple[str, str]]:
    names = {partner.id: partner.name for partner in found.partners}
    return [
        (str(one.person_id), f"{one.name} ({names[one.party_id]})" if one.party_id in names else one.name)
        for one in people_of(current_session(), found.id)
    ]


def _find(meeting_ref: str) -> tuple[Meeting, Relationship]:
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
    people = _people(found)
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
            invited=[one for one, _name in people],
        )
        form.invited.choices = options(people)
    else:
        form = MeetingForm()
        form.invited.choices = options(people)
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
    meeting, found = _find(meeting_ref)
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
        form.invited.choices = options(_people(found))
        del form.kind
    else:
        form = MeetingForm()
        form.invited.choices = options(_people(found))
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
            meeting, found = _find(meeting_ref)
    return render_template("meetings/edit.html", form=form, found=found, meeting=meeting, **WORDS), status


def _page(
    meeting: Meeting, found: Relationship, forms: dict[str, Any] | None = None, status: int = 200
) -> ResponseReturnValue:
    session = current_session()
    people = _people(found)
    own = organization(session)
    parties = {
        party: name or (own.name if own else "") for party, name in queries.parties_of(session, meeting)
    }
    said = queries.agreements_of(session, meeting.id)
    given = {one.party_id for one, _name in said if one.agrees and one.counts}
    keeps = service.keeps(session, actor(), found.id)
    names = {str(one): name for one, name in person_names(session, own_only=False)} | dict(people)
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
    made["hold"].present.choices = options(people)
    made["action"].owner.choices = options([("", _("Choose somebody")), *people])
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
    return _page(*_find(meeting_ref))


def _verb(
    meeting_ref: str,
    name: str,
    form: BaseForm,
    do: Callable[[Meeting], object],
    *,
    done: str,
    anchor: str = "",
) -> ResponseReturnValue:
    meeting, found = _find(meeting_ref)
    if isinstance(form, HoldForm):
        form.present.choices = options(_people(found))
    if isinstance(form, QuickActionForm):
        form.owner.choices = options([("", _("Choose somebody")), *_people(found)])
    status = 422
    if form.validate():
        with form.taking_refusals() as outcome:
            do(meeting)
        if outcome.ok:
            flash(done, "success")
            return redirect(url_for("meetings.show", meeting_ref=meeting_ref) + anchor)
        status = outcome.status
        meeting, found = _find(meeting_ref)
    return _page(meeting, found, {name: form}, status)


def _common(meeting: Meeting) -> dict[str, Any]:
    return {"actor": actor(), "at": clock.now(), "meeting": meeting}


@bp.post("/meetings/<meeting_ref>/cancel")
@guard(Capability.VIEW_ORGANIZATION)
def cancel(meeting_ref: str) -> ResponseReturnValue:
    """It does not take place."""
    form = WordForm()
    return _verb(
        meeting_ref, "word", form,
        lambda meeting: service.cancel(current_session(), reason=form.note.data or "", **_common(meeting)),
        done=_("Cancelled. The reason stays on record."),
    )  # fmt: skip


@bp.post("/meetings/<meeting_ref>/hold")
@guard(Capability.VIEW_ORGANIZATION)
def hold(meeting_ref: str) -> ResponseReturnValue:
    """It was held."""
    form = HoldForm()
    return _verb(
        meeting_ref, "hold", form,
        lambda meeting: service.hold(
            current_session(), present=[UUID(one) for one in form.present.data or ()],
            also=form.also.data or "", **_common(meeting),
        ),
        done=_("Held. Write the minutes, decisions and actions."),
    )  # fmt: skip


@bp.post("/meetings/<meeting_ref>/minutes")
@guard(Capability.VIEW_ORGANIZATION)
def write_minutes(meeting_ref: str) -> ResponseReturnValue:
    """Keep the minutes."""
    form = MinutesForm()
    return _verb(
        meeting_ref, "minutes", form,
        lambda meeting: service.write_minutes(
            current_session(), version=form.version.data or 0, text=form.minutes.data or "", **_common(meeting)
        ),
        done=_("The minutes are kept."), anchor="#minutes",
    )  # fmt: skip


@bp.post("/meetings/<meeting_ref>/decisions")
@guard(Capability.VIEW_ORGANIZATION)
def decide(meeting_ref: str) -> ResponseReturnValue:
    """Write down a decision."""
    form = DecisionForm()
    return _verb(
        meeting_ref, "decision", form,
        lambda meeting: service.decide(
            current_session(), text=form.text.data or "", ours=form.ours.data or "",
            theirs=form.theirs.data or "", **_common(meeting),
        ),
        done=_("The decision is written down."), anchor="#decisions",
    )  # fmt: skip


@bp.post("/meetings/<meeting_ref>/decisions/<uuid:decision_id>/remove")
@guard(Capability.VIEW_ORGANIZATION)
def remove_decision(meeting_ref: str, decision_id: UUID) -> ResponseReturnValue:
    """It was not decided."""
    return _verb(
        meeting_ref, "word", WordForm(),
        lambda meeting: service.remove_decision(current_session(), decision_id=decision_id, **_common(meeting)),
        done=_("Taken out. The history keeps it."), anchor="#decisions",
    )  # fmt: skip


@bp.post("/meetings/<meeting_ref>/actions")
@guard(Capability.VIEW_ORGANIZATION)
def ask(meeting_ref: str) -> ResponseReturnValue:
    """An action of the meeting."""
    form = QuickActionForm()

    def do(meeting: Meeting) -> None:
        if not form.owner.data:
            raise NotFound
        add_action(
            current_session(), actor=actor(), at=clock.now(), relationship_id=meeting.relationship_id,
            title=form.title.data or "", owner_id=UUID(form.owner.data), due_on=form.due_on.data,  # type: ignore[arg-type] # InputRequired
            sharing=meeting.sharing, source_kind="meeting", source_ref=meeting.ref,
        )  # fmt: skip

    return _verb(meeting_ref, "action", form, do, done=_("The action is asked for."), anchor="#actions")


@bp.post("/meetings/<meeting_ref>/submit")
@guard(Capability.VIEW_ORGANIZATION)
def submit(meeting_ref: str) -> ResponseReturnValue:
    """Put the minutes before the parties."""
    return _verb(
        meeting_ref, "word", WordForm(),
        lambda meeting: service.submit(current_session(), **_common(meeting)),
        done=_("Submitted. Each party is asked to agree to the minutes."),
    )  # fmt: skip


@bp.post("/meetings/<meeting_ref>/agree")
@guard(Capability.SIGNED_IN)
def agree(meeting_ref: str) -> ResponseReturnValue:
    """A party agrees to the minutes."""
    form = WordForm()
    party = request.form.get("party", "")
    try:
        party_id = UUID(party) if party else None
    except ValueError:
        raise NotFound from None
    return _verb(
        meeting_ref, "word", form,
        lambda meeting: service.agree(
            current_session(), party_id=party_id, note=form.note.data or "", **_common(meeting)
        ),
        done=_("Agreed."),
    )  # fmt: skip


@bp.post("/meetings/<meeting_ref>/object")
@guard(Capability.SIGNED_IN)
def object_to(meeting_ref: str) -> ResponseReturnValue:
    """A party objects to the minutes."""
    form = WordForm()
    return _verb(
        meeting_ref, "word", form,
        lambda meeting: service.object_to(current_session(), reason=form.note.data or "", **_common(meeting)),
        done=_("The objection is kept. The minutes go back to be written."),
    )  # fmt: skip
