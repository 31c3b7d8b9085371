"""Forms of the report templates."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from auditapp.reports.templated.service import LONGEST_NAME
from auditapp.shell.forms import BaseForm, options


class VersionForm(BaseForm):
    """A file and what is different in it."""

    file = FileField(_l("Word file"), description=_l("A .docx file without macros, of at most 10 MB."))
    note = TextAreaField(_l("What is different in it"), [Length(max=2000)])


class TemplateForm(VersionForm):
    """A new template."""

    name = StringField(
        _l("Name"),
        [InputRequired(_l("Give the template a name.")), Length(max=LONGEST_NAME)],
        description=_l("As people will choose it, such as “Report with our letterhead”."),
    )


class ChoiceForm(BaseForm):
    """Which template an audit's report is made with."""

    version_id = RadioField(_l("Template"))

    def __init__(self, *args: Any, choices: Iterable[tuple[str, Any]] = (), **kwargs: Any) -> None:
        """``choices``: (id of a version, or empty; what is shown)."""
        super().__init__(*args, **kwargs)
        self.version_id.choices = options(choices)
