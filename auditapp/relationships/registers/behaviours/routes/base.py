"""What the pages of behaviours share."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, url_for

from auditapp.kit.db import current_session
from auditapp.people.guards import actor
from auditapp.relationships.contacts.queries import Someone
from auditapp.relationships.model import Relationship
from auditapp.relationships.registers.behaviours import queries, rules
from auditapp.relationships.registers.behaviours.rules import Reader, Source, Subject
from auditapp.relationships.registers.pages import here

bp = Blueprint("behaviours", __name__, template_folder="../../templates")


LABELS: dict[str, Any] = {
    "kind_labels": rules.ITEM_KIND_LABELS,
    "level_labels": rules.LEVEL_LABELS,
    "role_labels": rules.ROLE_LABELS,
    "source_labels": rules.SOURCE_LABELS,
    "development_labels": rules.DEVELOPMENT_LABELS,
    "development_tones": rules.DEVELOPMENT_TONES,
    "induction_labels": rules.INDUCTION_LABELS,
    "induction_steps": rules.INDUCTION_STEPS,
}


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A person of a relationship as the reader sees them."""

    found: Relationship
    one: Someone
    subject: Subject
    reader: Reader

    @property
    def sees(self) -> bool:
        """Whether levels may be shown."""
        return rules.may_see(self.reader, self.subject)

    @property
    def develops(self) -> bool:
        """Whether development may be planned."""
        return rules.may_develop(self.reader, self.subject)

    @property
    def inducts(self) -> bool:
        """Whether steps of an induction may be ticked off."""
        return rules.may_induct(self.reader, self.subject)

    @property
    def assesses_as(self) -> Source | None:
        """As what the reader may assess."""
        return rules.assesses_as(self.reader, self.subject)

    @property
    def url(self) -> str:
        """The page of the person."""
        return url_for("behaviours.show", ref=self.found.ref, person_id=self.one.person_id)


def seen_as(ref: str, person_id: UUID) -> Seen:
    """The person of the address, and what the reader is to them."""
    found = here(ref)
    people = queries.all_people(current_session(), found.id)
    one = queries.someone(people, person_id)
    return Seen(
        found=found,
        one=one,
        subject=queries.subject_of(one),
        reader=queries.reader_of(actor(), found, people),
    )
