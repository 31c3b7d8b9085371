"""Forms about a person."""

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, IntegerField, SelectField, SelectMultipleField, StringField, ValidationError
from wtforms.validators import InputRequired, Length
from wtforms.validators import Optional as MayBeEmpty
from wtforms.widgets import HiddenInput

from auditapp.people.persons.rules import email_fault
from auditapp.people.rules import PROCESS_LABELS, ROLE_LABELS, Role, zones
from auditapp.shell.forms import BaseForm, options


class PersonForm(BaseForm):
    """A person's particulars."""

    name = StringField(_l("Name"), [InputRequired(_l("Type the person's name.")), Length(max=200)])
    email = EmailField(
        _l("E-mail address"),
        [InputRequired(_l("Type the person's e-mail address.")), Length(max=254)],
        description=_l("The person signs in with it."),
    )
    job_title = StringField(_l("Job title"), [Length(max=200)])
    zone = SelectField(_l("Time zone"))
    partner = SelectField(
        _l("Belongs to"),
        description=_l("Somebody of a partner becomes partner contact and sees only what is theirs."),
    )
    version = IntegerField(validators=[MayBeEmpty()], widget=HiddenInput())

    def __init__(self, *args: object, partners: list[tuple[str, str]], **kwargs: object) -> None:
        """Offer the zones there are, and ``partners`` as (id, name)."""
        super().__init__(*args, **kwargs)
        self.zone.choices = options((zone, zone.replace("_", " ")) for zone in zones())
        self.partner.choices = options([("", _l("Our own organization")), *partners])

    def validate_email(self, field: EmailField) -> None:
        """One rule for all addresses."""
        wrong = email_fault(field.data or "")
        if wrong is not None:
            raise ValidationError(str(wrong))


class AddPersonForm(PersonForm):
    """A new person, with the first roles."""

    roles = SelectMultipleField(
        _l("Roles for all relationships"),
        choices=options(
            (role, label) for role, label in ROLE_LABELS.items() if role is not Role.PARTNER_CONTACT
        ),
        description=_l("Roles for single relationships are given on the person's page afterwards."),
    )


class RoleForm(BaseForm):
    """A role to give, for all relationships or for one."""

    role = SelectField(
        _l("Role to give"),
        [InputRequired(_l("Choose a role."))],
        choices=options(
            [
                ("", _l("Choose a role")),
                *((role, label) for role, label in ROLE_LABELS.items() if role is not Role.PARTNER_CONTACT),
            ]
        ),
    )
    scope = SelectField(_l("For"))

    def __init__(self, *args: object, relationships: list[tuple[str, str]], **kwargs: object) -> None:
        """Offer ``relationships`` as (id, name)."""
        super().__init__(*args, **kwargs)
        self.scope.choices = options([("", _l("All relationships")), *relationships])


class ResponsibilitiesForm(BaseForm):
    """The stages and processes a person answers for."""

    stages = SelectMultipleField(
        _l("Answers for"),
        choices=options(PROCESS_LABELS.items()),
        description=_l("Nobody audits what they answer for: planning an audit refuses it."),
    )
