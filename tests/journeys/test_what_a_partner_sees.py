"""A partner's contact does an action, and nothing else of the organization is to be had: not by address, nor by sending."""

import re

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from auditapp.audits.execution.model import Evidence, Finding
from auditapp.audits.model import Audit, Programme
from auditapp.findings.exchange import service as exchange
from auditapp.findings.model import (
    Action,
    ActionRequest,
    ActionStep,
    CaseFile,
    Cause,
    Comment,
    ExtentCheck,
    Nonconformity,
    SavedView,
)
from auditapp.findings.rules.action import ActionStatus
from auditapp.kit.clock import now
from auditapp.people.model import Competence, Person, Training
from auditapp.relationships.certification.model import Certificate, CertificateFinding, CertificateVisit
from auditapp.relationships.model import Partner
from auditapp.reports.management_review.model import ManagementReview, ReviewAction
from auditapp.trail import service as trail
from tests.journeys.browser import PHONE, TABLET, check, person
from tests.journeys.case_steps import action_of, carried_out, who
from tests.journeys.steps import picture

WES = "wes.willow@example.org"
INTERNAL = "They must not hear of the quetzal budget."
INTERNAL_FILE = "Cabinet of quetzal papers"
NUMBER = re.compile(r"NC-\d{4}-\d{3}")
MADE_UP = "NC-0000-000"  # of the page that shows the pieces of the design
ASKED = {
    "reason": "So it is.", "result": "Done.", "text": "Hello", "granted": "yes", "decision": "Yes.", "note": "Fine.",
    "sample": "All", "done": "yes", "title": "Taken over", "kind": "corrective", "due_on": "2031-01-02", "steps": "One",
    "wanted_on": "2031-01-02", "impact": "None.", "view": "No.", "address": "Cabinet 4", "grade": "minor", "name": "Mine",
    "outcome": "falls", "criteria": "None.", "not_before": "2031-01-02", "change": "due", "asked": "", "correction": "x",
}  # fmt: skip


@pytest.fixture(scope="module")
def case(demo):
    """A nonconformity with one action of the contact and one of somebody else; with an internal comment and file."""

    def make(session):
        ref, refs = carried_out(
            session, "The gatehouse keeps a pangolin ledger", "The pangolin ledger is kept by nobody since spring.",
            ("Give the ledger an owner on your side", "Wes"), ("Write the axolotl procedure", "Oona"),
        )  # fmt: skip
        nc = session.scalars(sa.select(Nonconformity).where(Nonconformity.ref == ref)).one()
        for action in session.scalars(sa.select(Action).where(Action.ref.in_(refs))):
            by_mia = {"actor": who(session, "Mia"), "at": now(), "nc": nc, "action": action}
            exchange.comment(session, **by_mia, text=INTERNAL, internal=True)
            exchange.add_address(session, **by_mia, address=INTERNAL_FILE, internal=True)
        return ref, *refs

    return demo.unit(make, "write")


