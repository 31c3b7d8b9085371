"""Forms of audit programmes."""

from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from auditapp.audits.plan.forms import number_or_none, uuid_or_none
from auditapp.audits.programme.rules import FREQUENCY_KEYS
from auditapp.shell.forms import BaseForm, options

MOST_MONTHS = 60


def _months(label: Any) -> IntegerField:
    return IntegerField(
        label, validators=[InputRequired(_l("How many months?")), NumberRange(1, MOST_MONTHS)]
    )


class ProgrammeForm(BaseForm):
    """A programme: period, purpose, and how often it looks at what."""

    version = HiddenField()
    title = StringField(
        _l("Title"), validators=[InputRequired(_l("Give the programme a title.")), Length(max=200)]
    )
    starts_on = DateField(_l("First day"), validators=[InputRequired(_l("Choose the first day."))])
    ends_on = DateField(
        _l("Last day"),
        validators=[InputRequired(_l("Choose the last day."))],
        description=_l("Usually three years: a whole certification cycle."),
    )
    responsible_id = SelectField(
        _l("Responsible person"), coerce=uuid_or_none, validators=[InputRequired(_l("Choose a person."))]
    )
    objectives = TextAreaField(
        _l("Programme objectives"), description=_l("What the audits of this period are to achieve together.")
    )
    risks = TextAreaField(
        _l("Risks and opportunities of the programme"),
        description=_l("What could keep it from its objectives (people, time, access), and what could help."),
    )
    every_critical = _months(_l("Critical relationships"))
    every_high = _months(_l("Relationships of high priority"))
    every_medium = _months(_l("Relationships of medium priority"))
    every_low = _months(_l("Relationships of low priority"))
    every_system = _months(_l("The management system"))

    def offer(self, people: list[tuple[UUID, str]]) -> None:
        """Fill the choices."""
        self.responsible_id.choices = options([("", _l("Choose a person")), *people])

    def values(self) -> dict[str, Any]:
        """What the service takes; call it after the form was validated."""
        return {
            "title": self.title.data or "",
            "starts_on": self.starts_on.data,
            "ends_on": self.ends_on.data,
            "responsible_id": self.responsible_id.data,
            "objectives": self.objectives.data or "",
            "risks": self.risks.data or "",
            "frequency": {key: self[f"every_{key}"].data for key in FREQUENCY_KEYS},
        }

    @property
    def seen(self) -> int | None:
        """The version the page showed."""
        return number_or_none(self.version.data)


class DismissForm(BaseForm):
    """Why a proposed audit is not needed."""

    key = HiddenField()
    reason = StringField(
        _l("Why it is not needed"), validators=[InputRequired(_l("Give a reason; it stays on record."))]
    )
