"""How ordered files of reports are made, in a thread beside the clock: by the very view that makes the short ones."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask, g, request
from flask_babel import force_locale
from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_options_header
from werkzeug.test import EnvironBuilder

from auditapp.config import Settings
from auditapp.kit.db import run_unit
from auditapp.kit.errors import NotFound
from auditapp.kit.text import Text
from auditapp.reports.made import service
from auditapp.reports.made.model import ReportOrder
from auditapp.reports.made.offering import wanted
from auditapp.reports.made.rules import ENDING
from auditapp.reports.orders.filing import written
from auditapp.reports.orders.running import Tell, Workshop
from auditapp.reports.paper.files import FORMS
from auditapp.reports.paper.telling import WHOLE, WRITTEN, Making, making

GONE = Text("What it tells of is not there any more, or not for you. Look at the page of the report.")


def _write(app: Flask, begun: service.Begun, path: Path, tell: Tell) -> tuple[str, str]:
    """The file as the view gives it; its title, and its name. Raises Refusal for what they may not have (any more)."""
    told = Making(tell=lambda done: tell(done, WHOLE))
    form = wanted(app, begun.who, begun.address).form
    settings: Settings = app.extensions["auditapp"]
    place, _, query = begun.address.partition("?")
    asks = EnvironBuilder(path=place, query_string=query, base_url=settings.public_url or None)

    def view() -> tuple[bytes, str, str]:
        g.principal = begun.who
        response: Any = app.view_functions[request.endpoint or ""](**(request.view_args or {}))
        if getattr(response, "mimetype", "") != FORMS[form].mimetype:
            raise NotFound(GONE)
        response.direct_passthrough = False
        name = parse_options_header(response.headers["Content-Disposition"])[1]["filename"]
        return response.get_data(), told.title, name

    # A context of its own, so that nothing of this person is left behind.
    with app.app_context(), app.request_context(asks.get_environ()), making(told), force_locale(begun.locale):
        tell(0, WHOLE)
        try:
            data, title, name = run_unit(view, "read")
        except HTTPException:
            raise NotFound(GONE) from None
    tell(WRITTEN, WHOLE)
    with written(path) as target:
        target.write(data)
    return title, name


WORKSHOP: Workshop[service.Begun, tuple[str, str]] = Workshop(
    name=service.JOB,
    label=Text("Files of long reports that were ordered"),
    order=92,
    table=ReportOrder,
    folder="report-files",
    begin=lambda session, order_id, at: service.begin(session, order_id=order_id, at=at),
    write=_write,
    finish=lambda session, whole, made: service.finish(
        session, order_id=whole.order_id, at=whole.at, size=whole.size, sha256=whole.sha256, title=made[0], name=made[1]
    ),
    fail=lambda session, order_id, at, why: service.fail(session, order_id=order_id, at=at, why=why),
    expire=lambda session, order_id, at: service.remove(session, actor=None, at=at, order_id=order_id),
    good_for=lambda settings: timedelta(days=settings.report_file_days),
    ending=ENDING,
)  # fmt: skip
JOBS = (WORKSHOP.job,)
