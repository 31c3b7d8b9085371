"""A scheduled report becomes a message at the moment it is sent: as it stands then, for what its reader may see then."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from uuid import UUID

from flask import current_app
from sqlalchemy.orm import Session

from auditapp.config import Settings
from auditapp.kit.clock import day_in
from auditapp.kit.errors import Refusal
from auditapp.kit.text import Text
from auditapp.people.queries import organization, relationship_names
from auditapp.people.rules import Principal
from auditapp.reminders.digest.queries import PathOf, makes
from auditapp.reminders.outbox.model import OutboxMessage
from auditapp.reminders.outbox.rules import Attachment, Message, MessageKind, Recipient
from auditapp.reports.figures.report import trends_report
from auditapp.reports.figures.routes import address
from auditapp.reports.figures.rules import usual_period
from auditapp.reports.paper.files import FORMS, file_of
from auditapp.reports.paper.model import Facts, Para, Report
from auditapp.reports.readiness.reports import (
    gap_report,
    readiness_report,
    stage1_report,
    stage2_report,
    surveillance_report,
)
from auditapp.reports.schedule import queries
from auditapp.reports.schedule.model import ReportSchedule
from auditapp.reports.schedule.rules import BY_STANDARD, PAGES, WHAT_LABELS, Form, What
from auditapp.reports.schedule.stopping import stop_token
from auditapp.reports.schedule.stuck import stuck_report

LONGEST = 900  # characters of a summary
PDF = "pdf"
OPENING = Text("%(name)s, this is “%(title)s” as it stands now. %(summary)s")
TRIAL = Text("%(name)s, this is a trial of “%(title)s”, as it would come by itself. %(summary)s")
CLOSING = Text("It comes because you, or somebody for you, asked for it: %(when)s.")
_BY_STANDARD: dict[What, Callable[..., Report]] = {
    What.READINESS: readiness_report,
    What.GAP: gap_report,
    What.STAGE_1: stage1_report,
    What.STAGE_2: stage2_report,
    What.SURVEILLANCE: surveillance_report,
}


def report_of(
    session: Session, row: ReportSchedule, reader: Principal, *, at: datetime, path_of: PathOf
) -> Report:
    """The report for its reader. Raises Refusal for what they may not see or what is not there any more."""
    if row.what in BY_STANDARD:
        return _BY_STANDARD[row.what](session, actor=reader, as_of=at, standard=row.standard, address=path_of)
    if row.what is What.STUCK:
        return stuck_report(session, actor=reader, as_of=at, address=path_of)
    own = organization(session)
    since, until = usual_period(day_in(own.zone if own else reader.zone, at))
    ids = {ref: str(one) for one, ref, _name in relationship_names(session)}
    return trends_report(
        session, actor=reader, as_of=at, since=since, until=until, language=reader.locale[:2],
        link=lambda where: address(where, ids, path_of),
    )  # fmt: skip


def summary_of(report: Report) -> str:
    """What a report says first: its first sentences and its facts."""
    first = report.chapters[0].blocks if report.chapters else ()
    said = [one.text for one in first if isinstance(one, Para)]
    pairs = [
        *report.facts,
        *(pair for one in first if isinstance(one, Facts) for pair in one.pairs),
    ]
    facts = "; ".join(f"{one.label}: {one.value}" for one in pairs if one.value)
    text = " ".join((*said, f"{facts}." if facts else "")).strip()
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 2].rsplit(' ', 1)[0]} …"


def _subject(what: Text, title: str) -> Text:
    """What it is and its title; once, where the title begins with it."""
    return (
        Text("%(title)s", title=title)
        if title.startswith(str(what))
        else Text("%(what)s: %(title)s", what=what, title=title)
    )


def message_of(
    session: Session, message: OutboxMessage, to: Recipient, at: datetime, path_of: PathOf
) -> Message | None:
    """The message as it reads now; nothing when the schedule has ended, or its reader may not see the report (any more)."""
    row = queries.live(session, UUID(message.extra["schedule"]))
    reader = queries.reader(session, message.person_id)
    if row is None or reader is None or not queries.may_have(reader, row.what):
        return None
    try:
        report = report_of(session, row, reader, at=at, path_of=path_of)
    except Refusal:
        return None
    settings: Settings = current_app.extensions["auditapp"]
    title = f"{report.kind} · {report.title}" if report.kind != report.title else report.title
    page = path_of(PAGES[row.what], {"standard": row.standard} if row.standard else {})
    token = stop_token(settings.secret_key.get_secret_value(), row.id)
    extra: dict[str, object] = {
        "path": page, "stop": path_of("schedule.stop", {"token": token}),
    }  # fmt: skip
    if row.form is Form.PDF:
        extra["attachment"] = Attachment(
            name=f"{report.file_name}.{PDF}",
            media_type=FORMS[PDF].mimetype,
            make=partial(file_of, report, PDF, base=settings.public_url),
        )
    opening = TRIAL if message.extra.get("trial") else OPENING
    return Message(
        id=message.id,
        kind=MessageKind.REPORT,
        to=to,
        subject=_subject(WHAT_LABELS[row.what], report.title),
        opening=Text(opening.msgid, name=to.name, title=title, summary=summary_of(report)),
        groups=(),
        closing=Text(CLOSING.msgid, when=queries.timing_of(session, row).words),
        thread=f"report:{row.id}",
        made_at=at,
        extra=extra,
    )


makes(MessageKind.REPORT, message_of)
