"""What each client will show of a feed. Pure."""

from dataclasses import dataclass

from auditapp.feeds.lint import ITEMS, Block, read, unescaped
from auditapp.feeds.rules import CLIENTS, Client
from auditapp.kit.text import Text


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What one client shows."""

    client: Client
    words: Text


@dataclass(frozen=True, kw_only=True)
class Line:
    """An event as a client lists it. ``when``: as it stands in the feed."""

    title: str
    when: str
    kind: str
    cancelled: bool


@dataclass(frozen=True, kw_only=True)
class Counts:
    """What is in a feed."""

    days: int
    timed: int
    tasks: int
    alarms: int
    cancelled: int


def _when(block: Block) -> str:
    start, end = block.get("DTSTART"), block.get("DTEND") or block.get("DUE")
    parts = []
    for prop in (start, end):
        if prop is None:
            continue
        text = f"{prop.value[:4]}-{prop.value[4:6]}-{prop.value[6:8]}"
        if "T" in prop.value:
            zone = prop.params.get("TZID") or ("UTC" if prop.value.endswith("Z") else "")
            text += f" {prop.value[9:11]}:{prop.value[11:13]} {zone}".rstrip()
        parts.append(text)
    return " – ".join(parts)


def look(data: bytes) -> tuple[Counts, list[Line]]:
    """(how many of what, every event in order)."""
    roots, _ = read(data)
    items = [one for root in roots for one in root.blocks if one.name in ITEMS]
    lines = []
    for block in items:
        summary, status = block.get("SUMMARY"), block.get("STATUS")
        lines.append(
            Line(
                title=unescaped(summary.value) if summary else "",
                when=_when(block),
                kind=block.name,
                cancelled=status is not None and status.value == "CANCELLED",
            )
        )
    events = [one for one in items if one.name == "VEVENT"]
    days = sum((start := one.get("DTSTART")) is not None and "T" not in start.value for one in events)
    return (
        Counts(
            days=days,
            timed=len(events) - days,
            tasks=len(items) - len(events),
            alarms=sum(inner.name == "VALARM" for one in items for inner in one.blocks),
            cancelled=sum(one.cancelled for one in lines),
        ),
        lines,
    )


def shown_by(counts: Counts) -> list[Shown]:
    """What each client makes of it."""
    found = []
    for client in CLIENTS.values():
        events, tasks = counts.days + counts.timed, counts.tasks
        said = [Text("%(count)s events", count=events)]
        if tasks:
            said.append(
                Text("%(count)s tasks", count=tasks)
                if client.tasks
                else Text("none of the %(count)s tasks", count=tasks)
            )
        if counts.alarms:
            said.append(
                Text("%(count)s reminders", count=counts.alarms)
                if client.alarms
                else Text("none of the %(count)s reminders", count=counts.alarms)
            )
        found.append(
            Shown(
                client=client,
                words=Text("%(what)s. %(note)s", what=", ".join(str(one) for one in said), note=client.note),
            )
        )
    return found
