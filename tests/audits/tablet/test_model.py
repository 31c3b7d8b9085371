"""The protocol under everything at once: three tablets and the office write the same fields, requests come in any order,
again and again, answers get lost, the audit closes and opens, the server restarts and is set back to an older copy of its
database. It always converges (every operation gets its receipt, no matter how often it is sent) and no value is lost.
Beside test_machine.py (SQLite, over HTTP, all kinds): here it is the services, answers only, on both databases.
Short on PostgreSQL in `make test`, long on both in `make soak`."""

import json
from collections import Counter
from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from auditapp.audits.execution.devices.model import Operation
from auditapp.audits.execution.model import Answer, AnswerConflict
from auditapp.audits.execution.rules import AnswerField
from auditapp.audits.execution.service import save_answer, settle_conflict
from auditapp.audits.execution.walk.rules import cleaned, read_tokens, token
from auditapp.audits.model import Audit
from auditapp.audits.rules import AuditStatus
from auditapp.audits.tablet.integrity.queries import chains
from auditapp.kit.clock import now
from auditapp.trail.model import Fact
from auditapp.trail.service import verify
from tests.audits.execution.conftest import make_cast
from tests.audits.tablet.slate import FIELDS, Shelf, Slate
from tests.relationships.issues.machines import run_machine

TABLETS = st.sampled_from([0, 1, 2])
QUESTIONS = st.sampled_from([0, 1])
NAMES = st.sampled_from(sorted(FIELDS))
ROUNDS = 8  # after which everything must have come


