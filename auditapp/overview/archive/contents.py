"""What an archive holds and, in one place with the reason, what it does not. Pure names.

Every table that the program knows goes out, but for what is named here; a test fails when a column that looks like a
secret is not decided about, when a hash might be a kept file and nobody says so, and when anything else is missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from auditapp.kit.fulltext import is_of_the_index
from auditapp.kit.text import Text

# Tables that stay here.
LEFT_OUT: Mapping[str, Text] = {
    "sign_in": Text("Browsers that are signed in: people sign in again."),
    "sign_in_attempt": Text("Failed sign-ins, counted for some minutes."),
    "password_link": Text(
        "One-time links to set a password lead to this site: auditapp user link makes new ones."
    ),
    "setup_code": Text("The code of the set-up page of an empty installation."),
    "outbox_channel": Text(
        "How mail and Slack do at this moment, and until when they asked to be left alone."
    ),
    "slack_invite": Text("One-time secrets on their way between Slack and this site."),
    "slack_rate": Text("Until when Slack asked to be left alone."),
    "report_order": Text("Files of reports that people ordered: they are made anew in a moment."),
    "archive_order": Text("Archives that were ordered: their files lie beside this installation."),
}


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column that stays here. ``instead``: what stands in it after the import."""

    why: Text
    instead: Any


_TOKENS = Text(
    "Slack’s tokens are sealed with a key of this installation: install the app again, its accounts and posts are kept."
)
_HOOKS = Text(
    "Secrets of webhooks are sealed with a key of this installation: make a new one for each, then go on with it; what happened meanwhile is sent."
)
_MARKS = Text("When, where and how jobs last ran here; how far they have read goes out.")
LEFT_COLUMNS: Mapping[tuple[str, str], Column] = {
    ("slack_team", "token"): Column(why=_TOKENS, instead=""),
    ("slack_team", "refresh_token"): Column(why=_TOKENS, instead=""),
    ("slack_team", "expires_at"): Column(why=_TOKENS, instead=None),
    ("slack_team", "state"): Column(why=_TOKENS, instead="dead"),
    ("slack_team", "reason"): Column(why=_TOKENS, instead="archive_imported"),
    ("slack_team", "changed_at"): Column(why=_TOKENS, instead=None),
    ("webhook", "sealed_secret"): Column(why=_HOOKS, instead=""),
    ("webhook", "sealed_previous"): Column(why=_HOOKS, instead=""),
    ("webhook", "previous_until"): Column(why=_HOOKS, instead=None),
    ("webhook", "state"): Column(why=_HOOKS, instead="paused"),
    ("webhook", "why"): Column(why=_HOOKS, instead="no_secret"),
    ("job_mark", "began_at"): Column(why=_MARKS, instead=None),
    ("job_mark", "ended_at"): Column(why=_MARKS, instead=None),
    ("job_mark", "worker"): Column(why=_MARKS, instead=""),
    ("job_mark", "error"): Column(why=_MARKS, instead=""),
}
# Left out as well when an archive is made without passwords.
PASSWORDS: Mapping[tuple[str, str], Column] = {
    ("account", "password_hash"): Column(
        why=Text("Left out because it was asked for: each person gets a link to set a new password."),
        instead="",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Rows that stay here: those whose ``column`` begins with ``start``."""

    column: str
    start: str
    why: Text


LEFT_ROWS: Mapping[str, Rows] = {
    "site_setting": Rows(
        column="key",
        start="preview:",
        why=Text("How far previews of policies are that somebody asked for: they are worked out anew."),
    ),
}
# Columns that look like secrets and go out all the same.
GO_OUT: Mapping[tuple[str, str], str] = {
    (
        "account",
        "password_hash",
    ): "argon2id with a salt, so that people can sign in; can be left out, and the page warns",
    ("account", "password_changed_at"): "a moment",
    ("feed_event", "digest"): "of what stands in a calendar",
    ("feed_invitation", "digest"): "the same",
    ("feed", "token_digest"): "SHA-256 of 256 random bits, which it does not give away; calendars go on",
    ("feed", "previous_digest"): "the same",
    ("feed", "digest"): "of what stands in a calendar",
    ("person_rhythm", "digest_at"): "an hour",
    (
        "relationship_access_link",
        "digest",
    ): "SHA-256 of 256 random bits; the link works for the hours it was given",
    ("api_token", "digest"): "SHA-256 of 256 random bits; programs go on as calendars do",
    ("pack_visitor", "link_digest"): "the same, until the day it was given for",
    ("pack_visitor", "visit_digest"): "the same",
    ("trail_fact", "personal_digest"): "part of the chain",
    ("trail_fact", "hash"): "the chain",
    ("trail_personal", "salt"): "needed to prove the personal part of the chain",
    ("audit_report", "anchor_hash"): "of the chain",
    ("rmp_version", "content_hash"): "of a text",
    ("rmp_approval", "content_hash"): "of a text",
    ("slack_post", "shown_hash"): "of what was drawn",
    ("slack_account", "settled_at"): "a moment",
}
SECRETIVE = ("secret", "token", "password", "digest", "hash", "salt", "credential", "private_key", "sealed")


@dataclass(frozen=True, kw_only=True)
class FileColumn:
    """A column that names kept files by their SHA-256. ``there``: a column that is empty while the bytes are not here."""

    table: str
    column: str
    there: str = ""


FILES: tuple[FileColumn, ...] = (
    FileColumn(table="audit_evidence", column="sha256", there="arrived_at"),
    FileColumn(table="audit_evidence", column="preview_sha256"),
    FileColumn(table="nonconformity_file", column="sha256"),
    FileColumn(table="nonconformity_file", column="preview_sha256"),
    FileColumn(table="document_version", column="sha256"),
    FileColumn(table="report_template_version", column="sha256"),
)
# Hashes of something else than a kept file.
NO_FILES: Mapping[tuple[str, str], str] = {
    ("audit_device", "head_sha256"): "the newest operation of a tablet",
    ("audit_operation", "sha256"): "its own text",
    ("audit_operation", "previous_sha256"): "the operation before it",
    ("audit_evidence", "original_sha256"): "the camera's own file, of which a smaller one is kept",
    ("audit_report", "sha256"): "its own content",
    ("checklist_edition", "sha256"): "its own content",
    ("evidence_pack", "sha256"): "a pack, which lies beside the kept files and is ordered anew",
    ("evidence_pack", "manifest_sha256"): "the list in a pack",
    ("management_review_paper", "sha256"): "its own content",
}


def left_columns(*, passwords: bool) -> Mapping[tuple[str, str], Column]:
    """The columns that stay here; ``passwords``: whether their hashes go out."""
    return LEFT_COLUMNS if passwords else {**LEFT_COLUMNS, **PASSWORDS}


def not_ours(table: str) -> bool:
    """Whether a table of the database is none of the models': the text index is made anew, Alembic has its own."""
    return table == "alembic_version" or is_of_the_index(table)
