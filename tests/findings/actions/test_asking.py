"""Asking for something else than going on, and deciding about it, on both databases."""

from datetime import timedelta

import pytest

from auditapp.findings.actions import service
from auditapp.findings.actions.queries import open_request
from auditapp.findings.rules.action import (
    ActionStatus,
    ActionVerb,
    RequestStatus,
)
from auditapp.kit.clock import now
from auditapp.kit.errors import Invalid, NotAllowed, Refusal
from tests.findings.actions.conftest import (
    IN_TWO_WEEKS,
    TODAY,
    calls,
    do,
    extension,
    facts,
    make_scene,
    verbs,
)

V, S = ActionVerb, ActionStatus


def test_more_time_is_bounded(session, scene):
    values = {"reason": "Room taken.", "impact": "None."}
    latest = IN_TWO_WEEKS + timedelta(days=30)
    for wanted, words in ((IN_TWO_WEEKS, "due on"), (latest + timedelta(days=1), str(latest.year))):
        with pytest.raises(Invalid, match=words) as refused:
            do(session, service.ask_extension, scene["owner"], scene.action, wanted_on=wanted, **values)
        assert refused.value.field == "wanted_on"
    for missing in ("reason", "impact"):
        with pytest.raises(Invalid) as refused:
            do(
                session, service.ask_extension, scene["owner"], scene.action,
                wanted_on=latest, **(values | {missing: ""}),
            )  # fmt: skip
        assert refused.value.field == missing
    do(session, service.ask_extension, scene["owner"], scene.action, wanted_on=latest, **values)
    assert open_request(session, scene.action.id).due_on > TODAY


def test_an_overdue_action_gets_time_counted_from_today(session, scene):
    scene.action.due_on = TODAY - timedelta(days=90)
    session.flush()
    assert service.latest_extension(session, scene.action, now()) >= TODAY + timedelta(days=29)


def test_only_one_thing_is_asked_for_at_a_time(session, scene):
    do(session, service.say_cant, scene["owner"], scene.action, reason="No access.")
    for verb in (V.ASK_EXTENSION, V.SAY_CANT, V.SAY_NOT_MINE, V.ASK_CANCEL):
        function, values, _ = calls(scene)[verb]
        with pytest.raises(Refusal, match="asked for already"):
            do(session, function, scene["stand_in"], scene.action, **values)


def test_more_time_refused_then_granted_one_level_up(session, scene):
    first = extension(session, scene, 7)
    assert first.level == 1
    with pytest.raises(Invalid) as refused:
        do(session, service.decide, scene["verifier"], scene.action, granted=False)
    assert refused.value.field == "decision"
    do(session, service.decide, scene["verifier"], scene.action, granted=False, decision="It can be done.")
    do(session, service.decide, scene["verifier"], scene.action, granted=False, decision="It can be done.")
    assert first.status is RequestStatus.REFUSED
    assert scene.action.due_on == IN_TWO_WEEKS

    second = extension(session, scene, 7)
    assert second.level == 2
    with pytest.raises(NotAllowed, match="audit programme manager"):
        do(session, service.decide, scene["verifier"], scene.action, granted=True)
    do(session, service.decide, scene["manager"], scene.action, granted=True)
    assert second.status is RequestStatus.GRANTED
    assert scene.action.due_on == IN_TWO_WEEKS + timedelta(days=7)
    assert scene.action.first_due_on == IN_TWO_WEEKS
    assert scene.nc.turn_due_on == scene.action.due_on

    third = extension(session, scene, 7)
    assert third.level == 3
    with pytest.raises(NotAllowed, match="Senior Executive"):
        do(session, service.decide, scene["manager"], scene.action, granted=True)
    for wrong in (scene.action.due_on, third.wanted_on + timedelta(days=1)):
        with pytest.raises(Invalid):
            do(session, service.decide, scene["ser"], scene.action, granted=True, due_on=wrong)
    earlier = scene.action.due_on + timedelta(days=2)
    do(session, service.decide, scene["ser"], scene.action, granted=True, due_on=earlier)
    assert scene.action.due_on == earlier
    assert verbs(session, scene.action.id) == [
        "action.extension_asked", "action.request_refused", "action.extension_asked", "action.request_granted",
        "action.extension_asked", "action.request_granted",
    ]  # fmt: skip


