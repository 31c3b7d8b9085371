"""A journey to the end: a strategy that both parties agree to, a trigger that trips, and an exit carried out by both."""

import re
from datetime import timedelta

import sqlalchemy as sa
from playwright.sync_api import expect

from auditapp.kit.clock import now
from auditapp.people.model import Person
from auditapp.relationships.model import Relationship, RelationshipMember
from auditapp.relationships.rules import MemberRole, Stage
from auditapp.trail import service as trail
from tests.journeys.browser import DESK, PHONE, TABLET, check, person

REF = "R-03"
HOME = f"/relationships/{REF}/exits"


def speaks(session):
    """The partner's contact is named as its relationship manager."""
    found = session.scalars(sa.select(Relationship).where(Relationship.ref == REF)).one()
    yara = session.scalars(sa.select(Person).where(Person.email == "yara.yew@example.org")).one()
    there = session.scalar(
        sa.select(RelationshipMember).where(
            RelationshipMember.relationship_id == found.id,
            RelationshipMember.person_id == yara.id,
            RelationshipMember.role == MemberRole.PARTNER_MANAGER,
        )
    )
    if there is None:
        session.add(
            RelationshipMember(
                relationship_id=found.id, person_id=yara.id, role=MemberRole.PARTNER_MANAGER, added_at=now()
            )
        )


def press(page, name):
    page.get_by_role("main").get_by_role("button", name=name).first.click()


def follow(page, name):
    page.get_by_role("main").get_by_role("link", name=name).first.click()
    expect(page.get_by_role("main")).to_be_visible()


def choose(page, words):
    page.locator(".segment").filter(has_text=re.compile(rf"^\s*{re.escape(words)}")).first.click()


def head(page, words):
    expect(page.locator("header.head")).to_contain_text(words)


def said(page, words):
    expect(page.locator("main")).to_contain_text(words)
    page.wait_for_load_state(
        "load"
    )  # the word stands at the top: what is counted below it may still be coming


def test_a_strategy_agreed_by_both_and_an_exit_to_its_end(chromium, demo):
    demo.unit(speaks, "write")
    mia = person(chromium, demo, "mia.maple@example.org", DESK)
    ben = person(chromium, demo, "ben.birch@example.org", TABLET)
    yara = person(chromium, demo, "yara.yew@example.org", PHONE)
    agreed_by_both(mia, ben, yara)
    tripped(mia, ben)
    number = activated(ben)
    steps_by_both(mia, yara, number)
    evaluated_and_completed(mia, yara, number)
    found = demo.unit(lambda s: s.scalars(sa.select(Relationship).where(Relationship.ref == REF)).one())
    assert found.stage is Stage.EXIT_STRATEGY
    assert found.ended_on is not None
    assert demo.unit(lambda s: list(trail.verify(s))) == []
    for page in (mia, ben, yara):
        page.context.close()


def agreed_by_both(mia, ben, yara):
    mia.goto(HOME)
    check(mia, "exit-strategy")
    follow(mia, "Begin a new version")
    check(mia)
    mia.get_by_label("Why there is a new version").fill("The owner of the partner changes: a longer notice.")
    press(mia, "Begin it")
    head(mia, "Version 2")
    check(mia, "exit-version")
    follow(mia, "Change Notice route")
    check(mia, "exit-section")
    mia.get_by_label("Text").fill(
        "In writing, **six months** before the end, from Senior Executive to Senior Executive."
    )
    press(mia, "Keep the section")
    said(mia, "six months")
    press(mia, "Submit for agreement")
    head(mia, "It waits for the agreement of")

    yara.goto(HOME)
    check(yara, "exit-partner")
    follow(yara, "Open version 2")
    check(yara)
    said(yara, "six months")
    follow(yara, "Difference")
    expect(yara.locator("ins").first).to_contain_text("six")
    check(yara, "exit-difference")
    yara.go_back()
    follow(yara, "Agree for Saltmarsh Logistics")
    check(yara)
    press(yara, "Agree for Saltmarsh Logistics")
    said(yara, "You agreed for Saltmarsh Logistics")

    ben.goto(f"{HOME}/versions/2")
    follow(ben, "Agree for Hedgerow Infrastructure")
    press(ben, "Agree for Hedgerow Infrastructure")
    head(ben, "put it in force")
    mia.goto(f"{HOME}/versions/2")
    follow(mia, "Put it in force")
    check(mia)
    press(mia, "Put it in force")
    said(mia, "Version 2 is in force")
    mia.goto(f"{HOME}/versions/2/print")
    check(mia, "exit-print")


