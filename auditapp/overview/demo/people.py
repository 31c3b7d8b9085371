"""The people of the demonstration organization: plainly made up, from Ada Alder to Zoe Zinnia."""

from datetime import datetime
from functools import partial
from uuid import UUID

from argon2 import PasswordHasher

from auditapp.overview.demo.story import ZONE, Story
from auditapp.people.competence.service import record_competence, record_training
from auditapp.people.model import (
    Account,
    Organization,
    Setting,
)
from auditapp.people.persons.service import add_person, set_responsibilities
from auditapp.people.queries import principal_of_person
from auditapp.people.rules import Role
from auditapp.trail.service import record

# It is printed on the sign-in page of a demonstration: it protects nothing, and no other installation has it.
PASSWORD = "alder-to-zinnia"  # noqa: S105
NAME = "Hedgerow Infrastructure"
BOTH = ("iso44001-2017", "bs11000-1-2010")
OTHERS = ("gap-readiness", "relationship-health")

# first and second name, job title, roles held for all relationships
PEOPLE: tuple[tuple[str, str, tuple[Role, ...]], ...] = (
    ("Ada Alder", "Head of the collaboration management system", (Role.SYSTEM_MANAGER,)),
    ("Ben Birch", "Operations director", (Role.SER,)),
    ("Cora Cedar", "Assurance manager", (Role.PROGRAMME_MANAGER,)),
    ("Dan Dogwood", "Lead auditor", (Role.AUDITOR,)),
    ("Ella Elm", "Quality engineer", (Role.AUDITOR,)),
    ("Finn Fir", "Project controls lead", (Role.AUDITOR,)),
    ("Gwen Gorse", "Safety adviser", (Role.AUDITOR,)),
    ("Hugo Hazel", "Procurement analyst", (Role.AUDITOR,)),
    ("Iris Ivy", "Rail sector director", ()),
    ("Jon Juniper", "Energy sector director", ()),
    ("Kim Kapok", "Alliance manager, rail", ()),
    ("Leo Larch", "Alliance manager, energy", ()),
    ("Mia Maple", "Supply chain manager", ()),
    ("Noah Nettle", "Technology partnerships manager", ()),
    ("Oona Oak", "Commercial lead", (Role.ACTION_OWNER,)),
    ("Pip Poplar", "Information manager", (Role.ACTION_OWNER,)),
    ("Quin Quince", "Risk lead", (Role.ACTION_OWNER,)),
    ("Rosa Rowan", "Learning and people lead", (Role.ACTION_OWNER,)),
    ("Sam Sorrel", "Finance director", (Role.VIEWER,)),
    ("Tess Thyme", "Chair of the board", (Role.VIEWER,)),
    ("Uma Umbel", "Digital director", ()),
    ("Vera Vetch", "Business continuity lead", (Role.ACTION_OWNER,)),
)
# name, job title, partner: they see only what is theirs
CONTACTS: tuple[tuple[str, str, str], ...] = (
    ("Wes Willow", "Alliance director", "Copperbeck Rail"),
    ("Xavi Xyris", "Partnership manager", "Thistle & Tide Energy"),
    ("Yara Yew", "Account director", "Saltmarsh Logistics"),
    ("Zoe Zinnia", "Customer success lead", "Blue Heron Software"),
)
# first name, course, days ago, days until it expires (None: never), note
TRAINING: tuple[tuple[str, str, int, int | None, str], ...] = (
    (
        "dan",
        "Lead auditor of management systems (5 days)",
        700,
        395,
        "Passed, certificate in the personnel file",
    ),
    ("dan", "Collaborative relationships for auditors", 420, 675, ""),
    ("ella", "Internal auditor (2 days)", 510, 585, "Passed"),
    ("ella", "Collaborative relationships for auditors", 410, 685, ""),
    ("finn", "Internal auditor (2 days)", 480, 615, "Passed"),
    ("gwen", "Internal auditor (2 days)", 1130, -35, "Refresher booked"),
    ("hugo", "Internal auditor (2 days)", 1054, 41, "Passed"),
    ("cora", "Managing an audit programme", 600, None, ""),
    ("rosa", "Behaviours for collaboration: trainer", 330, None, ""),
    ("kim", "Relationship management foundation", 290, 805, ""),
)
# first name, libraries, days ago, days until it expires, basis
COMPETENCE: tuple[tuple[str, tuple[str, ...], int, int | None, str], ...] = (
    ("dan", BOTH + OTHERS, 690, 395, "Lead auditor course; 14 audits witnessed or led"),
    ("ella", BOTH + OTHERS, 500, 585, "Internal auditor course; 5 audits in a team"),
    ("finn", (*BOTH, "gap-readiness"), 470, 615, "Internal auditor course; 3 audits in a team"),
    ("gwen", BOTH, 1120, -35, "Internal auditor course; refresher due"),
    ("hugo", BOTH, 1040, 41, "Internal auditor course; refresher due"),
    ("cora", OTHERS, 600, None, "Programme manager; twelve years of assurance"),
)
# first name, what they are tried as on the sign-in page
TRY_IT: tuple[tuple[str, Role], ...] = (
    ("dan", Role.AUDITOR),
    ("oona", Role.ACTION_OWNER),
    ("cora", Role.PROGRAMME_MANAGER),
    ("ada", Role.SYSTEM_MANAGER),
    ("ben", Role.SER),
    ("kim", Role.RELATIONSHIP_MANAGER),
    ("wes", Role.PARTNER_CONTACT),
)
# first name, stage or process they answer for and so may not audit
RESPONSIBLE: tuple[tuple[str, str], ...] = (
    ("ada", "management_system"),
    ("hugo", "partner_selection"),
    ("rosa", "knowledge"),
    ("vera", "exit_strategy"),
)


