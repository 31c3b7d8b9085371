"""On random histories, with units that are killed: every fact that is wanted has exactly one delivery, and no other has."""

import shutil
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditapp.api.webhooks import queries
from auditapp.api.webhooks.events import EVENTS, verbs_of
from auditapp.api.webhooks.model import WebhookDelivery
from auditapp.api.webhooks.service import managing
from auditapp.api.webhooks.service.managing import Wish
from auditapp.api.webhooks.service.putting import put
from auditapp.kit.db import current_session, db, run_unit
from auditapp.trail.model import Fact
from tests.api.webhooks.conftest import Hooks
from tests.conftest import build, settings_for

VERBS = (
    "audit.planned",
    "issue.moved_up",
    "issue.jumped",
    "answer.changed",
    "finding.raised",
    "risk.occurred",
)
CHOICES = (("all",), ("audit.planned",), ("issue.escalated", "finding.raised"))
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("happen"), st.lists(st.sampled_from(VERBS), min_size=1, max_size=4)),
        st.tuples(st.sampled_from(("put", "killed", "pause", "resume", "skip")), st.integers(0, 2)),
        st.tuples(st.just("change"), st.tuples(st.integers(0, 2), st.sampled_from(CHOICES))),
    ),
    max_size=24,
)


class Model:
    """What each endpoint must have been told, worked out the slow way: by looking at each fact when it comes to it."""

    def __init__(self):
        self.active, self.events, self.read, self.told = [], [], [], []

    def add(self, events, head):
        self.active.append(True)
        self.events.append(events)
        self.read.append(head)
        self.told.append([])

    def put(self, facts):
        for number, on in enumerate(self.active):
            if on:
                wanted = verbs_of(self.events[number])
                self.told[number] += [s for s, verb in facts if s > self.read[number] and verb in wanted]
                self.read[number] = max([self.read[number], *(s for s, _ in facts)])


@pytest.fixture
def template(sqlite_template):
    return sqlite_template


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_every_fact_that_is_wanted_has_exactly_one_delivery(steps, template, tmp_path_factory, monkeypatch):
    monkeypatch.setattr(queries, "MOST", 3)  # so that one look is not enough
    folder = tmp_path_factory.mktemp("site")
    shutil.copy(template, folder / "auditapp.sqlite3")
    app = build(settings_for(folder))

    def unit(work, kind="write"):
        with app.app_context():
            return run_unit(lambda: work(current_session()), kind)

    hooks, model = Hooks(app, unit), Model()
    try:
        for choice in CHOICES:
            hooks.make("https://hooks.example.org/", *choice)
        ids = unit(lambda s: [one.webhook.id for one in queries.webhooks(s)], "read")
        for number, choice in enumerate(CHOICES):
            model.add(choice, unit(lambda s, n=number: queries.webhooks(s)[n].webhook.read_seq, "read"))
        for what, value in steps:
            _do(hooks, model, ids, what, value)
        for _ in range(40):
            hooks.put()
        model.put(_facts(unit))
        for number, webhook_id in enumerate(ids):
            if model.active[number]:
                assert [one.seq for one in hooks.rows(webhook_id)] == model.told[number]
        many = unit(
            lambda s: s.scalar(sa.select(sa.func.count(sa.distinct(WebhookDelivery.message_id)))), "read"
        )
        assert many == unit(
            lambda s: s.scalar(sa.select(sa.func.count()).select_from(WebhookDelivery)), "read"
        )
    finally:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def _facts(unit):
    return unit(lambda s: s.execute(sa.select(Fact.seq, Fact.verb).order_by(Fact.seq)).all(), "read")


def _do(hooks, model, ids, what, value):
    same = {"actor": hooks.who, "at": hooks.at}
    hooks.at += timedelta(seconds=1)
    if what == "happen":
        hooks.happen(*value)
    elif what == "put":
        for _ in range(40):
            hooks.put()
        model.put(_facts(hooks.unit))
    elif what == "killed":

        def half(session):
            put(session, at=hooks.at, link=hooks.link)
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            hooks.unit(half)
    elif what == "pause":
        hooks.unit(lambda s: managing.pause(s, **same, webhook_id=ids[value]))
        model.active[value] = False
    elif what in {"resume", "skip"}:
        hooks.unit(
            lambda s: managing.resume(
                s, **same, webhook_id=ids[value], vault=hooks.vault, skip=what == "skip"
            )
        )
        if what == "skip" and not model.active[value]:
            model.read[value] = _facts(hooks.unit)[-1].seq
        model.active[value] = True
    else:
        number, choice = value
        hook = hooks.hook(ids[number])
        wish = Wish(name=hook.name, url=hook.url, events=choice)
        hooks.unit(
            lambda s: managing.change(
                s, **same, webhook_id=ids[number], version=hook.version, wish=wish, allowed=hooks.allowed
            )
        )
        model.events[number] = choice


def test_the_verbs_of_the_histories_are_told_or_not():
    told = {verb for event in EVENTS.values() for verb in event.verbs}
    assert set(VERBS) - told == {"answer.changed"}
