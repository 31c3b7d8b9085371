"""The relationship management plans: the corporate one, and joint ones in force, waiting for the partner, and being changed."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

import sqlalchemy as sa

from auditapp.overview.demo.story import Story
from auditapp.people.queries import principal_of_person
from auditapp.people.rules import Principal
from auditapp.relationships.model import Relationship, RelationshipMember
from auditapp.relationships.rmp import service
from auditapp.relationships.rmp.model import Plan
from auditapp.relationships.rmp.queries import open_version
from auditapp.relationships.rmp.rules import SECTIONS, PlanKind, ReviewOutcome
from auditapp.relationships.rules import MemberRole, Sharing

# What a joint plan says, by section; %(partner)s is filled in.
TEXTS: Mapping[str, str] = {
    "scope_and_context": "Everything that we and **%(partner)s** do together on this work. Not in it: other contracts that "
    "either side has with the other.",
    "parties_and_contacts": "- Each side has a Senior Executive Responsible and a relationship manager.\n- Who they are "
    "stands on the page *People*; it is changed there, not here.",
    "policy_and_principles": "We say early what goes wrong, we do not surprise each other, and we give credit where it is due.",
    "objectives_own_and_joint": "Both sides want fewer interfaces and a programme that both believe in. Each says openly what it "
    "wants for itself; the register of objectives holds the measures.",
    "business_case_and_value": "Worth the effort as long as the shared saving stays above 3 %% of turnover. Looked at again each year.",
    "governance_and_forums": "| forum | who | how often |\n|---|---|---|\n| joint management team | managers of both sides | monthly |\n"
    "| oversight | both SERs | quarterly |",
    "roles_and_responsibilities": "The managers prepare, the joint team decides, the SERs approve what changes the scope.",
    "competencies_and_behaviours": "Five behaviours, assessed once a year by each side for its own people.",
    "communications": "One message, both logos. What is confidential is marked so, and stays in the joint folder.",
    "knowledge_and_information_sharing": "Drawings, programme and risks are shared; prices of others are not.",
    "risk_and_opportunity": "One joint register, looked at every quarter.",
    "interdependencies": "Plant and materials come by other relationships of ours; see the page of the terms.",
    "processes_and_systems": "One shared model, one programme, two accounting systems that meet once a month.",
    "performance_measures": "Delivery **and** the relationship itself: punctuality, rework, and the health check twice a year.",
    "value_creation": "Ideas are raised by anybody, decided within a month, and what they bring is shared half and half.",
    "issue_resolution": "Solved where they arise. The ladder of this relationship says who holds each level, and for how long.",
    "contract_arrangements": "The framework contract comes first; this plan is its annex 4.",
    "exit_strategy": "The agreed exit strategy has a page of its own; this section only says that it is looked at each year.",
    "action_plan": "1. Renew the communications plan.\n2. Try the shared model on the next section.",
}
INTERNAL = frozenset({"business_case_and_value", "competencies_and_behaviours"})
# number, days ago: begun, agreed by both, reviews
JOINT: tuple[tuple[str, int, int | None, tuple[int, ...]], ...] = (
    ("R-01", 470, 440, (350, 255, 160, 70)),
    ("R-02", 465, 430, (335, 245, 150, 48)),
    ("R-03", 460, 425, (330, 236, 145)),
    ("R-05", 455, None, ()),
)


def load_plans(story: Story, at: datetime) -> None:
    """Begin each on its day."""
    del at
    story.tell(story.moment(-450, 14), partial(_corporate, story))
    for ref, begun, agreed, reviews in JOINT:
        story.tell(story.moment(-begun, 10), partial(_begin, story, ref=ref))
        if agreed is None:
            story.tell(story.moment(-6, 15), partial(_submit, story, ref=ref))
            continue
        story.tell(story.moment(-agreed, 10), partial(_in_force, story, ref=ref))
        for day in reviews:
            story.tell(story.moment(-day, 16), partial(_review, story, ref=ref))
    story.tell(story.moment(-20, 10), partial(_change, story, ref="R-02"))


def _manager(story: Story, found: Relationship) -> Principal:
    """Who runs the relationship, with the roles held by now."""
    who = principal_of_person(story.session, found.manager_id) if found.manager_id else None
    return who or story.people["ada"]


def _of(story: Story, ref: str) -> tuple[Relationship, Plan]:
    found = story.session.get_one(Relationship, story.relationships[ref])
    plan = story.session.scalars(
        sa.select(Plan).where(Plan.relationship_id == found.id, Plan.kind == PlanKind.JOINT)
    ).one()
    return found, plan


def _begin(story: Story, at: datetime, *, ref: str) -> None:
    found = story.session.get_one(Relationship, story.relationships[ref])
    actor = _manager(story, found)
    plan = service.begin_plan(
        story.session, actor=actor, at=at, kind=PlanKind.JOINT, title=f"Joint plan: {found.name}",
        relationship_id=found.id, owner_id=found.manager_id,
    )  # fmt: skip
    names = " and ".join(partner.name for partner in found.partners)
    for key, text in TEXTS.items():
        service.write_section(
            story.session, actor=actor, at=at, plan=plan, key=key, version=0, text=text % {"partner": names},
            owner_id=found.manager_id, sharing=Sharing.INTERNAL if key in INTERNAL else Sharing.SHARED,
        )  # fmt: skip


def _submit(story: Story, at: datetime, *, ref: str) -> None:
    """Our side agrees; the partners have not answered yet."""
    found, plan = _of(story, ref)
    service.submit(story.session, actor=_manager(story, found), at=at, plan=plan)
    service.agree(story.session, actor=story.people["ben"], at=at, plan=plan, party_id=None)


def _in_force(story: Story, at: datetime, *, ref: str) -> None:
    found, plan = _of(story, ref)
    actor = _manager(story, found)
    _submit(story, at, ref=ref)
    for partner in found.partners:
        person_id = story.session.scalar(
            sa.select(RelationshipMember.person_id).where(
                RelationshipMember.relationship_id == found.id,
                RelationshipMember.role == MemberRole.PARTNER_SER,
            )
        )
        theirs = principal_of_person(story.session, person_id) if person_id else None
        if theirs is not None and theirs.partner_id == partner.id:
            service.agree(story.session, actor=theirs, at=at, plan=plan, party_id=partner.id)
        else:
            service.agree(
                story.session, actor=actor, at=at, plan=plan, party_id=partner.id,
                note="Signed copy in the contract file, page 2.",
            )  # fmt: skip
    service.bring_into_force(story.session, actor=actor, at=at, plan=plan)


def _review(story: Story, at: datetime, *, ref: str) -> None:
    found, plan = _of(story, ref)
    service.log_review(
        story.session, actor=_manager(story, found), at=at, plan=plan, held_on=at.date(),
        ours="Relationship manager and owner", theirs="Relationship manager of the partner",
        outcome=ReviewOutcome.CONFIRMED, changes="",
    )  # fmt: skip


def _change(story: Story, at: datetime, *, ref: str) -> None:
    """A new version is being written while the one in force holds."""
    found, plan = _of(story, ref)
    actor = _manager(story, found)
    draft = service.begin_version(
        story.session, actor=actor, at=at, plan=plan, reason="The second basin changes scope and forums."
    )
    again = open_version(story.session, plan.id)
    if again is None or draft.id != again.id:
        return
    service.write_section(
        story.session, actor=actor, at=at, plan=plan, key="value_creation", version=1,
        text="Ideas are raised by anybody, decided within **two weeks**, and what they bring is shared half and half. The joint "
        "innovation fund pays for trials.",
        owner_id=found.manager_id, sharing=Sharing.SHARED,
    )  # fmt: skip


def _corporate(story: Story, at: datetime) -> None:
    ada = story.people["ada"]
    plan = service.begin_plan(
        story.session, actor=ada, at=at, kind=PlanKind.CORPORATE, title="Corporate relationship management plan",
        owner_id=ada.person_id, months=12,
    )  # fmt: skip
    for key in (
        "scope_and_context",
        "policy_and_principles",
        "roles_and_responsibilities",
        "competencies_and_behaviours",
    ):
        service.write_section(
            story.session, actor=ada, at=at, plan=plan, key=key, version=0,
            text=f"{SECTIONS[key].hint} This holds for every relationship; a joint plan may say more, not less.",
            owner_id=ada.person_id, sharing=Sharing.INTERNAL,
        )  # fmt: skip
    service.submit(story.session, actor=ada, at=at, plan=plan)
    service.agree(story.session, actor=story.people["ben"], at=at, plan=plan, party_id=None)
    service.bring_into_force(story.session, actor=ada, at=at, plan=plan)
