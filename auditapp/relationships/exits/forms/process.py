"""Forms of the exit that is carried out."""

from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from auditapp.relationships.exits.forms.base import SeenForm, uuid_or_none
from auditapp.relationships.exits.rules.process import AGAIN_LABELS
from auditapp.relationships.rules import SHARING_LABELS, Sharing
from auditapp.shell.forms import options


class ActivateForm(SeenForm):
    """How an exit starts. It is shown twice: to be filled in, and to be confirmed."""

    kind = RadioField(_l("How the relationship ends"), [InputRequired(_l("Choose one."))])
    party = SelectField(_l("Which partner leaves"), [Optional()], coerce=uuid_or_none)
    trigger = SelectField(_l("Which trigger led to it"), [Optional()], coerce=uuid_or_none)
    reason = TextAreaField(
        _l("Why"),
        [InputRequired(_l("Say why the relationship ends."))],
        description=_l("Both parties read it."),
    )
    notice_on = DateField(_l("Day of the notice"), [InputRequired(_l("Choose a day."))])
    ends_on = DateField(_l("Last day of working together"), [InputRequired(_l("Choose a day."))])
    route = StringField(
        _l("How the notice was given"),
        [InputRequired(_l("Say how the notice was given.")), Length(max=300)],
        description=_l("By whom to whom, in which form."),
    )
    reference = StringField(
        _l("Where it stands"),
        [Optional(), Length(max=300)],
        description=_l("The letter, the e-mail, the minutes."),
    )
    confirmed = HiddenField()


class AnswerForm(SeenForm):
    """A party's word."""

    party = SelectField(_l("Whose word it is"))
    agreed = RadioField(_l("Answer"), [InputRequired(_l("Choose one."))])
    reference = StringField(
        _l("Where it stands"),
        [Optional(), Length(max=300)],
        description=_l("Needed when you record the partner’s word: the letter, the minutes, the e-mail."),
    )
    note = TextAreaField(_l("Why"), [Optional()], description=_l("Needed for a no."))


class StepDoneForm(SeenForm):
    """A step is done."""

    on = DateField(_l("Done on"), [InputRequired(_l("Choose a day."))])
    note = TextAreaField(_l("What was done"), [Optional()])


class StepWaiveForm(SeenForm):
    """A step is not needed."""

    note = TextAreaField(_l("Why it is not needed"), [InputRequired(_l("Say why it is not needed."))])


class StepMoveForm(SeenForm):
    """Another day or owner of a step."""

    due_on = DateField(_l("Due date"), [InputRequired(_l("Choose a day."))])
    owner = SelectField(_l("Owner"), [Optional()], coerce=uuid_or_none)
    reason = TextAreaField(_l("Reason"), [InputRequired(_l("Say why it is moved."))])


class StepAddForm(SeenForm):
    """One more step."""

    what = StringField(
        _l("What is to be done"), [InputRequired(_l("Say what is to be done.")), Length(max=300)]
    )
    party = SelectField(_l("Whose step it is"))
    owner = SelectField(_l("Owner"), [Optional()], coerce=uuid_or_none)
    due_on = DateField(_l("Due date"), [InputRequired(_l("Choose a day."))])


class NoticeForm(SeenForm):
    """A notice."""

    party = SelectField(_l("Who gave it"))
    on = DateField(_l("When"), [InputRequired(_l("Choose a day."))])
    route = StringField(
        _l("How it was given"), [InputRequired(_l("Say how the notice was given.")), Length(max=300)]
    )
    reference = StringField(_l("Where it stands"), [Optional(), Length(max=300)])


class EvaluationForm(SeenForm):
    """The closing evaluation of one party."""

    worked = TextAreaField(_l("What worked"), [Optional()])
    lessons = TextAreaField(_l("What we learned"), [Optional()])
    value_reached = TextAreaField(
        _l("Value reached"),
        [Optional()],
        description=_l("Measured against what was wanted at the beginning."),
    )
    future = TextAreaField(_l("Future opportunities"), [Optional()])
    again = RadioField(
        _l("Would we work together again?"), [Optional()], choices=options(AGAIN_LABELS.items())
    )
    sharing = RadioField(
        _l("Who reads it"), choices=options(SHARING_LABELS.items()), default=Sharing.INTERNAL.value
    )
    reference = StringField(_l("Where the partner’s evaluation stands"), [Optional(), Length(max=300)])
    not_given = TextAreaField(
        _l("Or: why the partner gives none"), [Optional()], description=_l("Then leave the rest empty.")
    )


class CompleteForm(SeenForm):
    """The last day."""

    on = DateField(_l("The relationship ended on"), [InputRequired(_l("Choose a day."))])
