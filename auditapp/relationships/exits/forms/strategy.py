"""Forms of the strategy: start, versions, sections, steps of the plan, agreements, triggers, reviews, tests."""

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from auditapp.relationships.exits.forms.base import SeenForm, uuid_or_none
from auditapp.relationships.exits.rules.content import COUNTED_LABELS, INITIATOR_LABELS, CountedFrom
from auditapp.relationships.exits.rules.reviews import OUTCOME_LABELS, RESULT_LABELS
from auditapp.relationships.exits.rules.triggers import KIND_LABELS, STANDARD_TRIGGERS
from auditapp.relationships.exits.rules.versions import VERSION_KIND_LABELS
from auditapp.relationships.exits.service.planning import MOST_DAYS
from auditapp.relationships.rules import SHARING_LABELS, Sharing
from auditapp.shell.forms import options

SHARING = {"choices": options(SHARING_LABELS.items()), "default": Sharing.INTERNAL.value}


class StartForm(SeenForm):
    """With what a strategy begins."""

    kind = RadioField(
        _l("What it is at first"),
        [InputRequired(_l("Choose one."))],
        choices=options(VERSION_KIND_LABELS.items()),
        description=_l("The first two need our own approval only; the joint one is agreed by every party."),
    )
    triggers = SelectMultipleField(
        _l("Triggers to watch"),
        choices=options((one.key, one.text) for one in STANDARD_TRIGGERS),
        description=_l("The usual ones. Each can be worded anew, and more can be added."),
    )
    steps = BooleanField(_l("Begin with the usual steps of disengagement"), default=True)


class NewVersionForm(SeenForm):
    """Another version."""

    kind = RadioField(
        _l("Kind"), [InputRequired(_l("Choose one."))], choices=options(VERSION_KIND_LABELS.items())
    )
    changes = TextAreaField(_l("Why there is a new version"), [InputRequired(_l("Say why."))])


class SectionForm(SeenForm):
    """The text of a section."""

    text = TextAreaField(
        _l("Text"), description=_l("Markdown: **bold**, lists with - and tables are shown as such.")
    )
    sharing = RadioField(_l("Who reads it"), **SHARING)
    owner = SelectField(_l("Owner of the section"), [Optional()], coerce=uuid_or_none)


class InitiatorsForm(SeenForm):
    """Which roles may start an exit."""

    roles = SelectMultipleField(
        _l("Who may start an exit"),
        [InputRequired(_l("Choose at least one role."))],
        choices=options(INITIATOR_LABELS.items()),
    )


class DiscussionForm(SeenForm):
    """The position was discussed."""

    on = DateField(_l("When"), [InputRequired(_l("Choose a day."))])
    note = TextAreaField(
        _l("With whom, and what came of it"),
        [InputRequired(_l("Say with whom it was discussed, and what came of it."))],
    )


class PlanStepForm(SeenForm):
    """A step of disengagement."""

    what = StringField(
        _l("What is to be done"), [InputRequired(_l("Say what is to be done.")), Length(max=300)]
    )
    party = SelectField(_l("Whose step it is"))
    owner = SelectField(_l("Owner"), [Optional()], coerce=uuid_or_none)
    days = IntegerField(
        _l("Working days"),
        [InputRequired(_l("Give a number of working days.")), NumberRange(0, MOST_DAYS)],
        description=_l("Counted in the working days of the party whose step it is."),
    )
    counted_from = RadioField(
        _l("Counted"), choices=options(COUNTED_LABELS.items()), default=CountedFrom.NOTICE.value
    )
    premature_days = IntegerField(
        _l("Working days if the partner leaves before time"),
        [Optional(), NumberRange(0, MOST_DAYS)],
        description=_l("Left empty: half of them."),
    )
    continuity = BooleanField(_l("Part of the customer continuity plan"))
    after = SelectField(_l("Waits for"), [Optional()], coerce=uuid_or_none)


class AgreeForm(SeenForm):
    """A party agrees."""

    note = TextAreaField(_l("A word to it"), [Optional()])


class ObjectForm(SeenForm):
    """A party does not agree."""

    note = TextAreaField(
        _l("What should change"), [InputRequired(_l("Say what should change, so that you can agree."))]
    )


class RecordAgreementForm(SeenForm):
    """A partner's agreement that stands elsewhere."""

    party = SelectField(_l("Who agreed"))
    on = DateField(_l("When"), [InputRequired(_l("Choose a day."))])
    reference = StringField(
        _l("Where it stands"),
        [InputRequired(_l("Say where the partner’s agreement stands.")), Length(max=300)],
        description=_l("The letter, the minutes, the e-mail."),
    )


class InForceForm(SeenForm):
    """From when a version holds."""

    on = DateField(
        _l("In force since"),
        [InputRequired(_l("Choose a day."))],
        description=_l("The first review, watch and test are counted from it."),
    )


class ReasonForm(SeenForm):
    """A reason."""

    reason = TextAreaField(_l("Reason"), [InputRequired(_l("Say why."))])


class TriggerForm(SeenForm):
    """A trigger."""

    description = StringField(
        _l("What would have to happen"),
        [InputRequired(_l("Say what would have to happen.")), Length(max=300)],
        description=_l(
            "So that two people would agree whether it has happened: with a figure where there is one."
        ),
    )
    kind = RadioField(_l("Kind"), [InputRequired(_l("Choose one."))], choices=options(KIND_LABELS.items()))
    watcher = SelectField(_l("Watcher"), [Optional()], coerce=uuid_or_none)
    sharing = RadioField(_l("Who reads it"), **SHARING)
    issues = BooleanField(
        _l("Stands for issues that the last level did not resolve"),
        description=_l("Such an issue puts it on watch by itself."),
    )


class CheckForm(SeenForm):
    """What a watcher saw."""

    verb = RadioField(_l("What you saw"), [InputRequired(_l("Choose one."))])
    note = TextAreaField(_l("Note"), [Optional()], description=_l("Needed unless nothing has changed."))


class ReviewForm(SeenForm):
    """A review."""

    on = DateField(_l("Held on"), [InputRequired(_l("Choose a day."))])
    own = StringField(
        _l("Who from our side"), [InputRequired(_l("Say who took part from our side.")), Length(max=300)]
    )
    theirs = StringField(_l("Who from the partner’s side"), [Optional(), Length(max=300)])
    outcome = RadioField(
        _l("Outcome"), [InputRequired(_l("Choose one."))], choices=options(OUTCOME_LABELS.items())
    )
    changes = TextAreaField(_l("What changes, and why"), [Optional()])
    sharing = RadioField(_l("Who reads it"), **SHARING)


class PlanTestForm(SeenForm):
    """A test of the continuity plan."""

    on = DateField(_l("Tested on"), [InputRequired(_l("Choose a day."))])
    what = TextAreaField(_l("What was tested"), [InputRequired(_l("Say what was tested."))])
    result = RadioField(
        _l("Result"), [InputRequired(_l("Choose one."))], choices=options(RESULT_LABELS.items())
    )
    found = TextAreaField(_l("What was found"), [Optional()])
    sharing = RadioField(_l("Who reads it"), **SHARING)
