"""Forms of verification."""

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Optional

from auditapp.audits.plan.forms import VersionedForm, uuid_or_none
from auditapp.shell.forms import options

LOOKED_AT = _l("What you looked at")
MISSING = _l("Say what is still missing, so that it can be put right.")


class VerifyActionForm(VersionedForm):
    """An action was done as planned."""

    sample = TextAreaField(
        LOOKED_AT, description=_l("Which records, and how many of how many. For example: 3 of 9 reviews.")
    )
    note = TextAreaField(_l("What you found"))


class ReturnForm(VersionedForm):
    """Something is not as it should be."""

    reason = TextAreaField(
        _l("What is missing"),
        description=_l("The owner reads it and goes on from there."),
        validators=[InputRequired(MISSING)],
    )
    sample = TextAreaField(LOOKED_AT)


class ReopenForm(VersionedForm):
    """An ended action is looked at again."""

    reason = TextAreaField(_l("Why"), validators=[InputRequired(_l("Say why it is opened again."))])


class VerifyWorkForm(VersionedForm):
    """All that was planned is done."""

    sample = TextAreaField(
        LOOKED_AT,
        description=_l("Which records, how many of how many, and how you chose them."),
        validators=[InputRequired(_l("Say what you looked at: which records, how many of how many."))],
    )
    note = TextAreaField(
        _l("What you found"), validators=[InputRequired(_l("Say what you looked at and what you found."))]
    )
    not_before = DateField(
        _l("First day of the effectiveness check"),
        description=_l("It can be put off until an effect can be seen, but not brought forward."),
        validators=[Optional()],
    )


class EffectForm(VersionedForm):
    """What was found, measured by the criteria; the button says whether that is effective."""

    note = TextAreaField(
        _l("What you found, measured by the criteria"),
        validators=[InputRequired(_l("Say what you found, measured by the criteria."))],
    )
    sample = TextAreaField(
        LOOKED_AT, description=_l("Which records, how many of how many, and how you chose them.")
    )


class VerifierForm(VersionedForm):
    """Who verifies."""

    verifier_id = SelectField(
        _l("Verifier"),
        coerce=uuid_or_none,
        description=_l("Accepts the plan, verifies the work, checks the effect. Never one who works on it."),
        validators=[InputRequired(_l("Name who verifies it."))],
    )
    reason = TextAreaField(_l("Why this verifier all the same"))
    reviewer_id = SelectField(
        _l("Who reviews the verification"), coerce=uuid_or_none, validators=[Optional()]
    )

    def offer(self, verifiers: list[tuple[object, str]], reviewers: list[tuple[object, str]]) -> None:
        """Fill the choices. ``verifiers`` come with what stands against them."""
        self.verifier_id.choices = options([("", _l("Choose a person")), *verifiers])
        self.reviewer_id.choices = options([("", _l("Nobody")), *reviewers])
