"""Risks and opportunities: how they are scored, reviewed and closed, and by whom."""

from datetime import date, timedelta

import pytest

from auditapp.kit.clock import now
from auditapp.kit.errors import Invalid, NotAllowed, NotFound, Refusal, Stale
from auditapp.people.queries import today_of
from auditapp.relationships.links.queries import find_target
from auditapp.relationships.links.service import add_link
from auditapp.relationships.obligations.queries import open_one
from auditapp.relationships.registers.risks import queries, rules, service
from auditapp.relationships.registers.risks.rules import (
    Band,
    RiskKind,
    RiskState,
    RiskVerb,
    Scores,
    Treatment,
)
from auditapp.relationships.rules import Sharing
from auditapp.trail.model import Fact

S, V = RiskState, RiskVerb


def scores(likelihood=4, impact=4, *residual):
    later = dict(zip(("residual_likelihood", "residual_impact"), residual, strict=False))
    return Scores(likelihood=likelihood, impact=impact, **later)


def content(**more):
    values = {
        "kind": RiskKind.RISK, "title": "The vessel is late", "scores": scores(), "treatment": Treatment.REDUCE,
        "sharing": Sharing.SHARED,
    }  # fmt: skip
    return service.Content(**(values | more))


def added(session, world, actor=None, **more):
    return service.add_risk(
        session, actor=actor or world.kim, at=now(), relationship_id=world.found.id, content=content(**more)
    )


def review(session, actor, risk, **more):
    values = {"said": "Looked at", "scores": scores(3, 3), "version": risk.version}
    return service.review_risk(session, actor=actor, at=now(), risk_id=risk.id, **(values | more))


def move(session, actor, risk, verb, reason="because"):
    return service.move_risk(
        session, actor=actor, at=now(), risk_id=risk.id, version=risk.version, verb=verb, reason=reason
    )


@pytest.mark.parametrize(
    ("score", "word"),
    [(1, Band.LOW), (4, Band.LOW), (5, Band.MODERATE), (9, Band.MODERATE), (10, Band.HIGH), (12, Band.HIGH),
     (15, Band.VERY_HIGH), (25, Band.VERY_HIGH)],
)  # fmt: skip
def test_the_word_for_a_score(score, word):
    assert rules.band(score) is word


@pytest.mark.parametrize(
    ("kind", "given", "field"),
    [
        (RiskKind.RISK, scores(4, 4), None),
        (RiskKind.RISK, scores(4, 4, 2, 3), None),
        (RiskKind.RISK, scores(0, 4), "likelihood"),
        (RiskKind.RISK, scores(4, 6), "impact"),
        (RiskKind.RISK, scores(4, 4, 2), "residual_impact"),
        (RiskKind.RISK, scores(2, 2, 3, 3), "residual_likelihood"),  # treatment makes no risk greater
        (RiskKind.RISK, scores(5, 5, 6, 1), "residual_likelihood"),
        (RiskKind.OPPORTUNITY, scores(2, 2, 3, 3), None),
        (RiskKind.OPPORTUNITY, scores(3, 3, 2, 2), "residual_likelihood"),
    ],
)
def test_which_scores_can_be_taken(kind, given, field):
    found = rules.scores_fault(kind, given)
    assert (found[0] if found else None) == field


@pytest.mark.parametrize(
    ("present", "on"),
    [(20, date(2026, 2, 28)), (10, date(2026, 2, 28)), (6, date(2026, 3, 31)), (2, date(2026, 4, 30))],
)
def test_the_next_look_comes_sooner_for_what_weighs_more(present, on):
    assert rules.next_review(date(2026, 1, 31), present) == on


@pytest.mark.parametrize(
    ("state", "verb", "to"),
    [
        (S.OPEN, V.CLOSE, S.CLOSED), (S.OPEN, V.OCCUR, S.OCCURRED), (S.OPEN, V.REOPEN, None),
        (S.OCCURRED, V.CLOSE, S.CLOSED), (S.OCCURRED, V.REOPEN, S.OPEN), (S.OCCURRED, V.OCCUR, None),
        (S.CLOSED, V.REOPEN, S.OPEN), (S.CLOSED, V.CLOSE, None), (S.CLOSED, V.OCCUR, None),
    ],
)  # fmt: skip
def test_the_life_of_a_risk(state, verb, to):
    assert rules.STEPS.get((state, verb)) is to


def test_a_risk_comes_with_its_first_assessment(session, world):
    risk = added(session, world, scores=scores(5, 4, 2, 4))
    assert risk.ref.startswith("RK-")
    assert (risk.scores.score, risk.scores.residual, risk.scores.present) == (20, 8, 8)
    assert [one.scores for one, _ in queries.reviews_of(session, risk.id)] == [scores(5, 4, 2, 4)]


