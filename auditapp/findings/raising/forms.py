"""Forms of raising a nonconformity and of tying it to earlier ones."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, FieldList, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from auditapp.audits.execution.rules import GRADE_LABELS, Grade
from auditapp.findings.model import Nonconformity
from auditapp.findings.raising.rules import GRADES, MOST_TITLE, Requirement
from auditapp.findings.rules.nonconformity import SOURCE_LABELS, Source
from auditapp.shell.forms import BaseForm, options

REQUIREMENT_LINES = 3
BY_HAND = [source for source in Source if source is not Source.AUDIT]  # audits bring theirs by themselves


class RaiseForm(BaseForm):
    """A nonconformity as somebody writes it down: the first four fields are enough."""

    title = StringField(
        _l("What is wrong, in one line"),
        [InputRequired(_l("Say in one line what is wrong.")), Length(max=MOST_TITLE)],
    )
    statement = TextAreaField(
        _l("What happened"),
        [InputRequired(_l("Write it so that somebody who was not there understands it."))],
    )
    relationship = SelectField(_l("Where"))
    grade = RadioField(
        _l("How serious, as you see it"),
        choices=options((one, GRADE_LABELS[one]) for one in GRADES),
        default=Grade.MINOR.value,
    )
    source = SelectField(
        _l("Where it comes from"),
        choices=options((one, SOURCE_LABELS[one]) for one in BY_HAND),
        default=Source.SELF_IDENTIFIED.value,
    )
    source_note = StringField(_l("More about where it comes from"), [Length(max=1000)])
    requirements = FieldList(StringField(_l("Requirement"), [Length(max=430)]), min_entries=REQUIREMENT_LINES)
    objective_evidence = TextAreaField(_l("Objective evidence"))
    body_name = StringField(_l("Certification body"), [Length(max=200)])
    body_ref = StringField(_l("Its own reference"), [Length(max=80)])
    reply_due_on = DateField(_l("It wants a reply by"), [Optional()])
    close_due_on = DateField(_l("It wants it closed by"), [Optional()])
    audit = HiddenField()
    version = HiddenField()

    @property
    def seen(self) -> int | None:
        """The version that the page was made from."""
        given = self.version.data or ""
        return int(given) if given.isdecimal() and len(given) < 10 else None  # noqa: PLR2004 - what a column holds

    @property
    def written(self) -> list[str]:
        """The requirements as typed, without empty lines."""
        return [line for entry in self.requirements.entries if (line := (entry.data or "").strip())]

    @property
    def more_wrong(self) -> bool:
        """Whether something is wrong in the part that is folded away."""
        folded = (
            self.source,
            self.source_note,
            self.objective_evidence,
            self.body_name,
            self.body_ref,
            self.reply_due_on,
            self.close_due_on,
        )
        return any(field.errors for field in folded) or any(
            entry.errors for entry in self.requirements.entries
        )

    @classmethod
    def of(cls, nc: Nonconformity, requirements: tuple[Requirement, ...]) -> "RaiseForm":
        """Filled with a draft."""
        lines: list[Any] = [one.label for one in requirements]
        return cls(
            formdata=None,
            title=nc.title,
            statement=nc.statement,
            relationship=str(nc.relationship_id or ""),
            grade=nc.grade.value,
            source=nc.source.value,
            source_note=nc.source_note,
            requirements=[*lines, *[""] * max(1, REQUIREMENT_LINES - len(lines))],
            objective_evidence=nc.objective_evidence,
            body_name=nc.body_name,
            body_ref=nc.body_ref,
            reply_due_on=nc.reply_due_on,
            close_due_on=nc.close_due_on,
            version=str(nc.version),
        )


class RepeatForm(BaseForm):
    """Which earlier one it repeats."""

    earlier = StringField(
        _l("Number of the earlier one"),
        [InputRequired(_l("Give its number, such as NC-2026-003.")), Length(max=20)],
    )
    note = StringField(_l("What repeats"), [Length(max=1000)])


def relationship_choices(rows: list[Any]) -> Any:
    """The relationships, and that it is in none of them."""
    return options(
        [("", _("In no single relationship")), *((one, f"{ref} {name}") for one, ref, name in rows)]
    )
