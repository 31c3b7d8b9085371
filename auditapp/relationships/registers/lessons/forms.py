"""Forms of lessons."""

from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.validators import Optional as MayBeEmpty
from wtforms.widgets import HiddenInput

from auditapp.relationships.registers.lessons.rules import THEME_LABELS
from auditapp.relationships.rules import SHARING_LABELS, STAGE_LABELS, STAGES
from auditapp.shell.forms import BaseForm, options


class LessonForm(BaseForm):
    """A lesson."""

    title = StringField(_l("The lesson in a line"), [InputRequired(_l("Say it in a line.")), Length(max=200)])
    happened = TextAreaField(_l("What happened"), [InputRequired(_l("Say what happened.")), Length(max=8000)])
    learned = TextAreaField(
        _l("What we learned"), [InputRequired(_l("Say what was learned.")), Length(max=8000)]
    )
    recommendation = TextAreaField(
        _l("Recommendation"), [Length(max=8000)], description=_l("What others should do, or leave.")
    )
    learned_on = DateField(_l("When"), [MayBeEmpty()])
    themes = SelectMultipleField(_l("Themes"), choices=options(THEME_LABELS.items()))
    stage = SelectField(
        _l("Stage"),
        choices=options([("", _l("Any stage")), *((stage, STAGE_LABELS[stage]) for stage in STAGES)]),
    )
    sharing = SelectField(_l("Who reads it"), choices=options(SHARING_LABELS.items()))
    version = IntegerField(validators=[MayBeEmpty()], widget=HiddenInput())


class ApplyForm(BaseForm):
    """A lesson was applied."""

    what = TextAreaField(
        _l("What was done by it"), [InputRequired(_l("Say what was done by it.")), Length(max=4000)]
    )
    on = DateField(_l("When"), [InputRequired(_l("Say on which day."))])
    relationship = SelectField(_l("In which relationship"))
    sharing = SelectField(_l("Who reads it"), choices=options(SHARING_LABELS.items()))
