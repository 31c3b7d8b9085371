"""The recurring obligations: what, whose, how often, by which clause; and the days they fall on. Pure.

Twenty-six are those of the field (section 9 of the domain notes), the last is the action of a management review; every
figure is a default that the site can change.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from auditapp.kit.text import Text
from auditapp.relationships.rules import STAGES, Stage

YEAR = 12  # months


class Scope(StrEnum):
    """What an obligation is about: the management system, each relationship, or one thing (a plan, a document)."""

    SYSTEM = "system"
    RELATIONSHIP = "relationship"
    THING = "thing"


class Source(StrEnum):
    """Where the days come from."""

    INTERVAL = "interval"  # kept here: one after the other for the system or for each relationship
    ROOM = "room"  # kept here, but begun and done by the room whose record it is (a plan, an exit strategy)
    ELSEWHERE = "elsewhere"  # the day stands on a record of its own (an action, an issue's level): only the rule is here


class Whose(StrEnum):
    """Who is reminded, by what they are to the relationship or to the system."""

    LEAD_AUDITOR = "lead_auditor"
    AUDITEE = "auditee"
    SYSTEM_MANAGER = "system_manager"
    ACTION_OWNER = "action_owner"
    VERIFIER = "verifier"
    SER = "ser"
    TOP_MANAGEMENT = "top_management"
    RELATIONSHIP_OWNER = "relationship_owner"
    RELATIONSHIP_MANAGER = "relationship_manager"
    JOINT_TEAM = "joint_team"
    PARTNER_SER = "partner_ser"
    PARTNER_MANAGER = "partner_manager"
    LEVEL_HOLDER = "level_holder"
    WATCHER = "watcher"
    DOCUMENT_OWNER = "document_owner"
    RISK_OWNER = "risk_owner"


WHOSE_LABELS: Mapping[Whose, Text] = {
    Whose.LEAD_AUDITOR: Text("Audit team leader"),
    Whose.AUDITEE: Text("Auditee"),
    Whose.SYSTEM_MANAGER: Text("System manager"),
    Whose.ACTION_OWNER: Text("Action owner"),
    Whose.VERIFIER: Text("Verifier"),
    Whose.SER: Text("Senior Executive Responsible"),
    Whose.TOP_MANAGEMENT: Text("Top management"),
    Whose.RELATIONSHIP_OWNER: Text("Relationship owner"),
    Whose.RELATIONSHIP_MANAGER: Text("Relationship manager"),
    Whose.JOINT_TEAM: Text("Joint management team"),
    Whose.PARTNER_SER: Text("Senior Executive Responsible of the partner"),
    Whose.PARTNER_MANAGER: Text("Relationship manager of the partner"),
    Whose.LEVEL_HOLDER: Text("Holder of the level, from each party"),
    Whose.WATCHER: Text("Watcher of the trigger"),
    Whose.DOCUMENT_OWNER: Text("Owner of the document"),
    Whose.RISK_OWNER: Text("Owner of the risk"),
}


@dataclass(frozen=True, kw_only=True)
class Default:
    """An obligation as it comes: ``months`` or ``days`` between two times (neither: no interval of its own)."""

    title: Text
    scope: Scope
    source: Source
    whose: tuple[Whose, ...]
    months: int = 0
    days: int = 0
    lead_days: tuple[int, ...] = (14, 3)
    bs: str = ""
    iso: str = ""
    from_stage: Stage = (
        Stage.AWARENESS
    )  # of a relationship: before it, nothing of the kind is there to be done


_S, _R, _T = Scope.SYSTEM, Scope.RELATIONSHIP, Scope.THING
_I, _O, _E = Source.INTERVAL, Source.ROOM, Source.ELSEWHERE
W = Whose
DEFAULTS: Mapping[str, Default] = {
    "internal_audit": Default(
        title=Text("Internal audit"), scope=_S, source=_E, months=YEAR, lead_days=(30, 7),
        whose=(W.LEAD_AUDITOR, W.AUDITEE, W.SYSTEM_MANAGER), bs="MS", iso="9.2",
    ),
    "audit_report": Default(
        title=Text("Audit report after an audit"), scope=_T, source=_E, days=14, lead_days=(5, 1),
        whose=(W.LEAD_AUDITOR,), bs="MS", iso="9.2",
    ),
    "corrective_action": Default(
        title=Text("Corrective action"), scope=_T, source=_E, lead_days=(7, 1),
        whose=(W.ACTION_OWNER, W.RELATIONSHIP_OWNER, W.SER), bs="7, 9, MS", iso="10.1",
    ),
    "effectiveness_check": Default(
        title=Text("Effectiveness check of a closed action"), scope=_T, source=_E, days=75, lead_days=(7, 1),
        whose=(W.VERIFIER,), bs="MS", iso="10.1",
    ),
    "management_review": Default(
        title=Text("Management review with the SER"), scope=_S, source=_I, months=YEAR, lead_days=(60, 14),
        whose=(W.SER, W.TOP_MANAGEMENT, W.SYSTEM_MANAGER), bs="5", iso="9.3",
    ),
    "rmp_review": Default(
        title=Text("RMP review"), scope=_T, source=_O, months=3,
        whose=(W.RELATIONSHIP_MANAGER, W.JOINT_TEAM, W.PARTNER_MANAGER), bs="3-10", iso="8.2.9, 8.8.10, 8.9.6",
    ),
    "joint_team_meeting": Default(
        title=Text("Meeting of the joint management team"), scope=_R, source=_I, months=1, lead_days=(7, 1),
        whose=(W.JOINT_TEAM,), bs="7, 9", iso="8.6.2, 8.8.3",
        from_stage=Stage.WORKING_TOGETHER,
    ),
    "ser_oversight": Default(
        title=Text("Oversight meeting of the SERs of all parties"), scope=_R, source=_I, months=3,
        whose=(W.SER, W.PARTNER_SER), bs="7, 9", iso="8.8.2",
        from_stage=Stage.WORKING_TOGETHER,
    ),
    "health_check": Default(
        title=Text("Relationship health check, both sides"), scope=_R, source=_I, months=6, lead_days=(21, 7),
        whose=(W.RELATIONSHIP_MANAGER,), bs="9", iso="8.8.4, 8.8.7",
        from_stage=Stage.WORKING_TOGETHER,
    ),
    "scorecard": Default(
        title=Text("Performance scorecard"), scope=_R, source=_I, months=3, lead_days=(7, 1),
        whose=(W.JOINT_TEAM,), bs="7, 9", iso="8.6.6, 8.8.6",
        from_stage=Stage.WORKING_TOGETHER,
    ),
    "issue_level": Default(
        title=Text("Time limit of an issue's level"), scope=_T, source=_E, lead_days=(1,),
        whose=(W.LEVEL_HOLDER,), bs="9", iso="8.6.8, 8.8.8",
    ),
    "exit_review": Default(
        title=Text("Exit strategy review"), scope=_T, source=_O, months=YEAR, lead_days=(30, 7),
        whose=(W.RELATIONSHIP_OWNER, W.PARTNER_MANAGER), bs="10", iso="8.6.9, 8.8.9",
    ),
    "trigger_watch": Default(
        title=Text("Watch of the exit triggers"), scope=_T, source=_O, months=6,
        whose=(W.WATCHER, W.RELATIONSHIP_OWNER), bs="10", iso="4.1, 8.8.9",
    ),
    "continuity_test": Default(
        title=Text("Test of the continuity plan for a premature exit"), scope=_T, source=_O, months=YEAR,
        lead_days=(30, 7), whose=(W.RELATIONSHIP_OWNER,), bs="10", iso="8.9.3",
    ),
    "risk_review": Default(
        title=Text("Review of the joint risk register"), scope=_R, source=_I, months=3,
        whose=(W.RISK_OWNER, W.RELATIONSHIP_MANAGER), bs="4, 7", iso="8.3.6, 8.6.4",
        from_stage=Stage.KNOWLEDGE,
    ),
    "interdependency_review": Default(
        title=Text("Review of the interdependencies"), scope=_R, source=_I, months=YEAR,
        whose=(W.RELATIONSHIP_MANAGER,), bs="4", iso="8.3.5",
        from_stage=Stage.KNOWLEDGE,
    ),
    "value_review": Default(
        title=Text("Review of value and ideas"), scope=_R, source=_I, months=3,
        whose=(W.RELATIONSHIP_MANAGER,), bs="8, 9", iso="8.7, 8.8.5",
        from_stage=Stage.VALUE_CREATION,
    ),
    "behaviour_review": Default(
        title=Text("Review of competence and behaviours"), scope=_R, source=_I, months=YEAR,
        whose=(W.RELATIONSHIP_MANAGER,), bs="3, 5, 7", iso="7.2, 8.6.7",
    ),
    "policy_review": Default(
        title=Text("Review of policy, scope, objectives and segmentation"), scope=_S, source=_I, months=YEAR,
        lead_days=(30, 7), whose=(W.SYSTEM_MANAGER, W.SER), bs="3", iso="4.3, 5.2, 6.2, 6.3",
    ),
    "communications_review": Default(
        title=Text("Review of the communications plan"), scope=_R, source=_I, months=YEAR,
        whose=(W.RELATIONSHIP_MANAGER,), bs="7", iso="7.4, 8.6.2",
        from_stage=Stage.WORKING_TOGETHER,
    ),
    "business_case_review": Default(
        title=Text("Business case evaluated again"), scope=_R, source=_I, months=YEAR,
        whose=(W.RELATIONSHIP_OWNER,), bs="4, 7", iso="8.3.7, 4.5",
        from_stage=Stage.KNOWLEDGE,
    ),
    "document_review": Default(
        title=Text("Review of a document"), scope=_T, source=_O, months=YEAR, lead_days=(30, 7),
        whose=(W.DOCUMENT_OWNER,), bs="MS", iso="7.5",
    ),
    "surveillance_visit": Default(
        title=Text("Surveillance visit of the certification body"), scope=_T, source=_O, lead_days=(90, 30),
        whose=(W.SYSTEM_MANAGER, W.SER), iso="ISO/IEC 17021-1",
    ),
    "recertification": Default(
        title=Text("Recertification"), scope=_T, source=_O, lead_days=(270, 180, 60),
        whose=(W.SYSTEM_MANAGER, W.SER), iso="ISO/IEC 17021-1",
    ),
    "body_finding_reply": Default(
        title=Text("Reply to a nonconformity of the certification body"), scope=_T, source=_O, lead_days=(14, 3),
        whose=(W.SYSTEM_MANAGER,), iso="10.1",
    ),
    "stage1_concern": Default(
        title=Text("Stage 1 concern, to be dealt with before Stage 2"), scope=_T, source=_O, lead_days=(30, 14, 3),
        whose=(W.SYSTEM_MANAGER,),
    ),
    "review_action": Default(
        title=Text("Action of a management review"), scope=_T, source=_O, lead_days=(7, 1), whose=(W.ACTION_OWNER,),
        bs="5", iso="9.3",
    ),
}  # fmt: skip


class State(StrEnum):
    """An occurrence is open until it was done or skipped, or ended with what it was about."""

    OPEN = "open"
    DONE = "done"
    SKIPPED = "skipped"
    ENDED = "ended"


STATE_LABELS: Mapping[State, Text] = {
    State.OPEN: Text("Open"),
    State.DONE: Text("Done"),
    State.SKIPPED: Text("Skipped"),
    State.ENDED: Text("No longer asked"),
}


def add_months(day: date, months: int) -> date:
    """The same day so many months later; the last of the month where it has fewer days."""
    index = day.year * YEAR + day.month - 1 + months
    year, month = divmod(index, YEAR)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def intended(anchor: date, number: int, *, months: int, days: int) -> date:
    """The day of the ``number``-th time after ``anchor``.

    Counted from the anchor, so that no delay and no short month adds up (31 January, 28 February, 31 March).
    """
    return add_months(anchor, number * months) + timedelta(days=number * days)


def how_often(months: int, days: int) -> Text:
    """An interval in words."""
    if months == YEAR:
        return Text("every year")
    if months and months % YEAR == 0:
        return Text("every %(count)s years", count=months // YEAR)
    if months == 1:
        return Text("every month")
    if months:
        return Text("every %(count)s months", count=months)
    if days:
        return Text("every %(count)s days", count=days)
    return Text("when its own record says so")


def has_come(stage: Stage, from_stage: Stage) -> bool:
    """Whether a relationship in ``stage`` has come to ``from_stage``."""
    return stage in STAGES and STAGES.index(stage) >= STAGES.index(from_stage)


# Where the record is made that ends a time; the page of the room says the rest.
ROOM_OF: Mapping[str, str] = {
    "rmp_review": "rmp.of_relationship",
    "joint_team_meeting": "meetings.of_relationship",
    "ser_oversight": "meetings.of_relationship",
    "health_check": "health.of_relationship",
    "scorecard": "objectives.of_relationship",
    "exit_review": "exits.of_relationship",
    "trigger_watch": "exits.of_relationship",
    "continuity_test": "exits.of_relationship",
    "risk_review": "risks.of_relationship",
    "interdependency_review": "contacts.of_relationship",
    "value_review": "ideas.of_relationship",
    "behaviour_review": "behaviours.of_relationship",
    "communications_review": "communications.of_relationship",
    "document_review": "documents.of_relationship",
}
# The registers that hold the days of what stands elsewhere.
REGISTER_OF: Mapping[str, str] = {
    "internal_audit": "programme.index",
    "audit_report": "plan.index",
    "corrective_action": "findings.actions_index",
    "effectiveness_check": "findings.index",
    "issue_level": "issues.index",
    "surveillance_visit": "certification.index",
    "recertification": "certification.index",
    "body_finding_reply": "certification.index",
    "stage1_concern": "certification.index",
    "management_review": "management_review.index",
    "review_action": "management_review.index",
    "document_review": "documents.index",
    "rmp_review": "rmp.index",
}
# Begun by the clock, but done by a record alone: nobody ticks them off by hand. What is said to whoever tries.
BY_RECORD: Mapping[str, Text] = {
    "management_review": Text(
        "A management review is not ticked off by hand: it is done when the minutes of its meeting are issued. Under"
        " “Reports, Management reviews”, prepare the meeting, write its minutes and issue them; this day then moves on by itself."
    ),
}


def done_by_record(key: str, source: Source) -> bool:
    """Whether it is done by making its record elsewhere, never by saying so."""
    return source is Source.ROOM or key in BY_RECORD
