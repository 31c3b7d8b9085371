"""How many nonconformities there are, by what tells them apart. One statement each."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.execution.rules import GRADE_LABELS, Grade
from auditapp.findings.model import Cause, Nonconformity, NonconformityRequirement
from auditapp.findings.rules.nonconformity import CAUSE_LABELS, ENDED
from auditapp.kit.text import Text
from auditapp.relationships.model import Relationship
from auditapp.relationships.rules import STAGE_LABELS
from auditapp.reports.figures.queries.base import raised, standing
from auditapp.reports.figures.rules import (
    MOST_ROWS,
    Asked,
    Count,
    Place,
    age_classes,
    age_label,
    midnight,
)

_NUMBER = sa.func.count()
_EACH_ONCE = sa.func.count(sa.distinct(Nonconformity.id))  # where a join may bring it twice


def by_grade(session: Session, asked: Asked) -> list[Count]:
    """Major and minor ones that were raised in the period."""
    found = _grouped(session, asked, Nonconformity.grade)
    return [
        Count(
            key=grade.value,
            label=GRADE_LABELS[grade],
            count=found.get(grade, 0),
            rows=asked.standing(("grade", grade.value)),
        )
        for grade in (Grade.MAJOR, Grade.MINOR)
    ]


def by_stage(session: Session, asked: Asked) -> list[Count]:
    """By the stage they belong to, in the order of the stages; those without one are left out when there are none."""
    found = _grouped(session, asked, Nonconformity.stage)
    named = [
        Count(
            key=stage.value,
            label=label,
            count=found.pop(stage.value, 0),
            rows=asked.standing(("stage", stage.value)),
        )
        for stage, label in STAGE_LABELS.items()
    ]
    return [*named, *_without("no_stage", Text("No stage"), sum(found.values()), asked)]


def by_relationship(session: Session, asked: Asked) -> list[Count]:
    """By relationship, the most first; those of the management system alone come last."""
    rows = session.execute(
        sa.select(Relationship.ref, Relationship.name, _NUMBER.label("n"))
        .select_from(Nonconformity)
        .outerjoin(Relationship, Relationship.id == Nonconformity.relationship_id)
        .where(*raised(asked))
        .group_by(Relationship.ref, Relationship.name)
        .order_by(sa.desc("n"), Relationship.ref)
        .limit(MOST_ROWS)
    ).all()
    named = [
        Count(
            key=row.ref,
            label=f"{row.ref} {row.name}",
            count=row.n,
            rows=asked.of(row.ref).standing(),
        )
        for row in rows
        if row.ref is not None
    ]
    alone = sum(row.n for row in rows if row.ref is None)
    return [*named, *_without("no_relationship", Text("No relationship"), alone, asked)]


def by_clause(session: Session, asked: Asked) -> list[Count]:
    """By the requirement that is not fulfilled, the most first. One with two requirements counts for both."""
    standard, clause = NonconformityRequirement.standard, NonconformityRequirement.clause
    rows = session.execute(
        sa.select(standard, clause, _EACH_ONCE.label("n"))
        .join(Nonconformity, Nonconformity.id == NonconformityRequirement.nonconformity_id)
        .where(*raised(asked))
        .group_by(standard, clause)
        .order_by(sa.desc("n"), standard, clause)
        .limit(MOST_ROWS)
    )
    return [
        Count(
            key=f"{row.standard} {row.clause}",
            label=f"{row.standard} {row.clause}",
            count=row.n,
            rows=asked.standing(("requirement", f"{row.standard} {row.clause}")),
        )
        for row in rows
    ]


def by_cause(session: Session, asked: Asked) -> list[Count]:
    """By the category of a root cause, of any round, the most first. One with two root causes counts for both."""
    found: Mapping[Any, int] = {
        row.category: row.n
        for row in session.execute(
            sa.select(Cause.category, _EACH_ONCE.label("n"))
            .join(Nonconformity, Nonconformity.id == Cause.nonconformity_id)
            .where(*raised(asked), Cause.root, Cause.category.is_not(None))
            .group_by(Cause.category)
        )
    }
    return [
        Count(
            key=category.value,
            label=CAUSE_LABELS[category],
            count=found[category],
            rows=asked.standing(("root", category.value)),
        )
        for category in sorted(found, key=lambda one: (-found[one], one))
    ]


def by_age(session: Session, asked: Asked) -> list[Count]:
    """Those that stand and are open now, whenever they were raised, by how many days ago that was."""
    classes = age_classes(asked.today)
    age = sa.case(
        *(
            (Nonconformity.raised_at >= midnight(first, asked.zone), place)
            for place, (_name, first, _last) in enumerate(classes)
            if first is not None
        ),
        else_=len(classes) - 1,
    ).label("age")
    found = {
        row.age: row.n
        for row in session.execute(
            sa.select(age, _NUMBER.label("n"))
            .where(*standing(asked), Nonconformity.status.not_in(sorted(ENDED)))
            .group_by(age)
        )
    }
    return [
        Count(
            key=name,
            label=age_label(name),
            count=found.get(place, 0),
            rows=asked.rows(
                Place.NONCONFORMITIES,
                ("show", "open"),
                ("show", "stands"),
                ("raised", f"{first.isoformat() if first else '1990-01-01'}..{last.isoformat()}"),
            ),
        )
        for place, (name, first, last) in enumerate(classes)
    ]


def _grouped(session: Session, asked: Asked, column: Any) -> dict[Any, int]:
    rows = session.execute(sa.select(column, _NUMBER).where(*raised(asked)).group_by(column))
    return {row[0]: row[1] for row in rows}


def _without(show: str, label: Text, count: int, asked: Asked) -> list[Count]:
    """Those that have no such thing; nothing while there are none."""
    return [Count(key=show, label=label, count=count, rows=asked.standing(("show", show)))] if count else []
