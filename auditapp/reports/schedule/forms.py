"""The form that has a report come by itself."""

from collections.abc import Iterable
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField, SelectField
from wtforms.validators import NumberRange, Optional

from auditapp.people.rules import zones
from auditapp.reports.schedule.rules import FORM_LABELS, RHYTHM_LABELS, WEEKDAYS, Form, Rhythm, What
from auditapp.reports.schedule.service import Wish
from auditapp.shell.forms import BaseForm, options


class ScheduleForm(BaseForm):
    """Which report, for whom, when, in which form."""

    report = SelectField(_l("Report"))
    person_id = SelectField(_l("For"))
    rhythm = RadioField(_l("When"), choices=options(RHYTHM_LABELS.items()), default=Rhythm.MONTHLY.value)
    weekday = SelectField(
        _l("Day of the week"), choices=options((str(number), one) for number, one in enumerate(WEEKDAYS))
    )
    day = IntegerField(
        _l("Day of the month"),
        [Optional(), NumberRange(1, 31, message=_l("Type a day of the month, from 1 to 31."))],
        default=1,
        description=_l("Counts when it comes every month; a month that is shorter has its last day."),
    )
    zone = SelectField(
        _l("Time zone"), description=_l("It is made at six in the morning there, and sent in working hours.")
    )
    form = RadioField(_l("In which form"), choices=options(FORM_LABELS.items()), default=Form.PDF.value)

    def offer(self, reports: Iterable[tuple[str, str]], people: Iterable[tuple[str, str]]) -> None:
        """Offer these reports, these people and the zones there are."""
        self.report.choices = options(reports)
        self.person_id.choices = options(people)
        self.zone.choices = options((zone, zone.replace("_", " ")) for zone in zones())

    def wish(self) -> Wish:
        """What was chosen."""
        what, _, standard = str(self.report.data).partition(":")
        rhythm = Rhythm(self.rhythm.data)
        weekly = rhythm is Rhythm.WEEKLY
        return Wish(
            person_id=UUID(self.person_id.data),
            what=What(what),
            standard=standard,
            rhythm=rhythm,
            day=int(self.weekday.data) if weekly else self.day.data or 0,
            zone=self.zone.data,
            form=Form(self.form.data),
        )
