"""What is written for one reader where there is no page."""

from datetime import UTC, date, datetime

import pytest

from auditapp.kit.text import Text, day_words
from auditapp.shell.reader import Reader

TODAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 11, 26), "yesterday"),
        (date(2026, 11, 27), "today"),
        (date(2026, 11, 28), "tomorrow"),
        (date(2026, 12, 4), "Friday 4 December"),
        (date(2027, 1, 4), "Monday 4 January 2027"),
        (date(2025, 12, 31), "Wednesday 31 December 2025"),
    ],
)
def test_days_as_people_say_them(day, said):
    assert Reader(locale="en", zone="UTC").day(day, today=TODAY) == said


def test_other_languages_and_zones():
    reader = Reader(locale="fr_CA", zone="America/Toronto")
    assert reader.day(date(2026, 12, 4), today=TODAY) == "vendredi 4 décembre"
    late = datetime(2026, 11, 28, 3, 30, tzinfo=UTC)
    assert reader.day_of(late) == TODAY
    assert reader.moment(late, today=TODAY) == "today, 22:30", "no catalogue is there yet"
    assert (reader.language, reader.direction) == ("fr-CA", "ltr")
    assert Reader(locale="ar", zone="UTC").direction == "rtl"


def test_texts_within_texts():
    reader = Reader(locale="en", zone="UTC")
    assert reader.say(Text("It is due on %(day)s.", day=day_words(TODAY))) == "It is due on 27 November 2026."
    assert reader.say("as it was written: 100%") == "as it was written: 100%"
