"""What a row about a person or a partner must say. Pure: what is there already is passed in."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from babel import Locale

from auditapp.kit.text import Text
from auditapp.overview.imports.reading import Fault, Line, Table, shorten
from auditapp.people.persons.rules import email_fault
from auditapp.people.rules import ROLE_LABELS, Role, zones
from auditapp.relationships.rules import (
    KIND_LABELS,
    PRIORITY_LABELS,
    STAGE_LABELS,
    STAGES,
    Kind,
    Priority,
    Stage,
    country_names,
)

PEOPLE_COLUMNS = ("name", "email", "job_title", "roles", "zone")
PARTNER_COLUMNS = (
    "partner", "country", "sector", "relationship", "kind", "stage", "priority", "owner_email", "manager_email",
    "ser_email",
)  # fmt: skip
LONGEST = {"name": 200, "email": 254, "job_title": 200, "partner": 200, "sector": 120, "relationship": 200}
GIVEN_ROLES = tuple(role for role in Role if role is not Role.PARTNER_CONTACT)
E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, kw_only=True)
class PersonLine:
    """A person as a row says; ``zone`` empty: the organization's."""

    line: int
    name: str
    email: str
    job_title: str
    roles: tuple[Role, ...]
    zone: str


@dataclass(frozen=True, kw_only=True)
class PartnerLine:
    """A partner as a row says, perhaps with a relationship. The three seats are e-mail addresses or empty."""

    line: int
    partner: str
    country: str
    sector: str
    relationship: str
    kind: Kind | None
    stage: Stage | None
    priority: Priority
    owner: str
    manager: str
    ser: str
    known_partner: bool


@dataclass(frozen=True, kw_only=True)
class People:
    """The good rows about people, and what is wrong with the others."""

    good: tuple[PersonLine, ...]
    faults: tuple[Fault, ...]


@dataclass(frozen=True, kw_only=True)
class Partners:
    """The good rows about partners, and what is wrong with the others."""

    good: tuple[PartnerLine, ...]
    faults: tuple[Fault, ...]


