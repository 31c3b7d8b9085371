"""The nonconformities of a large organization: those of the measurements, with the moments that their states need."""

import random
from bisect import bisect
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.execution.model import Answer, AuditQuestion, Finding, FindingQuestion
from auditapp.audits.execution.rules import FindingStatus, Result
from auditapp.audits.model import Audit, AuditRelationship
from auditapp.audits.rules import AuditStatus
from auditapp.findings.model import (
    Action,
    ActionRequest,
    EffectivenessCheck,
    Nonconformity,
    NonconformityRequirement,
    Repeat,
)
from auditapp.findings.rules.action import ActionStatus, RequestStatus
from auditapp.findings.rules.nonconformity import CheckResult, NcStatus, Source
from auditapp.kit.ids import new_id
from bench.registers import Cast
from scripts.copying import Originals
from scripts.large_texts import SENTENCES, STATEMENTS

DAY = timedelta(days=1)
OVER = (AuditStatus.COMPLETED, AuditStatus.FOLLOW_UP, AuditStatus.ISSUED)
OLD, MOSTLY = 300, 0.97  # days, and how many of that age are closed
REPEATED, WITHDRAWN, IN_VAIN, MOVED = 0.04, 0.02, 0.08, 0.25
# How far a nonconformity has come when it stands in a state: acknowledged, planned, plan accepted, verified.
REACHED = {
    NcStatus.DRAFT: 0, NcStatus.ISSUED: 1, NcStatus.DISPUTED: 1, NcStatus.CONTAINMENT: 2, NcStatus.CAUSE: 2,
    NcStatus.PLANNING: 2, NcStatus.PLAN_SUBMITTED: 3, NcStatus.PLAN_RETURNED: 3, NcStatus.IMPLEMENTING: 4,
    NcStatus.VERIFICATION: 4, NcStatus.EFFECTIVENESS: 5, NcStatus.CLOSED: 6,
}  # fmt: skip


