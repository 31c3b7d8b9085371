"""Delivery status notifications (RFC 3464): what a mail server says of a mail that it took and could not deliver."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from uuid import UUID

LONGEST_REASON = 500
# Ours look so (bots/mail/render.py); nobody guesses one, so a forged report names none.
OURS = re.compile(r"<\s*([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@[^<>\s]+>", re.IGNORECASE)
FAILED = "failed"  # the others: delayed, delivered, relayed, expanded


@dataclass(frozen=True, kw_only=True)
class Report:
    """``failed``: it will not arrive. ``message_id``: which of our messages it was, if it says so."""

    message_id: UUID | None
    failed: bool
    recipient: str
    reason: str


def read_report(raw: bytes) -> Report | None:
    """What a mail reports about one of ours; ``None`` when it is no delivery report (an absence note, a human)."""
    mail = message_from_bytes(raw)
    groups = list(_groups(mail))
    if not groups:
        return None
    actions = [_field(group, "Action").lower() for group in groups]
    failed = [group for group, action in zip(groups, actions, strict=True) if action.startswith(FAILED)]
    told = failed[0] if failed else groups[0]
    return Report(
        message_id=_original(mail),
        failed=bool(failed),
        recipient=_typed(_field(told, "Original-Recipient") or _field(told, "Final-Recipient")),
        reason=_reason(told),
    )


def _groups(mail: Message) -> Iterator[Message]:
    """The groups of fields about one recipient each (RFC 3464 section 2.3)."""
    for part in mail.walk():
        if part.get_content_type() not in {"message/delivery-status", "message/global-delivery-status"}:
            continue
        payload = part.get_payload()
        blocks = [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []
        yield from (block for block in blocks if block["Action"] or block["Status"])


def _original(mail: Message) -> UUID | None:
    """Which mail came back: its own head inside the report, else what the report answers to, else any mention."""
    for part in mail.walk():
        if part is not mail and (found := _uuid(_field(part, "Message-ID"))):
            return found
        if part.get_content_type() in {"text/rfc822-headers", "message/global-headers"}:
            head = str(part.get_payload())
            for line in re.findall(r"(?im)^message-id:\s*(.*(?:\r?\n[ \t].*)*)", head):
                if found := _uuid(line):
                    return found
    for name in ("In-Reply-To", "References", "X-Failed-Message-ID"):
        if found := _uuid(_field(mail, name)):
            return found
    for part in mail.walk():
        if part.get_content_maintype() == "text":
            data = part.get_payload(decode=True)
            if isinstance(data, bytes) and (found := _uuid(data.decode("utf-8", "replace"))):
                return found
    return None


def _uuid(text: str) -> UUID | None:
    found = OURS.search(text)
    return UUID(found[1]) if found else None


def _field(part: Message, name: str) -> str:
    return " ".join(str(part.get(name, "")).split())


def _typed(value: str) -> str:
    """The address of ``rfc822; dana@example.org``."""
    return value.partition(";")[2].strip() or value


def _reason(group: Message) -> str:
    status = _field(group, "Status").split(" ")[0]
    said = _typed(_field(group, "Diagnostic-Code"))
    return (said if status and status in said else f"{status} {said}").strip()[:LONGEST_REASON]
