"""Meetings of the joint teams with agreed minutes, joint actions, and controlled documents."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa

from auditapp.overview.demo.story import ZONE, Story
from auditapp.people.queries import principal_of_person
from auditapp.people.rules import Principal
from auditapp.relationships.actions.model import JointAction
from auditapp.relationships.actions.rules import ActionStatus
from auditapp.relationships.actions.service import add_action, ask_for_time, finish
from auditapp.relationships.documents import service as documents
from auditapp.relationships.documents.model import DocumentVersion
from auditapp.relationships.documents.rules import DocumentKind
from auditapp.relationships.meetings import service as meetings
from auditapp.relationships.meetings.rules import MeetingKind
from auditapp.relationships.model import Relationship, RelationshipMember
from auditapp.relationships.rules import MemberRole, Sharing

MEETING_DAYS = (128, 96, 62, 30)  # ago
SAID = (
    ("Possessions are booked together from the next period on.", "Draw up one list of possessions"),
    ("Rework is measured by both sides in the same way.", "Agree on what counts as rework"),
    ("The shared model is tried on one section first.", "Name the section for the trial"),
    ("Spare plant is offered to the other side before it is hired.", "Send the list of plant"),
)
# relationship or none, title, kind, clauses, days ago, shared
DOCUMENTS: tuple[tuple[str | None, str, DocumentKind, str, int, bool], ...] = (
    (None, "Collaboration policy", DocumentKind.POLICY, "5.2", 420, False),
    (
        None,
        "Procedure for choosing and ranking relationships",
        DocumentKind.PROCEDURE,
        "6.3, 8.2.6",
        410,
        False,
    ),
    (None, "Knowledge sharing rules", DocumentKind.PROCEDURE, "8.3.4, 8.6.3", 320, False),
    (None, "System handbook with clause matrix", DocumentKind.OTHER, "4.4, 7.5", 415, False),
    ("R-01", "Joint governance charter", DocumentKind.CHARTER, "8.6.2", 380, True),
    ("R-01", "Renewal contract", DocumentKind.CONTRACT, "8.6.10", 400, False),
    ("R-02", "Alliance agreement", DocumentKind.CONTRACT, "8.6.10", 430, True),
)


def load_meetings(story: Story, at: datetime) -> None:
    """Each on its day."""
    del at
    for index, ref in enumerate(("R-01", "R-02", "R-03")):
        for number, day in enumerate(MEETING_DAYS):
            story.tell(story.moment(-day - 2 * index, 9), partial(_meet, story, ref=ref, number=number))
        story.tell(story.moment(-4, 9, index), partial(_plan_next, story, ref=ref))
    story.tell(story.moment(-9, 9), partial(_settle, story))
    for entry in DOCUMENTS:
        story.tell(story.moment(-entry[4], 15), partial(_document, story, entry=entry))


def _manager(story: Story, found: Relationship) -> Principal:
    who = principal_of_person(story.session, found.manager_id) if found.manager_id else None
    return who or story.people["ada"]


def _theirs(story: Story, found: Relationship) -> Principal | None:
    person_id = story.session.scalar(
        sa.select(RelationshipMember.person_id)
        .where(
            RelationshipMember.relationship_id == found.id,
            RelationshipMember.until.is_(None),
            RelationshipMember.role.in_([MemberRole.PARTNER_MANAGER, MemberRole.PARTNER_SER]),
        )
        .order_by(RelationshipMember.role)
        .limit(1)
    )
    return principal_of_person(story.session, person_id) if person_id else None


def _meet(story: Story, at: datetime, *, ref: str, number: int) -> None:
    found = story.session.get_one(Relationship, story.relationships[ref])
    actor, theirs = _manager(story, found), _theirs(story, found)
    people = [one for one in (found.manager_id, found.owner_id, theirs.person_id if theirs else None) if one]
    meeting = meetings.plan_meeting(
        story.session, actor=actor, at=at, relationship_id=found.id, kind=MeetingKind.JOINT_TEAM,
        title="Joint management team", starts_at=at, zone=ZONE, place="By turns at either side",
        agenda="- Actions of last time\n- Numbers\n- Risks and issues\n- What is next", sharing=Sharing.SHARED, invited=people,
    )  # fmt: skip
    story.session.flush()
    common: dict[str, Any] = {"actor": actor, "at": at, "meeting": meeting}
    meetings.hold(story.session, present=people, also="", **common)
    decision, action = SAID[number]
    meetings.decide(
        story.session, text=decision, ours="Relationship manager", theirs="Their manager", **common
    )
    add_action(
        story.session, actor=actor, at=at, relationship_id=found.id, title=action,
        owner_id=theirs.person_id if theirs and number % 2 else actor.person_id,
        due_on=at.date() + timedelta(days=24), sharing=Sharing.SHARED, source_kind="meeting", source_ref=meeting.ref,
    )  # fmt: skip
    meetings.write_minutes(
        story.session,
        version=meeting.version,
        text="Numbers were looked at and found right. No new risks.",
        **common,
    )
    meetings.submit(story.session, **common)
    meetings.agree(story.session, party_id=None, **common)
    if number == len(MEETING_DAYS) - 1:
        return  # the newest minutes wait for the partner
    for partner in found.partners:
        if theirs is not None and theirs.partner_id == partner.id:
            meetings.agree(story.session, actor=theirs, at=at, meeting=meeting, party_id=partner.id)
        else:
            meetings.agree(story.session, party_id=partner.id, note="By mail the week after.", **common)


def _plan_next(story: Story, at: datetime, *, ref: str) -> None:
    found = story.session.get_one(Relationship, story.relationships[ref])
    day = story.day(9)
    meetings.plan_meeting(
        story.session, actor=_manager(story, found), at=at, relationship_id=found.id, kind=MeetingKind.JOINT_TEAM,
        title="Joint management team", starts_at=story.clock(day, 10), zone=ZONE, place="At ours", agenda="- Actions of last time\n- Numbers",
        sharing=Sharing.SHARED, invited=[one for one in (found.manager_id, found.owner_id) if one],
    )  # fmt: skip


def _settle(story: Story, at: datetime) -> None:
    """Most actions are done; of the newest one needs more time, one is late."""
    rows = story.session.scalars(
        sa.select(JointAction)
        .where(JointAction.status == ActionStatus.OPEN)
        .order_by(JointAction.due_on, JointAction.ref)
    ).all()
    late = 3
    for action in rows[:-late]:
        who = principal_of_person(story.session, action.owner_id)
        if who is not None and action.source_kind == "meeting":
            finish(story.session, actor=who, at=at, action=action, note="Done, and said in the meeting.")
    last = rows[-1] if rows else None
    who = principal_of_person(story.session, last.owner_id) if last else None
    if last is not None and who is not None:
        ask_for_time(
            story.session, actor=who, at=at, action=last, until=last.due_on + timedelta(days=21),
            reason="The other depot has not sent its part.",
        )  # fmt: skip


def _document(
    story: Story, at: datetime, *, entry: tuple[str | None, str, DocumentKind, str, int, bool]
) -> None:
    ref, title, kind, clauses, _ago, shared = entry
    ada, ben = story.people["ada"], story.people["ben"]
    document = documents.add_document(
        story.session, actor=ada, at=at, relationship_id=story.relationships[ref] if ref else None, title=title, kind=kind,
        clauses=clauses, owner_id=ada.person_id, approver_id=ben.person_id, review_months=12 if ref else 24,
        sharing=Sharing.SHARED if shared else Sharing.INTERNAL,
        contents=documents.Contents(
            url=f"https://files.example.org/{title.lower().replace(' ', '-')}", changes="First edition."
        ),
    )  # fmt: skip
    story.session.flush()
    row = story.session.scalars(
        sa.select(DocumentVersion).where(DocumentVersion.document_id == document.id)
    ).one()
    documents.submit(story.session, actor=ada, at=at, document=document, row=row)
    documents.approve(story.session, actor=ben, at=at, document=document, row=row)
