"""Forms of comments and files."""

from flask_babel import lazy_gettext
from wtforms import BooleanField, DateField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from auditapp.findings.exchange.rules import LONGEST_COMMENT
from auditapp.shell.forms import BaseForm

INTERNAL = lazy_gettext("Only for our own people, not for the partner")
TITLE = lazy_gettext("What does it show?")
DAY = lazy_gettext("Of which day is it?")


class CommentForm(BaseForm):
    """What somebody says."""

    text = TextAreaField(
        lazy_gettext("Your comment"),
        [InputRequired(lazy_gettext("Write something first.")), Length(max=LONGEST_COMMENT)],
        id="comment-text",
    )
    internal = BooleanField(INTERNAL, id="comment-internal")


class FilesForm(BaseForm):
    """The words beside files; the files themselves are read by the route."""

    title = StringField(TITLE, [Optional(), Length(max=300)])
    evidence_date = DateField(DAY, [Optional()])
    internal = BooleanField(INTERNAL)


class AddressForm(BaseForm):
    """A link, or where a document is held. Its fields stand beside those of ``FilesForm`` on one page."""

    address = TextAreaField(lazy_gettext("Where is it?"), [InputRequired(lazy_gettext("Say where it is."))])
    title = StringField(TITLE, [Optional(), Length(max=300)], id="address-title")
    evidence_date = DateField(DAY, [Optional()], id="address-day")
    internal = BooleanField(INTERNAL, id="address-internal")


class RemoveForm(BaseForm):
    """Why a file is removed."""

    reason = TextAreaField(lazy_gettext("Why?"), [InputRequired(lazy_gettext("Say why."))])
