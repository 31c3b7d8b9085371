"""Forms of the stages."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from auditapp.relationships.lifecycle.rules import OUTPUT_LABELS
from auditapp.relationships.rules import SHARING_LABELS, STAGE_LABELS, Sharing, Stage
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


class OutputForm(Versioned):
    """Where an output stands."""

    state = RadioField(
        _l("Where it stands"), [InputRequired(_l("Choose one."))], choices=options(OUTPUT_LABELS.items())
    )
    note = TextAreaField(
        _l("Note"),
        [Optional()],
        description=_l("What shows it, unless a record or an address below does."),
    )
    reason = TextAreaField(
        _l("Why it does not apply"), [Optional()], description=_l("Needed only for “Not applicable”.")
    )
    sharing = RadioField(
        _l("Who may read it"), choices=options(SHARING_LABELS.items()), default=Sharing.INTERNAL.value
    )


class LinkForm(BaseForm):
    """What an output is linked to."""

    to = StringField(
        _l("Link a record or an address"),
        [InputRequired(_l("Type a number or an address.")), Length(max=500)],
        description=_l("A number such as DOC-2026-004, or an address that begins with https://."),
    )
    label = StringField(_l("What to call the address"), [Length(max=200)])


class WhyForm(Versioned):
    """A reason."""

    reason = TextAreaField(_l("Reason"), [Optional()])


class BackForm(WhyForm):
    """Which stage, and why."""

    to_stage = RadioField(_l("Back to"), [InputRequired(_l("Choose a stage."))])

    def offer(self, stages: Sequence[Stage]) -> None:
        """The stages before the present one."""
        self.to_stage.choices = options((one, STAGE_LABELS[one]) for one in stages)


class NoteForm(BaseForm):
    """What was updated in the RMP."""

    note = TextAreaField(
        _l("What was updated"), [Optional()], description=_l("In a sentence: which sections, and who agreed.")
    )
