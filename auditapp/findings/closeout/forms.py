"""The form of carrying a nonconformity over."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, TextAreaField
from wtforms.validators import InputRequired

from auditapp.shell.forms import BaseForm


class CarryOverForm(BaseForm):
    """Why the audit can be completed although it is open."""

    reason = TextAreaField(
        _l("Why can the audit be completed while it is open?"),
        [InputRequired(_l("Say why; it stays on record."))],
    )
    version = HiddenField()

    @property
    def seen(self) -> int | None:
        """The version that the page was made from."""
        given = self.version.data or ""
        return int(given) if given.isdecimal() and len(given) < 10 else None  # noqa: PLR2004 - what a column holds
