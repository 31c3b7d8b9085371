"""A relationship from Awareness to Exit with all eight updates of its RMP; another one that is declined and reopened."""

import re

import sqlalchemy as sa
from playwright.sync_api import expect

from auditapp.kit.clock import now
from auditapp.people.model import Person
from auditapp.people.queries import principal_of_person
from auditapp.relationships.lifecycle import service
from auditapp.relationships.lifecycle.model import StageOutput, StagePassage
from auditapp.relationships.lifecycle.rules import OutputState, outputs_of
from auditapp.relationships.model import Relationship
from auditapp.relationships.rmp.model import Plan, PlanTick
from auditapp.relationships.rules import STAGE_LABELS, STAGES, Sharing, Stage
from auditapp.trail import service as trail
from tests.journeys.browser import check, person

ADA, KIM = "ada.alder@example.org", "kim.kapok@example.org"
# Which section of the plan is written in each stage.
SECTION = {
    Stage.AWARENESS: "scope_and_context",
    Stage.KNOWLEDGE: "business_case_and_value",
    Stage.INTERNAL_ASSESSMENT: "action_plan",
    Stage.PARTNER_SELECTION: "objectives_own_and_joint",
    Stage.WORKING_TOGETHER: "governance_and_forums",
    Stage.VALUE_CREATION: "value_creation",
    Stage.STAYING_TOGETHER: "issue_resolution",
    Stage.EXIT_STRATEGY: "exit_strategy",
}


def added(page, name):
    """Somebody adds a relationship that is only thought of; returns its number."""
    page.goto("/relationships/new")
    page.get_by_label("Name").fill(name)
    page.locator("label.choice").filter(has_text="Thistle & Tide Energy").click()
    page.get_by_label("Stage").select_option("awareness")
    page.get_by_label("Senior Executive Responsible").select_option(label="Ben Birch")
    page.get_by_label("Relationship owner").select_option(label="Iris Ivy")
    page.get_by_label("Relationship manager").select_option(label="Kim Kapok")
    page.get_by_role("button", name="Add the relationship").click()
    page.wait_for_url(re.compile(r"/relationships/R-\d+$"))
    return page.url.rsplit("/", 1)[1]


def say(page, ref, key, state, **words):
    """Say on its page where an output stands."""
    page.goto(f"/relationships/{ref}/stages/outputs/{key}")
    page.locator(".segment").filter(has_text=re.compile(rf"^\s*{state}\s*$")).click()
    for name, text in words.items():
        page.locator(f"[name={name}]").fill(text)
    page.get_by_role("button", name="Keep it").click()
    expect(page.locator("body")).to_contain_text("Kept:")


def bring_the_rest(site, ref, *, but=()):
    """What is still missing of the present stage, noted by the manager as on the page of each output."""

    def work(session):
        who = principal_of_person(session, session.scalar(sa.select(Person.id).where(Person.email == KIM)))
        found = session.scalars(sa.select(Relationship).where(Relationship.ref == ref)).one()
        for one in outputs_of(found.stage):
            row = session.scalar(
                sa.select(StageOutput).where(
                    StageOutput.relationship_id == found.id,
                    StageOutput.key == one.key,
                )
            )
            if one.rmp or row is not None or one.key in but:
                continue
            service.save_output(
                session, actor=who, at=now(), relationship_id=found.id, key=one.key, version=0,
                state=OutputState.THERE, note=f"In the file, {one.key}.", reason="", sharing=Sharing.INTERNAL,
            )  # fmt: skip

    site.unit(work, "write")


def update_the_rmp(page, plan, stage, *, look=False, words="brought"):
    """Write a section of the plan, and record that it is updated for the stage."""
    page.goto(f"/rmp/{plan}/sections/{SECTION[stage]}")
    page.get_by_label("Text").fill(f"What {STAGE_LABELS[stage]} {words}.")
    page.get_by_role("button", name="Keep the section").click()
    page.goto(f"/rmp/{plan}")
    page.get_by_text(f"The plan is updated for the stage {STAGE_LABELS[stage]}").click()
    page.get_by_role("button", name="Updated for this stage").click()
    expect(page.locator("body")).to_contain_text(f"Updated for the stage {STAGE_LABELS[stage]}.")
    if look:
        check(page, f"stages-rmp-{stage}")


