"""Forms of documents."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange
from wtforms.validators import Optional as MayBeEmpty
from wtforms.widgets import HiddenInput

from auditapp.relationships.documents.rules import KIND_LABELS
from auditapp.relationships.rules import SHARING_LABELS
from auditapp.shell.forms import BaseForm, options


class ContentsForm(BaseForm):
    """A version: a file or an address."""

    file = FileField(_l("File"))
    url = StringField(_l("or the address where it is kept"), [Length(max=500)])
    changes = TextAreaField(_l("What is different in this version"), [Length(max=4000)])


class DocumentForm(ContentsForm):
    """A document."""

    title = StringField(_l("Title"), [InputRequired(_l("Name the document.")), Length(max=200)])
    kind = SelectField(_l("Kind"), choices=options(KIND_LABELS.items()))
    clauses = StringField(
        _l("Clauses it serves"), [Length(max=200)], description=_l("With commas between, such as 7.5, 8.6.8.")
    )
    owner = SelectField(_l("Owner"))
    approver = SelectField(_l("Approver"), description=_l("Somebody else than who writes it."))
    review_months = IntegerField(
        _l("Reviewed every so many months"),
        [MayBeEmpty(), NumberRange(1, 60)],
        description=_l("Empty: as the rule says."),
    )
    sharing = SelectField(_l("Who reads it"), choices=options(SHARING_LABELS.items()))
    version = IntegerField(validators=[MayBeEmpty()], widget=HiddenInput())


class ReasonForm(BaseForm):
    """Why, or what came of it."""

    reason = TextAreaField(_l("Why"), [Length(max=4000)])
