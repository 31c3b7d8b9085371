"""Forms of the first run."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, SelectField, SelectMultipleField, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from auditapp.people.forms import NewPasswordForm
from auditapp.people.organization.rules import region_names
from auditapp.people.persons.rules import email_fault
from auditapp.shell.forms import BaseForm, options


class CodeForm(BaseForm):
    """The one-time code."""

    code = StringField(
        _l("Set-up code"),
        [InputRequired(_l("Type the code.")), Length(max=100)],
        description=_l("The program printed it where it was started."),
    )


class HolidaysForm(BaseForm):
    """The part of the country, where parts have holidays of their own."""

    region = SelectField(_l("Region"), description=_l("Choose it if it has public holidays of its own."))

    def __init__(self, *args: object, country: str, **kwargs: object) -> None:
        """Offer the regions of the country."""
        super().__init__(*args, **kwargs)
        self.region.choices = options([("", _l("The whole country")), *region_names(country)])


class ManagerForm(NewPasswordForm):
    """The first system manager."""

    name = StringField(_l("Your name"), [InputRequired(_l("Type your name.")), Length(max=200)])
    email = EmailField(
        _l("Your e-mail address"),
        [InputRequired(_l("Type your e-mail address.")), Length(max=254)],
        description=_l("You sign in with it."),
    )

    def validate_email(self, field: EmailField) -> None:
        """One rule for all addresses."""
        wrong = email_fault(field.data or "")
        if wrong is not None:
            raise ValidationError(str(wrong))


class LibrariesForm(BaseForm):
    """Which of the clause libraries that come with the product are brought in."""

    libraries = SelectMultipleField(_l("Clause libraries"))

    def __init__(self, *args: object, libraries: list[tuple[str, Any]], **kwargs: object) -> None:
        """Offer ``libraries`` as (key, what it is)."""
        super().__init__(*args, **kwargs)
        self.libraries.choices = options(libraries)
