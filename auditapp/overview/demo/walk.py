"""How the audits of the demonstration are carried out: opening meeting, answers, photos, findings, and the report."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from io import BytesIO
from random import Random
from uuid import UUID

import sqlalchemy as sa

from auditapp.audits.execution.model import AuditQuestion
from auditapp.audits.execution.rules import EvidenceKind, Grade, Result
from auditapp.audits.execution.service import (
    add_address,
    add_file,
    assign_chapter,
    keep_file,
    open_audit,
    raise_finding,
    save_answer,
)
from auditapp.overview.demo.audits import End, Tale
from auditapp.overview.demo.pictures import DRAWINGS
from auditapp.overview.demo.planning import Planned
from auditapp.overview.demo.story import workdays_after
from auditapp.overview.demo.tablets import tell_tablets
from auditapp.overview.demo.texts import NOTES, REASONS, RESULT_OF, SAMPLES, Raised

# What is said of a stage not reached yet, or of something that one relationship does not have.
ABOUT_A_PARTNER = frozenset({Result.ARRANGED, Result.NOT_APPLICABLE})
# How often each result is given where nothing is to be raised.
OFTEN: Sequence[tuple[Result, int]] = (
    (Result.CONFORMS, 84),
    (Result.ARRANGED, 6),
    (Result.NOT_APPLICABLE, 3),
    (Result.NOT_VERIFIED, 3),
    (Result.OPPORTUNITY, 2),
    (Result.GOOD_PRACTICE, 2),
)


class Walk:
    """One audit from the opening meeting on."""

    def __init__(self, planned: Planned) -> None:
        """``planned``: the audit, agreed or about to be."""
        self.planned = planned
        self.story = planned.story
        self.tale: Tale = planned.tale
        self.chance = Random(planned.tale.seed)  # noqa: S311 - the same tale every time

    def tell(self) -> None:
        """Put the audit on the story's list, from its opening meeting on."""
        self.story.tell(self.story.moment(self.planned.starts_on, 9), self.open)

    def open(self, at: datetime) -> None:
        """The opening meeting; then everything that is asked in the days after."""
        planned, tale, story = self.planned, self.tale, self.story
        leader = planned.who(tale.leader)
        held_at = min(at, story.at - timedelta(minutes=90))
        people = "\n".join(planned.who(first).name for first in (tale.leader, *tale.auditors, *tale.auditees))
        open_audit(
            story.session, actor=leader, at=at, audit=planned.audit, held_at=held_at, participants=people,
            notes="Purpose, plan and ways of speaking with each other agreed. Confidentiality confirmed.",
        )  # fmt: skip
        questions = story.session.scalars(
            sa.select(AuditQuestion)
            .where(AuditQuestion.audit_id == planned.audit.id)
            .order_by(AuditQuestion.position)
        ).all()
        raised = dict(self._places(questions))
        for auditor, asked in self._shares(at, questions, set(raised)):
            moments = self._moments(held_at, len(asked))
            for question, when in zip(asked, moments, strict=True):
                story.tell(when, Asked(self, auditor, question, raised.get(question.id)).tell)

        if tale.end is End.WALKING:
            story.tell(story.at, lambda moment: self.carry_tablets(moment, questions))

    def carry_tablets(self, at: datetime, questions: Sequence[AuditQuestion]) -> None:
        """The leader and the first auditor have the audit on their tablets."""
        planned, tale = self.planned, self.tale
        tell_tablets(
            self.story.session, at, planned.audit, leader=planned.who(tale.leader), auditor=planned.who(tale.auditors[0]),
            questions=[question.id for question in questions[1:3]],
        )  # fmt: skip

    def _shares(
        self, at: datetime, questions: Sequence[AuditQuestion], raised: set[UUID]
    ) -> Iterator[tuple[str, list[AuditQuestion]]]:
        """Who asks what. The chapters of the walk are shared out; not all is asked yet where the audit still runs."""
        team = (self.tale.leader, *self.tale.auditors)
        chapters = list(dict.fromkeys((one.chapter, one.relationship_id) for one in questions))
        system = [one for one in chapters if one[1] is None]
        each = [one for one in chapters if one[1] is not None]
        owners = dict.fromkeys(system, team[0])
        owners |= {chapter: team[number % len(team)] for number, chapter in enumerate(each, start=1)}
        if len(team) > 1:
            for (chapter, relationship_id), first in owners.items():
                assign_chapter(
                    self.story.session, actor=self.planned.who(team[0]), at=at, audit=self.planned.audit,
                    chapter=chapter, relationship_id=relationship_id, person_id=self.planned.who(first).person_id,
                )  # fmt: skip
        for first in team:
            mine = [one for one in questions if owners[(one.chapter, one.relationship_id)] == first]
            if self.tale.share < 1:
                few = round(len(mine) * self.tale.share)
                mine = [one for place, one in enumerate(mine) if place < few or one.id in raised]
            yield first, mine

    def _moments(self, held_at: datetime, count: int) -> list[datetime]:
        """So many moments between ten and four o'clock of the audit's days, as far as they have passed."""
        story, latest = self.story, self.story.at - timedelta(minutes=2)
        days = [workdays_after(self.planned.starts_on, number) for number in range(self.tale.lasts)]
        spans = [(max(story.clock(day, 10), held_at), min(story.clock(day, 16), latest)) for day in days]
        spans = [(begin, end) for begin, end in spans if begin < end] or [(held_at, max(held_at, latest))]
        step = sum((end - begin for begin, end in spans), timedelta()) / max(count, 1)
        found = []
        for number in range(count):
            gone = step * number
            for begin, end in spans:
                if gone < end - begin or (begin, end) == spans[-1]:
                    found.append(begin + gone)
                    break
                gone -= end - begin
        return found

    def _places(
        self, questions: Sequence[AuditQuestion]
    ) -> Iterator[tuple[UUID, tuple[Raised, tuple[UUID, ...]]]]:
        """The questions from whose answers the findings of the tale are raised: (last one, (finding, all of them))."""
        taken: set[UUID] = set()
        for one in self.tale.raised:
            relationship_id = self.story.relationships.get(one.relationship)
            fitting = [
                question
                for question in questions
                if question.stage == one.stage
                and question.id not in taken
                and (question.relationship_id == relationship_id or not one.relationship)
            ]
            fitting.sort(key=lambda question: one.about not in _words(question))
            chosen = [question.id for question in fitting[: one.support]]
            taken.update(chosen)
            for question_id in chosen:
                yield question_id, (one, tuple(chosen))


