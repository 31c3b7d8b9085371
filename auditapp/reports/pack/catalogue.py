"""The reports that can be put into a pack. Another report is one more line here."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from auditapp.findings.queries import zone_of
from auditapp.findings.register.queries.narrow import Reader
from auditapp.findings.register.rules.spec import Register
from auditapp.findings.register.rules.wanted import read
from auditapp.kit.clock import day_in
from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from auditapp.reminders.outbox.queries.log import LogWanted
from auditapp.reports.certificate.concerns import concerns_report
from auditapp.reports.certificate.status import status_report
from auditapp.reports.figures.report import trends_report
from auditapp.reports.paper.model import Report
from auditapp.reports.programme_report.report import programme_report
from auditapp.reports.readiness.reports import (
    gap_report,
    readiness_report,
    stage1_report,
    stage2_report,
    surveillance_report,
)
from auditapp.reports.registers.nonconformities import register_report
from auditapp.reports.registers.reminders import reminder_report


class Ask(NamedTuple):
    """For whom a report is made, as of when, about which standard and period, and how a page's address is spelled."""

    actor: Principal
    as_of: datetime
    standard: str
    since: date
    until: date
    address: Callable[[str, Mapping[str, str]], str]


class Listed(NamedTuple):
    """A report of the catalogue."""

    title: Text
    make: Callable[[Session, Ask], Report]


def _by_standard(make: Callable[..., Report]) -> Callable[[Session, Ask], Report]:
    def made(session: Session, ask: Ask) -> Report:
        return make(session, actor=ask.actor, as_of=ask.as_of, standard=ask.standard, address=ask.address)

    return made


def _trends(session: Session, ask: Ask) -> Report:
    return trends_report(
        session,
        actor=ask.actor,
        as_of=ask.as_of,
        since=ask.since,
        until=ask.until,
        language=ask.actor.locale[:2],
    )


def _of_all(make: Callable[..., Report]) -> Callable[[Session, Ask], Report]:
    def made(session: Session, ask: Ask) -> Report:
        return make(session, actor=ask.actor, as_of=ask.as_of, address=ask.address)

    return made


def _nonconformities(session: Session, ask: Ask) -> Report:
    zone, wanted = zone_of(session), read(Register.NONCONFORMITIES, {"show": ["all"]})
    reader = Reader(principal=ask.actor, today=day_in(zone, ask.as_of), zone=zone)
    return register_report(
        session, reader=reader, wanted=wanted, as_of=ask.as_of, filters=[str(ALL)], address=ask.address
    )


def _reminders(session: Session, ask: Ask) -> Report:
    wanted = LogWanted(since=ask.since, until=ask.until, zone=ask.actor.zone)
    return reminder_report(session, actor=ask.actor, wanted=wanted, as_of=ask.as_of, address=ask.address)


ALL = Text("All nonconformities")
REPORTS: Mapping[str, Listed] = {
    "readiness": Listed(Text("Readiness"), _by_standard(readiness_report)),
    "gap": Listed(Text("Gap analysis"), _by_standard(gap_report)),
    "stage-1": Listed(Text("Stage 1 pack"), _by_standard(stage1_report)),
    "stage-2": Listed(Text("Stage 2 pack"), _by_standard(stage2_report)),
    "surveillance": Listed(Text("Surveillance pack"), _by_standard(surveillance_report)),
    "certificate": Listed(Text("Certificate status"), _of_all(status_report)),
    "concerns": Listed(Text("Stage 1 concerns"), _of_all(concerns_report)),
    "programme": Listed(Text("Audit programme"), _of_all(programme_report)),
    "nonconformities": Listed(Text("Nonconformities and corrective actions"), _nonconformities),
    "reminders": Listed(Text("Log of reminders"), _reminders),
    "trends": Listed(Text("Registers and trends"), _trends),
}