def address(name: str) -> str:
    """``ada.alder@example.org``."""
    return f"{name.lower().replace(' ', '.')}@example.org"


def load_organization(story: Story, at: datetime) -> None:
    """The organization itself."""
    story.session.add(Organization(name=NAME, zone=ZONE, country="GB", demonstration=True, created_at=at))
    record(
        story.session, actor_id=None, at=at, verb="organization.made", thing_kind="organization", thing_id="1",
        thing_ref=NAME, after={"zone": ZONE, "country": "GB", "demonstration": True},
    )  # fmt: skip


def load_people(story: Story, at: datetime) -> None:
    """Everybody of the organization, with an account each; they all share one password, hashed once."""
    story.password_hash = PasswordHasher().hash(PASSWORD)
    for name, job_title, roles in PEOPLE:
        _add(story, name, job_title, at, roles=roles)
    for line in TRAINING:
        story.tell(max(at, story.moment(-line[2], 17)), partial(_trained, story, line))
    for entry in COMPETENCE:
        story.tell(max(at, story.moment(-entry[2], 17)), partial(_able, story, entry))
    for who, stage in RESPONSIBLE:
        set_responsibilities(
            story.session,
            actor=story.people["ada"],
            at=at,
            person_id=story.people[who].person_id,
            stages=[stage],
        )
    story.session.flush()


def _trained(story: Story, line: tuple[str, str, int, int | None, str], at: datetime) -> None:
    who, course, ago, left, note = line
    record_training(
        story.session,
        actor=story.people["cora"],
        at=at,
        person_id=story.people[who].person_id,
        course=course,
        taken_on=story.day(-ago),
        expires_on=None if left is None else story.day(left),
        note=note,
    )


def _able(story: Story, entry: tuple[str, tuple[str, ...], int, int | None, str], at: datetime) -> None:
    who, libraries, ago, left, basis = entry
    for library in libraries:
        record_competence(
            story.session,
            actor=story.people["cora"],
            at=at,
            person_id=story.people[who].person_id,
            library_key=library,
            since=story.day(-ago),
            expires_on=None if left is None else story.day(left),
            basis=basis,
        )


def load_contacts(story: Story, at: datetime) -> None:
    """The partners' own people; the partners must be there."""
    for name, job_title, partner in CONTACTS:
        _add(story, name, job_title, at, roles=(Role.PARTNER_CONTACT,), partner_id=story.partners[partner])


def load_try_it(story: Story, _: datetime) -> None:
    """What the sign-in page of a demonstration shows: whom to try it as, and the password they share."""
    shown = [
        {"name": who.name, "email": who.email, "role": role.value}
        for first, role in TRY_IT
        for who in (story.people[first],)
    ]
    story.session.add(Setting(key="demonstration", value={"password": PASSWORD, "accounts": shown}))


def refresh(story: Story, _: datetime) -> None:
    """Read everybody again as somebody who acts, with the roles they hold by now."""
    story.session.flush()
    for first, known in list(story.people.items()):
        found = principal_of_person(story.session, known.person_id)
        if found is not None:
            story.people[first] = found


def _add(
    story: Story,
    name: str,
    job_title: str,
    at: datetime,
    *,
    roles: tuple[Role, ...],
    partner_id: UUID | None = None,
) -> None:
    person_id = add_person(
        story.session,
        actor=story.people.get("ada"),
        at=at,
        name=name,
        email=address(name),
        job_title=job_title,
        zone=ZONE,
        partner_id=partner_id,
        roles=roles,
    )
    account = story.session.get(Account, person_id)
    if account is not None:
        account.password_hash = story.password_hash
        account.password_changed_at = at
    story.session.flush()
    who = principal_of_person(story.session, person_id)
    if who is not None:
        story.people[name.split(maxsplit=1)[0].lower()] = who
