"""Forms of the communications plan."""

from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.validators import Optional as MayBeEmpty
from wtforms.widgets import HiddenInput

from auditapp.relationships.registers.communications.rules import (
    AUDIENCE_LABELS,
    CHANNEL_LABELS,
    HOW_OFTEN_LABELS,
)
from auditapp.relationships.rules import SHARING_LABELS
from auditapp.shell.forms import BaseForm, options


class CommunicationForm(BaseForm):
    """A row of the plan."""

    what = StringField(_l("What is told"), [InputRequired(_l("Say what is told.")), Length(max=200)])
    purpose = TextAreaField(_l("What for"), [Length(max=2000)])
    audience = SelectField(_l("To which party"), choices=options(AUDIENCE_LABELS.items()))
    audience_roles = StringField(
        _l("To whom there"), [Length(max=200)], description=_l("Roles or groups, such as the joint team.")
    )
    channel = SelectField(_l("By which way"), choices=options(CHANNEL_LABELS.items()))
    how_often = SelectField(_l("How often"), choices=options(HOW_OFTEN_LABELS.items()))
    first_on = DateField(
        _l("First on"),
        [InputRequired(_l("Say on which day it is first due."))],
        description=_l("All later days are counted from this one."),
    )
    owner = SelectField(_l("Who does it"))
    confidentiality = TextAreaField(
        _l("Confidentiality"),
        [Length(max=2000)],
        description=_l("What must not be told, or only to some. Whoever reads the row reads this too."),
    )
    sharing = SelectField(_l("Who reads it"), choices=options(SHARING_LABELS.items()))
    version = IntegerField(validators=[MayBeEmpty()], widget=HiddenInput())


class DoneForm(BaseForm):
    """It was done."""

    done_on = DateField(_l("Done on"), [InputRequired(_l("Say on which day."))])
    note = TextAreaField(_l("Note"), [Length(max=2000)], description=_l("What came back, if anything did."))
