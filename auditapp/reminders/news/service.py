"""New facts become notices for whoever should know."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from auditapp.people.model import Setting
from auditapp.reminders.news.queries import MOST, Told, facts_after, told_of
from auditapp.reminders.news.rules import NEWS, News
from auditapp.reminders.outbox.model import Notice
from auditapp.reminders.outbox.rules import NoticeKind
from auditapp.reminders.quiet.queries import rhythms
from auditapp.reminders.quiet.rules import local_day, next_digest, next_opening
from auditapp.reminders.rules import Severity
from auditapp.trail import service as trail
from auditapp.trail.model import Fact

READ = "reminders.news"  # the key under which is kept up to which fact was read


def anything_new(session: Session, *, at: datetime) -> bool:
    """Whether a fact was recorded since the last look: cheap."""
    del at
    mark = session.get(Setting, READ)
    return mark is None or mark.value != _head(session)


def _head(session: Session) -> int:
    head = trail.head(session)
    return head.seq if head is not None else 0


def tell_news(session: Session, *, at: datetime) -> int:
    """Tell what happened since the last look; gives how many notices. The first look only remembers where it is.

    Safe to repeat: a notice is unique by its fact and its person.
    """
    mark = session.get(Setting, READ)
    head = _head(session)
    if mark is None:
        session.add(Setting(key=READ, value=head))
        session.flush()
        return 0
    if mark.value == head:
        return 0
    count = 0
    last = int(str(mark.value))
    facts = facts_after(session, last)
    for fact in facts:
        found = told_of(session, fact)
        if found is not None and found.people:
            count += _tell(session, fact, NEWS[fact.verb], found, at=at)
    mark.value = facts[-1].seq if len(facts) == MOST else head
    session.flush()
    return count


def _tell(session: Session, fact: Fact, news: News, found: Told, *, at: datetime) -> int:
    known = rhythms(session, found.people, at=at)
    for person_id in sorted(found.people):
        rhythm = known[person_id]
        when = next_opening(rhythm, at) if news.urgent else next_digest(rhythm, at)
        day = found.on or local_day(fact.at, rhythm.zone)
        about: dict[str, Any] = {
            "kind": news.kind.value, "severity": Severity.NORMAL.value, "ref": found.ref, "title": found.title,
            "endpoint": found.endpoint, "args": dict(found.args), "step": news.step.to_json(),
            "why": news.why.to_json(), "next": None, "said": None, "instead_of": "", "due_on": day.isoformat(),
            "due_at": None, "overdue": False, "relationship_id": str(found.relationship_id or ""),
        }  # fmt: skip
        session.add(
            Notice(
                dedupe=f"fact:{fact.seq}:{person_id}",
                person_id=person_id,
                item_key=f"fact:{fact.seq}",
                kind=NoticeKind.INFORMATION,
                urgent=news.urgent,
                about=about,
                created_at=at,
                not_before=when or at,
            )
        )
    return len(found.people)
