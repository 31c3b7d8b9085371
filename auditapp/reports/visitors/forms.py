"""The form that invites an external auditor, and the one they confirm their name with."""

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from auditapp.people.persons.rules import email_fault
from auditapp.shell.forms import BaseForm, options
from auditapp.shell.i18n import LANGUAGES


class InviteForm(BaseForm):
    """Whom to let in, and on which days."""

    name = StringField(_l("Name"), [InputRequired(_l("Say who is to be let in.")), Length(max=200)])
    body = StringField(
        _l("Certification body"), [InputRequired(_l("Say for which body they come.")), Length(max=200)]
    )
    email = StringField(
        _l("Mail address"), [InputRequired(_l("Say how they can be reached.")), Length(max=254)]
    )
    locale = SelectField(_l("Language"), choices=options(LANGUAGES.items()), default="en")
    first = DateField(_l("First day"), [InputRequired(_l("Say from which day on."))])
    last = DateField(_l("Last day"), [InputRequired(_l("Say until which day."))])

    def validate_email(self, field: StringField) -> None:
        """One rule for all addresses."""
        wrong = email_fault(field.data or "")
        if wrong is not None:
            raise ValidationError(str(wrong))


class EnterForm(BaseForm):
    """Who opens the pack."""

    name = StringField(
        _l("Your name"),
        [InputRequired(_l("Type your name, as it is to stand in the record.")), Length(max=200)],
    )
