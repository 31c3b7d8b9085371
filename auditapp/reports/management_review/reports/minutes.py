"""The minutes: who was there, what was looked at, what was concluded, decided and asked for."""

from datetime import datetime

from sqlalchemy.orm import Session

from auditapp.kit.text import Text, day_words
from auditapp.people.queries import organization
from auditapp.people.rules import Principal
from auditapp.reports.management_review.model import ManagementReview
from auditapp.reports.management_review.queries.store import Parts
from auditapp.reports.management_review.reports.pack import NOWHERE, Places
from auditapp.reports.management_review.rules import (
    ACTION_LABELS,
    DECISION_LABELS,
    TOPIC_LABELS,
    ActionStatus,
    PaperKind,
    Stage,
    Topic,
)
from auditapp.reports.paper.model import Chapter, Pair, Para, Report, Row
from auditapp.reports.paper.pen import Headings
from auditapp.reports.readiness.reports.base import Pen

OPEN_POINT = "attention"


def minutes(
    session: Session,
    *,
    actor: Principal,
    as_of: datetime,
    review: ManagementReview,
    parts: Parts,
    revision: int = 0,
    reason: str = "",
    places: Places = NOWHERE,
) -> Report:
    """The minutes as they stand. ``revision`` 0: a draft. One statement."""
    own = organization(session)
    pen = Pen(actor, places.address)
    title = (
        Text("Minutes: %(title)s", title=review.title)
        if revision
        else Text("Draft minutes: %(title)s", title=review.title)
    )
    return Report(
        kind=pen.say(Text("Management review")),
        title=pen.say(title),
        ref=review.ref,
        organization=own.name if own else "",
        as_of=as_of,
        language=pen.reader.language,
        facts=_facts(pen, review, parts, revision=revision, reason=reason, actor=actor, as_of=as_of),
        chapters=(
            pen.chapter(
                Text("Conclusion"),
                "conclusion",
                Para(review.conclusion)
                if review.conclusion
                else Para(pen.say(Text("It is not written yet.")), OPEN_POINT),
            ),
            _inputs(pen, parts),
            _decisions(pen, parts),
            _actions(pen, parts),
        ),
        confidential=True,
    )


def _facts(
    pen: Pen, review: ManagementReview, parts: Parts, *, revision: int, reason: str, actor: Principal, as_of: datetime
) -> tuple[Pair, ...]:  # fmt: skip
    absent = [name for one, name in parts.people if not one.attended]
    pack = parts.paper(PaperKind.PACK)
    found = [
        pen.pair(Text("Issue"), str(revision)) if revision
        else pen.pair(Text("Issue"), Text("Draft, not issued"), tone=OPEN_POINT),
        pen.pair(Text("Held on"), day_words(review.held_on) if review.held_on else Text("Not held yet")),
        *([pen.pair(Text("Where"), review.place)] if review.place else []),
        pen.pair(Text("Chair"), parts.chair),
        pen.pair(Text("There"), ", ".join(parts.attended) or Text("Nobody is named yet")),
        *([pen.pair(Text("There as well"), review.also_present)] if review.also_present else []),
        *([pen.pair(Text("Invited, not there"), ", ".join(absent))] if absent else []),
        pen.pair(Text("Looked back on the time since"), day_words(review.since)),
    ]  # fmt: skip
    if pack is not None:
        found.append(pen.pair(Text("Input pack, as it was (SHA-256)"), pack.sha256))
    if revision:
        found.append(
            pen.pair(
                Text("Issued"),
                Text("By %(who)s on %(day)s", who=actor.name, day=day_words(pen.reader.day_of(as_of))),
            )
        )
    if reason:
        found.append(pen.pair(Text("Why this issue replaces the one before"), reason))
    return tuple(found)


def _inputs(pen: Pen, parts: Parts) -> Chapter:
    rows = (
        Row(
            cells=(
                pen.text(TOPIC_LABELS[topic]),
                pen.text(parts.notes.get((topic, Stage.BEFORE), "–")),
                pen.text(parts.notes.get((topic, Stage.SAID), Text("Looked at in the pack; no remark."))),
            )
        )
        for topic in Topic
    )
    columns: Headings = [
        (Text("Input"), "wide"), (Text("Written for the meeting"), "wide"), (Text("Said in the meeting"), "wide"),
    ]  # fmt: skip
    title = Text("What was looked at")
    return pen.chapter(title, "inputs", pen.table(title, columns, rows, Text("Nothing.")))


def _decisions(pen: Pen, parts: Parts) -> Chapter:
    title = Text("Decisions")
    rows = (
        Row(cells=(pen.number(one.number), pen.text(DECISION_LABELS[one.kind]), pen.text(one.text)))
        for one in parts.decisions
    )
    columns: Headings = [(Text("Number"), "number"), Text("Kind"), (Text("Decision"), "wide")]
    return pen.chapter(title, "decisions", pen.table(title, columns, rows, Text("No decision was taken.")))


def _actions(pen: Pen, parts: Parts) -> Chapter:
    title = Text("Actions")
    rows = (
        Row(
            cells=(
                pen.text(one.ref, ("management_review.action", {"ref": one.ref})), pen.text(one.title), pen.text(owner),
                pen.day(one.due_on),
                pen.text(ACTION_LABELS[one.status], tone="on_track" if one.status is ActionStatus.OPEN else "done"),
            )
        )
        for one, owner in parts.actions
    )  # fmt: skip
    columns: Headings = [
        Text("Number"), (Text("What is to be done"), "wide"), Text("Owner"), (Text("Due"), "date"),
        (Text("State"), "state"),
    ]  # fmt: skip
    return pen.chapter(title, "actions", pen.table(title, columns, rows, Text("No action was asked for.")))
