"""The report of an audit programme: what was planned and done, what is covered, who audited."""

from datetime import date, timedelta

import pytest

from auditapp.audits.execution.rules import Grade, Result
from auditapp.audits.model import AuditMember, Programme
from auditapp.audits.plan import service
from auditapp.audits.programme.rules.period import USUAL_FREQUENCY
from auditapp.audits.rules import AuditStatus
from auditapp.kit.clock import now
from auditapp.people.rules import Role
from auditapp.reports.paper.model import Table
from auditapp.reports.programme_report.report import programme_report
from auditapp.reports.programme_report.rules import Standing, standing
from tests.factories import make_contact, make_person, make_relationship
from tests.factories.audits import answer_and_issue, make_audit, make_auditor, make_edition
from tests.statements import counted

TODAY = now().date()
S = AuditStatus


def day(count):
    return TODAY + timedelta(days=count)


@pytest.fixture
def manager(unit):
    def work(session):
        make_edition(session)
        return make_person(session, Role.SYSTEM_MANAGER, name="Dana")

    return unit(work)


def programme(session, who):
    found = Programme(
        ref="AP-2026", title="Three years", starts_on=date(TODAY.year - 1, 1, 1), ends_on=date(TODAY.year + 1, 12, 31),
        responsible_id=who.person_id, created_at=now(), frequency=dict(USUAL_FREQUENCY),
    )  # fmt: skip
    session.add(found)
    session.flush()
    return found


def audited(session, who):
    plan = programme(session, who)
    place = make_relationship(session, ref="R-01")
    leader = make_auditor(session, name="Lea", expires_on=day(50))
    done = make_audit(session, leader=leader, programme_id=plan.id, relationship_ids=[place.id])
    answer_and_issue(
        session, done, {"SM-1": Result.CONFORMS, "SM-2": Result.CONFORMS}, grades=[Grade.MAJOR, Grade.MINOR]
    )
    moved = make_audit(session, leader=leader, programme_id=plan.id)
    service.postpone(session, actor=who, at=now(), audit=moved, reason="The site was flooded")
    one = session.query(AuditMember).filter_by(audit_id=moved.id, person_id=leader.person_id).one()
    one.conflict, one.override_reason = "Works there", "Nobody else could"
    session.flush()
    return done.ref, moved.ref


def rows(report, anchor):
    chapter = next(one for one in report.chapters if one.anchor == anchor)
    return [
        [cell.text for cell in row.cells] for block in chapter.blocks if isinstance(block, Table) for row in block.rows
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "starts", "ends", "how"),
    [
        (S.PLANNED, 3, 4, Standing.AHEAD),
        (S.PLANNED, -1, 4, Standing.LATE),
        (S.SCHEDULED, None, None, Standing.AHEAD),
        (S.IN_PROGRESS, -3, 0, Standing.RUNNING),
        (S.IN_PROGRESS, -3, -1, Standing.LATE),
        (S.REPORTING, -9, -8, Standing.RUNNING),
        (S.ISSUED, -9, -8, Standing.DONE),
        (S.COMPLETED, -9, -8, Standing.DONE),
        (S.POSTPONED, -9, -8, Standing.POSTPONED),
        (S.CANCELLED, -9, -8, Standing.CANCELLED),
    ],
)
def test_how_an_audit_stands(status, starts, ends, how):
    days = [None if one is None else day(one) for one in (starts, ends)]
    assert standing(status, *days, TODAY) is how


def test_it_tells_what_was_done_moved_covered_and_by_whom(unit, manager):
    def work(session):
        done, moved = audited(session, manager)
        with counted(session) as said:
            report = programme_report(session, actor=manager, as_of=now())
        return report, done, moved, len(said)

    report, done, moved, statements = unit(work)
    assert report.ref == "AP-2026"
    listed = {row[0].split()[0]: row for row in rows(report, "audits")}
    assert (listed[done][5], listed[moved][5]) == ("Done", "Postponed")
    move = rows(report, "moves")[0]
    assert (move[0], "The site was flooded" in move[1]) == (moved, True)
    assert rows(report, "results")[0][-1] == "2"
    assert any("2" in row[1:] for row in rows(report, "auditors"))
    competence = rows(report, "competence")[0]
    assert (competence[0], competence[4]) == ("Lea", "Soon runs out")
    override = rows(report, "independence")[0]
    assert override[1:4] == ["Lea", "Works there", "Nobody else could"]
    clauses = rows(report, "clauses-small")
    assert len(clauses) == 2
    assert any(str(TODAY.year)[:2] in cell for row in clauses for cell in row[1:])
    assert statements <= 50


def test_pages_files_permissions_and_an_empty_organization(unit, client_of, manager):
    browser = client_of(manager)
    assert "There is no audit programme." in browser.get("/reports/programme").text
    assert browser.get("/reports/programme/AP-1").status_code == 404
    unit(lambda s: programme(s, manager) and None)
    assert "/reports/programme/AP-2026" in browser.get("/programmes/AP-2026").text
    assert "/reports/programme" in browser.get("/reports").text
    assert browser.get("/reports/programme/AP-2026").status_code == 200
    for suffix, begins in (("pdf", b"%PDF"), ("docx", b"PK"), ("xlsx", b"PK")):
        assert browser.get(f"/reports/programme/AP-2026.{suffix}").data.startswith(begins)
    owner = client_of(unit(lambda s: make_person(s, Role.RELATIONSHIP_OWNER)))
    contact = client_of(unit(lambda s: make_contact(s, make_relationship(s))))
    for who in (owner, contact):
        assert who.get("/reports/programme").status_code == 403
        assert who.get("/reports/programme/AP-2026.pdf").status_code == 403
