"""What the rooms hold is found for the outputs, and taken as links where it has a number."""

from datetime import timedelta

import pytest

from auditapp.kit.clock import now
from auditapp.people.rules import Role
from auditapp.relationships.actions.model import JointAction
from auditapp.relationships.contacts.model import CriterionScore, Interdependency
from auditapp.relationships.documents.model import Document, DocumentVersion
from auditapp.relationships.documents.rules import DocumentKind, VersionStatus
from auditapp.relationships.exits import model as exits
from auditapp.relationships.exits.rules.content import Section
from auditapp.relationships.exits.rules.triggers import TriggerKind
from auditapp.relationships.exits.rules.versions import VersionKind
from auditapp.relationships.exits.rules.versions import VersionStatus as ExitStatus
from auditapp.relationships.health.model import HealthCheck
from auditapp.relationships.health.rules.life import CheckState
from auditapp.relationships.issues.model import IssueHolder
from auditapp.relationships.lifecycle import queries, service
from auditapp.relationships.lifecycle.rules import OUTPUTS, OutputState
from auditapp.relationships.links.queries import links_of
from auditapp.relationships.meetings.model import Meeting
from auditapp.relationships.meetings.rules import MeetingKind, MeetingStatus
from auditapp.relationships.model import RelationshipMember
from auditapp.relationships.registers.behaviours.model import BehaviourAssessment
from auditapp.relationships.registers.behaviours.rules import Source
from auditapp.relationships.registers.communications.model import Communication
from auditapp.relationships.registers.communications.rules import Audience, Channel, HowOften
from auditapp.relationships.registers.ideas.model import Idea
from auditapp.relationships.registers.ideas.rules import Category, IdeaState
from auditapp.relationships.registers.lessons.model import Lesson
from auditapp.relationships.registers.objectives.model import Objective
from auditapp.relationships.registers.objectives.rules import State as ObjectiveState
from auditapp.relationships.registers.objectives.rules import Whose
from auditapp.relationships.registers.risks.model import Risk
from auditapp.relationships.registers.risks.rules import RiskKind, Treatment
from auditapp.relationships.rules import MemberRole, Sharing
from tests.factories import make_contact, make_person, make_relationship

TODAY = now().date()


@pytest.fixture
def found(session):
    return make_relationship(session)


@pytest.fixture
def mia(session, found):
    return make_person(session, scoped=[(Role.RELATIONSHIP_MANAGER, found.id)])


def offered(session, who, found, key):
    return [
        (str(one.label), one.refs) for one in queries.suggestions(session, who, found, [key]).get(key, [])
    ]


def document(session, who, ref, kind, *, relationship_id=None, status=VersionStatus.APPROVED):
    made = Document(
        ref=ref, relationship_id=relationship_id, title=f"Paper {ref}", kind=kind, owner_id=who.person_id,
        approver_id=who.person_id, created_at=now(),
    )  # fmt: skip
    session.add(made)
    session.flush()
    session.add(
        DocumentVersion(
            document_id=made.id, number=1, status=status, author_id=who.person_id, made_at=now(),
            approved_on=TODAY if status is VersionStatus.APPROVED else None,
        )
    )  # fmt: skip
    session.flush()


def test_nothing_is_found_where_nothing_is(session, found, mia):
    assert queries.suggestions(session, mia, found, set(OUTPUTS) - {"AW4"}) == {}


def test_approved_documents_of_their_kind(session, found, mia):
    other = make_relationship(session)
    document(session, mia, "DOC-101", DocumentKind.CONTRACT, relationship_id=found.id)
    document(session, mia, "DOC-102", DocumentKind.CONTRACT, relationship_id=other.id)
    document(
        session, mia, "DOC-103", DocumentKind.CONTRACT, relationship_id=found.id, status=VersionStatus.DRAFT
    )
    document(session, mia, "DOC-104", DocumentKind.POLICY)
    assert offered(session, mia, found, "WT4b") == [("DOC-101 “Paper DOC-101”, version 1", ("DOC-101",))]
    assert offered(session, mia, found, "AW2") == [("DOC-104 “Paper DOC-104”, version 1", ("DOC-104",))]
    row = service.take_suggestion(
        session, actor=mia, at=now(), relationship_id=found.id, key="WT4b", suggestion="document:DOC-101"
    )
    assert (row.state, row.note) == (OutputState.THERE, "")
    assert [one.ref for one in links_of(session, mia, "stage_output", [row.id])[row.id]] == ["DOC-101"]