def _words(question: AuditQuestion) -> str:
    return f"{question.text} {' '.join(question.look_for)}".lower()


class Asked:
    """One question being asked: its answer, perhaps a photo, perhaps a finding."""

    def __init__(
        self,
        walk: Walk,
        auditor: str,
        question: AuditQuestion,
        raised: tuple[Raised, tuple[UUID, ...]] | None,
    ) -> None:
        """``raised``: the finding that this answer supports, with all the questions it rests on."""
        self.walk = walk
        self.auditor = walk.planned.who(auditor)
        self.question = question
        self.raised = raised

    def tell(self, at: datetime) -> None:
        """Ask, write down, and raise what is to be raised."""
        walk, chance = self.walk, self.walk.chance
        result = RESULT_OF[self.raised[0].grade] if self.raised else self._usual()
        values: dict[str, object] = {"result": result.value}
        if result in REASONS:
            values["reason"] = chance.choice(REASONS[result])
        elif self.raised:
            values |= {"note": self.raised[0].statement, "evidence": self.raised[0].evidence}
        else:
            values["note"] = chance.choice(NOTES[result])
            if chance.random() < 0.6:  # noqa: PLR2004 - more often than not
                values["evidence"] = self._seen()
            if chance.random() < 0.3:  # noqa: PLR2004 - now and then
                values["sample"] = chance.choice(SAMPLES)
        if chance.random() < 0.35 and result not in REASONS:  # noqa: PLR2004 - now and then
            values["interviewees"] = walk.planned.who(chance.choice(walk.tale.auditees)).name
        if walk.tale.end is End.WALKING and self.question.position % 13 == 0:
            values["flagged"] = True
        save_answer(
            walk.story.session, actor=self.auditor, at=at, ref=walk.planned.audit.ref, question_id=self.question.id,
            values={name: value for name, value in values.items() if value != ""}, known={},
        )  # fmt: skip
        if self.raised and self.raised[1][-1] == self.question.id:
            self._raise(at, *self.raised)

    def _usual(self) -> Result:
        results, weights = zip(*OFTEN, strict=True)
        found = Result(self.walk.chance.choices(results, weights)[0])
        return (
            Result.CONFORMS if found in ABOUT_A_PARTNER and self.question.relationship_id is None else found
        )

    def _seen(self) -> str:
        seen = self.walk.chance.sample(self.question.look_for, k=min(2, len(self.question.look_for)))
        return "; ".join(f"{one[:1].upper()}{one[1:]}" for one in seen)

    def _raise(self, at: datetime, one: Raised, support: tuple[UUID, ...]) -> None:
        walk, planned = self.walk, self.walk.planned
        if one.photo:
            data = BytesIO(DRAWINGS[one.photo](at))
            kept = keep_file(walk.story.store, data, file_name=f"{one.photo}.jpg", limit_mb=25)
            add_file(
                walk.story.session, actor=self.auditor, at=at, audit=planned.audit, kept=kept,
                question_id=self.question.id, title=one.caption, evidence_date=at.date(),
            )  # fmt: skip
        elif one.grade in {Grade.MAJOR, Grade.MINOR}:
            add_address(
                walk.story.session, actor=self.auditor, at=at, audit=planned.audit, kind=EvidenceKind.REFERENCE,
                title="Records looked at", address=f"Document room, shelf 4, folder {walk.tale.seed}-{len(support)}",
                question_id=self.question.id, evidence_date=at.date(),
            )  # fmt: skip
        raise_finding(
            walk.story.session, actor=self.auditor, at=at, audit=planned.audit, grade=one.grade,
            statement=one.statement, objective_evidence=one.evidence, question_ids=support,
            relationship_id=walk.story.relationships.get(one.relationship),
            auditee_id=planned.who(one.auditee).person_id if one.auditee in walk.tale.auditees else None,
        )  # fmt: skip
