"""Reading the mails that were kept as files."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

from auditapp.kit.paging import PER_PAGE, Page

SUFFIX = ".eml"
# What a page shows of a mail's head, in this order.
HEADERS = (
    "From", "To", "Reply-To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Auto-Submitted",
    "List-Unsubscribe", "List-Unsubscribe-Post", "Content-Language",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class KeptMail:
    """One mail. ``text`` and ``page``: its two parts, empty where there is none."""

    id: UUID
    to: str
    subject: str
    at: datetime | None
    headers: tuple[tuple[str, str], ...]
    text: str
    page: str


def path_of(folder: Path, message_id: UUID) -> Path:
    """Where the mail of a message stands or would stand."""
    return folder / f"{message_id}{SUFFIX}"


def kept(folder: Path, *, page: int) -> Page[KeptMail]:
    """One page of the mails, the newest first. Only those shown are read."""
    found = sorted(_files(folder), reverse=True)
    last = max(1, -(-len(found) // PER_PAGE))
    number = min(max(1, page), last)
    wanted = found[(number - 1) * PER_PAGE : number * PER_PAGE]
    rows = [mail for _, name in wanted if (mail := one(folder, UUID(name))) is not None]
    return Page(rows=rows, number=number, per_page=PER_PAGE, total=len(found))


def one(folder: Path, message_id: UUID) -> KeptMail | None:
    """One mail, or ``None`` when it is not there."""
    try:
        raw = path_of(folder, message_id).read_bytes()
    except FileNotFoundError:
        return None
    mail = message_from_bytes(raw, policy=policy.default)
    return KeptMail(
        id=message_id,
        to=str(mail["To"] or ""),
        subject=str(mail["Subject"] or ""),
        at=_moment(mail),
        headers=tuple((name, str(mail[name])) for name in HEADERS if mail[name] is not None),
        text=_part(mail, "plain"),
        page=_part(mail, "html"),
    )


def _files(folder: Path) -> Iterator[tuple[int, str]]:
    """(when it was written, message) of each mail; what is no mail of ours is passed over."""
    if not folder.is_dir():
        return
    for path in folder.glob(f"*{SUFFIX}"):
        try:
            name = str(UUID(path.stem))
            yield path.stat().st_mtime_ns, name
        except (ValueError, FileNotFoundError):  # another name, or removed meanwhile
            continue


def _moment(mail: EmailMessage) -> datetime | None:
    found = getattr(mail["Date"], "datetime", None)
    return found if isinstance(found, datetime) and found.tzinfo is not None else None


def _part(mail: EmailMessage, subtype: str) -> str:
    part = mail.get_body(preferencelist=("plain",) if subtype == "plain" else ("html",))
    if part is None:
        return ""
    try:
        return str(part.get_content()).replace("\r\n", "\n")
    except (MessageError, LookupError, UnicodeError, KeyError):  # a file that somebody else put there
        return ""
