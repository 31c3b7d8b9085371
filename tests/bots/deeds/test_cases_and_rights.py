"""Who sees a nonconformity and an action in a conversation, and what a refused deed leaves: nothing."""

from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from auditapp.findings.causes.queries import causes_of
from auditapp.findings.life import service as life
from auditapp.findings.model import CaseFile, Cause, Comment
from auditapp.findings.rules.action import ActionStatus
from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.kit.clock import now
from auditapp.kit.errors import Invalid, NotAllowed, NotFound, Refusal, Stale
from auditapp.kit.keeping import Kept
from tests.bots.deeds.cases import TRADES, deed, facts_count, filled, refused, shown
from tests.factories.nonconformities import Cast, make_action, make_case
from tests.statements import counted

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
S, A = NcStatus, ActionStatus
FILE = Kept(sha256="a" * 64, size=3, media_type="image/jpeg", file_name="wall.jpg")
WHYS = {f"why_{number}": "" for number in range(1, 6)} | {"root": False, "category": "", "evidence": ""}
DONE = {"complete": True, "cause_summary": "So.", "extent_summary": "Nowhere."}


@pytest.fixture
def cast(session):
    return Cast(session)


def test_what_is_not_theirs_is_not_there(session, cast):
    nc, own, theirs = make_case(session, cast, S.IMPLEMENTING, actions=A.IN_PROGRESS)
    at = now()
    hidden = [
        ("nonconformity", nc, "contact_owner"), ("nonconformity", nc, "employee"), ("action", own, "contact_owner"),
        ("action", own, "employee"), ("action", theirs, "contact"),
    ]  # fmt: skip
    tried = [(kind, str(row.id), cast[role]) for kind, row, role in hidden]
    garbage = ("", "1", "NULL", "'; --", "\0", "../..", str(uuid4()), "ä" * 300, nc.ref)
    tried += [(kind, text, cast["manager"]) for kind in TRADES for text in garbage]
    tried.append(("action", str(nc.id), cast["manager"]))
    for kind, ident, who in tried:
        trade = TRADES[kind]
        assert trade.look(session, who, ident, at=at) is None
        with pytest.raises(NotFound):
            trade.form(session, who, ident, "comment", at=at)
        with pytest.raises(NotFound):
            trade.do(session, who, ident, "comment", {"text": "Hear."}, version=None, at=at)
    for verb in ("", "nothing", "look", "__class__"):
        with pytest.raises(NotFound):
            TRADES["action"].do(session, cast["owner"], str(own.id), verb, {}, version=None, at=at)
        with pytest.raises(NotFound):
            TRADES["action"].form(session, cast["owner"], str(own.id), verb, at=at)


def test_a_contact_reads_what_is_shared_and_no_more(session, cast):
    nc, _own, theirs = make_case(session, cast, S.IMPLEMENTING, actions=A.IN_PROGRESS)
    deed(session, cast["responsible"], ("action", theirs.id), "comment", {"text": "Between us."}, at=now())
    deed(session, cast["contact_owner"], ("action", theirs.id), "comment", {"text": "From us."}, at=now())
    card = TRADES["action"].look(session, cast["contact_owner"], str(theirs.id), at=now())
    said = " ".join(str(value) for _label, value in card.facts) + card.text + str(card.turn)
    assert card.events == ()
    assert nc.title not in said
    assert "Val Verifier" not in said
    assert "Rob Responsible" in said  # who answers for it on our side
    assert {one.text: one.internal for one in session.scalars(sa.select(Comment))} == {
        "Between us.": True, "From us.": False,
    }  # fmt: skip
    ours = TRADES["action"].look(session, cast["verifier"], str(theirs.id), at=now())
    assert [(one.who, str(one.said)) for one in ours.events] == [
        ("Cy Contact", f"Cy Contact commented on the action {theirs.ref}."),
        ("Rob Responsible", f"Rob Responsible commented on the action {theirs.ref}."),
    ]


