"""Tokens at rest."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from auditapp.config import Settings
from bots.slack.vault import Vault, WrongKeyError

SECRET = "k" * 48


def settings(token_key: str = "", secret: str = SECRET) -> Settings:
    return Settings(secret_key=SecretStr(secret), data_dir=Path("var"), slack_token_key=SecretStr(token_key))


def test_what_is_kept_shows_nothing_and_opens_again():
    vault = Vault.of(settings())
    kept = vault.lock("xoxb-1-secret")
    assert "xoxb" not in kept
    assert kept != vault.lock("xoxb-1-secret")
    assert vault.open(kept) == "xoxb-1-secret"
    assert (vault.lock(""), vault.open("")) == ("", "")


def test_a_key_can_be_given_later_and_changed():
    first = Vault.of(settings()).lock("token")
    own = Vault.of(settings("one"))
    assert own.open(first) == "token"
    second = own.renewed(first)
    assert Vault.of(settings("two, one", secret="n" * 48)).open(second) == "token"


@pytest.mark.parametrize("other", [settings("another", secret="n" * 48), settings(secret="n" * 48)])
def test_a_wrong_key_says_what_to_do_and_nothing_else(other):
    kept = Vault.of(settings()).lock("xoxb-1-secret")
    with pytest.raises(WrongKeyError, match="AUDITAPP_SLACK_TOKEN_KEY") as told:
        Vault.of(other).open(kept)
    assert kept not in str(told.value)
    with pytest.raises(WrongKeyError):
        Vault.of(other).open("no token at all")
