"""Issues: found and drawn here; what can be done with them stands in :mod:`bots.deeds.issue_acts`."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.kit.errors import NotFound
from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from auditapp.relationships.issues.model import Issue
from auditapp.relationships.issues.queries.access import visible_issues
from auditapp.relationships.issues.queries.standing import Standing, standing_of
from auditapp.relationships.issues.rules.issue import KIND_LABELS, Status, Verb
from auditapp.relationships.issues.rules.ladder import LEVEL_LABELS, SEVERITY_LABELS
from auditapp.relationships.issues.rules.turn import until_words
from auditapp.relationships.model import Relationship
from bots.deeds.ground import TONES, Call, Room, events_of
from bots.deeds.issue_acts import ACTS
from bots.deeds.issue_ends import pack
from bots.deeds.rules import Deed, Thing, Tone

# The likeliest first; the one that the page makes large comes before all of them.
ORDER = tuple(one.verb for one in ACTS)
# What ends a relationship's work stops all but these.
AFTER_THE_END = frozenset({"comment", "accept", "object"})
VERBS: Mapping[str, Verb] = {one.value: one for one in Verb} | {"agree": Verb.ANSWER, "refuse": Verb.ANSWER}


class IssueTrade(Room[Standing]):
    """Issues between the parties."""

    kind = "issue"
    acts = ACTS

    def find(self, session: Session, who: Principal, thing_id: UUID, *, at: datetime) -> Standing:
        """How it stands for somebody who may see it."""
        return standing_by_id(session, who, thing_id, at=at)

    def possible(self, call: Call[Standing]) -> Sequence[str]:
        """What may be done now, with the page's large step first."""
        standing = call.found
        runs = standing.relationship.ended_on is None
        over = standing.clock.expired or standing.stays[-1].expired_at is not None
        found = [
            verb
            for verb in ORDER
            if VERBS[verb] in standing.may
            and (runs or verb in AFTER_THE_END)
            and not (verb == "share" and standing.issue.partner_id is None)
            and not (verb == "ask_pause" and over)
        ]
        main = standing.turn.main
        return sorted(found, key=lambda verb: VERBS[verb] is not main)

    def draw(self, call: Call[Standing], deeds: tuple[Deed, ...]) -> Thing:
        """The issue with its level, its clock and its last events."""
        standing, issue = call.found, call.found.issue
        facts: list[tuple[Text, Text | str | date | datetime]] = [
            (Text("Kind"), KIND_LABELS[issue.kind]),
            (Text("Severity"), SEVERITY_LABELS[issue.severity]),
            (Text("Level"), LEVEL_LABELS[standing.level]),
            (
                Text("Relationship"),
                f"{standing.relationship.ref} {standing.relationship.name}",
            ),
        ]
        if standing.status is Status.OPEN and standing.clock.due is not None:
            calendar = standing.run.calendars[standing.clock.party]
            facts.append((Text("Time is over"), until_words(standing.clock.due, calendar, call.at)))
        facts += [
            (label, written)
            for label, written in (
                (Text("Impact"), issue.impact),
                (Text("Cause"), issue.cause),
                (Text("Resolution"), issue.resolution),
                (Text("Lesson"), issue.lesson),
            )
            if written
        ]
        if standing.turn.next:
            facts.append((Text("What comes next"), standing.turn.next))
        return Thing(
            kind="issue",
            id=str(issue.id),
            kind_label=Text("Issue"),
            ref=issue.ref,
            title=issue.title,
            status=standing.label,
            turn=standing.turn.sentence,
            tone=TONES.get(standing.tone, Tone.PLAIN),
            facts=tuple(facts),
            text=issue.description,
            events=events_of(call.session, call.who, "issue", issue.id),
            deeds=deeds,
            version=pack(issue.version, standing.seen),
            closed=standing.status in {Status.CLOSED, Status.WITHDRAWN},
            endpoint="issues.show",
            args={"ref": standing.relationship.ref, "number": issue.ref},
            relationship_id=issue.relationship_id,
        )


def standing_by_id(session: Session, who: Principal, issue_id: UUID, *, at: datetime) -> Standing:
    """How an issue stands for somebody. Raises NotFound."""
    row = session.execute(visible_issues(who).add_columns(Relationship).where(Issue.id == issue_id)).first()
    if row is None:
        raise NotFound
    return standing_of(session, who, row[0], row[1], at)
