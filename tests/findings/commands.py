"""Every verb as a command with drawn arguments, right and wrong ones, for the state machine."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from hypothesis import strategies as st

from auditapp.audits.execution.rules import Grade
from auditapp.findings.actions import service as actions
from auditapp.findings.causes import service as causes
from auditapp.findings.closeout import service as closeout
from auditapp.findings.exchange import service as exchange
from auditapp.findings.life import service as life
from auditapp.findings.model import Action, ActionStep, CaseFile, Cause, ExtentCheck, Nonconformity
from auditapp.findings.raising import service as raising
from auditapp.findings.rules.action import ActionKind, ActionVerb
from auditapp.findings.rules.nonconformity import CauseCategory, ExtentResult, NcStatus, NcVerb
from auditapp.findings.verification import service as verification
from auditapp.people.rules import Principal
from tests.factories.nonconformities import Cast

Command = Callable[[Principal], Any]
Draw = Callable[[Any], Any]
WORDS = st.sampled_from(
    ["Because of the snow.", "It was agreed so.", "Looked at together.", "Seen.", "No.", "Yes.", " "]
)


class Given:
    """What a command is made of: the session, the moment, who is who, and the next drawn value."""

    def __init__(self, session: Any, cast: Cast, at: datetime, draw: Draw, *, sure: bool = False) -> None:
        """``draw``: gives a value of a strategy. ``sure``: nothing is drawn, the arguments are right ones."""
        self.sure = sure
        self.session = session
        self.cast = cast
        self.at = at
        self.draw = draw

    def words(self) -> str:
        return "So it is." if self.sure else str(self.draw(WORDS))

    def one(self, *values: Any) -> Any:
        """One of the values; the first is a right one."""
        return values[0] if self.sure else self.draw(st.sampled_from(values))

    def yes(self) -> bool:
        return self.sure or bool(self.draw(st.booleans()))

    def day(self, least: int, most: int) -> date:
        return self.at.date() + timedelta(days=most if self.sure else self.draw(st.integers(least, most)))

    def anybody(self) -> Any:
        names = sorted(self.cast.people)
        return self.cast.id_of(names[0] if self.sure else self.draw(st.sampled_from(names)))

    def among(self, *roles: str) -> Any:
        """One of these, or anybody: some of whom also judge, so that own work is there to be judged."""
        drawn = self.cast.id_of(self.draw(st.sampled_from(roles)))
        return self.one(drawn, drawn, self.anybody())

    def row(self, model: Any, **where: Any) -> Any:
        """The id of some row of a nonconformity or action; of none there is, one of nothing."""
        query = sa.select(model.id).filter_by(**where).order_by(model.id)
        found = list(self.session.scalars(query))
        if not found:
            return self.cast.relationship.id
        return found[0 if self.sure else self.draw(st.integers(0, len(found) - 1))]


def command_for(given: Given, thing: Nonconformity | Action, verb: NcVerb | ActionVerb) -> Command:
    """The command of a verb about a nonconformity or an action, with drawn arguments."""
    if isinstance(thing, Action):
        name, arguments = _ACTION[ActionVerb(verb)](given, thing)
        return lambda who: name(given.session, actor=who, at=given.at, **arguments)
    name, arguments = _NC[NcVerb(verb)](given, thing)
    return lambda who: name(given.session, actor=who, at=given.at, nc=thing, **arguments)


Made = tuple[Callable[..., Any], dict[str, Any]]


def _analyse(g: Given, nc: Nonconformity) -> Made:
    what = g.one("add", "add", "add", "change", "remove", "extent", "record", "record", "unextend")
    if g.sure and nc.status is not NcStatus.CAUSE:
        what = "record"
    why = {"text": g.words(), "root": g.yes(), "category": g.one(*CauseCategory, None), "evidence": "Seen."}
    if what == "add":
        return causes.add_cause, why
    if what == "change":
        return causes.change_cause, {"cause_id": g.row(Cause, nonconformity_id=nc.id), **why}
    if what == "remove":
        return causes.remove_cause, {"cause_id": g.row(Cause, nonconformity_id=nc.id)}
    if what == "extent":
        return causes.add_extent, {"place": g.words(), "checker_id": g.one(None, g.anybody())}
    still = {"result": ExtentResult.OPEN} if g.sure else {}
    extent_id = g.row(ExtentCheck, nonconformity_id=nc.id, **still)
    if what == "record":
        return causes.record_extent, {
            "extent_id": extent_id, "result": g.one(ExtentResult.NOT_FOUND, *ExtentResult), "note": g.words(),
        }  # fmt: skip
    return causes.remove_extent, {"extent_id": extent_id}


def _relate(g: Given, nc: Nonconformity) -> Made:
    del nc
    return g.one(raising.relate, raising.relate, raising.unrelate), {"earlier_id": g.row(Nonconformity)}


def _attach(g: Given, nc: Nonconformity) -> Made:
    file = g.session.get(CaseFile, g.row(CaseFile, nonconformity_id=nc.id))
    if file is None or g.yes():
        return exchange.add_address, {"address": g.words()}
    verb = g.one(exchange.remove_file, exchange.restore_file)
    more = {"reason": g.words()} if verb is exchange.remove_file else {}

    def change(session: Any, *, nc: Nonconformity, **by: Any) -> None:
        del nc  # the file knows it
        verb(session, **by)

    return change, {"file": file, **more}


_NC: Mapping[NcVerb, Callable[[Given, Nonconformity], Made]] = {
    NcVerb.EDIT: lambda g, nc: (raising.edit_draft, {"title": g.one("One", "Two"), "statement": nc.statement,
                                                     "grade": g.one(*Grade)}),
    NcVerb.ISSUE: lambda g, _: (life.issue_nonconformity, {
        "responsible_id": g.among("responsible", "responsible", "manager", "leader"),
        "deputy_id": g.one(g.cast.id_of("deputy"), None, g.anybody()),
        "verifier_id": g.one(g.cast.id_of("verifier"), g.cast.id_of("verifier"), g.anybody()),
    }),
    NcVerb.ACKNOWLEDGE: lambda *_: (life.acknowledge, {}),
    NcVerb.DISPUTE: lambda g, _: (life.dispute, {"view": g.words()}),
    NcVerb.ANSWER_DISPUTE: lambda g, _: (life.answer_dispute, {"answer": g.words()}),
    NcVerb.CONCEDE: lambda *_: (life.concede, {}),
    NcVerb.UPHOLD: lambda g, _: (life.uphold, {"decision": g.words(), "grade": g.one(None, *Grade)}),
    NcVerb.ANNUL: lambda g, _: (life.annul, {"decision": g.words()}),
    NcVerb.MAINTAIN: lambda g, _: (life.maintain, {"view": g.words()}),
    NcVerb.CONTAIN: lambda g, _: (life.contain, {"correction": g.words(), "containment": g.words()}),
    NcVerb.ANALYSE: _analyse,
    NcVerb.COMPLETE_CAUSE: lambda g, _: (causes.complete_cause, {"cause_summary": g.words(),
                                                                 "extent_summary": g.words()}),
    NcVerb.REWORK_CAUSE: lambda g, _: (causes.rework_cause, {"reason": g.words().strip()}),
    NcVerb.PROPOSE_ACTION: lambda g, _: (actions.propose_action, {
        "kind": g.one(ActionKind.CORRECTIVE, *ActionKind), "title": g.words(), "due_on": g.day(-1, 60),
        "owner_id": g.among("owner", "former", "contact_owner", "leader", "manager"),
        "deputy_id": g.one(None, g.cast.id_of("stand_in"), g.anybody()), "steps": ["Ask", "Write"],
    }),
    NcVerb.SET_CRITERIA: lambda g, _: (life.set_criteria, {"criteria": g.words(), "not_before": g.day(-1, 90)}),
    NcVerb.SUBMIT_PLAN: lambda *_: (life.submit_plan, {}),
    NcVerb.RETURN_PLAN: lambda g, _: (life.return_plan, {"reason": g.words()}),
    NcVerb.ACCEPT_PLAN: lambda *_: (life.accept_plan, {}),
    NcVerb.REVISE_PLAN: lambda g, _: (life.revise_plan, {"reason": g.words()}),
    NcVerb.SUBMIT_WORK: lambda *_: (life.submit_work, {}),
    NcVerb.RETURN_WORK: lambda g, _: (verification.return_work, {"reason": g.words()}),
    NcVerb.VERIFY: lambda g, _: (verification.verify_work, {"note": g.words(), "sample": "Three of ten",
                                                            "not_before": g.one(None, g.day(-1, 60))}),
    NcVerb.CONFIRM: lambda g, _: (verification.confirm_effective, {"note": g.words()}),
    NcVerb.FAIL: lambda g, _: (verification.fail_effective, {"reason": g.words()}),
    NcVerb.REOPEN: lambda g, _: (life.reopen, {"reason": g.words()}),
    NcVerb.WITHDRAW: lambda g, _: (life.withdraw, {"reason": g.one(" ", "Raised twice.")}),
    NcVerb.REGRADE: lambda g, _: (life.regrade, {"grade": g.one(*Grade), "reason": g.words()}),
    NcVerb.REASSIGN: lambda g, _: (life.reassign, {"responsible_id": g.anybody(), "reason": g.words(),
                                                   "deputy_id": g.one(None, g.anybody())}),
    NcVerb.ASSIGN_VERIFIER: lambda g, _: (verification.assign_verifier, {
        "verifier_id": g.anybody(), "reason": g.words(), "reviewer_id": g.one(None, g.anybody())}),
    NcVerb.RELATE: _relate,
    NcVerb.RECORD_REPLY: lambda g, _: (life.record_reply, {"replied_on": g.day(-3, 1)}),
    NcVerb.CARRY_OVER: lambda g, _: (closeout.carry_over, {"reason": g.words()}),
    NcVerb.COMMENT: lambda g, _: (exchange.comment, {"text": g.words()}),
    NcVerb.ATTACH: _attach,
}  # fmt: skip


def _cancel(g: Given, action: Action) -> Made:
    return actions.decide, {"action": action, "granted": True, "decision": g.words()}


def _decide(g: Given, action: Action) -> Made:
    return actions.decide, {
        "action": action, "granted": g.yes(), "decision": g.words(), "due_on": g.one(None, g.day(0, 40)),
        "owner_id": g.one(None, g.anybody()),
    }  # fmt: skip


def _attach_to(g: Given, action: Action) -> Made:
    nc = g.session.get_one(Nonconformity, action.nonconformity_id)
    return exchange.add_address, {"nc": nc, "action": action, "address": g.words()}


def _comment_on(g: Given, action: Action) -> Made:
    nc = g.session.get_one(Nonconformity, action.nonconformity_id)
    return exchange.comment, {"nc": nc, "action": action, "text": g.words(), "internal": g.yes()}


_ACTION: Mapping[ActionVerb, Callable[[Given, Action], Made]] = {
    ActionVerb.EDIT: lambda g, a: (actions.edit_action, {
        "action": a, "kind": g.one(*ActionKind), "title": g.words(), "due_on": g.one(None, g.day(-1, 60))}),
    ActionVerb.ACCEPT: lambda _, a: (actions.accept_action, {"action": a}),
    ActionVerb.START: lambda _, a: (actions.start_action, {"action": a}),
    ActionVerb.FINISH: lambda g, a: (actions.finish_action, {"action": a, "result": g.words()}),
    ActionVerb.RESUME: lambda _, a: (actions.resume_action, {"action": a}),
    ActionVerb.VERIFY: lambda g, a: (verification.verify_action, {"action": a, "note": g.words()}),
    ActionVerb.RETURN: lambda g, a: (verification.return_action, {"action": a, "reason": g.words()}),
    ActionVerb.REOPEN: lambda g, a: (verification.reopen_action, {"action": a, "reason": g.words()}),
    ActionVerb.REASSIGN: lambda g, a: (actions.reassign_action, {
        "action": a, "owner_id": g.anybody(), "deputy_id": g.one(None, g.anybody()), "reason": g.words()}),
    ActionVerb.CHANGE_DUE: lambda g, a: (actions.change_due, {"action": a, "due_on": g.day(-1, 60),
                                                              "reason": g.words()}),
    ActionVerb.ASK_EXTENSION: lambda g, a: (actions.ask_extension, {
        "action": a, "wanted_on": a.due_on + timedelta(days=g.one(-1, 5, 20, 40)), "reason": g.words(),
        "impact": "None."}),
    ActionVerb.SAY_CANT: lambda g, a: (actions.say_cant, {"action": a, "reason": g.words()}),
    ActionVerb.SAY_NOT_MINE: lambda g, a: (actions.say_not_mine, {
        "action": a, "reason": g.words(), "proposed_owner_id": g.one(None, g.anybody())}),
    ActionVerb.ASK_CANCEL: lambda g, a: (actions.ask_cancel, {"action": a, "reason": g.words()}),
    ActionVerb.TAKE_BACK: lambda _, a: (actions.take_back, {"action": a}),
    ActionVerb.DECIDE: _decide,
    ActionVerb.CANCEL: _cancel,
    ActionVerb.PLAN_STEP: lambda g, a: (actions.set_steps, {"action": a, "texts": [g.words(), "Write"]}),
    ActionVerb.TICK_STEP: lambda g, a: (actions.tick_step, {
        "action": a, "step_id": g.row(ActionStep, action_id=a.id), "done": g.yes()}),
    ActionVerb.COMMENT: _comment_on,
    ActionVerb.ATTACH: _attach_to,
}  # fmt: skip
KNOWN = {repr(verb) for verb in (*_NC, *_ACTION)}  # the two share names
