"""Forms of a nonconformity's own life."""

from dataclasses import fields
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired, NumberRange, Optional

from auditapp.audits.execution.rules import GRADE_LABELS, Grade
from auditapp.audits.plan.forms import VersionedForm, uuid_or_none
from auditapp.findings.rules.policy import Policy
from auditapp.shell.forms import BaseForm, options

GRADES = (Grade.MAJOR, Grade.MINOR)
MOST_DAYS, MOST_MONTHS = 365, 120
STANDS, OTHER_GRADE, FALLS = "stands", "other_grade", "falls"


def _grades() -> list[tuple[str, object]]:
    return [(grade.value, GRADE_LABELS[grade]) for grade in GRADES]


class StepForm(VersionedForm):
    """A step that needs no words."""


class ReasonForm(VersionedForm):
    """A step that needs a reason."""

    reason = TextAreaField(_l("Reason"), validators=[InputRequired(_l("Give the reason."))])


class NoteForm(VersionedForm):
    """A step to which something may be said."""

    note = TextAreaField(_l("Note"))


class ViewForm(VersionedForm):
    """How the auditee sees it."""

    view = TextAreaField(_l("How you see it"), validators=[InputRequired(_l("Say how you see it."))])


class AnswerForm(VersionedForm):
    """How the audit team sees it."""

    answer = TextAreaField(
        _l("The audit team’s view"), validators=[InputRequired(_l("Say how the audit team sees it."))]
    )


class DecideForm(VersionedForm):
    """The decision of a dispute."""

    outcome = RadioField(_l("Decision"), validators=[InputRequired(_l("Choose one."))])
    decision = TextAreaField(_l("Why"), validators=[InputRequired(_l("Say why; both sides read it."))])

    def offer(self, other: Grade) -> None:
        """Fill the choices; ``other``: the grade it has not."""
        self.outcome.choices = options(
            [
                (STANDS, _l("It stands as it is")),
                (OTHER_GRADE, _l("It stands, as: %(grade)s", grade=GRADE_LABELS[other])),
                (FALLS, _l("It does not stand")),
            ]
        )


class ContainForm(VersionedForm):
    """What was done at once."""

    correction = TextAreaField(
        _l("Correction"),
        description=_l("What was put right at once. “None needed, because …” is an answer too."),
    )
    containment = TextAreaField(
        _l("Containment"),
        description=_l("What keeps it from doing harm, here or elsewhere, until its cause is removed."),
    )


class CriteriaForm(VersionedForm):
    """By what, and from when on, the effect is judged."""

    criteria = TextAreaField(
        _l("Criteria"),
        description=_l(
            "What somebody else will look at, how many of it, and what has to be seen. "
            "For example: the next three reviews of the joint plan are on record, each within its month."
        ),
        validators=[InputRequired(_l("Write by what it will be judged."))],
    )
    not_before = DateField(
        _l("Not before"),
        description=_l("The first day on which an effect can be seen. The check is due from then on."),
        validators=[InputRequired(_l("Choose the day."))],
    )


class RegradeForm(VersionedForm):
    """Another grade."""

    grade = RadioField(_l("Grade"), validators=[InputRequired(_l("Choose the grade."))])
    reason = TextAreaField(_l("Reason"), validators=[InputRequired(_l("Give the reason."))])

    def offer(self) -> None:
        """Fill the choices."""
        self.grade.choices = options(_grades())


class AnsweringForm(VersionedForm):
    """Who answers for it."""

    responsible_id = SelectField(
        _l("Responsible person"),
        coerce=uuid_or_none,
        description=_l("Acknowledges it, finds the cause, plans the actions, submits the work."),
        validators=[InputRequired(_l("Name the person who answers for it."))],
    )
    deputy_id = SelectField(
        _l("Deputy"),
        coerce=uuid_or_none,
        description=_l("May do the same while the responsible person is away."),
        validators=[Optional()],
    )

    def offer_people(self, people: list[tuple[object, str]]) -> None:
        """Fill the choices with people of the own organization."""
        self.responsible_id.choices = options([("", _l("Choose a person")), *people])
        self.deputy_id.choices = options([("", _l("Nobody")), *people])


