"""Messages as the digest builds them, for tests of mails."""

from datetime import UTC, date, datetime
from uuid import UUID

from auditapp.kit.text import Text
from auditapp.reminders.outbox.rules import Line, Message, MessageKind, NoticeKind, Offer, Recipient
from auditapp.reminders.rules import Answer

AT = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)  # a Friday
MESSAGE = UUID("01938f00-0000-7000-8000-000000000001")
PERSON = UUID("01938f00-0000-7000-8000-000000000002")
RUN = UUID("01938f00-0000-7000-8000-000000000003")
NOTICE = UUID("01938f00-0000-7000-8000-000000000004")


def offer(answer=Answer.ACKNOWLEDGE, label="It is in hand"):
    return Offer(answer=answer, label=Text(label), run_id=RUN, generation=3)


def line(**more):
    values = {
        "kind": NoticeKind.OVERDUE,
        "item_key": "nonconformity:1",
        "kind_label": Text("Nonconformity"),
        "ref": "NC-2026-014",
        "title": "Torque records of the door seals are missing for eleven vehicles",
        "step": Text("Accept the action plan, or return it and say why."),
        "why": Text("You are its verifier."),
        "next": Text(
            "If nothing happens, %(name)s (%(role)s) is told on %(day)s.",
            name="Ines Marchetti",
            role=Text("relationship owner"),
            day="Monday 30 November",
        ),
        "due_on": date(2026, 11, 24),
        "due_at": None,
        "overdue": True,
        "path": "/findings/NC-2026-014",
        "offers": (offer(),),
    }
    return Line(**(values | more))


def recipient(**more):
    values = {
        "person_id": PERSON,
        "name": "Dana Whitfield",
        "email": "dana@example.org",
        "locale": "en",
        "zone": "Europe/London",
    }
    return Recipient(**(values | more))


def message(*lines, **more):
    """One urgent line unless told otherwise."""
    values = {
        "id": MESSAGE,
        "kind": MessageKind.NOW,
        "to": recipient(),
        "subject": Text(
            "Escalation: %(ref)s %(title)s",
            ref="NC-2026-014",
            title="Torque records of the door seals are missing for eleven vehicles",
        ),
        "opening": Text("The level before you was silent, so this comes to you."),
        "groups": ((Text("Now with you"), lines or (line(kind=NoticeKind.ESCALATION),)),),
        "closing": Text("You get this at once because it is an escalation."),
        "thread": "nonconformity:1",
        "made_at": AT,
        "extra": {},
    }
    return Message(**(values | more))


def digest(**more):
    """A morning's message with all four groups."""
    groups = (
        (
            Text("Overdue"),
            (
                line(),
                line(
                    kind_label=Text("Action"),
                    ref="CA-2026-031",
                    title="Calibrate the torque wrenches of depot 4 and replace the three that drift",
                    step=Text("Do what was agreed, and add the evidence."),
                    why=Text("You own this action."),
                    due_on=date(2026, 11, 26),
                    path="/actions/CA-2026-031",
                ),
            ),
        ),
        (
            Text("Today"),
            (
                line(
                    kind=NoticeKind.REMINDER,
                    kind_label=Text("Meeting"),
                    ref="R-004",
                    title="Joint management team: quarterly review",
                    step=Text("Lead the meeting and write its minutes."),
                    why=Text("You are the relationship manager."),
                    due_on=date(2026, 11, 27),
                    due_at=datetime(2026, 11, 27, 14, 0, tzinfo=UTC),
                    overdue=False,
                    next=None,
                    path="/meetings/12",
                ),
            ),
        ),
        (
            Text("Coming"),
            (
                line(
                    kind=NoticeKind.REMINDER,
                    kind_label=Text("RMP review"),
                    ref="R-004",
                    title="Relationship management plan of the traction alliance",
                    step=Text("Look through the plan with your partner and release it anew."),
                    why=Text("You answer for the plan."),
                    due_on=date(2026, 12, 4),
                    overdue=False,
                    path="/relationships/R-004/rmp",
                ),
            ),
        ),
        (
            Text("For your information"),
            (
                line(
                    kind=NoticeKind.COPY,
                    kind_label=Text("Exit strategy review"),
                    ref="R-002",
                    title="Exit strategy of the depot partnership",
                    step=Text("Nothing is asked of you. Jonas Weber was asked, and Ines Marchetti knows."),
                    why=Text("You are told because you were asked before."),
                    due_on=date(2027, 1, 15),
                    overdue=False,
                    next=None,
                    offers=(),
                    path="/relationships/R-002/exit",
                ),
            ),
        ),
    )
    values = {
        "kind": MessageKind.DIGEST,
        "subject": Text("%(overdue)s overdue, %(today)s due today", overdue=2, today=1),
        "opening": Text("Good morning %(name)s. Two things are overdue and one is due today.", name="Dana"),
        "groups": groups,
        "closing": Text("What you settle before tomorrow morning will not be in the next one."),
        "thread": "",
    }
    return message(**(values | more))
