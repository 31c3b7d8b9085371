"""Forms of checklists."""

from typing import Any

from flask_babel import lazy_gettext as _l
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

    file = FileField(_l("Library file"), validators=[FileRequired(_l("Choose a file first."))])


class QuestionForm(BaseForm):
    """One question; lists are typed one entry per line."""

    clause = SelectField(_l("Clause"))
    text = TextAreaField(
        _l("Question"), validators=[InputRequired(_l("Write the question.")), Length(max=1000)]
    )
    scope = RadioField(
        _l("Asked"),
        validators=[InputRequired(_l("Choose how often it is asked."))],
    )
    evidence = TextAreaField(
        _l("Evidence to look for"), validators=[InputRequired(_l("Name at least one thing to look for."))]
    )
    guidance = TextAreaField(_l("Guidance"), validators=[Length(max=2000)])
    roles = SelectMultipleField(_l("Who answers"), validators=[InputRequired(_l("Tick at least one."))])
    weight = IntegerField(
        _l("Weight"), validators=[InputRequired(_l("Type a number from 1 to 10.")), NumberRange(1, 10)]
    )
    maps_to = TextAreaField(_l("Maps to"))
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

    number = StringField(_l("Number"), validators=[Length(max=32)])
    title = StringField(_l("Title"), validators=[InputRequired(_l("Type the title.")), Length(max=200)])


def lines(text: str | None) -> tuple[str, ...]:
    """The lines that hold something, without repeats."""
    return tuple(dict.fromkeys(line.strip() for line in (text or "").splitlines() if line.strip()))