def test_a_stale_click_says_who_was_faster_and_keeps_nothing(session, cast):
    _nc, own, _ = make_case(session, cast, S.IMPLEMENTING, actions=A.IN_PROGRESS)
    seen = TRADES["action"].look(session, cast["owner"], str(own.id), at=now()).version
    deed(
        session, cast["stand_in"], ("action", own.id), "ask_extension",
        {"wanted_on": own.due_on + timedelta(days=2), "reason": "Snow.", "impact": "None."}, at=now(),
    )  # fmt: skip
    sent = {"result": "Done.", "files": (FILE,)}
    refusal = refused(session, cast["owner"], ("action", own.id), "finish", sent, at=now(), version=seen)
    assert isinstance(refusal, Stale)
    assert "Stan Standin" in str(refusal.text)
    assert session.scalar(sa.select(sa.func.count()).select_from(CaseFile)) == 0


def test_the_same_click_twice_is_done_once(session, cast):
    nc, own, _ = make_case(session, cast, S.IMPLEMENTING, actions=A.IN_PROGRESS)
    extension = {"wanted_on": own.due_on + timedelta(days=2), "reason": "Snow.", "impact": "None."}
    edited = {"title": "Other", "kind": "corrective", "priority": "low"}
    planned = {
        "title": "Ask  them",
        "kind": "corrective",
        "owner_id": str(cast.id_of("owner")),
        "due_on": own.due_on,
    }
    for kind, row, role, verb, sent, facts in (
        ("nonconformity", nc, "responsible", "propose_action", planned, 1),
        ("action", own, "responsible", "edit", edited, 1),
        ("action", own, "owner", "plan_step", {"steps": "Ask\nWrite"}, 1),
        ("action", own, "owner", "ask_extension", extension, 1),
        ("action", own, "verifier", "decide", {"granted": "yes", "decision": "", "due_on": None}, 1),
        ("action", own, "owner", "say_not_mine", {"reason": "Sales."}, 1),
        ("action", own, "owner", "take_back", {}, 1),
        ("action", own, "owner", "say_cant", {"reason": "No."}, 1),
        ("action", own, "owner", "finish", {"result": "Done.", "files": (FILE,)}, 2),
        ("action", own, "owner", "attach", {"files": (FILE,), "internal": False}, 0),
    ):  # fmt: skip
        session.flush()
        version, count = row.version, facts_count(session)
        for _ in range(2):
            TRADES[kind].do(session, cast[role], str(row.id), verb, sent, version=version, at=now())
            session.flush()
        assert facts_count(session) - count == facts, verb
    with pytest.raises(NotAllowed, match="not yours"):
        TRADES["action"].do(session, cast["viewer"], str(own.id), "finish", sent, version=1, at=now())


REFUSED = [
    (S.EFFECTIVENESS, "verifier", "fail", {"note": " ", "sample": ""}, "note"),
    (S.EFFECTIVENESS, "verifier", "confirm", {"note": " ", "sample": ""}, "note"),
    (S.IMPLEMENTING, "responsible", "comment", {"text": "bell \a"}, "text"),
    (S.CAUSE, "responsible", "analyse", WHYS, "why_1"),
    (S.CAUSE, "responsible", "analyse", WHYS | {"why_1": "a", "why_3": "c"}, "why_2"),
    (S.CAUSE, "responsible", "analyse", WHYS | {"why_1": "a" * 2001}, "why_1"),
    (S.CAUSE, "responsible", "analyse", WHYS | {"why_1": "a"} | DONE | {"complete": False}, "complete"),
    (S.CAUSE, "responsible", "analyse", WHYS | {"why_1": "a", "why_2": "b"} | DONE, None),
    (S.CAUSE, "responsible", "add_extent", {"place": "", "clause": "", "relationship": ""}, "place"),
    (S.CAUSE, "responsible", "set_criteria", {"criteria": "So.", "not_before": None}, "not_before"),
    (S.PLANNING, "responsible", "propose_action", {"title": "Ask", "kind": "no", "owner_id": "x", "due_on": None}, "kind"),
    (S.DISPUTED, "manager", "decide_dispute", {"outcome": "", "decision": "So."}, "outcome"),
    (S.IMPLEMENTING, "responsible", "attach", {"files": (), "title": "", "evidence_date": None}, "files"),
]  # fmt: skip


