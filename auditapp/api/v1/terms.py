"""What a relationship rests on: its terms and priority, the outputs of its stages, the ladder of its issues."""

from datetime import date, datetime

from pydantic import Field

from auditapp.api.declare import get, versioned
from auditapp.api.lists import told
from auditapp.api.places import site
from auditapp.api.shapes import Given, Link
from auditapp.api.tokens.rules import Scope
from auditapp.api.v1.linked import LinkedRecord, linked
from auditapp.kit.db import current_session
from auditapp.people.guards import actor
from auditapp.people.rules import Capability
from auditapp.relationships.contacts import queries
from auditapp.relationships.contacts.rules import suggested, weighted
from auditapp.relationships.issues.queries.ladder import ladder_of, parties_of
from auditapp.relationships.issues.rules.ladder import LEVEL_LABELS, Expiry, Level
from auditapp.relationships.lifecycle.queries import Standing, standing_of
from auditapp.relationships.lifecycle.rules import Output, OutputState, outputs_of
from auditapp.relationships.queries import relationship_by_ref
from auditapp.relationships.rules import STAGES, Priority, Sharing, Stage

READ = Scope.READ_RELATIONSHIPS
INSIDE = (Capability.VIEW_ORGANIZATION,)
TAG, ISSUES = "Relationships", "Issues"


class BreakDay(Given):
    """A day on which the contract may be left or has to be renewed."""

    on: date
    note: str


class ScoredCriterion(Given):
    """A criterion of segmentation and priority, and how the relationship scores by it, from 1 to 5."""

    key: str
    title: str
    weight: int
    score: int | None
    reason: str


class LeaningOn(Given):
    """Another relationship that this one ``leans`` on; else the other leans on this one."""

    relationship: Link
    leans: bool
    note: str
    reviewed_on: date | None


class RelationshipTerms(Given):
    """Contract, break points, segment and priority, interdependencies. ``mean``: over the criteria that are scored."""

    relationship: Link
    contract_starts_on: date | None
    contract_ends_on: date | None
    notice_days: int | None
    break_points: list[BreakDay]
    segment: str
    priority: Priority
    priority_reason: str
    criteria: list[ScoredCriterion]
    mean: float | None
    suggested: Priority | None
    interdependencies: list[LeaningOn]
    page: str


@get("/relationships/<ref>/terms", scope=READ, gives=RelationshipTerms, needs=INSIDE, tag=TAG)
def relationship_terms(ref: str) -> object:
    """What a relationship rests on, with the criteria by which all are prioritized."""
    session = current_session()
    found = relationship_by_ref(session, actor(), ref)
    criteria, scores = queries.criteria(session), queries.scores_of(session, found.id)
    mean = weighted(criteria, {key: one.score for key, one in scores.items()})
    made = told(
        RelationshipTerms,
        found,
        relationship=Link(ref=found.ref, name=found.name),
        break_points=[told(BreakDay, one) for one in queries.break_points(session, found.id)],
        criteria=[
            told(
                ScoredCriterion,
                one,
                title=str(one.title),
                score=scores[one.key].score if one.key in scores else None,
                reason=scores[one.key].reason if one.key in scores else "",
            )
            for one in criteria
        ],
        mean=mean,
        suggested=suggested(mean) if mean is not None else None,
        interdependencies=[
            told(
                LeaningOn,
                one.row,
                relationship=Link(ref=one.other.ref, name=one.other.name),
                leans=one.leans,
            )
            for one in queries.interdependencies(session, actor(), found.id)
        ],
        page=site("contacts.terms", ref=found.ref),
    )
    return versioned(made, found.version)


class StageOutput(Given):
    """An output that a stage is expected to bring. ``sharing`` and ``changed_at`` are told to our own people."""

    key: str
    title: str
    hint: str
    state: OutputState
    note: str
    reason: str
    sharing: Sharing | None
    changed_at: datetime | None
    links: list[LinkedRecord]
    page: str


