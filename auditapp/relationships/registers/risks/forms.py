"""Forms of risks and opportunities."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.validators import Optional as MayBeEmpty
from wtforms.widgets import HiddenInput

from auditapp.relationships.registers.risks.rules import (
    IMPACT_LABELS,
    LIKELIHOOD_LABELS,
    RISK_KIND_LABELS,
    TREATMENT_LABELS,
    Scores,
)
from auditapp.relationships.rules import SHARING_LABELS
from auditapp.shell.forms import BaseForm, options

_OPEN = ("", _l("Not judged yet"))
_ASK = ("", _l("Choose"))


class ScoreForm(BaseForm):
    """Likelihood and impact, before treatment and with it."""

    likelihood = SelectField(
        _l("Likelihood before treatment"),
        [InputRequired(_l("Choose how likely it is."))],
        choices=options([_ASK, *LIKELIHOOD_LABELS.items()]),
    )
    impact = SelectField(
        _l("Impact before treatment"),
        [InputRequired(_l("Choose how much it would matter."))],
        choices=options([_ASK, *IMPACT_LABELS.items()]),
    )
    residual_likelihood = SelectField(
        _l("Likelihood with treatment"), choices=options([_OPEN, *LIKELIHOOD_LABELS.items()])
    )
    residual_impact = SelectField(
        _l("Impact with treatment"), choices=options([_OPEN, *IMPACT_LABELS.items()])
    )

    def scores(self) -> Scores:
        """What was chosen."""
        later = (self.residual_likelihood.data, self.residual_impact.data)
        return Scores(
            likelihood=int(self.likelihood.data),
            impact=int(self.impact.data),
            residual_likelihood=int(later[0]) if later[0] else None,
            residual_impact=int(later[1]) if later[1] else None,
        )

    def show(self, scores: Scores) -> None:
        """Fill in scores as they stand."""
        self.likelihood.data, self.impact.data = str(scores.likelihood), str(scores.impact)
        self.residual_likelihood.data = str(scores.residual_likelihood or "")
        self.residual_impact.data = str(scores.residual_impact or "")


class RiskForm(ScoreForm):
    """A risk or an opportunity."""

    kind = SelectField(_l("Kind"), choices=options(RISK_KIND_LABELS.items()))
    title = StringField(
        _l("What may happen"), [InputRequired(_l("Say in a line what may happen.")), Length(max=200)]
    )
    description = TextAreaField(_l("Description"), [Length(max=8000)])
    cause = TextAreaField(_l("Cause"), [Length(max=4000)], description=_l("Why it may happen."))
    effect = TextAreaField(
        _l("Effect"), [Length(max=4000)], description=_l("What it would mean for the parties.")
    )
    owner = SelectField(_l("Our owner"))
    partner_owner = SelectField(_l("Owner on the partner's side"))
    treatment = SelectField(_l("Treatment"), choices=options(TREATMENT_LABELS.items()))
    treatment_text = TextAreaField(_l("What is done"), [Length(max=4000)])
    due_on = DateField(_l("Treatment due by"), [MayBeEmpty()])
    next_review_on = DateField(
        _l("Next review"), [MayBeEmpty()], description=_l("Empty: in one to three months, by what it weighs.")
    )
    sharing = SelectField(_l("Who reads it"), choices=options(SHARING_LABELS.items()))
    version = IntegerField(validators=[MayBeEmpty()], widget=HiddenInput())

    def without(self, *names: str) -> None:
        """Leave fields out."""
        for name in names:
            del self[name]


class RiskReviewForm(ScoreForm):
    """How one sees a risk today."""

    said = TextAreaField(
        _l("What you see"),
        [InputRequired(_l("Say what you see, even if it is that nothing changed.")), Length(max=4000)],
    )
    next_review_on = DateField(
        _l("Next review"), [MayBeEmpty()], description=_l("Empty: in one to three months, by what it weighs.")
    )
    version = IntegerField(validators=[MayBeEmpty()], widget=HiddenInput())


def value(form: BaseForm, name: str, otherwise: Any = "") -> Any:
    """What a field holds; ``otherwise`` for one that was left out or is empty."""
    return (form[name].data if name in form else None) or otherwise
