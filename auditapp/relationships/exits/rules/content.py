"""The content model of an exit strategy: its sections, who may start an exit, and the steps a start offers. Pure.

The sections are those of section 6 of the field's notes (BS 11000-1 clause 10, ISO 44001 8.6.9 and 8.9).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from auditapp.kit.text import Text


class Section(StrEnum):
    """The parts of a strategy that are text, in the order they are read."""

    BOUNDARIES = "boundaries"
    CONFLICT_AREAS = "conflict_areas"
    IMPACT_INTERNAL = "impact_internal"
    IMPACT_EXTERNAL = "impact_external"
    WHO_MAY_INITIATE = "who_may_initiate"
    NOTICE_ROUTE = "notice_route"
    DISENGAGEMENT = "disengagement"
    PEOPLE = "people"
    ASSETS = "assets"
    DATA_AND_KNOWLEDGE = "data_and_knowledge"
    INTELLECTUAL_PROPERTY = "intellectual_property"
    COMMITMENTS_AND_MONEY = "commitments_and_money"
    CONTINUITY = "continuity"
    COMMUNICATIONS = "communications"
    FUTURE_OPPORTUNITIES = "future_opportunities"


SECTION_LABELS: Mapping[Section, Text] = {
    Section.BOUNDARIES: Text("Boundaries"),
    Section.CONFLICT_AREAS: Text("Conflict areas"),
    Section.IMPACT_INTERNAL: Text("Impact on internal stakeholders"),
    Section.IMPACT_EXTERNAL: Text("Impact on external stakeholders"),
    Section.WHO_MAY_INITIATE: Text("Who may initiate"),
    Section.NOTICE_ROUTE: Text("Notice route"),
    Section.DISENGAGEMENT: Text("Disengagement"),
    Section.PEOPLE: Text("People and secondees"),
    Section.ASSETS: Text("Assets"),
    Section.DATA_AND_KNOWLEDGE: Text("Data and knowledge"),
    Section.INTELLECTUAL_PROPERTY: Text("Intellectual property"),
    Section.COMMITMENTS_AND_MONEY: Text("Open commitments and money"),
    Section.CONTINUITY: Text("Customer continuity plan"),
    Section.COMMUNICATIONS: Text("Communications"),
    Section.FUTURE_OPPORTUNITIES: Text("Future opportunities"),
}
SECTION_HINTS: Mapping[Section, Text] = {
    Section.BOUNDARIES: Text(
        "What the parting is about and what it leaves alone; levels that are still acceptable."
    ),
    Section.CONFLICT_AREAS: Text("Where interests may part, and what was thought of for each."),
    Section.IMPACT_INTERNAL: Text("Whom inside our organization an end touches, and how."),
    Section.IMPACT_EXTERNAL: Text("Customers, suppliers, authorities: whom an end touches, and how."),
    Section.WHO_MAY_INITIATE: Text("Which roles may start an exit, and whom they ask first."),
    Section.NOTICE_ROUTE: Text("Who tells whom, in which form, and how long before the end."),
    Section.DISENGAGEMENT: Text("How the parting runs; the steps themselves are listed with owners below."),
    Section.PEOPLE: Text("Who returns where, secondees, behaviour in the last weeks."),
    Section.ASSETS: Text("Plant, sites, tools: what belongs to whom, and how it is handed back."),
    Section.DATA_AND_KNOWLEDGE: Text("Data to move or delete, and knowledge to pass on in time."),
    Section.INTELLECTUAL_PROPERTY: Text(
        "What each brought, what was made together, who may use it afterwards."
    ),
    Section.COMMITMENTS_AND_MONEY: Text("Orders, warranties, investments and accounts that outlast the end."),
    Section.CONTINUITY: Text("How customers are served if the partner leaves before time. It is tested."),
    Section.COMMUNICATIONS: Text("Who says what to whom, and when; one text for both parties."),
    Section.FUTURE_OPPORTUNITIES: Text("What could bring the parties together again."),
}


class InitiatorRole(StrEnum):
    """A role in the relationship that a strategy may name as entitled to start an exit."""

    SER = "ser"
    OWNER = "owner"
    MANAGER = "manager"
    PARTNER_SER = "partner_ser"
    PARTNER_MANAGER = "partner_manager"


INITIATOR_LABELS: Mapping[InitiatorRole, Text] = {
    InitiatorRole.SER: Text("Senior Executive Responsible"),
    InitiatorRole.OWNER: Text("Relationship owner"),
    InitiatorRole.MANAGER: Text("Relationship manager"),
    InitiatorRole.PARTNER_SER: Text("Senior Executive Responsible of the partner"),
    InitiatorRole.PARTNER_MANAGER: Text("Relationship manager of the partner"),
}
OURS = frozenset({InitiatorRole.SER, InitiatorRole.OWNER, InitiatorRole.MANAGER})
THEIRS = frozenset({InitiatorRole.PARTNER_SER, InitiatorRole.PARTNER_MANAGER})
BY_DEFAULT: tuple[InitiatorRole, ...] = (InitiatorRole.SER, InitiatorRole.PARTNER_SER)


class CountedFrom(StrEnum):
    """What the working days of a step are counted from."""

    NOTICE = "notice"  # so many working days after the notice
    END = "end"  # so many working days before the end


COUNTED_LABELS: Mapping[CountedFrom, Text] = {
    CountedFrom.NOTICE: Text("after the notice"),
    CountedFrom.END: Text("before the end"),
}


@dataclass(frozen=True, kw_only=True)
class PlannedStep:
    """A step of disengagement. ``theirs``: it is the partner's; ``after``: the position (from 0) of what it waits for."""

    what: Text
    days: int
    counted_from: CountedFrom = CountedFrom.NOTICE
    theirs: bool = False
    continuity: bool = False
    premature_days: int | None = None
    after: int | None = None


