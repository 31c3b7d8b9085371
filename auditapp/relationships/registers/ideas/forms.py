"""Forms of ideas."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import DateField, DecimalField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange
from wtforms.validators import Optional as MayBeEmpty
from wtforms.widgets import HiddenInput

from auditapp.relationships.registers.ideas.rules import (
    CATEGORY_LABELS,
    VERDICT_LABELS,
    amount,
    cents,
)
from auditapp.relationships.registers.ideas.service import Worth
from auditapp.relationships.rules import SHARING_LABELS
from auditapp.shell.forms import BaseForm, options

MOST = 10**12  # of any unit
Party = tuple[UUID | None, str]


class IdeaForm(BaseForm):
    """An idea. The fields of what is expected for each party are added by :func:`idea_form`."""

    title = StringField(_l("The idea"), [InputRequired(_l("Give the idea a name.")), Length(max=200)])
    description = TextAreaField(_l("What would be better, and how"), [Length(max=8000)])
    category = SelectField(_l("What it betters"), choices=options(CATEGORY_LABELS.items()))
    owner = SelectField(_l("Who would carry it out"))
    target_on = DateField(_l("Target date"), [MayBeEmpty()])
    sharing = SelectField(
        _l("Who reads it"),
        choices=options(SHARING_LABELS.items()),
        description=_l("What is shared, each party decides about; what is internal, we alone."),
    )
    version = IntegerField(validators=[MayBeEmpty()], widget=HiddenInput())

    def expected(self, parties: Sequence[Party]) -> dict[UUID | None, Worth]:
        """What is expected, by party."""
        return {
            party_id: Worth(
                amount=cents(self[f"amount_{place}"].data),
                unit=self[f"unit_{place}"].data or "",
                words=self[f"words_{place}"].data or "",
            )
            for place, (party_id, _name) in enumerate(parties)
        }

    def expect(self, place: int, hundredths: int | None, unit: str, words: str) -> None:
        """Fill in what is expected for the party at that place."""
        self[f"amount_{place}"].data = amount(hundredths)
        self[f"unit_{place}"].data, self[f"words_{place}"].data = unit, words


def idea_form(parties: Sequence[Party]) -> type[IdeaForm]:
    """The form with three fields for each party: how much, of what, and in words."""
    fields: dict[str, Any] = {}
    for place in range(len(parties)):
        fields[f"amount_{place}"] = DecimalField(_l("Amount"), [MayBeEmpty(), NumberRange(-MOST, MOST)])
        fields[f"unit_{place}"] = StringField(
            _l("Of what"),
            [Length(max=20)],
            description=_l("A currency such as GBP, or a unit such as hours."),
        )
        fields[f"words_{place}"] = StringField(_l("In words"), [Length(max=1000)])
    return type("IdeaFormOfParties", (IdeaForm,), fields)


class DecisionForm(BaseForm):
    """What a party decides."""

    party = SelectField(_l("For which party"))
    verdict = RadioField(
        _l("Decision"), [InputRequired(_l("Choose a decision."))], choices=options(VERDICT_LABELS.items())
    )
    reason = TextAreaField(
        _l("Why"),
        [Length(max=4000)],
        description=_l("Needed unless it is accepted. Who raised the idea reads it."),
    )
    said_by = StringField(
        _l("Who of the partner said so, and when"),
        [Length(max=200)],
        description=_l("Only when you write down what the partner decided."),
    )
    version = IntegerField(validators=[MayBeEmpty()], widget=HiddenInput())


class MeasureForm(BaseForm):
    """What it was worth to a party."""

    party = SelectField(_l("To which party"))
    on = DateField(_l("Measured on"), [InputRequired(_l("Say on which day."))])
    amount = DecimalField(_l("Amount"), [MayBeEmpty(), NumberRange(-MOST, MOST)])
    unit = StringField(
        _l("Of what"), [Length(max=20)], description=_l("A currency such as GBP, or a unit such as hours.")
    )
    words = TextAreaField(_l("In words"), [Length(max=2000)])
    shared_how = TextAreaField(_l("How it is shared between the parties"), [Length(max=2000)])


class RealisedForm(BaseForm):
    """It is realised: what was learned."""

    lesson = TextAreaField(
        _l("What was learned"),
        [Length(max=4000)],
        description=_l("A sentence for those who have the next idea. A lesson of its own can be linked."),
    )
    version = IntegerField(validators=[MayBeEmpty()], widget=HiddenInput())