class StageOutputs(Given):
    """A stage with its outputs. ``percent``: how many are there or do not apply; null: not for you."""

    stage: Stage
    percent: int | None
    outputs: list[StageOutput]


class AllOutputs(Given):
    """The eight stages of a relationship in their order; a partner's contact gets the outputs that are shared."""

    relationship: Link
    stage: Stage = Field(description="Where it is now.")
    stages: list[StageOutputs]
    page: str


def _output(ref: str, one: Output, standing: Standing, *, inside: bool) -> StageOutput:
    row = standing.rows.get(one.key)
    there = OutputState.THERE if one.rmp and one.stage in standing.rmp else OutputState.OPEN
    return StageOutput(
        key=one.key,
        title=str(one.title),
        hint=str(one.hint),
        state=row.state if row and not one.rmp else there,
        note=row.note if row else "",
        reason=row.reason if row else "",
        sharing=row.sharing if row and inside else None,
        changed_at=row.changed_at if row and inside else None,
        links=linked(standing.links.get(one.key, ())),
        page=site("lifecycle.output", ref=ref, key=one.key),
    )


@get("/relationships/<ref>/outputs", scope=READ, gives=AllOutputs, tag=TAG)
def stage_outputs(ref: str) -> object:
    """What each of the eight stages has brought, what is missing, and the records that show it."""
    session, inside = current_session(), actor().can(Capability.VIEW_ORGANIZATION)
    found = relationship_by_ref(session, actor(), ref)
    standing = standing_of(session, actor(), found)
    return AllOutputs(
        relationship=Link(ref=found.ref, name=found.name),
        stage=found.stage,
        stages=[
            StageOutputs(
                stage=stage,
                percent=standing.ready[stage].percent if stage in standing.ready else None,
                outputs=[
                    _output(found.ref, one, standing, inside=inside)
                    for one in outputs_of(stage)
                    if inside or (one.key in standing.rows and not one.rmp)
                ],
            )
            for stage in STAGES
        ],
        page=site("lifecycle.of_relationship", ref=found.ref),
    )


class LadderHolder(Given):
    """Who holds a level for a party; an empty name: nobody. Not ``named``: it follows from their role."""

    party: str
    name: str
    named: bool


class LadderLevel(Given):
    """A level: how many working days an issue may stay there, by severity, and who holds it."""

    level: int
    title: str
    days: dict[str, int]
    holders: list[LadderHolder]


class LadderCalendar(Given):
    """Whose weekends and holidays count for a party, in which time zone."""

    party: str
    country: str
    subdivision: str
    zone: str


class IssueLadder(Given):
    """The ladder of a relationship. ``answer_days``: working days in which the other party may object."""

    relationship: Link
    levels: list[LadderLevel]
    expiry: Expiry
    answer_days: int
    calendars: list[LadderCalendar]
    page: str


@get("/relationships/<ref>/ladder", scope=READ, gives=IssueLadder, tag=ISSUES)
def issue_ladder(ref: str) -> object:
    """How long an issue may stay on each level, who holds it there for each party, and whose days count."""
    session = current_session()
    found = relationship_by_ref(session, actor(), ref)
    ladder, parties = ladder_of(session, found), parties_of(session, actor(), found)
    return IssueLadder(
        relationship=Link(ref=found.ref, name=found.name),
        levels=[
            LadderLevel(
                level=int(level),
                title=str(LEVEL_LABELS[level]),
                days={severity.value: days for severity, days in ladder.limits[level].items()},
                holders=[
                    LadderHolder(
                        party=name,
                        name=ladder.holder(level, party_id).name,
                        named=(level, party_id) in ladder.named,
                    )
                    for party_id, name in parties
                ],
            )
            for level in Level
        ],
        expiry=ladder.expiry,
        answer_days=ladder.answer_days,
        calendars=[
            told(LadderCalendar, ladder.own if party_id is None else ladder.partners[party_id], party=name)
            for party_id, name in parties
        ],
        page=site("issues.ladder", ref=found.ref),
    )
