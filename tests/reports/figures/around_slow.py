"""The figures around nonconformities computed a second, slow way.

What the trail keeps (competence, audits and their teams) is read from its facts; what it keeps no word of (answers in
audits, notices, the steps of reminders) from the rows, one after the other, in plain Python, with nothing shared with
the queries of the figures.
"""

from collections import Counter
from datetime import date, timedelta

import sqlalchemy as sa

from auditapp.audits.execution.model import Answer as Given
from auditapp.audits.execution.model import AuditQuestion, FindingQuestion
from auditapp.audits.execution.rules import Grade, Result
from auditapp.audits.model import Audit, AuditRelationship
from auditapp.findings.model import Nonconformity, NonconformityRequirement
from auditapp.relationships.model import Relationship
from auditapp.reminders.ladder.model import ReminderRun, ReminderStep
from auditapp.reminders.outbox.model import Notice, OutboxMessage
from auditapp.reports.readiness.model import GapEntry
from auditapp.trail.model import Fact
from auditapp.trail.queries import parsed
from tests.reports.figures.around import STANDARD

CLAUSE = {"small:SM-1": "1", "small:SM-2": "2"}
STAGE = {"1": "awareness", "2": "working_together"}
OPEN = {"closed", "withdrawn"}


def within(asked, moment):
    return asked.begins <= moment < asked.ends


def runs_of(session, asked):
    """The reminders begun in the period, by id, with their steps."""
    refs = {one.id: one.ref for one in session.scalars(sa.select(Relationship))}
    steps = session.scalars(sa.select(ReminderStep)).all()
    return {
        run.id: [one for one in steps if one.run_id == run.id]
        for run in session.scalars(sa.select(ReminderRun))
        if within(asked, run.started_at)
        and (asked.refs is None or refs.get(run.relationship_id) in asked.refs)
    }


def slow_ladder(session, asked):
    """(the ladder's steps, the funnel's steps)."""
    runs = list(runs_of(session, asked).values())

    def reached(which):
        return sum(any(which(step) for step in steps) for steps in runs)

    levels = [
        reached(lambda step, level=level: step.kind in {"told", "climbed"} and step.level >= level)
        for level in range(1, 6)
    ]
    told, answered, capped = (
        reached(lambda step, kind=kind: step.kind == kind) for kind in ("told", "answered", "capped")
    )
    return [len(runs), told, *levels, capped], [len(runs), told, answered, levels[0], capped]


def slow_receipts(session, asked):
    states = {one.id: str(one.state) for one in session.scalars(sa.select(OutboxMessage))}
    refs = {one.id: one.ref for one in session.scalars(sa.select(Relationship))}
    runs = {one.id: refs.get(one.relationship_id) for one in session.scalars(sa.select(ReminderRun))}
    answers = [one for one in session.scalars(sa.select(ReminderStep)) if one.kind == "answered"]
    told = Counter()
    for one in session.scalars(sa.select(Notice)):
        if not within(asked, one.created_at) or (
            asked.refs is not None and runs.get(one.run_id) not in asked.refs
        ):
            continue
        state = states.get(one.message_id)
        told["told"] += 1
        told["sent"] += state == "sent"
        told["read"] += one.read_at is not None
        told["answered"] += any(step.run_id == one.run_id and step.at >= one.created_at for step in answers)
        told["escalated"] += one.kind == "escalation"
        told["waiting"] += one.cancelled_at is None and state in {None, "pending", "sending"}
        told["unsure"] += state == "unknown"
        told["failed"] += state == "failed"
        told["dropped"] += one.cancelled_at is not None or state == "cancelled"
    return told


def slow_competence(session, today, own):
    """From the facts alone: records of these people that have run out, and that soon do, by kind."""
    known = {}
    for fact in session.scalars(sa.select(Fact).where(Fact.thing_kind == "person").order_by(Fact.seq)):
        kind, _, what = fact.verb.partition(".")
        if kind in {"competence", "training"}:
            before, after = parsed(fact.before), parsed(fact.after)
            name = (after or before).get(
                "library_key", ""
            )  # the name of a course stands apart; each has one here
            known[kind, fact.thing_id, name] = after if what == "recorded" else None
    found = Counter()
    for (kind, person, _name), values in known.items():
        if values and person in own and values["expires_on"]:
            ends = date.fromisoformat(values["expires_on"])
            found[f"{kind}-expired"] += ends < today
            found[f"{kind}-soon"] += today <= ends <= today + timedelta(days=60)
    return found


