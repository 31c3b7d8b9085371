"""What a tablet says of a photo before its bytes are here. Pure."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from auditapp.kit.errors import Invalid
from auditapp.kit.text import Text

HEX = frozenset("0123456789abcdef")
SHA256 = 64


def is_sha256(text: str) -> bool:
    """Whether a text is a SHA-256 in small hex digits."""
    return len(text) == SHA256 and set(text) <= HEX


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A photo as the tablet kept it (``sha256``, pixels), and the camera's own file that it was made from."""

    sha256: str
    size: int  # bytes
    media_type: str
    width: int  # pixels
    height: int
    file_name: str = ""
    original_sha256: str = ""
    original_size: int = 0
    captured_at: datetime | None = None
    annotation: list[dict[str, Any]] = field(default_factory=list)

    def require(self) -> None:
        """Raises Invalid when a hash is none."""
        if not is_sha256(self.sha256) or (self.original_sha256 and not is_sha256(self.original_sha256)):
            raise Invalid(Text("This photo has no hash. Take it again."), field="sha256")
