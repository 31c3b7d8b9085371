"""The form that asks what a file is."""

from flask_babel import lazy_gettext
from wtforms import FileField, StringField
from wtforms.validators import Length, Optional

from auditapp.shell.forms import BaseForm


class GenuineForm(BaseForm):
    """A file, or its SHA-256; the file itself is read by the route and not kept."""

    file = FileField(lazy_gettext("Photo or rescue file"))
    sha256 = StringField(lazy_gettext("Or its SHA-256"), [Optional(), Length(max=200)])
