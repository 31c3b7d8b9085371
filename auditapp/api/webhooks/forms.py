"""The forms of a webhook."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length
from wtforms.validators import Optional as MayBeEmpty
from wtforms.widgets import HiddenInput

from auditapp.api.webhooks.addresses import MOST_URL
from auditapp.api.webhooks.events import ALL, ALL_LABEL, EVENTS
from auditapp.shell.forms import BaseForm, options


class WebhookForm(BaseForm):
    """What it is for, where it goes, what is told."""

    name = StringField(
        _l("What it is for"),
        [InputRequired(_l("Say what it is for, such as “Ticket system”.")), Length(max=80)],
    )
    url = StringField(
        _l("Address of the receiver"),
        [InputRequired(_l("Type the address that the receiver gave you.")), Length(max=MOST_URL)],
        description=_l("It begins with https:// and can be reached from the open internet."),
    )
    events = SelectMultipleField(
        _l("What it is told"),
        [InputRequired(_l("Choose at least one event."))],
        choices=options([(ALL, ALL_LABEL), *((key, event.label) for key, event in EVENTS.items())]),
        description=_l("Each message names the thing and what happened; details are fetched with a token."),
    )
    version = IntegerField(validators=[MayBeEmpty()], widget=HiddenInput())


class ResumeForm(BaseForm):
    """Going on with it."""

    skip = BooleanField(_l("Leave out what happened while it was paused"))
