"""Forms around the people and the terms of a relationship."""

from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange
from wtforms.validators import Optional as MayBeEmpty
from wtforms.widgets import HiddenInput

from auditapp.relationships.rules import MEMBER_ROLE_LABELS, PRIORITY_LABELS
from auditapp.shell.forms import BaseForm, options


class MemberForm(BaseForm):
    """Somebody becomes a member."""

    person = SelectField(_l("Who"))
    role = SelectField(_l("As what"), choices=options(MEMBER_ROLE_LABELS.items()))
    note = StringField(_l("For what"), [Length(max=200)], description=_l("Such as what they decide about."))


class LinkForm(BaseForm):
    """A one-time link for a contact."""

    days = SelectField(
        _l("The link waits for"),
        choices=options(
            [
                ("1", _l("a day")),
                ("3", _l("3 days")),
                ("7", _l("a week")),
                ("14", _l("2 weeks")),
                ("30", _l("30 days")),
            ]
        ),
        default="7",
    )
    hours = SelectField(
        _l("Once used, it lets in for"),
        choices=options(
            [
                ("8", _l("8 hours")),
                ("24", _l("a day")),
                ("72", _l("3 days")),
                ("168", _l("a week")),
                ("336", _l("2 weeks")),
            ]
        ),
        default="24",
    )


class TermsForm(BaseForm):
    """The dates of the contract."""

    contract_starts_on = DateField(_l("Contract from"), [MayBeEmpty()])
    contract_ends_on = DateField(_l("Contract until"), [MayBeEmpty()])
    notice_days = IntegerField(_l("Notice, in days"), [MayBeEmpty(), NumberRange(0, 3650)])
    version = IntegerField(validators=[MayBeEmpty()], widget=HiddenInput())


class BreakForm(BaseForm):
    """A break point."""

    on = DateField(_l("On"), [InputRequired(_l("Choose a day."))])
    note = StringField(_l("What can be done then"), [Length(max=200)], id="break-note")


class LeanForm(BaseForm):
    """An interdependency."""

    other = SelectField(_l("Leans on"))
    note = TextAreaField(_l("What of it, and what would happen"), [Length(max=2000)], id="lean-note")


class ReviewedForm(BaseForm):
    """The interdependencies were looked at."""

    note = StringField(_l("What came of it"), [Length(max=400)], id="reviewed-note")


class PriorityForm(BaseForm):
    """Segment and priority; the scores are fields of the page, one for each criterion."""

    segment = StringField(
        _l("Segment"), [Length(max=80)], description=_l("Such as strategic, key, or standard.")
    )
    priority = SelectField(_l("Priority"), choices=options(PRIORITY_LABELS.items()))
    reason = TextAreaField(
        _l("Why another priority than the criteria suggest"),
        [Length(max=2000)],
        description=_l("Only if it is another."),
    )
    version = IntegerField(validators=[MayBeEmpty()], widget=HiddenInput())
