"""Forms of management reviews."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.validators import Optional as MayBeEmpty
from wtforms.widgets import HiddenInput

from auditapp.reports.management_review.rules import DECISION_LABELS, Topic
from auditapp.reports.management_review.service import PlanInput
from auditapp.shell.forms import BaseForm, options

MOST = 8000
People = Iterable[tuple[str, str]]


def _a_day(field: DateField) -> date:
    found = field.data
    assert isinstance(found, date)  # noqa: S101 - InputRequired
    return found


class PlanForm(BaseForm):
    """When, with whom, about which time."""

    title = StringField(_l("Name"), [InputRequired(_l("Give it a name.")), Length(max=200)])
    planned_on = DateField(_l("Day of the meeting"), [InputRequired(_l("Choose a day."))])
    since = DateField(
        _l("Looks back on the time since"),
        [InputRequired(_l("Choose a day."))],
        description=_l("As a rule the day of the review before; the pack counts from here."),
    )
    chair = SelectField(
        _l("Chair"),
        [InputRequired(_l("Choose who chairs it."))],
        description=_l(
            "The Senior Executive Responsible, or somebody of top management: they issue the minutes."
        ),
    )
    people = SelectMultipleField(_l("Invited"), description=_l("The chair is invited anyway."))
    place = StringField(_l("Where, or the address of the call"), [Length(max=200)])
    agenda = TextAreaField(
        _l("Agenda"),
        [Length(max=MOST)],
        description=_l("Beyond the inputs of the pack, which are always looked at."),
    )
    version = IntegerField(validators=[MayBeEmpty()], widget=HiddenInput())

    def __init__(self, *args: Any, people: People = (), chairs: People = (), **kwargs: Any) -> None:
        """``people``, ``chairs``: (id, name) of whom to choose from."""
        super().__init__(*args, **kwargs)
        self.people.choices = options(people)
        self.chair.choices = options([("", _l("Choose somebody")), *chairs])

    @property
    def said(self) -> PlanInput:
        """What was typed."""
        return PlanInput(
            title=self.title.data or "",
            planned_on=_a_day(self.planned_on),
            since=_a_day(self.since),
            chair_id=UUID(self.chair.data),
            people=tuple(UUID(one) for one in self.people.data or ()),
            place=self.place.data or "",
            agenda=self.agenda.data or "",
        )


class NoteForm(BaseForm):
    """A note on one input."""

    text = TextAreaField(_l("Note"), [Length(max=MOST)])

    def __init__(self, topic: Topic, **kwargs: Any) -> None:
        """Each input has fields of its own on the page."""
        super().__init__(prefix=f"{topic.value}-", **kwargs)


class HoldForm(BaseForm):
    """The meeting was held."""

    held_on = DateField(_l("Held on"), [InputRequired(_l("Choose a day."))])
    attended = SelectMultipleField(_l("Who was there"))
    also_present = StringField(_l("There as well"), [Length(max=1000)])

    def __init__(self, *args: Any, people: People = (), **kwargs: Any) -> None:
        """``people``: (id, name) of whom to choose from, who is invited first."""
        super().__init__(*args, prefix="hold-", **kwargs)
        self.attended.choices = options(people)


class ConclusionForm(BaseForm):
    """What the review concludes."""

    text = TextAreaField(
        _l("Conclusion"),
        [Length(max=MOST)],
        description=_l("Does the management system still fit, is it enough, and does it work?"),
    )
    version = IntegerField(validators=[MayBeEmpty()], widget=HiddenInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Fields with names of their own."""
        super().__init__(*args, prefix="conclusion-", **kwargs)


class DecisionForm(BaseForm):
    """A decision."""

    kind = SelectField(_l("What it is about"), choices=options(DECISION_LABELS.items()))
    text = TextAreaField(
        _l("What was decided"), [InputRequired(_l("Say what was decided.")), Length(max=MOST)]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Fields with names of their own."""
        super().__init__(*args, prefix="decision-", **kwargs)


class ActionForm(BaseForm):
    """An action."""

    title = StringField(
        _l("What is to be done"), [InputRequired(_l("Say what is to be done.")), Length(max=200)]
    )
    owner = SelectField(_l("By whom"), [InputRequired(_l("Choose somebody."))])
    due_on = DateField(_l("Until"), [InputRequired(_l("Choose a day."))])

    def __init__(self, *args: Any, people: People = (), **kwargs: Any) -> None:
        """``people``: (id, name) of whom to choose from."""
        super().__init__(*args, prefix="action-", **kwargs)
        self.owner.choices = options([("", _l("Choose somebody")), *people])


class ReasonForm(BaseForm):
    """Why."""

    note = TextAreaField(_l("Why"), [Length(max=4000)])

    def __init__(self, name: str, **kwargs: Any) -> None:
        """``name``: of what it is the reason for."""
        super().__init__(prefix=f"{name}-", **kwargs)


class DoneForm(BaseForm):
    """An action is done."""

    note = TextAreaField(_l("What was done"), [Length(max=4000)])
    evidence = StringField(
        _l("Where it can be seen"),
        [Length(max=500)],
        description=_l("Number of a document, an address, a place."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Fields with names of their own."""
        super().__init__(*args, prefix="done-", **kwargs)


class ReopenForm(BaseForm):
    """An action is opened again."""

    note = TextAreaField(_l("Why"), [Length(max=4000)])
    due_on = DateField(_l("Until"), [MayBeEmpty()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Fields with names of their own."""
        super().__init__(*args, prefix="reopen-", **kwargs)