def test_the_exit_strategy_by_what_is_written(session, found, mia):
    strategy = exits.ExitStrategy(ref="EX-2026-009", relationship_id=found.id, created_at=now())
    session.add(strategy)
    session.flush()
    version = exits.ExitVersion(
        strategy_id=strategy.id, number=1, kind=next(iter(VersionKind)), initiators=[], begun_at=now()
    )
    session.add(version)
    session.flush()
    assert offered(session, mia, found, "EX1") == []
    assert offered(session, mia, found, "KN8")[0][1] == ("EX-2026-009",)
    for section in (Section.BOUNDARIES, Section.CONTINUITY, Section.WHO_MAY_INITIATE):
        session.add(exits.ExitSection(version_id=version.id, key=section, text="So it is.", changed_at=now()))
    version.status = ExitStatus.IN_FORCE
    session.flush()
    assert offered(session, mia, found, "EX1")[0][0] == "EX-2026-009, version 1: In force"
    assert offered(session, mia, found, "EX2") == []  # the conflict areas are still missing
    assert offered(session, mia, found, "EX3") == []
    assert offered(session, mia, found, "EX4") == []
    assert offered(session, mia, found, "EX5")[0][0] == "Customer continuity plan, not tested yet"
    session.add(
        exits.ExitSection(version_id=version.id, key=Section.CONFLICT_AREAS, text="Here.", changed_at=now())
    )
    session.add(exits.ExitPlanStep(version_id=version.id, position=1, what="Give notice", days=5))
    session.add(
        exits.ExitTrigger(
            strategy_id=strategy.id, number=1, kind=next(iter(TriggerKind)), description="They are bought",
            state_since=now(), checked_on=TODAY,
        )
    )  # fmt: skip
    session.flush()
    assert offered(session, mia, found, "EX2")[0][0] == "Written in EX-2026-009: Boundaries, Conflict areas"
    assert offered(session, mia, found, "EX3")[0][0].startswith("Triggers: 1, last checked on")
    assert offered(session, mia, found, "EX4")[0][0] == "Who may initiate is written; steps of parting: 1"


def test_ladder_meetings_actions_and_the_joint_team(session, found, mia):
    contact = make_contact(session, found, MemberRole.JOINT_TEAM)
    session.add_all(
        [
            IssueHolder(relationship_id=found.id, level=1, person_id=mia.person_id),
            IssueHolder(relationship_id=found.id, level=1, party_id=contact.partner_id, name="Wes"),
            IssueHolder(relationship_id=found.id, level=2, person_id=mia.person_id),
            RelationshipMember(
                relationship_id=found.id, person_id=mia.person_id, role=MemberRole.JOINT_TEAM, added_at=now()
            ),
            JointAction(
                ref="JA-2026-090", relationship_id=found.id, title="Name a clerk", owner_id=mia.person_id,
                due_on=TODAY, sharing=Sharing.SHARED, asked_by_id=mia.person_id, created_at=now(),
            ),
            *(
                Meeting(
                    ref=f"M-2026-09{number}", relationship_id=found.id, kind=MeetingKind.JOINT_TEAM, title="Team",
                    starts_at=now(), zone="Europe/London", invited=[], present=[], created_at=now(), status=status,
                    held_on=TODAY - timedelta(days=number) if status is MeetingStatus.AGREED else None,
                )
                for number, status in enumerate(
                    (MeetingStatus.AGREED, MeetingStatus.AGREED, MeetingStatus.PLANNED)
                )
            ),
        ]
    )  # fmt: skip
    session.flush()
    assert offered(session, mia, found, "ST5")[0][0].startswith("The ladder: holders named on 2 of 4 levels")
    assert offered(session, mia, found, "IA5")[0][0] == "Joint actions: 1, done: 0"
    assert offered(session, mia, found, "ST2")[0][1] == ("M-2026-090",)
    assert ": meetings held: 2, the last on" in offered(session, mia, found, "ST2")[0][0]
    # what can be linked stands before what can only be noted
    assert [bool(refs) for _, refs in offered(session, mia, found, "WT1")] == [True, False]
    assert (
        offered(session, mia, found, "WT2")[0][0]
        == "A joint management team of 1 of ours and 1 of the partner"
    )


