"""The form of a clause in the gap analysis."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, SelectField, TextAreaField
from wtforms.validators import Length
from wtforms.validators import Optional as MayBeEmpty
from wtforms.widgets import HiddenInput

from auditapp.reports.readiness.rules import STATE_LABELS, State
from auditapp.reports.readiness.service import GapInput
from auditapp.shell.forms import BaseForm, options

MOST = 4000


class GapForm(BaseForm):
    """What somebody says of a clause."""

    state = SelectField(_l("State"), choices=options(STATE_LABELS.items()))
    present = TextAreaField(_l("Evidence that is there"), [Length(max=MOST)])
    missing = TextAreaField(_l("Evidence that is missing"), [Length(max=MOST)])
    gap = TextAreaField(
        _l("The gap"), [Length(max=MOST)], description=_l("For “not applicable”: why it does not apply.")
    )
    action = TextAreaField(_l("What is done about it"), [Length(max=MOST)])
    owner_id = SelectField(_l("Owner"))
    due_on = DateField(_l("By"), [MayBeEmpty()])
    version = IntegerField(validators=[MayBeEmpty()], widget=HiddenInput())

    def __init__(self, *args: Any, people: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        """``people``: (id, name) of those who can own an action."""
        super().__init__(*args, **kwargs)
        self.owner_id.choices = options([("", _l("Nobody yet")), *people])

    @property
    def said(self) -> GapInput:
        """What was typed."""
        return GapInput(
            state=State(self.state.data),
            present=self.present.data or "",
            missing=self.missing.data or "",
            gap=self.gap.data or "",
            action=self.action.data or "",
            owner_id=UUID(self.owner_id.data) if self.owner_id.data else None,
            due_on=self.due_on.data,
        )
