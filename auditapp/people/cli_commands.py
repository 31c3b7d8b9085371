"""Commands about people: ``auditapp user …``. A refusal is told in a line, with exit code 1."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

import click
from flask import current_app
from flask.cli import with_appcontext

from auditapp.config import Settings
from auditapp.kit import clock
from auditapp.kit.db import Mode, current_session, run_unit
from auditapp.kit.errors import Refusal
from auditapp.people import service
from auditapp.people.persons import service as persons
from auditapp.people.queries import account_lines, organization, person_id_by_email
from auditapp.people.rules import ROLE_LABELS, Role

T = TypeVar("T")


@click.group()
def user() -> None:
    """Accounts: add, list, disable, enable, password link."""


@user.command("add")
@click.argument("email")
@click.option("--name", required=True, help="The person's name.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice([role.value for role in Role if role is not Role.PARTNER_CONTACT]),
    help="A role for all relationships; may be given several times.",
)
@click.option("--job-title", default="", help="The person's job title.")
@click.option("--zone", default="", help="IANA time zone; the organization's if left out.")
@with_appcontext
def user_add(email: str, name: str, roles: tuple[str, ...], job_title: str, zone: str) -> None:
    """Add a person with an account and print the one-time link that sets the password."""

    def work() -> str:
        session = current_session()
        found = organization(session)
        if found is None:
            raise click.ClickException("Nothing is set up yet. Start with: auditapp run --empty")
        person_id = persons.add_person(
            session,
            actor=None,
            at=clock.now(),
            name=name,
            email=email,
            job_title=job_title,
            zone=zone or found.zone,
            roles=[Role(role) for role in roles],
        )
        return service.make_password_link(session, actor=None, at=clock.now(), person_id=person_id)

    secret = _unit(work, "write")
    click.echo(f"{name} <{email.strip().lower()}> is added. {_link(secret)}")


@user.command("list")
@click.option("--all", "everybody", is_flag=True, help="Also those who are not active any more.")
@with_appcontext
def user_list(*, everybody: bool) -> None:
    """List the accounts: address, name, state, roles."""
    lines = _unit(lambda: account_lines(current_session(), everybody=everybody), "read")
    for line in lines:
        roles = ", ".join(str(ROLE_LABELS[role]) for role in Role if role in line.roles)
        click.echo(f"{line.email}\t{line.name}\t{line.state}\t{roles or '-'}")
    if not lines:
        click.echo("There is nobody yet.", err=True)


@user.command("disable")
@click.argument("email")
@with_appcontext
def user_disable(email: str) -> None:
    """Let nobody sign in with this account; its sign-ins end at once."""
    _unit(
        lambda: service.disable_account(
            current_session(), actor=None, at=clock.now(), person_id=_person(email)
        ),
        "write",
    )
    click.echo(f"{email} is disabled: all sign-ins have ended.")


@user.command("enable")
@click.argument("email")
@with_appcontext
def user_enable(email: str) -> None:
    """Let the account work again."""
    _unit(
        lambda: service.enable_account(
            current_session(), actor=None, at=clock.now(), person_id=_person(email)
        ),
        "write",
    )
    click.echo(f"{email} is enabled.")


@user.command("link")
@click.argument("email")
@with_appcontext
def user_link(email: str) -> None:
    """Print a one-time link that sets a new password; earlier links stop working."""
    secret = _unit(
        lambda: service.make_password_link(
            current_session(), actor=None, at=clock.now(), person_id=_person(email)
        ),
        "write",
    )
    click.echo(_link(secret))


def _person(email: str) -> UUID:
    found = person_id_by_email(current_session(), email)
    if found is None:
        raise click.ClickException(f"There is nobody with the address {email}. See: auditapp user list --all")
    return found


def _link(secret: str) -> str:
    settings: Settings = current_app.extensions["auditapp"]
    path = current_app.url_map.bind("").build("people.set_password", {"secret": secret})
    return f"Password link, good once within {service.LINK_HOURS} hours:\n{settings.public_url}{path}"


def _unit(work: Callable[[], T], kind: Mode) -> T:
    try:
        return run_unit(work, kind)
    except Refusal as refusal:
        raise click.ClickException(str(refusal.text)) from None
