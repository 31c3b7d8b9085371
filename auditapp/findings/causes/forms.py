"""Forms of cause and extent."""

from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from auditapp.findings.rules.nonconformity import CAUSE_LABELS, EXTENT_LABELS, CauseCategory, ExtentResult
from auditapp.shell.forms import BaseForm, options


def _as_id(value: str | None) -> UUID | None:
    try:
        return UUID(value or "")
    except ValueError:
        return None


class VersionForm(BaseForm):
    """What was seen when the page was made."""

    version = HiddenField()

    @property
    def seen(self) -> int | None:
        """The version the page was made from."""
        given = self.version.data or ""
        return int(given) if given.isdecimal() and len(given) < 10 else None  # noqa: PLR2004 - what a column holds


class CauseForm(VersionForm):
    """An answer to “why?”."""

    parent = HiddenField()
    text = TextAreaField(_l("Because …"), [InputRequired(_l("Write the answer.")), Length(max=2000)])
    root = BooleanField(_l("This is a root cause: asking on would lead nowhere"))
    category = SelectField(
        _l("Category"),
        default="",
        choices=options([("", _l("Not sorted yet")), *((one, CAUSE_LABELS[one]) for one in CauseCategory)]),
    )
    evidence = StringField(_l("How it is known"), [Length(max=1000)])

    @property
    def asked(self) -> UUID | None:
        """The cause that was asked “why?”; ``None``: the nonconformity itself."""
        return _as_id(self.parent.data)

    @property
    def sorted_as(self) -> CauseCategory | None:
        """The category."""
        return CauseCategory(self.category.data) if self.category.data else None


class ExtentForm(VersionForm):
    """Where else to look."""

    relationship = SelectField(_l("Another relationship"), default="")
    standard = StringField(_l("Standard"), [Length(max=80)])
    clause = StringField(_l("Another clause"), [Length(max=40)])
    place = StringField(_l("Another place"), [Length(max=300)])
    question = TextAreaField(_l("What to look at"), [Length(max=2000)])
    checker = SelectField(_l("Who checks"), default="")
    due_on = DateField(_l("Until when"), [Optional()])

    @property
    def chosen_relationship(self) -> UUID | None:
        """The relationship."""
        return _as_id(self.relationship.data)

    @property
    def chosen_checker(self) -> UUID | None:
        """Who checks."""
        return _as_id(self.checker.data)


class RecordForm(VersionForm):
    """What was found there."""

    result = RadioField(
        _l("Does it occur there?"),
        [InputRequired(_l("Choose whether it occurs there."))],
        choices=options((one, EXTENT_LABELS[one]) for one in (ExtentResult.NOT_FOUND, ExtentResult.FOUND)),
    )
    note = TextAreaField(
        _l("What was looked at"),
        [InputRequired(_l("Say what was looked at, so that somebody else can follow it.")), Length(max=4000)],
    )


class LinkForm(VersionForm):
    """Which nonconformity was raised there."""

    ref = StringField(
        _l("Number of the nonconformity"), [InputRequired(_l("Give its number.")), Length(max=20)]
    )


class CompleteForm(VersionForm):
    """Cause and extent in a few sentences. What must stand in it depends on the tree: the service says so."""

    cause_summary = TextAreaField(_l("The cause, in one or two sentences"), [Length(max=4000)])
    extent_summary = TextAreaField(_l("Where else it may occur"), [Length(max=4000)])


class ReworkForm(VersionForm):
    """Why the cause is looked at again."""

    reason = TextAreaField(
        _l("Why?"), [InputRequired(_l("Say why the cause is looked at again.")), Length(max=2000)]
    )
