"""Forms of findings."""

from typing import Any

from flask_babel import lazy_gettext
from wtforms import (  # type: ignore[attr-defined] # the stubs are a version behind: SelectChoice
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from auditapp.audits.execution.rules import GRADE_LABELS, Grade
from auditapp.shell.forms import BaseForm

GRADES: list[Any] = [
    SelectChoice(grade.value, GRADE_LABELS[grade]) for grade in Grade
]  # translated when shown


class FindingForm(BaseForm):
    """A finding as it is written and edited."""

    grade = RadioField(
        lazy_gettext("Grade"),
        [InputRequired(lazy_gettext("Choose a grade."))],
        choices=GRADES,
    )
    statement = TextAreaField(
        lazy_gettext("Statement"),
        [
            InputRequired(
                lazy_gettext("Write what was found, so that somebody who was not there understands it.")
            )
        ],
        description=lazy_gettext("What was found against which requirement. One thing per finding."),
    )
    objective_evidence = TextAreaField(
        lazy_gettext("Objective evidence"),
        description=lazy_gettext(
            "What was seen, read or heard: documents with their dates, samples, who said it."
        ),
    )
    requirements = SelectMultipleField(lazy_gettext("Requirements"), validate_choice=False)
    relationship = SelectField(lazy_gettext("Relationship"))
    auditee = SelectField(lazy_gettext("Auditee"))
    version = IntegerField(widget=HiddenInput())


class WithdrawForm(BaseForm):
    """Why it does not hold."""

    reason = TextAreaField(lazy_gettext("Why is it withdrawn?"), [InputRequired(lazy_gettext("Say why."))])
