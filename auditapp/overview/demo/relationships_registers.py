"""Risks, ideas, lessons and communications."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from auditapp.overview.demo.parties import actor_of, common_to, theirs_of
from auditapp.overview.demo.registers_texts import IDEAS, LESSONS, OURS, OWN, PLANS, RISKS, SHARED, K
from auditapp.overview.demo.story import Story
from auditapp.people.rules import Principal
from auditapp.relationships.links.service import add_link
from auditapp.relationships.obligations.queries import open_one
from auditapp.relationships.registers.behaviours import service as behaviours
from auditapp.relationships.registers.communications import service as communications
from auditapp.relationships.registers.communications.model import Communication
from auditapp.relationships.registers.ideas import service as ideas
from auditapp.relationships.registers.ideas.model import Idea
from auditapp.relationships.registers.ideas.rules import IdeaVerb, Verdict
from auditapp.relationships.registers.lessons import service as lessons
from auditapp.relationships.registers.lessons.model import Lesson
from auditapp.relationships.registers.lessons.rules import FROM
from auditapp.relationships.registers.risks import service as risks
from auditapp.relationships.registers.risks.model import Risk
from auditapp.relationships.registers.risks.rules import RiskVerb, Scores


def load_registers(story: Story, at: datetime) -> None:
    """Everything on its day."""
    del at
    for line in RISKS:
        story.tell(story.moment(-line[10], 11), partial(_risk, story, line))
    for line in IDEAS:
        story.tell(story.moment(-line[6], 14), partial(_idea, story, line))
    for line in LESSONS:
        story.tell(story.moment(-line[8], 16), partial(_lesson, story, line))
    for line in PLANS:
        story.tell(story.moment(-line[9], 10), partial(_communication, story, line))
    for number, ref in enumerate(("R-01", "R-02", "R-03", "R-05")):
        for ago in (280, 190, 100, 20):
            story.tell(story.moment(-ago - number, 15), partial(_review_risks, story, ref))
        story.tell(story.moment(-75 - number, 16), partial(_reviewed, story, ref))


def _risk(story: Story, line: tuple[Any, ...], at: datetime) -> None:
    ref, who, kind, title, cause, effect, before, after, treatment, what, _ago, due, sharing = line
    later = {} if after is None else {"residual_likelihood": after[0], "residual_impact": after[1]}
    theirs = theirs_of(story, ref)
    made = risks.add_risk(
        story.session,
        content=risks.Content(
            kind=kind, title=title, cause=cause, effect=effect, treatment=treatment, treatment_text=what,
            scores=Scores(likelihood=before[0], impact=before[1], **later), sharing=sharing,
            due_on=None if due is None else story.day(due),
            owner_id=story.people["quin"].person_id if who == "kim" else None,
            partner_owner_id=theirs.person_id if theirs and sharing is SHARED else None,
        ),
        **common_to(story, who, at, ref),
    )  # fmt: skip
    if title.startswith("Forecasts"):
        story.tell(story.moment(due, 12), partial(_close_risk, story, made.id))
    if title.startswith("Sleepers"):
        story.tell(story.moment(-70, 9), partial(_occurred, story, made.id))


def _close_risk(story: Story, risk_id: UUID, at: datetime) -> None:
    found = story.session.get_one(Risk, risk_id)
    risks.move_risk(
        story.session, actor=actor_of(story, "mia"), at=at, risk_id=risk_id, version=found.version,
        verb=RiskVerb.CLOSE, reason="Since sites plan on Tuesday no lorry ran half empty.",
    )  # fmt: skip


def _occurred(story: Story, risk_id: UUID, at: datetime) -> None:
    found = story.session.get_one(Risk, risk_id)
    risks.move_risk(
        story.session, actor=actor_of(story, "kim"), at=at, risk_id=risk_id, version=found.version,
        verb=RiskVerb.OCCUR, reason="The mould broke; three weeks of the old kind were laid near the viaduct.",
    )  # fmt: skip


SEEN = (
    "Nothing new; treatment goes on as agreed.",
    "Looked at with the partner. The treatment works: the likelihood came down.",
    "Discussed in the joint team; both sides see it alike.",
)


def _review_risks(story: Story, ref: str, at: datetime) -> None:
    """A review of the whole register, except of what came in during the last weeks."""
    first = {"R-01": "kim", "R-02": "leo"}.get(ref, "mia")
    today = at.date()
    for place, found in enumerate(
        story.session.scalars(
            sa.select(Risk)
            .where(
                Risk.relationship_id == story.relationships[ref],
                Risk.state == "open",
                Risk.next_review_on <= today + timedelta(days=10),
            )
            .order_by(Risk.ref)
        ).all()
    ):
        scores = found.scores
        if (
            place % 3 == 1
            and scores.residual
            and scores.residual_likelihood
            and scores.residual_likelihood > 1
        ):
            scores = replace(scores, residual_likelihood=scores.residual_likelihood - 1)
        if found.kind is K.OPPORTUNITY:
            scores = found.scores
        risks.review_risk(
            story.session, actor=actor_of(story, first), at=at, risk_id=found.id, version=found.version,
            said=SEEN[place % 3], scores=scores,
        )  # fmt: skip
        story.session.flush()
    due = open_one(story.session, "risk_review", story.relationships[ref])
    if due is not None and due.due_on <= today + timedelta(days=45):
        risks.review_register(
            story.session,
            on=today,
            outcome="The whole register, with the joint team.",
            **common_to(story, first, at, ref),
        )


def _worth(value: float | str | None) -> ideas.Worth:
    if isinstance(value, str):
        return ideas.Worth(words=value)
    return ideas.Worth() if value is None else ideas.Worth(amount=int(value) * 100, unit="GBP")


def _idea(story: Story, line: tuple[Any, ...], at: datetime) -> None:
    ref, who, title, category, own, other, ago, target = line
    actor = actor_of(story, who)
    theirs = theirs_of(story, ref)
    party = theirs.partner_id if theirs else None
    made = ideas.raise_idea(
        story.session, actor=actor, at=at, relationship_id=story.relationships[ref],
        content=ideas.Content(
            title=title, category=category, sharing=OURS if who == "pip" else SHARED,
            owner_id=story.people["oona" if ref == "R-01" else "leo" if ref == "R-02" else "mia"].person_id,
            target_on=None if target is None else story.day(target),
            expected={None: _worth(own)} | ({party: _worth(other)} if party else {}),
        ),
    )  # fmt: skip
    if ago > 20:  # noqa: PLR2004 - the newest waits for both
        story.tell(story.moment(-ago + 15, 10), partial(_decide, story, made.id, title, ref))


def _decide(story: Story, idea_id: UUID, title: str, ref: str, at: datetime) -> None:
    first = {"R-01": "kim", "R-02": "leo"}.get(ref, "mia")
    theirs = theirs_of(story, ref)
    found = story.session.get_one(Idea, idea_id)
    common: dict[str, Any] = {"at": at, "idea_id": idea_id}
    verdict, reason = Verdict.ACCEPTED, "Worth a try; both sides gain."
    if title.startswith("Paint"):
        verdict, reason = Verdict.DECLINED, "A good sign, but the lease ends next year."
    elif title.startswith("Sell"):
        verdict, reason = Verdict.LATER, "First find out who owns the data."
    ideas.decide(
        story.session, actor=actor_of(story, first), version=found.version, party_id=None, verdict=verdict,
        reason=reason, **common,
    )  # fmt: skip
    if title.startswith("One safety") or found.sharing is OURS or theirs is None:
        return
    story.session.flush()
    ideas.decide(
        story.session, actor=theirs, version=found.version, party_id=theirs.partner_id, verdict=Verdict.ACCEPTED,
        reason="Agreed.", **common,
    )  # fmt: skip
    if verdict is Verdict.ACCEPTED and found.target_on is not None and not title.startswith("Joint"):
        story.tell(at + timedelta(days=10), partial(_carry_out, story, idea_id, first, ref))


def _carry_out(story: Story, idea_id: UUID, first: str, ref: str, at: datetime) -> None:
    found = story.session.get_one(Idea, idea_id)
    ideas.move_idea(
        story.session,
        actor=actor_of(story, first),
        at=at,
        idea_id=idea_id,
        version=found.version,
        verb=IdeaVerb.START,
    )
    if found.target_on is None or found.target_on >= story.today:
        return
    story.tell(story.moment(found.target_on, 15), partial(_realise, story, idea_id, first, ref))


def _realise(story: Story, idea_id: UUID, first: str, ref: str, at: datetime) -> None:
    found = story.session.get_one(Idea, idea_id)
    actor, theirs = actor_of(story, first), theirs_of(story, ref)
    measured = {
        "R-01": (16_450_000, 13_100_000),
        "R-02": (5_200_000, 6_800_000),
        "R-03": (2_840_000, 4_410_050),
    }
    for who, party, hundredths in zip(
        (actor, theirs), (None, theirs.partner_id if theirs else None), measured[ref], strict=True
    ):
        if who is not None:
            ideas.measure(
                story.session, actor=who, at=at, idea_id=idea_id, party_id=party, on=at.date(),
                worth=ideas.Worth(amount=hundredths, unit="GBP", words="Against the baseline both had signed."),
                shared_how="Each keeps what it saved.",
            )  # fmt: skip
    ideas.move_idea(
        story.session, actor=actor, at=at, idea_id=idea_id, version=found.version, verb=IdeaVerb.REALISE,
        lesson="The saving came from asking early, not from the tool.",
    )  # fmt: skip


def _lesson(story: Story, line: tuple[Any, ...], at: datetime) -> None:
    ref, who, title, happened, learned, recommendation, themes, stage, _ago, sharing = line
    made = lessons.write_lesson(
        story.session,
        content=lessons.Content(
            title=title, happened=happened, learned=learned, recommendation=recommendation, themes=themes,
            stage=stage, learned_on=at.date(), sharing=sharing,
        ),
        **common_to(story, who, at, ref),
    )  # fmt: skip
    if title.startswith("Agree how"):
        story.tell(story.moment(-58, 11), partial(_apply, story, made.id, "R-01"))
        _link(story, made, "Inspect blades", actor_of(story, who), at)
    if title.startswith("Book possessions"):
        _link(story, made, "One plan of", actor_of(story, who), at)


def _link(story: Story, lesson: Lesson, beginning: str, actor: Principal, at: datetime) -> None:
    found = story.session.scalar(sa.select(Idea.ref).where(Idea.title.startswith(beginning)))
    if found is not None:
        add_link(
            story.session, actor=actor, at=at, from_kind="lesson", from_id=lesson.id, to=found, slot=FROM
        )


def _apply(story: Story, lesson_id: UUID, ref: str, at: datetime) -> None:
    lessons.apply_lesson(
        story.session, actor=actor_of(story, "kim"), at=at, lesson_id=lesson_id, on=at.date(),
        what="The baseline for the tampers was signed by both before the first was lent.",
        relationship_id=story.relationships[ref],
    )  # fmt: skip


def _communication(story: Story, line: tuple[Any, ...], at: datetime) -> None:
    ref, what, purpose, audience, roles, channel, how_often, who, confidential, _since, kept = line
    manager = {"R-01": "kim", "R-02": "leo"}.get(ref, "mia")
    theirs = theirs_of(story, ref) if who == "wes" else None
    made = communications.add_communication(
        story.session,
        content=communications.Content(
            what=what, purpose=purpose, audience=audience, audience_roles=roles, channel=channel, how_often=how_often,
            first_on=at.date(), owner_id=theirs.person_id if theirs else story.people["kim" if who == "wes" else who].person_id,
            confidentiality=confidential, sharing=OURS if audience is OWN else SHARED,
        ),
        **common_to(story, manager, at, ref),
    )  # fmt: skip
    _next(story, made.id, manager, kept=kept)


def _next(story: Story, row_id: UUID, manager: str, *, kept: bool) -> None:
    row = story.session.get_one(Communication, row_id)
    if row.next_on is not None and row.next_on < story.today - timedelta(days=0 if kept else 35):
        story.tell(story.moment(row.next_on, 17), partial(_done, story, row_id, manager, kept=kept))


def _done(story: Story, row_id: UUID, manager: str, at: datetime, *, kept: bool) -> None:
    communications.log_done(
        story.session, actor=actor_of(story, manager), at=at, communication_id=row_id, done_on=at.date()
    )
    _next(story, row_id, manager, kept=kept)


def _reviewed(story: Story, ref: str, at: datetime) -> None:
    """The yearly and quarterly looks at whole registers, where one is due."""
    first = {"R-01": "kim", "R-02": "leo"}.get(ref, "mia")
    for key, review, outcome in (
        ("value_review", ideas.review_register, "Two ideas go on; values measured by both sides."),
        ("communications_review", communications.review_plan, "Kept as it is; neighbours hear earlier."),
        (
            "behaviour_review",
            behaviours.review_register,
            "Openness is good on both sides; listening can grow.",
        ),
    ):
        due = open_one(story.session, key, story.relationships[ref])
        if due is not None and due.due_on <= at.date() + timedelta(days=45):
            review(story.session, on=at.date(), outcome=outcome, **common_to(story, first, at, ref))