class Found(Cast):
    """Half of them were found in audits, on a question of one that ended about then."""

    tables = (Finding, FindingQuestion, *Cast.tables, Repeat)

    def __init__(
        self, session: Session, of: Originals, *, people: Sequence[UUID], relationships: Sequence[UUID], at: datetime,
        count: int, chance: random.Random,
    ) -> None:  # fmt: skip
        super().__init__(chance=chance, today=at.date(), count=count)
        self.of, self.at = of, at
        self.people, self.relationships = list(people), list(relationships)
        rows = session.execute(
            sa.select(Audit.id, Audit.ref, Audit.closed_at).where(Audit.status.in_(OVER), Audit.closed_at.is_not(None))
        )  # fmt: skip
        self.audits = sorted(rows, key=lambda row: row.closed_at)
        self.sampled: dict[UUID, list[UUID]] = defaultdict(list)
        for audit_id, other in session.execute(
            sa.select(AuditRelationship.audit_id, AuditRelationship.relationship_id)
        ):
            self.sampled[audit_id].append(other)
        self.asked: dict[UUID, list[Any]] = defaultdict(list)
        questions = sa.select(
            AuditQuestion.id, AuditQuestion.audit_id, AuditQuestion.relationship_id, AuditQuestion.stage, AuditQuestion.counts_for
        ).where(AuditQuestion.id.in_(sa.select(Answer.question_id)))  # fmt: skip
        for one in session.execute(questions):
            self.asked[one.audit_id].append(one)
        self.failing: set[UUID] = set()
        self.earlier: dict[tuple[UUID | None, str], UUID] = {}

    def answers(self, session: Session) -> None:
        """A question on which a nonconformity was found is answered so."""
        ids = sorted(self.failing, key=str)
        for start in range(0, len(ids), 500):
            session.execute(
                sa.update(Answer).where(Answer.question_id.in_(ids[start : start + 500])).values(result=Result.NONCONFORMING),
                execution_options={"synchronize_session": False},
            )  # fmt: skip

    def _words(self, count: int) -> str:
        if count <= 6:
            return self.chance.choice(STATEMENTS)[:200]
        return " ".join(self.chance.choices(SENTENCES, k=max(1, count // 15)))

    def _one(self, number: int, rows: dict[Any, list[dict[str, Any]]]) -> None:
        before = {table: len(found) for table, found in rows.items()}
        super()._one(number, rows)
        new = {table: found[before[table] :] for table, found in rows.items()}
        nc = new[Nonconformity][0]
        nc["source"] = self.chance.choice([one for one in Source if one is not Source.AUDIT])
        if number % 2:
            self._in_audit(nc, rows, new)
        nc["ref"] = self.of.next_ref("NC-2026-001", nc["raised_at"].year)
        self._end(nc, new, rows)
        self._moments(nc)
        for place, action in enumerate(new[Action], 1):
            self._acted(nc, action, place)
        for asked in new[ActionRequest]:
            self._decided(asked, new[Action])
        for check in rows[EffectivenessCheck][before[EffectivenessCheck] :]:
            check |= {"criteria_by_id": nc["verifier_id"], "criteria_at": nc["plan_accepted_at"]}
            check |= {"checked_at": None, "checked_by_id": None}
            if nc["closed_at"] is not None:
                in_vain = self.chance.random() < IN_VAIN
                check |= {
                    "checked_at": nc["closed_at"], "checked_by_id": nc["verifier_id"],
                    "not_before": nc["closed_at"].date() - 5 * DAY,
                    "result": CheckResult.NOT_EFFECTIVE if in_vain else CheckResult.EFFECTIVE,
                }  # fmt: skip
        self._repeats(nc, new, rows)

    def _in_audit(
        self, nc: dict[str, Any], rows: dict[Any, list[dict[str, Any]]], new: dict[Any, Any]
    ) -> None:
        """It came from the audit that was closed last before."""
        place = bisect([one.closed_at for one in self.audits], nc["raised_at"])
        audit = self.audits[max(0, min(len(self.audits) - 1, place - self.chance.randrange(1, 9)))]
        free = [one for one in self.asked[audit.id] if one.id not in self.failing]
        if not free:
            return
        question = self.chance.choice(free)
        self.failing.add(question.id)
        sampled = self.sampled[audit.id]
        where = question.relationship_id or (self.chance.choice(sampled) if sampled else None)
        nc |= {
            "source": Source.AUDIT, "audit_id": audit.id, "relationship_id": where, "finding_id": new_id(),
            "raised_at": audit.closed_at, "status_since": audit.closed_at, "stage": question.stage,
        }  # fmt: skip
        if nc["closed_at"]:
            nc["closed_at"] = audit.closed_at + 90 * DAY
        requirements = [
            {"standard": one["standard"], "ref": one["ref"], "title": one.get("title", "")} for one in question.counts_for[:1]
            if "standard" in one and "ref" in one
        ]  # fmt: skip
        for one in new[NonconformityRequirement]:
            if requirements and one["position"] == 0:
                one |= {
                    "standard": requirements[0]["standard"], "clause": requirements[0]["ref"], "title": requirements[0]["title"]
                }  # fmt: skip
        rows[Finding].append(
            {"id": nc["finding_id"], "ref": self.of.next_ref(f"{audit.ref}-F1"), "audit_id": audit.id, "grade": nc["grade"],
             "status": FindingStatus.ISSUED, "statement": nc["statement"], "objective_evidence": nc["objective_evidence"],
             "requirements": requirements, "relationship_id": where, "auditee_id": None, "raised_by_id": nc["raised_by_id"],
             "raised_at": nc["raised_at"], "withdrawn_reason": "", "version": 1}
        )  # fmt: skip
        rows[FindingQuestion].append({"finding_id": nc["finding_id"], "question_id": question.id})

    def _end(self, nc: dict[str, Any], new: dict[Any, Any], rows: dict[Any, list[dict[str, Any]]]) -> None:
        """Most of the old are closed, and none is closed before its days are over."""
        age = (self.at - nc["raised_at"]).days
        days = self.chance.choices((20, 45, 80, 130, 220, 400), (1, 3, 5, 4, 2, 1))[
            0
        ] + self.chance.randrange(20)
        closed = nc["status"] is NcStatus.CLOSED or (age > OLD and self.chance.random() < MOSTLY)
        if closed and age > days:
            nc |= {"status": NcStatus.CLOSED, "closed_at": nc["raised_at"] + days * DAY, "turn_due_on": None}
            if not new[EffectivenessCheck]:
                rows[EffectivenessCheck].append(
                    {"id": new_id(), "nonconformity_id": nc["id"], "round": 1, "criteria": self._words(8),
                     "not_before": None, "result": CheckResult.EFFECTIVE, "note": "", "sample": ""}
                )  # fmt: skip
        elif closed:
            nc |= {"status": NcStatus.IMPLEMENTING, "closed_at": None}
            nc["turn_due_on"] = self.today + DAY * self.chance.randrange(-15, 60)
            for one in new[EffectivenessCheck]:
                one["result"] = CheckResult.OPEN
        elif nc["status"] is NcStatus.WITHDRAWN:
            nc["turn_due_on"] = None

    def _moments(self, nc: dict[str, Any]) -> None:
        """When each step was taken: in order, as far as it has come, and never after now."""
        raised, status = nc["raised_at"], nc["status"]
        end = nc["closed_at"] or min(self.at, raised + 120 * DAY)
        reached, span = REACHED.get(status, 1), end - raised
        nc |= {
            "audit_id": nc.get("audit_id"),
            "finding_id": nc.get("finding_id"),
            "contained_at": None,
            "cause_done_at": None,
        }
        parts = (0.0, 0.02, 0.08, 0.3, 0.4, 0.7)
        names = ("", "issued_at", "acknowledged_at", "plan_submitted_at", "plan_accepted_at", "verified_at")
        for step, name in enumerate(names):
            if name:
                on_time = raised + span * parts[step] * self.chance.uniform(0.8, 1.2)
                nc[name] = on_time if reached >= step else None
        by = {
            "issued_by_id": ("issued_at", "raised_by_id"), "acknowledged_by_id": ("acknowledged_at", "responsible_id"),
            "plan_accepted_by_id": ("plan_accepted_at", "verifier_id"), "verified_by_id": ("verified_at", "verifier_id"),
            "closed_by_id": ("closed_at", "verifier_id"),
        }  # fmt: skip
        for name, (moment, who) in by.items():
            nc[name] = nc[who] if nc[moment] else None
        if nc["acknowledged_at"]:
            nc |= {"correction": self._words(20), "containment": self._words(20)}
        if nc["plan_submitted_at"]:
            nc["cause_done_at"] = nc["plan_submitted_at"] - span * 0.05
            nc |= {"cause_summary": self._words(20), "extent_summary": self._words(20)}
        last = [nc[name] for name in names if name and nc[name]]
        nc["status_since"] = nc["closed_at"] or max([raised, *last])

    def _acted(self, nc: dict[str, Any], action: dict[str, Any], place: int) -> None:
        """An action is as far as its nonconformity."""
        begun = nc["plan_submitted_at"] or nc["acknowledged_at"] or nc["raised_at"]
        action |= {"ref": f"{nc['ref']}-A{place}", "proposed_at": begun, "status_since": begun}
        action |= {
            "accepted_at": None,
            "done_at": None,
            "done_by_id": None,
            "verified_at": None,
            "verified_by_id": None,
        }
        if nc["closed_at"]:
            action["status"] = ActionStatus.VERIFIED
        elif nc["plan_accepted_at"] is None:
            action["status"] = ActionStatus.PROPOSED
        elif nc["verified_at"]:
            action["status"] = ActionStatus.VERIFIED
        elif action["status"] is ActionStatus.VERIFIED:
            action["status"] = ActionStatus.IN_PROGRESS
        status = action["status"]
        if status is not ActionStatus.PROPOSED:
            action["accepted_at"] = nc["plan_accepted_at"] or begun
        if status in {ActionStatus.DONE, ActionStatus.VERIFIED}:
            ended = (nc["verified_at"] or self.at) - DAY * self.chance.randrange(1, 10)
            action |= {
                "done_at": max(begun, ended),
                "done_by_id": action["owner_id"],
                "result": self._words(10),
            }
            action["status_since"] = action["done_at"]
        if status is ActionStatus.VERIFIED:
            action |= {"verified_at": nc["verified_at"], "verified_by_id": nc["verifier_id"]}
            due = (nc["verified_at"] or self.at).date() + DAY * self.chance.randrange(-20, 20)
            action |= {"due_on": due, "first_due_on": due, "status_since": nc["verified_at"] or begun}
        if self.chance.random() < MOVED:
            action["first_due_on"] = action["due_on"] - DAY * self.chance.randrange(7, 60)
        action["worked_ids"] = [str(action["owner_id"])]

    def _decided(self, asked: dict[str, Any], actions: list[dict[str, Any]]) -> None:
        """A request of an action that is over was decided."""
        action = next(one for one in actions if one["id"] == asked["action_id"])
        asked |= {
            "asked_at": action["proposed_at"], "wanted_on": action["due_on"] + 21 * DAY, "decided_by_id": None, "decided_at": None,
            "due_on": self.today + 3 * DAY,
        }  # fmt: skip
        undone = {
            ActionStatus.PROPOSED,
            ActionStatus.ACCEPTED,
            ActionStatus.IN_PROGRESS,
            ActionStatus.RETURNED,
        }
        if action["status"] not in undone or self.chance.random() < 0.6:
            asked |= {
                "status": self.chance.choice((RequestStatus.GRANTED, RequestStatus.REFUSED)),
                "decided_by_id": action["proposed_by_id"], "decided_at": action["proposed_at"] + 2 * DAY,
            }  # fmt: skip

    def _repeats(
        self, nc: dict[str, Any], new: dict[Any, Any], rows: dict[Any, list[dict[str, Any]]]
    ) -> None:
        clause = new[NonconformityRequirement][0]["clause"]
        earlier = self.earlier.get((nc["relationship_id"], clause))
        if earlier and self.chance.random() < 10 * REPEATED:
            rows[Repeat].append(
                {"nonconformity_id": nc["id"], "earlier_id": earlier, "note": "", "linked_by_id": nc["raised_by_id"],
                 "linked_at": nc["raised_at"]}
            )  # fmt: skip
        self.earlier[nc["relationship_id"], clause] = nc["id"]