def move_on(page, ref, stage, *, reason=""):
    """To the stage after this one."""
    after = STAGES[STAGES.index(stage) + 1]
    page.goto(f"/relationships/{ref}/stages")
    page.get_by_role("link", name="Move on to the next stage").first.click()
    if reason:
        page.get_by_label("Why it moves on without them").fill(reason)
        page.get_by_role("button", name="Move on without them").click()
    else:
        page.get_by_role("button", name=f"Move on to {STAGE_LABELS[after]}").click()
    expect(page.locator("body")).to_contain_text(f"is now in {STAGE_LABELS[after]}.")


def test_from_awareness_to_exit(chromium, demo):
    ada = person(chromium, demo, ADA)
    ref = added(ada, "Grid connection alliance")
    kim = person(chromium, demo, KIM)
    kim.goto(f"/relationships/{ref}/stages")
    expect(kim.locator("body")).to_contain_text("9 outputs are missing in this stage.")
    check(kim, "stages-begun")

    # What is missing is named, with where to get it, and holds the relationship where it is.
    kim.get_by_role("link", name="Move on to the next stage").first.click()
    expect(kim.locator("body")).to_contain_text("9 of the expected outputs are missing")
    expect(kim.locator("main")).to_contain_text("Get it in:")
    check(kim, "stages-missing")
    kim.get_by_role("button", name="Move on without them").click()
    expect(kim.get_by_role("alert")).to_contain_text("AW1, AW2")

    # Awareness: taken from what is there, linked, not applicable, noted.
    kim.goto(f"/relationships/{ref}/stages")
    kim.get_by_role("button", name=re.compile("as AW1: Ben Birch is the SER")).click()
    expect(kim.locator("body")).to_contain_text("There:")
    kim.get_by_role("button", name=re.compile("as AW2: As in R-")).click()
    expect(kim.locator("body")).to_contain_text("Collaboration policy")
    kim.goto(f"/relationships/{ref}/stages/outputs/AW8")
    kim.get_by_label("Link a record or an address").fill("https://intranet.example.org/matrix")
    kim.get_by_label("What to call the address").fill("Clause matrix")
    kim.get_by_role("button", name="Link", exact=True).click()
    expect(kim.get_by_role("link", name="Clause matrix")).to_be_visible()
    expect(kim.locator("header.head")).to_contain_text("There")
    check(kim, "stages-output")
    say(kim, ref, "AW7", "Not applicable", reason="The plan of R-02 covers the sector.")
    say(kim, ref, "AW3", "There", note="Benefits sheet of May.")
    bring_the_rest(demo, ref)
    kim.goto(f"/relationships/{ref}/stages")
    expect(kim.locator("body")).to_contain_text("1 output is missing in this stage.")

    # The RMP is begun, and updated for the stage: only then it moves on complete.
    kim.goto(f"/rmp/new?relationship={ref}&kind=internal")
    kim.get_by_label("Title").fill("Plan of the grid connection")
    kim.locator("main form").get_by_role("button").first.click()
    kim.wait_for_url(re.compile(r"/rmp/RMP-\d+"))
    plan = re.search(r"RMP-\d+", kim.url)[0]
    update_the_rmp(kim, plan, Stage.AWARENESS, look=True)
    move_on(kim, ref, Stage.AWARENESS)
    check(kim, "stages-second")

    for stage in STAGES[1:-1]:
        if stage is Stage.INTERNAL_ASSESSMENT:  # once without: the reason is kept, on the path too
            bring_the_rest(demo, ref, but=("IA4",))
            update_the_rmp(kim, plan, stage)
            move_on(kim, ref, stage, reason="The tender closes on Friday.")
            expect(kim.locator("ol.path")).to_contain_text("Passed, overridden")
            expect(kim.locator("body")).to_contain_text("The tender closes on Friday.")
            check(kim, "stages-overridden")
            continue
        bring_the_rest(demo, ref)
        update_the_rmp(kim, plan, stage)
        move_on(kim, ref, stage)
        if stage is Stage.WORKING_TOGETHER:  # and back once, with a reason; the RMP is updated anew then
            kim.get_by_role("link", name="Go back a stage").click()
            kim.get_by_label("Why it goes back").fill("The partner's team changed.")
            check(kim, "stages-back")
            kim.get_by_role("button", name="Go back").click()
            expect(kim.locator("body")).to_contain_text("is back in Working together.")
            expect(kim.locator("body")).to_contain_text("1 output is missing in this stage.")
            update_the_rmp(kim, plan, stage, words="brought with another team")
            move_on(kim, ref, stage)

    # The last stage: its outputs, its update of the RMP, and no stage after it.
    bring_the_rest(demo, ref)
    update_the_rmp(kim, plan, Stage.EXIT_STRATEGY, look=True)
    kim.goto(f"/relationships/{ref}/stages")
    expect(kim.locator("body")).to_contain_text("All outputs of the last stage are there.")
    expect(kim.get_by_role("link", name="Move on to the next stage")).to_have_count(0)
    check(kim, "stages-last")

    def kept(session):
        found = session.scalars(sa.select(Relationship).where(Relationship.ref == ref)).one()
        passages = session.scalars(
            sa.select(StagePassage).where(StagePassage.relationship_id == found.id).order_by(StagePassage.at)
        ).all()
        ticked = session.scalars(
            sa.select(PlanTick.stage).join(Plan, Plan.id == PlanTick.plan_id).where(Plan.ref == plan)
        ).all()
        return (
            [(one.kind.value, one.missing, one.rmp_updated) for one in passages],
            set(ticked),
            found.stage,
            list(trail.verify(session)),
        )

    passages, ticked, stage, broken = demo.unit(kept)
    assert ticked == set(STAGES)
    assert stage is Stage.EXIT_STRATEGY
    assert [one[0] for one in passages] == ["on"] * 5 + ["back"] + ["on"] * 3
    assert [one[1] for one in passages if one[1]] == [["IA4"], [f"VC1{letter}" for letter in "ab"] + ["VC2"]]
    assert all(one[2] for one in passages if one[0] == "on")
    assert broken == []


