"""Several tablets and the office in any order: requests repeated, delayed and lost, answers lost, the server restored from
an older copy of its database. It always comes to rest, and no value is lost. Short in `make test`, long in `make soak`."""

import hashlib
import json
import random
from collections import Counter
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from auditapp.audits.execution.devices.model import Operation
from auditapp.audits.execution.model import Answer, AnswerConflict, Evidence, Finding
from auditapp.audits.execution.rules import Result
from auditapp.audits.tablet.integrity.queries import chains
from auditapp.audits.tablet.sync.rules import MOST
from auditapp.kit.clock import now
from auditapp.trail.model import Fact
from auditapp.trail.service import verify
from tests.audits.tablet.protocol import ARRIVED, FETCH, Tab
from tests.audits.tablet.world import World
from tests.relationships.issues.machines import run_machine

TABLETS = (("leader", "iPad of Lea"), ("auditor", "iPad of Aud"), ("auditor", "Phone of Aud"))
FIELDS = ("note", "sample", "result")
QUESTIONS = 2
ROUNDS = 12
WEIGHTS = {
    "write": 30, "open": 1, "see": 4, "send": 12, "arrive": 14, "answer": 9, "flush": 5, "restart": 2, "back up": 3, "restore": 2,
    "office writes": 14, "office chooses": 4,
}  # fmt: skip


class Held(Tab):
    """A tablet with the rules of js/tablet/sync.js: what it keeps, what it was told, what it brings again."""

    def __init__(self, world, who, name, *, by_places):
        super().__init__(name)
        self.world, self.client, self.by_places = world, world.client(who), by_places
        self.who = getattr(world.cast, who)
        self.state, self.known, self.last = {}, {}, {}

    def keep(self, kind, body):
        operation_id = self.write(self.world.cast, self.who, kind, body, at=now().isoformat())
        self.state[operation_id] = "kept"
        return operation_id

    def type(self, n, field, value):
        key = (n, field)
        before = self.last.get(key)
        body = {
            "question": str(self.world.cast.questions[n]), "field": field, "value": value,
            "known": self.known.get(key, ""), "after": before if self.state.get(before) == "kept" else None,
        }  # fmt: skip
        self.last[key] = self.keep("answer", body)
        return self.last[key]

    @property
    def kept(self):
        return [one for one in self.operations if self.state[json.loads(one["text"])["id"]] == "kept"]

    def post(self, operations):
        url = f"/tablet/audits/{self.world.cast.ref}/operations"
        reply = self.client.post(url, json=self.body(operations), headers=FETCH)
        assert reply.status_code == 200, reply.text
        return reply.get_json()

    def hear(self, told):
        """An answer of the server: what is received, what is parked."""
        for receipt in told["receipts"]:
            operation_id, state = receipt["id"], receipt["state"]
            if state in ARRIVED:
                self.state[operation_id] = "received"
            elif state in {"refused", "reused", "broken"}:
                self.state[operation_id] = "parked"
            self.receipts[operation_id] = receipt
            for key, last in self.last.items():
                if last == operation_id and state in ARRIVED:
                    self.known[key] = receipt["tokens"].get(key[1], self.known.get(key, ""))

    def flush(self, *, forced=False):
        """Everything in order, as the page does it (``forced``: also what was parked, as the page does it now and then).

        Then hold what the server has against what it gave receipts for.
        """
        parked = [one for one in self.operations if self.state[json.loads(one["text"])["id"]] == "parked"]
        wanted = [*self.kept, *(parked if forced else [])]
        for at in range(0, max(len(wanted), 1), MOST):
            told = self.post(wanted[at : at + MOST])
            self.hear(told)
        received = [one for one in self.operations if self.state[json.loads(one["text"])["id"]] == "received"]
        pairs = [(json.loads(one["text"]), one["sha256"]) for one in received]
        runs = told["held"] if self.by_places else [[1, told["head"]["seq"]]]
        if not all(any(first <= one["seq"] <= last for first, last in runs) for one, _ in pairs):
            asked = [[one["id"], sha256] for one, sha256 in pairs]
            url = f"/tablet/audits/{self.world.cast.ref}/verify"
            reply = self.client.post(
                url, json={"device": self.id, "operations": asked, "photos": []}, headers=FETCH
            )
            held = set(reply.get_json()["operations"])
            for operation_id, _ in asked:
                if operation_id not in held:
                    self.state[operation_id] = "kept"