class ReassignForm(AnsweringForm):
    """Somebody else answers for it."""

    reason = TextAreaField(_l("Reason"), validators=[InputRequired(_l("Give the reason."))])


class IssueForm(AnsweringForm):
    """A draft is handed over."""

    grade = RadioField(_l("Grade"), validators=[InputRequired(_l("Choose the grade."))])
    verifier_id = SelectField(
        _l("Verifier"),
        coerce=uuid_or_none,
        description=_l("Accepts the plan, verifies the work, checks the effect. Never one who works on it."),
        validators=[InputRequired(_l("Name who verifies it."))],
    )
    verifier_reason = TextAreaField(_l("Why this verifier all the same"))
    reviewer_id = SelectField(
        _l("Who reviews the verification"), coerce=uuid_or_none, validators=[Optional()]
    )

    def offer(self, people: list[tuple[object, str]], verifiers: list[tuple[object, str]]) -> None:
        """Fill the choices. ``verifiers`` come with what stands against them."""
        self.offer_people(people)
        self.grade.choices = options(_grades())
        self.verifier_id.choices = options([("", _l("Choose a person")), *verifiers])
        self.reviewer_id.choices = options([("", _l("Nobody")), *people])


class ReplyForm(VersionedForm):
    """The day on which a certification body was answered."""

    replied_on = DateField(_l("Day of the reply"), validators=[InputRequired(_l("Choose the day."))])


def _days(label: Any, more: Any) -> IntegerField:
    return IntegerField(
        label,
        description=more,
        validators=[
            InputRequired(_l("Give a number.")),
            NumberRange(1, MOST_DAYS, _l("Give a whole number from 1 to %(most)s.", most=MOST_DAYS)),
        ],
    )


class PolicyForm(BaseForm):
    """How long each step may take. The names are those of ``Policy``."""

    issue_days = _days(_l("Issue a draft (working days)"), _l("From the day it was raised."))
    acknowledge_days = _days(_l("Acknowledge or dispute (working days)"), _l("From the day it was issued."))
    dispute_days = _days(_l("Decide a dispute (working days)"), _l("From the day it was disputed."))
    containment_days = _days(_l("Correction and containment (working days)"), _l("From the acknowledgement."))
    cause_days_major = _days(
        _l("Cause and extent of a major one (working days)"), _l("From the containment.")
    )
    cause_days_minor = _days(
        _l("Cause and extent of a minor one (working days)"), _l("From the containment.")
    )
    plan_days = _days(_l("Submit the action plan (working days)"), _l("From the completed cause."))
    review_days = _days(_l("Accept or return the plan (working days)"), _l("From its submission."))
    resubmit_days = _days(_l("Submit a returned plan again (working days)"), _l("From its return."))
    verify_days = _days(
        _l("Verify or return the work (working days)"), _l("From the day the work was submitted.")
    )
    effectiveness_days = _days(
        _l("Wait before the effectiveness check (calendar days)"),
        _l("From the verified work, where the plan names no day."),
    )
    effectiveness_window_days = _days(
        _l("Do the effectiveness check (working days)"), _l("From its first day on.")
    )
    extension_days_most = _days(
        _l("Most that one extension of an action may add (calendar days)"),
        _l("A second extension is decided one level up."),
    )
    action_decide_days = _days(
        _l("Answer what an action owner asks for (working days)"),
        _l("More time, cannot be done, not mine, cancel."),
    )
    repeat_months = IntegerField(
        _l("Count as a repeat (months)"),
        description=_l("So far back a similar nonconformity is shown as one that may be repeated."),
        validators=[
            InputRequired(_l("Give a number.")),
            NumberRange(1, MOST_MONTHS, _l("Give a whole number from 1 to %(most)s.", most=MOST_MONTHS)),
        ],
    )

    @property
    def policy(self) -> Policy:
        """What was typed."""
        return Policy(**{one.name: self[one.name].data for one in fields(Policy)})
