"""Who is able to audit, and who is independent enough to. Pure (ISO 19011 clauses 4 e, 5.4.2, 7.2)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from auditapp.kit.text import Text
from auditapp.people.rules import PROCESS_LABELS, Role

SOON_DAYS = 60  # so long before its last day a competence is listed as running out
# Held for one relationship, these make a person answer for it. An action owner answers for an action only.
RESPONSIBLE_ROLES: Mapping[Role, Text] = {
    Role.SER: Text("Senior Executive Responsible"),
    Role.RELATIONSHIP_OWNER: Text("relationship owner"),
    Role.RELATIONSHIP_MANAGER: Text("relationship manager"),
}
Competences = Sequence[tuple[str, date, date | None]]  # (library key, since, last day or None for no end)
# (id, ref, SER, relationship owner, relationship manager)
RelationshipDuties = tuple[UUID, str, UUID | None, UUID | None, UUID | None]


@dataclass(frozen=True, kw_only=True)
class CompetenceState:
    """What of the needed libraries is ``missing`` (keys) and what has ``expired`` (key, last day); sorted."""

    missing: tuple[str, ...] = ()
    expired: tuple[tuple[str, date], ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the person may audit against all that is needed."""
        return not self.missing and not self.expired


def competence_state(competences: Competences, needed: Collection[str], on: date) -> CompetenceState:
    """Whether somebody's competences cover the libraries ``needed`` on a day.

    A competence holds from its first day to its last, both included; one that begins later counts as missing.
    """
    known = {key: (since, expires_on) for key, since, expires_on in competences}
    missing: list[str] = []
    expired: list[tuple[str, date]] = []
    for key in sorted(set(needed)):
        since, expires_on = known.get(key, (None, None))
        if since is None or since > on:
            missing.append(key)
        elif expires_on is not None and expires_on < on:
            expired.append((key, expires_on))
    return CompetenceState(missing=tuple(missing), expired=tuple(expired))


def independence_conflicts(
    person_id: UUID,
    roles_scoped: Mapping[UUID, Collection[Role]],
    responsibilities: Collection[str],
    relationships: Iterable[RelationshipDuties],
    stages: Collection[str],
) -> list[Text]:
    """Why a person may not audit these relationships and stages; an empty list when nothing stands against it.

    ``roles_scoped``: the roles held for single relationships. ``responsibilities``: stages (or
    ``management_system``) the person answers for. ``relationships``: those to be audited, with who answers for
    them. ``stages``: slugs in the audit's scope; an audit of all stages must name them all.
    """
    found: list[Text] = []
    for relationship_id, ref, *duties in relationships:
        held = [role for role, holder in zip(RESPONSIBLE_ROLES, duties, strict=True) if holder == person_id]
        held += [role for role in roles_scoped.get(relationship_id, ()) if role in RESPONSIBLE_ROLES]
        found.extend(
            Text("is %(role)s of %(relationship)s", role=label, relationship=ref)
            for role, label in RESPONSIBLE_ROLES.items()
            if role in held
        )
    found.extend(
        Text("is responsible for “%(process)s”", process=label)
        for slug, label in PROCESS_LABELS.items()
        if slug in responsibilities and slug in stages
    )
    return found


class Validity(StrEnum):
    """How a training or competence stands on a day; derived, never stored."""

    VALID = "valid"
    SOON = "soon"
    EXPIRED = "expired"
    LATER = "later"


VALIDITY_LABELS: Mapping[Validity, Text] = {
    Validity.VALID: Text("Valid"),
    Validity.SOON: Text("Expires soon"),
    Validity.EXPIRED: Text("Expired"),
    Validity.LATER: Text("Not yet"),
}
VALIDITY_TONES: Mapping[Validity, str] = {
    Validity.VALID: "on_track",
    Validity.SOON: "attention",
    Validity.EXPIRED: "overdue",
    Validity.LATER: "quiet",
}


def validity(since: date, expires_on: date | None, on: date) -> Validity:
    """How something that holds from ``since`` to ``expires_on`` (both included) stands on a day."""
    if since > on:
        return Validity.LATER
    if expires_on is None:
        return Validity.VALID
    if expires_on < on:
        return Validity.EXPIRED
    return Validity.SOON if expires_on <= on + timedelta(days=SOON_DAYS) else Validity.VALID
