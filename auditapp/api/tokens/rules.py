"""What a token may be used for, how long it lasts, and what its secret looks like. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from auditapp.kit.ids import new_secret
from auditapp.kit.text import Text

PREFIX = "aat_"  # so that a secret that got into the open is known for what it is
HINT = 8  # characters of a secret that are kept, to tell tokens apart
MOST_TOKENS = 20  # of one person, that can be used
MOST_DAYS = 366
LIFETIMES = (7, 30, 90, 180, MOST_DAYS)  # days that are offered
USED_EVERY = timedelta(minutes=1)  # the last use is written down at most so often


class Scope(StrEnum):
    """What a token may be used for. It never gives more than its person may do."""

    READ_RELATIONSHIPS = "read:relationships"
    READ_DOCUMENTS = "read:documents"
    READ_AUDITS = "read:audits"
    READ_FINDINGS = "read:findings"
    READ_REPORTS = "read:reports"
    READ_PEOPLE = "read:people"
    READ_HISTORY = "read:history"
    READ_WEBHOOKS = "read:webhooks"
    WRITE_RELATIONSHIPS = "write:relationships"
    WRITE_AUDITS = "write:audits"
    WRITE_FINDINGS = "write:findings"
    WRITE_ACTIONS = "write:actions"
    WRITE_REPORTS = "write:reports"


SCOPE_LABELS: Mapping[Scope, Text] = {
    Scope.READ_RELATIONSHIPS: Text(
        "Read relationships and what belongs to them: partners, RMPs, meetings, issues, risks, objectives, ideas, "
        "lessons, contacts, obligations, health checks, exits; certificates"
    ),
    Scope.READ_DOCUMENTS: Text("Read documents and download their files"),
    Scope.READ_AUDITS: Text(
        "Read audits, their questions, answers and reports, programmes, checklists, what is due, and reminders"
    ),
    Scope.READ_FINDINGS: Text("Read audit findings, nonconformities and actions"),
    Scope.READ_REPORTS: Text(
        "Read readiness, gap analysis, stage packs, trends, management reviews, evidence packs and report templates"
    ),
    Scope.READ_PEOPLE: Text("Read people, with training and competence"),
    Scope.READ_HISTORY: Text("Read the history, and what was told to whom"),
    Scope.READ_WEBHOOKS: Text("Read webhooks and what was sent to them, without their secrets"),
    Scope.WRITE_RELATIONSHIPS: Text(
        "Answer obligations; ask for joint actions, finish, drop and reopen them"
    ),
    Scope.WRITE_AUDITS: Text("Plan audits"),
    Scope.WRITE_FINDINGS: Text("Raise, acknowledge and verify nonconformities; comment on them"),
    Scope.WRITE_ACTIONS: Text(
        "Answer and verify actions, comment on them, answer reminders; mark your notices as read"
    ),
    Scope.WRITE_REPORTS: Text("Judge clauses of the gap analysis; order evidence packs"),
}


def new_token() -> str:
    """A secret: 256 random bits behind the prefix."""
    return PREFIX + new_secret()


def hint_of(secret: str) -> str:
    """The beginning of a secret, by which its person knows it again."""
    return secret[: len(PREFIX) + HINT]


def secret_in(header: str | None) -> str | None:
    """The secret in an ``Authorization`` header (RFC 6750); ``None`` when there is none that could be ours."""
    scheme, _, secret = (header or "").partition(" ")
    secret = secret.strip()
    return secret if scheme.lower() == "bearer" and secret.startswith(PREFIX) else None


def scopes_in(values: Iterable[str]) -> frozenset[Scope]:
    """The scopes among stored values; one that is no longer known gives nothing."""
    known = {one.value for one in Scope}
    return frozenset(Scope(value) for value in values if value in known)


def state_of(*, revoked_at: datetime | None, expires_at: datetime, at: datetime) -> tuple[Text, str]:
    """How a token stands, in a word and its tone."""
    if revoked_at is not None:
        return Text("Revoked"), "quiet"
    if expires_at <= at:
        return Text("Expired"), "quiet"
    if expires_at - at <= timedelta(days=7):
        return Text("Expires soon"), "attention"
    return Text("In use"), "on_track"
