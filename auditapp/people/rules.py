"""Roles, what each may do, and who is signed in. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from uuid import UUID
from zoneinfo import available_timezones

from auditapp.kit.text import Text


class Role(StrEnum):
    """What somebody is in the system; given for all relationships or for one."""

    SYSTEM_MANAGER = "system_manager"
    SER = "ser"
    PROGRAMME_MANAGER = "programme_manager"
    AUDITOR = "auditor"
    RELATIONSHIP_OWNER = "relationship_owner"
    RELATIONSHIP_MANAGER = "relationship_manager"
    ACTION_OWNER = "action_owner"
    VIEWER = "viewer"
    PARTNER_CONTACT = "partner_contact"


ROLE_LABELS: Mapping[Role, Text] = {
    Role.SYSTEM_MANAGER: Text("System manager"),
    Role.SER: Text("Senior Executive Responsible"),
    Role.PROGRAMME_MANAGER: Text("Audit programme manager"),
    Role.AUDITOR: Text("Internal auditor"),
    Role.RELATIONSHIP_OWNER: Text("Relationship owner"),
    Role.RELATIONSHIP_MANAGER: Text("Relationship manager"),
    Role.ACTION_OWNER: Text("Action owner"),
    Role.VIEWER: Text("Viewer"),
    Role.PARTNER_CONTACT: Text("Partner contact"),
}


class Capability(StrEnum):
    """What a page needs of the person who opens it. Objects are scoped by the queries on top of this."""

    SIGNED_IN = "signed_in"  # anybody with an account, partner contacts too
    VIEW_ORGANIZATION = "view_organization"  # everybody of the own organization
    VIEW_AUDITS = "view_audits"  # every audit, not only one's own
    MANAGE_PROGRAMME = "manage_programme"
    PLAN_AUDITS = "plan_audits"
    CONDUCT_AUDITS = "conduct_audits"
    MANAGE_CHECKLISTS = "manage_checklists"
    MANAGE_RELATIONSHIPS = "manage_relationships"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_SETTINGS = "manage_settings"
    VIEW_TRAIL = "view_trail"


C = Capability
_OWN = frozenset({C.SIGNED_IN, C.VIEW_ORGANIZATION})
CAPABILITIES: Mapping[Role, frozenset[Capability]] = {
    Role.SYSTEM_MANAGER: frozenset(Capability) - {C.CONDUCT_AUDITS},
    Role.SER: _OWN | {C.VIEW_AUDITS, C.VIEW_TRAIL},
    Role.PROGRAMME_MANAGER: _OWN
    | {C.VIEW_AUDITS, C.MANAGE_PROGRAMME, C.PLAN_AUDITS, C.MANAGE_CHECKLISTS, C.VIEW_TRAIL},
    Role.AUDITOR: _OWN | {C.VIEW_AUDITS, C.CONDUCT_AUDITS, C.PLAN_AUDITS},
    Role.RELATIONSHIP_OWNER: _OWN | {C.MANAGE_RELATIONSHIPS},
    Role.RELATIONSHIP_MANAGER: _OWN | {C.MANAGE_RELATIONSHIPS},
    Role.ACTION_OWNER: _OWN,
    Role.VIEWER: _OWN | {C.VIEW_AUDITS},
    Role.PARTNER_CONTACT: frozenset({C.SIGNED_IN}),
}


# Held for the whole organization or not at all: nobody manages people "for one relationship".
UNSCOPED: frozenset[Role] = frozenset({Role.SYSTEM_MANAGER, Role.PROGRAMME_MANAGER, Role.PARTNER_CONTACT})

# What somebody can answer for and so may not audit. The eight stages and the system around them are named here
# as well as in relationships, which stands above this room; a test keeps the two the same.
PROCESS_LABELS: Mapping[str, Text] = {
    "awareness": Text("Awareness"),
    "knowledge": Text("Knowledge"),
    "internal_assessment": Text("Internal assessment"),
    "partner_selection": Text("Partner selection"),
    "working_together": Text("Working together"),
    "value_creation": Text("Value creation"),
    "staying_together": Text("Staying together"),
    "exit_strategy": Text("Exit strategy"),
    "management_system": Text("Management system"),
}


@dataclass(frozen=True, kw_only=True)
class Principal:
    """Who acts: plain values that outlive the transaction they were read in.

    ``roles`` are held for all relationships; ``scoped`` gives the roles held for single ones. ``unread``: notices at
    the moment of signing in to this request, counted up to a hundred.
    """

    person_id: UUID
    name: str
    email: str = ""
    zone: str = "Europe/London"
    locale: str = "en"
    theme: str = "auto"
    partner_id: UUID | None = None
    roles: frozenset[Role] = frozenset()
    scoped: Mapping[UUID, frozenset[Role]] = field(default_factory=dict)
    sign_in_id: UUID | None = None
    unread: int = 0

    @property
    def initials(self) -> str:
        """One to two letters for the avatar."""
        parts = self.name.split()
        return "".join(part[0] for part in (parts[:1] + parts[-1:] if len(parts) > 1 else parts)).upper()

    @property
    def all_roles(self) -> frozenset[Role]:
        """Every role held anywhere."""
        return self.roles.union(*self.scoped.values())

    def can(self, capability: Capability | str, relationship_id: UUID | None = None) -> bool:
        """Whether some role gives the capability: for all relationships, or for the named one.

        Without ``relationship_id`` a role held for any single relationship does not count, except for
        SIGNED_IN and VIEW_ORGANIZATION, which every role of the own organization brings.
        """
        capability = Capability(capability)
        if capability is Capability.SIGNED_IN:
            return True
        if capability is Capability.VIEW_ORGANIZATION:
            return self.partner_id is None and self.all_roles != {Role.PARTNER_CONTACT}
        roles = self.roles | self.scoped.get(relationship_id, frozenset()) if relationship_id else self.roles
        return any(capability in CAPABILITIES[role] for role in roles)

    def can_somewhere(self, capability: Capability) -> bool:
        """Whether some role gives the capability for at least one relationship."""
        return self.can(capability) or any(
            capability in CAPABILITIES[role] for roles in self.scoped.values() for role in roles
        )


_REGIONS = (
    "Africa/",
    "America/",
    "Antarctica/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
)


@cache
def zones() -> tuple[str, ...]:
    """The IANA zones that people are offered, sorted: those of places, and UTC."""
    return (*sorted(zone for zone in available_timezones() if zone.startswith(_REGIONS)), "UTC")


_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPad", "iPad"),
    ("iPhone", "iPhone"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def device(agent: str) -> Text:
    """A browser and its machine as people call them, from the User-Agent header: “Firefox on Windows”."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), None)
    system = next((name for mark, name in _SYSTEMS if mark in agent), None)
    if browser and system:
        return Text("%(browser)s on %(system)s", browser=browser, system=system)
    return Text("%(browser)s", browser=browser or system) if browser or system else Text("Unknown device")
