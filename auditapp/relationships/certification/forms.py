"""Forms of certification."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from auditapp.relationships.certification.rules import (
    DECISION_LABELS,
    FINDING_LABELS,
    SCHEME_LABELS,
    VISIT_LABELS,
    DecisionKind,
    FindingKind,
    Scheme,
    VisitKind,
)
from auditapp.relationships.certification.service.findings import FindingInput
from auditapp.relationships.certification.service.visits import VisitInput
from auditapp.shell.forms import BaseForm, options

LONGEST_NUMBER = 9  # digits of a version


class Versioned(BaseForm):
    """A form that knows which version its page was made from."""

    version = HiddenField()

    @property
    def seen(self) -> int:
        """The version the page showed; -1 when it was left out or tampered with, which never holds."""
        text = self.version.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else -1


class CertificateForm(Versioned):
    """What is printed on a certificate."""

    scheme = RadioField(_l("Scheme"), choices=options(SCHEME_LABELS.items()), default=Scheme.ISO_44001.value)
    body = StringField(
        _l("Certification body"), [InputRequired(_l("Name the certification body.")), Length(max=200)]
    )
    number = StringField(
        _l("Certificate number"),
        [Length(max=80)],
        description=_l("As the body prints it, once there is one."),
    )
    scope = TextAreaField(
        _l("Scope"), [Optional()],
        description=_l("Word for word as on the certificate; it has to agree with the scope of the system."),
    )  # fmt: skip
    note = TextAreaField(_l("Note"), [Optional()])


class DecisionForm(Versioned):
    """What the body decided."""

    kind = RadioField(_l("What was decided"), [InputRequired(_l("Choose one."))])
    decided_on = DateField(
        _l("Decided on"), [InputRequired(_l("Enter the day of the decision."))],
        description=_l("The cycle counts from this day."),
    )  # fmt: skip
    expires_on = DateField(
        _l("Valid until"), [Optional()],
        description=_l("Its last day, as printed. Left empty: three years, or the old anniversary kept."),
    )  # fmt: skip
    note = TextAreaField(_l("Note"), [Optional()])

    def offer(self, *, first: bool) -> None:
        """The kinds that can be: the first decision is the certification itself."""
        again = (DecisionKind.RECERTIFICATION, DecisionKind.RESTORED, DecisionKind.INITIAL)  # or begun anew
        kinds = (DecisionKind.INITIAL,) if first else again
        self.kind.choices = options((one, DECISION_LABELS[one]) for one in kinds)


class VisitForm(Versioned):
    """A visit of the body."""

    kind = SelectField(_l("What for"), choices=options(VISIT_LABELS.items()))
    planned_from = DateField(_l("Planned from"), [Optional()])
    planned_to = DateField(_l("Planned until"), [Optional()], description=_l("Left empty for a single day."))
    held_from = DateField(
        _l("Held from"), [Optional()], description=_l("Enter it when the visit has taken place.")
    )
    held_to = DateField(_l("Held until"), [Optional()], description=_l("Left empty for a single day."))
    auditors = StringField(_l("Auditors of the body"), [Length(max=300)])
    note = TextAreaField(_l("Note"), [Optional()], description=_l("What was agreed, or what it came to."))

    def visit(self) -> VisitInput:
        """What the service takes; call it after the form was validated."""
        return VisitInput(
            kind=VisitKind(self.kind.data), planned_from=self.planned_from.data, planned_to=self.planned_to.data,
            held_from=self.held_from.data, held_to=self.held_to.data, auditors=self.auditors.data or "",
            note=self.note.data or "",
        )  # fmt: skip


class FindingForm(Versioned):
    """What the body found."""

    kind = RadioField(_l("What it is"), [InputRequired(_l("Choose one."))])
    statement = TextAreaField(
        _l("What the body found"), [InputRequired(_l("Write down what the body found."))],
        description=_l("In the body's own words."),
    )  # fmt: skip
    body_ref = StringField(_l("Number of the body"), [Length(max=80)])
    clause = StringField(_l("Clause"), [Length(max=80)])
    owner_id = SelectField(_l("Owner"), description=_l("Who answers it."))
    due_on = DateField(
        _l("Answer due"), [Optional()],
        description=_l("The body's limit. Concerns are dealt with before Stage 2. Empty for an opportunity."),
    )  # fmt: skip
    plan = TextAreaField(
        _l("Plan"), [Optional()], description=_l("What is going to be done, by whom, until when.")
    )

    def offer(self, kinds: Sequence[FindingKind], people: Iterable[tuple[UUID, str]]) -> None:
        """The kinds that this visit finds, and our own people."""
        self.kind.choices = options((one, FINDING_LABELS[one]) for one in kinds)
        self.owner_id.choices = options([("", _l("Nobody yet")), *people])

    def finding(self) -> FindingInput:
        """What the service takes; call it after the form was validated."""
        return FindingInput(
            kind=FindingKind(self.kind.data), statement=self.statement.data or "", body_ref=self.body_ref.data or "",
            clause=self.clause.data or "", owner_id=UUID(self.owner_id.data) if self.owner_id.data else None,
            due_on=self.due_on.data, plan=self.plan.data or "",
        )  # fmt: skip


class PlanForm(Versioned):
    """The plan alone, for its owner."""

    plan = TextAreaField(
        _l("Plan"), [Optional()], description=_l("What is going to be done, by whom, until when.")
    )


class AnswerForm(Versioned):
    """What was answered."""

    answer = TextAreaField(
        _l("What was answered"), [InputRequired(_l("Say what was answered."))],
        description=_l("What was done, and what shows it. Link the evidence on the finding's page."),
    )  # fmt: skip
    on = DateField(_l("Sent on"), [InputRequired(_l("Enter the day."))])


class SaidForm(Versioned):
    """What the body said."""

    on = DateField(_l("On"), [InputRequired(_l("Enter the day."))])
    said = TextAreaField(_l("What the body said"), [Optional()])


class OpenAgainForm(SaidForm):
    """And until when it is answered now."""

    due_on = DateField(_l("Answer due"), [Optional()])


class EndForm(Versioned):
    """Why it ended."""

    on = DateField(_l("Ended on"), [InputRequired(_l("Enter the day."))])
    reason = TextAreaField(_l("Reason"), [InputRequired(_l("Say why it ended."))])


class ReasonForm(Versioned):
    """A reason."""

    reason = TextAreaField(_l("Reason"), [InputRequired(_l("Say why."))])
