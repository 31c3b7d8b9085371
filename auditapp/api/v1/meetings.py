"""Meetings with what they decided, and joint actions."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from auditapp.api.declare import expected, get, post, versioned
from auditapp.api.lists import Names, known_relationship, page, people_in, rows_of, told
from auditapp.api.places import site
from auditapp.api.shapes import (
    Asked,
    Conditions,
    Day,
    Given,
    Line,
    Link,
    Locked,
    Name,
    Needed,
    Paging,
    Person,
    Words,
    listing,
)
from auditapp.api.tokens.rules import Scope
from auditapp.api.v1.actions import Why
from auditapp.api.v1.registers import of_relationship
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.errors import Stale
from auditapp.kit.text import Text
from auditapp.people.guards import actor
from auditapp.relationships.actions import model as actions
from auditapp.relationships.actions import service
from auditapp.relationships.actions.queries import action_by_ref, actions_from, notes_of, visible_actions
from auditapp.relationships.actions.rules import ActionStatus
from auditapp.relationships.meetings import model as meetings_model
from auditapp.relationships.meetings.queries import (
    agreements_of,
    decisions_of,
    meeting_by_ref,
    visible_meetings,
)
from auditapp.relationships.meetings.rules import MeetingKind, MeetingStatus
from auditapp.relationships.rules import Sharing

READ, WRITE = Scope.READ_RELATIONSHIPS, Scope.WRITE_RELATIONSHIPS
MEETINGS, ACTIONS = "Meetings", "Joint actions"
CHANGED = Text("Somebody changed this action since you read it. Read it again.")


class MeetingsAsked(Paging):
    """Which meetings."""

    relationship: Line = Field(default="", description="The number of a relationship, such as R-01.")
    status: MeetingStatus | None = Field(default=None)
    kind: MeetingKind | None = Field(default=None)


class Meeting(Given):
    """A meeting as a list shows it."""

    ref: str
    title: str
    relationship: Link | None
    kind: MeetingKind
    status: MeetingStatus
    starts_at: datetime
    zone: str
    place: str
    held_on: date | None
    sharing: Sharing
    page: str


class Decision(Given):
    """What was decided, and by whom for each party."""

    number: int
    text: str
    ours: str
    theirs: str


class Agreement(Given):
    """What somebody said of the minutes for their party; ``counts``: nothing was changed since."""

    person: str
    at: datetime
    agrees: bool
    counts: bool
    note: str


class WholeMeeting(Meeting):
    """A meeting with its minutes."""

    agenda: str
    minutes: str
    invited: list[Person]
    present: list[Person]
    also_present: str
    decisions: list[Decision]
    agreements: list[Agreement]
    actions: list[Link]


def _link_of(names: Names, row: meetings_model.Meeting) -> dict[str, object]:
    return {
        "relationship": names.relationship(row.relationship_id),
        "page": site("meetings.show", meeting_ref=row.ref),
    }


@get("/meetings", scope=READ, gives=listing(Meeting), tag=MEETINGS)
def meetings(query: MeetingsAsked) -> object:
    """The meetings that you may see."""
    model = meetings_model.Meeting
    asked = of_relationship(visible_meetings(actor()), query.relationship, model.relationship_id)
    for column, value in ((model.status, query.status), (model.kind, query.kind)):
        if value is not None:
            asked = asked.where(column == value)
    rows, cursor = rows_of(current_session(), asked, model.id, query)
    names = Names(current_session(), relationships=[one.relationship_id for one in rows])
    return page(Meeting, (told(Meeting, row, **_link_of(names, row)) for row in rows), cursor)


@get("/meetings/<ref>", scope=READ, gives=WholeMeeting, tag=MEETINGS)
def meeting(ref: str) -> object:
    """One meeting: its minutes, what it decided, what the parties said, the actions that came of it."""
    session = current_session()
    row = meeting_by_ref(session, actor(), ref)
    invited, present = ([UUID(one) for one in ids] for ids in (row.invited, row.present))
    names = Names(session, people=[*invited, *present], relationships=[row.relationship_id])
    made = told(
        WholeMeeting,
        row,
        invited=[names.person(one) for one in invited],
        present=[names.person(one) for one in present],
        decisions=[told(Decision, one) for one in decisions_of(session, row.id)],
        agreements=[told(Agreement, one, person=name) for one, name in agreements_of(session, row.id)],
        actions=[
            Link(ref=one.ref, name=one.title)
            for one, _owner in actions_from(session, actor(), "meeting", row.ref)
        ],
        **_link_of(names, row),
    )
    return versioned(made, row.version)


class JointActionsAsked(Paging):
    """Which joint actions."""

    relationship: Line = Field(default="", description="The number of a relationship, such as R-01.")
    status: ActionStatus | None = Field(default=None)
    owner: UUID | None = Field(default=None, description="The id of a person.")
    due_before: Day | None = Field(default=None)


class JointAction(Given):
    """Something that somebody of either side is to do."""

    ref: str
    title: str
    text: str
    relationship: Link | None
    owner: Person | None
    asked_by: Person | None
    due_on: date
    status: ActionStatus
    settled_on: date | None
    settled_note: str
    wanted_on: date | None = Field(description="The day that its owner asks for instead.")
    wanted_reason: str
    source_ref: str = Field(description="The meeting or issue that it comes from.")
    sharing: Sharing
    page: str


class Note(Given):
    """A word on it."""

    person: Person | None
    at: datetime
    text: str


class WholeJointAction(JointAction):
    """A joint action with what was said about it."""

    notes: list[Note]


class JointActionWanted(Asked):
    """A joint action to ask for."""

    relationship: Name = Field(description="The number of a relationship, such as R-01.")
    title: Name
    text: Words = ""
    owner: UUID
    due_on: Day
    sharing: Sharing = Sharing.SHARED


class Said(Asked):
    """A word on it."""

    note: Words = ""


class MoreTime(Asked):
    """Another day, and why."""

    until: Day
    reason: Needed


class TimeAnswer(Asked):
    """Whether the owner gets the time; a refusal says why."""

    granted: bool
    note: Words = ""


def _told(row: actions.JointAction, names: Names) -> dict[str, object]:
    return {
        "relationship": names.relationship(row.relationship_id),
        "owner": names.person(row.owner_id),
        "asked_by": names.person(row.asked_by_id),
        "page": site("joint_actions.show", action_ref=row.ref),
    }


def _names(rows: list[actions.JointAction], *more: UUID) -> Names:
    return Names(
        current_session(),
        people=[*people_in(rows, "owner_id", "asked_by_id"), *more],
        relationships=[one.relationship_id for one in rows],
    )


def _whole(row: actions.JointAction, status: int = 200) -> object:
    said = notes_of(current_session(), actor(), row.id)
    names = _names([row], *(one.person_id for one, _name in said))
    made = told(
        WholeJointAction,
        row,
        notes=[told(Note, one, person=names.person(one.person_id)) for one, _name in said],
        **_told(row, names),
    )
    return versioned(made, row.version, status)


@get("/joint-actions", scope=READ, gives=listing(JointAction), tag=ACTIONS)
def joint_actions(query: JointActionsAsked) -> object:
    """The joint actions that you may see."""
    model = actions.JointAction
    asked = of_relationship(visible_actions(actor()), query.relationship, model.relationship_id)
    for column, value in ((model.status, query.status), (model.owner_id, query.owner)):
        if value is not None:
            asked = asked.where(column == value)
    if query.due_before is not None:
        asked = asked.where(model.due_on < query.due_before)
    rows, cursor = rows_of(current_session(), asked, model.id, query)
    names = _names(list(rows))
    return page(JointAction, (told(JointAction, row, **_told(row, names)) for row in rows), cursor)


@get("/joint-actions/<ref>", scope=READ, gives=WholeJointAction, tag=ACTIONS)
def joint_action(ref: str) -> object:
    """One joint action."""
    return _whole(action_by_ref(current_session(), actor(), ref))


@post("/joint-actions", scope=WRITE, gives=WholeJointAction, tag=ACTIONS, status=201)
def ask_joint_action(json: JointActionWanted, headers: Conditions) -> object:
    """Ask somebody of either side for something. What a partner asks for, or is to do, is shared."""
    del headers
    session = current_session()
    made = service.add_action(
        session, actor=actor(), at=clock.now(),
        relationship_id=known_relationship(json.relationship, "relationship"),
        title=json.title, text=json.text, owner_id=json.owner, due_on=json.due_on, sharing=json.sharing,
    )  # fmt: skip
    session.flush()
    return _whole(made, 201)


def _found(ref: str, headers: Locked) -> actions.JointAction:
    row = action_by_ref(current_session(), actor(), ref)
    wanted = expected(headers)
    if wanted is not None and wanted != row.version:
        raise Stale(CHANGED)
    return row


def _done(row: actions.JointAction) -> object:
    current_session().flush()
    return _whole(row)


@post("/joint-actions/<ref>/finish", scope=WRITE, gives=WholeJointAction, tag=ACTIONS)
def finish_joint_action(ref: str, json: Said, headers: Locked) -> object:
    """It is done."""
    row = _found(ref, headers)
    service.finish(current_session(), actor=actor(), at=clock.now(), action=row, note=json.note)
    return _done(row)


@post("/joint-actions/<ref>/drop", scope=WRITE, gives=WholeJointAction, tag=ACTIONS)
def drop_joint_action(ref: str, json: Why, headers: Locked) -> object:
    """It is not needed any more."""
    row = _found(ref, headers)
    service.drop(current_session(), actor=actor(), at=clock.now(), action=row, reason=json.reason)
    return _done(row)


@post("/joint-actions/<ref>/reopen", scope=WRITE, gives=WholeJointAction, tag=ACTIONS)
def reopen_joint_action(ref: str, json: Why, headers: Locked) -> object:
    """It is not done after all."""
    row = _found(ref, headers)
    service.reopen(current_session(), actor=actor(), at=clock.now(), action=row, reason=json.reason)
    return _done(row)


@post("/joint-actions/<ref>/ask-for-time", scope=WRITE, gives=WholeJointAction, tag=ACTIONS)
def ask_for_time(ref: str, json: MoreTime, headers: Locked) -> object:
    """Its owner asks for another day; who asked for the action answers."""
    row = _found(ref, headers)
    service.ask_for_time(
        current_session(), actor=actor(), at=clock.now(), action=row, until=json.until, reason=json.reason
    )
    return _done(row)


@post("/joint-actions/<ref>/answer-time", scope=WRITE, gives=WholeJointAction, tag=ACTIONS)
def answer_time(ref: str, json: TimeAnswer, headers: Locked) -> object:
    """Grant or refuse the time that its owner asked for."""
    row = _found(ref, headers)
    service.answer_time(
        current_session(), actor=actor(), at=clock.now(), action=row, granted=json.granted, note=json.note
    )
    return _done(row)
