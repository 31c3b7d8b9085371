"""Forms of evidence."""

from flask_babel import lazy_gettext
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from auditapp.shell.forms import BaseForm

TITLE = lazy_gettext("What does it show?")
DAY = lazy_gettext("Of which day is it?")
QUESTION = lazy_gettext("For which question?")


class FileForm(BaseForm):
    """The words beside a file; the file itself is read by the route."""

    title = StringField(TITLE, [Optional(), Length(max=300)])
    evidence_date = DateField(DAY, [Optional()])
    question = SelectField(QUESTION, validate_choice=False)


class AddressForm(BaseForm):
    """A link, or where a document is held."""

    title = StringField(TITLE, [Optional(), Length(max=300)])
    address = TextAreaField(lazy_gettext("Where is it?"), [InputRequired(lazy_gettext("Say where it is."))])
    evidence_date = DateField(DAY, [Optional()])
    question = SelectField(QUESTION, validate_choice=False)


class DescribeForm(BaseForm):
    """What a piece of evidence shows and of which day it is."""

    title = StringField(
        TITLE, [InputRequired(lazy_gettext("Say in a few words what this shows.")), Length(max=300)]
    )
    evidence_date = DateField(DAY, [Optional()])


class ReasonForm(BaseForm):
    """Why."""

    reason = TextAreaField(lazy_gettext("Why?"), [InputRequired(lazy_gettext("Say why."))])