def test_numbers_follow_each_other(session, world):
    assert [added(session, world).ref[-3:] for _ in range(3)] == ["001", "002", "003"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": " "}, "title"),
        ({"treatment": Treatment.EXPLOIT}, "treatment"),
        ({"kind": RiskKind.OPPORTUNITY}, "treatment"),
        ({"scores": scores(0, 0)}, "likelihood"),
        ({"next_review_on": date(2099, 1, 1)}, "next_review_on"),
    ],
)
def test_what_cannot_be_taken(session, world, change, field):
    with pytest.raises(Invalid) as refused:
        added(session, world, **change)
    assert refused.value.field == field


def test_each_side_is_owned_by_its_own_people(session, world):
    risk = added(session, world, owner_id=world.kim.person_id, partner_owner_id=world.wes.person_id)
    assert (risk.owner_id, risk.partner_owner_id) == (world.kim.person_id, world.wes.person_id)
    for change in (
        {"owner_id": world.wes.person_id},
        {"partner_owner_id": world.kim.person_id},
        {"partner_owner_id": world.eve.person_id},
        {"partner_owner_id": world.wes.person_id, "sharing": Sharing.INTERNAL},
    ):
        with pytest.raises(Invalid):
            added(session, world, **change)


def test_what_a_contact_writes_is_shared_and_theirs(session, world):
    risk = added(session, world, world.wes, sharing=Sharing.INTERNAL, owner_id=world.kim.person_id)
    assert (risk.sharing, risk.party_id, risk.owner_id) == (Sharing.SHARED, world.partner_id, None)
    for ours in (world.kim, world.ada):
        with pytest.raises(NotAllowed):
            service.edit_risk(
                session,
                actor=ours,
                at=now(),
                risk_id=risk.id,
                version=risk.version,
                content=content(title="Mine"),
            )
        with pytest.raises(NotAllowed):
            move(session, ours, risk, V.CLOSE)
    assert service.edit_risk(
        session, actor=world.tim, at=now(), risk_id=risk.id, version=risk.version, content=content(title="Ours")
    ).title == "Ours"  # fmt: skip


@pytest.mark.parametrize(
    ("who", "error"),
    [
        ("vic", NotAllowed),
        ("ben", NotAllowed),
        ("eve", NotFound),
        ("kim", None),
        ("ada", None),
        ("wes", None),
    ],
)
def test_who_may_add(session, world, who, error):
    if error is None:
        assert added(session, world, getattr(world, who)).ref
        return
    with pytest.raises(error):
        added(session, world, getattr(world, who))


def test_a_contact_never_meets_what_is_internal(session, world):
    risk = added(session, world, sharing=Sharing.INTERNAL)
    for who in (world.wes, world.eve):
        with pytest.raises(NotFound):
            review(session, who, risk)
        assert find_target(session, who, risk.ref) is None
    shown = queries.list_risks(
        session, world.wes, world.found.id, queries.Wanted(show="all"), today=today_of(session, now()), page=1
    )
    assert (shown.total, queries.counts(session, world.wes, world.found.id, today=date(2026, 1, 1))) == (
        0,
        {"due": 0, "open": 0, "occurred": 0, "closed": 0},
    )
    assert queries.matrix(session, world.wes, world.found.id, kind=RiskKind.RISK, treated=False) == {}


@pytest.mark.parametrize(
    ("pair", "moves", "counts"),
    [
        (("kim", "kim"), True, True),
        (("kim", "wes"), False, False),
        (("wes", "tim"), True, True),
        (("wes", "kim"), False, True),
    ],
)
def test_a_review_by_either_side(session, world, pair, moves, counts):
    writer, reviewer = pair
    risk = added(session, world, getattr(world, writer))
    was = risk.next_review_on
    entry = review(
        session, getattr(world, reviewer), risk, scores=scores(1, 2), next_review_on=was + timedelta(days=9)
    )
    assert (risk.scores.score == 2) is moves
    assert (risk.next_review_on == was + timedelta(days=9)) is counts
    assert (entry.scores.score, entry.next_review_on is not None) == (2, counts)


def test_who_may_review_ours(session, world):
    risk = added(session, world, owner_id=world.vic.person_id)
    assert review(session, world.vic, risk).by_id == world.vic.person_id  # its owner
    with pytest.raises(NotAllowed):
        review(session, world.ben, risk)
    with pytest.raises(Invalid):
        review(session, world.kim, risk, said=" ")


