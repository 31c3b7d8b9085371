"""Forms of plans."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange
from wtforms.validators import Optional as MayBeEmpty
from wtforms.widgets import HiddenInput

from auditapp.relationships.rmp.rules import OUTCOME_LABELS, PLAN_KIND_LABELS, PlanKind
from auditapp.relationships.rules import SHARING_LABELS
from auditapp.shell.forms import BaseForm, options

NOBODY = ("", _l("Nobody yet"))


class PlanForm(BaseForm):
    """Whose plan, and how often it is reviewed."""

    kind = SelectField(_l("Kind"), choices=options(PLAN_KIND_LABELS.items()))
    title = StringField(_l("Title"), [InputRequired(_l("Name the plan.")), Length(max=200)])
    owner = SelectField(_l("Owner"), description=_l("Who keeps the plan alive."))
    partner_owner = SelectField(_l("Owner on the partner's side"))
    months = IntegerField(
        _l("Reviewed every so many months"),
        [MayBeEmpty(), NumberRange(1, 36)],
        description=_l("Empty: as the rule for RMP reviews says."),
    )
    drafts_shared = BooleanField(_l("The partner reads drafts too"))
    version = IntegerField(validators=[MayBeEmpty()], widget=HiddenInput())

    def offer(self, own: list[tuple[str, str]], theirs: list[tuple[str, str]], *, corporate: bool) -> None:
        """Offer people of both sides, and the kinds that fit."""
        self.owner.choices = options([NOBODY, *own])
        self.partner_owner.choices = options([NOBODY, *theirs])
        self.kind.choices = options(
            (kind, label)
            for kind, label in PLAN_KIND_LABELS.items()
            if (kind is PlanKind.CORPORATE) is corporate
        )


class SectionForm(BaseForm):
    """A section of the draft."""

    text = TextAreaField(
        _l("Text"), description=_l("Markdown: # for a heading, - for a list, ** around what is important.")
    )
    owner = SelectField(_l("Who answers for this section"))
    sharing = SelectField(_l("Who reads it"), choices=options(SHARING_LABELS.items()))
    version = IntegerField(validators=[MayBeEmpty()], widget=HiddenInput())


class ReasonForm(BaseForm):
    """Why."""

    reason = TextAreaField(_l("Why"), [Length(max=4000)])


class AgreeForm(BaseForm):
    """A party agrees."""

    note = TextAreaField(_l("Note"), [Length(max=4000)], id="agree-note")


class ReviewForm(BaseForm):
    """A review that was held."""

    held_on = DateField(_l("Held on"), [InputRequired(_l("Say on which day."))])
    ours = StringField(_l("Who of our side"), [InputRequired(_l("Name at least one.")), Length(max=400)])
    theirs = StringField(_l("Who of the partner's side"), [Length(max=400)])
    outcome = SelectField(_l("What came of it"), choices=options(OUTCOME_LABELS.items()))
    changes = TextAreaField(_l("What has to change, or was changed"), [Length(max=8000)])


class TickForm(BaseForm):
    """The plan was updated for a stage."""

    note = TextAreaField(
        _l("What was updated"),
        [Length(max=4000)],
        description=_l("If nothing had to change for this stage, say why."),
    )


class CommentForm(BaseForm):
    """A word on a section."""

    comment = TextAreaField(_l("Add a word"), [InputRequired(_l("Write something first.")), Length(max=4000)])
    sharing = SelectField(_l("Who reads it"), choices=options(SHARING_LABELS.items()))
