"""Forms that the registers share."""

from flask_babel import lazy_gettext as _l
from wtforms import DateField, TextAreaField
from wtforms.validators import InputRequired, Length

from auditapp.shell.forms import BaseForm

NOBODY = ("", _l("Nobody yet"))


class ReviewedForm(BaseForm):
    """A whole register was reviewed."""

    on = DateField(_l("Reviewed on"), [InputRequired(_l("Say on which day."))])
    outcome = TextAreaField(
        _l("What came of it"),
        [InputRequired(_l("Say what came of the review.")), Length(max=4000)],
        description=_l("Who took part, and what changes."),
    )


class ReasonForm(BaseForm):
    """Why."""

    reason = TextAreaField(_l("Why"), [InputRequired(_l("Say why. It stays on record.")), Length(max=4000)])
