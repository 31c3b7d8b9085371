"""The form that takes a rescue file."""

from flask_babel import lazy_gettext
from wtforms import FileField, StringField
from wtforms.validators import InputRequired, Length

from auditapp.audits.tablet.rescue.rules import LONGEST_PHRASE
from auditapp.shell.forms import BaseForm


class RescueForm(BaseForm):
    """The file as the tablet made it, and what opens it; the file itself is read by the route."""

    file = FileField(lazy_gettext("Rescue file"))
    phrase = StringField(
        lazy_gettext("Passphrase"),
        [InputRequired(lazy_gettext("Type the passphrase of the file.")), Length(max=LONGEST_PHRASE)],
    )
