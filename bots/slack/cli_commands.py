"""Commands about Slack: ``auditapp slack …``."""

import json
import signal
import threading
from collections.abc import Sequence

import click
from flask import current_app
from flask.cli import with_appcontext

from auditapp.kit import clock
from auditapp.kit.app import this_app
from auditapp.kit.db import current_session, run_unit
from bots.slack.faults import FaultSort, missing
from bots.slack.identity import queries as identity
from bots.slack.identity import reach
from bots.slack.identity.reach import Reach
from bots.slack.identity.rules import REASONS
from bots.slack.install import edge, queries, service
from bots.slack.install.rules import reason_words
from bots.slack.manifest import NEEDED, SCOPES, WHY, build
from bots.slack.model import SlackTeam, TeamState
from bots.slack.socket import connect
from bots.slack.vault import WrongKeyError
from bots.slack.web import SlackError, SlackSite, site_of

GOOD, BAD, NOTE = "  ok   ", "  FAIL ", "  note "


@click.group()
def slack() -> None:
    """Slack: describe the app, look at workspaces, see who is reached."""


@slack.command("manifest")
@click.option("--socket", is_flag=True, help="For Socket Mode, where Slack cannot reach the site.")
@click.option("--name", default="auditapp", show_default=True, help="What the app is called in Slack.")
@click.option("--no-rotation", is_flag=True, help="With tokens that never end.")
@with_appcontext
def manifest(*, socket: bool, name: str, no_rotation: bool) -> None:
    """Print the app's description, to be pasted at api.slack.com/apps."""
    site = site_of(current_app)
    if not socket and not site.settings.public_url.startswith("https://"):
        click.echo(
            f"Slack calls only https addresses, and AUDITAPP_PUBLIC_URL is {site.settings.public_url}. "
            "Set it, or use --socket.",
            err=True,
        )
    made = build(public_url=site.settings.public_url, socket=socket, name=name, rotation=not no_rotation)
    click.echo(json.dumps(made, indent=2, ensure_ascii=False))


@slack.command("teams")
@with_appcontext
def teams() -> None:
    """List the workspaces and how they are."""
    rows = run_unit(lambda: list(queries.all_teams(current_session())), "read")
    for one in rows:
        where = one.team_id or f"{one.enterprise_id} (whole organization)"
        state = one.state.value + (f": {reason_words(one.reason)}" if one.state is TeamState.DEAD else "")
        ends = f", token until {one.expires_at:%Y-%m-%d %H:%M} UTC" if one.expires_at else ""
        click.echo(f"{one.name}  {where}  {state}{ends}")
    if not rows:
        click.echo("No workspace is connected.")


@slack.command("rekey")
@with_appcontext
def rekey() -> None:
    """Encrypt every kept token anew with the first key of AUDITAPP_SLACK_TOKEN_KEY."""
    site = site_of(current_app)
    try:
        count = run_unit(lambda: service.renew_key(current_session(), vault=site.vault), "write")
    except WrongKeyError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"Encrypted anew: the tokens of {count} workspaces.")


@slack.command("doctor")
@click.option("--all", "everybody", is_flag=True, help="Name those who are reached as well.")
@with_appcontext
def doctor(*, everybody: bool) -> None:
    """Say what works: settings, each workspace scope by scope, each person. Ends with 1 when something needs you."""
    site = site_of(current_app)
    faults = _settings(site)
    if site.configured:
        faults += _workspaces(site)
        faults += _people(everybody=everybody)
    if faults:
        click.echo(f"\n{faults} to be put right.")
        raise SystemExit(1)
    click.echo("\nEverything works.")


def _say(mark: str, what: str) -> int:
    click.echo(f"{mark}{what}")
    return int(mark == BAD)


def _settings(site: SlackSite) -> int:
    click.echo("Settings")
    named = site.settings
    if not site.configured:
        _say(NOTE, "Slack is not set up: see docs/slack.md. Everything else works without it.")
        return 0
    faults = 0
    if site.by_token:
        token = named.slack_bot_token.get_secret_value()
        good = token.startswith("xoxb-")
        faults += _say(
            GOOD if good else BAD,
            "AUDITAPP_SLACK_BOT_TOKEN names one workspace." if good
            else "AUDITAPP_SLACK_BOT_TOKEN is no bot token that lasts: it begins with xoxb-. (One that begins with xoxe. ends "
            "in twelve hours: connect the workspace at /slack/install instead, or switch token rotation off in Slack.)",
        )  # fmt: skip
    if site.by_install:
        _say(GOOD, "AUDITAPP_SLACK_CLIENT_ID and _SECRET: workspaces are connected at /slack/install.")
    http, socket = named.slack_signing_secret.get_secret_value(), named.slack_app_token.get_secret_value()
    if http:
        _say(GOOD, f"Answers over HTTP are taken at {named.public_url}/slack/events.")
        if not named.public_url.startswith("https://"):
            faults += _say(
                BAD, "Slack calls only https addresses. Set AUDITAPP_PUBLIC_URL, or use Socket Mode."
            )
    if socket:
        good = socket.startswith("xapp-")
        faults += _say(
            GOOD if good else BAD,
            "Answers over Socket Mode are taken." if good
            else "AUDITAPP_SLACK_APP_TOKEN is no app-level token: it begins with xapp-.",
        )  # fmt: skip
    if not http and not socket:
        faults += _say(
            BAD,
            "No answer arrives: set AUDITAPP_SLACK_SIGNING_SECRET (HTTP) or AUDITAPP_SLACK_APP_TOKEN (Socket Mode).",
        )
    return faults


