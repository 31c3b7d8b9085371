"""What the forms of exits share: which version the page showed, people and parties to choose from."""

from collections.abc import Collection, Iterable
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import (  # type: ignore[attr-defined] # the stubs are a version behind: SelectChoice
    HiddenField,
    SelectChoice,
)

from auditapp.relationships.exits.queries.base import Choice, Reader
from auditapp.shell.forms import BaseForm

LONGEST_NUMBER = 10
OWN = "own"  # how a form spells our own party


def uuid_or_none(value: object) -> UUID | None:
    """A UUID from a form; nothing else is one."""
    if isinstance(value, UUID):
        return value
    try:
        return UUID(str(value)) if value else None
    except ValueError:
        return None


def party_of(value: str | None) -> UUID | None:
    """The party that a form names; ``None`` is our own."""
    return None if value in {None, "", OWN} else uuid_or_none(value)


def parties(reader: Reader, *, own: bool = True) -> list[SelectChoice]:
    """The parties of a relationship to choose from."""
    found = [SelectChoice(OWN, reader.own_name)] if own else []
    return found + [SelectChoice(str(one.id), one.name) for one in reader.relationship.partners]


def people(reader: Reader, choices: Iterable[Choice], *, own_only: bool = False) -> list[SelectChoice]:
    """People to choose from, by party; first nobody."""
    return [SelectChoice("", _l("Nobody yet"))] + [
        SelectChoice(str(one.id), one.name, optgroup=reader.party(one.party_id))
        for one in choices
        if one.party_id is None or not own_only
    ]


class SeenForm(BaseForm):
    """A form that knows which version its page showed."""

    seen = HiddenField()

    @property
    def version(self) -> int | None:
        """The version the page showed; ``None`` when the field was tampered with or left out."""
        said = str(self.seen.data or "")
        return int(said) if said.isdecimal() and len(said) < LONGEST_NUMBER else None


def picked(values: Collection[str] | None) -> list[str]:
    """What was ticked."""
    return list(values or ())
