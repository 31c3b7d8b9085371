"""Forms of obligations."""

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Regexp
from wtforms.validators import Optional as MayBeEmpty
from wtforms.widgets import HiddenInput

from auditapp.relationships.obligations.rules import WHOSE_LABELS, Scope
from auditapp.relationships.rules import STAGE_LABELS, STAGES
from auditapp.shell.forms import BaseForm, options


class RuleForm(BaseForm):
    """A rule: what, whose, how often, how long before, by which clause."""

    title = StringField(
        _l("What has to be done"), [Length(max=200)], description=_l("Empty: the name it comes with.")
    )
    scope = SelectField(
        _l("For what"),
        choices=options(
            [
                (Scope.SYSTEM, _l("Once, for the management system")),
                (Scope.RELATIONSHIP, _l("For each relationship")),
            ]
        ),
    )
    months = IntegerField(
        _l("Every so many months"), [InputRequired(_l("A number; 0 for none.")), NumberRange(0, 120)]
    )
    days = IntegerField(
        _l("and so many days"), [InputRequired(_l("A number; 0 for none.")), NumberRange(0, 3720)]
    )
    whose = SelectMultipleField(_l("Who is reminded"), choices=options(WHOSE_LABELS.items()))
    lead_days = StringField(
        _l("Reminded how many days before"),
        [Regexp(r"^[\d,; ]*$", message=_l("Numbers with commas between, such as 30, 7."))],
        description=_l("Such as 30, 7."),
    )
    from_stage = SelectField(
        _l("From which stage of a relationship on"),
        choices=options((stage, STAGE_LABELS[stage]) for stage in STAGES),
    )
    bs = StringField(_l("Clauses of BS 11000"), [Length(max=60)])
    iso = StringField(_l("Clauses of ISO 44001"), [Length(max=60)])
    active = BooleanField(_l("Switched on"), default=True)
    version = IntegerField(validators=[MayBeEmpty()], widget=HiddenInput())

    @property
    def leads(self) -> list[int]:
        """The lead times as numbers."""
        return [
            int(one[:6])
            for one in (self.lead_days.data or "").replace(";", ",").replace(" ", ",").split(",")
            if one
        ]


class DoneForm(BaseForm):
    """It was done."""

    on = DateField(_l("Done on"), [InputRequired(_l("Say on which day."))])
    note = TextAreaField(_l("What was done, and where it is written down"), [Length(max=4000)])


class SkipForm(BaseForm):
    """It is skipped."""

    note = TextAreaField(_l("Why it is skipped"), [InputRequired(_l("Say why. It stays on record."))])
    all_missed = BooleanField(_l("All that were missed until today, with this reason"))


class MoveForm(BaseForm):
    """This time on another day."""

    due_on = DateField(_l("On which day"), [InputRequired(_l("Choose a day."))])
    reason = TextAreaField(_l("Why it is moved"), [InputRequired(_l("Say why. It stays on record."))])
