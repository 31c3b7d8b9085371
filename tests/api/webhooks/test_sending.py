"""From the fact to the receiver: signed, complete, in order, once written down; and what happens when it is not taken."""

import json
import logging
from datetime import timedelta

import pytest
import sqlalchemy as sa
from standardwebhooks.webhooks import Webhook as Verifier

from auditapp.api.webhooks import queries, running
from auditapp.api.webhooks.model import Webhook, WebhookDelivery
from auditapp.api.webhooks.rules import ASIDE, LEASE, MOST_TRIES, State, Status, WhyPaused
from auditapp.api.webhooks.service import managing
from auditapp.api.webhooks.service.managing import Wish
from auditapp.api.webhooks.service.putting import put, tidy
from auditapp.api.webhooks.service.sending import claim
from auditapp.kit.clock import now
from auditapp.kit.errors import Invalid, NotAllowed, Refusal, Stale
from auditapp.people.model import RoleGrant
from auditapp.people.rules import Role
from auditapp.reminders.digest.service import gather
from auditapp.reminders.outbox.model import Notice, OutboxMessage
from auditapp.trail.model import Fact
from tests.api.webhooks.conftest import Hooks, Receiver
from tests.factories import make_person
from tests.statements import counted

RAISED, CLOSED, GONE = (500, {}, b"no", 0), (200, {}, b"thanks", 0), (410, {}, b"", 0)


def test_what_happens_arrives_signed_complete_and_in_order(hooks, receiver):
    hook, secret = hooks.make(receiver.url, "audit.planned", "issue.escalated")
    hooks.happen("audit.planned", "answer.changed", "issue.moved_up_itself", "issue.raised", "audit.planned")
    assert hooks.put() == 3
    assert hooks.put() == 0
    assert hooks.send() == 3
    assert hooks.send() == 0
    told = [Verifier(secret).verify(body, headers) for headers, body, _ in receiver.got]
    assert [one["type"] for one in told] == ["audit.planned", "issue.escalated", "audit.planned"]
    assert [one["data"]["seq"] for one in told] == sorted(one["data"]["seq"] for one in told)
    assert [one["id"] for one in told] == receiver.ids
    assert set(told[0]) == {"type", "timestamp", "id", "data"}
    assert set(told[0]["data"]) == {"seq", "verb", "thing", "actor", "relationships", "audit"}
    assert told[0]["data"]["thing"]["url"] == "http://127.0.0.1:8000/audits/X-1"
    assert told[0]["data"]["thing"]["api_url"] == "http://127.0.0.1:8000/api/v1/audits/X-1"
    assert told[0]["data"]["actor"] == {"id": str(hooks.who.person_id)}
    rows = hooks.rows(hook)
    assert {(one.status, one.code, one.tries) for one in rows} == {(Status.DELIVERED, 204, 1)}
    assert rows[0].body.encode() == receiver.got[0][1]
    assert hooks.hook(hook).delivered_at == hooks.at