class Storm(RuleBasedStateMachine):
    """One audit, three tablets, the office, and a bad network."""

    def __init__(self, world, seen, *, by_places=True):
        super().__init__()
        self.world, self.seen = world, seen
        world.back_to(world.begin)
        self.tablets = [Held(world, who, name, by_places=by_places) for who, name in TABLETS]
        self.office = world.client("leader")
        self.pages, self.acknowledged, self.saved = {}, [], None
        self.packets, self.answers, self.number = [], [], 0
        seen["examples"] += 1

    def unique(self):
        self.number += 1
        return f"value {self.number}"

    @initialize(opened=st.sampled_from([True, True, False]))
    def open(self, opened):
        if opened:
            self.hold_the_opening_meeting()
            self.tablets[0].flush()

    @rule(seed=st.integers(0, 2**40))
    def things_happen(self, seed):
        """One rule with weights of its own: left to themselves, rules are switched off in most lives and nothing meets."""
        dice = random.Random(seed)
        for _ in range(5):
            self.something_happens(dice)

    def something_happens(self, dice):
        which, n, few, place = (
            dice.randrange(3),
            dice.randrange(QUESTIONS),
            dice.random() < 0.4,
            dice.randrange(10),
        )
        result = dice.choice(["conforms", "observation", "conforms", "observation", "nonsense"])
        events = {
            "write": lambda: self.write(which, n, dice.choice(FIELDS), few, result),
            "open": self.hold_the_opening_meeting,
            "see": lambda: self.see(which, dice.choice(["photo", "finding"])),
            "send": lambda: self.send(which, dice),
            "arrive": lambda: self.arrive(place, keep=few, lost=dice.random() < 0.4),
            "answer": lambda: self.answer(place),
            "flush": lambda: self.flush(which),
            "restart": lambda: self.restart_a_tablet(which),
            "back up": self.back_up,
            "restore": self.restore,
            "office writes": lambda: self.office_writes(n, dice.choice(FIELDS[:2]), dice.random() < 0.6, few),
            "office chooses": lambda: self.office_chooses(other=few),
        }
        events[dice.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]]()

    def write(self, which, n, field, few, result):
        value = result if field == "result" else ("a" if few else self.unique())
        self.tablets[which].type(n, field, value)
        self.seen["written"] += 1

    def hold_the_opening_meeting(self):
        held_at = (now() - timedelta(minutes=5)).isoformat()
        self.tablets[0].keep("opening", {"held_at": held_at, "participants": "All", "notes": ""})
        self.seen["written"] += 1

    def see(self, which, kind):
        tablet, number = self.tablets[which], self.unique()
        sha256 = hashlib.sha256(f"{number} {uuid4()}".encode()).hexdigest()
        bodies = {
            "photo": {"question": str(self.world.cast.questions[0]), "sha256": sha256, "size": 9, "type": "image/jpeg", "title": number},
            "finding": {"question": str(self.world.cast.questions[0]), "grade": "minor", "statement": number, "auditee": None},
        }  # fmt: skip
        first = tablet.keep(kind, bodies[kind])
        if kind == "photo":
            tablet.keep("describe", {"photo": first, "title": f"{number} described"})
        else:
            tablet.keep(
                "finding_change", {"finding": first, "grade": "major", "statement": f"{number} changed"}
            )
        self.seen["written"] += 2

    def send(self, which, chance):
        """A request leaves, with some of what is kept, in any order; it arrives when it does, if it does."""
        tablet = self.tablets[which]
        chosen = [one for one in tablet.kept if chance.random() < 0.7]
        chance.shuffle(chosen)
        self.packets.append((tablet, chosen[:MOST]))

    def arrive(self, place, keep, lost):
        """One of the requests arrives; it may come again later, and its answer may be lost."""
        if not self.packets:
            return
        tablet, chosen = self.packets[place % len(self.packets)]
        if not keep:
            self.packets.pop(place % len(self.packets))
        told = tablet.post(chosen)
        self.seen["delivered"] += len(chosen)
        self.seen["answers lost"] += lost
        if not lost:
            self.answers.append((tablet, told))

    def answer(self, place):
        """An answer comes to the tablet, late perhaps."""
        if self.answers:
            tablet, told = self.answers.pop(place % len(self.answers))
            tablet.hear(told)

    def flush(self, which):
        self.tablets[which].flush()
        self.seen["flushed"] += 1

    def restart_a_tablet(self, which):
        """What was under way is gone; what was on its disk is there."""
        self.answers = [one for one in self.answers if one[0] is not self.tablets[which]]
        self.seen["tablets restarted"] += 1

    def back_up(self):
        self.world.copy_to(self.world.backup)
        self.saved = list(self.acknowledged)
        self.seen["backups"] += 1

    def restore(self):
        if self.saved is not None:
            self.world.back_to(self.world.backup)
            self.acknowledged = list(self.saved)  # what the office wrote since is gone with the disk
            self.pages.clear()
            self.seen["restored"] += 1

    def office_writes(self, n, field, fresh, few):
        question = self.world.cast.questions[n]
        if fresh or question not in self.pages:
            url = f"/tablet/audits/{self.world.cast.ref}/cards?n={n + 1}"
            cards = self.office.get(url).get_json()["cards"]
            if not cards:
                return  # not opened yet
            self.pages[question] = cards[0]["known"]
        value = "a" if few else self.unique()
        url = f"/audits/{self.world.cast.ref}/walk/{question}/answer"
        reply = self.office.post(url, data={field: value, "known": self.pages[question]}, headers=FETCH)
        if reply.status_code < 400:
            self.acknowledged.append(value)
            self.seen["office"] += 1

    def office_chooses(self, other):
        def look(s):
            row = s.execute(
                sa.select(AnswerConflict, Answer)
                .join(Answer, Answer.question_id == AnswerConflict.question_id)
                .where(AnswerConflict.settled_at.is_(None))
                .limit(1)
            ).first()
            return row and (row[0].id, row[1].versions.get(row[0].field, 0))

        found = self.world.unit(look, "read")
        if found:
            url = f"/audits/{self.world.cast.ref}/conflicts/{found[0]}"
            reply = self.office.post(url, data={"other": int(other), "seen": found[1]}, headers=FETCH)
            assert reply.status_code < 400, reply.text
            self.seen["chosen"] += 1

    def teardown(self):
        """The network is good from now on: it comes to rest, and everything is there once."""
        self.hold_the_opening_meeting()
        rounds = 0
        while rounds < ROUNDS:
            rounds += 1
            for tablet in self.tablets:
                tablet.flush(forced=True)
            if not any(tablet.kept for tablet in self.tablets):
                for tablet in self.tablets:
                    tablet.flush()  # a last sign of life: the count
                if not any(tablet.kept for tablet in self.tablets):
                    break
        assert not any(tablet.kept for tablet in self.tablets), "it does not come to rest"
        self.seen["rounds"] = max(self.seen["rounds"], rounds)
        self.world.unit(self.look, "read")

    def look(self, s):
        rows = {str(one.id): one for one in s.scalars(sa.select(Operation))}
        words = Counter()
        for fact in s.scalars(sa.select(Fact).where(Fact.verb.in_(["answer.changed", "answer.conflicted"]))):
            words[str(json.loads(fact.after).get("value"))] += 1
        for tablet in self.tablets:
            for one in tablet.operations:
                told = json.loads(one["text"])
                row, body = rows[told["id"]], told["body"]
                assert (row.sha256, row.text) == (one["sha256"], one["text"])
                receipt = tablet.receipts[told["id"]]
                self.seen[row.state.value] += 1
                if tablet.state[told["id"]] == "parked":
                    assert row.state.value == "refused"
                    assert receipt["why"]
                    assert body.get("value") == "nonsense"  # nothing else is against a rule
                    continue
                assert row.state.value in ARRIVED
                if told["kind"] == "answer" and body["value"].startswith("value "):
                    assert words[body["value"]] == 1, "once: it stood, or it stands beside another"
        titles = Counter(s.scalars(sa.select(Evidence.title)))
        statements = Counter(s.scalars(sa.select(Finding.statement)))
        kinds = Counter(row.kind for row in rows.values())
        assert (len(titles), titles.total()) == (kinds["photo"], kinds["photo"])
        assert (len(statements), statements.total()) == (kinds["finding"], kinds["finding"])
        assert all(title.endswith("described") for title in titles)
        assert all(statement.endswith("changed") for statement in statements)
        for value in self.acknowledged:
            assert words[value], "the office's own"
        self.the_last_word_of_everybody_is_seen(s, rows)
        assert [chain.breaks for chain in chains(s)] == [() for _ in chains(s)]
        assert list(verify(s)) == []

    def the_last_word_of_everybody_is_seen(self, s, rows):
        """Who met another's value finds their own last one beside it: in a card, chosen or not."""
        met = {
            (one.question_id, one.field, one.other_by_id, str(one.other))
            for one in s.scalars(sa.select(AnswerConflict))
        }
        standing = {one.question_id: one for one in s.scalars(sa.select(Answer))}
        last = {}
        for row in sorted(rows.values(), key=lambda one: (one.received_at, one.seq)):
            body = json.loads(row.text)["body"]
            if row.kind == "answer" and row.state.value == "conflict":
                last[UUID(body["question"]), body["field"], row.person_id] = body["value"]
        for (question, field, person), value in last.items():
            stands = getattr(standing[question], field)
            seen = stands.value if isinstance(stands, Result) else stands
            assert seen == value or (question, field, person, value) in met
            self.seen["met and kept"] += 1


def weather(tmp_path, template, *, examples, steps, by_places=True):
    world, seen = World(tmp_path, template), Counter()
    try:
        run_machine(lambda: Storm(world, seen, by_places=by_places), examples=examples, steps=steps)
    finally:
        world.close()
    return seen


def test_tablets_and_the_office_in_any_order(tmp_path, sqlite_template):
    seen = weather(tmp_path, sqlite_template, examples=4, steps=20)
    assert seen["applied"]  # the rest by chance; the long form counts


@pytest.mark.soak
def test_tablets_and_the_office_in_any_order_at_length(tmp_path, sqlite_template, capsys):
    seen = weather(tmp_path, sqlite_template, examples=60, steps=40)
    assert min(seen[one] for one in ("applied", "same", "conflict", "refused", "restored", "chosen")) > 0
    with capsys.disabled():
        print("\n" + ", ".join(f"{name}: {number}" for name, number in sorted(seen.items())))
