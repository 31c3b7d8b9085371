"""Workspaces come, are renewed, die, live again, and go."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from auditapp.kit.errors import Invalid
from auditapp.people.rules import Role
from auditapp.trail.model import Fact
from bots.slack.install import queries, service
from bots.slack.install.rules import Renewed, from_exchange
from bots.slack.model import SlackTeam, TeamState
from bots.slack.vault import Vault, WrongKeyError
from tests.bots.slack.conftest import AT, VAULT, given
from tests.factories import make_person


def verbs(session):
    return list(session.scalars(sa.select(Fact.verb).where(Fact.verb.like("slack.%")).order_by(Fact.seq)))


def bot(session, **where):
    found = queries.team_for(session, VAULT, **({"enterprise_id": "", "team_id": ""} | where))
    return found and found.token


def test_a_state_is_good_once_in_time_and_for_whoever_began(session):
    who, other = make_person(session, Role.SYSTEM_MANAGER), make_person(session, Role.SYSTEM_MANAGER)
    for actor, at, again in ((other, AT, False), (who, AT + timedelta(minutes=16), False), (who, AT, True)):
        state = service.begin_install(session, actor=who, at=AT)
        if again:
            service.use_state(session, actor=who, at=AT, state=state)
        with pytest.raises(Invalid):
            service.use_state(session, actor=actor, at=at, state=state)


def test_each_request_finds_the_bot_of_its_workspace_or_organization(session):
    for one in (given("T1"), given("T2"), given("", enterprise_id="E9", token="xoxb-E9")):
        service.install(session, actor=None, at=AT, vault=VAULT, given=one)
    assert bot(session, team_id="T1") == "xoxb-T1"
    assert bot(session, team_id="T2", enterprise_id="E9") == "xoxb-T2"  # its own installation comes first
    assert bot(session, team_id="T7", enterprise_id="E9") == "xoxb-E9"
    assert bot(session, enterprise_id="E9") == "xoxb-E9"
    assert bot(session, team_id="T7") is None
    assert bot(session) is None
    service.uninstalled(session, at=AT, enterprise_id="E9", team_id="T2")
    assert bot(session, team_id="T2") is None
    assert bot(session, team_id="T2", enterprise_id="E9") == "xoxb-E9"


def test_installing_again_keeps_the_row_and_everything_on_it(session):
    first = service.install(session, actor=None, at=AT, vault=VAULT, given=given())
    service.uninstalled(session, at=AT, enterprise_id=None, team_id="T1")
    row = session.get(SlackTeam, first)
    assert (row.state, row.token) == (TeamState.UNINSTALLED, "")
    again = service.install(
        session, actor=None, at=AT, vault=VAULT, given=given(enterprise_id="E1", token="xoxb-new")
    )
    assert again == first
    assert bot(session, team_id="T1") == "xoxb-new"
    assert service.uninstalled(session, at=AT, enterprise_id=None, team_id="T8") is None
    assert verbs(session) == ["slack.installed", "slack.uninstalled", "slack.installed"]


def test_one_of_many_workers_renews_a_token(session):
    team = service.install(
        session, actor=None, at=AT, vault=VAULT,
        given=given(refresh_token="xoxe-1", expires_at=AT + timedelta(hours=12)),
    )  # fmt: skip

    def claim(at):
        found, refresh = service.claim_rotation(session, at=at, vault=VAULT, slack_team_id=team)
        return found.token, refresh

    soon = AT + timedelta(hours=11)
    assert claim(AT) == ("xoxb-T1", "")
    assert queries.ending(session, at=AT) == []
    assert queries.ending(session, at=soon) == [team]
    assert claim(soon) == ("xoxb-T1", "xoxe-1")
    assert claim(soon + timedelta(seconds=30)) == ("xoxb-T1", "")  # another one is at it
    new = Renewed(token="xoxb-2", refresh_token="xoxe-2", expires_at=soon + timedelta(hours=12))
    service.rotated(session, at=soon, vault=VAULT, slack_team_id=team, given=new)
    assert claim(soon + timedelta(minutes=5)) == ("xoxb-2", "")
    # A worker that died in between leaves it to the next one.
    later = soon + timedelta(hours=11)
    assert claim(later)[1] == "xoxe-2"
    assert claim(later + timedelta(minutes=3))[1] == "xoxe-2"


def test_a_dead_workspace_is_told_once_and_lives_again(session):
    team = service.install(session, actor=None, at=AT, vault=VAULT, given=given())
    assert queries.alone(session, team)
    assert service.died(session, at=AT, slack_team_id=team, code="token_revoked")
    assert not service.died(session, at=AT, slack_team_id=team, code="token_revoked")
    assert queries.dead_teams(session) == [("Workspace T1", "token_revoked")]
    assert bot(session, team_id="T1") is None
    assert not queries.anything_active(session)
    assert queries.to_look_at(session, at=AT) == []
    assert queries.to_look_at(session, at=AT + timedelta(hours=1)) == [team]
    service.lives(session, at=AT, slack_team_id=team, scopes=("a", "b"))
    assert bot(session, team_id="T1") == "xoxb-T1"
    assert session.get(SlackTeam, team).scopes == ["a", "b"]
    assert verbs(session) == ["slack.installed", "slack.died", "slack.revived"]


def test_a_wrong_key_is_named_and_a_new_one_taken(session):
    service.install(session, actor=None, at=AT, vault=VAULT, given=given())
    assert "xoxb" not in session.scalar(sa.select(SlackTeam.token))
    with pytest.raises(WrongKeyError):
        queries.team_for(session, Vault("other"), enterprise_id=None, team_id="T1")
    assert service.unreadable(session, vault=Vault("other")) == ["Workspace T1"]
    assert service.renew_key(session, vault=Vault("other", "v" * 48)) == 1
    assert service.unreadable(session, vault=Vault("other")) == []


def test_what_an_exchange_says():
    who = {"user_id": "UB", "bot_id": "BB", "team_id": "T1"}
    answer = {
        "access_token": "xoxe.xoxb-1", "scope": "commands,chat:write", "bot_user_id": "UB", "app_id": "A1",
        "team": {"id": "T1", "name": "One"}, "enterprise": None, "expires_in": 43200, "refresh_token": "xoxe-1",
    }  # fmt: skip
    found = from_exchange(answer, who, at=AT)
    assert (found.team_id, found.enterprise_id, found.name, found.bot_id) == ("T1", "", "One", "BB")
    assert found.scopes == ("chat:write", "commands")
    assert found.expires_at == AT + timedelta(hours=12)
    assert "xoxe" not in repr(found)
    whole = answer | {"team": None, "enterprise": {"id": "E1", "name": "All"}, "is_enterprise_install": True}
    found = from_exchange(whole, who, at=AT)
    assert (found.team_id, found.enterprise_id, found.name) == ("", "E1", "All")
