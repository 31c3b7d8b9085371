"""Ideas: decided by each party, carried out, measured for each party."""

from datetime import date
from decimal import Decimal

import pytest

from auditapp.kit.clock import now
from auditapp.kit.errors import Invalid, NotAllowed, NotFound, Refusal, Stale
from auditapp.people.queries import today_of
from auditapp.relationships.obligations.queries import open_one
from auditapp.relationships.registers.ideas import queries, rules, service
from auditapp.relationships.registers.ideas.rules import Category, IdeaState, IdeaVerb, Phase, Verdict
from auditapp.relationships.rules import Sharing

S, V, YES, NO, LATER = IdeaState, IdeaVerb, Verdict.ACCEPTED, Verdict.DECLINED, Verdict.LATER
P, Q = "partner", "another"


@pytest.mark.parametrize(
    ("parties", "said", "follows"),
    [
        ([None], {}, V.ASK),
        ([None], {None: YES}, V.ACCEPT),
        ([None], {None: YES, P: NO}, V.ACCEPT),  # of what is internal we decide alone
        ([None, P], {None: YES}, V.ASK),
        ([None, P], {None: YES, P: YES}, V.ACCEPT),
        ([None, P], {P: NO}, V.DECLINE),
        ([None, P], {None: YES, P: LATER}, V.PUT_OFF),
        ([None, P], {None: NO, P: LATER}, V.DECLINE),
        ([None, P, Q], {None: YES, P: YES}, V.ASK),
        ([None, P, Q], {None: YES, P: YES, Q: YES}, V.ACCEPT),
    ],
)
def test_what_follows_from_the_decisions(parties, said, follows):
    assert rules.outcome(parties, said) is follows


@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize("verb", V)
def test_the_life_of_an_idea(state, verb):
    to = rules.STEPS.get((state, verb))
    decided = {V.ACCEPT: S.ACCEPTED, V.DECLINE: S.DECLINED, V.PUT_OFF: S.LATER, V.ASK: S.PROPOSED}
    if verb in decided:
        assert to is (decided[verb] if state in (S.PROPOSED, S.LATER, S.DECLINED, S.ACCEPTED) else None)
    by_hand = {
        (S.ACCEPTED, V.START): S.IN_PROGRESS, (S.IN_PROGRESS, V.STOP): S.ACCEPTED,
        (S.IN_PROGRESS, V.REALISE): S.REALISED, (S.REALISED, V.RESUME): S.IN_PROGRESS,
        (S.PROPOSED, V.WITHDRAW): S.WITHDRAWN, (S.LATER, V.WITHDRAW): S.WITHDRAWN,
        (S.DECLINED, V.WITHDRAW): S.WITHDRAWN, (S.WITHDRAWN, V.REOPEN): S.PROPOSED,
    }  # fmt: skip
    if verb not in decided:
        assert to is by_hand.get((state, verb))


@pytest.mark.parametrize(
    ("amount", "hundredths", "words"),
    [
        ("0", 0, "0"),
        ("12", 1200, "12"),
        ("3.5", 350, "3.50"),
        ("-1234567.89", -123456789, "−1\u202f234\u202f567.89"),
        ("0.005", 0, "0"),
    ],
)
def test_amounts_are_exact(amount, hundredths, words):
    assert rules.cents(Decimal(amount)) == hundredths
    assert rules.amount_words(hundredths) == words
    assert rules.cents(rules.amount(hundredths)) == hundredths


def raised(session, world, actor=None, **more):
    values = {"title": "One boat", "category": Category.COST, "sharing": Sharing.SHARED}
    return service.raise_idea(
        session,
        actor=actor or world.kim,
        at=now(),
        relationship_id=world.found.id,
        content=service.Content(**values | more),
    )


def decide(session, actor, idea, verdict, party=None, *, reason="because", **more):
    return service.decide(
        session, actor=actor, at=now(), idea_id=idea.id, version=idea.version, party_id=party, verdict=verdict,
        reason=reason, **more,
    )  # fmt: skip


def move(session, actor, idea, verb, **more):
    return service.move_idea(
        session, actor=actor, at=now(), idea_id=idea.id, version=idea.version, verb=verb, **more
    )


def under_way(session, world):
    idea = raised(session, world, owner_id=world.wes.person_id)
    decide(session, world.kim, idea, YES)
    decide(session, world.wes, idea, YES, world.partner_id)
    return move(session, world.wes, idea, V.START)


