"""Programmes: begun, changed, closed; what they count and what they propose."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from auditapp.audits.execution.rules import Grade, Result
from auditapp.audits.model import ProposalDismissal
from auditapp.audits.plan import service as plans
from auditapp.audits.programme import service
from auditapp.audits.programme.queries import clause_coverage, propose_audits, stage_coverage
from auditapp.audits.programme.rules import Tally, tally
from auditapp.audits.rules import AuditStatus
from auditapp.kit.errors import Invalid, NotAllowed, NotFound, Refusal, Stale
from auditapp.people.rules import Role
from auditapp.relationships.rules import Priority
from auditapp.trail.queries import facts_of
from auditapp.trail.service import verify
from tests.factories import make_person, make_relationship
from tests.factories.audits import answer_and_issue, make_audit, make_auditor, make_edition

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TODAY = AT.date()
FIRST, LAST = date(2026, 1, 1), date(2028, 12, 31)


def begin(session, actor=None, **more):
    values = {"title": "Three years", "starts_on": FIRST, "ends_on": LAST}
    actor = actor or make_person(session, Role.PROGRAMME_MANAGER)
    return actor, service.create_programme(session, actor=actor, at=AT, **(values | more))


def test_a_programme_is_numbered_by_year_and_has_the_usual_frequencies(session):
    manager, one = begin(session)
    _, two = begin(session, manager)
    assert (one.ref, two.ref) == ("AP-2026", "AP-2026-2")
    assert (one.frequency["critical"], one.frequency["low"], one.responsible_id) == (
        12,
        36,
        manager.person_id,
    )


def test_who_manages_programmes(session):
    for role in (Role.AUDITOR, Role.VIEWER, Role.SER):
        with pytest.raises(NotAllowed):
            begin(session, make_person(session, role))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"title": " "}, "title"), ({"ends_on": FIRST}, "ends_on"), ({"frequency": {"low": 99}}, "every_low")],
)
def test_what_cannot_be_taken(session, wrong, field):
    with pytest.raises(Invalid) as refused:
        begin(session, **wrong)
    assert refused.value.field == field


def test_an_audit_stays_inside_its_programme(session):
    manager, programme = begin(session)
    with pytest.raises(Invalid) as refused:
        make_audit(session, actor=manager, programme_id=programme.id, starts_on=date(2029, 1, 8), at=AT)
    assert refused.value.field == "starts_on"
    audit = make_audit(session, actor=manager, programme_id=programme.id, starts_on=date(2028, 6, 5), at=AT)

    def change(**more):
        values = {
            "title": programme.title,
            "starts_on": FIRST,
            "ends_on": LAST,
            "responsible_id": manager.person_id,
        }
        service.change_programme(session, actor=manager, at=AT, programme=programme, **(values | more))

    with pytest.raises(Invalid, match=audit.ref):
        change(ends_on=date(2027, 12, 31))
    with pytest.raises(Stale):
        change(version=programme.version + 1)
    change(title="Better", version=programme.version)
    change(title="Better")  # the same again: no fact
    verbs = [fact.verb for fact in session.scalars(facts_of(context_id=programme.id))]
    assert verbs == ["programme.changed", "programme.created"]


def test_a_programme_closes_when_its_audits_have_ended(session):
    manager, programme = begin(session)
    leader = make_auditor(session)
    audit = make_audit(session, actor=manager, leader=leader, programme_id=programme.id, at=AT)
    with pytest.raises(Refusal, match=audit.ref):
        service.close_programme(session, actor=manager, at=AT, programme=programme)
    plans.cancel(session, actor=manager, at=AT, audit=audit, reason="x")
    service.close_programme(session, actor=manager, at=AT, programme=programme)
    service.close_programme(session, actor=manager, at=AT, programme=programme)
    assert programme.closed_at == AT
    with pytest.raises(Invalid) as refused:
        make_audit(session, actor=manager, programme_id=programme.id, at=AT)
    assert refused.value.field == "programme_id"
    assert propose_audits(session, programme, today=TODAY) == []


def world(session):
    """A programme, two relationships, one issued audit of the first and one planned of the second."""
    manager, programme = begin(session)
    leader = make_auditor(session, "small", "other")
    one = make_relationship(session, ref="R-01", priority=Priority.CRITICAL)
    two = make_relationship(session, ref="R-02")
    three = make_relationship(session, ref="R-03")
    done = make_audit(
        session,
        actor=manager,
        leader=leader,
        programme_id=programme.id,
        relationship_ids=[one.id],
        starts_on=date(2026, 2, 2),
        at=AT,
    )
    coming = make_audit(
        session,
        actor=manager,
        leader=leader,
        programme_id=programme.id,
        relationship_ids=[two.id],
        stages=["working_together"],
        starts_on=date(2027, 2, 1),
        at=AT,
    )
    return manager, programme, (one, two, three), done, coming


def test_only_what_was_really_answered_in_an_issued_audit_is_covered(session):
    _, programme, (one, two, three), done, _ = world(session)

    def covered():
        return stage_coverage(session, programme, TODAY).done

    assert covered() == {}
    answer_and_issue(session, done, {"SM-1": Result.CONFORMS, "SM-2": Result.NOT_VERIFIED})
    assert covered() == {("awareness", None): {2026}}
    found = stage_coverage(session, programme, TODAY)
    assert found.planned == {("working_together", two.id): {2027}}
    assert found.pairs() == [
        ("awareness", None),
        ("working_together", one.id),
        ("working_together", two.id),
        ("working_together", three.id),
    ]
    assert tally(found.pairs(), found.done, found.planned) == Tally(done=1, planned=1, total=4)


def test_a_clause_of_one_library_is_covered_by_the_merged_question_of_another(session):
    manager, programme = begin(session)
    leader = make_auditor(session, "small", "other")
    lead = make_edition(session)
    other = make_edition(session, "other", maps='"small:SM-1"')
    audit = make_audit(
        session,
        actor=manager,
        leader=leader,
        programme_id=programme.id,
        edition_ids=[lead.id, other.id],
        starts_on=date(2026, 2, 2),
        at=AT,
    )
    answer_and_issue(session, audit, {"SM-1": Result.OBSERVATION})
    found = clause_coverage(session, programme, "other", TODAY)
    assert found.done == {("1", None): {2026}}
    assert list(found.labels) == ["1", "2"]
    assert clause_coverage(session, programme, "unknown", TODAY).labels == {}


def test_a_postponed_audit_covers_nothing(session):
    manager, programme, _, _, coming = world(session)
    plans.postpone(session, actor=manager, at=AT, audit=coming, reason="Later.")
    assert ("working_together", coming.relationships[0].id) not in stage_coverage(
        session, programme, TODAY
    ).planned


def test_proposals_come_from_what_was_done_found_and_planned(session):
    _, programme, (one, _, three), done, _ = world(session)
    answer_and_issue(
        session, done, {"SM-1": Result.CONFORMS, "SM-2": Result.NONCONFORMING}, grades=[Grade.MAJOR]
    )
    found = {proposal.key: proposal.codes for proposal in propose_audits(session, programme, today=TODAY)}
    assert found == {
        f"relationship:{one.id}": [f"majors:{done.ref}", "priority:critical"],
        f"relationship:{three.id}": ["never"],
    }


def test_accepting_plans_the_audit_with_its_reasons(session):
    manager, programme, (_, _, three), done, _ = world(session)
    answer_and_issue(session, done, {})
    key = f"relationship:{three.id}"
    audit = service.accept_proposal(session, actor=manager, at=AT, programme=programme, key=key)
    assert [one.id for one in audit.relationships] == [three.id]
    assert audit.programme_id == programme.id
    assert "never audited" in audit.objectives
    assert FIRST <= audit.starts_on <= LAST
    assert audit.status is AuditStatus.PLANNED
    with pytest.raises(Refusal, match="not proposed any more"):
        service.accept_proposal(session, actor=manager, at=AT, programme=programme, key=key)
    with pytest.raises(NotAllowed):
        service.accept_proposal(
            session, actor=make_auditor(session), at=AT, programme=programme, key="system"
        )
    assert list(verify(session)) == []


def test_a_dismissed_proposal_is_kept_and_comes_back_with_something_new(session):
    manager, programme, (one, _, three), _, _ = world(session)
    key = f"relationship:{three.id}"
    with pytest.raises(Invalid):
        service.dismiss_proposal(session, actor=manager, at=AT, programme=programme, key=key, reason="")
    row = service.dismiss_proposal(
        session, actor=manager, at=AT, programme=programme, key=key, reason="It ends in May."
    )

    def keys():
        return {proposal.key for proposal in propose_audits(session, programme, today=TODAY)}

    assert key not in keys()
    with pytest.raises(Refusal):
        service.accept_proposal(session, actor=manager, at=AT, programme=programme, key=key)
    three.priority = Priority.HIGH  # the risk has changed: that is something new
    session.flush()
    assert key in keys()
    three.priority = Priority.MEDIUM
    session.flush()
    assert key not in keys()
    service.bring_back(session, actor=manager, at=AT, programme=programme, dismissal_id=row.id)
    assert key in keys()
    assert session.scalars(sa.select(ProposalDismissal)).one().reason == "It ends in May."
    with pytest.raises(NotFound):
        service.bring_back(session, actor=manager, at=AT, programme=programme, dismissal_id=one.id)
