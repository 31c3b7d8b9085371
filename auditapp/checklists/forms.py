"""Forms of checklists."""

from typing import Any

from flask_babel import lazy_gettext
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange

from auditapp.checklists.rules import SCOPE_LABELS, Library, Question, Scope
from auditapp.shell.forms import BaseForm


class ImportForm(BaseForm):
    """One YAML file."""

    file = FileField(
        lazy_gettext("Library file"), validators=[FileRequired(lazy_gettext("Choose a file first."))]
    )


class QuestionForm(BaseForm):
    """One question; lists are typed one entry per line."""

    clause = SelectField(lazy_gettext("Clause"))
    text = TextAreaField(
        lazy_gettext("Question"),
        validators=[InputRequired(lazy_gettext("Write the question.")), Length(max=1000)],
    )
    scope = RadioField(
        lazy_gettext("Asked"),
        validators=[InputRequired(lazy_gettext("Choose how often it is asked."))],
    )
    evidence = TextAreaField(
        lazy_gettext("Evidence to look for"),
        validators=[InputRequired(lazy_gettext("Name at least one thing to look for."))],
    )
    guidance = TextAreaField(lazy_gettext("Guidance"), validators=[Length(max=2000)])
    roles = SelectMultipleField(
        lazy_gettext("Who answers"), validators=[InputRequired(lazy_gettext("Tick at least one."))]
    )
    weight = IntegerField(
        lazy_gettext("Weight"),
        validators=[InputRequired(lazy_gettext("Type a number from 1 to 10.")), NumberRange(1, 10)],
    )
    maps_to = TextAreaField(lazy_gettext("Maps to"))
    seen = HiddenField()

    def offer(self, library: Library) -> None:
        """Fill the choices from the library, in the reader's language."""
        self.scope.choices = [(scope.value, str(label)) for scope, label in SCOPE_LABELS.items()]
        self.clause.choices = [
            (clause.ref, f"{'  ' * depth}{clause.label} {clause.title}") for depth, clause in library.tree()
        ]
        self.roles.choices = list(library.roles.items())

    def show(self, question: Question) -> None:
        """Fill in what the question says."""
        self.clause.data = question.clause
        self.text.data = question.text
        self.scope.data = question.scope.value
        self.evidence.data = "\n".join(question.evidence)
        self.guidance.data = question.guidance or ""
        self.roles.data = list(question.roles)
        self.weight.data = question.weight
        self.maps_to.data = "\n".join(question.maps_to)

    def values(self) -> dict[str, Any]:
        """What was typed, as fields of a question."""
        return {
            "clause": self.clause.data,
            "text": " ".join((self.text.data or "").split()),
            "scope": Scope(self.scope.data),
            "evidence": lines(self.evidence.data),
            "guidance": self.guidance.data or None,
            "roles": tuple(self.roles.data or ()),
            "weight": self.weight.data,
            "maps_to": lines(self.maps_to.data),
        }


class ClauseForm(BaseForm):
    """A clause's number and title as the licensed copy has them."""

    number = StringField(lazy_gettext("Number"), validators=[Length(max=32)])
    title = StringField(
        lazy_gettext("Title"), validators=[InputRequired(lazy_gettext("Type the title.")), Length(max=200)]
    )


def lines(text: str | None) -> tuple[str, ...]:
    """The lines that hold something, without repeats."""
    return tuple(dict.fromkeys(line.strip() for line in (text or "").splitlines() if line.strip()))
