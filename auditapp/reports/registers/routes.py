"""The registers on paper: their filters are those of the registers themselves."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _

from auditapp.findings.register.routes.base import asked, drawn, reader
from auditapp.findings.register.rules.spec import Register
from auditapp.kit import clock
from auditapp.kit.clock import day_from
from auditapp.kit.db import current_session
from auditapp.kit.text import Text
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability
from auditapp.reminders.outbox.queries.log import LogWanted, log_counts
from auditapp.reports.made.offering import offered
from auditapp.reports.made.weights import ROWS_OF_A_CASE, ROWS_OF_A_REMINDER
from auditapp.reports.paper.serving import FILES, answer
from auditapp.reports.registers.nonconformities import register_report
from auditapp.reports.registers.queries import MOST_CASES, totals
from auditapp.reports.registers.reminders import MOST, reminder_report

bp = Blueprint("register_reports", __name__, template_folder="templates", url_prefix="/reports")


def address(endpoint: str, values: Mapping[str, str]) -> str:
    """Where a page is."""
    where: dict[str, Any] = dict(values)
    return url_for(endpoint, **where)


def _cases() -> int:
    whole = totals(current_session(), reader(), asked(Register.NONCONFORMITIES)).whole
    return ROWS_OF_A_CASE * min(whole, MOST_CASES)


@bp.get("/nonconformities")
@bp.get(f"/nonconformities.{FILES}")
@guard(Capability.VIEW_ORGANIZATION)
@offered(Text("Nonconformities and corrective actions"), _cases)
def nonconformities(suffix: str = "") -> Response:
    """Nonconformities and corrective actions, narrowed as the register is."""
    wanted = asked(Register.NONCONFORMITIES)
    shown = drawn(wanted, "register_reports.nonconformities")
    report = register_report(
        current_session(), reader=reader(), wanted=wanted, as_of=clock.now(),
        filters=[one.words for one in shown["chips"]], address=address,
    )  # fmt: skip
    back = (_("Nonconformities"), url_for("findings.index"))
    return answer(report, suffix, template="registers/nonconformities.html", back=back, **shown)


def _log_wanted() -> LogWanted:
    given = request.args
    return LogWanted(
        item_key=given.get("item", "").replace("\0", "").strip()[:120],
        ref=given.get("ref", "").replace("\0", "").strip()[:60],
        relationship_id=given.get("relationship", type=UUID), person_id=given.get("person", type=UUID),
        since=given.get("since", type=day_from), until=given.get("until", type=day_from), zone=actor().zone,
    )  # fmt: skip


def _told() -> int:
    return ROWS_OF_A_REMINDER * min(log_counts(current_session(), _log_wanted()).whole, MOST)


@bp.get("/reminder-log")
@bp.get(f"/reminder-log.{FILES}")
@guard(Capability.VIEW_TRAIL)
@offered(Text("Log of reminders"), _told)
def reminders(suffix: str = "") -> Response:
    """What was told to whom, when and how; ``item``, ``ref``, ``relationship``, ``person``, ``since``, ``until`` as in the log."""
    wanted = _log_wanted()
    report = reminder_report(
        current_session(), actor=actor(), wanted=wanted, as_of=clock.now(), address=address
    )
    return answer(
        report, suffix, template="registers/reminders.html", wanted=wanted,
        back=(_("Delivery log"), url_for("outbox.log")),
    )  # fmt: skip
