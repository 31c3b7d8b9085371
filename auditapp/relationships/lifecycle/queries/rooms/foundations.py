"""The plans, and the terms of a relationship, as outputs of stages."""

from collections.abc import Collection, Iterable, Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.text import Text, day_words
from auditapp.people.rules import Principal
from auditapp.relationships.contacts.model import CriterionScore, Interdependency
from auditapp.relationships.lifecycle.queries.suggests import Suggestion, suggests
from auditapp.relationships.model import Relationship
from auditapp.relationships.rmp.model import Plan, PlanSection, PlanVersion
from auditapp.relationships.rmp.rules import SECTIONS, VersionStatus

Found = Iterable[tuple[str, Suggestion]]

# Which section of the RMP speaks of which outputs.
OF_SECTIONS: Mapping[str, tuple[str, ...]] = {
    "policy_and_principles": ("AW2",),
    "objectives_own_and_joint": ("AW3", "KN5", "PS3"),
    "business_case_and_value": ("KN1", "KN4", "KN7"),
    "governance_and_forums": ("WT1",),
    "roles_and_responsibilities": ("WT2",),
    "competencies_and_behaviours": ("AW5", "IA4"),
    "communications": ("WT3",),
    "knowledge_and_information_sharing": ("KN3",),
    "risk_and_opportunity": ("AW6", "KN9", "WT4a"),
    "interdependencies": ("KN10",),
    "processes_and_systems": ("IA1",),
    "performance_measures": ("WT5",),
    "value_creation": ("VC1b",),
    "issue_resolution": ("ST5",),
    "contract_arrangements": ("WT4b",),
    "exit_strategy": ("KN8", "EX1"),
    "action_plan": ("AW7", "IA5"),
}


@suggests(*{key for keys in OF_SECTIONS.values() for key in keys})
def of_the_plan(
    session: Session, _principal: Principal, found: Relationship, asked: Collection[str]
) -> Found:
    """Sections of its plans that are written: of the version in force, or of the draft."""
    wanted = [section for section, keys in OF_SECTIONS.items() if set(keys).intersection(asked)]
    rows = session.execute(
        sa.select(PlanSection.key, Plan.ref)
        .join(PlanVersion, PlanVersion.id == PlanSection.version_id)
        .join(Plan, Plan.id == PlanVersion.plan_id)
        .where(
            Plan.relationship_id == found.id,
            PlanVersion.status.not_in([VersionStatus.SUPERSEDED, VersionStatus.WITHDRAWN]),
            PlanSection.key.in_(wanted),
            PlanSection.text != "",
        )
        .order_by(Plan.ref.desc(), PlanVersion.number.desc())
    ).all()
    for section, ref in dict(rows).items():
        label = Text("“%(section)s” in %(ref)s", section=SECTIONS[section].title, ref=ref)
        for key in OF_SECTIONS[section]:
            yield (
                key,
                Suggestion(
                    key=f"rmp:{section}", label=label, refs=(ref,), note=str(label), endpoint="rmp.section",
                    values={"plan_ref": ref, "key": section},
                ),
            )  # fmt: skip


@suggests("AW4", "KN10", "WT4b")
def of_the_terms(
    session: Session, _principal: Principal, found: Relationship, asked: Collection[str]
) -> Found:
    """Scores by the criteria of priority, interdependencies, the days of the contract."""
    scored = (
        sa.select(sa.func.count())
        .select_from(CriterionScore)
        .where(CriterionScore.relationship_id == found.id)
    )
    leans = sa.select(sa.func.count(), sa.func.max(Interdependency.reviewed_on)).where(
        sa.or_(Interdependency.relationship_id == found.id, Interdependency.other_id == found.id)
    )
    here = {"ref": found.ref}
    if "AW4" in asked and (count := session.scalar(scored)):
        label = Text("Priority is scored; criteria: %(count)s", count=count)
        yield (
            "AW4",
            Suggestion(key="scores", label=label, note=str(label), endpoint="contacts.terms", values=here),
        )
    if "KN10" in asked:
        count, reviewed_on = session.execute(leans).one()
        if count:
            label = (
                Text(
                    "Interdependencies: %(count)s, reviewed on %(day)s",
                    count=count,
                    day=day_words(reviewed_on),
                )
                if reviewed_on
                else Text("Interdependencies: %(count)s, not reviewed yet", count=count)
            )
            yield (
                "KN10",
                Suggestion(key="leans", label=label, note=str(label), endpoint="contacts.terms", values=here),
            )
    if "WT4b" in asked and found.contract_starts_on:
        label = Text("Contract from %(day)s", day=day_words(found.contract_starts_on))
        yield (
            "WT4b",
            Suggestion(key="contract", label=label, note=str(label), endpoint="contacts.terms", values=here),
        )
