"""Whose turn an audit is, and what happens next: the two sentences at the top of its page. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from auditapp.audits.rules import AuditStatus
from auditapp.kit.text import Text


@dataclass(frozen=True, kw_only=True)
class TurnFacts:
    """How an audit stands. Names are of people; ``mine_*`` say whether the reader is that person."""

    status: AuditStatus
    leader: str | None
    starts_on: date | None
    sent: bool
    waiting: Sequence[str] = ()  # auditees without an answer to the plan
    objecting: Sequence[str] = ()  # auditees whose objection is open
    mine_lead: bool = False
    mine_plan: bool = False
    mine_answer: bool = False
    reason: str = ""
    ready: bool = True  # nothing is missing for sending
    today: date


@dataclass(frozen=True)
class Turn:
    """The sentence on whose turn it is, and the one on what comes next (or nothing)."""

    turn: Text
    next: Text | None = None


def whose_turn(facts: TurnFacts) -> Turn:
    """The two sentences for one reader."""
    leader: Text | str = facts.leader or Text("the audit team leader")
    if facts.status is AuditStatus.PLANNED:
        return _planned(facts, leader)
    if facts.status is AuditStatus.SCHEDULED:
        return _scheduled(facts, leader)
    if facts.status is AuditStatus.IN_PROGRESS:
        turn = (
            Text("Your turn: lead the audit to its closing meeting.")
            if facts.mine_lead
            else Text("The audit team is at work; %(leader)s leads it.", leader=leader)
        )
        return Turn(turn, Text("The closing meeting comes next, then the report."))
    if facts.status is AuditStatus.REPORTING:
        turn = (
            Text("Your turn: write the conclusion and issue the report.")
            if facts.mine_lead
            else Text("It is the turn of %(leader)s to issue the report.", leader=leader)
        )
        return Turn(turn, Text("Until then answers can still be put right by going back to the walk."))
    return _later(facts)


def _planned(facts: TurnFacts, leader: Text | str) -> Turn:
    if facts.leader is None:
        turn = (
            Text("Your turn: name the audit team leader.")
            if facts.mine_plan
            else Text("The audit programme manager names the audit team leader.")
        )
        return Turn(turn, _date_comes(facts))
    if not facts.sent:
        if not facts.mine_plan:
            turn = Text("%(leader)s finishes the plan and sends it to the auditees.", leader=leader)
        elif facts.ready:
            turn = Text("Your turn: send the plan to the auditees.")
        else:
            turn = Text("Your turn: finish the plan, then send it to the auditees.")
        return Turn(turn, _date_comes(facts))
    if facts.objecting:
        turn = (
            Text("Your turn: settle the objection of %(names)s.", names=", ".join(facts.objecting))
            if facts.mine_lead or facts.mine_plan
            else Text(
                "%(leader)s settles the objection of %(names)s.",
                leader=leader,
                names=", ".join(facts.objecting),
            )
        )
        return Turn(turn, Text("Until it is settled, the audit cannot be opened."))
    if facts.mine_answer:
        return Turn(Text("Your turn: agree to the plan, or object and say why."), _date_comes(facts))
    return Turn(
        Text("Waiting for the answer of %(names)s to the plan.", names=", ".join(facts.waiting)),
        Text("When everybody has agreed, the audit is scheduled."),
    )


def _date_comes(facts: TurnFacts) -> Text | None:
    if facts.starts_on is None:
        return None
    if facts.starts_on < facts.today:
        return Text("Its first day has passed; it cannot be opened before the plan is agreed.")
    days = (facts.starts_on - facts.today).days
    if days == 0:
        return Text("It is planned for today, and cannot be opened before the plan is agreed.")
    if days == 1:
        return Text("It is planned for tomorrow, and cannot be opened before the plan is agreed.")
    return Text(
        "It is planned to begin in %(days)s days, and cannot be opened before the plan is agreed.", days=days
    )


def _scheduled(facts: TurnFacts, leader: Text | str) -> Turn:
    turn = (
        Text("Your turn: hold the opening meeting.")
        if facts.mine_lead
        else Text("%(leader)s holds the opening meeting.", leader=leader)
    )
    if facts.starts_on is None:
        return Turn(turn)
    days = (facts.starts_on - facts.today).days
    if days > 1:
        return Turn(turn, Text("The audit begins in %(days)s days.", days=days))
    if days == 1:
        return Turn(turn, Text("The audit begins tomorrow."))
    return Turn(turn, Text("The audit begins today.") if days == 0 else Text("Its first day has passed."))


def _later(facts: TurnFacts) -> Turn:
    if facts.status is AuditStatus.POSTPONED:
        turn = (
            Text("Your turn: give it new dates, or cancel it.")
            if facts.mine_plan
            else Text("The audit team leader or the programme manager gives it new dates.")
        )
        return Turn(turn, Text("It was postponed: %(reason)s", reason=facts.reason))
    if facts.status is AuditStatus.CANCELLED:
        return Turn(Text("Nobody’s turn: it was cancelled. %(reason)s", reason=facts.reason))
    if facts.status is AuditStatus.COMPLETED:
        return Turn(Text("Nobody’s turn: it is completed."))
    if facts.status is AuditStatus.FOLLOW_UP:
        return Turn(Text("The audit programme manager completes it when the actions are verified."))
    return Turn(Text("The audit programme manager decides on follow-up, or completes the audit."))
