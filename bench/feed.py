"""A feed of 2,000 events: served from stored bytes, beside writing the same bytes anew; and a 304 beside an empty route.

Taken in turns: *stored*, the whole request of a 200 through the site; *naive*, the same bytes put together from plain
values by a writer of strings (escape, fold, join), without any request, database or rights; *library*, `icalendar`
writing the same events. Then *unchanged*, the whole request of a 304, beside *empty*, a route of the same application that
does nothing. `--goal` exits with 1 when stored is not faster than naive, or a 304 takes more than 1.5 times empty.
"""

import argparse
import io
import json
import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Any

import sqlalchemy as sa
from icalendar import Calendar
from werkzeug.test import EnvironBuilder, run_wsgi_app

from auditapp.app import AuditApp
from auditapp.feeds import service
from auditapp.feeds.lint import read, unescaped
from auditapp.feeds.model import Feed
from auditapp.feeds.rules import Scope
from auditapp.feeds.site import site_of
from auditapp.kit.clock import now
from auditapp.kit.db import current_session, run_unit
from auditapp.kit.ids import new_id
from auditapp.kit.text import Text
from auditapp.people.guards import guard
from auditapp.people.model import Account, Organization, Person, RoleGrant
from auditapp.people.queries import principal_of_person
from auditapp.people.rules import Principal, Role
from auditapp.reminders.rules import DueItem, Kind
from bench.stage import databases, machine, side_by_side, site

MOST_RATIO = 1.5
EVENTS = 2000
FOLD = 74  # octets before a line's end, as the library folds
ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
TEXTS = frozenset({"SUMMARY", "DESCRIPTION", "LOCATION", "NAME", "X-WR-CALNAME", "UID", "TZNAME"})


def due(count: int, who: Principal) -> list[DueItem]:
    """So many things that are due, one or more on each day of the window."""
    today = now().date()
    return [
        DueItem(
            key=f"action:{number}",
            kind=Kind.ACTION,
            ref=f"A-2026-{number:04d}",
            title=f"Close the finding about joint reviews; with the partner, number {number}",
            step=Text("Do it and say that it is done, with what shows it: minutes, photographs, a document."),
            why=Text("You are its owner."),
            due_on=today + timedelta(days=number % 540),
            version="1",
            owners=(who.person_id,),
            endpoint="findings.my_actions",
            thing_kind="action",
            thing_id=str(new_id()),
        )
        for number in range(count)
    ]


def set_stage(app: AuditApp, count: int) -> str:
    """The address of a feed with so many events."""
    at = now()

    def people() -> Principal:
        session = current_session()
        session.add(Organization(name="Measured", zone="Europe/London", created_at=at))
        person = Person(name="Lea Leader", email="lea@example.org", created_at=at)
        session.add(person)
        session.flush()
        session.add(Account(person_id=person.id))
        session.add(RoleGrant(person_id=person.id, role=Role.AUDITOR, granted_at=at))
        session.flush()
        found = principal_of_person(session, person.id)
        assert found is not None
        return found

    def items(_session: Any, *, at: datetime, until: date) -> list[DueItem]:
        del at, until
        return known

    with app.app_context():
        who = run_unit(people, "write")
        known = due(count, who)
        run_unit(lambda: service.refresh(current_session(), at=at, site=site_of(app), items=items), "write")
        _, secret = run_unit(
            lambda: service.make(
                current_session(),
                actor=who,
                at=at - timedelta(hours=1),
                name="Measured",
                options=service.Options(scope=Scope.ALL, alarms=True),
                site=site_of(app),
            ),
            "write",
        )
    return f"/feeds/{secret}.ics"


def asker(app: AuditApp, path: str, status: int, headers: dict[str, str]) -> Callable[[], tuple[bytes, Any]]:
    """Sends one request and reads the whole answer."""
    environ = EnvironBuilder(path=path, headers=headers).get_environ()

    def ask() -> tuple[bytes, Any]:
        answer, said, found = run_wsgi_app(app, {**environ, "wsgi.input": io.BytesIO()}, buffered=True)
        assert int(said.split()[0]) == status, said
        return b"".join(answer), found

    return ask


