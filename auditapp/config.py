"""Every setting, read once at start. A missing or wrong one stops the start with its name and what it should be."""

import os
from email.headerregistry import Address
from email.utils import parseaddr
from ipaddress import ip_network
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent
MIN_SECRET = 32
MOST_PORTS = 65_536


class Settings(BaseSettings):
    """Settings of one installation; each is an environment variable with the prefix ``AUDITAPP_``."""

    model_config = SettingsConfigDict(env_prefix="AUDITAPP_", extra="ignore", hide_input_in_errors=True)

    secret_key: SecretStr = Field(
        description="Signs form tokens. At least 32 characters, random, kept secret: `python -c 'import secrets; print(secrets.token_urlsafe(48))'`."
    )
    data_dir: Path = Field(
        default=Path("var"), description="Folder for the embedded database, evidence files and anchors."
    )
    database_url: str = Field(
        default="",
        description="Empty: SQLite in the data folder. Or `postgresql+psycopg://user:password@host/name`.",
    )
    public_url: str = Field(
        default="http://127.0.0.1:8000",
        description="Address people use, without a slash at the end; links in printed and sent texts start with it.",
    )
    cookie_secure: bool = Field(
        default=False,
        description="Send cookies over HTTPS only. Set it to true wherever the site has a certificate.",
    )
    session_days: int = Field(default=14, ge=1, le=90, description="Days until a sign-in ends by itself.")
    max_upload_mb: int = Field(default=25, ge=1, le=500, description="Largest evidence file, in megabytes.")
    expired_competence: Literal["refuse", "warn"] = Field(
        default="refuse",
        description="Planning an audit with an auditor whose competence has expired: `refuse`, or `warn` and print it in the report.",
    )
    sign_in_attempts: int = Field(
        default=8,
        ge=3,
        le=100,
        description="Failed sign-ins per account before a pause; five times as many per network address, which people share.",
    )
    sign_in_pause_minutes: int = Field(
        default=15, ge=1, le=1440, description="Length of that pause, in minutes."
    )
    clock_late_minutes: int = Field(
        default=5,
        ge=1,
        le=1440,
        description="After how many minutes without a tick, or with a message that should have gone out, `/readyz` and `auditapp doctor` say that something is wrong.",
    )
    proxies: int = Field(
        default=0,
        ge=0,
        le=5,
        description="How many trusted reverse proxies stand in front (for addresses and HTTPS).",
    )
    smtp_host: str = Field(
        default="",
        description="Mail server that takes our mails. Empty: mails are kept as files in the data folder and shown at `/mail/`.",
    )
    smtp_port: int = Field(
        default=587, ge=1, le=65535, description="Its port: 587 with `starttls`, 465 with `tls`."
    )
    smtp_security: Literal["none", "starttls", "tls"] = Field(
        default="starttls",
        description="How the connection is protected. `none` only for a server on the same machine.",
    )
    smtp_user: str = Field(default="", description="Account at the mail server. Empty: without signing in.")
    smtp_password: SecretStr = Field(default=SecretStr(""), description="Password of that account.")
    smtp_timeout_seconds: int = Field(
        default=20,
        ge=1,
        le=60,
        description="How long the mail server may take for each step; a whole mail takes a minute at most.",
    )
    mail_from: str = Field(
        default="",
        validate_default=True,
        description="Sender of mails, and where bounces go: `audits@example.org` or `Audits <audits@example.org>`. Needed with a mail server.",
    )
    mail_reply_to: str = Field(
        default="",
        description="Where answers to our mails go, when somebody reads them. Empty: to the sender.",
    )
    visitor_days: int = Field(
        default=30,
        ge=1,
        le=90,
        description="The longest that an external auditor is let in to an evidence pack, in days.",
    )
    long_report_rows: int = Field(
        default=1500,
        ge=0,
        description="A file of a report with more rows than this (as a PDF prints them; 1,500 take two or three seconds) is made in the background. Rows are reckoned from a count of what is in scope.",
    )
    report_file_days: int = Field(
        default=7, ge=1, le=90, description="How long such a file lies for whoever ordered it, in days."
    )
    pack_days: int = Field(
        default=400,
        ge=0,
        le=3650,
        description="How many days after it was made an evidence pack is removed by itself; 0: never. Never while an external auditor is invited to it.",
    )
    mail_per_minute: int = Field(
        default=60, ge=1, le=6000, description="How many mails a minute the mail server takes."
    )
    mail_private_titles: bool = Field(
        default=False,
        description="Leave titles out of the subjects of mails and of the page behind an answer link: numbers only.",
    )
    slack_signing_secret: SecretStr = Field(
        default=SecretStr(""),
        description="Signing secret of the Slack app: what arrives at `/slack/events` is checked with it. Empty: nothing is taken there.",
    )
    slack_client_id: str = Field(
        default="", description="Client ID of the Slack app, for installing it at `/slack/install`."
    )
    slack_client_secret: SecretStr = Field(
        default=SecretStr(""), description="Client secret of the Slack app, for installing it."
    )
    slack_app_token: SecretStr = Field(
        default=SecretStr(""),
        description="App-level token (`xapp-…`, scope `connections:write`): Socket Mode, for sites that Slack cannot reach.",
    )
    slack_bot_token: SecretStr = Field(
        default=SecretStr(""),
        description="Bot token (`xoxb-…`) of one workspace, instead of installing the app at `/slack/install`.",
    )
    slack_token_key: SecretStr = Field(
        default=SecretStr(""),
        description="Key that Slack's tokens are encrypted with in the database. Empty: derived from the secret key.",
    )
    slack_api_url: str = Field(
        default="https://slack.com/api/", description="Where Slack's Web API is; another one only for tests."
    )
    slack_file_hosts: str = Field(
        default="files.slack.com",
        description="Hosts that files people send in Slack are fetched from, separated by commas; no other gets our token.",
    )
    api_per_minute: int = Field(
        default=300,
        ge=1,
        le=1_000_000,
        description="How many requests a minute each token may send to `/api/`, counted in each process.",
    )
    webhook_key: SecretStr = Field(
        default=SecretStr(""),
        description="Key that secrets of webhooks are encrypted with in the database. Empty: derived from the secret key. Several stand one after the other, separated by commas: the first encrypts, all read.",
    )
    webhook_allow: str = Field(
        default="",
        description="Networks inside that webhooks may be sent to, separated by commas, such as `10.20.0.0/16`; there `http://` is taken too. Empty: none, only addresses of the open internet.",
    )
    webhook_ports: str = Field(
        default="443", description="Ports that webhooks may be sent to, separated by commas."
    )
    webhook_days: int = Field(
        default=30,
        ge=1,
        le=366,
        description="After how many days what was delivered to a webhook leaves its list.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="How much is logged."
    )

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: SecretStr) -> SecretStr:
        if len(value.get_secret_value()) < MIN_SECRET:
            message = f"must have at least {MIN_SECRET} characters"
            raise ValueError(message)
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value and not value.startswith(("sqlite:///", "postgresql+psycopg://")):
            message = "must start with sqlite:/// or postgresql+psycopg://"
            raise ValueError(message)
        return value

    @field_validator("public_url")
    @classmethod
    def _no_slash(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")) or value.endswith("/"):
            message = "must start with http:// or https:// and not end with a slash"
            raise ValueError(message)
        return value

    @field_validator("webhook_allow")
    @classmethod
    def _networks(cls, value: str) -> str:
        for one in filter(None, (part.strip() for part in value.split(","))):
            try:
                ip_network(one)
            except ValueError:
                message = f"{one!r} is no network such as 10.20.0.0/16"
                raise ValueError(message) from None
        return value

    @field_validator("webhook_ports")
    @classmethod
    def _ports(cls, value: str) -> str:
        if not all(one.strip().isdigit() and 0 < int(one) < MOST_PORTS for one in value.split(",")):
            message = "must be ports separated by commas, such as 443,8443"
            raise ValueError(message)
        return value

    @field_validator("mail_from", "mail_reply_to")
    @classmethod
    def _one_address(cls, value: str, info: ValidationInfo) -> str:
        if value:
            address_of(value)
        elif info.field_name == "mail_from" and info.data.get("smtp_host"):
            message = "is missing: a mail server is set"
            raise ValueError(message)
        return value

    @property
    def resolved_database_url(self) -> str:
        """The URL in force: the given one, or SQLite in the data folder."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'auditapp.sqlite3').resolve()}"

    @property
    def sender(self) -> Address:
        """Who sends mails: the setting, or a made-up address where no mail leaves the machine."""
        if self.mail_from:
            return address_of(self.mail_from)
        host = urlsplit(self.public_url).hostname or ""
        named = host.isascii() and any(char.isalpha() for char in host) and ":" not in host
        return Address("auditapp", "auditapp", host if named else "localhost")

    @property
    def mail_dir(self) -> Path:
        """Where mails are kept when there is no mail server."""
        return self.data_dir / "mail"

    @property
    def evidence_dir(self) -> Path:
        """Where evidence files are kept."""
        return self.data_dir / "evidence"


def address_of(value: str) -> Address:
    """A mail address with or without a name. Raises ValueError for anything else."""
    name, address = parseaddr(value)
    local, _, domain = address.rpartition("@")
    if not local or not domain or not address.isascii() or any(char < " " for char in value):
        message = "must be one mail address, such as audits@example.org or Audits <audits@example.org>"
        raise ValueError(message)
    return Address(name, local, domain)


class WrongSettingsError(Exception):
    """One or more settings are missing or wrong; the message has a line for each."""


def load_settings() -> Settings:
    """Read the environment.

    Raises :class:`WrongSettingsError` naming every variable that is missing or wrong.
    """
    try:
        return Settings()
    except ValidationError as error:
        lines = []
        for fault in error.errors():
            name = str(fault["loc"][0]) if fault["loc"] else "?"
            what = "is missing" if fault["type"] == "missing" else fault["msg"].removeprefix("Value error, ")
            described = Settings.model_fields[name].description if name in Settings.model_fields else ""
            lines.append(f"AUDITAPP_{name.upper()}: {what}. {described}")
        raise WrongSettingsError("\n".join(lines)) from None


def unknown_settings() -> list[str]:
    """Environment variables with our prefix that no setting reads: usually a misspelling."""
    known = {f"AUDITAPP_{name.upper()}" for name in Settings.model_fields}
    return sorted(name for name in os.environ if name.startswith("AUDITAPP_") and name not in known)


def settings_page() -> str:
    """The text of docs/settings.md."""
    lines = [
        "# Settings",
        "",
        "Each is an environment variable. This page is generated from `auditapp/config.py`",
        "by `auditapp config document`; a test keeps the two the same.",
        "",
        "| variable | default | what it is |",
        "|---|---|---|",
    ]
    for name, field in Settings.model_fields.items():
        default = (
            "*required*"
            if field.is_required()
            else f"`{field.default}`"
            if str(field.default) != ""
            else "*empty*"
        )
        lines.append(f"| `AUDITAPP_{name.upper()}` | {default} | {field.description} |")
    return "\n".join(lines) + "\n"
