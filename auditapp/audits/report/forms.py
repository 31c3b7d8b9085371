"""Forms of the closing: conclusion, closing meeting, signature, correction."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext
from wtforms import (  # type: ignore[attr-defined] # the stubs are a version behind: SelectChoice
    BooleanField,
    DateTimeLocalField,
    Field,
    HiddenField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length

from auditapp.audits.execution.rules import GRADE_LABELS, FindingStatus, Grade
from auditapp.audits.plan.forms import number_or_none
from auditapp.audits.report.content import Conclusion, Finding
from auditapp.audits.report.rules import MET_LABELS
from auditapp.audits.report.service import FindingCorrection
from auditapp.shell.forms import BaseForm


class ConclusionForm(BaseForm):
    """The parts of the conclusion, in the order in which one thinks of them."""

    text = TextAreaField(
        lazy_gettext("Audit conclusion"),
        description=lazy_gettext(
            "What the findings together say about the objectives. Two or three sentences are often enough."
        ),
    )
    objectives_met = RadioField(
        lazy_gettext("Were the audit objectives met?"), choices=(), validate_choice=False
    )
    objectives_note = TextAreaField(
        lazy_gettext("What was not met, and why"),
        description=lazy_gettext("Only needed if some objective was not met."),
    )
    main_findings = TextAreaField(
        lazy_gettext("Main findings in short"),
        description=lazy_gettext("A line that begins with a dash is a point."),
    )
    good_practices = TextAreaField(
        lazy_gettext("Good practices"), description=lazy_gettext("What others can learn from.")
    )
    not_covered = TextAreaField(
        lazy_gettext("Areas not covered, and why"),
        description=lazy_gettext(
            "One reason for all questions that were not asked. The questions themselves are listed by themselves."
        ),
    )
    process_summary = TextAreaField(lazy_gettext("How the audit went"))
    obstacles = TextAreaField(
        lazy_gettext("Obstacles"),
        description=lazy_gettext(
            "What made the conclusion less certain. Leave it empty if there was nothing."
        ),
    )
    diverging = TextAreaField(
        lazy_gettext("Unresolved diverging opinions"),
        description=lazy_gettext(
            "Where audit team and auditee do not agree, in the words of both. Leave it empty if there are none."
        ),
    )
    sampling = TextAreaField(lazy_gettext("Limits of sampling"))
    follow_up = TextAreaField(lazy_gettext("Agreed follow-up"))
    programme = TextAreaField(
        lazy_gettext("Implications for the audit programme"),
        description=lazy_gettext("What the next audits should look at."),
    )
    confidentiality = TextAreaField(lazy_gettext("Confidentiality"))
    distribution = TextAreaField(
        lazy_gettext("Distribution"), description=lazy_gettext("Who receives the report, one a line.")
    )
    version = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Fill the choices in the reader's language."""
        super().__init__(*args, **kwargs)
        self.objectives_met.choices = [
            SelectChoice(met.value, str(label)) for met, label in MET_LABELS.items()
        ]

    @classmethod
    def of(cls, conclusion: Conclusion, version: int | None) -> "ConclusionForm":
        """The form showing what is kept (or proposed, when nothing is)."""
        values = {each.name: getattr(conclusion, each.name) for each in fields(Conclusion)}
        return cls(formdata=None, version=version or "", **values)

    def conclusion(self) -> Conclusion:
        """What was typed."""
        known = {met.value for met in MET_LABELS}
        values = {each.name: self[each.name].data or "" for each in fields(Conclusion)}
        values["objectives_met"] = values["objectives_met"] if values["objectives_met"] in known else ""
        return Conclusion(**values)

    def seen(self) -> int:
        """The version that the page was made from; 0 when nothing was kept yet (or the field was tampered with)."""
        return number_or_none(self.version.data) or 0


