"""The tracker of Stage 1 concerns and the state of the certificate: what they say, and who may read them."""

from datetime import timedelta

import pytest

from auditapp.kit.clock import now
from auditapp.people.rules import Role
from auditapp.relationships.certification import service
from auditapp.relationships.certification.model import Certificate
from auditapp.relationships.certification.rules import (
    DecisionKind,
    FindingKind,
    FindingVerb,
    Scheme,
    VisitKind,
)
from auditapp.relationships.certification.service.findings import FindingInput
from auditapp.relationships.certification.service.visits import VisitInput
from auditapp.relationships.links.service import add_link
from auditapp.reports.certificate.concerns import concerns_report
from auditapp.reports.certificate.status import status_report
from auditapp.reports.paper.model import Para, Table
from tests.factories import make_contact, make_person, make_relationship
from tests.statements import counted

TODAY = now().date()


def day(count):
    return TODAY + timedelta(days=count)


@pytest.fixture
def ada(unit):
    return unit(lambda s: make_person(s, Role.SYSTEM_MANAGER, name="Ada"))


def certificate(session, ada, scheme=Scheme.ISO_44001):
    return service.add_certificate(
        session, actor=ada, at=now(), scheme=scheme, body="Oakmark", scope="Rail works"
    )


def visit(session, ada, ref, kind, *, planned=None, held=None):
    return service.plan_visit(
        session, actor=ada, at=now(), ref=ref,
        visit=VisitInput(
            kind=kind, planned_from=day(planned) if planned is not None else None,
            held_from=day(held) if held is not None else None,
        ),
    )  # fmt: skip


def found(session, ada, where, kind, statement, *, due=None, owner=None, plan=""):
    return service.raise_finding(
        session, actor=ada, at=now(), visit_id=where.id,
        finding=FindingInput(
            kind=kind, statement=statement, due_on=day(due) if due is not None else None, plan=plan,
            owner_id=owner.person_id if owner else None, clause="9.3",
        ),
    )  # fmt: skip


def answered(session, ada, row):
    return service.answer_finding(
        session, actor=ada, at=now(), ref=row.ref, version=row.version, on=TODAY, answer="Minutes were sent."
    )


def prepared(session, ada):
    """Stage 1 was held, Stage 2 is in ten days; four concerns, one of them late."""
    one = certificate(session, ada)
    first = visit(session, ada, one.ref, VisitKind.STAGE_1, held=-20)
    visit(session, ada, one.ref, VisitKind.STAGE_2, planned=10)
    concern = FindingKind.CONCERN
    later = found(
        session, ada, first, concern, "Scope and register disagree", due=30, owner=ada, plan="Align both"
    )
    found(session, ada, first, concern, "No management review", due=-2)
    read = found(session, ada, first, concern, "No deputy", due=5, owner=ada)
    answered(session, ada, read)
    done = found(session, ada, first, concern, "No policy", due=5, owner=ada)
    answered(session, ada, done)
    service.settle_finding(
        session, actor=ada, at=now(), ref=done.ref, version=done.version, verb=FindingVerb.ACCEPT, on=TODAY,
        said="Fine",
    )  # fmt: skip
    add_link(
        session, actor=ada, at=now(), from_kind="certificate_finding", from_id=later.id, to=one.ref, label=""
    )
    return one.ref


def decided(session, ada, ago):
    one = certificate(session, ada)
    service.record_decision(
        session, actor=ada, at=now(), ref=one.ref, version=one.version, kind=DecisionKind.INITIAL,
        decided_on=day(-ago),
    )  # fmt: skip
    return one.ref


def table(report, anchor):
    chapter = next(one for one in report.chapters if one.anchor == anchor)
    return next(one for one in chapter.blocks if isinstance(one, Table))


def texts(some):
    return [[cell.text for cell in row.cells] for row in some.rows]


def test_late_concerns_stand_on_top_and_each_says_whose_turn_it_is(unit, ada):
    def work(session):
        prepared(session, ada)
        return concerns_report(session, actor=ada, as_of=now())

    report = unit(work)
    waiting = texts(table(report, "waiting"))
    assert ["No management review" in waiting[0][0], waiting[0][1]] == [True, "Nobody yet: No plan yet"]
    assert waiting[0][3:6] == ["Nothing yet", "Overdue", "The system manager names an owner today."]
    # The body gave thirty days, but Stage 2 is in ten.
    assert "Scope and register disagree" in waiting[1][0]
    assert waiting[0][2].endswith(", 2 days over")
    assert waiting[1][2].endswith(", 9 days left")
    assert "CR-01" in waiting[1][3]
    assert [row[4] for row in waiting] == ["Overdue", "Open", "Answered"]
    assert "Minutes were sent." in waiting[2][3]
    assert [row[5] for row in texts(table(report, "settled"))] == ["Nobody’s: it is settled."]
    assert [pair.value for pair in report.facts[:3]][1:] == ["3", "1"]
    assert "in 10 days" in report.facts[3].value


