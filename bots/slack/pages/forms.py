"""Forms of the pages about Slack."""

from collections.abc import Collection
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length

from auditapp.reminders.rules import KIND_LABELS
from auditapp.shell.forms import BaseForm, options

Named = Collection[tuple[UUID, str]]


class MapForm(BaseForm):
    """Whose account it is."""

    person = SelectField(_l("Whose account is it?"), [InputRequired(_l("Choose a person."))])

    def __init__(self, *args: object, people: Named, **kwargs: object) -> None:
        """Offer people as (id, name)."""
        super().__init__(*args, **kwargs)
        self.person.choices = options([("", _l("Choose a person")), *people])


class PlaceForm(BaseForm):
    """A channel for what concerns a relationship or a programme."""

    workspace = SelectField(_l("Workspace"), [InputRequired(_l("Choose a workspace."))])
    channel = StringField(
        _l("Channel"),
        [InputRequired(_l("Type the channel's name, its link or its id.")), Length(max=300)],
        description=_l("Its name (#audits), its link, or its id (C0123456789). A private channel must invite the app first."),
    )  # fmt: skip
    subject = SelectField(
        _l("What is told there"), [InputRequired(_l("Choose a relationship or a programme."))]
    )

    def __init__(
        self,
        *args: object,
        workspaces: Named,
        relationships: Collection[tuple[UUID, str, str]],
        programmes: Collection[tuple[UUID, str, str]],
        **kwargs: object,
    ) -> None:
        """Offer workspaces as (id, name), relationships and programmes as (id, number, name)."""
        super().__init__(*args, **kwargs)
        self.workspace.choices = options(workspaces)
        self.subject.choices = options(
            [
                ("", _l("Choose a relationship or a programme")),
                *((f"r:{one[0]}", f"{one[1]} {one[2]}") for one in relationships),
                *((f"p:{one[0]}", f"{one[1]} {one[2]}") for one in programmes),
            ]
        )

    @property
    def relationship_id(self) -> UUID | None:
        """The relationship that was chosen."""
        return self._id("r:")

    @property
    def programme_id(self) -> UUID | None:
        """The programme that was chosen."""
        return self._id("p:")

    def _id(self, start: str) -> UUID | None:
        chosen = self.subject.data or ""
        return UUID(chosen.removeprefix(start)) if chosen.startswith(start) else None


class ChoicesForm(BaseForm):
    """Whose partners are reached by Slack, and what stays out of previews."""

    partners = SelectMultipleField(
        _l("Relationships whose partner contacts may be reached by Slack, and may answer there"),
        coerce=UUID,
    )
    private = SelectMultipleField(
        _l("Titles that stay out of previews"),
        description=_l("Notifications, and messages before they are opened, then show the number only."),
    )

    def __init__(
        self, *args: object, relationships: Collection[tuple[UUID, str, str]], **kwargs: object
    ) -> None:
        """Offer relationships as (id, number, name), and every kind of thing that is due."""
        super().__init__(*args, **kwargs)
        self.partners.choices = options((one[0], f"{one[1]} {one[2]}") for one in relationships)
        self.private.choices = options((kind.value, label) for kind, label in KIND_LABELS.items())
