"""Loading the demonstration organization: names are plainly made up, dates are relative to the moment of loading."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from auditapp.audits.plan.rules import add_months
from auditapp.audits.programme.service import create_programme
from auditapp.checklists.service import import_shipped
from auditapp.kit.storage import Store
from auditapp.overview.demo.audits import TALES
from auditapp.overview.demo.closing import Closing
from auditapp.overview.demo.gap import load_gap
from auditapp.overview.demo.management_reviews import load_reviews
from auditapp.overview.demo.nonconformities import tell_nonconformities
from auditapp.overview.demo.partners import load_partners, load_relationships
from auditapp.overview.demo.people import load_contacts, load_organization, load_people, load_try_it, refresh
from auditapp.overview.demo.planning import Planned
from auditapp.overview.demo.relationships_behaviours import load_behaviours
from auditapp.overview.demo.relationships_certificate import load_certificate
from auditapp.overview.demo.relationships_contacts import load_members
from auditapp.overview.demo.relationships_exits import load_exits
from auditapp.overview.demo.relationships_health import load_health
from auditapp.overview.demo.relationships_issues import load_issues
from auditapp.overview.demo.relationships_meetings import load_meetings
from auditapp.overview.demo.relationships_objectives import load_objectives
from auditapp.overview.demo.relationships_obligations import load_obligations
from auditapp.overview.demo.relationships_plans import load_plans
from auditapp.overview.demo.relationships_registers import load_registers
from auditapp.overview.demo.relationships_stages import load_stages
from auditapp.overview.demo.reminders import tell_reminders
from auditapp.overview.demo.report_templates import load_templates
from auditapp.overview.demo.rhythms import load_rhythms
from auditapp.overview.demo.schedules import load_schedules
from auditapp.overview.demo.story import Story
from auditapp.overview.demo.walk import Walk

FIRST_DAY = -500  # days before the moment of loading
# Each begins when the relationships are there, and adds its own later events.
OF_RELATIONSHIPS = (
    load_members,
    load_stages,
    load_certificate,
    load_plans,
    load_issues,
    load_exits,
    load_objectives,
    load_health,
    load_registers,
    load_behaviours,
    load_meetings,
    load_obligations,
    load_rhythms,
    load_templates,
    load_reviews,
    load_gap,
)


Chapter = Callable[[Story, datetime], None]
_from_above: list[Chapter] = []


def tell_too(chapter: Chapter) -> None:
    """Let a room above this one add its chapter; the same one again is told once."""
    if chapter not in _from_above:
        _from_above.append(chapter)


def load_demonstration(session: Session, store: Store, *, at: datetime) -> None:
    """Fill an empty database with a believable organization and three years of its audit programme.

    Runs inside the caller's one writing unit and takes seconds. Photos are drawn by the program and put into
    ``store``. Everything goes through the services, at moments before ``at``, so that the trail reads true.
    """
    story = Story(session=session, store=store, at=at)
    chapters = (
        load_organization,
        load_people,
        load_partners,
        load_contacts,
        load_relationships,
        refresh,
        load_try_it,
        load_libraries,
        load_programme,
        tell_nonconformities,
    )
    for hour, chapter in enumerate(chapters, start=9):
        story.tell(story.moment(FIRST_DAY, hour), partial(chapter, story))
    for minute, chapter in enumerate(OF_RELATIONSHIPS):
        story.tell(story.moment(FIRST_DAY + 3, 9, minute), partial(chapter, story))
    for tale in TALES:
        Planned(story, tale, _carry_out).tell()
    tell_reminders(story)
    story.tell(story.at, partial(load_schedules, story))
    for added in _from_above:
        story.tell(story.at, partial(added, story))
    story.run()


def _carry_out(planned: Planned) -> None:
    Walk(planned).tell()
    Closing(planned).tell()


def load_libraries(story: Story, at: datetime) -> None:
    """The clause libraries that come with the product."""
    for edition in import_shipped(story.session, actor=story.people["ada"], at=at):
        story.editions[edition.library_key] = edition.id


def load_programme(story: Story, at: datetime) -> None:
    """The three-year audit programme, begun fifteen months ago."""
    first = add_months(story.today.replace(day=1), -15)
    programme = create_programme(
        story.session,
        actor=story.people["cora"],
        at=at,
        title="Three-year audit programme for collaborative relationships",
        starts_on=first,
        ends_on=add_months(first, 36) - timedelta(days=1),
        objectives="See every stage of the life cycle and every clause around it at least once in three years; look "
        "at critical relationships each year; be ready for the certification body at any time.",
        risks="Too few auditors are independent of the rail sector: two more are being trained. Partners who take "
        "part in audits trust the results: invite them. A change of the standard is expected.",
        frequency={"critical": 12, "high": 12, "medium": 24, "low": 36, "system": 12},
    )
    story.programme_id = programme.id
