"""Which facts are told to whom, and in which words. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from auditapp.kit.text import Text
from auditapp.reminders.rules import Kind


class Circle(StrEnum):
    """Who hears of it; whoever did it does not."""

    ACTION_OWNER = "action_owner"
    AUDIT_MEMBERS = "audit_members"
    AUDITEES = "auditees"  # and whoever runs the relationships that were sampled
    RELATIONSHIP = "relationship"  # its owner, its manager, its SER
    REVIEW = "review"  # whom the fact of a management review names


@dataclass(frozen=True, kw_only=True)
class News:
    """How a fact is told. ``urgent``: at once, not in the morning."""

    kind: Kind
    circle: Circle
    step: Text
    why: Text
    urgent: bool = False


_OWN = Text("You carry it out.")
_MEMBER = Text("You have a part in this audit.")
_RUNS = Text("You run this relationship.")
_INVITED = Text("You are invited to this management review.")
NEWS: Mapping[str, News] = {
    "action.request_granted": News(
        kind=Kind.ACTION, circle=Circle.ACTION_OWNER, step=Text("What was asked for it is granted."), why=_OWN
    ),
    "action.request_refused": News(
        kind=Kind.ACTION, circle=Circle.ACTION_OWNER, step=Text("What was asked for it is refused: it stays as it was."),
        why=_OWN,
    ),
    "audit.postponed": News(
        kind=Kind.AUDIT, circle=Circle.AUDIT_MEMBERS, step=Text("It is postponed; new dates will follow."), why=_MEMBER
    ),
    "audit.cancelled": News(
        kind=Kind.AUDIT, circle=Circle.AUDIT_MEMBERS, step=Text("It is cancelled: keep the days for something else."),
        why=_MEMBER,
    ),
    "report.issued": News(
        kind=Kind.AUDIT_REPORT, circle=Circle.AUDITEES, step=Text("Its report is issued: read it."), why=_MEMBER
    ),
    "management_review.planned": News(
        kind=Kind.MANAGEMENT_REVIEW, circle=Circle.REVIEW, why=_INVITED,
        step=Text("You are invited: its input pack is there to be read."),
    ),
    "management_review.changed": News(
        kind=Kind.MANAGEMENT_REVIEW, circle=Circle.REVIEW, why=_INVITED, step=Text("Its day has changed: look when it is."),
    ),
    "management_review.cancelled": News(
        kind=Kind.MANAGEMENT_REVIEW, circle=Circle.REVIEW, why=_INVITED,
        step=Text("It is cancelled: keep the day for something else."),
    ),
    "management_review.minutes_issued": News(
        kind=Kind.MANAGEMENT_REVIEW, circle=Circle.REVIEW, why=_INVITED, step=Text("Its minutes are issued: read them."),
    ),
    "management_review.minutes_corrected": News(
        kind=Kind.MANAGEMENT_REVIEW, circle=Circle.REVIEW, why=_INVITED,
        step=Text("A corrected issue of its minutes is there: read why."),
    ),
    "exit.trigger_tripped": News(
        kind=Kind.TRIGGER_WATCH, circle=Circle.RELATIONSHIP, urgent=True,
        step=Text("An exit trigger has tripped: look at the exit strategy and decide."), why=_RUNS,
    ),
    "exit.activated": News(
        kind=Kind.EXIT_STEP, circle=Circle.RELATIONSHIP, urgent=True,
        step=Text("The exit has begun: its steps have owners and days."), why=_RUNS,
    ),
}  # fmt: skip
