"""Forms of competence and behaviours."""

from collections.abc import Sequence
from typing import Any, cast

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.validators import Optional as MayBeEmpty
from wtforms.widgets import HiddenInput

from auditapp.relationships.registers.behaviours.rules import (
    EXPECTED,
    ITEM_KIND_LABELS,
    LEVEL_LABELS,
    LEVELS,
    ROLE_LABELS,
    Item,
    ItemKind,
)
from auditapp.relationships.registers.behaviours.service import Expectation
from auditapp.shell.forms import BaseForm, options


class AssessForm(BaseForm):
    """Levels for a person. The two fields of each thing expected are added by :func:`assess_form`."""

    on = DateField(_l("Assessed on"), [InputRequired(_l("Say on which day."))])

    def levels(self, items: Sequence[Item]) -> dict[str, tuple[int, str]]:
        """What was chosen, by key: the level and its evidence."""
        return {
            item.key: (int(self[f"level_{item.key}"].data), self[f"evidence_{item.key}"].data or "")
            for item in items
            if self[f"level_{item.key}"].data
        }


def assess_form(items: Sequence[Item]) -> type[AssessForm]:
    """The form with a level and its evidence for each thing expected."""
    fields: dict[str, Any] = {}
    for item in items:
        fields[f"level_{item.key}"] = SelectField(
            str(item.name),
            choices=options([("", _l("Not assessed now")), *LEVEL_LABELS.items()]),
            default="",
            description=str(item.text),
        )
        fields[f"evidence_{item.key}"] = TextAreaField(
            gettext("What you have seen: %(what)s", what=str(item.name)), [Length(max=2000)]
        )
    return type("AssessFormOfItems", (AssessForm,), fields)


class DevelopmentForm(BaseForm):
    """A development action."""

    item_key = SelectField(_l("What it is about"))
    what = TextAreaField(_l("What is done"), [InputRequired(_l("Say what is done.")), Length(max=2000)])
    due_on = DateField(_l("Due by"), [InputRequired(_l("Say by which day."))])


class StepForm(BaseForm):
    """One more step of an induction."""

    text = StringField(
        _l("What belongs to it too"), [InputRequired(_l("Say what belongs to it too.")), Length(max=300)]
    )


class ExpectationBase(BaseForm):
    """Something that is expected; a field for the level of each role is added below."""

    kind = SelectField(_l("Kind"), choices=options(ITEM_KIND_LABELS.items()))
    name = StringField(_l("Name"), [InputRequired(_l("Name it.")), Length(max=120)])
    text = TextAreaField(_l("What one sees"), [Length(max=2000)])
    active = BooleanField(_l("It is expected"), default=True)
    version = IntegerField(validators=[MayBeEmpty()], widget=HiddenInput())

    def expectation(self) -> Expectation:
        """What was written."""
        return Expectation(
            kind=ItemKind(self.kind.data),
            name=self.name.data or "",
            text=self.text.data or "",
            expected={role: int(self[f"level_{role}"].data) for role in EXPECTED},
            active=bool(self.active.data),
        )


ExpectationForm: type[ExpectationBase] = type(
    "ExpectationForm",
    (ExpectationBase,),
    {
        f"level_{role}": SelectField(
            cast("Any", label),  # a Text is translated when it is shown, as a lazy string is
            choices=options([(0, _l("Not expected")), *((level, LEVEL_LABELS[level]) for level in LEVELS)]),
            default=str(EXPECTED[role]),
        )
        for role, label in ROLE_LABELS.items()
    },
)