class Check:
    """One row being looked at: gives values and gathers faults."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.faults: list[Fault] = []

    def wrong(self, column: str, wrong: Text, right: Text | None = None) -> None:
        """Note a fault."""
        self.faults.append(Fault(line=self.line.number, column=column, wrong=wrong, right=right))

    def text(self, column: str, *, needed: Text | None = None) -> str:
        """A value; ``needed`` says what is to be put in when it must not be empty."""
        value = self.line.values.get(column, "")
        if not value and needed is not None:
            self.wrong(column, Text("This is empty."), needed)
        most = LONGEST.get(column, 254)
        if len(value) > most:
            self.wrong(
                column, Text("This is longer than %(most)s characters.", most=most), Text("Shorten it.")
            )
        return value

    def one_of(self, column: str, known: Mapping[E, Text], *, numbers: bool = False) -> E | None:
        """A value of an enum by its value or its name; ``numbers``: also by its place, from 1."""
        value = self.line.values.get(column, "")
        if not value:
            return None
        for place, (member, label) in enumerate(known.items(), start=1):
            if _same(value) in {_same(member.value), _same(label.msgid), _same(str(label))}:
                return member
            if numbers and value == str(place):
                return member
        self.wrong(
            column,
            Text("“%(value)s” is not known.", value=shorten(value)),
            Text("Use one of: %(known)s.", known=", ".join(member.value for member in known)),
        )
        return None


def check_people(table: Table, *, known: Mapping[str, str]) -> People:
    """Judge the rows about people. ``known``: who is there already, name by e-mail address."""
    good: list[PersonLine] = []
    faults = list(table.faults)
    seen: dict[str, int] = {}
    for line in table.lines:
        check = Check(line)
        name = check.text("name", needed=Text("Put the person's name here."))
        email = check.text("email", needed=Text("Put the person's e-mail address here.")).lower()
        if email:
            _check_email(check, email, seen, known)
        job_title = check.text("job_title")
        roles = tuple(_roles(check))
        zone = check.line.values.get("zone", "")
        if zone and zone not in zones():
            check.wrong(
                "zone",
                Text("“%(value)s” is not a time zone.", value=shorten(zone)),
                Text("Use a name such as Europe/London, or leave it empty for the organization's zone."),
            )
        if check.faults:
            faults.extend(check.faults)
        else:
            good.append(
                PersonLine(
                    line=line.number, name=name, email=email, job_title=job_title, roles=roles, zone=zone
                )
            )
    return People(good=tuple(good), faults=_sorted(faults))


def _check_email(check: Check, email: str, seen: dict[str, int], known: Mapping[str, str]) -> None:
    if email_fault(email) is not None:
        check.wrong(
            "email",
            Text("“%(value)s” is not an e-mail address.", value=shorten(email)),
            Text("It should look like name@example.org."),
        )
    elif email in seen:
        check.wrong(
            "email",
            Text("This address stands in line %(line)s already.", line=seen[email]),
            Text("Each person needs an address of their own; remove one of the two rows."),
        )
    elif email in known:
        check.wrong(
            "email",
            Text("%(name)s is here already with this address.", name=known[email]),
            Text("Nothing needs to be done; change the person on their page."),
        )
    seen.setdefault(email, check.line.number)


def _roles(check: Check) -> Iterable[Role]:
    value = check.line.values.get("roles", "")
    for part in value.replace(",", ";").replace("|", ";").split(";"):
        if not part.strip():
            continue
        found = next(
            (
                role
                for role in GIVEN_ROLES
                if _same(part)
                in {_same(role.value), _same(ROLE_LABELS[role].msgid), _same(str(ROLE_LABELS[role]))}
            ),
            None,
        )
        if found is None:
            check.wrong(
                "roles",
                Text("“%(value)s” is not a role.", value=shorten(part.strip())),
                Text("Use one or more of: %(known)s, with ; between them.", known="; ".join(GIVEN_ROLES)),
            )
        else:
            yield found


def check_partners(
    table: Table,
    *,
    partners: Mapping[str, str],
    relationships: Collection[tuple[str, str]],
    people: Collection[str],
    country: str,
) -> Partners:
    """Judge the rows about partners.

    ``partners``: those there already, name by lower-case name. ``relationships``: (partner, relationship) there
    already, lower case. ``people``: addresses of active people of the organization. ``country``: where empty.
    """
    good: list[PartnerLine] = []
    faults = list(table.faults)
    seen: dict[tuple[str, str], int] = {}
    for line in table.lines:
        check = Check(line)
        partner = check.text("partner", needed=Text("Put the partner's name here."))
        relationship = check.text("relationship")
        key = (partner.lower(), relationship.lower())
        if partner and key in seen:
            check.wrong(
                "relationship" if relationship else "partner",
                Text("This stands in line %(line)s already.", line=seen[key]),
                Text("Remove one of the two rows."),
            )
        elif relationship and key in relationships:
            check.wrong(
                "relationship",
                Text("This relationship is here already."),
                Text("Nothing needs to be done; change it on its page."),
            )
        elif partner and not relationship and key[0] in partners:
            check.wrong("partner", Text("This partner is here already."), Text("Nothing needs to be done."))
        seen.setdefault(key, line.number)
        kind = check.one_of("kind", KIND_LABELS)
        stage = check.one_of("stage", {one: STAGE_LABELS[one] for one in STAGES}, numbers=True)
        priority = check.one_of("priority", PRIORITY_LABELS)
        _check_relationship(check, relationship, kind=kind, stage=stage)
        found = PartnerLine(
            line=line.number,
            partner=partners.get(key[0], partner),
            country=_country(check, country),
            sector=check.text("sector"),
            relationship=relationship,
            kind=kind,
            stage=stage,
            priority=priority or Priority.MEDIUM,
            owner=_person(check, "owner_email", people),
            manager=_person(check, "manager_email", people),
            ser=_person(check, "ser_email", people),
            known_partner=key[0] in partners,
        )
        if check.faults:
            faults.extend(check.faults)
        else:
            good.append(found)
    return Partners(good=tuple(good), faults=_sorted(faults))


def _check_relationship(check: Check, relationship: str, *, kind: Kind | None, stage: Stage | None) -> None:
    if relationship:
        for column, found, known in (
            ("kind", kind, ", ".join(Kind)),
            ("stage", stage, ", ".join(STAGES)),
        ):
            if found is None and not check.line.values.get(column):
                check.wrong(
                    column, Text("A relationship needs this."), Text("Use one of: %(known)s.", known=known)
                )
        return
    told = ("kind", "stage", "priority", "owner_email", "manager_email", "ser_email")
    if any(check.line.values.get(column) for column in told):
        check.wrong(
            "relationship",
            Text("This is empty, but the row says something about a relationship."),
            Text("Name the relationship, or leave the columns about it empty."),
        )


def _person(check: Check, column: str, people: Collection[str]) -> str:
    email = check.line.values.get(column, "").lower()
    if email and email not in people:
        check.wrong(
            column,
            Text("Nobody of the organization has the address “%(value)s”.", value=shorten(email)),
            Text("Bring the people in first, or leave it empty for now."),
        )
    return email


def _country(check: Check, fallback: str) -> str:
    value = check.line.values.get("country", "")
    if not value:
        return fallback
    names = country_names(Locale("en"))
    if value.upper() in names:
        return value.upper()
    code = {name.casefold(): code for code, name in names.items()}.get(value.casefold())
    if code is None:
        check.wrong(
            "country",
            Text("“%(value)s” is not a country.", value=shorten(value)),
            Text("Use the two letters of the country, such as GB, or its English name."),
        )
    return code or fallback


def _same(text: str) -> str:
    return " ".join(text.casefold().replace("_", " ").replace("-", " ").split())


def _sorted(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    return tuple(sorted(faults, key=lambda fault: fault.line))