class ClosingMeetingForm(BaseForm):
    """The closing meeting as it was held."""

    held_at = DateTimeLocalField(
        lazy_gettext("Held on"),
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        validators=[InputRequired(lazy_gettext("Say when it was held."))],
    )
    participants = TextAreaField(
        lazy_gettext("Who took part"),
        description=lazy_gettext("One a line: name, function."),
        validators=[InputRequired(lazy_gettext("Name who took part."))],
    )
    notes = TextAreaField(lazy_gettext("Notes"))
    override = TextAreaField(lazy_gettext("Why does it close without what is still on a tablet?"))

    def moment(self, zone: str) -> datetime:
        """When it was held, in UTC; what was typed is in the person's zone."""
        return cast("datetime", self.held_at.data).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


class ReasonForm(BaseForm):
    """One reason that stays on record."""

    reason = TextAreaField(
        lazy_gettext("Reason"),
        validators=[InputRequired(lazy_gettext("Give the reason; it stays on record."))],
    )


class NoteForm(BaseForm):
    """One note that stays on record."""

    note = TextAreaField(lazy_gettext("What was verified"))


class SignatureForm(BaseForm):
    """The act of signing: the password for those who have one, the own name for those who sign in elsewhere."""

    password = PasswordField(lazy_gettext("Your password"), validators=[Length(max=1024)])
    name = StringField(lazy_gettext("Your full name"), validators=[Length(max=200)])
    confirmed = BooleanField(
        lazy_gettext("I have read the report and issue it."),
        validators=[InputRequired(lazy_gettext("Tick this to issue the report."))],
    )
    read_sha256 = HiddenField()


def correction_form(findings: Sequence[Finding]) -> type["CorrectionForm"]:
    """The form of a correction with the fields of each finding: ``f0_grade``, ``f0_statement`` and so on."""
    grades = [SelectChoice(grade.value, str(label)) for grade, label in GRADE_LABELS.items()]
    members: dict[str, Any] = {}
    for index, finding in enumerate(findings):
        if finding.status == FindingStatus.WITHDRAWN:
            continue
        members[f"f{index}_grade"] = SelectField(lazy_gettext("Grade"), choices=grades, default=finding.grade)
        members[f"f{index}_statement"] = TextAreaField(lazy_gettext("Statement"), default=finding.statement)
        members[f"f{index}_evidence"] = TextAreaField(
            lazy_gettext("Objective evidence"), default=finding.evidence
        )
        members[f"f{index}_withdrawn"] = TextAreaField(
            lazy_gettext("Withdraw this finding, because"),
            description=lazy_gettext("Leave it empty to keep the finding."),
        )
    return type("CorrectionFormOfReport", (CorrectionForm,), members)


class CorrectionForm(ConclusionForm, SignatureForm):
    """A correction: the conclusion again, the findings again, why, and the signature."""

    reason = TextAreaField(
        lazy_gettext("Why the report is corrected"),
        validators=[InputRequired(lazy_gettext("Say why; the reason prints in the new revision."))],
    )

    def parts(self, findings: Sequence[Finding]) -> list[tuple[Finding, list[Field]]]:
        """The findings that can be corrected, each with its fields: grade, statement, evidence, withdrawn."""
        names = ("grade", "statement", "evidence", "withdrawn")
        return [
            (finding, [self[f"f{index}_{name}"] for name in names])
            for index, finding in enumerate(findings)
            if f"f{index}_grade" in self
        ]

    def corrections(self, findings: Sequence[Finding]) -> dict[str, FindingCorrection]:
        """What was typed about each finding, by number."""
        return {
            finding.number: FindingCorrection(
                grade=Grade(self[f"f{index}_grade"].data),
                statement=self[f"f{index}_statement"].data or "",
                evidence=self[f"f{index}_evidence"].data or "",
                withdrawn=self[f"f{index}_withdrawn"].data or "",
            )
            for index, finding in enumerate(findings)
            if f"f{index}_grade" in self
        }
