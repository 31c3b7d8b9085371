"""The form of a policy."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, IntegerField, StringField
from wtforms.validators import InputRequired, NumberRange, Regexp, StopValidation
from wtforms.validators import Optional as MayBeEmpty
from wtforms.widgets import HiddenInput

from auditapp.reminders.policies.rules import BOUNDS, MOST_WAIT, Policy, Rung, wait_field
from auditapp.reminders.rules import LEVEL_LABELS, Level
from auditapp.shell.forms import BaseForm

UPPER = tuple(level for level in Level if level is not Level.OWNER)
SUGGESTED_WAIT = 24  # of a level that is switched on
PLAIN = ("active", "announce", "on_day", *BOUNDS)  # fields that are named as the policy's figures are


def _figure(name: str, label: Any, hint: Any = "") -> IntegerField:
    least, most = BOUNDS[name]
    between = _l("Give a whole number from %(least)s to %(most)s.", least=least, most=most)
    return IntegerField(
        label, [InputRequired(between), NumberRange(least, most, message=between)], description=hint
    )


def _wait(level: Level) -> IntegerField:
    return IntegerField(
        _l("Working hours that it waits for an answer")
        if level is Level.OWNER
        else _l("Working hours until the next one"),
        [_needed_where_on, NumberRange(1, MOST_WAIT, message=_l("From 1 to %(most)s working hours.", most=MOST_WAIT))],
    )  # fmt: skip


def _needed_where_on(form: "PolicyForm", field: Field) -> None:
    """Hours of a level that is switched off may be anything; of one that is on they are needed."""
    if not form.is_on(Level(int(field.name.rsplit("_", 1)[1]))):
        field.errors = []
        field.data = SUGGESTED_WAIT if field.data is None else field.data
        raise StopValidation
    if not field.raw_data or not field.raw_data[0].strip():
        field.errors = []
        raise StopValidation(gettext("Say how many working hours this level waits."))


def _on(level: Level) -> BooleanField:
    label: Any = LEVEL_LABELS[level]
    return BooleanField(label)


class PolicyForm(BaseForm):
    """Before, on the day, after, who comes next, and what answers do."""

    active = BooleanField(_l("People are reminded"))
    announce = BooleanField(_l("Tell the owner when it becomes theirs"))
    leads = StringField(
        _l("Days before"),
        [Regexp(r"^[\d,; ]*$", message=_l("Numbers with commas between, such as 7, 1."))],
        description=_l(
            "Such as 7, 1. Things that have days of their own keep those. Empty: not before the day."
        ),
    )
    on_day = BooleanField(_l("Remind on the day itself"))
    every_days = _figure(
        "every_days",
        _l("Working days between two reminders"),
        _l("Counted in the working days of whoever is waited for."),
    )
    most_per_level = _figure("most_per_level", _l("At most so many times on one level"))
    most = _figure(
        "most",
        _l("At most so many messages in all"),
        _l("Then it is quiet, and stands on the list of what is stuck."),
    )
    wait_0 = _wait(Level.OWNER)
    on_1, wait_1 = _on(Level.DEPUTY), _wait(Level.DEPUTY)
    on_2, wait_2 = _on(Level.RELATIONSHIP), _wait(Level.RELATIONSHIP)
    on_3, wait_3 = _on(Level.PROGRAMME), _wait(Level.PROGRAMME)
    on_4, wait_4 = _on(Level.SER), _wait(Level.SER)
    on_5, wait_5 = _on(Level.JOINT_BOARD), _wait(Level.JOINT_BOARD)
    ack_days = _figure("ack_days", _l("“It is in hand”: asked again after so many working days"))
    snooze_days = _figure("snooze_days", _l("“Remind me later”: at most so many days at a time"))
    free_snoozes = _figure("free_snoozes", _l("How often without a reason"))
    grace_days = _figure("grace_days", _l("Never longer than so many days after the due day"))
    version = IntegerField(validators=[MayBeEmpty()], widget=HiddenInput())

    def on(self, level: Level) -> Any:
        """The field that switches a level on."""
        return self[f"on_{int(level)}"]

    def wait(self, level: Level) -> Any:
        """The field with the hours that a level waits."""
        return self[wait_field(level)]

    def is_on(self, level: Level) -> bool:
        """Whether a level is asked; the owner always is."""
        return level is Level.OWNER or bool(self.on(level).data)

    @property
    def policy(self) -> Policy:
        """What was typed, once it has been validated."""
        kept: dict[str, Any] = {name: self[name].data for name in PLAIN}
        kept["leads"] = [
            int(one[:6])
            for one in (self.leads.data or "").replace(";", ",").replace(" ", ",").split(",")
            if one
        ]
        rungs = tuple(
            Rung(level=level, wait_hours=self.wait(level).data) for level in Level if self.is_on(level)
        )
        return Policy(**(kept | {"leads": tuple(kept["leads"]), "rungs": rungs}))


def values_of(policy: Policy, version: int) -> dict[str, Any]:
    """A policy as the fields hold it, and as an address does: what is switched off is left out."""
    waits = {rung.level: rung.wait_hours for rung in policy.rungs}
    found: dict[str, Any] = {name: getattr(policy, name) for name in PLAIN}
    found["leads"] = ", ".join(str(lead) for lead in sorted(policy.leads, reverse=True))
    for level in Level:
        found[wait_field(level)] = waits.get(level, SUGGESTED_WAIT)
        if level is not Level.OWNER:
            found[f"on_{int(level)}"] = level in waits
    found["version"] = version
    return {name: "y" if value is True else value for name, value in found.items() if value is not False}


def filled(policy: Policy, version: int) -> PolicyForm:
    """The form of a policy as it stands."""
    found = PolicyForm(formdata=None)
    values = values_of(policy, version)
    for field in found:
        if field.name in values or isinstance(field, BooleanField):
            given = values.get(field.name, False)
            field.data = given == "y" if isinstance(field, BooleanField) else given
    return found
