"""The days on which the next levels of an open issue would end: they hang on each other and move together."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, lazyload

from auditapp.feeds.rules import Entry, Part
from auditapp.kit.clock import day_in
from auditapp.kit.text import Text, day_words
from auditapp.relationships.issues.model import Issue, IssueStay
from auditapp.relationships.issues.queries.running import run_of, spans_of
from auditapp.relationships.issues.rules.clock import Climb, Party, Run, climb, clock, due
from auditapp.relationships.issues.rules.issue import Came, Status
from auditapp.relationships.issues.rules.ladder import LEVEL_WORDS, Expiry, limits_from
from auditapp.relationships.model import Relationship
from auditapp.relationships.rules import Sharing
from auditapp.reminders.rules import Kind

Link = Callable[[str, Mapping[str, str]], str]


def _why(stay: IssueStay, run: Run, at: datetime) -> str:
    """What made the days of an issue move last."""
    now = clock(run, due(run) or at)  # all that the clock stands until the day: the same every day
    said = []
    if stay.came is not Came.RAISED:
        said.append(
            Text(
                "the issue came to level %(level)s (%(name)s)",
                level=int(run.level),
                name=LEVEL_WORDS[run.level],
            )
        )
    if stay.floor_at is not None:
        said.append(Text("its severity was changed"))
    if now.paused or now.answered:
        days = round(float(now.paused + now.answered), 1)
        said.append(Text("its clock stood for %(days)s working days", days=f"{days:g}"))
    if not said:
        return ""
    return str(Text("Why its days moved: %(why)s.", why="; ".join(str(one) for one in said)))


def _zone(run: Run, party: Party) -> str:
    return run.calendars[party].zone


@dataclass(frozen=True, kw_only=True)
class _Of:
    issue: Issue
    relationship: Relationship
    run: Run


def _entry(of: _Of, before: Climb, over: Climb, link: Link) -> Entry:
    issue, run = of.issue, of.run
    people = (of.relationship.owner_id, of.relationship.manager_id, of.relationship.ser_id)
    zone = _zone(run, over.party)
    day = day_in(zone, over.at)
    ended = day_in(zone, before.at)
    names = {"before": int(before.level), "level": int(over.level), "name": LEVEL_WORDS[over.level]}
    return Entry(
        key=f"issue_forecast:{issue.id}:{int(over.level)}",
        kind=Kind.ISSUE_LEVEL,
        ref=issue.ref,
        title=str(
            Text(
                "%(ref)s would end level %(level)s: %(title)s",
                ref=issue.ref,
                level=names["level"],
                title=issue.title,
            )
        ),
        step=str(
            Text(
                "If it is not resolved on level %(before)s by %(ended)s, it goes to level %(level)s (%(name)s), and this day ends that.",
                ended=day_words(ended),
                **names,
            )
        ),
        why=str(
            Text("This day hangs on the levels below: when one of theirs moves, this one moves with it.")
        ),
        starts=day,
        ends=day,
        link=link("issues.show", {"ref": of.relationship.ref, "number": issue.ref}),
        deadline=False,
        thing_kind="issue",
        thing_id=issue.id,
        relationship_id=issue.relationship_id,
        shared=issue.sharing is Sharing.SHARED,
        people={one: Part.ABOVE for one in people if one is not None},
    )


def forecasts(
    session: Session, *, at: datetime, ahead: timedelta, link: Link
) -> tuple[list[Entry], dict[UUID, str]]:
    """(the days of the levels to come, why the days of each issue moved). Three statements."""
    rows = session.execute(
        sa.select(Issue, Relationship, IssueStay)
        .join(Relationship, Relationship.id == Issue.relationship_id)
        .join(IssueStay, IssueStay.issue_id == Issue.id)
        .where(Issue.status == Status.OPEN, IssueStay.left_at.is_(None))
        .options(lazyload(Relationship.partners))
    ).all()
    spans = spans_of(session, [row[2].id for row in rows]) if rows else {}
    entries: list[Entry] = []
    reasons: dict[UUID, str] = {}
    for issue, relationship, stay in rows:
        run = run_of(stay, spans[stay.id])
        reasons[issue.id] = _why(stay, run, at)
        if stay.expiry is not Expiry.MOVE:
            continue
        steps = climb(
            run,
            at=at + ahead,
            first=stay.expiry,
            then=stay.expiry,
            limits=limits_from(stay.limits),
            severity=issue.severity,
            calendars=run.calendars,
        )
        of = _Of(issue=issue, relationship=relationship, run=run)
        entries += [_entry(of, before, over, link) for before, over in pairwise(steps)]
    return entries, reasons
