"""What the pages of the closing share: the blueprint, words, whose turn it is, and the signature."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, url_for
from flask_babel import force_locale, gettext
from flask_babel import gettext as _

from auditapp.audits.model import Audit
from auditapp.audits.report.forms import SignatureForm
from auditapp.audits.report.labels import in_language
from auditapp.audits.report.queries import audit_for_report, may_read_draft
from auditapp.audits.report.rules import Blocker
from auditapp.audits.rules import STATUS_LABELS, STATUS_TONES, WHOSE_TURN
from auditapp.kit import clock
from auditapp.kit.db import current_session, release
from auditapp.kit.errors import NotAllowed
from auditapp.kit.text import Text
from auditapp.people import passwords
from auditapp.people import service as people_service
from auditapp.people.guards import address, throttle
from auditapp.people.queries import credential_of
from auditapp.people.rules import Principal

bp = Blueprint("report", __name__, template_folder="../templates", url_prefix="/audits")
ROOMS = {"walk": "execution.walk", "conflicts": "execution.conflicts", "findings": "execution.audit_findings"}


@dataclass(frozen=True)
class Words:
    """The labels of a report in one language: ``words("chapter.audit")``, ``words.of("grade", "major")``."""

    labels: dict[str, str]

    def __call__(self, key: str) -> str:
        """One label; its key must exist."""
        return self.labels[key]

    def of(self, kind: str, code: str) -> str:
        """The word for a code; a code without one stands for itself."""
        return self.labels.get(f"{kind}.{code}", code)


def words(language: str | None = None) -> Words:
    """The labels in the reader's language, or in the one that a report was issued in."""
    if language is None:
        return Words(in_language(gettext))
    with force_locale(language):
        return Words(in_language(gettext))


def head(audit: Audit) -> dict[str, object]:
    """What every page of the closing says at its top."""
    return {
        "audit": audit,
        "status": (STATUS_LABELS[audit.status], STATUS_TONES[audit.status]),
        "turn": WHOSE_TURN[audit.status],
    }


def audit_of(who: Principal, ref: str) -> Audit:
    """The audit with team, relationships and editions."""
    return audit_for_report(current_session(), who, ref)


def draft_readers_only(audit: Audit, who: Principal) -> None:
    """Raises NotAllowed for whoever may not read what is not issued yet."""
    if not may_read_draft(audit, who):
        raise NotAllowed(
            Text(
                "The report is not issued yet. Until then only the audit team and the programme manager read it."
            )
        )


def tasks(audit: Audit, found: Sequence[Blocker]) -> list[dict[str, object]]:
    """What stands in the way, as steps with the place to put each right."""
    return [
        {
            "label": str(each.text),
            "url": url_for(ROOMS[each.where], ref=audit.ref)
            if each.where in ROOMS
            else url_for("report.closing", ref=audit.ref),
            "word": _("To do"),
            "state": "attention",
        }
        for each in found
    ]


def signed(form: SignatureForm, who: Principal) -> str | None:
    """Check the signature; returns the sentence for the report, or ``None`` with what is wrong in the form.

    Nothing may have been changed before: the transaction is let go while the password is checked.
    """
    session = current_session()
    kept = credential_of(session, who.email)
    if kept is None or not kept.password_hash:
        typed = " ".join((form.name.data or "").split())
        if typed.casefold() == " ".join(who.name.split()).casefold():
            return _("Signed by typing the full name while signed in.")
        form.name.errors = [_("Type your full name as it stands in the system: %(name)s.", name=who.name)]
        return None
    at = clock.now()

    def pause() -> Text | None:
        return people_service.pause(session, email=who.email, address=address(), at=at, throttle=throttle())

    paused = pause()
    if paused is None:
        release()
        right = passwords.check(kept.password_hash, form.password.data or "").right
        paused = pause()  # again under the lock: others may have tried meanwhile
        if paused is None and right:
            return _("Signed with the password of the account.")
        if paused is None:
            people_service.note_failure(session, email=who.email, address=address(), at=at)
            form.password.errors = [_("This is not your password.")]
            return None
    form.refused = paused
    return None


def signs_by_password(who: Principal) -> bool:
    """Whether the person has a password to sign with."""
    kept = credential_of(current_session(), who.email)
    return kept is not None and bool(kept.password_hash)
