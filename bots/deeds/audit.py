"""Audits: an auditee answers the plan, the leader settles an objection, the report is read. The version is the plan's revision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.audits.model import Audit, PlanAnswer
from auditapp.audits.plan.queries import PLAN, answers_to_plan, visible_audits
from auditapp.audits.plan.rules import (
    TurnFacts,
    may_plan,
    member_role,
    missing_for_sending,
    standing,
    whose_turn,
)
from auditapp.audits.plan.service import answer_plan, settle_objection
from auditapp.audits.plan.service.agreement import plan_facts
from auditapp.audits.report.queries import require_report_reader
from auditapp.audits.rules import (
    KIND_LABELS,
    MEMBER_LABELS,
    STATUS_LABELS,
    STATUS_TONES,
    AuditStatus,
    MemberRole,
)
from auditapp.kit.clock import day_in
from auditapp.kit.errors import NotFound
from auditapp.kit.text import Text
from auditapp.people.queries import names_of
from auditapp.people.rules import Principal
from bots.deeds.ground import TONES, Act, Call, Room, allowed, choice, events_of, words
from bots.deeds.rules import Deed, Done, Form, Option, Thing, Tone

REPORTED = frozenset({AuditStatus.ISSUED, AuditStatus.FOLLOW_UP, AuditStatus.COMPLETED})
OVER = frozenset({AuditStatus.COMPLETED, AuditStatus.CANCELLED})


@dataclass(frozen=True, kw_only=True)
class Planned:
    """An audit for one reader. ``last``: the answer that counts per auditee; ``objections``: those that are open."""

    audit: Audit
    role: MemberRole | None
    plans: bool
    last: Mapping[UUID, PlanAnswer]
    objections: Sequence[PlanAnswer]
    waiting: Sequence[UUID]
    names: Mapping[UUID, str]

    @property
    def answerable(self) -> bool:
        """Whether the plan waits for answers."""
        return self.audit.status is AuditStatus.PLANNED and self.audit.plan_sent_at is not None


AuditCall = Call[Planned]


def _agree(call: AuditCall) -> Done:
    return _answer(call, agreed=True, reason="")


def _answer(call: AuditCall, *, agreed: bool, reason: str) -> Done:
    audit = call.found.audit
    answer_plan(call.session, audit=audit, agreed=agreed, reason=reason, revision=call.version, **call.common)
    if audit.status is AuditStatus.SCHEDULED:
        return Done(said=Text("Everybody has agreed: %(ref)s is scheduled.", ref=audit.ref))
    if not agreed:
        return Done(said=Text("Your objection is recorded. It is the audit team leader’s turn to settle it."))
    return Done(said=Text("Your answer is recorded. Thank you."))


def _object(call: AuditCall) -> Done:
    return _answer(call, agreed=False, reason=call.text("reason"))


def _object_form(call: AuditCall) -> Form:
    del call
    return Form(
        title=Text("Object to the plan"),
        opening=(Text("Until the objection is settled, the audit cannot be opened."),),
        fields=(
            words(
                "reason",
                Text("To what, and what would put it right?"),
                required=True,
                hint=Text("It stays on record."),
            ),
        ),
        send=Text("Object"),
    )


def _settle_form(call: AuditCall) -> Form:
    planned = call.found
    theirs = [
        Option(
            value=str(one.id),
            label=planned.names.get(one.person_id, ""),
            hint=Text("%(reason)s", reason=one.reason),
        )
        for one in _settleable(call)
    ]
    return Form(
        title=Text("Settle the objection"),
        opening=tuple(
            Text("%(name)s objects: %(reason)s", name=planned.names.get(one.person_id, ""), reason=one.reason)
            for one in _settleable(call)
        ),
        fields=(
            choice("answer_id", Text("Whose objection"), theirs, initial=theirs[0].value if theirs else ""),
            words("how", Text("How was it settled?"), required=True),
        ),
        send=Text("Settle it"),
    )


def _settle(call: AuditCall) -> Done:
    answer_id = call.person("answer_id")
    if answer_id is None:
        raise NotFound(Text("There is no such objection."))
    settle_objection(
        call.session, audit=call.found.audit, answer_id=answer_id, how=call.text("how"), **call.common
    )
    return Done(said=Text("The objection is settled; both sides of it stay on record."))


def _settleable(call: AuditCall) -> list[PlanAnswer]:
    return [one for one in call.found.objections if one.person_id != call.who.person_id]


class AuditTrade(Room[Planned]):
    """Audits."""

    kind = "audit"
    acts = (
        Act(verb="agree", label=Text("Agree to the plan"), tone=Tone.PRIMARY, do=_agree),
        Act(verb="object", label=Text("Object"), do=_object, form=_object_form),
        Act(
            verb="settle",
            label=Text("Settle the objection"),
            tone=Tone.PRIMARY,
            do=_settle,
            form=_settle_form,
        ),
        Act(
            verb="report",
            label=Text("Read the report"),
            page=lambda call: ("report.show", {"ref": call.found.audit.ref}),
        ),
    )

    def find(self, session: Session, who: Principal, thing_id: UUID, *, at: datetime) -> Planned:
        """The audit with its plan, if this person may know of it. Eight statements."""
        del at
        audit: Audit | None = session.scalar(visible_audits(who).where(Audit.id == thing_id).options(*PLAN))
        if audit is None:
            raise NotFound
        last = standing(answers_to_plan(session, audit.id), audit.plan_revision)
        auditees = [one.person_id for one in audit.members if one.role is MemberRole.AUDITEE]
        role = member_role(audit.members, who.person_id)
        sent = audit.status is AuditStatus.PLANNED and audit.plan_sent_at is not None
        return Planned(
            audit=audit,
            role=role,
            plans=may_plan(who, role, created=audit.created_by_id == who.person_id),
            last=last,
            objections=[one for one in last.values() if not one.agreed and not one.settled] if sent else [],
            waiting=[one for one in auditees if one not in last] if sent else [],
            names=names_of(session, [*auditees, *last]),
        )

    def possible(self, call: AuditCall) -> Sequence[str]:
        """What may be done now."""
        planned = call.found
        found = []
        if planned.answerable and planned.role is MemberRole.AUDITEE:
            mine = planned.last.get(call.who.person_id)
            if mine is None or not (mine.agreed or mine.settled):
                found.append("agree")
            if mine is None or mine.agreed:
                found.append("object")
        if planned.plans and _settleable(call):
            found.append("settle")
        if planned.audit.status in REPORTED and allowed(
            require_report_reader, call.session, planned.audit, call.who
        ):
            found.append("report")
        return found

    def draw(self, call: AuditCall, deeds: tuple[Deed, ...]) -> Thing:
        """The audit with its days, its team and its scope."""
        planned, audit = call.found, call.found.audit
        leader = next((one.person.name for one in audit.members if one.role is MemberRole.LEADER), None)
        turn = whose_turn(
            TurnFacts(
                status=audit.status,
                leader=leader,
                starts_on=audit.starts_on,
                sent=audit.plan_sent_at is not None,
                waiting=[planned.names[one] for one in planned.waiting],
                objecting=[planned.names[one.person_id] for one in planned.objections],
                mine_lead=planned.role is MemberRole.LEADER,
                mine_plan=planned.plans,
                mine_answer=call.who.person_id in planned.waiting,
                reason=audit.status_reason,
                ready=not missing_for_sending(plan_facts(audit)),
                today=day_in(call.who.zone, call.at),
            )
        )
        facts: list[tuple[Text, Text | str | date | datetime]] = [(Text("Kind"), KIND_LABELS[audit.kind])]
        if audit.starts_on is not None:
            facts.append((Text("First day"), audit.starts_on))
        if audit.ends_on is not None:
            facts.append((Text("Last day"), audit.ends_on))
        for role in MemberRole:
            people = [one.person.name for one in audit.members if one.role is role]
            if people:
                facts.append((MEMBER_LABELS[role], ", ".join(people)))
        facts += [
            (label, written)
            for label, written in (
                (Text("Objectives"), audit.objectives),
                (Text("Scope"), audit.scope),
                (Text("Relationships"), ", ".join(f"{one.ref} {one.name}" for one in audit.relationships)),
            )
            if written
        ]
        if turn.next is not None:
            facts.append((Text("What comes next"), turn.next))
        return Thing(
            kind="audit",
            id=str(audit.id),
            kind_label=Text("Audit"),
            ref=audit.ref,
            title=audit.title,
            status=STATUS_LABELS[audit.status],
            turn=turn.turn,
            tone=TONES.get(STATUS_TONES[audit.status], Tone.PLAIN),
            facts=tuple(facts),
            events=events_of(call.session, call.who, "audit", context_id=audit.id),
            deeds=deeds,
            version=audit.plan_revision,
            closed=audit.status in OVER,
            endpoint="plan.show",
            args={"ref": audit.ref},
        )
