"""The exit strategy and the ladder of issues, as outputs of stages."""

from collections.abc import Collection, Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.text import Text, day_words
from auditapp.people.rules import Principal
from auditapp.relationships.exits.model import (
    ExitPlanStep,
    ExitSection,
    ExitStrategy,
    ExitTest,
    ExitTrigger,
    ExitVersion,
)
from auditapp.relationships.exits.rules.content import SECTION_LABELS, Section
from auditapp.relationships.exits.rules.versions import VERSION_LABELS, VersionStatus
from auditapp.relationships.issues.model import Issue, IssueHolder
from auditapp.relationships.lifecycle.queries.suggests import Suggestion, suggests
from auditapp.relationships.model import Relationship

Found = Iterable[tuple[str, Suggestion]]
LEVELS = 4
# Which sections speak of which output: all of them have to be written.
OF_SECTIONS = {
    "EX2": (Section.BOUNDARIES, Section.CONFLICT_AREAS),
    "EX6": (Section.FUTURE_OPPORTUNITIES,),
}


@suggests("KN8", "EX1", "EX2", "EX3", "EX4", "EX5", "EX6")
def of_the_exit(
    session: Session, _principal: Principal, found: Relationship, asked: Collection[str]
) -> Found:
    """The strategy: the version in force, else the one being worked on; its sections, steps, triggers and tests."""
    row = session.execute(
        sa.select(ExitStrategy.id, ExitStrategy.ref, ExitVersion.id, ExitVersion.number, ExitVersion.status)
        .join(ExitVersion, ExitVersion.strategy_id == ExitStrategy.id)
        .where(
            ExitStrategy.relationship_id == found.id,
            ExitVersion.status.not_in([VersionStatus.SUPERSEDED, VersionStatus.WITHDRAWN]),
        )
        .order_by(ExitVersion.status != VersionStatus.IN_FORCE, ExitVersion.number.desc())
        .limit(1)
    ).first()
    if row is None:
        return
    strategy_id, ref, version_id, number, status = row

    def shown(key: str, label: Text) -> tuple[str, Suggestion]:
        return key, Suggestion(
            key="exit", label=label, refs=(ref,), note=str(label), endpoint="exits.of_relationship",
            values={"ref": found.ref},
        )  # fmt: skip

    version = Text(
        "%(ref)s, version %(number)s: %(status)s", ref=ref, number=number, status=VERSION_LABELS[status]
    )
    if "KN8" in asked:
        yield shown("KN8", version)
    if "EX1" in asked and status is VersionStatus.IN_FORCE:
        yield shown("EX1", version)
    written = set(
        session.scalars(
            sa.select(ExitSection.key).where(ExitSection.version_id == version_id, ExitSection.text != "")
        )
    )
    for key, sections in OF_SECTIONS.items():
        if key in asked and written.issuperset(sections):
            yield shown(
                key,
                Text(
                    "Written in %(ref)s: %(sections)s",
                    ref=ref,
                    sections=", ".join(str(SECTION_LABELS[one]) for one in sections),
                ),
            )
    if "EX3" in asked:
        count, checked_on = session.execute(
            sa.select(sa.func.count(), sa.func.max(ExitTrigger.checked_on)).where(
                ExitTrigger.strategy_id == strategy_id, ExitTrigger.dropped_at.is_(None)
            )
        ).one()
        if count and checked_on:
            yield shown(
                "EX3",
                Text("Triggers: %(count)s, last checked on %(day)s", count=count, day=day_words(checked_on)),
            )
    if "EX4" in asked and Section.WHO_MAY_INITIATE in written:
        steps = session.scalar(
            sa.select(sa.func.count()).select_from(ExitPlanStep).where(ExitPlanStep.version_id == version_id)
        )
        if steps:
            yield shown("EX4", Text("Who may initiate is written; steps of parting: %(count)s", count=steps))
    if "EX5" in asked and Section.CONTINUITY in written:
        tested = session.scalar(
            sa.select(sa.func.max(ExitTest.on)).where(ExitTest.strategy_id == strategy_id)
        )
        yield shown(
            "EX5",
            Text("Customer continuity plan, last tested on %(day)s", day=day_words(tested))
            if tested
            else Text("Customer continuity plan, not tested yet"),
        )


@suggests("ST5")
def of_the_ladder(
    session: Session, _principal: Principal, found: Relationship, _asked: Collection[str]
) -> Found:
    """The ladder, when it has holders; and how many issues were brought to it."""
    levels = session.scalar(
        sa.select(sa.func.count(sa.distinct(IssueHolder.level))).where(
            IssueHolder.relationship_id == found.id
        )
    )
    issues = session.scalar(
        sa.select(sa.func.count()).select_from(Issue).where(Issue.relationship_id == found.id)
    )
    if levels or issues:
        label = Text(
            "The ladder: holders named on %(levels)s of %(all)s levels; issues so far: %(issues)s",
            levels=levels, all=LEVELS, issues=issues,
        )  # fmt: skip
        yield (
            "ST5",
            Suggestion(
                key="ladder", label=label, note=str(label), endpoint="issues.of_relationship",
                values={"ref": found.ref},
            ),
        )  # fmt: skip
