"""Forms of training and competence."""

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.validators import Optional as MayBeEmpty

from auditapp.shell.forms import BaseForm, options


class CompetenceForm(BaseForm):
    """What a person may audit against, and until when."""

    library = SelectField(_l("Checklist library"))
    since = DateField(_l("Since"), [InputRequired(_l("Give the first day."))])
    expires_on = DateField(
        _l("Until"), [MayBeEmpty()], description=_l("The last day it holds. Left empty, it does not run out.")
    )
    basis = TextAreaField(
        _l("Based on"), [Length(max=2000)], description=_l("Training, experience, audits witnessed.")
    )

    def __init__(self, *args: object, libraries: list[tuple[str, str]], **kwargs: object) -> None:
        """Offer ``libraries`` as (key, title)."""
        super().__init__(*args, **kwargs)
        self.library.choices = options((key, f"{title} ({key})") for key, title in libraries)


class TrainingForm(BaseForm):
    """A course taken."""

    course = StringField(_l("Course"), [InputRequired(_l("Name the course.")), Length(max=200)])
    taken_on = DateField(_l("Taken on"), [InputRequired(_l("Give the day it was taken."))])
    expires_on = DateField(
        _l("Until"),
        [MayBeEmpty()],
        description=_l("The last day it counts. Left empty, it does not run out."),
    )
    note = TextAreaField(
        _l("Note"), [Length(max=2000)], description=_l("Result, certificate number, where the paper is.")
    )
