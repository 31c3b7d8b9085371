"""Lists for one person: what is theirs, what waits for others, what comes, and what they find."""

from datetime import timedelta

import pytest

from auditapp.kit.clock import now
from auditapp.people.rules import Role
from auditapp.relationships.actions.service import add_action
from auditapp.relationships.rules import Sharing
from bots.deeds import mine as lists
from bots.deeds.trades import TRADES
from tests.bots.deeds.doing import ONCE
from tests.factories import make_person
from tests.factories.audits import make_audit, make_auditor
from tests.factories.nonconformities import make_nonconformity
from tests.relationships.issues.conftest import make_cast
from tests.statements import counted

once = pytest.mark.parametrize("app", [ONCE], indirect=True)


def ask(session, cast, *, title="Send the figures", days=3, by="manager", to="lead", sharing=Sharing.SHARED):
    at = now()
    return add_action(
        session, actor=getattr(cast, by), at=at, relationship_id=cast.relationship.id, title=title,
        owner_id=getattr(cast, to).person_id, due_on=at.date() + timedelta(days=days), sharing=sharing,
    )  # fmt: skip


def test_mine_coming_and_what_waits_for_others(session):
    cast, at = make_cast(session), now()
    late, soon, far = (ask(session, cast, title=f"In {days}", days=days) for days in (-2, 5, 40))
    issue = cast.raised(session, at=at)
    session.flush()
    own = lists.mine(session, cast.lead, at=at)
    assert [row.ref for row in own.rows if row.subject[0] == "joint_action"] == [late.ref, soon.ref]
    first = own.rows[0]
    assert first.subject == ("joint_action", str(late.id))
    assert (first.overdue, first.endpoint) == (True, "joint_actions.show")
    assert str(first.turn).startswith("It is your turn.")
    assert ("issue", str(issue.id)) in {row.subject for row in own.rows}
    assert [row.ref for row in lists.coming(session, cast.lead, at=at).rows] == [far.ref]
    waits = lists.waiting_for_others(session, cast.manager, at=at)
    assert {row.ref for row in waits.rows} == {late.ref, soon.ref, far.ref, issue.ref}
    assert "Yara Yew" in str(waits.rows[0].turn)
    assert lists.waiting_for_others(session, cast.viewer, at=at).total == 0
    assert lists.mine(session, cast.stranger, at=at).rows == ()
    page = lists.waiting_for_others(session, cast.manager, at=at, offset=1, limit=2)
    assert (len(page.rows), page.total, page.offset) == (2, 4, 1)


def test_found_by_number_and_words_as_far_as_one_may_see(session):
    cast = make_cast(session)
    issue = cast.raised(session, title="The valve leaks 100%")
    inside = ask(session, cast, title="Valve drawings", by="manager", to="owner", sharing=Sharing.INTERNAL)
    shared = ask(session, cast, title="Order a valve")
    boss = make_person(session, Role.PROGRAMME_MANAGER)
    nc = make_nonconformity(session, boss, title="Valve not tested")
    audit = make_audit(session, leader=make_auditor(session), title="Audit of valves")
    session.flush()
    found = lists.find(session, boss, "valve", at=now())
    assert {row.subject for row in found} == {
        ("nonconformity", str(nc.id)), ("audit", str(audit.id)), ("issue", str(issue.id)),
        ("joint_action", str(inside.id)), ("joint_action", str(shared.id)),
    }  # fmt: skip
    assert lists.find(session, boss, nc.ref.lower(), at=now())[0].subject == ("nonconformity", str(nc.id))
    assert lists.find(session, boss, issue.ref, at=now())[0].subject == ("issue", str(issue.id))
    theirs = {row.ref for row in lists.find(session, cast.lead, "valve", at=now())}
    assert theirs == {issue.ref, shared.ref}
    for nothing in ("", "%", "\0", "zzz"):
        assert lists.find(session, boss, nothing, at=now()) == ()


@once
def test_as_many_statements_for_one_as_for_many(session, app):
    cast, at = make_cast(session), now()

    def counts():
        found = []
        for ask_for in (lists.mine, lists.coming, lists.waiting_for_others):
            session.expire_all()
            with counted(session) as said:
                ask_for(session, cast.manager, at=at)
            found.append(len(said))
        session.expire_all()
        with counted(session) as said:
            lists.find(session, cast.manager, "figures", at=at)
        return [*found, len(said)]

    for to, days in (("manager", 1), ("manager", 50), ("lead", 1)):
        ask(session, cast, to=to, days=days, by="manager")
    session.flush()
    before = counts()
    for number in range(25):
        for to, days in (("manager", number % 10), ("manager", 50), ("lead", number)):
            ask(session, cast, to=to, days=days, by="manager")
    session.flush()
    assert counts() == before
    assert max(before) <= 80, before
    pages = {one.endpoint for one in lists.find(session, cast.manager, "figures", at=at)}
    assert pages <= set(app.view_functions)


def test_each_trade_has_a_kind_of_its_own():
    kinds = [one.kind for one in TRADES]
    assert len(kinds) == len(set(kinds))
    assert {
        "reminder",
        "nonconformity",
        "action",
        "issue",
        "obligation",
        "audit",
        "joint_action",
        "raise_issue",
    } <= set(kinds)
