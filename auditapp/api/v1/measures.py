"""Measures of objectives with their readings."""

from datetime import date, datetime

from flask import Response
from pydantic import Field

from auditapp.api.declare import get, versioned
from auditapp.api.lists import Names, Parties, page, people_in, rows_of, told
from auditapp.api.places import site
from auditapp.api.shapes import Given, Link, Paging, Person, listing
from auditapp.api.v1.linked import LinkedRecord, linked
from auditapp.api.v1.registers import OBJECTIVES, READ, Measure, measure_told
from auditapp.kit.db import current_session
from auditapp.people.guards import actor
from auditapp.relationships.links.queries import links_of
from auditapp.relationships.registers.objectives import model
from auditapp.relationships.registers.objectives.queries import (
    all_readings,
    measure_by_ref,
    measure_lines,
    objective_of,
    values_of,
)
from auditapp.relationships.registers.objectives.routes.measures import chart
from auditapp.relationships.registers.objectives.rules import chart_sentence

SVG = "image/svg+xml"


class WholeMeasure(Measure):
    """A measure. ``tolerance``: the band for attention beside the target; ``sentence``: what its chart shows."""

    objective: Link
    tolerance: float
    method: str
    measured_by: Person | None
    months: int
    days: int
    starts_on: date
    ended_on: date | None
    sentence: str
    links: list[LinkedRecord]
    page: str


@get(
    "/measures/<ref>", scope=READ, gives=WholeMeasure, tag=OBJECTIVES, ref="Its number, such as ME-2026-001."
)
def measure(ref: str) -> object:
    """One measure as it stands; its readings are a list of their own."""
    session = current_session()
    row = measure_by_ref(session, actor(), ref)
    whole = objective_of(session, actor(), row.objective_id)
    said = chart_sentence(row.scale, row.unit, values_of(session, row.id), row.baseline)
    made = told(
        WholeMeasure,
        row,
        **dict(measure_told(measure_lines(session, [row])[0])),
        objective=Link(ref=whole.ref, name=whole.statement),
        measured_by=Names(session, people=[row.measured_by_id]).person(row.measured_by_id),
        sentence=" ".join(str(one) for one in said),
        links=linked(links_of(session, actor(), "measure", [row.id])[row.id]),
        page=site("objectives.measure", measure_ref=row.ref),
    )
    return versioned(made, row.version)


class ReadingsAsked(Paging):
    """Which readings."""

    gone: bool = Field(
        default=False, description="What was corrected or taken back, in place of what stands."
    )


class Reading(Given):
    """A value on a day. ``party``: the partner that took it; empty: our own organization. ``reason``: why it is gone."""

    read_on: date
    value: float
    note: str
    party: str
    by: Person | None
    at: datetime
    gone_at: datetime | None
    gone_by: Person | None
    reason: str


@get("/measures/<ref>/readings", scope=READ, gives=listing(Reading), tag=OBJECTIVES)
def readings(ref: str, query: ReadingsAsked) -> object:
    """What was read of a measure."""
    session = current_session()
    row = measure_by_ref(session, actor(), ref)
    rows, cursor = rows_of(session, all_readings(row.id, gone=query.gone), model.MeasureReading.id, query)
    names = Names(session, people=people_in(rows, "person_id", "gone_by_id"))
    parties = Parties(one.party_id for one in rows)
    return page(
        Reading,
        (
            told(
                Reading,
                one,
                party=parties.name(one.party_id),
                by=names.person(one.person_id),
                gone_by=names.person(one.gone_by_id),
            )
            for one in rows
        ),
        cursor,
    )


@get("/measures/<ref>/chart", scope=READ, gives=None, files=(SVG,), tag=OBJECTIVES)
def measure_chart(ref: str) -> Response:
    """The readings over time with the target, as a picture."""
    return chart(measure_ref=ref)
