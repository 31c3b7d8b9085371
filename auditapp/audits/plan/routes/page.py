"""The page of one audit: how it stands, whose turn it is, the plan, what was answered, where to go on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app, render_template, url_for
from flask_babel import gettext as _

from auditapp.audits.model import Audit, PlanAnswer
from auditapp.audits.plan.forms import AnswerForm, SettleForm
from auditapp.audits.plan.queries import (
    answers_to_plan,
    interviews_of,
    names_of,
    series_of,
    sessions_of,
)
from auditapp.audits.plan.routes.base import bp, closed_days, find, plans
from auditapp.audits.plan.rules import (
    ADJUSTABLE,
    EDITABLE,
    Preview,
    Turn,
    TurnFacts,
    member_role,
    missing_for_sending,
    preview,
    stages_in_scope,
    standing,
    whose_turn,
)
from auditapp.audits.plan.service import auditee_ids, plan_facts
from auditapp.audits.rules import STEPS, TEAM, AuditStatus, AuditVerb, MemberRole
from auditapp.checklists.queries import libraries
from auditapp.checklists.rules import merge
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.text import Text
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability, Principal

BEFORE_THE_WALK = EDITABLE | {AuditStatus.POSTPONED}
MOST_DAYS_OFF = 6  # told of; a plan over months has many
WALKED = frozenset(AuditStatus) - BEFORE_THE_WALK - {AuditStatus.CANCELLED}


@dataclass(frozen=True, kw_only=True)
class Said:
    """An answer to the plan with the names it needs."""

    answer: PlanAnswer
    name: str
    recorded_by: str | None
    settled_by: str | None
    counts: bool  # of this revision and not replaced by a later one


@dataclass(frozen=True, kw_only=True)
class Next:
    """The one main action of the page."""

    label: str
    url: str
    post: bool = False
    icon: str = "play"


@dataclass(frozen=True, kw_only=True)
class View:
    """What the page shows to one reader."""

    role: MemberRole | None
    plans: bool
    in_team: bool
    adjusts: bool
    turn: Turn
    missing: Sequence[Text]
    said: Sequence[Said]
    open_objections: Sequence[Said]
    waiting: Sequence[Any]
    to_answer: bool
    verbs: frozenset[AuditVerb]
    walk: Preview | None
    main: Next | None


@bp.get("/<ref>")
@guard(Capability.SIGNED_IN)
def show(ref: str) -> str:
    """The audit's page."""
    return page(find(ref))


def page(
    audit: Audit, *, answer_form: AnswerForm | None = None, settle_form: SettleForm | None = None
) -> str:
    """The audit's page, with a form that was not taken in its place."""
    session = current_session()
    who = actor()
    view = view_of(audit, who)
    before, after = series_of(session, who, audit)
    form = answer_form or AnswerForm(formdata=None, revision=str(audit.plan_revision))
    return render_template(
        "plan/show.html",
        audit=audit,
        view=view,
        sessions=sessions_of(session, audit.id),
        interviews=interviews_of(session, audit.id),
        previous=before,
        follower=after,
        answer_form=form,
        settle_form=settle_form or SettleForm(formdata=None),
        links=links(audit, who),
        days_off=closed_days(audit)[:MOST_DAYS_OFF] if audit.status in EDITABLE else [],
        Status=AuditStatus,
        Verb=AuditVerb,
        Role=MemberRole,
    )


def view_of(audit: Audit, who: Principal) -> View:
    """Everything the page says, worked out."""
    session = current_session()
    role = member_role(audit.members, who.person_id)
    answers = answers_to_plan(session, audit.id)
    last = standing(answers, audit.plan_revision)
    names = names_of(
        session,
        {
            person
            for one in answers
            for person in (one.person_id, one.recorded_by_id, one.settled_by_id)
            if person
        },
    )
    said = [
        Said(
            answer=one,
            name=names[one.person_id],
            recorded_by=names.get(one.recorded_by_id) if one.recorded_by_id else None,
            settled_by=names.get(one.settled_by_id) if one.settled_by_id else None,
            counts=last.get(one.person_id) is one,
        )
        for one in answers
    ]
    sent = audit.status is AuditStatus.PLANNED and audit.plan_sent_at is not None
    objections = [
        one for one in said if sent and one.counts and not one.answer.agreed and not one.answer.settled
    ]
    waiting = [
        one for one in audit.members if sent and one.role is MemberRole.AUDITEE and one.person_id not in last
    ]
    leader = next((one.person for one in audit.members if one.role is MemberRole.LEADER), None)
    can_plan = plans(audit, who)
    missing = missing_for_sending(plan_facts(audit))
    to_answer = sent and role is MemberRole.AUDITEE and who.person_id in {one.person_id for one in waiting}
    facts = TurnFacts(
        status=audit.status,
        leader=leader.name if leader else None,
        starts_on=audit.starts_on,
        sent=audit.plan_sent_at is not None,
        waiting=[one.person.name for one in waiting],
        objecting=[one.name for one in objections],
        mine_lead=role is MemberRole.LEADER,
        mine_plan=can_plan,
        mine_answer=to_answer,
        reason=audit.status_reason,
        ready=not missing,
        today=clock.day_in(who.zone, clock.now()),
    )
    return View(
        role=role,
        plans=can_plan,
        in_team=role in TEAM,
        adjusts=(role in TEAM or can_plan) and audit.status in ADJUSTABLE,
        turn=whose_turn(facts),
        missing=missing,
        said=said,
        open_objections=objections,
        waiting=waiting,
        to_answer=to_answer,
        verbs=frozenset(verb for status, verb in STEPS if status is audit.status)
        if can_plan
        else frozenset(),
        walk=_walk_preview(audit),
        main=_main(audit, role, can_plan=can_plan, missing=bool(missing), to_answer=to_answer),
    )


