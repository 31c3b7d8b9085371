"""How days and times of a rhythm are said. Pure."""

from collections.abc import Collection, Mapping

from auditapp.kit.text import Text

WEEKDAYS: tuple[Text, ...] = (
    Text("Monday"),
    Text("Tuesday"),
    Text("Wednesday"),
    Text("Thursday"),
    Text("Friday"),
    Text("Saturday"),
    Text("Sunday"),
)
CHANNEL_LABELS: Mapping[str, Text] = {
    "slack": Text("Slack"),
    "mail": Text("E-mail"),
    "in_app": Text("The notices in the site"),
}


def clock_words(minutes: int) -> str:
    """Minutes after midnight as a clock shows them: “09:00”; the end of the day is “24:00”."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def minutes_from(text: str) -> int:
    """What `clock_words` made. Raises ValueError for anything else."""
    hours, minutes = text.split(":")
    if not (hours.isdecimal() and minutes.isdecimal() and int(minutes) < 60 and int(hours) <= 24):  # noqa: PLR2004 - a clock
        raise ValueError(text)
    return int(hours) * 60 + int(minutes)


def days_words(work_days: Collection[int]) -> Text:
    """Days of the week in words: “Monday to Friday”, “Monday, Tuesday and Thursday”."""
    days = sorted(work_days)
    names = [WEEKDAYS[day] for day in days]
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):  # noqa: PLR2004 - two are named
        return Text("%(first)s to %(last)s", first=names[0], last=names[-1])
    said = names[0]
    for name in names[1:-1]:
        said = Text("%(days)s, %(day)s", days=said, day=name)
    return said if len(names) == 1 else Text("%(days)s and %(day)s", days=said, day=names[-1])
