"""Who may stand in an audit team: one leader, able, independent, or overridden with a reviewer. Pure.

ISO 19011 clauses 4 e (independence), 5.5.4 (team), 7 (competence).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from auditapp.audits.rules import MEMBER_LABELS, TEAM, MemberRole
from auditapp.kit.errors import Invalid, Refusal
from auditapp.kit.text import Text, day_words

Policy = Literal["refuse", "warn"]
OUTSIDE = frozenset({MemberRole.AUDITEE, MemberRole.OBSERVER})  # all that a partner's contact can be
ORDER = tuple(MemberRole)


@dataclass(frozen=True, kw_only=True)
class MemberInput:
    """A person wanted in an audit; the override names a reason and somebody who reviews the work."""

    person_id: UUID
    role: MemberRole
    override_reason: str = ""
    reviewer_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """What stands for and against a person in one audit: plain values read beforehand.

    ``conducts``: holds CONDUCT_AUDITS for all relationships or for every sampled one. ``missing``: titles of
    libraries without competence. ``expired``: (title, last day). ``conflicts``: why not independent, in words.
    """

    person_id: UUID
    name: str
    active: bool = True
    of_partner: bool = False
    conducts: bool = False
    missing: tuple[str, ...] = ()
    expired: tuple[tuple[str, date], ...] = ()
    conflicts: tuple[Text, ...] = ()

    @property
    def able(self) -> bool:
        """Competent for everything that is audited."""
        return not self.missing and not self.expired


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A member who may take part, with what the report prints about it."""

    wanted: MemberInput
    conflict: str = ""
    warning: str = ""


def check_team(
    wanted: Sequence[MemberInput],
    candidates: Mapping[UUID, Candidate],
    policy: Policy,
    *,
    leader_needed: bool = True,
) -> list[Checked]:
    """The team as it may be, leader first. ``candidates`` holds every member and every reviewer.

    Raises :class:`Invalid` when the list itself is wrong and :class:`Refusal` when a person may not take part.
    """
    people = [member.person_id for member in wanted]
    for member in wanted:
        if people.count(member.person_id) > 1:
            raise Invalid(
                Text("%(name)s is on the list twice. Keep one part.", name=candidates[member.person_id].name),
                field="person_id",
            )
    leaders = [member for member in wanted if member.role is MemberRole.LEADER]
    if len(leaders) > 1:
        raise Invalid(Text("An audit has exactly one audit team leader. Choose one."), field="role")
    if leader_needed and not leaders:
        raise Invalid(Text("An audit has exactly one audit team leader. Name one."), field="role")
    ordered = sorted(wanted, key=lambda member: ORDER.index(member.role))
    auditees = {member.person_id for member in wanted if member.role is MemberRole.AUDITEE}
    return [_checked(member, candidates, policy, auditees) for member in ordered]


def _checked(
    member: MemberInput, candidates: Mapping[UUID, Candidate], policy: Policy, auditees: set[UUID]
) -> Checked:
    who = candidates[member.person_id]
    if not who.active:
        raise Refusal(
            Text("%(name)s is no longer active and cannot take part.", name=who.name), field="person_id"
        )
    if who.of_partner and member.role not in OUTSIDE:
        raise Refusal(
            Text("%(name)s belongs to a partner and can be auditee or observer only.", name=who.name),
            field="person_id",
        )
    if member.role not in TEAM:
        return Checked(wanted=MemberInput(person_id=member.person_id, role=member.role))
    if not who.conducts:
        raise Refusal(
            Text(
                "%(name)s cannot be %(part)s: that needs the role of internal auditor. "
                "The system manager can give it on the person’s page.",
                name=who.name,
                part=MEMBER_LABELS[member.role],
            ),
            field="person_id",
        )
    lack = lacking(who)
    if lack is not None and policy == "refuse":
        raise Refusal(
            Text(
                "%(lack)s Choose another auditor, or record the competence on the person’s page.",
                lack=lack,
            ),
            field="person_id",
        )
    warning = str(lack) if lack is not None else ""
    if not who.conflicts:
        return Checked(wanted=MemberInput(person_id=member.person_id, role=member.role), warning=warning)
    _check_override(member, who, candidates, auditees)
    return Checked(wanted=member, conflict=conflict_words(who), warning=warning)


def _check_override(
    member: MemberInput, who: Candidate, candidates: Mapping[UUID, Candidate], auditees: set[UUID]
) -> None:
    if not member.override_reason.strip():
        raise Refusal(
            Text(
                "%(name)s is not independent here: %(conflict)s. Choose another auditor; or, if there is nobody "
                "else, give a reason and name who reviews the work.",
                name=who.name,
                conflict=conflict_words(who),
            ),
            field="person_id",
        )
    if member.reviewer_id is None:
        raise Refusal(
            Text("Name the person who reviews what %(name)s does in this audit.", name=who.name),
            field="reviewer_id",
        )
    reviewer = candidates[member.reviewer_id]
    if reviewer.person_id == who.person_id:
        raise Refusal(
            Text("%(name)s cannot review the own work. Name another person.", name=who.name),
            field="reviewer_id",
        )
    if reviewer.conflicts or reviewer.person_id in auditees or reviewer.of_partner or not reviewer.active:
        raise Refusal(
            Text(
                "%(name)s cannot be the reviewer: %(why)s. Name another person.",
                name=reviewer.name,
                why=_against_reviewer(reviewer, auditees),
            ),
            field="reviewer_id",
        )


def _against_reviewer(reviewer: Candidate, auditees: set[UUID]) -> Text | str:
    if reviewer.conflicts:
        return conflict_words(reviewer)
    if reviewer.person_id in auditees:
        return Text("is an auditee of this audit")
    return Text("belongs to a partner") if reviewer.of_partner else Text("is no longer active")


def conflict_words(who: Candidate) -> str:
    """What stands against independence, as one piece of text for the record."""
    return "; ".join(str(conflict) for conflict in who.conflicts)


def lacking(who: Candidate) -> Text | None:
    """What of competence is missing or expired, as a sentence; ``None`` when nothing is."""
    if who.able:
        return None
    expired = ", ".join(f"{title} ({day_words(last)})" for title, last in who.expired)
    missing = ", ".join(who.missing)
    if who.missing and who.expired:
        return Text(
            "%(name)s has no recorded competence for %(missing)s, and the competence for %(expired)s has expired.",
            name=who.name,
            missing=missing,
            expired=expired,
        )
    if who.missing:
        return Text("%(name)s has no recorded competence for %(missing)s.", name=who.name, missing=missing)
    return Text("%(name)s: the competence for %(expired)s has expired.", name=who.name, expired=expired)
