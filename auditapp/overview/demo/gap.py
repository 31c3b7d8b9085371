"""What the organization says of its own gaps: some clauses of ISO 44001 and of BS 11000, judged before anybody audited them."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from auditapp.overview.demo.story import Story
from auditapp.reports.readiness.rules import State
from auditapp.reports.readiness.service import GapInput, judge_clause

ISO, BS = "iso44001-2017", "bs11000-1-2010"
S = State


@dataclass(frozen=True, kw_only=True)
class Word:
    """One judgement. ``due``: days from today; ``owner``: a first name."""

    standard: str
    clause: str
    state: State
    present: str = ""
    missing: str = ""
    gap: str = ""
    action: str = ""
    owner: str = ""
    due: int | None = None


WORDS: tuple[Word, ...] = (
    Word(standard=ISO, clause="4.3", state=S.CONFORM, present="Scope of the management system, edition 3, signed by the SER."),
    Word(standard=ISO, clause="5.2", state=S.CONFORM, present="Policy on the intranet and in every joint room."),
    Word(
        standard=ISO, clause="7.3", state=S.PARTIAL, present="Induction for project staff.",
        missing="Records of induction for finance and legal.",
        gap="People outside the projects cannot say what the policy means for them.",
        action="Hold one hour with finance, legal and procurement, and keep the list of who came.", owner="rosa", due=40,
    ),
    Word(
        standard=ISO, clause="8.3.5", state=S.PARTIAL, present="Risk register of each relationship.",
        missing="The second tier of suppliers.", gap="Interdependencies end at the direct partner.",
        action="Map the second tier of the two critical relationships.", owner="quin", due=55,
    ),
    Word(standard=ISO, clause="8.4.4", state=S.CONFORM, present="Collaborative profile of all three sectors."),
    Word(
        standard=ISO, clause="8.7.4", state=S.PARTIAL, present="Lessons of the rail alliance.",
        missing="A way by which others learn from them.", gap="Lessons are written down but nobody takes them up.",
        action="Open each joint meeting with one lesson from another relationship.", owner="pip", due=30,
    ),
    Word(
        standard=ISO, clause="8.8.4", state=S.NOT, missing="Any measurement of behaviour on the partner’s side.",
        gap="Trust is measured on our side alone.", action="Agree the health check with each partner’s SER.", owner="ben", due=25,
    ),
    Word(
        standard=ISO, clause="8.9.3", state=S.ARRANGED, present="Continuity plan agreed with two partners; never needed so far.",
    ),
    Word(
        standard=ISO, clause="8.9.5", state=S.NOT, missing="A list of what could be done together again.",
        gap="Nobody looks at what comes after a relationship ended.",
        action="Add the question to the checklist for closing a relationship.", owner="vera", due=70,
    ),
    Word(standard=BS, clause="3-02", state=S.CONFORM, present="Policy, objectives and scope, edition 3."),
    Word(
        standard=BS, clause="4-10", state=S.PARTIAL, present="Dependencies of the rail alliance.",
        missing="Those of the energy scheme.", gap="Interdependencies are known for one relationship only.",
        action="Review them with the energy sector.", owner="quin", due=55,
    ),
    Word(standard=BS, clause="5-03", state=S.CONFORM, present="Selection criteria with weights, agreed before the last choice."),
    Word(
        standard=BS, clause="8-02", state=S.PARTIAL, present="Lessons of the rail alliance.",
        gap="Lessons are written down but nobody takes them up.",
        action="Open each joint meeting with one lesson from another relationship.", owner="pip", due=30,
    ),
    Word(
        standard=BS, clause="10-06", state=S.NOT, missing="A list of what could be done together again.",
        gap="Nobody looks at what comes after a relationship ended.",
        action="Add the question to the checklist for closing a relationship.", owner="vera", due=70,
    ),
)  # fmt: skip
BEGUN, EACH = -75, 4  # days ago, and from one to the next


def load_gap(story: Story, at: datetime) -> None:
    """Two afternoons a week with the checklist in hand."""
    del at
    for number, word in enumerate(WORDS):
        story.tell(story.moment(BEGUN + EACH * number, 15, number), partial(_judge, story, word))


def _judge(story: Story, word: Word, at: datetime) -> None:
    judge_clause(
        story.session, actor=story.people["ada"], at=at, standard=word.standard, ref=word.clause,
        said=GapInput(
            state=word.state, present=word.present, missing=word.missing, gap=word.gap, action=word.action,
            owner_id=story.people[word.owner].person_id if word.owner else None,
            due_on=story.day(word.due) if word.due is not None else None,
        ),
    )  # fmt: skip