def slow_coverage(session, programme_id, asked):
    """(clause, number of the relationship or nothing, year) to its mark."""
    audits = [one for one in session.scalars(sa.select(Audit)) if one.programme_id == programme_id]
    sampled = {}
    for one in session.scalars(sa.select(AuditRelationship)):
        sampled.setdefault(one.audit_id, set()).add(one.relationship_id)
    shown = {
        one.id: one.ref
        for one in session.scalars(sa.select(Relationship))
        if (
            one.ended_on is None
            or one.ended_on > asked.today
            or any(one.id in sampled.get(a.id, ()) for a in audits if a.status != "cancelled")
        )
        and (asked.refs is None or one.ref in asked.refs)
    }
    targets = {"1": {None: ""} if asked.refs is None else {}, "2": shown}
    marks = {
        (clause, ref, year): "uncovered"
        for clause, those in targets.items()
        for ref in those.values()
        for year in (2026, 2027)
        if asked.since.year <= year <= asked.until.year
    }
    for one in audits:
        year = (one.ends_on or one.starts_on).year
        looked = []
        if one.status in {"planned", "scheduled", "in_progress", "reporting"}:
            looked = [("1", None, "planned"), *(("2", key, "planned") for key in sampled.get(one.id, ()))]
        elif one.status in {"issued", "follow_up", "completed"}:
            for question in session.scalars(sa.select(AuditQuestion).where(AuditQuestion.audit_id == one.id)):
                if session.get_one(Given, question.id).result not in {Result.NOT_ASKED, Result.NOT_VERIFIED}:
                    looked.append((CLAUSE[question.key], question.relationship_id, "done"))
        for clause, key, mark in looked:
            place = (clause, targets[clause].get(key), year)
            if marks.get(place) in {"uncovered", "planned"}:
                marks[place] = mark
    return marks


def latest(session, today):
    """The newest answer to each question about each relationship: (clause, relationship, result, how it stands, day)."""
    ended = {
        one.id for one in session.scalars(sa.select(Relationship)) if one.ended_on and one.ended_on <= today
    }
    found = {}
    for audit in session.scalars(
        sa.select(Audit).where(Audit.issued_at.is_not(None)).order_by(Audit.issued_at, Audit.ref)
    ):
        for question in session.scalars(sa.select(AuditQuestion).where(AuditQuestion.audit_id == audit.id)):
            result = session.get_one(Given, question.id).result
            if result in {Result.NOT_ASKED, Result.NOT_VERIFIED} or question.relationship_id in ended:
                continue
            came = set()
            for link in session.scalars(
                sa.select(FindingQuestion).where(FindingQuestion.question_id == question.id)
            ):
                for nc in session.scalars(
                    sa.select(Nonconformity).where(Nonconformity.finding_id == link.finding_id)
                ):
                    came.add(nc.status not in OPEN)
            how = ""
            if result is Result.NONCONFORMING:
                how = "pending" if True in came else "put_right" if came else "failing"
            found[question.key, question.relationship_id] = (
                CLAUSE[question.key], question.relationship_id, result, how, audit.issued_at.date(),
            )  # fmt: skip
    return list(found.values())


def slow_state(session, clause, answers):
    """How a clause of the small library stands: by what is newer, then by what is open against it."""
    those = [one for one in answers if one[0] == clause]
    gap = session.scalar(
        sa.select(GapEntry).where(GapEntry.library_key == "small", GapEntry.clause == clause)
    )
    hows = Counter(one[3] for one in those)
    good = hows["put_right"] + sum(
        one[2] in {Result.CONFORMS, Result.OBSERVATION, Result.OPPORTUNITY, Result.GOOD_PRACTICE}
        for one in those
    )
    arranged = sum(one[2] is Result.ARRANGED for one in those)
    if gap is not None and (not those or gap.assessed_on > max(one[4] for one in those)):
        state = gap.state.value
    elif not those:
        state = "not_assessed"
    elif hows["failing"]:
        state = "partial" if good or arranged or hows["pending"] else "not"
    elif hows["pending"]:
        state = "partial"
    else:
        state = "conform" if good else "arranged" if arranged else "not_applicable"
    order = ["conform", "arranged", "partial", "not"]
    against = [
        "not" if nc.grade is Grade.MAJOR else "partial"
        for need in session.scalars(
            sa.select(NonconformityRequirement).where(NonconformityRequirement.clause == clause)
        )
        if need.standard == STANDARD
        for nc in [session.get_one(Nonconformity, need.nonconformity_id)]
        if nc.status not in OPEN
    ]
    known = [*against, *([state] if state in order else [])]
    return max(known, key=order.index) if against else state
