"""Reports that come to a few people by themselves, asked for on the day of loading: the first of them is still to come."""

from datetime import datetime

from auditapp.overview.demo.story import ZONE, Story
from auditapp.reports.readiness.queries.picture import shelf_of
from auditapp.reports.schedule.rules import BY_STANDARD, Form, Rhythm, What
from auditapp.reports.schedule.service import Wish, add

# whose, asked for by whom, what, when, day
WISHES: tuple[tuple[str, str, What, Rhythm, int, Form], ...] = (
    ("ben", "ada", What.READINESS, Rhythm.FIRST_WORKING_DAY, 0, Form.PDF),
    ("cora", "cora", What.STUCK, Rhythm.WEEKLY, 0, Form.SUMMARY),
    ("ada", "ada", What.TRENDS, Rhythm.MONTHLY, 1, Form.PDF),
)


def load_schedules(story: Story, at: datetime) -> None:
    """The system manager sets one for the Senior Executive Responsible; others ask for themselves."""
    standard = shelf_of(story.session).standards[0].id
    for whose, by, what, rhythm, day, form in WISHES:
        wish = Wish(
            person_id=story.people[whose].person_id, what=what, standard=standard if what in BY_STANDARD else "",
            rhythm=rhythm, day=day, zone=ZONE, form=form,
        )  # fmt: skip
        add(story.session, actor=story.people[by], at=at, wish=wish)