def test_a_refusal_stands_at_its_field_and_leaves_nothing(session, cast):
    cases = {status: make_case(session, cast, status)[0] for status in {row[0] for row in REFUSED}}
    session.execute(sa.update(Cause).values(root=False, category=None))
    for status, role, verb, values, field in REFUSED:
        nc = cases[status]
        texts = [one.text for one in causes_of(session, nc)]
        refusal = refused(
            session, cast[role], ("nonconformity", nc.id), verb, values, at=now(), version=nc.version
        )
        assert isinstance(refusal, Invalid), (verb, values)
        assert refusal.field == field, (verb, values)
        assert [one.text for one in causes_of(session, nc)] == texts


def test_five_whys_in_several_sittings(session, cast):
    nc, _own, _ = make_case(session, cast, S.CAUSE)
    session.execute(sa.delete(Cause))
    thing, who = ("nonconformity", nc.id), cast["responsible"]

    def sitting(**values):
        deed(session, who, thing, "analyse", values, at=now())
        session.flush()
        return [(one.text, one.root) for one in sorted(causes_of(session, nc), key=lambda one: one.text)]

    assert sitting(why_1="a", why_2="b", root=True, category="people") == [("a", False), ("b", True)]
    count = facts_count(session)
    form = TRADES["nonconformity"].form(session, who, str(nc.id), "analyse", at=now())
    TRADES["nonconformity"].do(session, who, str(nc.id), "analyse", filled(form, {}), version=0, at=now())
    assert facts_count(session) == count  # nothing new was written: nothing is stale, and nothing is told
    # It is asked on: the root mark moves to the last answer.
    assert sitting(why_3="c") == [("a", False), ("b", False), ("c", True)]
    # Another branch stands beside, and is not touched.
    deed(session, who, thing, "add_cause", {"text": "z"}, at=now())
    form = TRADES["nonconformity"].form(session, who, str(nc.id), "analyse", at=now())
    assert "2 z" in shown(form)
    assert sitting(why_2="B", why_3="") == [("B", True), ("a", False), ("z", False)]
    with pytest.raises(Stale):
        TRADES["nonconformity"].do(
            session, who, str(nc.id), "analyse", filled(form, {"why_1": "new"}), version=1, at=now()
        )
    session.add_all([Cause(nonconformity_id=nc.id, text="x" * 3001, root=False, position=-1)])
    session.execute(sa.update(Cause).values(root=False))
    session.expire_all()
    with pytest.raises(Refusal, match="too long for this window"):
        TRADES["nonconformity"].form(session, who, str(nc.id), "analyse", at=now())


def test_looking_costs_the_same_however_much_hangs_on_it(session, cast):
    nc, own, _ = make_case(session, cast, S.VERIFICATION, actions=A.VERIFIED)
    cost = []
    for more in (0, 30):
        for number in range(more):
            row = make_action(session, nc, cast.id_of("owner"), status=A.VERIFIED, title=f"Action {number}")
            deed(session, cast["manager"], ("action", row.id), "comment", {"text": "Seen."}, at=now())
            deed(
                session, cast["manager"], ("nonconformity", nc.id), "comment", {"text": f"{number}"}, at=now()
            )
        life.reassign(
            session, actor=cast["manager"], at=now(), nc=nc, responsible_id=cast.id_of("viewer" if more else "ser"),
            deputy_id=None, reason="On leave.",
        )  # fmt: skip
        session.flush()
        for kind, ident in (("nonconformity", str(nc.id)), ("action", str(own.id))):
            session.expire_all()
            with counted(session) as said:
                card = TRADES[kind].look(session, cast["verifier"], ident, at=now())
            cost.append(len(said))
            assert len(card.events) <= 5
            assert len(card.facts) <= 30
    assert cost[:2] == cost[2:]
    assert max(cost) <= 25, cost
