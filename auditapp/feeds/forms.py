"""Forms of calendar feeds."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length

from auditapp.feeds.rules import SCOPE_LABELS, Scope
from auditapp.reminders.rules import KIND_LABELS
from auditapp.shell.forms import BaseForm, options


class NameForm(BaseForm):
    """On which device a feed is."""

    name = StringField(
        _l("On which device"),
        [InputRequired(_l("Say on which device it is, such as “Phone”.")), Length(max=80)],
        description=_l("One feed for each device, so that you can end one without the others."),
    )


class FeedForm(NameForm):
    """A new feed."""

    scope = RadioField(_l("Which dates"), choices=options(SCOPE_LABELS.items()), default=Scope.MINE.value)
    relationship_id = SelectField(_l("Which relationship"), default="")
    programme_id = SelectField(_l("Which audit programme"), default="")
    kinds = SelectMultipleField(
        _l("Only of these kinds"),
        choices=options(KIND_LABELS.items()),
        description=_l("None chosen: all kinds."),
    )
    private_titles = BooleanField(
        _l("Private titles: only the kind and the number, for a calendar that others can see")
    )
    alarms = BooleanField(_l("With reminders of the calendar itself, the day before"))
    tasks = BooleanField(_l("As tasks instead of events (Thunderbird, Evolution and task apps)"))

    def __init__(
        self,
        *args: Any,
        relationships: list[tuple[str, str]],
        programmes: list[tuple[str, str]],
        kinds: list[tuple[str, Any]],
        **kwargs: Any,
    ) -> None:
        """With what the person can choose from."""
        super().__init__(*args, **kwargs)
        none = ("", "—")
        self.relationship_id.choices = options([none, *relationships])
        self.programme_id.choices = options([none, *programmes])
        self.kinds.choices = options(kinds)