@pytest.mark.parametrize(
    ("ago", "phase", "words"),
    [
        (30, "Certified", "The first surveillance visit has to be held by"),
        (3 * 365 - 200, "Certified", "No surveillance visit was held by"),
        (3 * 365 + 40, "Lapsed", "It can be restored until"),
        (4 * 365, "Expired", "It can no longer be restored"),
    ],
)
def test_the_state_of_a_certificate_at_every_age(unit, ada, ago, phase, words):
    def work(session):
        decided(session, ada, ago)
        return status_report(session, actor=ada, as_of=now())

    report = unit(work)
    own = next(one for one in report.chapters if one.anchor == "cr-01")
    said = next(one for one in own.blocks if isinstance(one, Para))
    assert words in said.text
    facts = {pair.label: pair.value for pair in own.blocks[1].pairs}
    assert facts["State"] == phase
    assert ("Can be restored until" in facts) is (phase == "Lapsed")
    assert facts["Days left"].startswith("None: over") is (phase in {"Lapsed", "Expired"})
    assert len(texts(table(report, "cr-01-recertification"))) == 4
    assert len(texts(table(report, "cr-01-surveillance"))) >= 2


def test_what_is_prepared_and_what_was_given_up(unit, ada):
    def work(session):
        old = decided(session, ada, 900)
        service.end_certificate(
            session, actor=ada, at=now(), ref=old, version=service_version(session, old), on=TODAY,
            reason="The standard was withdrawn",
        )  # fmt: skip
        new = prepared(session, ada)
        where = visit(session, ada, new, VisitKind.SHORT_NOTICE, held=-5)
        found(session, ada, where, FindingKind.MINOR, "No joint health check", due=3, owner=ada)
        return status_report(session, actor=ada, as_of=now()), status_report(
            session, actor=ada, as_of=now(), ref=old
        )

    whole, old = unit(work)
    assert [one.anchor for one in whole.chapters] == [
        "cr-02", "cr-02-found", "cr-02-visits", "cr-02-decisions", "ended",
    ]  # fmt: skip
    assert "No joint health check" in texts(table(whole, "cr-02-found"))[0][0]
    assert texts(table(whole, "ended"))[0][2] == "The standard was withdrawn"
    assert old.chapters[0].anchor == "cr-01"


def service_version(session, ref):
    return session.query(Certificate).filter_by(ref=ref).one().version


def test_without_any_certificate_each_says_what_to_do(client_of, ada):
    browser = client_of(ada)
    assert "No certificate is entered yet" in browser.get("/reports/stage-1-concerns").text
    assert "There is no certificate" in browser.get("/reports/certificate").text
    for page in ("stage-1-concerns", "certificate"):
        assert browser.get(f"/reports/{page}?ref=CR-09").status_code == 404
        for suffix, begins in (("pdf", b"%PDF"), ("docx", b"PK"), ("xlsx", b"PK")):
            assert browser.get(f"/reports/{page}.{suffix}").data.startswith(begins)


def test_our_own_people_read_them_and_a_contact_does_not(unit, client_of, ada):
    unit(lambda s: prepared(s, ada))
    reader = client_of(unit(lambda s: make_person(s, Role.ACTION_OWNER)))
    contact = client_of(unit(lambda s: make_contact(s, make_relationship(s))))
    for page in ("stage-1-concerns", "certificate"):
        answer = reader.get(f"/reports/{page}?ref=cr-01")
        assert (answer.status_code, f"/reports/{page}.pdf?ref=cr-01" in answer.text) == (200, True)
        assert "/reports/" in reader.get("/certificate/").text
        assert contact.get(f"/reports/{page}").status_code == 403
        assert contact.get(f"/reports/{page}.pdf").status_code == 403


def test_the_number_of_statements_does_not_grow(unit, ada):
    def more(session):
        for _ in range(3):
            one = certificate(session, ada)
            first = visit(session, ada, one.ref, VisitKind.STAGE_2, held=-20)
            for number in range(10):
                found(session, ada, first, FindingKind.MINOR, f"Number {number}", due=3, owner=ada)

    def asked(session):
        with counted(session) as said:
            concerns_report(session, actor=ada, as_of=now())
            status_report(session, actor=ada, as_of=now())
        return len(said)

    unit(lambda s: prepared(s, ada))
    unit(more)
    before = unit(asked, "read")
    unit(more)
    assert before == unit(asked, "read") <= 24
