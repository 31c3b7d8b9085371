"""Partners and relationships of the demonstration: eight, in different stages, one of them ended."""

from datetime import datetime

from auditapp.kit.ids import new_id
from auditapp.overview.demo.story import Story
from auditapp.people.persons.service import grant_role
from auditapp.people.rules import Role
from auditapp.relationships.model import Partner, Relationship, RelationshipPartner
from auditapp.relationships.rules import Kind, Priority, Stage
from auditapp.trail.service import record

# name, sector, country, note
PARTNERS: tuple[tuple[str, str, str, str], ...] = (
    (
        "Copperbeck Rail",
        "Rail operation",
        "GB",
        "Operates the line whose renewal we plan and build together.",
    ),
    ("Thistle & Tide Energy", "Energy", "GB", "Shares the risk and the gain of the tidal scheme."),
    (
        "Saltmarsh Logistics",
        "Logistics",
        "NL",
        "Brings plant and material to every site since the framework.",
    ),
    ("Blue Heron Software", "Software", "IE", "Shortlisted to run the shared site model."),
    ("Quarry Lane Materials", "Building materials", "GB", "Half of the Northlight joint venture."),
    (
        "Moorland Facilities",
        "Facilities (our own division)",
        "GB",
        "Our division; worked with as with a partner.",
    ),
    ("Tern & Tern Consulting", "Consulting", "GB", "Design support until the framework ended."),
    ("Kingfisher Design", "Architecture", "FR", "Known from two bids; nothing signed yet."),
)
# ref, name, partners, kind, stage, priority, SER, owner, manager, started days ago, ended days ago, purpose
RELATIONSHIPS: tuple[
    tuple[str, str, tuple[str, ...], Kind, Stage, Priority, str, str, str, int | None, int | None, str], ...
] = (
    (
        "R-01", "Copperbeck line renewal", ("Copperbeck Rail",), Kind.CUSTOMER, Stage.WORKING_TOGETHER,
        Priority.CRITICAL, "ben", "iris", "kim", 760, None,
        "Renew 84 km of line with the operator in one team: fewer possessions, one programme, shared savings.",
    ),
    (
        "R-02", "Tidal scheme alliance", ("Thistle & Tide Energy",), Kind.ALLIANCE, Stage.VALUE_CREATION,
        Priority.HIGH, "ben", "jon", "leo", 1100, None,
        "Build and improve a tidal scheme neither could carry alone; ideas are shared in a joint innovation fund.",
    ),
    (
        "R-03", "Logistics framework", ("Saltmarsh Logistics",), Kind.SUPPLIER, Stage.STAYING_TOGETHER,
        Priority.MEDIUM, "ben", "iris", "mia", 1900, None,
        "One logistics partner for all sites, with joint forecasting and measured trust.",
    ),
    (
        "R-04", "Shared site model", ("Blue Heron Software",), Kind.SUPPLIER, Stage.PARTNER_SELECTION,
        Priority.HIGH, "ben", "uma", "noah", 120, None,
        "A site model that all partners build in; the selection weighs behaviour as much as function.",
    ),
    (
        "R-05", "Northlight joint venture", ("Quarry Lane Materials", "Copperbeck Rail"), Kind.JOINT_VENTURE,
        Stage.WORKING_TOGETHER, Priority.CRITICAL, "ben", "jon", "mia", 540, None,
        "A company of three that makes low-carbon sleepers; governance is joint, staff are seconded.",
    ),
    (
        "R-06", "Facilities with our own division", ("Moorland Facilities",), Kind.INTERNAL_DIVISION,
        Stage.INTERNAL_ASSESSMENT, Priority.LOW, "ben", "uma", "noah", 90, None,
        "Treat our own division as we treat a partner: agreed objectives, joint risks, a way out.",
    ),
    (
        "R-07", "Design support framework", ("Tern & Tern Consulting",), Kind.SUPPLIER, Stage.EXIT_STRATEGY,
        Priority.LOW, "ben", "iris", "kim", 1500, 150,
        "Ended as planned when the framework ran out; knowledge was handed over, lessons were kept.",
    ),
    (
        "R-08", "Station design partnership", ("Kingfisher Design",), Kind.ALLIANCE, Stage.KNOWLEDGE,
        Priority.MEDIUM, "ben", "uma", "noah", 45, None,
        "Find out whether bidding together for stations is worth more than bidding apart.",
    ),
)  # fmt: skip


def load_partners(story: Story, at: datetime) -> None:
    """The eight partners."""
    for name, sector, country, note in PARTNERS:
        partner = Partner(id=new_id(), name=name, sector=sector, country=country, note=note, created_at=at)
        story.session.add(partner)
        story.partners[name] = partner.id
    story.session.flush()
    for name, partner_id in story.partners.items():
        record(
            story.session,
            actor_id=story.people["ada"].person_id,
            at=at,
            verb="partner.added",
            thing_kind="partner",
            thing_id=partner_id,
            thing_ref=name,
        )


def load_relationships(story: Story, at: datetime) -> None:
    """The eight relationships, with the roles that are given for each alone."""
    for ref, name, partners, kind, stage, priority, ser, owner, manager, ago, ended, purpose in RELATIONSHIPS:
        found = Relationship(
            id=new_id(),
            ref=ref,
            name=name,
            kind=kind,
            stage=stage,
            priority=priority,
            purpose=purpose,
            ser_id=story.people[ser].person_id,
            owner_id=story.people[owner].person_id,
            manager_id=story.people[manager].person_id,
            started_on=None if ago is None else story.day(-ago),
            ended_on=None if ended is None else story.day(-ended),
            created_at=at,
        )
        story.session.add(found)
        story.session.flush()
        story.session.add_all(
            RelationshipPartner(relationship_id=found.id, partner_id=story.partners[partner])
            for partner in partners
        )
        story.relationships[ref] = found.id
        record(
            story.session,
            actor_id=story.people["ada"].person_id,
            at=at,
            verb="relationship.added",
            thing_kind="relationship",
            thing_id=found.id,
            thing_ref=ref,
            after={"name": name, "stage": stage.value, "priority": priority.value},
        )
        for who, role in ((owner, Role.RELATIONSHIP_OWNER), (manager, Role.RELATIONSHIP_MANAGER)):
            grant_role(
                story.session,
                actor=story.people["ada"],
                at=at,
                person_id=story.people[who].person_id,
                role=role,
                relationship_id=found.id,
            )
