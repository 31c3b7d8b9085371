"""Reading the trail of nonconformities as history: what must hold at every fact, and what it says the present is."""

from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from auditapp.findings.rules import action, nonconformity
from auditapp.findings.rules.action import ActionStatus, ActionVerb
from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.trail.model import Fact
from auditapp.trail.queries import parsed
from tests.findings.facts import ACTION_FACTS, NC_FACTS

NC_VERBS = {fact: verb for verb, facts in NC_FACTS.items() for fact in facts}
ACTION_VERBS = {fact: verb for verb, facts in ACTION_FACTS.items() for fact in facts}
JUDGED = {"nonconformity.verified", "nonconformity.work_returned", "nonconformity.effective",
          "nonconformity.not_effective"}  # fmt: skip
REOPENED = {"nonconformity.reopened", "nonconformity.not_effective"}
STANDING = {"status", "grade", "reopened", "responsible", "deputy", "verifier", "relationship", "turn_due_on", "replied_on",
            "closed"}  # fmt: skip
ACTION_STANDING = {
    "status",
    "owner",
    "deputy",
    "due_on",
    "first_due_on",
    "worked",
    "done",
    "verified",
    "cancelled",
}
WORKING = {"action.accepted", "action.started", "action.finished", "action.resumed"}


@dataclass
class Told:
    """One action as its facts tell it."""

    values: dict[str, Any] = field(default_factory=dict)
    worked: set[str] = field(default_factory=set)  # by the facts, not by the row

    @property
    def doing(self) -> set[str]:
        """Who is or was at work on it."""
        return self.worked | ({self.values["owner"], self.values["deputy"]} - {None})


@dataclass
class History:
    """One nonconformity as its facts tell it, up to the fact read last."""

    nc_id: Any
    seq: int = 0
    values: dict[str, Any] = field(default_factory=dict)
    actions: dict[str, Told] = field(default_factory=dict)
    reopened: int = 0

    def read(self, session: Any) -> None:
        """Read on, and check every fact against what was told before it."""
        for fact in session.scalars(
            sa.select(Fact).where(Fact.context_id == self.nc_id, Fact.seq > self.seq).order_by(Fact.seq)
        ):
            before, after = parsed(fact.before) or {}, parsed(fact.after) or {}
            if "status" in after:
                if fact.thing_kind == "nonconformity":
                    self._about_it(fact, before, after)
                else:
                    self._about_an_action(fact, before, after)
                self.values["turn_due_on"] = after["turn_due_on"]
            self.seq = fact.seq

    def _about_it(self, fact: Fact, before: dict[str, Any], after: dict[str, Any]) -> None:
        status = NcStatus(after["status"])
        if fact.verb == "nonconformity.raised":
            assert status is NcStatus.DRAFT
        else:
            assert {name: before[name] for name in STANDING} == self.values, fact.verb
            old = NcStatus(before["status"])
            if (
                fact.verb == "nonconformity.extent_checked"
            ):  # where it may occur is looked at as long as it is open
                assert old is status
                assert old in nonconformity.OPEN
            else:
                assert nonconformity.STEPS.get((old, NC_VERBS[fact.verb])) is status, (old, fact.verb, status)
            if old in nonconformity.ENDED and status not in nonconformity.ENDED:
                assert fact.verb == "nonconformity.reopened"
        me = str(fact.actor_id)
        if fact.verb in JUDGED:
            working = {one for told in self._lasting() for one in told.doing}
            assert me not in working | {self.values["responsible"], self.values["deputy"]}, "own work judged"
        if status is NcStatus.CLOSED and self.values.get("status") != "closed":
            assert fact.verb == "nonconformity.effective"
            assert [one.values["status"] for one in self.actions.values() if not _ended(one)] == []
        self.reopened += fact.verb in REOPENED
        self.values = {name: after[name] for name in STANDING}

    def _about_an_action(self, fact: Fact, before: dict[str, Any], after: dict[str, Any]) -> None:
        told = self.actions.setdefault(fact.thing_id, Told())
        status, me = ActionStatus(after["status"]), str(fact.actor_id)
        if fact.verb == "action.proposed":
            assert status is ActionStatus.PROPOSED
        else:
            assert {name: before[name] for name in ACTION_STANDING} == told.values, fact.verb
            old = ActionStatus(before["status"])
            verbs = {ACTION_VERBS[fact.verb]}
            if fact.verb == "action.request_granted" and after["owner"] != before["owner"]:
                verbs = {ActionVerb.REASSIGN}
            if fact.verb == "action.reassigned" and after["owner"] == before["owner"]:
                verbs = {ActionVerb.PLAN_STEP}  # another deputy only: it stays where it is
            assert status in {action.STEPS.get((old, verb)) for verb in verbs}, (old, fact.verb, status)
            answering = {self.values["responsible"], self.values["deputy"]}
            if fact.verb in {"action.verified", "action.returned", "action.reopened"}:
                assert me not in told.doing | answering, "own work judged"
            if fact.verb == "action.cancelled" and self.values["status"] != "withdrawn":
                assert me not in {before["owner"], before["deputy"]} | answering, "cancelled by itself"
        if fact.verb in WORKING:
            told.worked |= {me, before["owner"]}
        told.values = {name: after[name] for name in ACTION_STANDING}

    def _lasting(self) -> list[Told]:
        return [one for one in self.actions.values() if one.values["status"] != "cancelled"]


def _ended(told: Told) -> bool:
    return ActionStatus(told.values["status"]) in action.ENDED


def used(session: Any, nc_id: Any) -> set[str]:
    """The verbs whose facts stand in the trail of a nonconformity."""
    facts = session.scalars(sa.select(Fact.verb).where(Fact.context_id == nc_id).distinct()).all()
    return {
        repr(NC_VERBS.get(one) or ACTION_VERBS[one]) for one in facts if one in {*NC_VERBS, *ACTION_VERBS}
    }
