"""When people want to be told: other hours, zones and countries, and who is away with whom standing in."""

from datetime import datetime
from functools import partial
from typing import Any

from auditapp.overview.demo.story import Story
from auditapp.people.service import set_preferences
from auditapp.reminders.quiet.service import add_absence, set_rhythm

MONDAY_TO_FRIDAY = (0, 1, 2, 3, 4)
# first name, zone (empty: the organization's), and what differs from the usual
CHOICES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("uma", "America/New_York", {"starts": 510, "ends": 1050, "digest": 510, "country": "US", "subdivision": "NY"}),
    ("rosa", "", {"work_days": (0, 1, 2, 3), "starts": 480, "ends": 960, "digest": 465, "deputy": "pip"}),
    ("sam", "", {"budget": 1, "channels": ("mail", "in_app")}),
    ("vera", "", {"country": "GB", "subdivision": "SCT", "starts": 450, "ends": 930, "digest": 450}),
    ("quin", "", {"deputy": "vera"}),
    ("kim", "", {"deputy": "leo", "digest": 480}),
    ("yara", "Europe/Amsterdam", {"starts": 480, "ends": 990, "channels": ("mail", "in_app")}),
    ("zoe", "Europe/Dublin", {"work_days": (1, 2, 3, 4)}),
)  # fmt: skip
# first name, said so many days ago, first and last day from today, who stands in, note
ABSENCES: tuple[tuple[str, int, int, int, str, str], ...] = (
    ("gwen", 60, -36, -25, "hugo", "Holidays"),
    ("quin", 12, -3, 6, "pip", "Knee operation"),
    ("kim", 5, 20, 32, "", "Holidays"),
    ("wes", 9, 10, 14, "", "Trade fair"),
)


def load_rhythms(story: Story, at: datetime) -> None:
    """Let a few people choose; the rest keep what is usual."""
    for first, zone, choice in CHOICES:
        who = story.people[first]
        if zone:
            set_preferences(story.session, actor=who, at=at, zone=zone, locale=who.locale, theme=who.theme)
        more = {**choice}
        deputy = more.pop("deputy", "")
        usual: dict[str, Any] = {
            "work_days": MONDAY_TO_FRIDAY, "starts": 540, "ends": 1020, "digest": 540, "budget": 6,
            "channels": ("slack", "mail", "in_app"),
        }  # fmt: skip
        set_rhythm(
            story.session, actor=who, at=at, person_id=who.person_id, version=0,
            deputy_id=story.people[deputy].person_id if deputy else None, **(usual | more),
        )  # fmt: skip
    for line in ABSENCES:
        story.tell(story.moment(-line[1], 8), partial(_away, story, line))


def _away(story: Story, line: tuple[str, int, int, int, str, str], at: datetime) -> None:
    first, _, first_day, last_day, deputy, note = line
    who = story.people[first]
    add_absence(
        story.session, actor=who, at=at, person_id=who.person_id, first_on=story.day(first_day),
        last_on=story.day(last_day), deputy_id=story.people[deputy].person_id if deputy else None, note=note,
    )  # fmt: skip