# What a start offers, and what an exit without any agreed strategy follows.
STANDARD_STEPS: tuple[PlannedStep, ...] = (
    PlannedStep(what=Text("Put the customer continuity plan into effect"), days=5, continuity=True, premature_days=1),
    PlannedStep(what=Text("Tell customers and suppliers how they are served from now on"), days=10, continuity=True,
                premature_days=3, after=0),
    PlannedStep(what=Text("Tell the people concerned on our side"), days=5, premature_days=2),
    PlannedStep(what=Text("Tell the people concerned on the partner’s side"), days=5, theirs=True, premature_days=2),
    PlannedStep(what=Text("List open commitments, orders and invoices"), days=15, premature_days=5),
    PlannedStep(what=Text("Agree how secondees return"), days=20, theirs=True, premature_days=8),
    PlannedStep(what=Text("Hand over data and knowledge"), days=20, counted_from=CountedFrom.END, theirs=True,
                premature_days=5),
    PlannedStep(what=Text("Return or transfer assets"), days=10, counted_from=CountedFrom.END, premature_days=5),
    PlannedStep(what=Text("End access to systems and sites"), days=1, counted_from=CountedFrom.END, after=6),
    PlannedStep(what=Text("Settle the accounts"), days=0, counted_from=CountedFrom.END, after=4),
)  # fmt: skip
# Without these a joint strategy is not ready for agreement, and both parties have to be able to read them.
JOINT_NEEDS: tuple[Section, ...] = (
    Section.BOUNDARIES,
    Section.CONFLICT_AREAS,
    Section.NOTICE_ROUTE,
    Section.CONTINUITY,
)


def in_words(roles: Collection[InitiatorRole]) -> Text:
    """Some roles, in their order, as a list in a sentence."""
    named = [INITIATOR_LABELS[one] for one in InitiatorRole if one in set(roles)]
    if not named:
        return Text("nobody")
    found = named[0]
    for one in named[1:]:
        found = Text("%(first)s, %(then)s", first=found, then=one)
    return found
