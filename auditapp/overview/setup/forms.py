"""Forms of the first run."""

from typing import Any

from babel import Locale
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, SelectField, SelectMultipleField, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from auditapp.overview.setup.rules import countries, regions
from auditapp.people.forms import NewPasswordForm
from auditapp.people.persons.rules import email_fault
from auditapp.people.rules import zones
from auditapp.shell.forms import BaseForm, options


class CodeForm(BaseForm):
    """The one-time code."""

    code = StringField(
        _l("Set-up code"),
        [InputRequired(_l("Type the code.")), Length(max=100)],
        description=_l("The program printed it where it was started."),
    )


class OrganizationForm(BaseForm):
    """The organization."""

    name = StringField(
        _l("Name of the organization"), [InputRequired(_l("Name the organization.")), Length(max=200)]
    )
    country = SelectField(_l("Country"), description=_l("Its public holidays are no working days."))
    zone = SelectField(_l("Time zone"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Offer the countries and zones there are."""
        super().__init__(*args, **kwargs)
        self.country.choices = options(countries(get_locale() or Locale("en")))
        self.zone.choices = options((zone, zone.replace("_", " ")) for zone in zones())


class HolidaysForm(BaseForm):
    """The part of the country, where parts have holidays of their own."""

    region = SelectField(_l("Region"), description=_l("Choose it if it has public holidays of its own."))

    def __init__(self, *args: object, country: str, **kwargs: object) -> None:
        """Offer the regions of the country."""
        super().__init__(*args, **kwargs)
        self.region.choices = options(
            [("", _l("The whole country")), *((code, code) for code in regions(country))]
        )


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
