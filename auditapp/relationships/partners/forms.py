"""Forms of partners and relationships."""

from babel import Locale
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length
from wtforms.validators import Optional as MayBeEmpty
from wtforms.widgets import HiddenInput

from auditapp.relationships.rules import KIND_LABELS, PRIORITY_LABELS, STAGE_LABELS, STAGES, country_names
from auditapp.shell.forms import BaseForm, options


def countries() -> list[tuple[str, str]]:
    """(ISO 3166-1 code, name in the reader's language), by name."""
    return sorted(country_names(get_locale() or Locale("en")).items(), key=lambda pair: pair[1])


class PartnerForm(BaseForm):
    """A partner."""

    name = StringField(_l("Name"), [InputRequired(_l("Type the partner's name.")), Length(max=200)])
    sector = StringField(_l("Sector"), [Length(max=120)])
    country = SelectField(_l("Country"))
    note = TextAreaField(_l("Note"))
    active = BooleanField(_l("We work with this partner, or mean to"), default=True)
    version = IntegerField(validators=[MayBeEmpty()], widget=HiddenInput())

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Offer the countries there are."""
        super().__init__(*args, **kwargs)
        self.country.choices = options(countries())


class RelationshipForm(BaseForm):
    """A relationship: with whom, where it stands, who answers for it."""

    name = StringField(_l("Name"), [InputRequired(_l("Name the relationship.")), Length(max=200)])
    partners = SelectMultipleField(_l("Partners"), [InputRequired(_l("Choose at least one partner."))])
    kind = SelectField(_l("Kind"), choices=options(KIND_LABELS.items()))
    stage = SelectField(_l("Stage"), choices=options((stage, STAGE_LABELS[stage]) for stage in STAGES))
    priority = SelectField(
        _l("Priority"),
        choices=options(PRIORITY_LABELS.items()),
        default="medium",
        description=_l("How much depends on it. The audit programme looks at the upper end more often."),
    )
    purpose = TextAreaField(_l("Purpose"), description=_l("What both sides want from working together."))
    ser = SelectField(_l("Senior Executive Responsible"))
    owner = SelectField(_l("Relationship owner"))
    manager = SelectField(_l("Relationship manager"))
    started_on = DateField(_l("Began on"), [MayBeEmpty()])
    ended_on = DateField(_l("Ended on"), [MayBeEmpty()], description=_l("Left empty while it goes on."))
    version = IntegerField(validators=[MayBeEmpty()], widget=HiddenInput())

    def __init__(
        self,
        *args: object,
        persons: list[tuple[str, str]],
        partner_choices: list[tuple[str, str]],
        **kwargs: object,
    ) -> None:
        """Offer ``persons`` and ``partner_choices`` as (id, name)."""
        super().__init__(*args, **kwargs)
        self.partners.choices = options(partner_choices)
        for seat in (self.ser, self.owner, self.manager):
            seat.choices = options([("", _l("Nobody yet")), *persons])
