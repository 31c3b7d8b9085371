"""Forms of registers: keep a view, change many at once."""

from collections.abc import Sequence
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from auditapp.shell.forms import BaseForm, options


class ViewForm(BaseForm):
    """The name of a view, and whether it is offered to everybody."""

    name = StringField(_l("Name of the view"), [DataRequired(_l("Give the view a name.")), Length(max=80)])
    shared = BooleanField(_l("Offer it to everybody"))
    asked = HiddenField()


class BulkForm(BaseForm):
    """Why, and whether those that are refused are left out."""

    reason = TextAreaField(
        _l("Reason"), [DataRequired(_l("Say why. It stands in the history of each.")), Length(max=2000)]
    )
    leave_out = BooleanField(_l("Leave out those that cannot be changed, and change the others"))


class ReassignManyForm(BulkForm):
    """Who shall have them."""

    person_id = SelectField(_l("Person"), [InputRequired(_l("Choose a person."))], coerce=str)

    def offer(self, people: Sequence[tuple[UUID, str]]) -> None:
        """Fill the choices."""
        self.person_id.choices = [
            *options([("", _l("Choose"))]),
            *options((str(one), name) for one, name in people),
        ]


class DueManyForm(BulkForm):
    """By when."""

    due_on = DateField(_l("New due date"), [InputRequired(_l("Give a date."))])
