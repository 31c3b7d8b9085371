"""Issues from a conversation: offered is what is accepted, the trail is that of the site, what is stale is refused."""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from auditapp.kit.clock import now
from auditapp.kit.errors import Invalid, NotAllowed, NotFound, Refusal, Stale
from auditapp.kit.ids import new_id
from auditapp.people.model import Person
from auditapp.relationships.issues import service
from auditapp.relationships.issues.rules.issue import CommentKind, Status
from auditapp.relationships.issues.rules.ladder import Severity
from auditapp.relationships.rules import Sharing
from bots.deeds.issue import IssueTrade
from bots.deeds.rules import deed_of, fields_by_name
from tests.bots.deeds.doing import ONCE, accepted, facts, offered
from tests.relationships.issues.conftest import MONDAY, make_cast
from tests.statements import counted

AT = MONDAY + timedelta(hours=1)
TRADE = IssueTrade()
MOMENTS = {"entered", "due"}
once = pytest.mark.parametrize("app", [ONCE], indirect=True)


@pytest.fixture
def cast(session):
    return make_cast(session)


def shown(session, cast, issue, by="manager", at=AT):
    found = TRADE.look(session, getattr(cast, by), str(issue.id), at=at)
    assert found is not None
    return found


def do(session, cast, issue, verb, *, by="manager", at=AT, version=None, **values):
    return TRADE.do(session, getattr(cast, by), str(issue.id), verb, values, version=version, at=at)


def test_resolved_by_one_and_accepted_by_the_other_as_on_the_site(session, cast):
    here, there = cast.raised(session), cast.raised(session)
    words = {"cause": "Nobody said so", "resolution": "We say so", "lesson": "Say so"}
    thing = shown(session, cast, here, by="lead")
    assert (thing.title, thing.ref, thing.closed) == ("Deliveries come late", here.ref, False)
    assert thing.deeds[0].verb == "resolve"  # it is their turn
    assert thing.events == ()  # a partner's contact reads no trail, as on the page
    do(session, cast, here, "resolve", by="lead", version=thing.version, **words)
    service.resolve(session, actor=cast.lead, at=AT, issue=there, **words)

    thing = shown(session, cast, here)
    assert {"accept", "object"} <= offered(thing)
    form = TRADE.form(session, cast.manager, str(here.id), "accept", at=AT)
    assert form.fields == ()
    assert "We say so" in " ".join(str(one) for one in form.opening)
    done = do(session, cast, here, "accept", version=thing.version)
    assert "closed" in str(done.said)
    service.accept(session, actor=cast.manager, at=AT, issue=there)
    assert here.status is Status.CLOSED
    assert facts(session, here.id) == facts(session, there.id)
    again = do(session, cast, here, "accept", version=thing.version)  # a repeat holds
    assert again == done
    assert [one.who for one in shown(session, cast, here).events][:2] == ["Mia Maple", "Yara Yew"]
    assert shown(session, cast, here).closed


def test_what_is_stale_is_refused_in_words(session, cast):
    issue = cast.raised(session)
    before = shown(session, cast, issue)
    do(session, cast, issue, "move_up", version=before.version, reason="It takes too long")
    with pytest.raises(Stale, match="Mia Maple changed"):
        do(session, cast, issue, "move_up", version=before.version, reason="It takes too long")
    late = AT + timedelta(days=40)
    now = shown(session, cast, issue)
    with pytest.raises(Stale, match="ran out"):  # the row is as it was; the level is not
        do(session, cast, issue, "pass_ball", version=now.version, at=late, to="own", note="You")


@once
@pytest.mark.parametrize(
    "state", ["open", "asked", "paused", "resolved", "closed", "internal", "top", "over", "ended"]
)
def test_what_is_offered_is_what_is_accepted(session, cast, state):
    issue = cast.raised(session, sharing=Sharing.INTERNAL if state == "internal" else Sharing.SHARED)
    at = AT
    common = {"issue": issue, "at": AT}
    if state in {"asked", "paused"}:
        service.ask_pause(
            session, actor=cast.manager, until_on=AT.date() + timedelta(days=9), reason="Holidays", **common
        )
    if state == "paused":
        service.answer_request(session, actor=cast.lead, agreed=True, **common)
    if state in {"resolved", "closed", "ended"}:
        service.resolve(session, actor=cast.lead, cause="C", resolution="R", lesson="L", **common)
    if state == "closed":
        service.accept(session, actor=cast.manager, **common)
    if state == "top":
        for _ in range(3):
            service.move_up(session, actor=cast.manager, reason="Up", **common)
    if state == "over":
        at = AT + timedelta(days=300)
    if state == "ended":
        cast.relationship.ended_on = AT.date()
    session.flush()
    good = {
        "until_on": at.date() + timedelta(days=3),
        "severity": Severity.CRITICAL.value,
        "how": "By phone",
        "kind": CommentKind.COMMENT.value,
    }
    for by in ("manager", "ser", "viewer", "lead", "partner_manager", "partner_ser"):
        who = getattr(cast, by)
        if state == "internal" and who.partner_id is not None:
            assert TRADE.look(session, who, str(issue.id), at=at) is None
            continue
        thing = shown(session, cast, issue, by=by, at=at)
        assert offered(thing) == accepted(session, TRADE, who, str(issue.id), at=at, given=good), by


