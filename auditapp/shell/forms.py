"""The base of all forms: CSRF, clean input, and refusals brought back to the field they belong to."""

from collections.abc import Callable, Iterable, Iterator, MutableMapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from flask import current_app
from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import (  # type: ignore[attr-defined] # the stubs are a version behind: SelectChoice
    DateTimeField,
    Field,
    SelectChoice,
    StringField,
    TextAreaField,
    TimeField,
    ValidationError,
)

from auditapp.kit.clock import FIRST_DAY, LAST_DAY
from auditapp.kit.db import undo
from auditapp.kit.errors import Refusal
from auditapp.kit.text import Text

LONGEST = 20_000  # characters of any text a person types


def clean(value: str | None) -> str | None:
    """One kind of line end, no surrounding blanks."""
    return value.replace("\r\n", "\n").replace("\r", "\n").strip() if isinstance(value, str) else value


def text_fault(text: str) -> Text | None:
    """Why a text cannot be kept, or ``None``: PostgreSQL takes no NUL, people see no control characters."""
    if any(ord(char) < 32 and char not in "\n\t" for char in text):  # noqa: PLR2004 - ASCII controls
        return Text("This contains control characters that cannot be kept. Please type it again.")
    if len(text) > LONGEST:
        return Text(
            "This is %(count)s characters long; at most %(most)s can be kept.", count=len(text), most=LONGEST
        )
    return None


def no_control_characters(form: "BaseForm", field: Field) -> None:
    """Refuse what cannot be kept."""
    del form
    if isinstance(field.data, str) and (wrong := text_fault(field.data)) is not None:
        raise ValidationError(str(wrong))


def a_day_that_is_meant(form: "BaseForm", field: Field) -> None:
    """Refuse days with which nothing can be counted: a year of three digits is a slip of the finger."""
    del form
    day = field.data.date() if isinstance(field.data, datetime) else field.data
    if isinstance(day, date) and not FIRST_DAY <= day <= LAST_DAY:
        raise ValidationError(
            gettext(
                "The year must lie between %(first)s and %(last)s. Please check it.",
                first=FIRST_DAY.year,
                last=LAST_DAY.year,
            )
        )


def _also(unbound_field: Any, check: Callable[[Any, Any], None]) -> None:
    """Give a field one more check, after its own."""
    given = unbound_field.kwargs.get(
        "validators", unbound_field.args[1] if len(unbound_field.args) > 1 else ()
    )
    if check in given:
        return
    if len(unbound_field.args) > 1:
        unbound_field.args = (unbound_field.args[0], [*given, check], *unbound_field.args[2:])
    else:
        unbound_field.kwargs["validators"] = [*given, check]


def options(pairs: Iterable[tuple[Any, Any]]) -> Any:
    """Choices of a select from (value, label); a value may be an enum's member, a label stays lazy until shown."""
    return [SelectChoice(str(getattr(value, "value", value)), label) for value, label in pairs]


class BaseForm(FlaskForm):
    """A form that shows what is wrong beside the field and keeps what was typed."""

    class Meta(FlaskForm.Meta):
        """Every text field is cleaned and checked."""

        def bind_field(self, form: Any, unbound_field: Any, options: MutableMapping[str, Any]) -> Any:
            """Add the house filters and checks to text fields, and the check of days to fields of days.

            The unbound field belongs to the class and is bound anew for every form: each is added once.
            """
            kind = unbound_field.field_class
            if isinstance(kind, type) and issubclass(kind, StringField | TextAreaField):
                filters = unbound_field.kwargs.get("filters", ())
                if clean not in filters:
                    unbound_field.kwargs["filters"] = [*filters, clean]
                _also(unbound_field, no_control_characters)
            elif (
                isinstance(kind, type) and issubclass(kind, DateTimeField) and not issubclass(kind, TimeField)
            ):
                _also(unbound_field, a_day_that_is_meant)
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
            outcome.refusal = refusal
            if refusal.field and refusal.field in self:
                field = self[refusal.field]
                field.errors = [*field.errors, str(refusal.text)]
            else:
                self.refused = refusal.text


class Outcome:
    """Whether the service call went through; the refusal, and the HTTP status to answer with, when it did not."""

    ok = True
    status = 200
    refusal: Refusal | None = None
