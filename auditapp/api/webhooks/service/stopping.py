"""An endpoint that is paused by itself, and who is told of it."""

from datetime import datetime

from sqlalchemy.orm import Session

from auditapp.api.webhooks.model import Webhook
from auditapp.api.webhooks.queries import managers
from auditapp.api.webhooks.rules import WHY_LABELS, State, WhyPaused
from auditapp.kit.text import Text
from auditapp.reminders.outbox.model import Notice
from auditapp.reminders.outbox.rules import NoticeKind
from auditapp.reminders.quiet.queries import rhythms
from auditapp.reminders.quiet.rules import local_day, next_opening
from auditapp.reminders.rules import WEBHOOK, Severity
from auditapp.trail.service import record


def stop(session: Session, webhook: Webhook, *, at: datetime, why: WhyPaused) -> None:
    """Pause it, and tell every system manager within their working hours. What happens meanwhile is not lost."""
    if webhook.state is State.PAUSED:
        return
    webhook.state, webhook.why = State.PAUSED, why
    fact = record(
        session, actor_id=None, at=at, verb="webhook.stopped", thing_kind="webhook", thing_id=webhook.id,
        thing_ref=webhook.ref, after={"why": why.value},
    )  # fmt: skip
    people = managers(session)
    known = rhythms(session, people, at=at)
    for person_id in sorted(people):
        about = {
            "kind": WEBHOOK, "severity": Severity.NORMAL.value, "ref": webhook.ref, "title": webhook.name,
            "endpoint": "webhooks.show", "args": {"webhook_id": str(webhook.id)},
            "step": Text("This webhook is paused. Look why, put it right, and go on with it: what happened meanwhile is sent then.").to_json(),
            "why": WHY_LABELS[why].to_json(), "next": None, "said": None, "instead_of": "",
            "due_on": local_day(at, known[person_id].zone).isoformat(), "due_at": None, "overdue": False,
            "relationship_id": "",
        }  # fmt: skip
        session.add(
            Notice(
                dedupe=f"fact:{fact.seq}:{person_id}",
                person_id=person_id,
                item_key=f"fact:{fact.seq}",
                kind=NoticeKind.INFORMATION,
                urgent=True,
                about=about,
                created_at=at,
                not_before=next_opening(known[person_id], at) or at,
            )
        )
    session.flush()