def _workspaces(site: SlackSite) -> int:
    click.echo("\nWorkspaces")
    try:
        edge.connect(site, at=clock.now())
    except SlackError as error:
        _say(BAD, f"AUDITAPP_SLACK_BOT_TOKEN: {reason_words(error.code)}")
        return 1
    rows: Sequence[SlackTeam] = run_unit(lambda: list(queries.all_teams(current_session())), "read")
    rows = [one for one in rows if one.state is not TeamState.UNINSTALLED]
    if not rows:
        return _say(BAD, f"None is connected. Open {site.settings.public_url}/slack/install, signed in as system manager.")  # fmt: skip
    return sum(_workspace(site, one) for one in rows)


def _workspace(site: SlackSite, row: SlackTeam) -> int:
    slack_team_id, name = row.id, row.name
    try:
        token = run_unit(
            lambda: service.token_of(current_session(), vault=site.vault, slack_team_id=slack_team_id), "read"
        )
        edge.look(site, at=clock.now(), slack_team_id=slack_team_id)
        _who, scopes = site.api.whoami(token)
    except WrongKeyError as error:
        return _say(BAD, f"{name}: {error}")
    except SlackError as error:
        if error.sort is FaultSort.WORKSPACE:
            return _say(BAD, f"{name}: {reason_words(error.code)}")
        return _say(BAD, f"{name}: Slack does not answer ({error}). Try again later.")
    _say(GOOD, f"{name}: Slack takes its token.")
    lacking = frozenset(missing(row.scopes if scopes is None else scopes, SCOPES))
    faults = 0
    for scope in SCOPES:
        if scope not in lacking:
            _say(GOOD, f"  {scope}: {WHY[scope]}.")
        elif scope in NEEDED:
            faults += _say(
                BAD, f"  {scope} is missing, and nothing goes without it. Connect the workspace again."
            )
        else:
            faults += _say(BAD, f"  {scope} is missing. It {WHY[scope]}. Connect the workspace again.")
    return faults


def _people(*, everybody: bool) -> int:
    def read() -> list[Reach]:
        session = current_session()
        members = identity.members_of(session, identity.partner_relationships(session))
        return reach.everybody(session, partners=members)

    rows = run_unit(read, "read")
    click.echo("\nPeople")
    acting = [one for one in rows if one.address is not None and one.address.may_act]
    receiving = [one for one in rows if one.address is not None and not one.address.may_act]
    missed = [one for one in rows if one.address is None]
    _say(GOOD, f"{len(acting)} receive and answer.")
    if everybody:
        for one in acting:
            _say(GOOD, f"  {one.name} <{one.email}>")
    if receiving:
        _say(
            NOTE,
            f"{len(receiving)} receive only: each confirms once, with the button in a message of the app.",
        )
        for one in receiving:
            _say(NOTE, f"  {one.name} <{one.email}>")
    faults = 0
    for one in missed:
        mark = BAD if one.owes else NOTE
        owes = f" They owe {one.owes}." if one.owes else ""
        why = REASONS[one.why] if one.why is not None else ""
        faults += _say(mark, f"  {one.name} <{one.email}> is not reached: {why}{owes}")
    return faults


@click.command("slack-socket")
@with_appcontext
def slack_socket() -> None:
    """Hold Slack's Socket Mode connection alone, until Ctrl-C; `auditapp run` and `auditapp worker` hold it too."""
    app = this_app()
    end = connect(app)
    if end is None:
        raise click.ClickException(
            "AUDITAPP_SLACK_APP_TOKEN is not set. Make an app-level token with the scope connections:write; see docs/slack.md."
        )
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: ended.set())
    click.echo("Slack is connected by Socket Mode (Ctrl-C ends it)")
    ended.wait()
    end()