def test_nobody_decides_about_an_action_of_their_own(session):
    scene = make_scene(session)
    scene.action.owner_id = scene["manager"].person_id
    session.flush()
    do(session, service.say_cant, scene["stand_in"], scene.action, reason="No access.")
    with pytest.raises(NotAllowed, match="own"):
        do(session, service.decide, scene["manager"], scene.action, granted=True)
    assert not service.may_decide(session, scene["manager"], scene.action, scene.nc)
    assert service.may_decide(session, scene["verifier"], scene.action, scene.nc)


def test_cannot_be_done_is_cancelled_given_away_or_refused(session, scene):
    do(session, service.say_cant, scene["owner"], scene.action, reason="No access.")
    with pytest.raises(NotAllowed, match="approved"):
        do(session, service.decide, scene["responsible"], scene.action, granted=True)
    assert open_request(session, scene.action.id) is not None
    do(
        session, service.decide, scene["responsible"], scene.action,
        granted=True, owner_id=scene["other"].person_id,
    )  # fmt: skip
    assert (scene.action.owner_id, scene.action.status) == (scene["other"].person_id, S.PROPOSED)
    do(session, service.say_cant, scene["other"], scene.action, reason="No access either.")
    do(session, service.decide, scene["manager"], scene.action, granted=True)
    assert scene.action.status is S.CANCELLED
    assert scene.action.cancelled_by_id == scene["manager"].person_id
    assert scene.action.status_reason == "No access either."
    assert verbs(session, scene.action.id)[-1] == "action.cancelled"
    do(session, service.decide, scene["manager"], scene.action, granted=True)  # came twice


def test_not_mine_goes_to_whom_was_proposed_or_somebody_else(session, scene):
    function, values, _ = calls(scene)[V.SAY_NOT_MINE]
    with pytest.raises(Invalid):
        do(
            session,
            function,
            scene["owner"],
            scene.action,
            reason="No.",
            proposed_owner_id=scene.action.owner_id,
        )
    do(session, function, scene["owner"], scene.action, **values)
    with pytest.raises(NotAllowed):
        do(session, service.decide, scene["verifier"], scene.action, granted=True)
    do(session, service.decide, scene["responsible"], scene.action, granted=True)
    assert scene.action.owner_id == scene["other"].person_id
    do(session, service.say_not_mine, scene["other"], scene.action, reason="Nor mine.")
    with pytest.raises(Invalid, match="Choose who"):
        do(session, service.decide, scene["manager"], scene.action, granted=True)
    do(
        session,
        service.decide,
        scene["manager"],
        scene.action,
        granted=True,
        owner_id=scene["stand_in"].person_id,
    )
    assert (scene.action.owner_id, scene.action.deputy_id) == (scene["stand_in"].person_id, None)


def test_cancelling_needs_approval_from_outside_the_work(session, scene):
    do(session, service.ask_cancel, scene["responsible"], scene.action, reason="Done elsewhere.")
    for who in ("responsible", "deputy", "owner"):
        with pytest.raises(NotAllowed):
            do(session, service.decide, scene[who], scene.action, granted=True)
    with pytest.raises(NotAllowed, match="takes it back"):
        do(session, service.take_back, scene["owner"], scene.action)
    do(session, service.decide, scene["verifier"], scene.action, granted=True)
    assert scene.action.status is S.CANCELLED


def test_a_request_is_taken_back_and_overtaken(session, scene):
    scene.action.status = S.IN_PROGRESS
    request = extension(session, scene, 3)
    do(session, service.take_back, scene["stand_in"], scene.action)
    do(session, service.take_back, scene["stand_in"], scene.action)
    assert request.status is RequestStatus.TAKEN_BACK
    request = extension(session, scene, 3)
    assert request.level == 1  # what nobody decided does not count
    do(session, service.finish_action, scene["owner"], scene.action, result="Done after all.")
    assert request.status is RequestStatus.OVERTAKEN
    assert '"overtaken"' in facts(session, scene.action.id)[-1].after
