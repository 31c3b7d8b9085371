"""Workspaces and accounts of Slack's tests."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from pydantic import SecretStr
from sqlalchemy.orm import Session

from auditapp.config import Settings
from bots.slack.identity import service as identity
from bots.slack.identity.rules import Profile
from bots.slack.install import service as installs
from bots.slack.install.rules import Installation
from bots.slack.model import Sort
from bots.slack.vault import Vault

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SETTINGS = Settings(secret_key=SecretStr("v" * 48))
VAULT = Vault.of(SETTINGS)


def given(team_id: str = "T1", **more: Any) -> Installation:
    """An installation as Slack tells it."""
    values = {
        "team_id": team_id, "enterprise_id": "", "name": f"Workspace {team_id or more.get('enterprise_id')}",
        "app_id": "A1", "bot_user_id": "UBOT", "bot_id": "BBOT", "token": f"xoxb-{team_id}", "scopes": ("chat:write",),
    }  # fmt: skip
    return Installation(**(values | more))


def profile(user_id: str = "U1", *, email: str = "", sort: Sort = Sort.MEMBER, **more: Any) -> Profile:
    """An account as the directory shows it."""
    return Profile(
        **({"user_id": user_id, "team_id": "T1", "name": user_id, "email": email, "zone": "Europe/Paris", "sort": sort}
        | more)
    )  # fmt: skip


@pytest.fixture
def team(session: Session) -> UUID:
    """A workspace that works."""
    return installs.install(session, actor=None, at=AT, vault=VAULT, given=given())


@pytest.fixture
def seen(session: Session, team: UUID) -> Callable[..., Any]:
    """Have the directory show an account; gives its row."""

    def show(user_id: str = "U1", **more: Any) -> Any:
        identity.see(session, at=AT, slack_team_id=team, profiles=[profile(user_id, **more)])
        return identity.account_of(session, slack_team_id=team, user_id=user_id)

    return show
