"""The message that something is raised from: who wrote it, when, where it stands, and what it says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from auditapp.kit.text import Text, day_words

LONGEST_WORDS = 3000  # characters that a form shows of a message; all of it is kept
LONGEST_ADDRESS = 400


@dataclass(frozen=True, kw_only=True)
class Source:
    """The message that something is raised from; all empty where there is none."""

    permalink: str = ""
    author: str = ""
    at: datetime | None = None
    text: str = ""

    @classmethod
    def of(cls, given: Any) -> "Source":
        """From what came with the values; what cannot be read is left out."""
        if not isinstance(given, Mapping):
            return cls()
        at = given.get("at")
        if isinstance(at, str):
            try:
                at = datetime.fromisoformat(at)
            except ValueError:
                at = None
        return cls(
            permalink=clean(given.get("permalink"))[:LONGEST_ADDRESS],
            author=clean(given.get("author")),
            at=at.astimezone(UTC) if isinstance(at, datetime) and at.tzinfo is not None else None,
            text=clean(given.get("text")),
        )

    @property
    def words(self) -> Text | None:
        """Who wrote it, and when; ``None`` where that is not known."""
        if not self.author and self.at is None:
            return None
        author = self.author or Text("somebody")
        if self.at is None:
            return Text("Message of %(author)s", author=author)
        return Text(
            "Message of %(author)s, %(day)s, %(time)s UTC",
            author=author,
            day=day_words(self.at.date()),
            time=self.at.strftime("%H:%M"),
        )

    @property
    def shown(self) -> str:
        """As much of it as a form takes."""
        return self.text if len(self.text) <= LONGEST_WORDS else self.text[: LONGEST_WORDS - 1] + "…"

    def kept_with(self, written: str, *, address: bool = True) -> str:
        """What somebody wrote, and below it whatever of the message is missing there."""
        parts = [written.strip()]
        if self.text and self.text not in written:
            parts.append(f"“{self.text}”")
        about = [str(self.words)] if self.words is not None else []
        if address and self.permalink and self.permalink not in written:
            about.append(self.permalink)
        if about:
            parts.append("\n".join(about))
        return "\n\n".join(part for part in parts if part)


def clean(value: Any) -> str:
    """What was written, without blanks around it and characters that no text has."""
    return str(value or "").replace("\0", "").strip()