def test_not_to_collaborate(chromium, demo):
    ada = person(chromium, demo, ADA)
    ref = added(ada, "Battery trains")
    kim = person(chromium, demo, KIM)
    kim.goto(f"/relationships/{ref}/stages")
    kim.get_by_role("link", name="Decide not to collaborate").click()
    check(kim, "stages-decline")
    kim.get_by_role("button", name=f"Do not collaborate in {ref}").click()
    expect(kim.get_by_role("alert")).to_contain_text("Say why you decided not to collaborate.")
    kim.get_by_label("Why not").fill("Two makers sell them by now: a purchase gives us the same.")
    kim.get_by_role("button", name=f"Do not collaborate in {ref}").click()
    expect(kim.locator("header.head")).to_contain_text("Not to collaborate")
    expect(kim.locator("body")).to_contain_text("a purchase gives us the same")
    check(kim, "stages-declined")
    kim.goto("/relationships/?show=ended")
    expect(kim.locator("body")).to_contain_text("Battery trains")

    # It can be taken back with a reason, and the decision stays on record.
    kim.goto(f"/relationships/{ref}/stages")
    kim.get_by_role("link", name="Reopen it").click()
    kim.get_by_label("What has changed").fill("The partner offers to develop one with us.")
    kim.get_by_role("button", name="Reopen it").click()
    expect(kim.locator("body")).to_contain_text("goes on in Awareness.")
    expect(kim.locator("#passages ~ ol.passages")).to_contain_text("a purchase gives us the same")
    check(kim, "stages-reopened")
