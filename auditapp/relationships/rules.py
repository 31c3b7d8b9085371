"""The eight stages in three phases, and the kinds of relationship. Pure; the standards' own names."""

from collections.abc import Mapping
from enum import StrEnum

from babel import Locale

from auditapp.kit.text import Text


class Stage(StrEnum):
    """The eight stages in their order, and the management system around them."""

    AWARENESS = "awareness"
    KNOWLEDGE = "knowledge"
    INTERNAL_ASSESSMENT = "internal_assessment"
    PARTNER_SELECTION = "partner_selection"
    WORKING_TOGETHER = "working_together"
    VALUE_CREATION = "value_creation"
    STAYING_TOGETHER = "staying_together"
    EXIT_STRATEGY = "exit_strategy"
    MANAGEMENT_SYSTEM = "management_system"  # not a stage of a relationship: the clauses around the eight


class Phase(StrEnum):
    """Three phases."""

    STRATEGIC = "strategic"
    ENGAGEMENT = "engagement"
    MANAGEMENT = "management"


STAGES: tuple[Stage, ...] = tuple(stage for stage in Stage if stage is not Stage.MANAGEMENT_SYSTEM)
STAGE_LABELS: Mapping[Stage, Text] = {
    Stage.AWARENESS: Text("Awareness"),
    Stage.KNOWLEDGE: Text("Knowledge"),
    Stage.INTERNAL_ASSESSMENT: Text("Internal assessment"),
    Stage.PARTNER_SELECTION: Text("Partner selection"),
    Stage.WORKING_TOGETHER: Text("Working together"),
    Stage.VALUE_CREATION: Text("Value creation"),
    Stage.STAYING_TOGETHER: Text("Staying together"),
    Stage.EXIT_STRATEGY: Text("Exit strategy"),
    Stage.MANAGEMENT_SYSTEM: Text("Management system"),
}
PHASE_LABELS: Mapping[Phase, Text] = {
    Phase.STRATEGIC: Text("Strategic"),
    Phase.ENGAGEMENT: Text("Engagement"),
    Phase.MANAGEMENT: Text("Management"),
}
PHASE_OF: Mapping[Stage, Phase] = {
    Stage.AWARENESS: Phase.STRATEGIC,
    Stage.KNOWLEDGE: Phase.STRATEGIC,
    Stage.INTERNAL_ASSESSMENT: Phase.STRATEGIC,
    Stage.PARTNER_SELECTION: Phase.ENGAGEMENT,
    Stage.WORKING_TOGETHER: Phase.ENGAGEMENT,
    Stage.VALUE_CREATION: Phase.ENGAGEMENT,
    Stage.STAYING_TOGETHER: Phase.MANAGEMENT,
    Stage.EXIT_STRATEGY: Phase.MANAGEMENT,
}


class Kind(StrEnum):
    """What the partner is to us."""

    SUPPLIER = "supplier"
    CUSTOMER = "customer"
    ALLIANCE = "alliance"
    INTERNAL_DIVISION = "internal_division"
    JOINT_VENTURE = "joint_venture"


KIND_LABELS: Mapping[Kind, Text] = {
    Kind.SUPPLIER: Text("Supplier"),
    Kind.CUSTOMER: Text("Customer"),
    Kind.ALLIANCE: Text("Alliance"),
    Kind.INTERNAL_DIVISION: Text("Internal division"),
    Kind.JOINT_VENTURE: Text("Joint venture"),
}


class Priority(StrEnum):
    """How much depends on the relationship; audits look at the upper end more often."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


PRIORITY_LABELS: Mapping[Priority, Text] = {
    Priority.CRITICAL: Text("Critical"),
    Priority.HIGH: Text("High"),
    Priority.MEDIUM: Text("Medium"),
    Priority.LOW: Text("Low"),
}


CODE_LETTERS = 2  # ISO 3166-1 alpha-2
_NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"})  # what CLDR names besides countries


def country_names(locale: Locale) -> dict[str, str]:
    """Names of the countries in a language, by their two letters (ISO 3166-1)."""
    return {
        code: name
        for code, name in locale.territories.items()
        if len(code) == CODE_LETTERS and code not in _NO_COUNTRIES
    }


class Sharing(StrEnum):
    """Who may read something of a relationship: our own people, or the partner's contacts too."""

    INTERNAL = "internal"
    SHARED = "shared"


SHARING_LABELS: Mapping[Sharing, Text] = {
    Sharing.INTERNAL: Text("Internal"),
    Sharing.SHARED: Text("Shared with the partner"),
}
NO_LONGER_RUNS = Text(
    "This relationship has ended. What was written stays readable; nothing is added any more."
)


class MemberRole(StrEnum):
    """What somebody is in one relationship besides SER, owner and manager, on either side."""

    PARTNER_SER = "partner_ser"
    PARTNER_MANAGER = "partner_manager"
    JOINT_TEAM = "joint_team"
    CONTACT = "contact"


MEMBER_ROLE_LABELS: Mapping[MemberRole, Text] = {
    MemberRole.PARTNER_SER: Text("Senior Executive Responsible of the partner"),
    MemberRole.PARTNER_MANAGER: Text("Relationship manager of the partner"),
    MemberRole.JOINT_TEAM: Text("Joint management team"),
    MemberRole.CONTACT: Text("Contact"),
}