def test_anybody_of_ours_and_any_contact_raises_one(session, world):
    for who in (world.vic, world.ben, world.wes):
        assert raised(session, world, who).party_id == who.partner_id
    assert raised(session, world, world.wes, sharing=Sharing.INTERNAL).sharing is Sharing.SHARED
    with pytest.raises(NotFound):
        raised(session, world, world.eve)


@pytest.mark.parametrize(
    ("change", "field"),
    [({"title": " "}, "title"), ({"expected": {None: service.Worth(amount=5)}}, "unit")],
)
def test_what_cannot_be_taken(session, world, change, field):
    with pytest.raises(Invalid) as refused:
        raised(session, world, **change)
    assert refused.value.field == field
    with pytest.raises(Invalid):  # nobody owns what they do not read
        raised(session, world, owner_id=world.wes.person_id, sharing=Sharing.INTERNAL)


def test_each_party_decides_for_itself(session, world):
    idea = raised(session, world)
    decide(session, world.kim, idea, YES)
    assert idea.state is S.PROPOSED
    with pytest.raises(NotAllowed):
        decide(session, world.wes, idea, NO)  # for us
    with pytest.raises(NotAllowed):
        decide(session, world.vic, idea, NO)
    with pytest.raises(Invalid):
        decide(session, world.wes, idea, NO, world.partner_id, reason="")
    decide(session, world.wes, idea, LATER, world.partner_id)
    assert idea.state is S.LATER
    decide(session, world.tim, idea, YES, world.partner_id)
    assert idea.state is S.ACCEPTED
    kept = queries.decisions_of(session, idea.id)
    assert [one.verdict for one, _ in kept if one.holds and one.party_id] == [YES]
    assert len(kept) == 3


def test_our_side_may_write_down_what_the_partner_said(session, world):
    idea = raised(session, world)
    with pytest.raises(Invalid):
        decide(session, world.kim, idea, YES, world.partner_id)
    decide(session, world.kim, idea, YES, world.partner_id, said_by="Wes, in the May meeting")
    decide(session, world.kim, idea, YES)
    assert idea.state is S.ACCEPTED
    decide(session, world.wes, idea, NO, world.partner_id)  # the partner itself
    with pytest.raises(NotAllowed):
        decide(session, world.kim, idea, YES, world.partner_id, said_by="Wes again")
    assert idea.state is S.DECLINED


def test_what_is_internal_we_decide_alone_until_it_is_shared(session, world):
    idea = raised(session, world, sharing=Sharing.INTERNAL)
    decide(session, world.kim, idea, YES)
    assert idea.state is S.ACCEPTED
    service.edit_idea(
        session, actor=world.kim, at=now(), idea_id=idea.id, version=idea.version,
        content=service.Content(title="One boat", category=Category.COST, sharing=Sharing.SHARED),
    )  # fmt: skip
    assert idea.state is S.PROPOSED  # now the partner is asked


def test_what_each_wrote_stays_theirs(session, world):
    idea = raised(session, world, world.wes)
    content = service.Content(title="Mine now", category=Category.COST)
    with pytest.raises(NotAllowed):
        service.edit_idea(
            session, actor=world.kim, at=now(), idea_id=idea.id, version=idea.version, content=content
        )
    with pytest.raises(NotAllowed):
        move(session, world.kim, idea, V.WITHDRAW)
    was = idea.version
    service.edit_idea(session, actor=world.tim, at=now(), idea_id=idea.id, version=was, content=content)
    with pytest.raises(Stale):
        service.edit_idea(session, actor=world.tim, at=now(), idea_id=idea.id, version=was, content=content)
    decide(session, world.kim, idea, NO)
    move(session, world.wes, idea, V.WITHDRAW)
    move(session, world.wes, idea, V.REOPEN)
    assert (idea.state, [one for one, _ in queries.decisions_of(session, idea.id) if one.holds]) == (
        S.PROPOSED,
        [],
    )


def test_it_is_carried_out_by_its_owner(session, world):
    idea = raised(session, world)
    with pytest.raises(Refusal):
        move(session, world.kim, idea, V.START)
    decide(session, world.kim, idea, YES)
    decide(session, world.wes, idea, YES, world.partner_id)
    with pytest.raises(Refusal):  # nobody owns it
        move(session, world.kim, idea, V.START)
    idea = under_way(session, world)
    with pytest.raises(Refusal):
        decide(session, world.kim, idea, NO)
    with pytest.raises(NotAllowed):
        move(session, world.tim, idea, V.REALISE)
    move(session, world.wes, idea, V.REALISE, lesson="Ask earlier")
    assert (idea.realised_on, idea.lesson) == (today_of(session, now()), "Ask earlier")
    move(session, world.kim, idea, V.RESUME)
    assert idea.realised_on is None
    with pytest.raises(Refusal):
        move(session, world.kim, idea, V.ACCEPT)  # follows from decisions only