def test_what_was_claimed_and_not_recorded_is_sent_again_under_the_same_id(hooks, receiver, monkeypatch):
    hook, _ = hooks.make(receiver.url)
    hooks.happen("audit.planned", "audit.cancelled")
    hooks.put()

    def killed(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(running, "record_try", killed)
        with pytest.raises(KeyboardInterrupt):
            hooks.send()
    assert len(receiver.got) == 1
    assert hooks.send() == 0  # somebody may still have it
    hooks.later(seconds=LEASE.total_seconds() + 1)
    assert hooks.send() == 2
    first, again, second = receiver.ids
    assert first == again != second
    assert [(one.status, one.tries) for one in hooks.rows(hook)] == [
        (Status.DELIVERED, 2),
        (Status.DELIVERED, 1),
    ]


def test_a_write_down_that_is_killed_leaves_nothing_and_is_done_once(hooks, receiver):
    hook, _ = hooks.make(receiver.url)
    hooks.happen("audit.planned")

    def work(session):
        put(session, at=hooks.at, link=hooks.link)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        hooks.unit(work)
    assert hooks.rows(hook) == []
    assert hooks.put() == 1


def test_what_is_not_taken_is_tried_again_in_order_and_steps_aside_in_the_end(hooks, receiver):
    hook, _ = hooks.make(receiver.url)
    hooks.happen("audit.planned", "audit.cancelled")
    hooks.put()
    receiver.says = [(503, {"Retry-After": "90"}, b"later", 0)]
    assert hooks.send() == 1  # the second waits for the first
    first = hooks.rows(hook)[0]
    assert (first.status, first.code, first.answer) == (Status.WAITING, 503, "later")
    assert first.next_at == hooks.at + timedelta(seconds=90)
    assert hooks.hook(hook).failing_since == hooks.at
    for _ in range(ASIDE - 2):
        hooks.later(hours=1)
        receiver.says = [RAISED]
        assert hooks.send() == 1
    hooks.later(hours=1)
    receiver.says = [RAISED, CLOSED]
    assert hooks.send() == 2  # refused once more, it holds up nobody any longer
    assert [one.status for one in hooks.rows(hook)] == [Status.WAITING, Status.DELIVERED]
    assert hooks.hook(hook).failing_since is None
    assert receiver.ids[0] == receiver.ids[ASIDE - 1] != receiver.ids[ASIDE]
    hooks.later(days=1)
    assert hooks.send() == 1
    assert [one.status for one in hooks.rows(hook)] == [Status.DELIVERED, Status.DELIVERED]


def test_after_three_days_of_nothing_it_is_paused_and_the_managers_are_told(hooks, receiver):
    hook, _ = hooks.make(receiver.url)
    hooks.unit(lambda s: make_person(s, Role.AUDITOR))
    hooks.happen("audit.planned")
    hooks.put()
    tries = 0
    while hooks.hook(hook).state is State.ACTIVE and tries < 20:
        receiver.says = [RAISED]
        tries += hooks.send()
        hooks.later(hours=30)
    found = hooks.hook(hook)
    assert (found.state, found.why) == (State.PAUSED, WhyPaused.FAILING)
    assert tries <= MOST_TRIES
    notices = hooks.unit(lambda s: s.scalars(sa.select(Notice)).all(), "read")
    assert [(one.person_id, one.about["endpoint"]) for one in notices] == [
        (hooks.who.person_id, "webhooks.show")
    ]
    assert (
        hooks.unit(lambda s: s.scalar(sa.select(Fact.actor_id).where(Fact.verb == "webhook.stopped"))) is None
    )
    hooks.unit(lambda s: gather(s, at=notices[0].not_before))
    assert hooks.unit(lambda s: s.scalar(sa.select(sa.func.count()).select_from(OutboxMessage)), "read") == 1
    # What happens meanwhile is sent when somebody goes on with it.
    hooks.happen("audit.cancelled")
    assert hooks.put() == 0
    assert hooks.unit(lambda s: queries.unread(s, s.get(Webhook, hook)), "read") == 1
    receiver.got.clear()
    hooks.unit(lambda s: managing.resume(s, actor=hooks.who, at=hooks.at, webhook_id=hook, vault=hooks.vault))
    assert hooks.put() == 1
    assert hooks.send() == 2


def test_gone_for_good_pauses_at_once(hooks, receiver):
    hook, _ = hooks.make(receiver.url)
    hooks.happen("audit.planned")
    hooks.put()
    receiver.says = [GONE]
    hooks.send()
    assert (hooks.hook(hook).state, hooks.hook(hook).why) == (State.PAUSED, WhyPaused.GONE)
    assert [one.status for one in hooks.rows(hook)] == [Status.WAITING]
    assert hooks.send() == 0
    hooks.happen("audit.cancelled", "audit.planned")
    hooks.unit(
        lambda s: managing.resume(
            s, actor=hooks.who, at=hooks.at, webhook_id=hook, vault=hooks.vault, skip=True
        )
    )
    assert hooks.put() == 0  # left out because it was asked for
    assert hooks.send() == 1


def test_a_slow_one_holds_up_nobody(app, unit, receiver):
    slow = Receiver()
    hooks = Hooks(app, unit, receiver, slow)
    slow.says = [(200, {}, b"", 1.5)]
    hooks.make(slow.url, name="Slow")
    quick, _ = hooks.make(receiver.url, name="Quick")
    hooks.happen("audit.planned", "audit.cancelled", "audit.completed")
    hooks.put()
    done = []
    slow_rows = lambda: [len(receiver.got)]  # noqa: E731
    post = running.post

    def watched(one, **more):
        tried = post(one, **more)
        if one.url == slow.url and not done:
            done.extend(slow_rows())
        return tried

    running.post = watched
    try:
        assert hooks.send() == 6
    finally:
        running.post = post
        slow.close()
    assert done == [3]  # the quick one had everything before the slow one had answered once
    assert len(hooks.rows(quick)) == 3


def test_it_is_told_only_while_its_owner_manages_the_settings(hooks, receiver):
    hook, _ = hooks.make(receiver.url)
    hooks.happen("audit.planned")
    hooks.put()
    other = hooks.unit(lambda s: make_person(s, Role.SYSTEM_MANAGER))
    hooks.unit(lambda s: s.execute(sa.delete(RoleGrant).where(RoleGrant.person_id == hooks.who.person_id)))
    assert hooks.send() == 0
    assert hooks.hook(hook).why is WhyPaused.OWNER
    hooks.happen("audit.cancelled")
    assert hooks.put() == 0
    assert not receiver.got
    hooks.unit(lambda s: managing.resume(s, actor=other, at=hooks.at, webhook_id=hook, vault=hooks.vault))
    hooks.put()
    assert hooks.send() == 2
    assert hooks.hook(hook).owner_id == other.person_id


def test_only_system_managers_do_anything(hooks, receiver):
    hook, _ = hooks.make(receiver.url)
    stranger = hooks.unit(lambda s: make_person(s, Role.PROGRAMME_MANAGER, Role.SER))
    wish = Wish(name="A", url=receiver.url, events=["all"])
    same = {"at": now(), "webhook_id": hook, "actor": stranger}
    more = {"wish": wish, "allowed": hooks.allowed}
    for deed in (
        lambda s: managing.make(s, actor=stranger, at=now(), **more, vault=hooks.vault),
        lambda s: managing.change(s, **same, **more, version=1),
        lambda s: managing.pause(s, **same),
        lambda s: managing.resume(s, **same, vault=hooks.vault),
        lambda s: managing.rotate(s, **same, vault=hooks.vault),
        lambda s: managing.send_failed_again(s, **same),
        lambda s: managing.delete(s, **same),
    ):
        with pytest.raises(NotAllowed):
            hooks.unit(deed)


def test_what_cannot_be_kept(hooks, receiver):
    def make(**wrong):
        wish = Wish(**({"name": "A", "url": receiver.url, "events": ["all"]} | wrong))
        hooks.unit(
            lambda s: managing.make(
                s, actor=hooks.who, at=now(), wish=wish, allowed=hooks.allowed, vault=hooks.vault
            )
        )

    for wrong in ({"name": " "}, {"url": "https://hooks.example.org:1/"}, {"events": ["nothing"]}):
        with pytest.raises(Invalid) as refused:
            make(**wrong)
        assert refused.value.field == next(iter(wrong))
    hook, _ = hooks.make(receiver.url)
    same = {"actor": hooks.who, "at": now(), "webhook_id": hook, "allowed": hooks.allowed}
    hooks.unit(
        lambda s: managing.change(s, **same, version=1, wish=Wish(name="B", url=receiver.url, events=["all"]))
    )
    with pytest.raises(Stale):
        hooks.unit(
            lambda s: managing.change(
                s, **same, version=1, wish=Wish(name="C", url=receiver.url, events=["all"])
            )
        )


def test_a_new_secret_signs_beside_the_old_one_for_a_day(hooks, receiver):
    hook, old = hooks.make(receiver.url)
    _, new = hooks.unit(
        lambda s: managing.rotate(s, actor=hooks.who, at=hooks.at, webhook_id=hook, vault=hooks.vault)
    )
    hooks.happen("audit.planned")
    hooks.put()
    hooks.send()
    headers, body, _ = receiver.got[0]
    assert len(headers["webhook-signature"].split()) == 2
    for secret in (old, new):
        assert Verifier(secret).verify(body, headers)
    hooks.later(hours=25)
    hooks.happen("audit.cancelled")
    hooks.put()
    hooks.send()
    assert len(receiver.got[1][0]["webhook-signature"].split()) == 1
    hooks.unit(lambda s: tidy(s, at=hooks.at, days=30))
    assert hooks.hook(hook).sealed_previous == ""


def test_secrets_stand_nowhere(hooks, receiver, caplog):
    caplog.set_level(logging.DEBUG)
    hook, secret = hooks.make(receiver.url)
    hooks.happen("audit.planned")
    hooks.put()
    hooks.send()
    core = secret.removeprefix("whsec_")
    assert core not in caplog.text
    for table in (Webhook.__table__, WebhookDelivery.__table__, Fact.__table__):
        assert core not in str(hooks.unit(lambda s, t=table: s.execute(sa.select(t)).all(), "read"))
    one = hooks.unit(
        lambda s: (
            put(s, at=hooks.at, link=hooks.link),
            claim(s, at=hooks.at, worker="w", vault=hooks.vault),
        ),
        "write",
    )
    assert core not in repr(one)
    # Under another key nothing is sent, and it says why.
    hooks.happen("audit.cancelled")
    hooks.put()
    other = running.Vault(running.PURPOSE, "another key")
    assert hooks.unit(lambda s: claim(s, at=hooks.at, worker="w", vault=other)) == []
    assert hooks.hook(hook).why is WhyPaused.NO_SECRET
    with pytest.raises(Refusal):
        hooks.unit(lambda s: managing.resume(s, actor=hooks.who, at=hooks.at, webhook_id=hook, vault=other))


def test_again_by_hand_and_tidied(hooks, receiver):
    hook, _ = hooks.make(receiver.url)
    hooks.happen("audit.planned")
    hooks.put()
    for _ in range(MOST_TRIES):
        receiver.says = [RAISED]
        hooks.send()
        hooks.unit(
            lambda s: s.execute(sa.update(Webhook).values(failing_since=hooks.at))
        )  # not all is refused
        hooks.later(hours=30)
    assert [(one.status, one.tries) for one in hooks.rows(hook)] == [(Status.FAILED, MOST_TRIES)]
    same = {"actor": hooks.who, "at": hooks.at, "webhook_id": hook}
    assert hooks.unit(lambda s: managing.send_failed_again(s, **same)) == 1
    assert hooks.unit(lambda s: managing.send_failed_again(s, **same)) == 0
    hooks.send()
    row = hooks.rows(hook)[0]
    assert row.status is Status.DELIVERED
    hooks.unit(lambda s: managing.send_again(s, **same, delivery_id=row.id))
    hooks.send()
    assert set(receiver.ids) == {row.message_id}
    hooks.later(days=29)
    assert hooks.unit(lambda s: tidy(s, at=hooks.at, days=30)) == 0
    hooks.later(days=2)
    assert hooks.unit(lambda s: tidy(s, at=hooks.at, days=30)) == 1
    hooks.unit(lambda s: managing.delete(s, **same))
    assert hooks.hook(hook) is None


def test_how_much_is_asked_of_the_database(hooks, receiver, app, unit):
    hooks.make(receiver.url, "finding.raised")
    counts = []
    for many in (1, 40):
        hooks.happen(*["finding.raised"] * many)

        def work(session):
            with counted(session) as said:
                assert put(session, at=hooks.at, link=hooks.link) == many  # noqa: B023
            counts.append(len(said))

        hooks.unit(work)
    assert counts[0] == counts[1] <= 18
    for number in range(3):
        hooks.make(receiver.url, name=f"More {number}")

    def look(session):
        with counted(session) as said:
            assert len(queries.webhooks(session)) == 4
        assert len([one for one in said if one.startswith("SELECT webhook")]) == 2
        assert len(said) <= 4  # with those that begin the transaction

    hooks.unit(look, "read")


def test_a_message_says_nothing_personal(hooks, receiver):
    hooks.make(receiver.url)
    hooks.happen("audit.planned")
    hooks.put()
    hooks.send()
    told = json.dumps(json.loads(receiver.got[0][1]))
    assert hooks.who.name not in told
    assert hooks.who.email not in told
