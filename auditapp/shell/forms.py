"""The base of all forms: CSRF, clean input, and refusals brought back to the field they belong to."""

from collections.abc import Iterable, Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

from flask import current_app
from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import (  # type: ignore[attr-defined] # the stubs are a version behind: SelectChoice
    Field,
    SelectChoice,
    StringField,
    TextAreaField,
    ValidationError,
)

from auditapp.kit.db import undo
from auditapp.kit.errors import Refusal
from auditapp.kit.text import Text

LONGEST = 20_000  # characters of any text a person types


def clean(value: str | None) -> str | None:
    """One kind of line end, no surrounding blanks."""
    return value.replace("\r\n", "\n").replace("\r", "\n").strip() if isinstance(value, str) else value


def no_control_characters(form: "BaseForm", field: Field) -> None:
    """Refuse what PostgreSQL cannot keep and people cannot see."""
    del form
    data = field.data
    if isinstance(data, str):
        if any(ord(char) < 32 and char not in "\n\t" for char in data):  # noqa: PLR2004 - ASCII controls
            raise ValidationError(
                gettext("This contains control characters that cannot be kept. Please type it again.")
            )
        if len(data) > LONGEST:
            raise ValidationError(
                gettext(
                    "This is %(count)s characters long; at most %(most)s can be kept.",
                    count=len(data),
                    most=LONGEST,
                )
            )


def options(pairs: Iterable[tuple[Any, Any]]) -> Any:
    """Choices of a select from (value, label); a value may be an enum's member, a label stays lazy until shown."""
    return [SelectChoice(str(getattr(value, "value", value)), label) for value, label in pairs]


class BaseForm(FlaskForm):
    """A form that shows what is wrong beside the field and keeps what was typed."""

    class Meta(FlaskForm.Meta):
        """Every text field is cleaned and checked."""

        def bind_field(self, form: Any, unbound_field: Any, options: MutableMapping[str, Any]) -> Any:
            """Add the house filters and checks to text fields."""
            kind = unbound_field.field_class
            if isinstance(kind, type) and issubclass(kind, StringField | TextAreaField):
                unbound_field.kwargs["filters"] = [*unbound_field.kwargs.get("filters", ()), clean]
                given = unbound_field.kwargs.get(
                    "validators", unbound_field.args[1] if len(unbound_field.args) > 1 else ()
                )
                if no_control_characters not in given:
                    extended = [*given, no_control_characters]
                    if len(unbound_field.args) > 1:
                        unbound_field.args = (unbound_field.args[0], extended, *unbound_field.args[2:])
                    else:
                        unbound_field.kwargs["validators"] = extended
            return unbound_field.bind(form=form, **options)

    refused: Text | None = None  # a refusal that belongs to no field, shown in the error summary

    @contextmanager
    def taking_refusals(self) -> Iterator["Outcome"]:
        """Run a service call; a refusal undoes it and stands in the form.

        ``with form.taking_refusals() as outcome: ...`` then ``if outcome.ok: return redirect(...)``.
        """
        outcome = Outcome()
        try:
            yield outcome
        except Refusal as refusal:
            undo()
            current_app.logger.info("refused: %s", refusal)
            outcome.ok = False
            outcome.status = refusal.status
            if refusal.field and refusal.field in self:
                field = self[refusal.field]
                field.errors = [*field.errors, str(refusal.text)]
            else:
                self.refused = refusal.text


class Outcome:
    """Whether the service call went through, and the HTTP status to answer with when it did not."""

    ok = True
    status = 200
