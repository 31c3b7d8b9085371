"""What a link is made of. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from uuid import UUID

from auditapp.kit.text import Text

ADDRESS = "address"
LONGEST_URL = 500


@dataclass(frozen=True, kw_only=True)
class Target:
    """A record that a link leads to, as its reader may see it: its page is ``endpoint`` with ``values``."""

    ref: str
    title: str
    endpoint: str
    values: Mapping[str, str] = field(default_factory=dict)
    status: Text | str = ""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A link as a page shows it. ``target`` is ``None`` for an address, and for what the reader may not see."""

    id: UUID
    slot: str
    kind: str
    kind_label: Text
    ref: str
    label: str
    url: str
    target: Target | None


def is_address(text: str) -> bool:
    """Whether a text is a web address that can be linked to."""
    parts = urlsplit(text)
    return parts.scheme in {"http", "https"} and bool(parts.netloc) and len(text) <= LONGEST_URL
