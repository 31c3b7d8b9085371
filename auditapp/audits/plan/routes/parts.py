"""Pages of the team, the agenda and the interviews."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.audits.model import Audit
from auditapp.audits.plan import service
from auditapp.audits.plan.forms import InterviewForm, MemberForm, SessionForm, number_or_none
from auditapp.audits.plan.queries import (
    auditor_ids,
    candidates,
    ground_of,
    interviews_of,
    sessions_of,
)
from auditapp.audits.plan.routes.base import bp, closed_days, find, people, policy
from auditapp.audits.plan.rules import MemberInput, conflict_words, lacking, proposed_agenda, stages_in_scope
from auditapp.audits.rules import MEMBER_LABELS, MemberRole
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability


@bp.get("/<ref>/team")
@guard(Capability.VIEW_ORGANIZATION)
def team(ref: str) -> str:
    """Who takes part, who could, and a form to add somebody."""
    audit = find(ref)
    service.check_planner(audit, actor())
    form = MemberForm(formdata=None, version=str(audit.version))
    form.offer(people())
    form.person_id.data = request.args.get("person", type=UUID)
    role = request.args.get("role", "")
    form.role.data = role if role in set(MemberRole) else None
    return _team_page(audit, form)


def _team_page(audit: Audit, form: MemberForm) -> str:
    session = current_session()
    wanted = auditor_ids(session)
    sampled = [
        person
        for one in audit.relationships
        for person in (one.owner_id, one.manager_id, one.ser_id)
        if person is not None
    ]
    members = [one.person_id for one in audit.members]
    known = candidates(
        session, ground_of(audit, clock.day_in(actor().zone, clock.now())), [*wanted, *sampled]
    )
    return render_template(
        "plan/team.html",
        audit=audit,
        form=form,
        candidates=[known[one] for one in wanted if one not in members],
        suggested=[known[one] for one in dict.fromkeys(sampled) if one not in members],
        lacking=lacking,
        conflict_words=conflict_words,
        Role=MemberRole,
        labels=MEMBER_LABELS,
    )


@bp.post("/<ref>/team")
@guard(Capability.VIEW_ORGANIZATION)
def add_member(ref: str) -> ResponseReturnValue:
    """Add a person, or give somebody another part."""
    audit = find(ref)
    service.check_planner(audit, actor())  # a form that is not taken is shown again, with all it offers
    form = MemberForm()
    form.offer(people())
    if not form.validate():
        return _team_page(audit, form), 422
    with form.taking_refusals() as outcome:
        service.add_member(
            current_session(),
            actor=actor(),
            at=clock.now(),
            audit=audit,
            member=MemberInput(
                person_id=form.person_id.data,
                role=MemberRole(form.role.data),
                override_reason=form.override_reason.data or "",
                reviewer_id=form.reviewer_id.data,
            ),
            version=form.seen,
            competence_policy=policy(),
        )
    if not outcome.ok:
        audit = find(ref)
        form.version.data = str(audit.version)
        return _team_page(audit, form), outcome.status
    return redirect(url_for("plan.team", ref=audit.ref))


@bp.post("/<ref>/team/<uuid:person_id>/remove")
@guard(Capability.VIEW_ORGANIZATION)
def remove_member(ref: str, person_id: UUID) -> ResponseReturnValue:
    """Take somebody off the list."""
    audit = find(ref)
    service.remove_member(
        current_session(),
        actor=actor(),
        at=clock.now(),
        audit=audit,
        person_id=person_id,
        version=number_or_none(request.form.get("version")),
        competence_policy=policy(),
    )
    return redirect(url_for("plan.team", ref=audit.ref))


@bp.get("/<ref>/agenda")
@guard(Capability.VIEW_ORGANIZATION)
def agenda(ref: str) -> str:
    """The sessions by day, and a form for one more."""
    audit = find(ref)
    service.check_may_adjust(audit, actor())
    return _agenda_page(
        audit, SessionForm(formdata=None, day=audit.starts_on, place=audit.places.split("\n")[0][:200])
    )


def _agenda_page(audit: Audit, form: SessionForm) -> str:
    return render_template(
        "plan/agenda.html", audit=audit, form=form, sessions=sessions_of(current_session(), audit.id)
    )


@bp.post("/<ref>/agenda")
@guard(Capability.VIEW_ORGANIZATION)
def add_session(ref: str) -> ResponseReturnValue:
    """Add a line to the agenda."""
    audit = find(ref)
    who = actor()
    service.check_may_adjust(audit, who)
    form = SessionForm()
    if not form.validate():
        return _agenda_page(audit, form), 422
    begins, ends = form.moments(who.zone)
    with form.taking_refusals() as outcome:
        service.add_session(
            current_session(),
            actor=who,
            at=clock.now(),
            audit=audit,
            starts_at=begins,
            ends_at=ends,
            title=form.title.data or "",
            place=form.place.data or "",
            auditors=form.auditors.data or "",
        )
    if not outcome.ok:
        return _agenda_page(find(ref), form), outcome.status
    return redirect(url_for("plan.agenda", ref=audit.ref))


@bp.post("/<ref>/agenda/propose")
@guard(Capability.VIEW_ORGANIZATION)
def propose_agenda(ref: str) -> ResponseReturnValue:
    """Fill an empty agenda: opening meeting, the stages in scope, closing meeting."""
    audit = find(ref)
    who = actor()
    if (
        audit.starts_on is not None
        and audit.ends_on is not None
        and not sessions_of(current_session(), audit.id)
    ):
        lines = proposed_agenda(
            audit.starts_on,
            audit.ends_on,
            stages_in_scope(audit.stages),
            who.zone,
            closed={one.day for one in closed_days(audit)},
        )
        service.set_agenda(
            current_session(),
            actor=who,
            at=clock.now(),
            audit=audit,
            sessions=[
                service.SessionInput(
                    starts_at=line.starts_at,
                    ends_at=line.ends_at,
                    title=str(line.title)[:200],
                    place=audit.places.split("\n")[0][:200],
                    stages=line.stages,
                )
                for line in lines
            ],
        )
        flash(_("Here is an agenda to begin with. Take out and add what you need."), "info")
    return redirect(url_for("plan.agenda", ref=audit.ref))


@bp.post("/<ref>/agenda/<uuid:session_id>/remove")
@guard(Capability.VIEW_ORGANIZATION)
def remove_session(ref: str, session_id: UUID) -> ResponseReturnValue:
    """Take a line off the agenda."""
    audit = find(ref)
    service.remove_session(
        current_session(), actor=actor(), at=clock.now(), audit=audit, session_id=session_id
    )
    return redirect(url_for("plan.agenda", ref=audit.ref))


@bp.get("/<ref>/interviews")
@guard(Capability.VIEW_ORGANIZATION)
def interviews(ref: str) -> str:
    """Whom the team wants to speak with, and a form for one more."""
    audit = find(ref)
    service.check_may_adjust(audit, actor())
    return _interviews_page(audit, InterviewForm(formdata=None))


def _interviews_page(audit: Audit, form: InterviewForm) -> str:
    form.offer(people())
    return render_template(
        "plan/interviews.html", audit=audit, form=form, interviews=interviews_of(current_session(), audit.id)
    )


@bp.post("/<ref>/interviews")
@guard(Capability.VIEW_ORGANIZATION)
def add_interview(ref: str) -> ResponseReturnValue:
    """Add somebody to the interview list."""
    audit = find(ref)
    who = actor()
    service.check_may_adjust(audit, who)
    form = InterviewForm()
    form.offer(people())
    if not form.validate():
        return _interviews_page(audit, form), 422
    with form.taking_refusals() as outcome:
        service.add_interview(
            current_session(),
            actor=who,
            at=clock.now(),
            audit=audit,
            person_id=form.person_id.data,
            name=form.name.data or "",
            function=form.function.data or "",
            topic=form.topic.data or "",
            when=form.moment(who.zone),
        )
    if not outcome.ok:
        return _interviews_page(find(ref), form), outcome.status
    return redirect(url_for("plan.interviews", ref=audit.ref))


@bp.post("/<ref>/interviews/<uuid:interview_id>/remove")
@guard(Capability.VIEW_ORGANIZATION)
def remove_interview(ref: str, interview_id: UUID) -> ResponseReturnValue:
    """Take somebody off the interview list."""
    audit = find(ref)
    service.remove_interview(
        current_session(), actor=actor(), at=clock.now(), audit=audit, interview_id=interview_id
    )
    return redirect(url_for("plan.interviews", ref=audit.ref))
