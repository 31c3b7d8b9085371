"""Nobody judges their own part, nor a part they had before; on both databases."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from auditapp.findings.life import service
from auditapp.findings.life.service.verifier import check_verifier
from auditapp.findings.model import EffectivenessCheck
from auditapp.findings.queries import parts
from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.findings.rules.parts import Part
from auditapp.kit.errors import Invalid, NotAllowed, Refusal
from auditapp.people.rules import Role
from tests.factories import make_person
from tests.findings.life.conftest import AT, refused


def test_reassigning_keeps_the_verifier_independent(session, cast):
    nc = cast.nc(NcStatus.CAUSE)
    other = make_person(session, Role.ACTION_OWNER)

    def give(responsible, deputy=None, reason="She left."):
        service.reassign(
            session,
            actor=cast.manager,
            at=AT,
            nc=nc,
            responsible_id=responsible.person_id,
            deputy_id=deputy.person_id if deputy else None,
            reason=reason,
        )

    refused(session, nc, lambda: give(cast.verifier))
    refused(session, nc, lambda: give(other, cast.verifier))
    refused(session, nc, lambda: give(other, reason=""), Invalid)
    refused(session, nc, lambda: give(cast.responsible, cast.deputy), Invalid)
    give(other)
    assert (nc.responsible_id, nc.deputy_id) == (other.person_id, None)


def test_whoever_answered_for_it_before_does_not_judge_it_later(session, cast):
    """A programme manager gives the own work away, and then finds it good: refused at every step."""
    nc = cast.nc(NcStatus.CAUSE, responsible_id=cast.manager.person_id)
    other = make_person(session, Role.PROGRAMME_MANAGER)
    service.reassign(
        session, actor=cast.manager, at=AT, nc=nc, responsible_id=cast.responsible.person_id,
        deputy_id=None, reason="A new job.",
    )  # fmt: skip
    assert Part.FORMER in parts(session, cast.manager, nc)
    assert Part.FORMER not in parts(session, other, nc)
    nc.status = NcStatus.PLAN_SUBMITTED
    with pytest.raises(NotAllowed, match="somebody who answered for it before"):
        service.accept_plan(session, actor=cast.manager, at=AT, nc=nc)
    with pytest.raises(NotAllowed):
        service.withdraw(session, actor=cast.manager, at=AT, nc=nc, reason="It is nothing.")
    with pytest.raises(Refusal, match="nobody verifies their own work"):
        check_verifier(session, nc, cast.manager.person_id, at=AT)
    service.accept_plan(session, actor=other, at=AT, nc=nc)


def test_whoever_was_named_by_mistake_may_judge(session, cast):
    nc = cast.nc(NcStatus.ISSUED, responsible_id=cast.manager.person_id)
    service.reassign(
        session, actor=cast.manager, at=AT, nc=nc, responsible_id=cast.responsible.person_id,
        deputy_id=None, reason="Not mine.",
    )  # fmt: skip
    assert Part.FORMER not in parts(session, cast.manager, nc)


def test_the_same_again_by_somebody_who_may_not_is_refused(session, cast):
    nc = cast.nc(NcStatus.PLANNING)
    check = session.scalar(
        sa.select(EffectivenessCheck).where(EffectivenessCheck.nonconformity_id == nc.id)
    ) or EffectivenessCheck(nonconformity_id=nc.id, round=nc.round)
    check.criteria, check.not_before = "Two reviews.", AT.date() + timedelta(days=9)
    session.add(check)
    session.flush()
    with pytest.raises(NotAllowed):
        service.set_criteria(
            session, actor=cast.verifier, at=AT, nc=nc, criteria="Two reviews.", not_before=check.not_before
        )
    nc.replied_on = AT.date()
    with pytest.raises(NotAllowed):
        service.record_reply(session, actor=cast.verifier, at=AT, nc=nc, replied_on=AT.date())
