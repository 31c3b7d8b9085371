"""How the relationships came through their stages: moved on, overridden once, gone back once, declined once."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

import sqlalchemy as sa

from auditapp.overview.demo.partners import RELATIONSHIPS
from auditapp.overview.demo.story import Story
from auditapp.people.queries import principal_of_person
from auditapp.relationships.lifecycle import service
from auditapp.relationships.lifecycle.rules import OutputState, outputs_of
from auditapp.relationships.model import Relationship
from auditapp.relationships.partners.service import add_relationship
from auditapp.relationships.rmp.model import Plan
from auditapp.relationships.rmp.queries import updated_for_stage
from auditapp.relationships.rmp.rules import PlanKind
from auditapp.relationships.rmp.service import begin_plan, write_section
from auditapp.relationships.rules import Kind, Priority, Sharing, Stage

# What shows each output, as somebody notes it.
NOTES: Mapping[str, str] = {
    "AW1": "Ben Birch, appointed by the board on its February meeting; Tess Thyme stands in.",
    "AW2": "Collaboration policy, issue 3, signed by the board; scope on its page 2.",
    "AW3": "Benefits sheet: fewer interfaces, shared plant, earlier design; one objective for each.",
    "AW4": "Segmentation sheet of the year; priority by value, risk and how hard it is to replace.",
    "AW5": "Behaviour framework: five behaviours in three grades.",
    "AW6": "First register with eleven risks; net benefit stays above the threshold.",
    "AW7": "Action plan for the sector, by region, with the people team.",
    "AW8": "System handbook, clause matrix in its annex.",
    "KN1": "Weighed against a plain contract and against doing it alone; partnering is worth it.",
    "KN2": "Both managers did the two-day course; Rosa keeps the records.",
    "KN3": "Lessons of the design framework read and carried over.",
    "KN4": "Business case, issue 2, by the procedure of finance.",
    "KN5": "Approved by the SER and told at the monthly call.",
    "KN6": "Two other customers asked; neither sees a conflict.",
    "KN7": "Between 0.8 and 1.1 million a year, looked at again at every stage.",
    "KN8": "Half a page: what we would need back, and how long it would take.",
    "KN9": "Kept by the risk procedure; Quin Quince looks at it each quarter.",
    "KN10": "Depends on the logistics framework for plant; noted on both sides.",
    "IA1": "Reviewed with the management review; two processes were shortened.",
    "IA2": "SER, owner and manager named; time set aside for the manager: two days a week.",
    "IA3": "Criteria with weights, signed before the first talk; behaviour counts 40 %.",
    "IA4": "Skills matrix: negotiation was weak, two people were trained.",
    "IA5": "Internal plan with 14 actions, all with a name and a date.",
    "IA6": "Management review of spring; the SER chaired it.",
    "PS1": "Four candidates scored by three people each.",
    "PS2": "Selection plan; issues to expect soon, later and in the long run in its table 2.",
    "PS3": "Six joint objectives drafted in a workshop of both sides.",
    "PS4": "Negotiation brief: open book, no last-minute points.",
    "PS5": "Decision paper, signed by the SER.",
    "WT1": "Governance charter signed by both SERs.",
    "WT2": "Joint team of seven with a table of roles.",
    "WT3": "Communications plan, issue 1, with a calendar for both sides.",
    "WT4a": "One joint register since the second meeting of the team.",
    "WT4b": "Alliance contract; changes are signed by both owners.",
    "WT5": "Scorecard each quarter; actions from it are in the minutes.",
    "WT6": "Value looked at again with finance; two people joined the team for their skills.",
    "VC1a": "Lessons workshop twice a year, with what was changed since.",
    "VC1b": "Ideas board of both sides; 12 ideas, four carried out, value split by the charter.",
}
# What does not apply, and why.
NOT_HERE: Mapping[str, str] = {
    "AW7": "A division of our own: there is no market, sector or region to plan for."
}
# The stage in which each stood when the record begins; the stage it stands in now is told in `partners`.
AT_FIRST: Mapping[str, Stage] = {
    "R-01": Stage.PARTNER_SELECTION,
    "R-02": Stage.WORKING_TOGETHER,
    "R-03": Stage.VALUE_CREATION,
    "R-04": Stage.AWARENESS,
    "R-05": Stage.PARTNER_SELECTION,
    "R-06": Stage.AWARENESS,
    "R-08": Stage.AWARENESS,
}
# ref, days ago, who, which outputs were still missing (with the reason why it moved on all the same)
MOVES: tuple[tuple[str, int, str, tuple[str, ...], str], ...] = (
    ("R-05", 450, "mia", (), ""),
    ("R-01", 420, "kim", (), ""),
    ("R-03", 380, "mia", (), ""),
    ("R-02", 260, "leo", (), ""),
    ("R-04", 104, "noah", (), ""),
    ("R-04", 76, "noah", (), ""),
    (
        "R-04", 41, "noah", ("IA4", "IA5"),
        "The tender of the vendors closes on Friday. The skills are looked at beside the selection; Uma Umbel agreed.",
    ),
    ("R-06", 70, "noah", (), ""),
    ("R-06", 35, "noah", (), ""),
    ("R-08", 20, "noah", (), ""),
)  # fmt: skip
# What is there of the present stage; the rest is missing.
NOW: Mapping[str, tuple[str, ...]] = {
    "R-01": ("WT1", "WT2", "WT3", "WT4a", "WT4b", "WT5"),
    "R-02": ("VC1a", "VC1b"),
    "R-04": ("PS1", "PS2"),
    "R-05": ("WT1", "WT2", "WT4b"),
    "R-06": ("IA1", "IA2"),
    "R-08": ("KN1", "KN2", "KN8"),
}
SHARED = frozenset({"PS3", "WT1", "WT2", "WT3", "WT4a", "VC1a", "VC1b"})
DECLINED = "Depot cleaning with robots"


def load_stages(story: Story, at: datetime) -> None:
    """Put each back to where it stood, and let it come to where it stands."""
    for ref, stage in AT_FIRST.items():
        _of(story, ref).stage = stage
    story.session.flush()
    for ref, days, who, missing, reason in MOVES:
        story.tell(
            story.moment(-days - 4, 15), partial(_bring, story, ref=ref, who=who, but=missing, rmp=True)
        )
        story.tell(story.moment(-days, 16), partial(_move, story, ref=ref, who=who, reason=reason))
    managers = {row[0]: row[8] for row in RELATIONSHIPS}
    for ref, keys in NOW.items():
        story.tell(story.moment(-12, 11), partial(_bring, story, ref=ref, who=managers[ref], only=keys))
    story.tell(story.moment(-330, 10), partial(_begin_one_that_is_declined, story))
    del at


def _of(story: Story, ref: str) -> Relationship:
    found = story.session.get(Relationship, story.relationships[ref])
    if found is None:
        raise KeyError(ref)
    return found


def _bring(
    story: Story,
    at: datetime,
    *,
    ref: str,
    who: str,
    but: tuple[str, ...] = (),
    only: tuple[str, ...] = (),
    rmp: bool = False,
) -> None:
    """The outputs of the stage it stands in."""
    found = _of(story, ref)
    for one in outputs_of(found.stage):
        if one.rmp or one.key in but or (only and one.key not in only):
            continue
        not_here = NOT_HERE.get(one.key, "") if ref == "R-06" else ""
        service.save_output(
            story.session, actor=story.people[who], at=at, relationship_id=found.id, key=one.key, version=0,
            state=OutputState.NOT_APPLICABLE if not_here else OutputState.THERE,
            note="" if not_here else NOTES[one.key], reason=not_here,
            sharing=Sharing.SHARED if one.key in SHARED else Sharing.INTERNAL,
        )  # fmt: skip
    if rmp:
        _tick(story, at, ref=ref, who=who)


def _tick(story: Story, at: datetime, *, ref: str, who: str) -> None:
    """The plan is updated for the stage; one that nobody began elsewhere in the story is begun."""
    found = _of(story, ref)
    actor = story.people[who]
    there = story.session.scalar(sa.select(Plan.id).where(Plan.relationship_id == found.id).limit(1))
    if there is None:
        plan = begin_plan(
            story.session, actor=actor, at=at, kind=PlanKind.INTERNAL, title=found.name,
            relationship_id=found.id, owner_id=found.manager_id,
        )  # fmt: skip
        write_section(
            story.session, actor=actor, at=at, plan=plan, key="scope_and_context", version=0, text=found.purpose,
            owner_id=found.manager_id, sharing=Sharing.INTERNAL,
        )  # fmt: skip
    if not updated_for_stage(story.session, found.id, found.stage):
        service.tick_rmp(
            story.session, actor=actor, at=at, relationship_id=found.id, stage=found.stage,
            note="Brought up to date with what the stage brought.",
        )  # fmt: skip


def _move(story: Story, at: datetime, *, ref: str, who: str, reason: str) -> None:
    found = _of(story, ref)
    service.move_on(
        story.session, actor=story.people[who], at=at, relationship_id=found.id, version=found.version,
        reason=reason,
    )  # fmt: skip


def _begin_one_that_is_declined(story: Story, at: datetime) -> None:
    """An opportunity that was weighed, and found not to be one for a partnership."""
    found = add_relationship(
        story.session, actor=story.people["ada"], at=at, name=DECLINED, kind=Kind.SUPPLIER,
        stage=Stage.AWARENESS, priority=Priority.LOW, partner_ids=[story.partners["Kingfisher Design"]],
        purpose="Find out whether depots could be cleaned by robots that both sides develop.",
        ser_id=story.people["ben"].person_id, owner_id=story.people["uma"].person_id,
        manager_id=story.people["noah"].person_id, started_on=at.date(),
    )  # fmt: skip
    story.relationships[found.ref] = found.id
    again = principal_of_person(story.session, story.people["noah"].person_id)
    if again is not None:  # with the role that came with the seat
        story.people["noah"] = again
    story.tell(story.moment(-300, 11), partial(_bring, story, ref=found.ref, who="noah", rmp=True))
    story.tell(story.moment(-290, 10), partial(_move, story, ref=found.ref, who="noah", reason=""))
    story.tell(story.moment(-240, 10), partial(_bring, story, ref=found.ref, who="noah", only=("KN1", "KN6")))
    story.tell(story.moment(-226, 14), partial(_decline, story, ref=found.ref))


def _decline(story: Story, at: datetime, *, ref: str) -> None:
    found = _of(story, ref)
    service.decline(
        story.session, actor=story.people["noah"], at=at, relationship_id=found.id, version=found.version,
        reason="Three makers sell such machines by now. A purchase gives us the same within a quarter, and neither side "
        "would learn anything that it needs. We stay in touch for stations.",
    )  # fmt: skip
