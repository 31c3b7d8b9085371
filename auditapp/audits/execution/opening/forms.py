"""Forms of the opening meeting."""

from flask_babel import lazy_gettext
from wtforms import DateTimeLocalField, TextAreaField
from wtforms.validators import InputRequired

from auditapp.shell.forms import BaseForm


class OpeningForm(BaseForm):
    """When it was held and who was there."""

    held_at = DateTimeLocalField(
        lazy_gettext("When was it held?"),
        [InputRequired(lazy_gettext("Say when the opening meeting was held."))],
        format="%Y-%m-%dT%H:%M",
    )
    participants = TextAreaField(lazy_gettext("Who was there?"))
    notes = TextAreaField(lazy_gettext("What was said or changed?"))
