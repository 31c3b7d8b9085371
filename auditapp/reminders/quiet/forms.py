"""Forms of when one is told, and of being away."""

from collections.abc import Collection
from datetime import time
from typing import Any
from uuid import UUID

from babel import Locale
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, SelectField, SelectMultipleField, StringField, TimeField
from wtforms.validators import InputRequired, Length
from wtforms.validators import Optional as MayBeEmpty
from wtforms.widgets import HiddenInput

from auditapp.people.organization.rules import countries, region_names
from auditapp.reminders.quiet.labels import CHANNEL_LABELS, WEEKDAYS
from auditapp.reminders.quiet.rules import CHANNELS, FULL_DAY, IN_APP, Rhythm, in_order
from auditapp.shell.forms import BaseForm, options

_TIME = [InputRequired(_l("Type a time, such as 09:00."))]


def as_time(minutes: int) -> time:
    """Minutes after midnight as a time; the end of the day is midnight."""
    return time(minutes // 60 % 24, minutes % 60)


def as_minutes(value: time | None) -> int:
    """A time as minutes after midnight."""
    return value.hour * 60 + value.minute if value else 0


class RhythmForm(BaseForm):
    """When and how somebody is told."""

    work_days = SelectMultipleField(_l("Working days"), coerce=int, choices=options(enumerate(WEEKDAYS)))
    starts = TimeField(_l("From"), _TIME)
    ends = TimeField(_l("To"), _TIME, description=_l("00:00 is midnight at the end of the day."))
    digest = TimeField(
        _l("Morning digest at"), _TIME, description=_l("Everything that is not urgent, in one message.")
    )
    budget = IntegerField(
        _l("Messages a day, at most"),
        [InputRequired(_l("Type a number from 1 to 20."))],
        description=_l("Over everything there is. What is left over comes with the next digest."),
    )
    first = SelectField(_l("Tell me by"))
    second = SelectField(_l("If that does not work, by"))
    country = SelectField(_l("Public holidays of"))
    # The regions offered are those of the country that is kept; with another country the choice falls away.
    region = SelectField(_l("Region"), validate_choice=False)
    deputy = SelectField(
        _l("Usual deputy"),
        description=_l("Is told while you are away, unless the absence names somebody else."),
    )
    version = IntegerField(validators=[MayBeEmpty()], widget=HiddenInput())

    def __init__(
        self,
        *args: object,
        kept_country: str,
        usual_country: str,
        deputies: Collection[tuple[UUID, str]],
        connected: Collection[str],
        **kwargs: object,
    ) -> None:
        """Offer countries, regions of the one that is kept, deputies as (id, name), and channels.

        ``usual_country`` holds for whoever chooses none; channels not in ``connected`` are named so.
        """
        super().__init__(*args, **kwargs)
        locale = get_locale() or Locale("en")
        known = countries(locale)
        usual = dict(known).get(usual_country, usual_country)
        self.country.choices = options([("", _l("As usual here: %(country)s", country=usual)), *known])
        self.region.choices = options([("", _l("The whole country")), *region_names(kept_country)])
        self.deputy.choices = options([("", _l("Nobody")), *deputies])
        named = [
            (
                one,
                CHANNEL_LABELS[one]
                if one in connected or one == IN_APP
                else _l("%(channel)s (not connected yet)", channel=CHANNEL_LABELS[one]),
            )
            for one in CHANNELS
        ]
        self.first.choices = options(named)
        self.second.choices = options([pair for pair in named if pair[0] != IN_APP] + [named[-1]])

    @property
    def hours(self) -> tuple[int, int]:
        """From and to in minutes after midnight."""
        return as_minutes(self.starts.data), as_minutes(self.ends.data) or FULL_DAY

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels in the order they are tried."""
        return in_order(self.first.data, self.second.data)


def shown(rhythm: Rhythm) -> dict[str, Any]:
    """What the form shows of a rhythm, but for holidays and deputy: those are shown as they were chosen."""
    order = (*rhythm.channels, IN_APP, IN_APP)
    return {
        "work_days": sorted(rhythm.work_days),
        "starts": as_time(rhythm.starts),
        "ends": as_time(rhythm.ends),
        "digest": as_time(rhythm.digest),
        "budget": rhythm.budget,
        "first": order[0],
        "second": order[1] if order[0] != IN_APP else IN_APP,
    }


class AbsenceForm(BaseForm):
    """Somebody is away."""

    first_on = DateField(_l("First day away"), [InputRequired(_l("Choose the first day."))])
    last_on = DateField(_l("Last day away"), [InputRequired(_l("Choose the last day."))])
    deputy = SelectField(_l("Who is told meanwhile"))
    note = StringField(
        _l("Note"), [Length(max=200)], description=_l("Only you and the system managers see it.")
    )

    def __init__(self, *args: object, deputies: Collection[tuple[UUID, str]], **kwargs: object) -> None:
        """Offer deputies as (id, name)."""
        super().__init__(*args, prefix="away-", **kwargs)
        self.deputy.choices = options([("", _l("The usual deputy")), *deputies])
