"""What a card offers is what the service takes, in every state and for every part; all else is refused or nothing."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from auditapp.findings.model import Action, ActionRequest, ActionStep, ExtentCheck, Nonconformity
from auditapp.findings.rules.action import ActionStatus, RequestKind
from auditapp.findings.rules.nonconformity import ExtentResult, NcStatus, Source
from auditapp.kit.clock import now
from auditapp.kit.errors import Refusal
from auditapp.kit.keeping import Kept
from bots.deeds.ground import Call
from bots.deeds.rules import Tone, fields_by_name
from tests.bots.deeds.cases import TRADES, facts_count, filled
from tests.factories.nonconformities import Cast, make_case
from tests.statements import counted

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
S, A = NcStatus, ActionStatus
FILE = Kept(sha256="a" * 64, size=3, media_type="image/jpeg", file_name="wall.jpg")
MOST_TO_LOOK = 25


@pytest.fixture
def cast(session):
    return Cast(session)


def day(days):
    return now().date() + timedelta(days=days)


def good(cast: Cast, thing: Nonconformity | Action) -> dict[str, dict[str, Any]]:
    """Values for every deed with which it is taken where it can be done at all."""
    because = {"reason": "Because it is so.", "note": "Seen.", "sample": "3 of 9", "text": "Hear, hear."}
    other = str(cast.id_of("auditor" if isinstance(thing, Nonconformity) else "former"))
    given: dict[str, dict[str, Any]] = {
        "issue": {"responsible_id": str(cast.id_of("responsible")), "verifier_id": str(cast.id_of("verifier")),
                  "grade": "minor"},
        "contain": {"correction": "Done."},
        "dispute": {"view": "It was done."},
        "maintain": {"view": "It was done."},
        "answer_dispute": {"answer": "It was not."},
        "decide_dispute": {"outcome": "stands", "decision": "It stands."},
        "analyse": {"why_1": "Something else", "root": True, "category": "people"},
        "complete_cause": {"cause_summary": "So.", "extent_summary": "Nowhere."},
        "add_extent": {"place": "A third site", "checker": ""},
        "record_extent": {"result": "found"},
        "propose_action": {"title": "Ask", "kind": "corrective", "owner_id": str(cast.id_of("owner")),
                           "due_on": day(9)},
        "set_criteria": {"criteria": "Other criteria", "not_before": day(50)},
        "verify": {"not_before": day(60)},
        "record_reply": {"replied_on": day(0)},
        "regrade": {"grade": "major"},
        "assign_verifier": {"verifier_id": other},
        "attach": {"files": (FILE,)},
        "finish": {"result": "Done.", "files": (FILE,)},
        "ask_extension": {"wanted_on": thing.due_on + timedelta(days=3), "impact": "None."}
        if isinstance(thing, Action) else {},
        "decide": {"granted": "no", "decision": "It can wait."},
        "change_due": {"due_on": day(40)},
        "edit": {"title": "Another title", "kind": "corrective"},
        "plan_step": {"steps": "Ask\nWrite"},
        "reassign": {"owner_id": other} if isinstance(thing, Action) else
                    {"responsible_id": str(cast.id_of("viewer")), "deputy_id": ""},
    }  # fmt: skip
    return {verb: because | values for verb, values in given.items()} | {"": because}


def offered_and_taken(session: Any, cast: Cast, thing: Any, role: str) -> tuple[set[str], set[str], int]:
    """The verbs of the card, those that do something when they are tried, and what looking cost."""
    trade, who, at, ident = TRADES[_kind(thing)], cast[role], now(), str(thing.id)
    session.flush()
    session.expire_all()
    with counted(session) as said:
        card = trade.look(session, who, ident, at=at)
    if card is None:
        return set(), set(), len(said)  # that nothing is taken then is shown beside the rights
    offered = {one.verb for one in card.deeds}
    assert len(offered) == len(card.deeds)
    assert card.version == thing.version
    assert str(card.turn)
    large = [one.verb for one in card.deeds if one.tone is Tone.PRIMARY]
    assert large in ([], [card.deeds[0].verb])  # one at most, and it comes first
    assert all(len(str(one.label)) <= 40 for one in card.deeds)
    pages = {one.verb for one in card.deeds if one.endpoint}
    return offered - pages, _taken(session, cast, thing, role, offered), len(said)


def _taken(session: Any, cast: Cast, thing: Any, role: str, offered: set[str]) -> set[str]:
    trade, who, at, ident = TRADES[_kind(thing)], cast[role], now(), str(thing.id)
    values, found, wrong = good(cast, thing), set(), set()
    for act in trade.acts:
        if act.do is None:
            continue
        given = dict(values.get(act.verb, values[""]))
        inner = session.begin_nested()
        count = facts_count(session)
        try:
            if act.form is not None and act.verb in offered:
                call = Call(session=session, who=who, at=at, found=trade.find(session, who, thing.id, at=at))
                form = act.form(call)
                assert len(str(form.title)) <= 24, str(form.title)
                known = set(fields_by_name(form))
                given = filled(form, {key: value for key, value in given.items() if key in known})
                if act.verb == "tick_step":
                    given["steps"] = [one.value for one in form.fields[0].options]
            elif act.verb == "tick_step":
                given = {"steps": [str(one) for one in session.scalars(sa.select(ActionStep.id))]}
            elif act.verb == "record_extent":
                given["extent"] = str(session.scalar(sa.select(ExtentCheck.id).where(ExtentCheck.nonconformity_id == thing.id, ExtentCheck.result == ExtentResult.OPEN)))  # fmt: skip
            trade.do(session, who, ident, act.verb, given, version=None, at=at)
            session.flush()
            if facts_count(session) > count:
                found.add(act.verb)
        except Refusal as refusal:
            wrong |= {(act.verb, refusal.field)} if refusal.field not in {None, *given} else set()
        inner.rollback()
        session.expire_all()
    assert wrong == set()  # a refusal names a field of the form, or none
    return found


def _kind(thing: Any) -> str:
    return "action" if isinstance(thing, Action) else "nonconformity"


def both(session: Any, cast: Cast, thing: Any, roles: tuple[str, ...]) -> dict[str, set[str]]:
    """What is offered by role; it is what is taken."""
    found = {}
    for role in roles:
        offered, taken, cost = offered_and_taken(session, cast, thing, role)
        assert offered == taken, (
            role,
            thing.status,
            "offered only",
            offered - taken,
            "taken only",
            taken - offered,
        )
        assert cost <= MOST_TO_LOOK, (role, thing.status, cost)
        found[role] = offered
    return found


NC_ROLES = ("responsible", "verifier", "manager", "contact_owner")
ELSEWHERE: list[tuple[NcStatus, ActionStatus | None, dict[str, Any]]] = [
    (S.IMPLEMENTING, A.DONE, {}),
    (S.VERIFICATION, A.DONE, {}),
    (S.CAUSE, None, {"source": Source.CERTIFICATION_BODY, "body_name": "The body"}),
    (S.DRAFT, None, {"statement": ""}),
]


def test_a_nonconformity_offers_what_is_taken(session, cast):
    everything: set[str] = set()
    for status in NcStatus:
        nc, _own, _theirs = make_case(session, cast, status)
        found = both(session, cast, nc, NC_ROLES)
        assert found["contact_owner"] == set()
        everything |= set().union(*found.values())
    assert both(session, cast, nc, ("owner",))["owner"] == {"comment"}  # it is withdrawn
    for status, actions, more in ELSEWHERE:  # something else stands in the way, or opens one
        nc, _own, _theirs = make_case(session, cast, status, actions=actions, **more)
        session.add(ExtentCheck(nonconformity_id=nc.id, place="Abroad", checker_id=cast.id_of("viewer")))
        found = both(session, cast, nc, ("responsible", "manager", "verifier", "viewer"))
        assert ("record_extent" in found["viewer"]) == (status is not S.DRAFT)
        assert "verify" not in found["verifier"]
        everything |= set().union(*found.values())
    done_on_a_page = {"edit"}
    assert everything == {act.verb for act in TRADES["nonconformity"].acts} - done_on_a_page


def test_an_action_offers_what_is_taken(session, cast):
    everything: set[str] = set()
    undone = (A.PROPOSED, A.IN_PROGRESS)
    asked_for = [(status, kind) for status in undone for kind in RequestKind]
    for status, asked in [*((one, None) for one in ActionStatus), *asked_for]:
        _nc, own, theirs = make_case(session, cast, S.IMPLEMENTING, actions=status)
        session.add(ActionStep(action_id=own.id, position=0, text="Ask"))
        if asked:
            ask(session, cast, own, asked)
        found = both(session, cast, own, ("owner", "responsible", "verifier", "manager", "contact_owner"))
        assert found["contact_owner"] == set()
        assert ("decide" in found["verifier"]) == (asked not in {None, RequestKind.NOT_MINE})
        everything |= set().union(*found.values())
        if not asked:
            contact = both(session, cast, theirs, ("contact_owner",))["contact_owner"]
            assert "comment" in contact
            assert ("finish" in contact) == (status in {A.ACCEPTED, A.IN_PROGRESS, A.RETURNED})
    for there in (S.PLANNING, S.VERIFICATION, S.CLOSED, S.WITHDRAWN, S.DISPUTED):
        _nc, own, _theirs = make_case(session, cast, there, actions=A.DONE)
        both(session, cast, own, ("owner", "responsible", "verifier"))
    assert everything == {act.verb for act in TRADES["action"].acts}


def ask(session: Any, cast: Cast, action: Action, kind: RequestKind) -> None:
    """A request of the owner that waits for a decision."""
    session.add(
        ActionRequest(
            action_id=action.id, kind=kind, reason="Snow.", asked_by_id=cast.id_of("owner"), asked_at=now(),
            wanted_on=action.due_on + timedelta(days=3) if kind is RequestKind.EXTENSION else None,
            proposed_owner_id=cast.id_of("former") if kind is RequestKind.NOT_MINE else None,
        )
    )  # fmt: skip