class Meeting(RuleBasedStateMachine):
    """One audit; the leader's tablet, the auditor's two, and the leader at a desk."""

    def __init__(self, unit, cast, shelf, seen):
        super().__init__()
        self.unit, self.cast, self.shelf, self.seen = unit, cast, shelf, seen
        self.first = shelf.made[0]
        shelf.restore(self.first)
        shelf.clear(but=self.first)
        self.at = now()
        self.slates = [
            Slate(name, who, cast.audit_id, cast.ref)
            for name, who in (
                ("iPad of Lea", cast.leader),
                ("iPad of Aud", cast.auditor),
                ("Aud's phone", cast.auditor),
            )
        ]
        self.desk = {}  # what the office's page knows
        self.office = []  # what the office wrote, and was told that it is saved
        self.copy = None  # mark of a copy of the database, and how much of the office's is in it
        self.number = 0
        seen["examples"] += 1

    def moment(self):
        self.at += timedelta(seconds=1)
        return self.at

    def value(self, field, choice):
        self.number += 1
        values = FIELDS[field]
        return values[choice % len(values)] if values else f"words {self.number}"

    @rule(which=TABLETS, question=QUESTIONS, field=NAMES, choice=st.integers(0, 3))
    def write(self, which, question, field, choice):
        self.slates[which].write(
            self.cast.questions[question], field, self.value(field, choice), self.moment()
        )
        self.seen["written"] += 1

    @rule(
        which=TABLETS, words=st.lists(st.tuples(QUESTIONS, NAMES, st.integers(0, 3)), min_size=1, max_size=5)
    )
    def works_online(self, which, words):
        for question, field, choice in words:
            self.write(which, question, field, choice)
        self.flush(which)

    @rule(which=TABLETS, lost=st.booleans(), data=st.data())
    def deliver_anything(self, which, lost, data):
        """Some of all that was ever written, in any order: late copies of requests, one in front of another."""
        slate = self.slates[which]
        if not slate.ops:
            return
        some = data.draw(st.lists(st.sampled_from(list(slate.ops.values())), max_size=6))
        outcome = self.unit(lambda s: slate.deliver(s, self.moment(), some))
        self.seen["requests"] += 1
        self.seen.update(one.state.value for one in outcome.receipts)
        if lost:
            self.seen["answers lost"] += 1
        else:
            slate.hear(outcome)

    @rule(which=TABLETS, parked=st.booleans())
    def flush(self, which, parked=False):
        """As the page does it: the oldest first, then ask what is held."""
        slate = self.slates[which]
        runs = self.bring(slate, slate.kept(parked=parked), size=3)
        if self.unit(partial(slate.recall, runs=runs), "read"):
            self.seen["losses noticed"] += 1

    def bring(self, slate, ops, *, size=50):
        """In parts, each of which is heard of."""
        for start in range(0, max(len(ops), 1), size):
            outcome = self.unit(partial(slate.deliver, at=self.moment(), ops=ops[start : start + size]))
            slate.hear(outcome)
            self.seen["requests"] += 1
            self.seen.update(one.state.value for one in outcome.receipts)
        return outcome.held

    @rule(which=TABLETS)
    def look(self, which):
        self.unit(self.slates[which].look, "read")

    @rule(question=QUESTIONS, field=NAMES, choice=st.integers(0, 3), fresh=st.booleans())
    def office_writes(self, question, field, choice, fresh):
        question_id, value = self.cast.questions[question], self.value(field, choice)

        def save(session):
            if session.get(Audit, self.cast.audit_id).status is not AuditStatus.IN_PROGRESS:
                return None
            answer = session.get(Answer, question_id)
            if fresh:
                self.desk[question_id, field] = token(answer.versions.get(field, 0), getattr(answer, field))
            known = self.desk.get((question_id, field), "")
            return save_answer(
                session, actor=self.cast.leader, at=self.moment(), ref=self.cast.ref, question_id=question_id,
                values={field: value}, known=read_tokens(f"{field}={known}" if known else ""),
            )  # fmt: skip

        saved = self.unit(save)
        if saved is not None:
            self.desk[question_id, field] = saved.tokens.get(field, "")
            if saved.changed or saved.conflicts:
                self.office.append((question_id, field, value))

    @rule(other=st.booleans())
    def somebody_chooses(self, other):
        def choose(session):
            met = session.scalars(
                sa.select(AnswerConflict)
                .where(AnswerConflict.settled_at.is_(None))
                .order_by(AnswerConflict.id)
            ).first()
            audit = session.get(Audit, self.cast.audit_id)
            if met is None or audit.status is not AuditStatus.IN_PROGRESS:
                return
            answer = session.get(Answer, met.question_id)
            settle_conflict(
                session, actor=self.cast.auditor, at=self.moment(), audit=audit, conflict_id=met.id, other=other,
                seen=answer.versions.get(met.field, 0),
            )  # fmt: skip
            self.seen["chosen"] += 1

        self.unit(choose)

    @rule(status=st.sampled_from([AuditStatus.IN_PROGRESS, AuditStatus.IN_PROGRESS, AuditStatus.REPORTING]))
    def closes_or_opens(self, status):
        self.unit(lambda s: setattr(s.get(Audit, self.cast.audit_id), "status", status))

    @rule()
    def server_restarts(self):
        self.shelf.close()
        self.seen["restarts"] += 1

    @rule()
    def backup(self):
        self.shelf.clear(but=self.first)
        self.copy = (self.shelf.save(), len(self.office))

    @precondition(lambda self: self.copy is not None)
    @rule()
    def server_is_set_back(self):
        mark, office = self.copy
        self.shelf.restore(mark)
        del self.office[office:]  # nobody holds a copy of those
        self.seen["set back"] += 1

    def teardown(self):
        """Network for all: it converges, and nothing is lost; sent once more, nothing changes."""
        self.closes_or_opens(AuditStatus.IN_PROGRESS)
        for _ in range(ROUNDS):
            for which in range(len(self.slates)):
                self.flush(which, parked=True)
            if all(one["verified"] for slate in self.slates for one in slate.ops.values()):
                break
        for slate in self.slates:
            assert all((one["state"], one["verified"]) == ("received", True) for one in slate.ops.values())
        facts = self.unit(self.check, "read")
        for slate in self.slates:
            self.bring(slate, list(slate.ops.values())[::-1])
        assert self.unit(self.check, "read") == facts
        self.seen["values"] += sum(len(slate.ops) for slate in self.slates) + len(self.office)

    def check(self, session):
        """Every operation is held word for word; every value stands, stands beside another, or is in the trail."""
        held = {str(one.id): one for one in session.scalars(sa.select(Operation))}
        written = {number: one for slate in self.slates for number, one in slate.ops.items()}
        assert held.keys() == written.keys()
        assert all(held[number].text == one["text"] for number, one in written.items())
        told = {(question, name, "not_asked" if name == "result" else False if name == "flagged" else "")
                for question in self.cast.questions[:2] for name in FIELDS}  # fmt: skip
        facts = session.scalars(sa.select(Fact).where(Fact.verb.like("answer.%"))).all()
        after = [(UUID(fact.thing_id), json.loads(fact.after)) for fact in facts]
        told |= {(question, one["field"], one["value"]) for question, one in after}
        for question, field, value in [
            *(((*one["key"], one["value"])) for one in written.values()),
            *self.office,
        ]:
            assert (question, field, cleaned(AnswerField(field), value)) in told
        # Of each tablet's last word on a field: it stands, waits to be chosen, or somebody later said otherwise.
        met = {(one.question_id, one.field, one.other) for one in session.scalars(sa.select(AnswerConflict))}
        before = [(UUID(fact.thing_id), json.loads(fact.before)) for fact in facts if fact.before]
        replaced = {(question, one["field"], one["value"]) for question, one in before}
        for slate in self.slates:
            for (question, field), number in slate.rows.items():
                value = cleaned(AnswerField(field), slate.ops[number]["value"])
                stands = getattr(session.get(Answer, question), field) == value
                assert stands or (question, field, value) in met | replaced, (field, value)
        assert list(verify(session)) == []
        assert all(chain.breaks == () for chain in chains(session))
        return len(facts)


def play(app, unit, folder, *, examples, steps):
    cast = unit(lambda s: make_cast(s, limit=2))
    shelf, seen = Shelf(app, folder), Counter()
    shelf.save()
    try:
        run_machine(lambda: Meeting(unit, cast, shelf, seen), examples=examples, steps=steps)
    finally:
        shelf.clear(but=None)
    print(", ".join(f"{count} {name}" for name, count in sorted(seen.items())))
    return seen


@pytest.mark.parametrize("app", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_it_converges_and_loses_nothing(app, unit, tmp_path):
    assert play(app, unit, tmp_path, examples=4, steps=40)["values"]


@pytest.mark.soak
def test_it_converges_and_loses_nothing_at_length(app, unit, tmp_path):
    seen = play(app, unit, tmp_path, examples=60, steps=60)
    met = ("applied", "same", "conflict", "refused", "chosen", "set back", "restarts", "losses noticed")
    assert [name for name in met if not seen[name]] == []
