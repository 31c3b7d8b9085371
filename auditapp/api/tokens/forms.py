"""The form of a new token."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length

from auditapp.api.tokens.rules import LIFETIMES, SCOPE_LABELS
from auditapp.kit.text import Text
from auditapp.shell.forms import BaseForm, options


class TokenForm(BaseForm):
    """What it is for, what it may do, how long."""

    name = StringField(
        _l("What it is for"),
        [InputRequired(_l("Say what it is for, such as “Power BI”.")), Length(max=80)],
        description=_l("One token for each program, so that you can end one without the others."),
    )
    scopes = SelectMultipleField(
        _l("What it may be used for"),
        [InputRequired(_l("Choose at least one thing that it may be used for."))],
        choices=options(SCOPE_LABELS.items()),
        description=_l("It acts as you and never sees or does more than you may."),
    )
    days = SelectField(
        _l("It ends by itself after"),
        choices=options((str(days), Text("%(days)s days", days=days)) for days in LIFETIMES),
        default="90",
    )
