"""The log of reminders as a report: what was told to whom, when, by which channel, and what came of it."""

from datetime import datetime

from sqlalchemy.orm import Session

from auditapp.kit.errors import NotAllowed
from auditapp.kit.text import Text, day_words
from auditapp.people.queries import organization
from auditapp.people.rules import Capability, Principal
from auditapp.reminders.outbox.channels import label_of
from auditapp.reminders.outbox.queries.log import LogLine, LogWanted, log_counts, newest_lines
from auditapp.reminders.outbox.rules import NOTICE_LABELS, NoticeKind, outcome_words
from auditapp.reminders.rules import LEVEL_LABELS, Level
from auditapp.reports.paper.model import Cell, Report, Row
from auditapp.reports.paper.pen import Address, Cut, Headings, Pen, nowhere

MOST = 1000  # of one paper; the log itself has them all


def reminder_report(
    session: Session, *, actor: Principal, wanted: LogWanted, as_of: datetime, address: Address = nowhere
) -> Report:
    """What the log holds of what is asked for, the newest first. Three statements. Raises NotAllowed."""
    if not actor.can(Capability.VIEW_TRAIL):  # the guard also lets in whoever has it for one relationship
        raise NotAllowed(
            Text("The delivery log is read by those who have the role for the whole organization.")
        )
    pen, own = Pen(actor, address), organization(session)
    counts, found = log_counts(session, wanted), newest_lines(session, wanted, MOST)
    span = [
        *([Text("from %(day)s", day=day_words(wanted.since))] if wanted.since else []),
        *([Text("until %(day)s", day=day_words(wanted.until))] if wanted.until else []),
    ]
    facts = [
        pen.pair(Text("Period"), " ".join(pen.say(one) for one in span) or Text("Everything on record")),
        pen.pair(Text("Notices"), str(counts.whole)),
        pen.pair(Text("Sent"), str(counts.sent)),
        pen.pair(Text("Read on the site"), str(counts.read)),
        pen.pair(Text("Answered afterwards"), str(counts.answered)),
        pen.pair(Text("Escalations"), str(counts.escalated), tone="attention" if counts.escalated else ""),
        pen.pair(Text("Failed on every channel"), str(counts.failed), tone="overdue" if counts.failed else "done"),
    ]  # fmt: skip
    title = Text("What was told")
    columns: Headings = [
        (Text("When"), "date"), (Text("About"), "wide"), Text("Told"), (Text("Why"), "wide"), Text("Channel"),
        (Text("Outcome"), "state"), (Text("Answered"), "wide"),
    ]  # fmt: skip
    rows = (_row(pen, one) for one in found)
    table = pen.table(
        title,
        columns,
        rows,
        Text("Nobody was told anything of the kind. The reminding begins by itself before something is due."),
    )
    return Report(
        kind=pen.say(Text("Evidence")), title=pen.say(Text("Log of reminders")), ref="reminder-log",
        organization=own.name if own else "", as_of=as_of, language=pen.reader.language, facts=tuple(facts),
        chapters=(pen.chapter(title, "told", table, note=Cut(len(found), counts.whole).note),), confidential=True,
    )  # fmt: skip


def _row(pen: Pen, one: LogLine) -> Row:
    about = ("outbox.log", {"item": one.item_key}) if one.item_key else ("outbox.log", {"ref": one.ref})
    why = (
        Text("%(kind)s to: %(level)s", kind=NOTICE_LABELS[one.kind], level=LEVEL_LABELS[Level(one.level)])
        if one.kind is NoticeKind.ESCALATION
        else NOTICE_LABELS[one.kind]
    )
    tone = (
        "done" if one.sent_at else "quiet" if one.cancelled_at else "overdue" if one.state == "failed" else "attention"
    )  # fmt: skip
    answered = (
        Text("%(name)s on %(day)s", name=one.answered_by, day=day_words(pen.reader.day_of(one.answered_at)))
        if one.answered_at and one.answered_by
        else Text("On %(day)s", day=day_words(pen.reader.day_of(one.answered_at)))
        if one.answered_at
        else Text("Not answered")
    )  # fmt: skip
    return Row(
        cells=(
            _when(pen, one.sent_at or one.made_at),
            pen.text(" ".join(part for part in (one.ref, one.title) if part) or one.item_key, about),
            pen.text(one.told), pen.text(why), pen.text(label_of(one.channel) if one.channel else ""),
            pen.text(outcome_words(one.state, one.cancelled_at, one.cancel_reason), tone=tone), pen.text(answered),
        )
    )  # fmt: skip


def _when(pen: Pen, at: datetime) -> Cell:
    local = at.astimezone(pen.reader.zone)
    return Cell(f"{pen.day(local.date()).text}, {local:%H:%M}", value=local.date())
