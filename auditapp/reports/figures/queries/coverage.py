"""The map of what audits looked at: clause × relationship × year, as the audit programme counts it."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.model import Programme
from auditapp.audits.programme.queries import audits_of, clause_coverage, clause_editions
from auditapp.audits.programme.rules import Mark, years_of
from auditapp.reports.figures.rules import MOST_COLUMNS, Asked, CoverageMap, MapRow, Place, Where

SYSTEM = ""  # stands where a relationship's number would: the management system


def coverage_map(session: Session, asked: Asked, *, checklist: str = "") -> CoverageMap | None:
    """The map of the newest programme that reaches into the period, for one checklist. Fifteen statements at most.

    ``checklist``: the key of a library; the first of the programme when it is none of them. ``None``: no programme
    then, or no clause checklist.
    """
    programme = session.scalar(
        sa.select(Programme)
        .where(Programme.starts_on <= asked.until, Programme.ends_on >= asked.since)
        .order_by(Programme.starts_on.desc(), Programme.ref.desc())
        .limit(1)
    )
    if programme is None:
        return None
    keys = [one.library_key for one in clause_editions(session, audits_of(session, programme))]
    if not keys:
        return None
    chosen = checklist if checklist in keys else keys[0]
    found = clause_coverage(session, programme, chosen, asked.today)
    own = [one for one in found.relationships if asked.refs is None or one.ref in asked.refs]
    targets = [*([(None, SYSTEM)] if asked.refs is None else []), *((one.id, one.ref) for one in own)]
    years = [
        year
        for year in years_of(programme.starts_on, programme.ends_on)
        if asked.since.year <= year <= asked.until.year
    ]
    fit = max(1, MOST_COLUMNS // max(1, len(years)))
    left_out = max(0, len(targets) - fit)
    targets = targets[:fit]

    def mark(clause: str, target: UUID | None, year: int) -> str:
        if (target is not None) not in found.scopes[clause]:
            return Mark.NONE
        pair = (clause, target)
        if year in found.done.get(pair, ()):
            return Mark.DONE
        return Mark.PLANNED if year in found.planned.get(pair, ()) else Mark.UNCOVERED

    return CoverageMap(
        programme=programme.ref,
        left_out=left_out,
        checklist=chosen,
        columns=tuple((ref, year) for _, ref in targets for year in years),
        body=tuple(
            MapRow(
                label=label,
                marks=tuple(mark(clause, target, year) for target, _ in targets for year in years),
            )
            for clause, label in found.labels.items()
        ),
        rows=Where(
            place=Place.COVERAGE,
            ref=programme.ref,
            pairs=(("by", chosen), *((("only", asked.relationship),) if asked.relationship else ())),
        ),
    )
