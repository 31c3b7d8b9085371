"""Forms of signing in and of one's own page."""

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, HiddenField, PasswordField, RadioField, SelectField
from wtforms.validators import InputRequired, Length

from auditapp.people import passwords
from auditapp.people.rules import zones
from auditapp.shell.forms import BaseForm, options
from auditapp.shell.i18n import LANGUAGES

THEMES = (("auto", _l("As device")), ("light", _l("Light")), ("dark", _l("Dark")))


class SignInForm(BaseForm):
    """E-mail address and password."""

    email = EmailField(
        _l("E-mail address"), [InputRequired(_l("Type your e-mail address.")), Length(max=254)]
    )
    password = PasswordField(_l("Password"), [InputRequired(_l("Type your password.")), Length(max=1024)])
    next = HiddenField()


class NewPasswordForm(BaseForm):
    """A new password, typed twice."""

    password = PasswordField(
        _l("New password"),
        [InputRequired(_l("Type a new password."))],
        description=_l(
            "At least %(count)s characters. Several words are good; no signs are asked for.",
            count=passwords.SHORTEST,
        ),
    )
    again = PasswordField(_l("The same again"), [InputRequired(_l("Type the new password a second time."))])

    def accept(self, *, name: str, email: str) -> bool:
        """Whether the password can be taken for this person; what is wrong stands at its field."""
        if not self.validate():
            return False
        wrong = passwords.fault(self.password.data or "", name=name, email=email)
        if wrong is not None:
            self.password.errors = [str(wrong)]
            return False
        if self.password.data != self.again.data:
            self.again.errors = [str(_l("This is not the same password. Type it again."))]
            return False
        return True


class ChangePasswordForm(NewPasswordForm):
    """The old password and a new one."""

    old = PasswordField(
        _l("Present password"), [InputRequired(_l("Type your present password.")), Length(max=1024)]
    )


class PreferencesForm(BaseForm):
    """How the site reads for one person."""

    zone = SelectField(_l("Time zone"), description=_l("Times are shown in this zone."))
    locale = SelectField(_l("Language"), choices=options(LANGUAGES.items()))
    theme = RadioField(_l("Light or dark"), choices=options(THEMES))

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Offer the zones there are."""
        super().__init__(*args, **kwargs)
        self.zone.choices = options((zone, zone.replace("_", " ")) for zone in zones())
