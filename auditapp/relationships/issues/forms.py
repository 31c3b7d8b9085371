"""Forms of issues."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from auditapp.people.rules import zones
from auditapp.relationships.issues.rules.clock import Party
from auditapp.relationships.issues.rules.issue import COMMENT_LABELS, KIND_LABELS, CommentKind
from auditapp.relationships.issues.rules.ladder import (
    EXPIRY_LABELS,
    LEVEL_LABELS,
    LONGEST,
    SEVERITY_LABELS,
    Level,
    cells,
)
from auditapp.relationships.rules import SHARING_LABELS, Sharing
from auditapp.shell.forms import BaseForm, options

LONGEST_NUMBER = 9  # digits of a version


def number_or_none(value: str | None) -> int | None:
    """A hidden number as the page carried it; ``None`` when it was left out or tampered with."""
    return (
        int(value) if value and value.isascii() and value.isdigit() and len(value) <= LONGEST_NUMBER else None
    )


class VersionedForm(BaseForm):
    """A form that knows from which version its page was made, and which stay on a level that showed."""

    version = HiddenField()
    stay = HiddenField()

    @property
    def seen(self) -> dict[str, int | None]:
        """``version`` and ``seen``, as the services take them."""
        return {"version": number_or_none(self.version.data), "seen": number_or_none(self.stay.data)}


class WordsForm(VersionedForm):
    """What an issue says."""

    title = StringField(
        _l("What the issue is"),
        [InputRequired(_l("Say in a few words what the issue is.")), Length(max=200)],
    )
    kind = SelectField(_l("Kind"), [InputRequired(_l("Choose one."))], choices=options(KIND_LABELS.items()))
    description = TextAreaField(
        _l("Description"), [Optional()], description=_l("What happened, and what was agreed instead.")
    )
    impact = TextAreaField(
        _l("Impact"), [Optional()], description=_l("What it costs either party while it waits.")
    )


class RaiseForm(WordsForm):
    """A new issue."""

    severity = RadioField(
        _l("Severity"),
        [InputRequired(_l("Choose how severe it is."))],
        choices=options(SEVERITY_LABELS.items()),
        description=_l("The more severe, the less time each level has."),
    )
    partner_id = SelectField(_l("With which partner"), [InputRequired(_l("Choose the partner."))])
    sharing = RadioField(
        _l("Who reads it"),
        [InputRequired(_l("Choose who reads it."))],
        choices=options(SHARING_LABELS.items()),
        description=_l(
            "Shared: the partner sees it, and the ball is with them. Internal: only our own people; it can be shared later."
        ),
    )

    def offer(self, partners: Sequence[tuple[str, str]], *, own: bool) -> None:
        """Fill the choices, and leave out what there is nothing to choose about."""
        if len(partners) > 1 and own:
            self.partner_id.choices = options([("", _("Choose")), *partners])
        else:
            del self.partner_id
        if not own:
            del self.sharing

    @property
    def shared(self) -> Sharing:
        """Who reads it."""
        return Sharing(self.sharing.data) if "sharing" in self else Sharing.SHARED


class ReasonForm(VersionedForm):
    """A reason."""

    reason = TextAreaField(_l("Reason"), [InputRequired(_l("Say why. It stays on record."))])


class BallForm(VersionedForm):
    """With whom the ball is."""

    to = RadioField(_l("Who has to act next"), [InputRequired(_l("Choose who."))])
    note = TextAreaField(_l("What is expected of them"), [InputRequired(_l("Say what is expected of them."))])

    def offer(self, names: Mapping[Party, str]) -> None:
        """The two parties by name."""
        self.to.choices = options((party, names[party]) for party in Party)


class PauseForm(ReasonForm):
    """A pause."""

    until_on = DateField(
        _l("When it goes on"),
        [InputRequired(_l("Choose a day."))],
        description=_l("The clock goes on by itself at the beginning of this day."),
    )


class JumpForm(ReasonForm):
    """A jump."""

    to_level = RadioField(_l("To which level"), [InputRequired(_l("Choose a level."))])

    def offer(self, level: Level) -> None:
        """The levels above."""
        self.to_level.choices = options((int(one), LEVEL_LABELS[one]) for one in Level if one > level)


class _ForPartner:
    """How the partner said it, where nobody of theirs can sign in."""

    how: Any

    def for_partner(self, *, needed: bool) -> None:
        """Ask for it only where it is needed."""
        if not needed:
            del self.how


class AnswerForm(_ForPartner, VersionedForm):
    """The answer to a proposal."""

    agreed = RadioField(
        _l("Your answer"),
        [InputRequired(_l("Choose one."))],
        choices=options([("yes", _l("We agree")), ("no", _l("We do not agree"))]),
    )
    answer = TextAreaField(
        _l("What you say to it"), [Optional()], description=_l("Needed when you do not agree.")
    )
    how = StringField(
        _l("Who of the partner answered, when and how"),
        [InputRequired(_l("Say who answered, when and how.")), Length(max=300)],
        description=_l("Nobody of the partner can sign in here, so their answer is recorded for them."),
    )

    @property
    def how_said(self) -> str:
        """How the partner said it, if that was asked."""
        return self.how.data or "" if "how" in self else ""


class AcceptForm(AnswerForm):
    """The answer to a resolution."""

    agreed = RadioField(
        _l("Your answer"),
        [InputRequired(_l("Choose one."))],
        choices=options([("yes", _l("We accept it: the issue is closed")), ("no", _l("We object"))]),
    )
    answer = TextAreaField(_l("What is missing"), [Optional()], description=_l("Needed when you object."))


class SeverityForm(ReasonForm):
    """Another severity."""

    severity = RadioField(
        _l("Severity"), [InputRequired(_l("Choose one."))], choices=options(SEVERITY_LABELS.items())
    )


class ResolveForm(VersionedForm):
    """How it is resolved."""

    cause = TextAreaField(_l("Cause"), [InputRequired(_l("Say what the cause was."))])
    resolution = TextAreaField(_l("Resolution"), [InputRequired(_l("Say how it is resolved."))])
    lesson = TextAreaField(
        _l("Lesson"),
        [InputRequired(_l("Say what is learned from it, or that it is nothing."))],
        description=_l("What both parties do differently from now on."),
    )


class CommentForm(BaseForm):
    """A word."""

    text = TextAreaField(_l("Your comment"), [InputRequired(_l("Write something first."))])
    kind = RadioField(
        _l("What it is"), choices=options(COMMENT_LABELS.items()), default=CommentKind.COMMENT.value
    )
    sharing = RadioField(
        _l("Who reads it"), choices=options(SHARING_LABELS.items()), default=Sharing.INTERNAL.value
    )

    def offer(self, *, proposes: bool, chooses: bool) -> None:
        """Leave out what there is nothing to choose about."""
        if not proposes:
            del self.kind
        if not chooses:
            del self.sharing


class LadderForm(VersionedForm):
    """The settings of a ladder; figures, holders and zones are added by :func:`ladder_form`."""

    expiry = RadioField(
        _l("When the time of a level is over"),
        [InputRequired(_l("Choose one."))],
        choices=options(EXPIRY_LABELS.items()),
    )
    answer_days = IntegerField(
        _l("Working days in which the other party can object to a resolution"),
        [InputRequired(_l("A number of working days."))],
    )

    def days(self, level: Level, severity: str) -> Any:
        """The field of a figure."""
        return self[f"days_{int(level)}_{severity}"]

    def person(self, level: Level, party_id: UUID | None) -> Any:
        """The field of a holder."""
        return self[f"person_{int(level)}_{party_id or 'own'}"]

    def name_of(self, level: Level, party_id: UUID | None) -> Any:
        """The field of a holder's name."""
        return self[f"name_{int(level)}_{party_id or 'own'}"]

    def zone(self, party_id: UUID | None) -> Any:
        """The field of a party's zone."""
        return self["own_zone" if party_id is None else f"zone_{party_id}"]


