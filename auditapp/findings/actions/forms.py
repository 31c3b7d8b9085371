"""Forms of actions."""

from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import (  # type: ignore[attr-defined] # the stubs are a version behind: SelectChoice
    DateField,
    MultipleFileField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional

from auditapp.audits.plan.forms import VersionedForm, uuid_or_none
from auditapp.findings.actions.queries import Owners
from auditapp.findings.rules.action import ACTION_KIND_LABELS, PRIORITY_LABELS, ActionPriority
from auditapp.shell.forms import options


def people(owners: Owners, first: object) -> list[SelectChoice]:
    """Own people, then the partner's contacts in a group by partner; ``first`` is the empty choice."""
    found = [SelectChoice("", first)]
    found += [SelectChoice(str(one), name, optgroup=_l("Own people")) for one, name in owners.own]
    found += [SelectChoice(str(one), name, optgroup=partner) for one, name, partner in owners.partners]
    return found


class ActionForm(VersionedForm):
    """What an action says; owner, deputy and steps only when it is proposed."""

    title = StringField(
        _l("What is to be done"),
        [InputRequired(_l("Say in a few words what is to be done.")), Length(max=200)],
    )
    kind = RadioField(
        _l("What it is for"), [InputRequired(_l("Choose one."))], choices=options(ACTION_KIND_LABELS.items())
    )
    owner_id = SelectField(
        _l("Owner"), [InputRequired(_l("Choose who does it."))], coerce=uuid_or_none,
        description=_l("Who carries it out. They accept it, or say why not."),
    )  # fmt: skip
    deputy_id = SelectField(_l("Deputy"), [Optional()], coerce=uuid_or_none)
    due_on = DateField(_l("Due date"), [InputRequired(_l("Choose until when."))])
    priority = RadioField(
        _l("Priority"), choices=options(PRIORITY_LABELS.items()), default=ActionPriority.MEDIUM.value
    )
    cause_id = SelectField(_l("Which cause it removes"), [Optional()], coerce=uuid_or_none)
    description = TextAreaField(_l("Description"), [Optional()])
    expected = TextAreaField(_l("Expected result"), [Optional()])
    evidence_wanted = TextAreaField(
        _l("Evidence required"), [Optional()], description=_l("What shall show that it was done.")
    )
    steps = TextAreaField(_l("Steps"), [Optional()], description=_l("One per line. They can be ticked."))

    def offer(self, owners: Owners, causes: list[tuple[UUID, str]]) -> None:
        """Fill the choices."""
        self.owner_id.choices = people(owners, _l("Choose"))
        self.deputy_id.choices = people(owners, _l("Nobody"))
        self.cause_id.choices = options([("", _l("None in particular")), *causes])


class FinishForm(VersionedForm):
    """What was done, with photos of it."""

    result = TextAreaField(
        _l("What was done"),
        [InputRequired(_l("Say what was done."))],
        description=_l("So that somebody who was not there can follow it."),
    )
    files = MultipleFileField(_l("Photos and files"), [Optional()])


class ExtendForm(VersionedForm):
    """More time."""

    wanted_on = DateField(_l("Until when"), [InputRequired(_l("Choose a day."))])
    reason = TextAreaField(_l("Why more time is needed"), [InputRequired(_l("Say why."))])
    impact = TextAreaField(
        _l("What it means for others"),
        [InputRequired(_l("Say what it means for others, or that it means nothing."))],
    )


class WhyForm(VersionedForm):
    """A reason."""

    reason = TextAreaField(_l("Reason"), [InputRequired(_l("Say why."))])


class NotMineForm(WhyForm):
    """Whose it is instead."""

    proposed_owner_id = SelectField(_l("Whose it should be"), [Optional()], coerce=uuid_or_none)


class ReassignForm(WhyForm):
    """Another owner or deputy."""

    owner_id = SelectField(_l("Owner"), [InputRequired(_l("Choose who does it."))], coerce=uuid_or_none)
    deputy_id = SelectField(_l("Deputy"), [Optional()], coerce=uuid_or_none)


class DueForm(WhyForm):
    """Another due date."""

    due_on = DateField(_l("Due date"), [InputRequired(_l("Choose a day."))])


class DecideForm(VersionedForm):
    """The answer to what was asked for."""

    granted = RadioField(
        _l("Decision"),
        [InputRequired(_l("Choose one."))],
        choices=options([("yes", _l("Grant it")), ("no", _l("Refuse it"))]),
    )
    due_on = DateField(_l("New due date"), [Optional()])
    owner_id = SelectField(_l("Who does it instead"), [Optional()], coerce=uuid_or_none)
    decision = TextAreaField(
        _l("What you say to it"), [Optional()], description=_l("Needed when you refuse it.")
    )


class StepsForm(VersionedForm):
    """The sub-steps, one per line."""

    steps = TextAreaField(
        _l("Steps"), [Optional()], description=_l("One per line. A step that stays as it is keeps its tick.")
    )
