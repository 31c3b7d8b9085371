"""A report as an answer: the page, or one of the files beside it."""

from io import BytesIO
from pathlib import Path
from typing import Any, Final

from flask import Blueprint, Response, abort, make_response, render_template, request, send_file, url_for
from flask_babel import force_locale

from auditapp.kit.db import release
from auditapp.people.guards import settings
from auditapp.reports.paper.files import FORMS, file_of
from auditapp.reports.paper.model import Report
from auditapp.reports.paper.paged import KEY, paged
from auditapp.reports.paper.telling import gathered
from auditapp.shell.assets import page_url

bp = Blueprint("paper", __name__, template_folder="templates")  # no pages of its own: it brings the templates

FILES: Final = "<any(pdf,docx,xlsx):suffix>"
"""The end of the rule of a route that serves the files: ``f"/reports/readiness.{FILES}"``; its view takes ``suffix: str = ""``."""


def answer(
    report: Report, suffix: str = "", *, template: str = "paper/page.html", sheet: Path | None = None, **shown: Any
) -> Response:  # fmt: skip
    """The report as page (no suffix) or as file, never kept by a browser; any other suffix is not found.

    ``sheet``: a layout of its own for the PDF.

    The page is ``template`` with ``report``, ``files`` (the links to the other forms, with the filters of this request) and ``shown``.
    """
    if not suffix:
        response = make_response(render_template(template, report=report, files=files(), **shown))
    elif suffix in FORMS:
        release()
        gathered(report.title)
        with force_locale(report.language):
            data = file_of(report, suffix, base=settings().public_url, sheet=sheet)
        response = send_file(
            BytesIO(data),
            mimetype=FORMS[suffix].mimetype,
            as_attachment=True,
            download_name=f"{report.file_name}.{suffix}",
        )
        response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    else:
        abort(404)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.app_template_global("paged_report")
def paged_report(report: Report) -> Report:
    """The report with long tables as the pages that the address asks for."""
    return paged(report, request.args, lambda key, number, anchor: page_url(number, key=key, anchor=anchor))


def files() -> dict[str, str]:
    """Where the other forms of the page that is being shown are, with its filters."""
    filters = {
        key: values
        for key, values in request.args.to_dict(flat=False).items()
        if not key.startswith(("_", KEY))
    }
    where = {**filters, **(request.view_args or {})}
    return {suffix: url_for(request.endpoint or "", **{**where, "suffix": suffix}) for suffix in FORMS}