def ladder_form(
    parties: Sequence[tuple[UUID | None, str]],
    people: Mapping[UUID | None, list[tuple[str, str]]],
    default_zones: Mapping[UUID | None, str],
) -> type[LadderForm]:
    """The form of one relationship's ladder: a field for each figure, holder and zone."""
    fields: dict[str, Any] = {}
    for level, severity in cells():
        fields[f"days_{int(level)}_{severity.value}"] = IntegerField(
            _("%(level)s, %(severity)s", level=LEVEL_LABELS[level], severity=SEVERITY_LABELS[severity]),
            [
                InputRequired(_("A number of working days.")),
                NumberRange(1, LONGEST, _("From 1 to %(most)s working days.", most=LONGEST)),
            ],
        )
    for party_id, name in parties:
        key = str(party_id or "own")
        for level in Level:
            fields[f"person_{int(level)}_{key}"] = SelectField(
                _("%(level)s for %(party)s", level=LEVEL_LABELS[level], party=name),
                [Optional()],
                choices=options([("", _("By role")), *people.get(party_id, [])]),
            )
            fields[f"name_{int(level)}_{key}"] = StringField(_("Or a name"), [Optional(), Length(max=200)])
        fields["own_zone" if party_id is None else f"zone_{key}"] = SelectField(
            _("Time zone of %(party)s", party=name),
            [Optional()],
            choices=options(
                [
                    ("", _("By default: %(zone)s", zone=default_zones[party_id])),
                    *((one, one) for one in zones()),
                ]
            ),
        )
    return type("FilledLadderForm", (LadderForm,), fields)
