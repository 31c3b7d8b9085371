"""A preview in words. Pure."""

from collections.abc import Mapping

from auditapp.kit.text import Text
from auditapp.reminders.outbox.rules import NoticeKind
from auditapp.reminders.preview.rules import Comparison, Pair

WHY_LABELS: Mapping[NoticeKind, Text] = {
    NoticeKind.REMINDER: Text("Reminder"),
    NoticeKind.OVERDUE: Text("Overdue"),
    NoticeKind.ESCALATION: Text("Asked next"),
    NoticeKind.COPY: Text("Hears that it went up"),
    NoticeKind.DECISION: Text("Somebody waits"),
    NoticeKind.QUESTION: Text("Still in hand?"),
    NoticeKind.INFORMATION: Text("To know"),
}


def _more(pair: Pair) -> Text:
    if pair.more > 0:
        return Text("%(then)s, %(more)s more than now", then=pair.then, more=pair.more)
    if pair.more < 0:
        return Text("%(then)s, %(fewer)s fewer than now", then=pair.then, fewer=-pair.more)
    return Text("%(then)s, as now", then=pair.then)


def sentence(found: Comparison) -> Text:
    """What the figures come to."""
    return Text(
        "Messages to everybody: %(messages)s. "
        "Times that somebody is told about this kind of thing: %(things)s.",
        messages=_more(found.messages),
        things=_more(found.things),
    )
