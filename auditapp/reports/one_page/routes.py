"""One relationship on one page, as page and files."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, url_for

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability
from auditapp.reports.one_page.report import one_page_report
from auditapp.reports.paper.serving import FILES, answer

bp = Blueprint("one_page", __name__, url_prefix="/relationships")
SHEET = Path(__file__).parent / "sheet.typ"


def address(endpoint: str, values: Mapping[str, str]) -> str:
    """Where a page is."""
    where: dict[str, Any] = dict(values)
    return url_for(endpoint, **where)


@bp.get("/<ref>/one-page")
@bp.get(f"/<ref>/one-page.{FILES}")
@guard(Capability.SIGNED_IN)
def show(ref: str, suffix: str = "") -> Response:
    """How a relationship stands, on one page; a partner's contact reads what is shared."""
    report = one_page_report(
        current_session(), actor=actor(), as_of=clock.now(), ref=ref, address=address,
        picture=url_for("health.trend_chart", ref=ref),
    )  # fmt: skip
    return answer(
        report, suffix, sheet=SHEET, back=(f"{report.ref} {report.title}", url_for("dossier.show", ref=ref))
    )
