"""Forms of joint actions."""

from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.validators import Optional as MayBeEmpty
from wtforms.widgets import HiddenInput

from auditapp.relationships.rules import SHARING_LABELS
from auditapp.shell.forms import BaseForm, options


class ActionForm(BaseForm):
    """What is to be done, by whom, until when, and who reads it."""

    title = StringField(
        _l("What is to be done"), [InputRequired(_l("Say what is to be done.")), Length(max=200)]
    )
    owner = SelectField(_l("By whom"))
    due_on = DateField(_l("Until"), [InputRequired(_l("Choose a day."))])
    text = TextAreaField(_l("More about it"), [Length(max=8000)])
    sharing = SelectField(
        _l("Who reads it"),
        choices=options(SHARING_LABELS.items()),
        description=_l("What a partner's person is to do is always shared."),
    )
    version = IntegerField(validators=[MayBeEmpty()], widget=HiddenInput())


class NoteForm(BaseForm):
    """A word, or a reason."""

    note = TextAreaField(_l("Note"), [Length(max=4000)])
    sharing = SelectField(_l("Who reads it"), choices=options(SHARING_LABELS.items()), default="internal")


class TimeForm(BaseForm):
    """More time."""

    until = DateField(_l("Until"), [InputRequired(_l("Choose a day."))])
    reason = TextAreaField(_l("Why"), [InputRequired(_l("Say why more time is needed.")), Length(max=4000)])
