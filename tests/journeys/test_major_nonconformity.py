"""A major nonconformity by hand: from the walk of an audit to its effective closure, by four people."""

import sqlalchemy as sa
from playwright.sync_api import expect

from auditapp.audits.execution.model import Answer, AnswerConflict
from auditapp.audits.execution.walk.service import settle_conflict
from auditapp.audits.model import Audit
from auditapp.audits.rules import AuditStatus
from auditapp.findings.model import Nonconformity
from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.kit import clock
from auditapp.people.model import Person
from auditapp.people.queries import principal_of_person
from auditapp.trail import service as trail
from auditapp.trail.model import Fact
from tests.journeys.browser import DESK, PHONE, TABLET, check
from tests.journeys.nc_steps import (
    accept_plan,
    acknowledge_and_contain,
    carry_out,
    find_the_cause,
    lasting,
    later,
    open_nc,
    propose,
    ref_where,
    return_plan,
    status_of,
    submit_plan,
    verify_all,
    write_criteria,
)
from tests.journeys.steps import close_it, issue_it, option, raise_beside

STATEMENT = "Issues of the alliance wait for months without anybody deciding them."
ORDER = [
    "raised", "issued", "acknowledged", "contained", "cause_completed", "plan_submitted", "plan_returned",
    "plan_submitted", "plan_accepted", "work_submitted", "verified", "effective",
]  # fmt: skip


def test_a_major_nonconformity_from_audit_to_effective_closure(chromium, demo, monkeypatch):
    later(monkeypatch, 0)
    dan = lasting(chromium, demo, "dan", TABLET)
    ref = audited(dan, demo)
    leo = lasting(chromium, demo, "leo", DESK)
    leo.goto("/")
    check(leo)
    expect(leo.get_by_role("main")).to_contain_text(ref)
    acknowledge_and_contain(leo, ref)
    find_the_cause(leo, ref)
    propose(leo, ref, "Name a person for every step of the ladder", "Oona Oak", 20, look=True)
    propose(leo, ref, "Compare the list with the partner each quarter", "Leo Larch", 25)
    write_criteria(leo, ref, "It is better.", 60)
    submit_plan(leo, ref)
    return_plan(dan, ref, "Say which figure will be better, and by when.")
    open_nc(leo, ref)
    expect(leo.locator("body")).to_contain_text("Say which figure will be better")
    write_criteria(leo, ref, "No issue waits longer than ten working days for a decision.", 60)
    submit_plan(leo, ref)
    accept_plan(dan, ref)

    oona = lasting(chromium, demo, "oona", PHONE)
    oona.goto("/actions/mine")
    check(oona)
    oona.get_by_role("link", name="Name a person for every step").click()
    carry_out(oona, f"{ref}-A1", "Every step has a name and a deputy.", photo=True)
    expect(oona.locator("#files img, .thumbs img, main img").first).to_be_visible()
    carry_out(
        leo, f"{ref}-A2", "Compared for the first time, and put on the agenda.", photo=False, look=False
    )
    open_nc(leo, ref)
    leo.get_by_role("main").get_by_role("link", name="Submit the work for verification").click()
    check(leo)
    leo.get_by_role("button", name="Submit the work").click()
    status_of(leo, "Verification")
    verify_all(dan, ref, (f"{ref}-A1", f"{ref}-A2"))

    dan.goto(f"/nonconformities/{ref}/check-effect")
    expect(dan.get_by_role("main")).to_contain_text("The day has not come yet")
    expect(dan.get_by_role("button", name="Effective: close it")).to_have_count(0)
    later(monkeypatch, 75)
    cora = lasting(chromium, demo, "cora", DESK)
    cora.goto("/nonconformities/?audit=&q=" + ref)
    check(cora)
    open_nc(dan, ref)
    dan.get_by_role("main").get_by_role("link", name="Check the effect").click()
    check(dan)
    dan.get_by_label("What you found, measured by the criteria").fill(
        "The longest wait was four working days."
    )
    dan.get_by_label("What you looked at").fill("31 of 31 issues of two months")
    dan.get_by_role("button", name="Effective: close it").click()
    expect(dan.locator("body")).to_contain_text(f"{ref} is closed: its actions are effective.")
    open_nc(cora, ref)
    status_of(cora, "Closed")
    for page in (dan, leo, oona, cora):
        page.context.close()
    demo.unit(lambda s: closed(s, ref))


def audited(dan, demo):
    """The leader raises it on the walk, closes the audit and issues the report: then it is issued; its number."""
    audit = demo.unit(
        lambda s: s.scalars(sa.select(Audit.ref).where(Audit.status == AuditStatus.IN_PROGRESS)).one()
    )
    dan.goto(f"/audits/{audit}/walk?show=unanswered")
    cards = dan.locator("article.question")
    number = int(cards.first.get_attribute("data-n"))
    finding = raise_beside(dan, number, "Nonconforming", "Major nonconformity", STATEMENT)
    demo.unit(lambda s: settle(s, audit), "write")
    close_it(
        dan, audit, reason="The third day fell out; the rest is asked in the follow-up audit.", look=False
    )
    issue_it(dan, audit, look=False)
    ref = ref_where(demo, statement=STATEMENT)
    dan.goto(f"/findings/{finding}")
    check(dan)
    dan.get_by_role("link", name="The nonconformity: actions and closure").click()
    status_of(dan, "Draft")  # the finding names no auditee, so nobody answers for it yet
    check(dan)
    dan.goto(f"/nonconformities/{ref}/issue")
    check(dan)
    dan.get_by_label("Responsible person").select_option(label=option(dan, "Responsible person", "Leo Larch"))
    dan.get_by_role("button", name=f"Issue {ref}").click()
    status_of(dan, "Issued")
    return ref


def settle(s, ref):
    """What two auditors answered differently is chosen from; another journey does it by hand."""
    audit = s.scalars(sa.select(Audit).where(Audit.ref == ref)).one()
    leader_id = s.scalars(sa.select(Person.id).where(Person.email == "dan.dogwood@example.org")).one()
    for one in s.scalars(sa.select(AnswerConflict).where(AnswerConflict.audit_id == audit.id)).all():
        if one.settled_at is None:
            versions = s.scalars(
                sa.select(Answer.versions).where(Answer.question_id == one.question_id)
            ).one()
            settle_conflict(
                s, actor=principal_of_person(s, leader_id), at=clock.now(), audit=audit, conflict_id=one.id,
                other=False, seen=versions[one.field],
            )  # fmt: skip


def closed(s, ref):
    """What the database says in the end."""
    nc = s.scalars(sa.select(Nonconformity).where(Nonconformity.ref == ref)).one()
    assert (nc.status, nc.round, nc.reopened) == (NcStatus.CLOSED, 1, 0)
    verbs = s.scalars(
        sa.select(Fact.verb)
        .where(Fact.thing_id == str(nc.id), Fact.thing_kind == "nonconformity")
        .order_by(Fact.seq)
    ).all()
    told = [verb.removeprefix("nonconformity.") for verb in verbs]
    assert [verb for verb in told if verb in ORDER] == ORDER, told
    assert list(trail.verify(s)) == []