def test_a_stale_change_is_refused(session, world):
    risk = added(session, world)
    was = risk.version
    review(session, world.kim, risk)
    with pytest.raises(Stale):
        service.edit_risk(session, actor=world.kim, at=now(), risk_id=risk.id, version=was, content=content())
    with pytest.raises(Stale):
        review(session, world.kim, risk, version=was)


def test_closing_asks_why_and_can_be_undone(session, world):
    risk = added(session, world)
    with pytest.raises(Invalid):
        move(session, world.kim, risk, V.CLOSE, reason="  ")
    move(session, world.kim, risk, V.OCCUR)
    with pytest.raises(Refusal):
        review(session, world.kim, risk)
    move(session, world.kim, risk, V.CLOSE)
    with pytest.raises(Refusal):
        move(session, world.kim, risk, V.OCCUR)
    move(session, world.kim, risk, V.REOPEN, reason="")
    assert (risk.state, risk.next_review_on) == (S.OPEN, today_of(session, now()))


def test_the_register_is_reviewed_when_nothing_waits_any_more(session, world):
    risk = added(session, world)
    risk.next_review_on = today_of(session, now()) - timedelta(days=1)
    session.flush()
    asked = {
        "actor": world.kim, "at": now(), "relationship_id": world.found.id, "on": today_of(session, now()),
        "outcome": "With Wes; one score came down",
    }  # fmt: skip
    with pytest.raises(Refusal):
        service.review_register(session, **asked)
    assert queries.first_due(session, world.kim, world.found.id, today=asked["on"]).id == risk.id
    review(session, world.kim, risk)
    assert queries.first_due(session, world.kim, world.found.id, today=asked["on"]) is None
    due = open_one(session, "risk_review", world.found.id).due_on
    with pytest.raises(Invalid):
        service.review_register(session, **asked | {"outcome": ""})
    with pytest.raises(Invalid):
        service.review_register(session, **asked | {"on": asked["on"] + timedelta(days=3)})
    with pytest.raises(NotAllowed):
        service.review_register(session, **asked | {"actor": world.vic})
    service.review_register(session, **asked)
    assert open_one(session, "risk_review", world.found.id).due_on > due
    assert session.query(Fact).filter_by(verb="risk.register_reviewed").count() == 1


def test_nothing_is_added_to_what_has_ended(session, world):
    risk = added(session, world)
    world.found.ended_on = date(2026, 1, 1)
    session.flush()
    for do in (
        lambda: added(session, world),
        lambda: review(session, world.kim, risk),
        lambda: move(session, world.kim, risk, V.CLOSE),
    ):
        with pytest.raises(Refusal):
            do()


def test_sorted_and_narrowed(session, world):
    small = added(session, world, title="Small", scores=scores(1, 2))
    large = added(session, world, title="Large", scores=scores(5, 5, 1, 1))
    gain = added(
        session,
        world,
        title="Gain",
        kind=RiskKind.OPPORTUNITY,
        treatment=Treatment.ENHANCE,
        owner_id=world.kim.person_id,
    )

    def refs(**wanted):
        found = queries.list_risks(
            session,
            world.kim,
            world.found.id,
            queries.Wanted(**wanted),
            today=today_of(session, now()),
            page=1,
        )
        return [one.ref for one in found.rows]

    assert refs() == [large.ref, gain.ref, small.ref]
    assert refs(sort="present") == [gain.ref, small.ref, large.ref]
    assert refs(kind=RiskKind.OPPORTUNITY) == [gain.ref]
    assert refs(likelihood=5, impact=5) == [large.ref]
    assert refs(likelihood=1, impact=1, treated=True) == [large.ref]
    assert refs(words="smal") == [small.ref]
    assert refs(owner_id=world.kim.person_id) == [gain.ref]
    assert refs(show="due") == []
    cells = queries.matrix(session, world.kim, world.found.id, kind=RiskKind.RISK, treated=True)
    assert cells == {(1, 1): 1, (1, 2): 1}


def test_links_of_a_risk_are_changed_by_whose_it_is(session, world):
    one, two = added(session, world), added(session, world, world.wes)
    link = {"at": now(), "from_kind": "risk", "to": two.ref}
    assert add_link(session, actor=world.kim, from_id=one.id, **link).to_kind == "risk"
    with pytest.raises(NotAllowed):
        add_link(session, actor=world.wes, from_id=one.id, **link)
    with pytest.raises(NotAllowed):
        add_link(session, actor=world.kim, from_id=two.id, **link | {"to": one.ref})