def tripped(mia, ben):
    """One trigger had tripped already: it is decided about. Then another one does."""
    ben.goto(HOME)
    follow(ben, "Decide about the trigger")
    check(ben, "exit-trigger")
    follow(ben, "Stay together")
    check(ben)
    ben.get_by_label("Reason").fill("The new owner keeps the team and the depots.")
    press(ben, "Decide to stay")
    head(ben, "Watch")

    mia.goto(HOME)
    follow(mia, "Go through all triggers")
    check(mia, "exit-watch")
    where = mia.locator("section.exit-part").filter(has_text="Change of the market")
    where.locator(".segment").filter(has_text="It has happened").click()
    where.get_by_label("Note").fill(
        "From April every site has its own rail head: nothing is left to be carried."
    )
    press(mia, "Record the round")
    said(mia, "Triggers checked: 1.")
    head(mia, "Trigger tripped")
    assert (
        mia.goto(f"{HOME}/activate").status == 200
    )  # a manager may record that the partner leaves, and no more
    expect(mia.locator(".segment")).to_have_count(1)


def activated(ben):
    ben.goto(HOME)
    follow(ben, "Decide about the trigger")
    follow(ben, "Start the exit …")
    check(ben, "exit-activate")
    choose(ben, "Planned end")
    ben.get_by_label("Why").fill("There is nothing left to be carried.")
    ben.get_by_label("Last day of working together").fill((now().date() + timedelta(days=120)).isoformat())
    ben.get_by_label("How the notice was given").fill("Ben Birch told the partner's director, then wrote.")
    press(ben, "See what comes of it")
    said(ben, "Nothing is kept yet")
    said(ben, "10 steps get an owner")
    check(ben, "exit-confirm")
    press(ben, f"Start the exit of {REF}")
    head(ben, "Turn of")
    check(ben, "exit-process")
    return re.search(r"XP-\d+-\d+", ben.url)[0]


def steps_by_both(mia, yara, number):
    yara.goto(HOME)
    follow(yara, f"Open the exit {number}")
    check(yara, "exit-process-partner")
    while yara.get_by_role("main").get_by_role("link", name="It is done").count():
        follow(yara, "It is done")
        yara.get_by_label("What was done").fill("Done, and told to Mia Maple.")
        press(yara, "Record it as done")
        said(yara, "is done.")
    mia.goto(f"{HOME}/process/{number}")
    follow(mia, "1. Put the customer continuity plan into effect")
    check(mia, "exit-step")
    mia.get_by_label("Link a record or an address").fill("https://example.org/continuity-not-needed")
    press(mia, "Link")
    said(mia, "https://example.org/continuity-not-needed")
    follow(mia, "It is not needed")
    check(mia)
    mia.get_by_label("Why it is not needed").fill("The end is planned: customers are served to the last day.")
    press(mia, "Record it as not needed")
    said(mia, "is not needed.")
    while mia.get_by_role("main").get_by_role("link", name="It is done").count():
        follow(mia, "It is done")
        press(mia, "Record it as done")
        said(mia, "is done.")
    head(mia, "Every step is settled")


def evaluated_and_completed(mia, yara, number):
    for page, name in ((yara, "Saltmarsh Logistics"), (mia, "Hedgerow Infrastructure")):
        page.goto(f"{HOME}/process/{number}")
        page.locator("section.exit-part").filter(has_text=name).get_by_role("link", name="Write it").click()
        check(page)
        page.get_by_label("What worked").fill("Forecasts were made together.")
        page.get_by_label("What we learned").fill("Speak about the end while it is far away.")
        choose(page, "Yes")
        press(page, "Keep the evaluation")
        said(page, "Speak about the end while it is far away.")
    mia.goto(f"{HOME}/process/{number}")
    head(mia, "it can be completed")
    follow(mia, "Complete the exit")
    check(mia, "exit-complete")
    press(mia, "Complete it, and end the relationship")
    head(mia, "The relationship ended on")
    check(mia, "exit-completed")
    yara.goto(f"{HOME}/process/{number}")
    head(yara, "Completed")
    check(yara)