def values(data: bytes) -> list[tuple[str, str, bool]]:
    """(name with parameters, plain value, whether it is a text) of every line, in order: what a writer starts from."""
    lines: list[tuple[str, str, bool]] = []

    def take(block: Any) -> None:
        lines.append(("BEGIN", block.name, False))
        for prop in block.properties:
            params = "".join(f";{key}={value}" for key, value in prop.params.items())
            text = prop.name in TEXTS
            lines.append((prop.name + params, unescaped(prop.value) if text else prop.value, text))
        for inner in block.blocks:
            take(inner)
        lines.append(("END", block.name, False))

    for root in read(data)[0]:
        take(root)
    return lines


def folded(line: str) -> str:
    """A line, folded and never inside a character."""
    raw = line.encode()
    if len(raw) <= FOLD:
        return line
    parts, start = [], 0
    while start < len(raw):
        end = min(start + FOLD, len(raw))
        while end < len(raw) and raw[end] & 0xC0 == 0x80:
            end -= 1
        parts.append(raw[start:end])
        start = end
    return b"\r\n ".join(parts).decode()


def naive(lines: list[tuple[str, str, bool]]) -> bytes:
    """The writer that anybody would write first."""
    return "".join(
        folded(f"{name}:{value.translate(ESCAPES) if text else value}") + "\r\n"
        for name, value, text in lines
    ).encode()


def measure(kind: str, count: int, rounds: int) -> dict[str, Any]:
    """All of it on one database, in milliseconds."""
    with site(kind) as app:

        @guard(public=True)
        def empty() -> tuple[str, int]:
            return "", HTTPStatus.OK

        app.add_url_rule("/empty", view_func=empty)
        path = set_stage(app, count)
        stored = asker(app, path, HTTPStatus.OK, {})
        body, headers = stored()
        lines = values(body)
        assert naive(lines) == body, "the naive writer must make the same bytes"
        calendar = Calendar.from_ical(body)
        assert len(calendar.events) == count
        packed = asker(app, path, HTTPStatus.OK, {"Accept-Encoding": "gzip"})
        unchanged = asker(app, path, HTTPStatus.NOT_MODIFIED, {"If-None-Match": headers["ETag"]})
        unchanged()
        full = side_by_side(
            rounds, stored=stored, gzip=packed, naive=lambda: naive(lines), library=calendar.to_ical
        )
        small = side_by_side(rounds * 20, unchanged=unchanged, empty=asker(app, "/empty", HTTPStatus.OK, {}))
        with app.app_context():
            size = run_unit(lambda: current_session().scalar(sa.select(Feed.size)), "read")
        return {
            "database": kind,
            "bytes": size,
            **{name: round(value, 3) for name, value in (full | small).items()},
            "stored_to_naive": round(full["stored"] / full["naive"], 3),
            "stored_to_library": round(full["stored"] / full["library"], 4),
            "unchanged_to_empty": round(small["unchanged"] / small["empty"], 2),
        }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--events", type=int, default=EVENTS)
    parser.add_argument("--goal", action="store_true", help="exit with 1 when a goal is missed")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = [measure(kind, given.events, given.rounds) for kind in databases()]
    if given.json:
        print(json.dumps(found, indent=2))
    else:
        print(f"A feed of {given.events} events, median milliseconds. {machine()}")
        for row in found:
            print(
                f"  {row['database']:<11} {row['bytes'] / 1000:.0f} kB  200 from stored {row['stored']}"
                f" (gzip {row['gzip']})  naive writer {row['naive']}  icalendar {row['library']}"
                f"  stored/naive {row['stored_to_naive']}  stored/icalendar {row['stored_to_library']}"
            )
            print(
                f"  {row['database']:<11} 304 {row['unchanged']}  empty route {row['empty']}"
                f"  304/empty {row['unchanged_to_empty']}"
            )
    missed = [one for one in found if one["stored_to_naive"] >= 1 or one["unchanged_to_empty"] > MOST_RATIO]
    if given.goal and missed:
        sys.exit(1)


if __name__ == "__main__":
    main()
