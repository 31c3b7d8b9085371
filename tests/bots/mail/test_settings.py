"""Settings of mail: what is missing or wrong is named at the start."""

import pytest

from auditapp.config import Settings, WrongSettingsError, address_of, load_settings, settings_page


@pytest.fixture
def environment(monkeypatch):
    monkeypatch.setenv("AUDITAPP_SECRET_KEY", "k" * 48)
    return lambda **values: [monkeypatch.setenv(f"AUDITAPP_{name}", value) for name, value in values.items()]


def test_a_mail_server_needs_a_sender(environment):
    environment(SMTP_HOST="smtp.example.org")
    with pytest.raises(WrongSettingsError, match=r"^AUDITAPP_MAIL_FROM: is missing: a mail server is set\."):
        load_settings()
    environment(MAIL_FROM="Audits <audits@example.org>")
    assert load_settings().sender.addr_spec == "audits@example.org"


@pytest.mark.parametrize(
    "wrong", ["audits", "a@", "@b.example", "a@b.example\nBcc: c@d.example", "Büro <bü@b.example>"]
)
def test_what_is_no_address_is_named(environment, wrong):
    environment(MAIL_REPLY_TO=wrong)
    with pytest.raises(WrongSettingsError, match="AUDITAPP_MAIL_REPLY_TO: must be one mail address"):
        load_settings()


def test_a_name_may_hold_anything():
    found = address_of('"Audits, Büro" <audits@example.org>')
    assert (found.display_name, found.addr_spec) == ("Audits, Büro", "audits@example.org")


def test_the_password_is_not_shown():
    kept = Settings(secret_key="k" * 48, smtp_password="hush", smtp_host="")
    assert "hush" not in repr(kept)
    assert "| `AUDITAPP_SMTP_PASSWORD` | *empty* |" in settings_page()
