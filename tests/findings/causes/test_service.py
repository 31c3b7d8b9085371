"""Causes and extent on both databases: what is refused leaves nothing."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from auditapp.findings.causes import service
from auditapp.findings.causes.queries import causes_of, extent_of, with_same_cause
from auditapp.findings.model import Cause
from auditapp.findings.rules.action import ActionStatus
from auditapp.findings.rules.nonconformity import CauseCategory, ExtentResult, NcStatus
from auditapp.kit.clock import now
from auditapp.kit.errors import Invalid, NotAllowed, NotFound, Refusal, Stale
from auditapp.kit.ids import new_id
from auditapp.trail.queries import facts_of
from tests.factories.nonconformities import make_action, make_nonconformity


def verbs(session, nc):
    return [fact.verb for fact in session.scalars(facts_of(context_id=nc.id))][::-1]


def add(session, cast, text="because", **more):
    values = {"actor": cast.responsible, "at": now(), "nc": cast.nc, "text": text}
    return service.add_cause(session, **(values | more))


def test_answers_branch_and_the_same_answer_is_written_once(session, cast):
    first = add(session, cast, "nobody planned it")
    one = add(session, cast, "no calendar", parent_id=first.id)
    other = add(session, cast, "nobody was named", parent_id=first.id)
    assert (one.position, other.position) == (1, 2)
    assert add(session, cast, "no calendar", parent_id=first.id, version=1) is one
    assert len(causes_of(session, cast.nc)) == 3
    assert verbs(session, cast.nc) == ["nonconformity.cause_changed"] * 3


def test_who_may_and_when(session, cast):
    add(session, cast, "by the deputy", actor=cast.deputy)
    for who in (cast.manager, cast.verifier, cast.reader, cast.checker):
        with pytest.raises(NotAllowed):
            add(session, cast, actor=who)
    cast.nc.status = NcStatus.IMPLEMENTING
    with pytest.raises(Refusal):
        add(session, cast)
    assert len(verbs(session, cast.nc)) == 1


def test_a_cause_is_changed_once_and_not_from_an_old_page(session, cast):
    cause = add(session, cast)
    values = {"actor": cast.responsible, "at": now(), "nc": cast.nc, "cause_id": cause.id}
    wanted = {"text": "because of this", "category": CauseCategory.PEOPLE, "root": True, "evidence": "seen"}
    seen = cast.nc.version
    service.change_cause(session, **values, **wanted, version=seen)
    service.change_cause(session, **values, **wanted, version=seen)  # it came twice
    with pytest.raises(Stale):
        service.change_cause(session, **values, text="other", version=seen)
    with pytest.raises(Invalid):
        service.change_cause(session, **values, text="")
    with pytest.raises(NotFound):
        service.change_cause(session, **(values | {"cause_id": new_id()}), text="x")
    assert (cause.text, cause.category, cause.root) == ("because of this", CauseCategory.PEOPLE, True)
    assert len(verbs(session, cast.nc)) == 2


def test_what_is_removed_takes_its_answers_along_unless_an_action_is_against_them(session, cast):
    top = add(session, cast, "top")
    child = add(session, cast, "child", parent_id=top.id)
    add(session, cast, "grandchild", parent_id=child.id)
    kept = add(session, cast, "another")
    action = make_action(session, cast.nc, cast.checker.person_id, cause_id=child.id)
    remove = {"actor": cast.responsible, "at": now(), "nc": cast.nc, "cause_id": top.id}
    with pytest.raises(Refusal, match=action.ref):
        service.remove_cause(session, **remove)
    action.status = ActionStatus.CANCELLED
    service.remove_cause(session, **remove)
    service.remove_cause(session, **remove)
    assert list(session.scalars(sa.select(Cause.id))) == [kept.id]
    assert action.cause_id is None
    assert len(verbs(session, cast.nc)) == 5


def complete(session, cast, **more):
    values = {"actor": cast.responsible, "at": now(), "nc": cast.nc, "cause_summary": "why"}
    service.complete_cause(session, **(values | {"extent_summary": "only here"} | more))


def test_completing_names_all_that_is_missing_and_then_leads_to_the_plan(session, cast):
    with pytest.raises(Invalid) as raised:
        complete(session, cast, cause_summary="", extent_summary="")
    assert str(raised.value).count(".") == 3
    add(session, cast, "root", root=True, category=CauseCategory.PROCESS)
    complete(session, cast)
    complete(session, cast)  # it came twice
    assert cast.nc.status is NcStatus.PLANNING
    assert cast.nc.cause_done_at is not None
    assert cast.nc.turn_due_on is not None
    service.rework_cause(session, actor=cast.responsible, at=now(), nc=cast.nc, reason="one more branch")
    service.rework_cause(session, actor=cast.responsible, at=now(), nc=cast.nc, reason="one more branch")
    assert (cast.nc.status, cast.nc.cause_done_at) == (NcStatus.CAUSE, None)
    assert verbs(session, cast.nc) == [
        "nonconformity.cause_changed",
        "nonconformity.cause_completed",
        "nonconformity.cause_reworked",
    ]


def test_a_root_of_an_earlier_round_does_not_count(session, cast):
    add(session, cast, "root", root=True, category=CauseCategory.PROCESS)
    cast.nc.reopened = 1
    with pytest.raises(Invalid):
        complete(session, cast)


def extend(session, cast, **more):
    values = {"actor": cast.responsible, "at": now(), "nc": cast.nc, "relationship_id": cast.elsewhere.id}
    return service.add_extent(
        session, **(values | {"checker_id": cast.checker.person_id, "question": "Is it on record?"} | more)
    )


def test_a_check_is_planned_once_for_somewhere_else_by_somebody_of_ours(session, cast):
    check = extend(session, cast)
    assert extend(session, cast) is check
    assert extend(session, cast, relationship_id=None, place="Leeds", checker_id=None).checker_id == (
        cast.responsible.person_id
    )
    yesterday = now().date() - timedelta(days=1)
    for wrong in (
        {"relationship_id": None},
        {"relationship_id": cast.nc.relationship_id},
        {"relationship_id": new_id()},
        {"checker_id": new_id(), "place": "x"},
        {"due_on": yesterday, "place": "y"},
    ):
        with pytest.raises(Invalid):
            extend(session, cast, **wrong)
    assert verbs(session, cast.nc) == ["nonconformity.extent_changed"] * 2


def record(session, cast, check, actor, *, result=ExtentResult.FOUND, note="three plans read"):
    service.record_extent(
        session, actor=actor, at=now(), nc=cast.nc, extent_id=check.id, result=result, note=note
    )


def test_the_checker_records_even_while_the_work_is_verified(session, cast):
    check = extend(session, cast)
    cast.nc.status = NcStatus.VERIFICATION
    for who in (cast.verifier, cast.reader):
        with pytest.raises(NotAllowed):
            record(session, cast, check, who)
    with pytest.raises(Invalid):
        record(session, cast, check, cast.checker, note="")
    record(session, cast, check, cast.checker)
    record(session, cast, check, cast.checker)
    assert (check.result, check.checked_by_id) == (ExtentResult.FOUND, cast.checker.person_id)
    assert verbs(session, cast.nc)[1:] == ["nonconformity.extent_checked"]
    cast.nc.status = NcStatus.CLOSED
    with pytest.raises(Refusal):
        record(session, cast, check, cast.responsible, result=ExtentResult.NOT_FOUND)


def test_what_was_found_elsewhere_is_linked_and_then_stays(session, cast):
    check = extend(session, cast)
    other = make_nonconformity(session, cast.manager)
    link = {"actor": cast.responsible, "at": now(), "nc": cast.nc, "extent_id": check.id}
    with pytest.raises(Refusal):
        service.link_extent(session, **link, ref=other.ref)  # not recorded as found
    record(session, cast, check, cast.responsible)
    for wrong in (cast.nc.ref, "NC-1999-001", other.ref):  # an action owner sees no other's nonconformity
        with pytest.raises(Invalid):
            service.link_extent(session, **link, ref=wrong)
    service.link_extent(session, **(link | {"actor": cast.manager}), ref=other.ref)
    assert extent_of(session, cast.nc)[0].raised_ref == other.ref
    with pytest.raises(Refusal):
        record(session, cast, check, cast.responsible, result=ExtentResult.NOT_FOUND)
    with pytest.raises(Refusal):
        service.remove_extent(session, actor=cast.responsible, at=now(), nc=cast.nc, extent_id=check.id)


def test_a_check_nobody_made_can_be_taken_back(session, cast):
    check = extend(session, cast)
    for _ in range(2):
        service.remove_extent(session, actor=cast.responsible, at=now(), nc=cast.nc, extent_id=check.id)
    assert extent_of(session, cast.nc) == []


def test_earlier_ones_with_the_same_clause_and_cause_are_shown_to_who_may_see_them(session, cast):
    def earlier(clause, category, **more):
        nc = make_nonconformity(
            session, cast.manager, clauses=(clause,), raised_at=now() - timedelta(days=90), **more
        )
        session.add(Cause(nonconformity_id=nc.id, text="because", root=True, category=category))
        session.flush()
        return nc

    wanted = earlier("8.2.2", CauseCategory.PEOPLE)
    earlier("8.2.3", CauseCategory.PEOPLE)
    earlier("8.2.2", CauseCategory.PARTNER)
    earlier("8.2.2", CauseCategory.PEOPLE, status=NcStatus.WITHDRAWN)
    found = with_same_cause(session, cast.manager, cast.nc, {CauseCategory.PEOPLE})
    assert [one.ref for one in found] == [wanted.ref]
    assert with_same_cause(session, cast.responsible, cast.nc, {CauseCategory.PEOPLE}) == []
