"""Health checks from the side of who is asked: one's own answers, and the questions that are asked."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from auditapp.api.declare import get, post
from auditapp.api.lists import told
from auditapp.api.places import site
from auditapp.api.shapes import Asked, Conditions, Given, Line, Words
from auditapp.api.tokens.rules import Scope
from auditapp.api.v1.standing import HEALTH, READ
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.errors import NotFound
from auditapp.people.guards import actor
from auditapp.people.queries import today_of
from auditapp.people.rules import Capability
from auditapp.relationships.health import service
from auditapp.relationships.health.model import HealthCheck
from auditapp.relationships.health.queries import (
    answers_by_question,
    check_by_ref,
    current_edition,
    editions,
    invites_of,
    own_invite,
    questions_of,
)
from auditapp.relationships.health.rules.life import CheckState
from auditapp.relationships.rules import Sharing

INSIDE = (Capability.VIEW_ORGANIZATION,)


class OwnAnswer(Given):
    """A question with one's own answer. ``score`` null though ``answered_at`` is there: cannot say."""

    key: str
    respect: str
    text: str
    score: int | None
    comment: str
    sharing: Sharing | None
    answered_at: datetime | None


class OwnAnswers(Given):
    """One's own answers to a health check. ``on_my_side``: how many people of one's own party are asked."""

    ref: str
    state: CheckState
    closes_on: date
    answerable: bool
    on_my_side: int
    items: list[OwnAnswer]
    page: str


def _own(row: HealthCheck) -> OwnAnswers:
    session = current_session()
    mine = own_invite(session, actor(), row)
    if mine is None:
        raise NotFound
    given = answers_by_question(session, mine.id)
    return told(
        OwnAnswers,
        row,
        answerable=row.state is CheckState.OPEN and today_of(session, clock.now()) <= row.closes_on,
        on_my_side=sum(one.invite.party_id == mine.party_id for one in invites_of(session, row)),
        items=[
            OwnAnswer(
                key=one.key,
                respect=respect.title,
                text=one.text,
                score=there.score if (there := given.get(one.key)) else None,
                comment=there.comment if there else "",
                sharing=there.sharing if there else None,
                answered_at=there.answered_at if there else None,
            )
            for respect, one in questions_of(row).questions
        ],
        page=site("health.answers", check_ref=row.ref),
    )


@get("/health-checks/<ref>/answers", scope=READ, gives=OwnAnswers, tag=HEALTH)
def own_answers(ref: str) -> object:
    """Your own answers, for you alone; 404 where you are not asked."""
    return _own(check_by_ref(current_session(), actor(), ref))


class HealthAnswerGiven(Asked):
    """An answer. ``score``: from 1, failing, to 5, collaborative; null: cannot say. ``sharing``: of the comment."""

    question: Line = Field(description="Its key.")
    score: Literal[1, 2, 3, 4, 5] | None
    comment: Words = Field(default="", max_length=2000)
    sharing: Sharing = Sharing.INTERNAL


@post("/health-checks/<ref>/answers", scope=Scope.WRITE_RELATIONSHIPS, gives=OwnAnswers, tag=HEALTH)
def answer_health_question(ref: str, json: HealthAnswerGiven, headers: Conditions) -> object:
    """Answer a question, or change your answer, while the check is open."""
    del headers
    session = current_session()
    row = check_by_ref(session, actor(), ref)
    service.answer(
        session,
        actor=actor(),
        at=clock.now(),
        check=row,
        question=json.question,
        score=json.score,
        comment=json.comment,
        sharing=json.sharing,
    )
    session.flush()
    return _own(row)


class HealthQuestion(Given):
    """A question."""

    key: str
    text: str


class HealthRespect(Given):
    """A respect: its questions, and a sentence for each step, from failing to collaborative."""

    key: str
    title: str
    questions: list[HealthQuestion]
    steps: list[str]


class QuestionsEdition(Given):
    """An edition of one's own: what was changed, and by whom."""

    number: int
    note: str
    made_at: datetime
    made_by: str


class HealthQuestions(Given):
    """The questions that a health check asks which is opened now, and the editions of one's own, newest first."""

    edition: int
    respects: list[HealthRespect]
    editions: list[QuestionsEdition]
    page: str


@get("/health-questions", scope=READ, gives=HealthQuestions, needs=INSIDE, tag=HEALTH)
def health_questions() -> object:
    """The questions that both sides are asked."""
    found, _row = current_edition(current_session())
    return HealthQuestions(
        edition=found.edition,
        respects=[
            told(
                HealthRespect,
                one,
                questions=[told(HealthQuestion, each) for each in one.questions],
                steps=list(one.steps),
            )
            for one in found.dimensions
        ],
        editions=[told(QuestionsEdition, row, made_by=name) for row, name in editions(current_session())],
        page=site("health.questions"),
    )
