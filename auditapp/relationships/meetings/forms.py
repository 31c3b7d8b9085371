"""Forms of meetings."""

from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    DateTimeLocalField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length
from wtforms.validators import Optional as MayBeEmpty
from wtforms.widgets import HiddenInput

from auditapp.people.rules import zones
from auditapp.relationships.meetings.rules import KIND_LABELS
from auditapp.relationships.rules import SHARING_LABELS
from auditapp.shell.forms import BaseForm, options


class MeetingForm(BaseForm):
    """A meeting: when, where, about what, with whom."""

    kind = SelectField(_l("Kind"), choices=options(KIND_LABELS.items()))
    title = StringField(_l("Title"), [InputRequired(_l("Name the meeting.")), Length(max=200)])
    starts_at = DateTimeLocalField(_l("When"), [InputRequired(_l("Choose a day and a time."))])
    zone = SelectField(_l("By the clocks of"), choices=options((zone, zone) for zone in zones()))
    place = StringField(_l("Where, or the address of the call"), [Length(max=300)])
    agenda = TextAreaField(
        _l("Agenda"), [Length(max=8000)], description=_l("Markdown; one point to a line begins with -.")
    )
    invited = SelectMultipleField(_l("Who is invited"))
    sharing = SelectField(_l("Who reads it"), choices=options(SHARING_LABELS.items()))
    reason = StringField(
        _l("Why it is moved"), [Length(max=400)], description=_l("Only if the time changes.")
    )
    version = IntegerField(validators=[MayBeEmpty()], widget=HiddenInput())


class HoldForm(BaseForm):
    """It was held."""

    present = SelectMultipleField(_l("Who was there"))
    also = StringField(_l("Also there"), [Length(max=400)])


class MinutesForm(BaseForm):
    """The minutes."""

    minutes = TextAreaField(_l("Minutes"), description=_l("Markdown: # for a heading, - for a list."))
    version = IntegerField(validators=[MayBeEmpty()], widget=HiddenInput())


class DecisionForm(BaseForm):
    """A decision, in a line."""

    text = StringField(_l("What was decided"), [InputRequired(_l("Say what was decided.")), Length(max=2000)])
    ours = StringField(_l("For us"), [Length(max=200)])
    theirs = StringField(_l("For the partner"), [Length(max=200)])


class QuickActionForm(BaseForm):
    """An action, in a line."""

    title = StringField(
        _l("What is to be done"), [InputRequired(_l("Say what is to be done.")), Length(max=200)]
    )
    owner = SelectField(_l("By whom"), [InputRequired(_l("Choose somebody."))])
    due_on = DateField(_l("Until"), [InputRequired(_l("Choose a day."))])


class WordForm(BaseForm):
    """A reason, or where something is written down."""

    note = TextAreaField(_l("Note"), [Length(max=4000)])
