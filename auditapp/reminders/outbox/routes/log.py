"""The delivery log on a page, and as a file for auditors."""

import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import IO, Any
from uuid import UUID

from flask import Response, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.clock import day_from, day_in
from auditapp.kit.db import current_session
from auditapp.kit.errors import NotAllowed
from auditapp.kit.sheets import Head, Value, write_csv, write_sheet
from auditapp.kit.text import Text
from auditapp.people.guards import actor, guard
from auditapp.people.queries import relationship_names
from auditapp.people.rules import Capability, Principal
from auditapp.reminders.outbox.channels import label_of
from auditapp.reminders.outbox.queries.log import LogLine, LogWanted, log_lines, log_page, people_noticed
from auditapp.reminders.outbox.routes.base import WORDS, bp
from auditapp.reminders.outbox.rules import NOTICE_LABELS, outcome_words
from auditapp.reminders.rules import LEVEL_LABELS, Level

AT_ONCE = 64_000  # bytes
IN_MEMORY = 1_000_000  # bytes; a larger file waits on the disk
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def reader() -> Principal:
    """Whoever asks, if the whole log is theirs to read. Raises NotAllowed."""
    who = actor()
    if not who.can(Capability.VIEW_TRAIL):  # the guard also lets in whoever has it for one relationship
        raise NotAllowed(
            Text("The delivery log is read by those who have the role for the whole organization.")
        )
    return who


def _wanted(who: Principal) -> LogWanted:
    given = request.args
    return LogWanted(
        item_key=given.get("item", "").strip()[:120],
        ref=given.get("ref", "").strip()[:60],
        relationship_id=given.get("relationship", type=UUID),
        person_id=given.get("person", type=UUID),
        since=given.get("since", type=day_from),
        until=given.get("until", type=day_from),
        zone=who.zone,
    )


@bp.get("/log")
@guard(Capability.VIEW_TRAIL)
def log() -> str:
    """Who was told what, when and how; the filters are the address."""
    who, session = reader(), current_session()
    wanted = _wanted(who)
    return render_template(
        "outbox/log.html",
        page=log_page(session, wanted, page=request.args.get("page", 1, type=int)),
        wanted=wanted,
        people=people_noticed(session),
        relationships=relationship_names(session),
        asked={key: value for key, value in request.args.items() if key != "page" and value},
        outcome=outcome_words,
        levels=Level,
        opens_messages=who.can(Capability.MANAGE_PROGRAMME),
        **WORDS,
    )


@bp.get("/log.csv", defaults={"form": "csv"}, endpoint="log_csv")
@bp.get("/log.xlsx", defaults={"form": "xlsx"}, endpoint="log_xlsx")
@guard(Capability.VIEW_TRAIL)
def log_file(form: str) -> ResponseReturnValue:
    """What the address asks for, in the order of time."""
    return as_file(_wanted(reader()), form)


def as_file(wanted: LogWanted, form: str) -> Response:
    """The log as CSV or Excel, in the order of time."""
    out = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed when it has been sent
    lines = log_lines(current_session(), wanted)
    heads = [Head(label=label, width=width) for label, width, _value in _columns()]
    rows = _rows(lines)
    if form == "csv":
        write_csv(heads, rows, out)
    else:
        write_sheet(heads, rows, out, name=_("Delivery log"))
    out.seek(0)
    today = day_in(wanted.zone, clock.now()).isoformat()
    response = send_file(
        out,
        mimetype=TYPES[form],
        as_attachment=True,
        download_name=f"{_('delivery-log')}-{today}.{form}",
        etag=False,
        max_age=0,
    )
    response.response = _read(out)
    response.call_on_close(out.close)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _read(out: IO[bytes]) -> Iterator[bytes]:
    """The bytes of a file, which is closed after the last of them."""
    with out:
        while data := out.read(AT_ONCE):
            yield data


def _moment(value: datetime | None) -> str:
    return f"{value:%Y-%m-%d %H:%M:%S}" if value is not None else ""


def _columns() -> list[tuple[str, int, Callable[[LogLine], Any]]]:
    return [
        (_("Number"), 14, lambda one: one.ref),
        (_("What it is about"), 40, lambda one: one.title),
        (_("Told"), 24, lambda one: one.told),
        (_("Why"), 20, lambda one: NOTICE_LABELS[one.kind]),
        (_("Level"), 24, lambda one: LEVEL_LABELS[Level(one.level)]),
        (_("Decided (UTC)"), 20, lambda one: _moment(one.made_at)),
        (_("Not before (UTC)"), 20, lambda one: _moment(one.not_before)),
        (_("Delivered (UTC)"), 20, lambda one: _moment(one.sent_at)),
        (_("By"), 14, lambda one: label_of(one.channel) if one.channel else ""),
        (_("Outcome"), 26, lambda one: outcome_words(one.state, one.cancelled_at, one.cancel_reason)),
        (_("Read (UTC)"), 20, lambda one: _moment(one.read_at)),
        (_("Answered (UTC)"), 20, lambda one: _moment(one.answered_at)),
        (_("Answered by"), 24, lambda one: one.answered_by),
        (_("Key"), 30, lambda one: one.item_key),
        (_("Message"), 36, lambda one: str(one.message_id or "")),
    ]


def _rows(lines: Iterator[LogLine]) -> Iterator[list[Value]]:
    columns = _columns()
    for one in lines:
        yield [str(value(one)) for _label, _width, value in columns]