def test_scores_interdependencies_and_the_contract(session, found, mia):
    found.contract_starts_on = TODAY
    session.add_all(
        [
            CriterionScore(relationship_id=found.id, criterion="value", score=4),
            Interdependency(relationship_id=make_relationship(session).id, other_id=found.id),
        ]
    )
    session.flush()
    assert "Priority is scored; criteria: 1" in [label for label, _ in offered(session, mia, found, "AW4")]
    assert offered(session, mia, found, "KN10")[0][0] == "Interdependencies: 1, not reviewed yet"
    assert offered(session, mia, found, "WT4b")[0][0].startswith("Contract from")


def test_the_registers_and_the_health_checks(session, found, mia):
    me = mia.person_id
    session.add_all(
        [
            Risk(
                ref=f"RK-2026-09{number}", relationship_id=found.id, written_by_id=me, kind=RiskKind.RISK,
                title="Late plant", likelihood=2, impact=3, treatment=Treatment.REDUCE, next_review_on=TODAY,
                last_reviewed_on=TODAY if number == 2 else None, created_at=now(),
            )
            for number in range(5)
        ]
        + [
            Objective(
                ref=f"OB-2026-09{number}", relationship_id=found.id, whose=whose, statement="Fewer delays",
                state=state, created_at=now(), created_by_id=me,
            )
            for number, (whose, state) in enumerate(
                (
                    (Whose.JOINT, ObjectiveState.AGREED),
                    (Whose.JOINT, ObjectiveState.PROPOSED),
                    (Whose.OWN, ObjectiveState.AGREED),
                    (Whose.OWN, ObjectiveState.DROPPED),
                )
            )
        ]
        + [
            Idea(
                ref=f"ID-2026-09{number}", relationship_id=found.id, raised_by_id=me, raised_on=TODAY,
                title="Share a crane", category=Category.COST, state=state, created_at=now(),
            )
            for number, state in enumerate((IdeaState.REALISED, IdeaState.PROPOSED, IdeaState.DECLINED))
        ]
        + [
            Lesson(
                ref="LS-2026-090", relationship_id=found.id, written_by_id=me, learned_on=TODAY,
                title="Ask early", created_at=now(),
            ),
            Communication(
                relationship_id=found.id, what="Weekly call", audience=Audience.BOTH, channel=Channel.CALL,
                how_often=HowOften.WEEK, first_on=TODAY, created_at=now(),
            ),
            BehaviourAssessment(
                relationship_id=found.id, person_id=me, item_key="listening", source=Source.SELF, level=2,
                by_id=me, assessed_on=TODAY, created_at=now(),
            ),
            *(
                HealthCheck(
                    ref=f"HC-2026-09{number}", relationship_id=found.id, edition=1, questions=[], desired={},
                    state=state, opened_at=now(), opened_by_id=me, closes_on=TODAY,
                    closed_at=now() if state is CheckState.CLOSED else None,
                )
                for number, state in enumerate((CheckState.CLOSED, CheckState.OPEN))
            ),
        ]
    )  # fmt: skip
    session.flush()
    label, refs = offered(session, mia, found, "WT4a")[0]
    assert label.startswith("Risks and opportunities: 5, last reviewed on")
    assert len(refs) == 3
    assert offered(session, mia, found, "AW3")[0][0] == "Objectives: 3"
    assert offered(session, mia, found, "PS3")[0] == (
        "Joint objectives that all parties agreed to: 1",
        ("OB-2026-090",),
    )
    assert offered(session, mia, found, "ST3")[0][0] == "Ideas: 2, realised: 1"
    assert offered(session, mia, found, "VC1a")[0] == ("Lessons: 1", ("LS-2026-090",))
    assert offered(session, mia, found, "WT3")[0][0] == "Communications plan; lines in use: 1"
    assert offered(session, mia, found, "IA4")[0][0] == "People assessed: 1; development actions done: 0"
    assert offered(session, mia, found, "ST4")[0][1] == ("HC-2026-090",)
    row = service.take_suggestion(
        session, actor=mia, at=now(), relationship_id=found.id, key="WT4a", suggestion="risks"
    )
    assert len(links_of(session, mia, "stage_output", [row.id])[row.id]) == 3
