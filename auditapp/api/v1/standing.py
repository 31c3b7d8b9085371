"""How a relationship stands: health checks with what they came to."""

from datetime import date, datetime

from pydantic import Field

from auditapp.api.declare import get, versioned
from auditapp.api.lists import Names, page, rows_of, told
from auditapp.api.places import site
from auditapp.api.shapes import Given, Line, Link, Paging, listing
from auditapp.api.tokens.rules import Scope
from auditapp.api.v1.registers import of_relationship
from auditapp.kit.db import current_session
from auditapp.people.guards import actor
from auditapp.relationships.health import model as health_model
from auditapp.relationships.health.queries import (
    check_by_ref,
    comments_of,
    party_names,
    results_of,
    shows_results,
    visible_checks,
)
from auditapp.relationships.health.rules.life import CheckState
from auditapp.relationships.health.rules.results import Rag, Trend
from auditapp.relationships.rules import Sharing

READ = Scope.READ_RELATIONSHIPS
HEALTH = "Health checks"


class HealthAsked(Paging):
    """Which health checks."""

    relationship: Line = Field(default="", description="The number of a relationship, such as R-01.")
    state: CheckState | None = Field(default=None)


class HealthCheck(Given):
    """A health check. ``overall``, ``trend`` and ``means`` (of each party) only where you may see what it came to."""

    ref: str
    relationship: Link | None
    state: CheckState
    opened_at: datetime
    closes_on: date
    closed_at: datetime | None
    sharing: Sharing
    overall: Rag | None
    trend: Trend | None
    desired: float | None
    means: dict[str, float | None]
    people: dict[str, int]
    page: str


def _checks(rows: list[health_model.HealthCheck]) -> list[HealthCheck]:
    names = Names(current_session(), relationships=[one.relationship_id for one in rows])
    made = []
    for row in rows:
        came = results_of(row) if shows_results(actor(), row) else None
        made.append(
            told(
                HealthCheck,
                row,
                relationship=names.relationship(row.relationship_id),
                overall=row.overall if came else None,
                trend=row.trend if came else None,
                desired=came.desired if came else None,
                means=dict(came.means) if came else {},
                people=dict(came.people) if came else {},
                page=site("health.show", check_ref=row.ref),
            )
        )
    return made


@get("/health-checks", scope=READ, gives=listing(HealthCheck), tag=HEALTH)
def health_checks(query: HealthAsked) -> object:
    """The health checks that you may see."""
    model = health_model.HealthCheck
    asked = of_relationship(visible_checks(actor()), query.relationship, model.relationship_id)
    if query.state is not None:
        asked = asked.where(model.state == query.state)
    rows, cursor = rows_of(current_session(), asked, model.id, query)
    return page(HealthCheck, _checks(list(rows)), cursor)


class HealthSide(Given):
    """What the people of a party say of one respect; ``low_share``: how many of the answers are low, from 0 to 1."""

    mean: float | None
    lowest: int | None
    highest: int | None
    low_share: float | None
    count: int


class HealthElement(Given):
    """One respect, by party. ``times_red``: in a row, this one counted."""

    key: str
    title: str
    desired: int
    sides: dict[str, HealthSide]
    gap: float | None
    rag: Rag
    times_red: int


class HealthComment(Given):
    """What somebody of a party said to a question, without their name."""

    question: str
    party: str
    text: str
    shared: bool


class WholeHealthCheck(HealthCheck):
    """A health check with what it came to, where you may see that. Parties are named by their key in ``parties``."""

    parties: dict[str, str]
    withheld: dict[str, int] = Field(description="Parties with too few answers to be shown.")
    elements: list[HealthElement]
    comments: list[HealthComment]
    workshop_on: date | None
    workshop: str


@get("/health-checks/<ref>", scope=READ, gives=WholeHealthCheck, tag=HEALTH)
def health_check(ref: str) -> object:
    """One health check: what each side said of each respect, the comments, the workshop."""
    session = current_session()
    row = check_by_ref(session, actor(), ref)
    came = results_of(row) if shows_results(actor(), row) else None
    read = came is not None and (actor().partner_id is None or row.workshop_sharing is Sharing.SHARED)
    made = WholeHealthCheck(
        **dict(_checks([row])[0]),
        parties=party_names(session, list(came.means)) if came else {},
        withheld=dict(came.withheld) if came else {},
        elements=[
            told(
                HealthElement,
                one,
                sides={
                    key: told(HealthSide, side)
                    for key, side in one.sides.items()
                    if came and key not in came.withheld
                },
            )
            for one in (came.elements if came else ())
        ],
        comments=[told(HealthComment, one) for one in comments_of(session, actor(), row)],
        workshop_on=row.workshop_on if read else None,
        workshop=row.workshop if read else "",
    )
    return versioned(made, row.version)