def _walk_preview(audit: Audit) -> Preview | None:
    """How long the walk will be; after the opening meeting the walk itself says so."""
    if audit.status not in BEFORE_THE_WALK or not audit.editions:
        return None
    found = libraries(current_session(), [one.edition_id for one in audit.editions])
    return preview(merge(found), stages_in_scope(audit.stages), len(audit.relationships))


def _main(
    audit: Audit, role: MemberRole | None, *, can_plan: bool, missing: bool, to_answer: bool
) -> Next | None:
    if to_answer:
        return Next(label=_("Answer the plan"), url="#answer", icon="check")
    if audit.status is AuditStatus.PLANNED and can_plan and audit.plan_sent_at is None:
        if not any(one.role is MemberRole.LEADER for one in audit.members) or not auditee_ids(audit):
            return Next(label=_("Name the team"), url=url_for("plan.team", ref=audit.ref), icon="users")
        if missing:
            return Next(label=_("Finish the plan"), url=url_for("plan.edit", ref=audit.ref), icon="pencil")
        return Next(
            label=_("Send the plan for agreement"),
            url=url_for("plan.send", ref=audit.ref),
            post=True,
            icon="check",
        )
    if audit.status is AuditStatus.POSTPONED and can_plan:
        return Next(
            label=_("Give it new dates"), url=url_for("plan.new_dates", ref=audit.ref), icon="calendar-days"
        )
    return _later(audit, role)


def _later(audit: Audit, role: MemberRole | None) -> Next | None:
    if audit.status is AuditStatus.SCHEDULED and role is MemberRole.LEADER:
        return _there(_("Hold the opening meeting"), "execution.opening", audit)
    if audit.status is AuditStatus.IN_PROGRESS and role in TEAM:
        return _there(_("Go on with the questions"), "execution.walk", audit)
    if audit.status is AuditStatus.REPORTING and role is MemberRole.LEADER:
        return _there(_("Write the conclusion"), "report.closing", audit)
    if audit.issued_at is not None:
        return _there(_("Read the report"), "report.show", audit)
    return None


def _there(label: str, endpoint: str, audit: Audit) -> Next | None:
    if endpoint not in current_app.view_functions:
        return None
    return Next(label=label, url=url_for(endpoint, ref=audit.ref))


def links(audit: Audit, who: Principal) -> list[tuple[str, str, str]]:
    """Where the audit goes on: (label, address, icon) of the rooms this reader has something to do in."""
    outside = who.partner_id is not None
    wanted = []
    if audit.status in WALKED and not outside:
        wanted.append((_("Questions and answers"), "execution.walk", "list-checks"))
        wanted.append((_("Findings"), "execution.audit_findings", "flag"))
    role = member_role(audit.members, who.person_id)
    of_team = role is not None and role is not MemberRole.AUDITEE
    if audit.status in {AuditStatus.SCHEDULED, AuditStatus.IN_PROGRESS} and role in TEAM:
        wanted.append((_("Take along"), "tablet.take", "download"))
    if audit.status in WALKED and (role in TEAM or who.can(Capability.MANAGE_PROGRAMME)):
        wanted.append((_("Tablets"), "tablet.tablets_of", "layers"))
    drafts = not outside and (of_team or who.can(Capability.MANAGE_PROGRAMME))
    if audit.status in {AuditStatus.IN_PROGRESS, AuditStatus.REPORTING} and drafts:
        wanted.append((_("Closing and conclusion"), "report.closing", "pencil"))
    if audit.issued_at is not None:
        wanted.append((_("Report"), "report.show", "file-text"))
    if audit.issued_at is not None and not outside:
        wanted.append((_("Nonconformities and closing"), "findings.close_audit", "list-checks"))
    return [
        (label, url_for(endpoint, ref=audit.ref), icon)
        for label, endpoint, icon in wanted
        if endpoint in current_app.view_functions
    ]
