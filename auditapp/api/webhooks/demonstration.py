"""A webhook of the demonstration: paused from the start, so that nothing ever leaves it."""

from datetime import datetime

from auditapp.api.webhooks.addresses import Allowed
from auditapp.api.webhooks.running import vault_of
from auditapp.api.webhooks.service.managing import Wish, make, pause
from auditapp.overview.demo.story import Story
from auditapp.people.guards import settings

WISH = Wish(
    name="Ticket system of the purchasing department",
    url="https://tickets.example.org/in/collaboration",
    events=(
        "nonconformity.issued",
        "nonconformity.closed",
        "action.assigned",
        "action.verified",
        "issue.escalated",
    ),
)


def load_webhook(story: Story, at: datetime) -> None:
    """The system manager prepared it; the other side is not ready yet."""
    ada = story.people["ada"]
    made, _ = make(story.session, actor=ada, at=at, wish=WISH, allowed=Allowed(), vault=vault_of(settings()))
    pause(story.session, actor=ada, at=at, webhook_id=made.id)
