"""The tracker of Stage 1 concerns and the state of the certificate, as pages and files."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability
from auditapp.reports.certificate.concerns import concerns_report
from auditapp.reports.certificate.status import status_report
from auditapp.reports.paper.serving import FILES, answer

bp = Blueprint("certificate_reports", __name__, url_prefix="/reports")


def address(endpoint: str, values: Mapping[str, str]) -> str:
    """Where a page is."""
    where: dict[str, Any] = dict(values)
    return url_for(endpoint, **where)


def _ref() -> str:
    return request.args.get("ref", "")[:20].upper().replace("\0", "")


@bp.get("/stage-1-concerns")
@bp.get(f"/stage-1-concerns.{FILES}")
@guard(Capability.VIEW_ORGANIZATION)
def concerns(suffix: str = "") -> Response:
    """Each concern of Stage 1: owner, action, last day, evidence, whose turn; ``ref``: of one certificate."""
    report = concerns_report(current_session(), actor=actor(), as_of=clock.now(), ref=_ref(), address=address)
    return answer(report, suffix, back=(_("Certificate"), url_for("certification.index")))


@bp.get("/certificate")
@bp.get(f"/certificate.{FILES}")
@guard(Capability.VIEW_ORGANIZATION)
def status(suffix: str = "") -> Response:
    """How each certificate stands; ``ref``: one of them."""
    report = status_report(current_session(), actor=actor(), as_of=clock.now(), ref=_ref(), address=address)
    return answer(report, suffix, back=(_("Certificate"), url_for("certification.index")))
