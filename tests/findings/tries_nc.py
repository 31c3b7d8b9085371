"""Who may do what with a nonconformity, by hand: every verb has at least one row."""

from datetime import timedelta

import sqlalchemy as sa

from auditapp.audits.execution.rules import Grade
from auditapp.findings.actions import service as actions
from auditapp.findings.causes import service as causes
from auditapp.findings.closeout import service as closeout
from auditapp.findings.exchange import service as exchange
from auditapp.findings.life import service as life
from auditapp.findings.model import Cause, Nonconformity
from auditapp.findings.raising import service as raising
from auditapp.findings.rules.action import ActionKind, ActionStatus, ActionVerb
from auditapp.findings.rules.nonconformity import NcStatus, NcVerb, Source
from auditapp.findings.verification import service as verification
from tests.factories.nonconformities import make_nonconformity
from tests.findings.tries import AUDITORS, JUDGES, LEAD, MANAGERS, MANAGING, OWN, Row, in_days

N, S = NcVerb, NcStatus
A, T = ActionVerb, ActionStatus

NC: dict[NcVerb, list[Row]] = {
    N.EDIT: [
        Row(
            S.DRAFT,
            lambda w: raising.edit_draft(w.session, **w.by, nc=w.nc, title="Another title", statement="S."),
            {"raiser"} | AUDITORS | MANAGING | {"owning_verifier"},
        )
    ],
    N.ISSUE: [
        Row(
            S.DRAFT,
            lambda w: life.issue_nonconformity(
                w.session, **w.by, nc=w.nc, responsible_id=w.cast.id_of("responsible"),
                verifier_id=w.cast.id_of("verifier"),
            ),
            AUDITORS | MANAGING | {"owning_verifier"},
        )
    ],
    N.ACKNOWLEDGE: [
        Row(
            S.ISSUED,
            lambda w: life.acknowledge(w.session, **w.by, nc=w.nc),
            LEAD | {"responsible_manager"},
        )
    ],
    N.DISPUTE: [
        Row(
            S.ISSUED,
            lambda w: life.dispute(w.session, **w.by, nc=w.nc, view="It was done."),
            LEAD | {"responsible_manager"},
        )
    ],
    N.ANSWER_DISPUTE: [
        Row(
            S.DISPUTED,
            lambda w: life.answer_dispute(w.session, **w.by, nc=w.nc, answer="No record was shown."),
            {"verifier", "leader", "issuer", "leading_manager", "owning_verifier"},
        )
    ],
    N.CONCEDE: [
        Row(S.DISPUTED, lambda w: life.concede(w.session, **w.by, nc=w.nc), LEAD | {"responsible_manager"})
    ],
    N.UPHOLD: [
        Row(
            S.DISPUTED,
            lambda w: life.uphold(w.session, **w.by, nc=w.nc, decision="It stands."),
            MANAGERS | {"worked_manager"},
        )
    ],
    N.ANNUL: [
        Row(
            S.DISPUTED,
            lambda w: life.annul(w.session, **w.by, nc=w.nc, decision="The record was there."),
            MANAGERS | {"worked_manager"},
        )
    ],
    N.MAINTAIN: [
        Row(
            S.CONTAINMENT,
            lambda w: life.maintain(w.session, **w.by, nc=w.nc, view="We see it otherwise."),
            LEAD | {"responsible_manager"},
        )
    ],
    N.CONTAIN: [
        Row(
            S.CONTAINMENT,
            lambda w: life.contain(w.session, **w.by, nc=w.nc, correction="Reviewed.", containment="A list."),
            LEAD | {"responsible_manager"},
        )
    ],
    N.ANALYSE: [
        Row(
            S.CAUSE,
            lambda w: causes.add_cause(w.session, **w.by, nc=w.nc, text="Because."),
            LEAD | {"responsible_manager"},
        ),
        Row(
            S.CAUSE,
            lambda w: causes.add_extent(w.session, **w.by, nc=w.nc, place="The other team"),
            LEAD | {"responsible_manager"},
        ),
        Row(
            S.CAUSE,
            lambda w: causes.remove_cause(
                w.session, **w.by, nc=w.nc,
                cause_id=w.session.scalar(sa.select(Cause.id).where(Cause.nonconformity_id == w.nc.id)),
            ),
            LEAD | {"responsible_manager"},
        ),
    ],
    N.COMPLETE_CAUSE: [
        Row(
            S.CAUSE,
            lambda w: causes.complete_cause(
                w.session, **w.by, nc=w.nc, cause_summary="Nobody was told.", extent_summary="Only here."
            ),
            LEAD | {"responsible_manager"},
        )
    ],
    N.REWORK_CAUSE: [
        Row(
            S.PLANNING,
            lambda w: causes.rework_cause(w.session, **w.by, nc=w.nc, reason="There is more to it."),
            LEAD | {"responsible_manager"},
        )
    ],
    N.PROPOSE_ACTION: [
        Row(
            S.PLANNING,
            lambda w: actions.propose_action(
                w.session, **w.by, nc=w.nc, kind=ActionKind.CORRECTIVE, title="Tell everybody",
                owner_id=w.cast.id_of("owner"), due_on=in_days(w, 20),
            ),
            LEAD | MANAGING,
        )
    ],
    N.SET_CRITERIA: [
        Row(
            S.PLANNING,
            lambda w: life.set_criteria(
                w.session, **w.by, nc=w.nc, criteria="Three reviews on record.", not_before=in_days(w, 90)
            ),
            LEAD | {"responsible_manager"},
        )
    ],
    N.SUBMIT_PLAN: [
        Row(
            S.PLANNING,
            lambda w: life.submit_plan(w.session, **w.by, nc=w.nc),
            LEAD | {"responsible_manager"},
            T.ACCEPTED,
        )
    ],
    N.RETURN_PLAN: [
        Row(
            S.PLAN_SUBMITTED,
            lambda w: life.return_plan(w.session, **w.by, nc=w.nc, reason="The cause is not met."),
            JUDGES | {"worked_manager", "owning_verifier"},
        )
    ],
    N.ACCEPT_PLAN: [
        Row(
            S.PLAN_SUBMITTED,
            lambda w: life.accept_plan(w.session, **w.by, nc=w.nc),
            JUDGES | {"worked_manager", "owning_verifier"},
        )
    ],
    N.REVISE_PLAN: [
        Row(
            S.IMPLEMENTING,
            lambda w: life.revise_plan(w.session, **w.by, nc=w.nc, reason="One more is needed."),
            LEAD | JUDGES | MANAGING | {"owning_verifier"},
        )
    ],
    N.SUBMIT_WORK: [
        Row(
            S.IMPLEMENTING,
            lambda w: life.submit_work(w.session, **w.by, nc=w.nc),
            LEAD | {"responsible_manager"},
            T.VERIFIED,
        )
    ],
    N.RETURN_WORK: [
        Row(
            S.VERIFICATION,
            lambda w: verification.return_work(w.session, **w.by, nc=w.nc, reason="One record is missing."),
            JUDGES,
        )
    ],
    N.VERIFY: [
        Row(
            S.VERIFICATION,
            lambda w: verification.verify_work(w.session, **w.by, nc=w.nc, note="Seen.", sample="Three of ten"),
            JUDGES,
        )
    ],
    N.CONFIRM: [
        Row(
            S.EFFECTIVENESS,
            lambda w: verification.confirm_effective(w.session, **w.by, nc=w.nc, note="It holds."),
            JUDGES,
        )
    ],
    N.FAIL: [
        Row(
            S.EFFECTIVENESS,
            lambda w: verification.fail_effective(w.session, **w.by, nc=w.nc, reason="It came back."),
            JUDGES,
        )
    ],
    N.REOPEN: [
        Row(
            S.CLOSED,
            lambda w: life.reopen(w.session, **w.by, nc=w.nc, reason="It came back."),
            JUDGES | MANAGING | {"ser", "relationship_ser", "owning_verifier"},
        )
    ],
    N.WITHDRAW: [
        Row(
            S.ISSUED,
            lambda w: life.withdraw(w.session, **w.by, nc=w.nc, reason="Raised twice."),
            {"leader", "leading_manager", "worked_manager"} | MANAGERS,
        )
    ],
    N.REGRADE: [
        Row(
            S.CAUSE,
            lambda w: life.regrade(w.session, **w.by, nc=w.nc, grade=Grade.MAJOR, reason="It repeats."),
            JUDGES | {"worked_manager", "owning_verifier"},
        )
    ],
    N.REASSIGN: [
        Row(
            S.CAUSE,
            lambda w: life.reassign(
                w.session, **w.by, nc=w.nc, responsible_id=w.cast.id_of("employee"), deputy_id=None, reason="New job."
            ),
            {"responsible", "leader"} | MANAGING,
        )
    ],
    N.ASSIGN_VERIFIER: [
        Row(
            S.CAUSE,
            lambda w: verification.assign_verifier(w.session, **w.by, nc=w.nc, verifier_id=w.cast.id_of("auditor")),
            {"leader"} | MANAGING,
        )
    ],
    N.RELATE: [
        Row(
            S.CAUSE,
            lambda w: raising.relate(
                w.session, **w.by, nc=w.nc,
                earlier_id=w.session.scalar(sa.select(Nonconformity.id).order_by(Nonconformity.raised_at).limit(1)),
            ),
            AUDITORS | MANAGING | {"owning_verifier"},
            before=lambda w: make_nonconformity(
                w.session, w.cast["viewer"], status=S.CLOSED, raised_at=w.at - timedelta(days=90)
            ),
        )
    ],
    N.RECORD_REPLY: [
        Row(
            S.CAUSE,
            lambda w: life.record_reply(w.session, **w.by, nc=w.nc, replied_on=w.at.date()),
            LEAD | MANAGING,
            more={"source": Source.CERTIFICATION_BODY, "body_name": "Northern Certification"},
        )
    ],
    N.CARRY_OVER: [
        Row(
            S.IMPLEMENTING,
            lambda w: closeout.carry_over(w.session, **w.by, nc=w.nc, reason="The works go on until May."),
            {"leader", "leading_manager", "worked_manager"} | MANAGERS,
        )
    ],
    N.COMMENT: [
        Row(S.CAUSE, lambda w: exchange.comment(w.session, **w.by, nc=w.nc, text="I see."), OWN),
        Row(S.CLOSED, lambda w: exchange.comment(w.session, **w.by, nc=w.nc, text="I see."), OWN),
    ],
    N.ATTACH: [
        Row(
            S.CAUSE,
            lambda w: exchange.add_address(w.session, **w.by, nc=w.nc, address="Shelf 4, folder 2"),
            LEAD | JUDGES | MANAGING | {"raiser", "owner", "owning_verifier"},
        )
    ],
}  # fmt: skip
