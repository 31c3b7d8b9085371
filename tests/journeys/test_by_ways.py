"""Shorter journeys: an objection, a partner's contact, a forgotten password, a tablet without JavaScript."""

import re

import sqlalchemy as sa
from playwright.sync_api import expect

from auditapp.audits.execution.model import Answer, AuditQuestion
from auditapp.audits.execution.rules import Result
from auditapp.audits.model import Audit
from auditapp.audits.rules import AuditStatus
from auditapp.kit.clock import day_in, now
from auditapp.overview.demo.people import PASSWORD
from auditapp.people.model import Person
from auditapp.people.service import make_password_link
from auditapp.trail import service as trail
from tests.journeys.browser import DESK, PHONE, check, person
from tests.journeys.steps import plan_an_audit


def ref_of(site, status):
    return site.unit(lambda s: s.scalars(sa.select(Audit.ref).where(Audit.status == status)).first())


def test_an_auditee_objects_and_the_leader_settles_it(chromium, demo):
    today = day_in("Europe/London", now()).isoformat()
    cora = person(chromium, demo, "cora.cedar@example.org", DESK)
    ref = plan_an_audit(cora, starts_on=today, look=False)
    mia = person(chromium, demo, "mia.maple@example.org", PHONE)
    mia.goto(f"/audits/{ref}")
    mia.get_by_label("I object").check()
    mia.get_by_role("button", name="Send my answer").click()
    expect(mia.locator("body")).to_contain_text("Say what you object to")
    mia.get_by_label("If you object").fill("That day is our stock count.")
    mia.get_by_role("button", name="Send my answer").click()
    expect(mia.locator("body")).to_contain_text("Planned")
    check(mia, "objected")
    cora.goto(f"/audits/{ref}")
    expect(cora.locator("body")).to_contain_text("Mia Maple objects to the plan")
    check(cora, "objection")
    cora.get_by_label("How was it settled?").fill("We begin after the count, at eleven.")
    cora.get_by_role("button", name="The objection is settled").click()
    expect(cora.locator("body")).to_contain_text("Scheduled")
    for page in (cora, mia):
        page.context.close()


def test_a_partners_contact_sees_only_what_is_theirs(chromium, demo):
    wes = person(chromium, demo, None, PHONE)
    wes.goto("/people/sign-in")
    check(wes, "sign-in")
    wes.get_by_role("button", name="Sign in as Wes Willow").click()
    expect(wes.locator("body")).to_contain_text("Hedgerow Infrastructure")
    check(wes, "partner-home")
    wes.goto("/audits/?view=all")
    check(wes, "partner-audits")
    mine = wes.locator("table a[href^='/audits/']").all_inner_texts()
    assert len(mine) == 1
    assert "Rail" in mine[0]
    walked = ref_of(demo, AuditStatus.IN_PROGRESS)
    for page in ("", "/walk", "/report", "/findings", "/evidence"):
        there, nowhere = (
            wes.goto(f"/audits/{walked}{page}").status,
            wes.goto(f"/audits/IA-1999-001{page}").status,
        )
        assert there == nowhere in {403, 404}, page  # whether the audit exists is not told
    for path in ("/people/", "/history/", "/programmes/", "/findings/"):
        assert wes.goto(path).status == 403, path
    wes.context.close()


def test_a_forgotten_password(chromium, demo):
    def link(s):
        who = s.scalars(sa.select(Person.id).where(Person.email == "sam.sorrel@example.org")).one()
        return make_password_link(s, actor=None, at=now(), person_id=who)

    secret = demo.unit(link, "write")
    sam = person(chromium, demo, None, PHONE)
    sam.goto(f"/people/password/{secret}")
    check(sam, "new-password")
    for field in sam.locator("input[type=password]").all():
        field.fill("nine green bottles")
    sam.get_by_role("button", name="Set the password").click()
    sam.goto("/people/sign-in")
    sign_in(sam, PASSWORD)
    expect(sam.get_by_role("alert")).to_be_visible()
    sign_in(sam, "nine green bottles")
    expect(sam.locator("body")).to_contain_text("Sam Sorrel")
    assert sam.request.get(f"/people/password/{secret}").status == 404
    sam.context.close()


def sign_in(page, password):
    page.get_by_label("E-mail").fill("sam.sorrel@example.org")
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_the_walk_without_javascript(chromium, demo):
    walked = ref_of(demo, AuditStatus.IN_PROGRESS)
    dan = person(chromium, demo, "dan.dogwood@example.org", java_script_enabled=False)
    dan.goto(f"/audits/{walked}/walk?show=unanswered")
    card = dan.locator("article.question").first
    number = int(card.get_attribute("data-n"))
    card.locator(".answers .segment").filter(has_text=re.compile(r"^\s*Conforms\s*$")).click()
    card.get_by_label("Notes").fill("Written down with a plain form.")
    card.get_by_role("button", name="Save").click()
    assert dan.url.endswith(f"#q{number}")

    def kept(s):
        return s.execute(
            sa.select(Answer.result, Answer.note)
            .join(AuditQuestion, AuditQuestion.id == Answer.question_id)
            .join(Audit, Audit.id == AuditQuestion.audit_id)
            .where(Audit.ref == walked, AuditQuestion.position == number)
        ).one()

    assert tuple(demo.unit(kept)) == (Result.CONFORMS, "Written down with a plain form.")
    assert demo.unit(lambda s: list(trail.verify(s))) == []
    dan.context.close()
