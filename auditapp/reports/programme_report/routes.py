"""The audit programme as a report: page and files."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.text import Text
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability
from auditapp.reports.made.offering import offered
from auditapp.reports.made.weights import audits
from auditapp.reports.paper.serving import FILES, answer
from auditapp.reports.programme_report.report import programme_report

bp = Blueprint("programme_report", __name__, url_prefix="/reports")


def address(endpoint: str, values: Mapping[str, str]) -> str:
    """Where a page is."""
    where: dict[str, Any] = dict(values)
    return url_for(endpoint, **where)


@bp.get("/programme")
@bp.get(f"/programme.{FILES}")
@guard(Capability.VIEW_AUDITS)
@offered(Text("Audit programme"), audits)
def now(suffix: str = "") -> Response:
    """The programme that runs."""
    return _answer("", suffix)


@bp.get("/programme/<ref>")
@bp.get(f"/programme/<ref>.{FILES}")
@guard(Capability.VIEW_AUDITS)
@offered(Text("Audit programme"), audits)
def show(ref: str, suffix: str = "") -> Response:
    """One programme: what was planned, done, late and moved; coverage, auditors, results."""
    return _answer(ref, suffix)


def _answer(ref: str, suffix: str) -> Response:
    report = programme_report(
        current_session(), actor=actor(), as_of=clock.now(), ref=ref.replace("\0", "")[:20], address=address
    )
    return answer(report, suffix, back=(_("Audit programmes"), url_for("programme.index")))
