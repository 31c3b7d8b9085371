"""Objectives, risks, ideas, lessons, communications, behaviours and health checks, as outputs of stages.

What is taken links the newest records of the register and notes how many there are.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.text import Text, day_words
from auditapp.people.rules import Principal
from auditapp.relationships.health.model import HealthCheck
from auditapp.relationships.health.rules.life import CheckState
from auditapp.relationships.lifecycle.queries.suggests import Suggestion, suggests
from auditapp.relationships.model import Relationship
from auditapp.relationships.registers.behaviours.model import BehaviourAssessment, BehaviourDevelopment
from auditapp.relationships.registers.behaviours.rules import DevelopmentState
from auditapp.relationships.registers.communications.model import Communication
from auditapp.relationships.registers.ideas.model import Idea
from auditapp.relationships.registers.ideas.rules import IdeaState
from auditapp.relationships.registers.lessons.model import Lesson
from auditapp.relationships.registers.lessons.rules import LessonState
from auditapp.relationships.registers.objectives.model import Measure, Objective
from auditapp.relationships.registers.objectives.rules import State as ObjectiveState
from auditapp.relationships.registers.objectives.rules import Whose
from auditapp.relationships.registers.risks.model import Risk

Found = Iterable[tuple[str, Suggestion]]
LINKED = 3  # records of a register that are linked when it is taken


def _all(
    found: Relationship,
    keys: Iterable[str],
    asked: Collection[str],
    *,
    key: str,
    label: Text,
    endpoint: str,
    refs: Sequence[str] = (),
) -> Found:
    """The same thing found for several outputs."""
    one = Suggestion(
        key=key, label=label, refs=tuple(refs[:LINKED]), note=str(label), endpoint=endpoint,
        values={"ref": found.ref},
    )  # fmt: skip
    return [(output, one) for output in keys if output in asked]


def _count(session: Session, *where: sa.ColumnElement[bool]) -> int:
    return session.scalar(sa.select(sa.func.count()).where(*where)) or 0


@suggests("AW3", "KN5", "PS3", "WT1", "WT5")
def of_the_objectives(
    session: Session, _principal: Principal, found: Relationship, asked: Collection[str]
) -> Found:
    """Objectives that are agreed, the joint ones apart; and what measures them."""
    rows = session.execute(
        sa.select(Objective.ref, Objective.whose, Objective.state)
        .where(Objective.relationship_id == found.id, Objective.state != ObjectiveState.DROPPED)
        .order_by(Objective.created_at.desc())
    ).all()
    where = "objectives.of_relationship"
    if rows:
        yield from _all(
            found, ("AW3", "KN5"), asked, key="objectives", endpoint=where, refs=[row[0] for row in rows],
            label=Text("Objectives: %(count)s", count=len(rows)),
        )  # fmt: skip
    joint = [
        row[0]
        for row in rows
        if row[1] is Whose.JOINT and row[2] in {ObjectiveState.AGREED, ObjectiveState.REACHED}
    ]
    if joint:
        yield from _all(
            found, ("PS3", "WT1"), asked, key="joint_objectives", endpoint=where, refs=joint,
            label=Text("Joint objectives that all parties agreed to: %(count)s", count=len(joint)),
        )  # fmt: skip
    measures = (
        _count(session, Measure.objective_id == Objective.id, Objective.relationship_id == found.id)
        if "WT5" in asked
        else 0
    )
    if measures:
        yield from _all(
            found, ("WT5",), asked, key="measures", endpoint=where,
            label=Text("Measures of objectives: %(count)s", count=measures),
        )  # fmt: skip


@suggests("AW6", "KN9", "WT4a", "PS2")
def of_the_risks(
    session: Session, _principal: Principal, found: Relationship, asked: Collection[str]
) -> Found:
    """The joint register of risks and opportunities."""
    rows = session.execute(
        sa.select(Risk.ref, Risk.last_reviewed_on)
        .where(Risk.relationship_id == found.id)
        .order_by(Risk.created_at.desc())
    ).all()
    if rows:
        reviewed = max((row[1] for row in rows if row[1]), default=None)
        label = (
            Text(
                "Risks and opportunities: %(count)s, last reviewed on %(day)s",
                count=len(rows), day=day_words(reviewed),
            )
            if reviewed
            else Text("Risks and opportunities: %(count)s, not reviewed yet", count=len(rows))
        )  # fmt: skip
        yield from _all(
            found, ("AW6", "KN9", "WT4a", "PS2"), asked, key="risks", endpoint="risks.of_relationship",
            refs=[row[0] for row in rows], label=label,
        )  # fmt: skip


@suggests("KN7", "WT6", "VC1b", "ST3")
def of_the_ideas(
    session: Session, _principal: Principal, found: Relationship, asked: Collection[str]
) -> Found:
    """Ideas of both sides, and how many brought something."""
    rows: list[Any] = list(
        session.execute(
            sa.select(Idea.ref, Idea.state)
            .where(
                Idea.relationship_id == found.id,
                Idea.state.not_in([IdeaState.DECLINED, IdeaState.WITHDRAWN]),
            )
            .order_by(Idea.created_at.desc())
        )
    )
    if rows:
        realised = sum(1 for row in rows if row[1] is IdeaState.REALISED)
        yield from _all(
            found, ("KN7", "WT6", "VC1b", "ST3"), asked, key="ideas", endpoint="ideas.of_relationship",
            refs=[row[0] for row in rows],
            label=Text("Ideas: %(count)s, realised: %(realised)s", count=len(rows), realised=realised),
        )  # fmt: skip


@suggests("KN3", "VC1a", "EX6")
def of_the_lessons(
    session: Session, _principal: Principal, found: Relationship, asked: Collection[str]
) -> Found:
    """Lessons that hold."""
    refs = session.scalars(
        sa.select(Lesson.ref)
        .where(Lesson.relationship_id == found.id, Lesson.state == LessonState.CURRENT)
        .order_by(Lesson.created_at.desc())
    ).all()
    if refs:
        yield from _all(
            found, ("KN3", "VC1a", "EX6"), asked, key="lessons", endpoint="lessons.of_relationship", refs=refs,
            label=Text("Lessons: %(count)s", count=len(refs)),
        )  # fmt: skip


@suggests("KN5", "WT3")
def of_the_communications(
    session: Session, _principal: Principal, found: Relationship, asked: Collection[str]
) -> Found:
    """The lines of the communications plan."""
    lines = _count(session, Communication.relationship_id == found.id, Communication.active.is_(True))
    if lines:
        yield from _all(
            found, ("KN5", "WT3"), asked, key="communications", endpoint="communications.of_relationship",
            label=Text("Communications plan; lines in use: %(count)s", count=lines),
        )  # fmt: skip


@suggests("AW5", "KN2", "IA4", "WT6")
def of_the_behaviours(
    session: Session, _principal: Principal, found: Relationship, asked: Collection[str]
) -> Found:
    """Who was assessed, and what was done to develop people."""
    people = session.scalar(
        sa.select(sa.func.count(sa.distinct(BehaviourAssessment.person_id))).where(
            BehaviourAssessment.relationship_id == found.id, BehaviourAssessment.taken_back.is_(False)
        )
    )
    if people:
        done = _count(
            session,
            BehaviourDevelopment.relationship_id == found.id,
            BehaviourDevelopment.state == DevelopmentState.DONE,
        )
        yield from _all(
            found, ("AW5", "KN2", "IA4", "WT6"), asked, key="behaviours", endpoint="behaviours.of_relationship",
            label=Text(
                "People assessed: %(people)s; development actions done: %(done)s", people=people, done=done
            ),
        )  # fmt: skip


@suggests("ST1", "ST4")
def of_the_health(
    session: Session, _principal: Principal, found: Relationship, asked: Collection[str]
) -> Found:
    """Health checks that are closed, the newest first."""
    refs = session.scalars(
        sa.select(HealthCheck.ref)
        .where(HealthCheck.relationship_id == found.id, HealthCheck.state == CheckState.CLOSED)
        .order_by(HealthCheck.closed_at.desc())
    ).all()
    if refs:
        yield from _all(
            found, ("ST1", "ST4"), asked, key="health", endpoint="health.of_relationship", refs=refs[:1],
            label=Text("Health checks by both sides: %(count)s, the last one %(ref)s", count=len(refs), ref=refs[0]),
        )  # fmt: skip