@once
def test_strangers_and_garbage_find_nothing(session, cast):
    issue = cast.raised(session)
    for ident in (str(issue.id), str(new_id()), "", "x' OR 1=1", "\0"):
        assert TRADE.look(session, cast.stranger, ident, at=AT) is None
        with pytest.raises(NotFound):
            TRADE.do(session, cast.stranger, ident, "comment", {"text": "Hm"}, version=None, at=AT)
        with pytest.raises(NotFound):
            TRADE.form(session, cast.stranger, ident, "comment", at=AT)
    with pytest.raises(NotFound):
        do(session, cast, issue, "delete")
    with pytest.raises(NotAllowed):
        do(session, cast, issue, "comment", by="viewer", text="Hm", kind="comment", sharing="internal")
    with pytest.raises(Refusal, match="cannot be done now"):
        TRADE.form(session, cast.manager, str(issue.id), "accept", at=AT)


@once
def test_refusals_name_fields_of_the_form(session, cast):
    issue = cast.raised(session)
    for verb, given, field in (
        ("resolve", {"cause": "", "resolution": "R", "lesson": "L"}, "cause"),
        ("change_severity", {"severity": "moderate", "reason": "So"}, "severity"),
        ("change_severity", {"severity": "much", "reason": "So"}, "severity"),
        ("ask_pause", {"until_on": AT.date(), "reason": "So"}, "until_on"),
        ("comment", {"text": " ", "kind": "comment", "sharing": "internal"}, "text"),
        ("pass_ball", {"to": "own", "note": ""}, "note"),
    ):
        form = TRADE.form(session, cast.manager, str(issue.id), verb, at=AT)
        assert set(given) == set(fields_by_name(form)), verb
        with pytest.raises(Invalid) as refused:
            do(session, cast, issue, verb, **given)
        assert refused.value.field == field


@once
def test_a_partner_nobody_of_whom_can_sign_in_is_answered_for(session, cast):
    issue = cast.raised(session)
    service.resolve(session, actor=cast.manager, at=AT, issue=issue, cause="C", resolution="R", lesson="L")
    assert "accept" not in offered(shown(session, cast, issue))  # it is for the partner
    ids = [cast.lead.person_id, cast.partner_manager.person_id, cast.partner_ser.person_id]
    session.execute(sa.update(Person).where(Person.id.in_(ids)).values(active=False))
    form = TRADE.form(session, cast.manager, str(issue.id), "object", at=AT)
    assert list(fields_by_name(form)) == ["reason", "how"]
    with pytest.raises(Invalid) as refused:
        do(session, cast, issue, "accept", how=" ")
    assert refused.value.field == "how"
    do(session, cast, issue, "accept", how="Yara Yew, by phone")
    assert issue.status is Status.CLOSED


@once
def test_looking_takes_as_many_statements_whatever_happened(session, cast):
    issue = cast.raised(session)

    def looked():
        session.expire_all()
        with counted(session) as said:
            shown(session, cast, issue)
        return len(said)

    looked()
    first = looked()
    for number in range(12):
        do(session, cast, issue, "comment", text=f"Word {number}", kind="comment", sharing="shared")
    do(session, cast, issue, "move_up", reason="Up")
    assert looked() <= first + 1  # one more is awaited at most
    assert first <= 22
    assert deed_of(shown(session, cast, issue), "resolve") is not None


@once
def test_the_trail_is_that_of_the_page(unit, client_of):
    cast, here, there = unit(_two_issues)
    at = now()
    words = {"severity": "critical", "reason": "The plant\r\nstands still "}

    def deed(session):
        thing = TRADE.look(session, cast.manager, str(here.id), at=at)
        TRADE.do(session, cast.manager, str(here.id), "change_severity", words, version=thing.version, at=at)

    unit(deed)
    page = f"/relationships/{cast.relationship.ref}/issues/{there.ref}/severity"
    answer = client_of(cast.manager).post(page, data=words | {"version": str(there.version), "stay": "1"})
    assert answer.status_code == 302
    kept = [unit(lambda session, one=one: facts(session, one.id)) for one in (here, there)]
    for one, other in zip(*kept, strict=True):
        assert one[:2] == other[:2]
        assert {k: v for k, v in json.loads(one[2]).items() if k not in MOMENTS} == {
            k: v for k, v in json.loads(other[2]).items() if k not in MOMENTS
        }
    assert json.loads(kept[0][-1][2])["reason"] == "The plant\nstands still"


def _two_issues(session):
    cast = make_cast(session)
    found = cast, cast.raised(session, at=now()), cast.raised(session, at=now())
    session.flush()
    session.refresh(cast.relationship)
    session.expunge_all()
    return found