def test_a_partners_contact_does_an_action(chromium, demo, case):
    _, own, _ = case
    wes = person(chromium, demo, WES, PHONE)
    dan = person(chromium, demo, "dan.dogwood@example.org", TABLET)
    wes.goto("/actions/mine")
    check(wes, "partner-mine")
    item = wes.get_by_role("listitem").filter(has_text="Give the ledger an owner")
    item.get_by_role("button", name="Accept").click()
    expect(wes.locator("body")).to_contain_text("You accepted")
    item.get_by_role("button", name="Begin").click()
    expect(wes.locator("body")).to_contain_text("You began")
    wes.get_by_role("link", name="Give the ledger an owner").click()
    expect(wes.locator("body")).not_to_contain_text("quetzal")
    expect(wes.locator("main")).not_to_contain_text("axolotl")
    check(wes, "partner-action")
    wes.get_by_role("textbox", name="Your comment").fill("Our site clerk takes it from Monday on.")
    wes.get_by_role("button", name="Comment").click()
    expect(wes.locator("main")).to_contain_text("Our site clerk takes it")
    wes.goto(f"/actions/{own}/finish")
    check(wes, "partner-finish")
    wes.get_by_label("What was done").fill("The clerk was named, and signs each page.")
    wes.get_by_label("Or take a photo now").set_input_files(
        {"name": "IMG_0099.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    )
    wes.get_by_role("button", name="It is done").click()
    expect(wes.locator("body")).to_contain_text("Thank you: it is recorded as done")
    expect(wes.locator("#files img")).to_be_visible()
    check(wes, "partner-done")

    dan.goto(f"/actions/{own}")
    expect(dan.locator("main")).to_contain_text("Our site clerk takes it")
    check(dan, "partner-action-verifier")
    dan.get_by_role("link", name="Look at it and verify").click()
    expect(dan.locator("#files img")).to_be_visible()
    check(dan, "verify-action")
    dan.get_by_label("What you looked at").fill("Photo of page 1, clerk asked")
    dan.get_by_label("What you found").fill("Signed since Monday.")
    dan.get_by_role("button", name="It holds: verified").click()
    expect(dan.locator("body")).to_contain_text(f"{own} is verified")
    wes.goto(f"/actions/{own}")
    expect(wes.locator("main")).to_contain_text("Verified")
    check(wes, "partner-verified")
    assert action_of(demo, own).status is ActionStatus.VERIFIED
    assert demo.unit(lambda s: list(trail.verify(s))) == []
    wes.context.close()
    dan.context.close()


def wes_id(session):
    return session.scalars(sa.select(Person.id).where(Person.email == WES)).one()


def samples(session, case):
    """Real values for every variable part of an address: of things that are not the contact's."""
    ref, _, other = case
    not_own = sa.or_(CaseFile.action_id.is_(None), CaseFile.internal)
    foreign = sa.select(Action.ref).where(Action.owner_id != wes_id(session), Action.ref != other).limit(1)
    first = lambda query: [str(one) for one in session.scalars(query.limit(1))]  # noqa: E731
    audits = list(session.scalars(sa.select(Audit.ref)))
    by_place = {
        "/certificate/findings/": first(sa.select(CertificateFinding.ref)),
        "/certificate/": first(sa.select(Certificate.ref)), "/nonconformities/of/": audits, "/audits/": audits,
        "/tablet/audits/": audits,
        "/nonconformities/": [ref, "NC-2026-007"], "/actions/": [other, *session.scalars(foreign)],
        "/findings/": list(session.scalars(sa.select(Finding.ref).limit(12))),
        "/programmes/": first(sa.select(Programme.ref)), "/relationships/": ["R-01", "R-02"], "/checklists/": ["8.2"],
        "/reports/gap/": ["8.2.2"], "/reports/packs/": ["EP-2026-001"], "/reports/programme": first(sa.select(Programme.ref)),
        "/reports/management-review-actions/": first(sa.select(ReviewAction.ref)),
        "/reports/management-reviews/": first(sa.select(ManagementReview.ref)), "/api/": [ref],
    }  # fmt: skip
    by_name = {
        "file_id": [str(one) for one in session.scalars(sa.select(CaseFile.id).where(not_own))],
        "comment_id": first(sa.select(Comment.id).where(Comment.internal)),
        "step_id": first(sa.select(ActionStep.id)), "cause_id": first(sa.select(Cause.id)),
        "extent_id": first(sa.select(ExtentCheck.id)), "earlier_id": first(sa.select(Nonconformity.id)),
        "view_id": first(sa.select(SavedView.id)), "evidence_id": first(sa.select(Evidence.id)),
        "person_id": first(sa.select(Person.id).where(Person.partner_id.is_(None))),
        "partner_id": first(sa.select(Partner.id)), "training_id": first(sa.select(Training.id)),
        "competence_id": first(sa.select(Competence.id)), "library_key": ["iso44001-2017"], "name": ["1"], "revision": ["1"],
        "visit_id": first(sa.select(CertificateVisit.id)), "key": ["WT1", "KN1"], "stage": ["awareness"],
        "change": ["due", "reassign"], "sha256": ["0" * 64], "question_id": ["8.2-1"], "suffix": ["pdf"], "standard": ["iso44001-2017"], "topic": ["context"], "secret": ["none"], "verb": ["publish"],
    }  # fmt: skip
    words = ("pangolin", "axolotl", "quetzal", "ledger", ref, other, "NC-2026", "8.6.2")
    return by_place, by_name, words


def addresses(site, method, case):
    """Every address of the site under a method, with real values of others' things, once or several times."""
    by_place, by_name, words = site.unit(lambda s: samples(s, case))
    for rule in site.app.url_map.iter_rules():
        if method not in rule.methods or rule.endpoint.endswith("static"):
            continue
        made = [rule.rule]
        while "<" in made[0]:
            part = re.search(r"<(?:[^<>:]*:)?(\w+)>", made[0])
            known = by_name.get(part[1])
            if part[1] == "ref":
                known = next(values for place, values in by_place.items() if rule.rule.startswith(place))
            known = known or ["00000000-0000-0000-0000-000000000001"]
            made = [one.replace(part[0], value, 1) for one in made for value in known]
        yield from ((rule.rule, one) for one in made)
        if method == "GET" and (rule.rule.startswith("/search") or "<" not in rule.rule):
            yield from ((rule.rule, f"{rule.rule}?q={word}&show=all&view=all") for word in words)


def secrets(session, case):
    """What no page may tell the contact: the words of every nonconformity and of actions that are not theirs."""
    mine = wes_id(session)
    texts = {INTERNAL, INTERNAL_FILE}
    for nc in session.scalars(sa.select(Nonconformity)):
        texts |= {nc.title, nc.statement}
    for action in session.scalars(sa.select(Action)):
        if mine not in {action.owner_id, action.deputy_id}:
            texts |= {action.ref, action.title}
    texts |= set(session.scalars(sa.select(Comment.text).where(Comment.internal)))
    texts |= set(session.scalars(sa.select(CaseFile.title).where(CaseFile.internal)))
    own = set(
        session.scalars(
            sa.select(Action.ref).where(sa.or_(Action.owner_id == mine, Action.deputy_id == mine))
        )
    )
    assert case[1] in own
    return {one for one in texts if one.strip()}, own


def test_no_address_tells_the_contact_of_anything_else(chromium, demo, case):
    texts, own = demo.unit(lambda s: secrets(s, case))
    dan = person(chromium, demo, "dan.dogwood@example.org", TABLET)
    assert case[0] in dan.request.get("/search/?q=pangolin").text()  # it is there to be found
    dan.context.close()
    wes = person(chromium, demo, WES, PHONE)
    wes.goto("/audits/?view=all")
    audits = wes.locator("table a[href^='/audits/']").evaluate_all(
        "all => all.map((a) => a.getAttribute('href'))"
    )
    assert (
        len(audits) == 1
    )  # its report is theirs to read, with what was found: only there the statements stand
    refused, told, wrong = 0, 0, []
    for rule, path in addresses(demo, "GET", case):
        answer = wes.request.get(path, max_redirects=0)
        # the programming interface knows no cookie
        if answer.status in {403, 404} or (answer.status == 401 and rule.startswith("/api/v1/")):
            refused += 1
            continue
        asked = path.partition("?q=")[2].partition("&")[0]
        said = answer.headers.get("location", "") + answer.text()
        if asked:  # what was typed comes back in the box and in the page's own address: that tells nothing
            said = said.replace(f'value="{asked}"', "").replace(f"q={asked}", "")
        for ref in sorted(own, reverse=True):
            said = said.replace(ref, "")
        found = [one for one in NUMBER.findall(said) if one != MADE_UP]
        if not path.startswith(audits[0]):
            found += [text for text in texts if text in said]
        # The clock does not tick in this test, and monitors are told so.
        if answer.status not in ({200, 503} if rule == "/readyz" else {200, 302}) or found:
            wrong.append(f"{path}: {answer.status} {found[:3]}")
        if re.match(r"/(nonconformities|findings|programmes|people/<|history)", rule) or rule.startswith(
            "/actions/<"
        ):
            wrong.append(f"{path}: {answer.status}, not refused")
        told += 1
    wes.context.close()
    assert not wrong, "\n".join(wrong)
    assert refused > 150
    assert told > 10


def rows(session):
    """Everything about nonconformities and actions as it stands."""
    tables = (
        Nonconformity,
        Action,
        ActionRequest,
        ActionStep,
        CaseFile,
        Comment,
        Cause,
        ExtentCheck,
        SavedView,
    )
    return [session.execute(sa.select(one.__table__).order_by(one.__table__.c.id)).all() for one in tables]


def test_nothing_that_the_contact_sends_changes_what_is_not_theirs(chromium, demo, case):
    wes = person(chromium, demo, WES, PHONE)
    wes.goto("/people/me")
    form = {"csrf_token": wes.locator("input[name=csrf_token]").first.get_attribute("value"), **ASKED}
    assert wes.request.post("/theme", form=form, max_redirects=0).status < 400  # such a form is taken
    before = demo.unit(rows)
    tried, wrong = 0, []
    places = ("/actions/", "/nonconformities/")
    to_others = [path for _, path in addresses(demo, "POST", case) if path.startswith(places)]
    # Their own action too, where the step is not the owner's.
    judged = ("verify", "return", "reopen", "reassign", "due", "edit", "decide")
    for path in [*to_others, *(f"/actions/{case[1]}/{verb}" for verb in judged)]:
        tried += 1
        status = wes.request.post(path, form=form, max_redirects=0).status
        if status not in {403, 404}:
            wrong.append(f"{path}: {status}")
    wes.context.close()
    assert not wrong, "\n".join(wrong)
    assert tried > 100
    assert demo.unit(rows) == before
