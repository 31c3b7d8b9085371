"""The input pack: everything top management looks at, each with its figures and the rows behind them, from live data."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from auditapp.kit.text import Text, day_words
from auditapp.people.queries import organization
from auditapp.people.rules import Principal
from auditapp.reports.figures.rules import Asked, Where, midnight
from auditapp.reports.management_review.model import ManagementReview
from auditapp.reports.management_review.queries.store import Parts
from auditapp.reports.management_review.reports import chapters
from auditapp.reports.management_review.reports.chapters import NOTHING_TONE, Sheet
from auditapp.reports.management_review.rules import TOPIC_LABELS, PaperKind, Stage, Topic
from auditapp.reports.paper.model import Block, Chapter, Para, Report
from auditapp.reports.paper.pen import Address, nowhere
from auditapp.reports.readiness.reports.base import Pen


@dataclass(frozen=True, kw_only=True)
class Places:
    """How addresses are made: ``address`` of an endpoint with its values, ``link`` of the rows behind a figure."""

    address: Address = nowhere
    link: Callable[[Where], str] = lambda _where: ""


NOWHERE = Places()
WRITERS: dict[Topic, Callable[[Sheet], Sequence[Block]]] = {
    Topic.EARLIER_ACTIONS: chapters.earlier,
    Topic.CONTEXT: chapters.context,
    Topic.NONCONFORMITIES: chapters.nonconformities,
    Topic.MEASUREMENT: chapters.measurement,
    Topic.AUDITS: chapters.audits,
    Topic.RELATIONSHIPS: chapters.relationships,
    Topic.RESOURCES: chapters.resources,
    Topic.RISKS: chapters.risks,
    Topic.BODY: chapters.body,
    Topic.IMPROVEMENT: chapters.improvement,
}


def input_pack(
    session: Session,
    *,
    actor: Principal,
    as_of: datetime,
    review: ManagementReview,
    parts: Parts,
    places: Places = NOWHERE,
) -> Report:
    """The pack as the data stand at a moment, as far as the reader may see them. Some forty statements."""
    own = organization(session)
    zone = own.zone if own else "UTC"
    pen = Pen(actor, places.address)
    today = as_of.astimezone(ZoneInfo(zone)).date()
    sheet = Sheet(
        session=session,
        pen=pen,
        actor=actor,
        review=review,
        today=today,
        moment=midnight(review.since, zone),
        asked=Asked(principal=actor, since=min(review.since, today), until=today, at=as_of, zone=zone),
        link=places.link,
    )
    return Report(
        kind=pen.say(Text("Management review")),
        title=pen.say(Text("Input pack: %(title)s", title=review.title)),
        ref=f"{review.ref}-pack",
        organization=own.name if own else "",
        as_of=as_of,
        language=pen.reader.language,
        facts=(
            pen.pair(Text("Review"), review.ref, ("management_review.show", {"ref": review.ref})),
            pen.pair(Text("Meeting"), day_words(review.held_on or review.planned_on)),
            pen.pair(Text("Chair"), parts.chair),
            pen.pair(Text("Invited"), ", ".join(name for _one, name in parts.people) or Text("Nobody yet")),
            pen.pair(
                Text("Looks back on"),
                Text("%(since)s to %(until)s", since=day_words(review.since), until=day_words(today)),
            ),
        ),
        chapters=(
            *_agenda(pen, review),
            *(_chapter(sheet, topic, parts.notes.get((topic, Stage.BEFORE), "")) for topic in Topic),
        ),
        confidential=True,
    )


def without_data(report: Report) -> set[Topic]:
    """The inputs for which a pack holds no figure, whether a note was written or not."""
    return {
        Topic(one.anchor)
        for one in report.chapters
        if one.anchor in set(Topic)
        and any(isinstance(block, Para) and block.tone == NOTHING_TONE for block in one.blocks)
    }


def kind_of(kind: PaperKind) -> Text:
    """What a paper is called."""
    return Text("Input pack") if kind is PaperKind.PACK else Text("Minutes")


def _agenda(pen: Pen, review: ManagementReview) -> tuple[Chapter, ...]:
    if not review.agenda.strip():
        return ()
    return (pen.chapter(Text("Agenda"), "agenda", Para(review.agenda)),)


def _chapter(sheet: Sheet, topic: Topic, note: str) -> Chapter:
    pen = sheet.pen
    found = list(WRITERS[topic](sheet))
    if not found:
        found = [Para(pen.say(Text("Nothing is recorded for this.")), NOTHING_TONE)]
    if note.strip():
        found.append(Para(pen.say(Text("Written for the meeting: %(note)s", note=note.strip()))))
    return Chapter(title=pen.say(TOPIC_LABELS[topic]), anchor=topic.value, blocks=tuple(found))
