"""Forms of objectives, measures and readings."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import DateField, FloatField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.validators import Optional as MayBeEmpty
from wtforms.widgets import HiddenInput

from auditapp.relationships.registers.objectives.rules import (
    DIRECTION_LABELS,
    INTERVAL_LABELS,
    WHOSE_LABELS,
)
from auditapp.relationships.rules import SHARING_LABELS, STAGE_LABELS, STAGES
from auditapp.shell.forms import BaseForm, options

NOBODY = ("", _l("Nobody yet"))
NUMBER = InputRequired(_l("Type a number, such as 12.5."))


class FigureField(FloatField):
    """A number as people type it: with a point or a comma."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take it, or say how a number looks."""
        if not valuelist or not str(valuelist[0]).strip():
            self.data = None
            return
        try:
            self.data = float(str(valuelist[0]).strip().replace("\N{NO-BREAK SPACE}", "").replace(",", "."))
        except ValueError:
            self.data = None
            raise ValueError(gettext("Type a number, such as 12.5.")) from None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data:.12g}"


class ObjectiveForm(BaseForm):
    """What is to be reached, by when, and whose it is."""

    whose = SelectField(
        _l("Whose objective"),
        choices=options(WHOSE_LABELS.items()),
        description=_l("A joint one is shared, and each party agrees to it."),
    )
    statement = StringField(
        _l("Objective"),
        [InputRequired(_l("Say in a sentence what is to be reached.")), Length(max=400)],
        description=_l("One sentence that both sides would understand alike."),
    )
    details = TextAreaField(_l("More about it"), [Length(max=8000)], description=_l("Markdown."))
    stage = SelectField(
        _l("Stage it serves"),
        choices=options([("", _l("None in particular")), *((one, STAGE_LABELS[one]) for one in STAGES)]),
    )
    clause = StringField(_l("Clause"), [Length(max=60)], description=_l("Such as 8.6.3."))
    owner = SelectField(_l("Owner"), description=_l("Who answers for it."))
    target_on = DateField(_l("Target date"), [MayBeEmpty()])
    sharing = SelectField(
        _l("Who reads it"),
        choices=options(SHARING_LABELS.items()),
        description=_l("A joint objective is shared in any case."),
    )
    version = IntegerField(validators=[MayBeEmpty()], widget=HiddenInput())

    def offer(self, people: list[tuple[str, str]]) -> None:
        """Offer people as owners."""
        self.owner.choices = options([NOBODY, *people])


class MeasureForm(BaseForm):
    """How one would know."""

    name = StringField(_l("What is measured"), [InputRequired(_l("Say what is measured.")), Length(max=200)])
    unit = StringField(
        _l("Unit"), [Length(max=30)], description=_l("Such as days or GBP; a percent sign will do.")
    )
    direction = SelectField(_l("What is good"), choices=options(DIRECTION_LABELS.items()))
    target = FigureField(_l("Target"), [NUMBER], description=_l("Of a range: its lower end."))
    target_high = FigureField(_l("Upper end of the range"), [MayBeEmpty()])
    tolerance = FigureField(
        _l("Band for attention"),
        [MayBeEmpty()],
        description=_l("How far beside the target a reading may lie and only needs attention."),
    )
    baseline = FigureField(_l("Baseline"), [MayBeEmpty()], description=_l("Where it stood at the beginning."))
    method = TextAreaField(
        _l("How it is measured"),
        [Length(max=4000)],
        description=_l("Agree it with the other side: what counts, from which source."),
    )
    measured_by = SelectField(_l("Who measures"))
    interval = SelectField(_l("How often it is read"), choices=options(INTERVAL_LABELS.items()))
    starts_on = DateField(
        _l("Measured from"),
        [MayBeEmpty()],
        description=_l("The first reading is due one interval after this day."),
    )
    version = IntegerField(validators=[MayBeEmpty()], widget=HiddenInput())

    def offer(self, people: list[tuple[str, str]]) -> None:
        """Offer people who may measure."""
        self.measured_by.choices = options([NOBODY, *people])


class ReadingForm(BaseForm):
    """A value on a day."""

    read_on = DateField(_l("Day"), [InputRequired(_l("Say for which day."))])
    value = FigureField(_l("Value"), [NUMBER])
    note = TextAreaField(_l("Note"), [Length(max=4000)])


class CorrectionForm(ReadingForm):
    """A reading as it should have been."""

    reason = TextAreaField(
        _l("Why"),
        [Length(max=4000)],
        description=_l("The reading as it was stays on record with this reason."),
    )


class ReasonForm(BaseForm):
    """Why, or how one knows."""

    reason = TextAreaField(_l("Why"), [Length(max=4000)])


class AgreeForm(BaseForm):
    """A party agrees to the words as they stand."""

    note = TextAreaField(_l("Note"), [Length(max=4000)])
    version = IntegerField(validators=[MayBeEmpty()], widget=HiddenInput())
