"""Forms about the organization."""

from babel import Locale
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length
from wtforms.validators import Optional as MayBeEmpty
from wtforms.widgets import HiddenInput

from auditapp.people.organization.rules import countries, region_names
from auditapp.people.rules import zones
from auditapp.shell.forms import BaseForm, options
from auditapp.shell.i18n import LANGUAGES


class OrganizationForm(BaseForm):
    """The organization, as the first run asks for it."""

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


class SettingsForm(OrganizationForm):
    """The organization, after the first run."""

    # The regions offered are those of the country that is kept; with another country the choice falls away.
    region = SelectField(
        _l("Region"), description=_l("Choose it if it has public holidays of its own."), validate_choice=False
    )
    locale = SelectField(
        _l("Language"),
        choices=options(LANGUAGES.items()),
        description=_l(
            "For new people. Everybody chooses their own language and time zone on their own page."
        ),
    )
    version = IntegerField(validators=[MayBeEmpty()], widget=HiddenInput())

    def __init__(self, *args: object, kept_country: str, **kwargs: object) -> None:
        """Offer the regions of the country that is kept."""
        super().__init__(*args, **kwargs)
        self.region.choices = options([("", _l("The whole country")), *region_names(kept_country)])
