"""The form that orders an archive: the password is asked for again."""

from flask_babel import lazy_gettext
from wtforms import BooleanField
from wtforms.validators import InputRequired

from auditapp.audits.report.forms import SignatureForm


class OrderForm(SignatureForm):
    """The act of ordering: the own password or name, and that one knows what one takes away."""

    with_passwords = BooleanField(
        lazy_gettext("Put the hashes of passwords in"),
        default=True,
        description=lazy_gettext(
            "With them people sign in where it is imported as they do here; without them everybody needs a link there."
        ),
    )
    confirmed = BooleanField(
        lazy_gettext("I keep the file as safe as the database: everything about everybody is in it."),
        validators=[InputRequired(lazy_gettext("Tick this to order the archive."))],
    )
