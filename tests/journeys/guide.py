"""The pictures of the user guide: which page, seen by whom, on what, after which taps."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, expect

from tests.journeys.browser import DESK, PHONE, TABLET

LANDSCAPE = {"width": 1180, "height": 820}
LAPTOP = {"width": 1366, "height": 900}
Taps = Callable[[Page], None]


@dataclass(frozen=True)
class Picture:
    """``who``: first name in the demonstration; ``path`` may name an audit by its status: ``{in_progress}``."""

    who: str
    path: str
    viewport: dict[str, int] = None  # type: ignore[assignment]
    taps: Taps | None = None
    theme: str = "light"

    @property
    def size(self) -> Any:
        """On a desk unless said otherwise."""
        return self.viewport or LAPTOP


def nonconforming(page: Page) -> None:
    """The finding form beside an answer."""
    card = page.locator("article.question").first
    card.locator(".answers .segment").filter(has_text=re.compile(r"^\s*Nonconforming\s*$")).click()
    form = card.locator("form[data-raise]")
    expect(form).to_be_visible()
    form.locator(".grades .segment").filter(has_text="Minor nonconformity").click()
    form.get_by_label("Statement").fill(
        "The relationship has no agreed list of joint risks; each side keeps its own."
    )
    card.evaluate("one => one.scrollIntoView()")


def to_findings(page: Page) -> None:
    """Down to the findings of a report."""
    page.get_by_role("heading", name=re.compile("^Audit findings")).first.evaluate(
        "one => one.scrollIntoView()"
    )


def to_team_list(page: Page) -> None:
    """Down to who could audit."""
    page.get_by_role("heading", name="Who takes part").evaluate("one => one.scrollIntoView()")


PICTURES: dict[str, Picture] = {
    "sign-in": Picture("", "/people/sign-in", TABLET),
    "auditor-home": Picture("dan", "/", TABLET),
    "auditor-audit": Picture("dan", "/audits/{in_progress}", TABLET),
    "auditor-opening": Picture("ella", "/audits/{scheduled}/open", TABLET),
    "walk-tablet": Picture("dan", "/audits/{in_progress}/walk", TABLET),
    "walk-landscape": Picture("ella", "/audits/{in_progress}/walk?show=unanswered", LANDSCAPE),
    "walk-phone": Picture("ella", "/audits/{in_progress}/walk?show=unanswered", PHONE),
    "walk-dark": Picture("dan", "/audits/{in_progress}/walk", TABLET, theme="dark"),
    "walk-finding": Picture("ella", "/audits/{in_progress}/walk?show=unanswered", TABLET, nonconforming),
    "answers-that-met": Picture("dan", "/audits/{in_progress}/conflicts", TABLET),
    "evidence": Picture("dan", "/audits/{issued}/evidence", TABLET),
    "closing": Picture("finn", "/audits/{reporting}/closing", TABLET),
    "report": Picture("dan", "/audits/{issued}/report", TABLET),
    "report-findings": Picture("dan", "/audits/{issued}/report", TABLET, to_findings),
    "auditee-home": Picture("oona", "/", PHONE),
    "auditee-plan": Picture("oona", "/audits/{planned}", PHONE),
    "findings-list": Picture("oona", "/findings/"),
    "finding": Picture("mia", "/findings/{major}"),
    "manager-home": Picture("cora", "/", DESK),
    "programme": Picture("cora", "/programmes/{programme}"),
    "plan-new": Picture("cora", "/audits/new"),
    "plan-team": Picture("cora", "/audits/{planned}/team", taps=to_team_list),
    "objection": Picture("cora", "/audits/{objected}"),
    "audits": Picture("cora", "/audits/?view=all"),
    "system-home": Picture("ada", "/", DESK),
    "people": Picture("ada", "/people/"),
    "relationships": Picture("ada", "/relationships/"),
    "checklists": Picture("ada", "/checklists/"),
    "history": Picture("ada", "/history/"),
    "my-page": Picture("ada", "/people/me"),
}
FIRST_RUN = (
    "first-run-code",
    "first-run-organization",
    "first-run-libraries",
    "first-run-preview",
    "first-run-ready",
)
