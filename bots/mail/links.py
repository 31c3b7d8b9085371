"""The addresses that stand in mails."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from auditapp.config import Settings
from auditapp.reminders.answering.rules import SAFE_ANSWERS, AnswerLink, sign_answer, sign_quiet
from auditapp.reminders.outbox.rules import Offer


@dataclass(frozen=True, kw_only=True)
class Links:
    """Makes whole addresses of this site; ``secret`` signs those that answer for somebody."""

    site: str  # without a slash at the end
    secret: str

    @classmethod
    def of(cls, settings: Settings) -> "Links":
        """The links of an installation."""
        return cls(site=settings.public_url, secret=settings.secret_key.get_secret_value())

    def page(self, path: str) -> str:
        """A page by its path; a path that is none leads to the site's first page."""
        return self.site + path if path.startswith("/") and not path.startswith("//") else f"{self.site}/"

    def answer(self, offer: Offer, person_id: UUID, *, at: datetime) -> str | None:
        """The link that gives an answer for somebody, or ``None`` where only the page itself may take it."""
        if offer.answer not in SAFE_ANSWERS:
            return None
        link = AnswerLink(
            run_id=offer.run_id, generation=offer.generation, person_id=person_id, answer=offer.answer
        )
        return f"{self.site}/answer/{sign_answer(self.secret, link, at=at)}"

    def quiet(self, person_id: UUID, *, at: datetime) -> str:
        """The link that switches somebody's digest by mail off."""
        return f"{self.site}/answer/quiet/{sign_quiet(self.secret, person_id, at=at)}"