def test_value_is_measured_for_each_party(session, world):
    idea = under_way(session, world)

    def measure(actor, party, hundredths, unit="gbp", **more):
        return service.measure(
            session, actor=actor, at=now(), idea_id=idea.id, party_id=party, on=date(2026, 1, 5),
            worth=service.Worth(amount=hundredths, unit=unit), **more,
        )  # fmt: skip

    with pytest.raises(NotAllowed):
        measure(world.wes, None, 100)  # for us
    with pytest.raises(NotAllowed):
        measure(world.vic, None, 100)
    for wrong in ((None, "GBP"), (100, " ")):
        with pytest.raises(Invalid):
            measure(world.kim, None, *wrong)
    measure(world.kim, None, 100_050)
    measure(world.kim, None, 50, "GBP")
    measure(world.kim, None, 800, "hours", shared_how="Half each")
    theirs = measure(world.tim, world.partner_id, 300)
    assert queries.value_so_far(session, world.kim, world.found.id) == {
        None: [("GBP", 100_100), ("hours", 800)], world.partner_id: [("GBP", 300)]
    }  # fmt: skip
    with pytest.raises(NotAllowed):
        service.take_back_value(session, actor=world.kim, at=now(), idea_id=idea.id, value_id=theirs.id)
    service.take_back_value(session, actor=world.wes, at=now(), idea_id=idea.id, value_id=theirs.id)
    assert world.partner_id not in queries.value_so_far(session, world.wes, world.found.id)
    service.take_back_value(
        session, actor=world.wes, at=now(), idea_id=idea.id, value_id=theirs.id, back=False
    )
    assert world.partner_id in queries.value_so_far(session, world.wes, world.found.id)


def test_value_is_measured_only_once_it_is_carried_out(session, world):
    idea = raised(session, world)
    with pytest.raises(Refusal):
        service.measure(
            session, actor=world.kim, at=now(), idea_id=idea.id, party_id=None, on=date(2026, 1, 5),
            worth=service.Worth(words="Much"),
        )  # fmt: skip


def test_what_is_expected_is_kept_for_each_party_and_changed(session, world):
    idea = raised(
        session, world,
        expected={None: service.Worth(amount=500, unit="eur"), world.partner_id: service.Worth(words="Fewer trips")},
    )  # fmt: skip

    def expected():
        return {
            one.party_id: (one.amount, one.unit, one.words)
            for one in queries.values_of(session, [idea.id])[idea.id]
            if one.phase is Phase.EXPECTED
        }

    assert expected() == {None: (500, "EUR", ""), world.partner_id: (None, "", "Fewer trips")}
    service.edit_idea(
        session, actor=world.kim, at=now(), idea_id=idea.id, version=idea.version,
        content=service.Content(
            title="One boat", category=Category.COST, sharing=Sharing.SHARED,
            expected={None: service.Worth(), world.partner_id: service.Worth(words="Fewer trips")},
        ),
    )  # fmt: skip
    assert expected() == {world.partner_id: (None, "", "Fewer trips")}


def test_a_contact_never_meets_what_is_internal(session, world):
    idea = raised(session, world, sharing=Sharing.INTERNAL, owner_id=world.kim.person_id)
    decide(session, world.kim, idea, YES)
    move(session, world.kim, idea, V.START)
    service.measure(
        session, actor=world.kim, at=now(), idea_id=idea.id, party_id=None, on=date(2026, 1, 5),
        worth=service.Worth(amount=100, unit="GBP"),
    )  # fmt: skip
    for who in (world.wes, world.eve):
        assert queries.value_so_far(session, who, world.found.id) == {}
        assert queries.counts(session, who, world.found.id)["all"] == 0
        assert all(lane == [] for lane in queries.board(session, who, world.found.id).values())
        with pytest.raises(NotFound):
            decide(session, who, idea, NO, who.partner_id)


def test_the_review_settles_what_is_due(session, world):
    due = open_one(session, "value_review", world.found.id).due_on
    service.review_register(
        session,
        actor=world.kim,
        at=now(),
        relationship_id=world.found.id,
        on=date(2026, 2, 1),
        outcome="Two go on",
    )
    assert open_one(session, "value_review", world.found.id).due_on > due
