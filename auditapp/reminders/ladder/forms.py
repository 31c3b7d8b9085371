"""Forms of what can be said to a reminder."""

from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import HiddenInput

from auditapp.shell.forms import BaseForm

LONGEST_REASON = 2000


class SaidForm(BaseForm):
    """What every answer names: which state of the reminder it answers."""

    generation = IntegerField(validators=[InputRequired()], widget=HiddenInput())


class AcknowledgeForm(SaidForm):
    """It is in hand."""


class SnoozeForm(SaidForm):
    """Asked again on a day."""

    until = DateField(_l("Remind me again on"), [InputRequired(_l("Choose a day."))])
    reason = TextAreaField(_l("Why it is put off"), [Length(max=LONGEST_REASON)])


class NotMineForm(SaidForm):
    """It belongs to somebody else."""

    reason = TextAreaField(
        _l("Whose it is, or why it is not yours"),
        [InputRequired(_l("Say whose it is, or why it is not yours.")), Length(max=LONGEST_REASON)],
    )


class BlockedForm(SaidForm):
    """It waits for somebody else."""

    to_person_id = SelectField(_l("For whom it waits"), [InputRequired(_l("Choose for whom it waits."))])
    reason = TextAreaField(
        _l("What you wait for"), [InputRequired(_l("Say what you wait for.")), Length(max=LONGEST_REASON)]
    )
