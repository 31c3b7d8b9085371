"""Which account may receive, which may act, and why not. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from bots.slack.model import Sort, Standing

LINK_LASTS = timedelta(minutes=30)
SYNC_EVERY = timedelta(hours=6)
LONGEST_NAME, LONGEST_EMAIL, LONGEST_ZONE = 200, 254, 60


class WhyNot(StrEnum):
    """Why somebody in Slack may not act, or is not written to."""

    UNKNOWN_TEAM = "unknown_team"  # the workspace is not installed, or does not work
    UNKNOWN_ACCOUNT = "unknown_account"  # never seen
    NOT_LINKED = "not_linked"  # nobody confirmed whose it is
    REFUSED = "refused"  # the person took it back
    GONE = "gone"  # deactivated in Slack
    BOT = "bot"
    EXTERNAL = "external"  # of another organization, and not for a partner's contact
    GUEST = "guest"  # a guest, and nobody confirmed whose it is
    PARTNER = "partner"  # a partner's contact, and no relationship of theirs allows Slack
    INACTIVE = "inactive"  # the person, or their account on the site, is not active
    UNREACHABLE = "unreachable"  # Slack says that messages do not arrive there


WORDS: Mapping[WhyNot, Text] = {
    WhyNot.UNKNOWN_TEAM: Text("This workspace is not connected any more. Its administrator can install the app again."),
    WhyNot.UNKNOWN_ACCOUNT: Text("We do not know yet who you are. Connect your account with the button, once."),
    WhyNot.NOT_LINKED: Text("We do not know yet who you are. Connect your account with the button, once."),
    WhyNot.REFUSED: Text("You took this account back. Connect it again with the button if you want to answer here."),
    WhyNot.GONE: Text("This account is deactivated in Slack."),
    WhyNot.BOT: Text("This is a bot, and bots answer for nobody."),
    WhyNot.EXTERNAL: Text("This account belongs to another organization. Answer in the site instead."),
    WhyNot.GUEST: Text("This is a guest account. Connect it with the button, once."),
    WhyNot.PARTNER: Text("Your relationship does not use Slack. Answer in the site, or ask the relationship owner."),
    WhyNot.INACTIVE: Text("You have no active account on the site. Ask the system manager."),
    WhyNot.UNREACHABLE: Text("Slack does not deliver messages of the app to this account."),
}  # fmt: skip
# The same for whoever looks after it: why somebody is not reached, and what to do.
REASONS: Mapping[WhyNot, Text] = {
    WhyNot.UNKNOWN_TEAM: Text("Their workspace does not work. Look at it first."),
    WhyNot.UNKNOWN_ACCOUNT: Text("No account has their mail address. Find it and say that it is theirs."),
    WhyNot.NOT_LINKED: Text("Nobody said whose account it is. Find it and say that it is theirs."),
    WhyNot.REFUSED: Text("They took their account back. Only they can connect it again."),
    WhyNot.GONE: Text("Their account is deactivated in Slack."),
    WhyNot.BOT: Text("The account is a bot's. Choose another."),
    WhyNot.EXTERNAL: Text("Their account belongs to another organization. They need one in our workspace."),
    WhyNot.GUEST: Text(
        "They have a guest account: they connect it themselves, or you say that it is theirs."
    ),
    WhyNot.PARTNER: Text("None of their relationships allows Slack. Allow it under “Partners and previews”."),
    WhyNot.INACTIVE: Text("They are not active here any more."),
    WhyNot.UNREACHABLE: Text("Slack does not deliver messages to their account."),
}
STANDING_WORDS: Mapping[Standing, Text] = {
    Standing.UNMATCHED: Text("Unknown"),
    Standing.SUGGESTED: Text("Suggested"),
    Standing.MAPPED: Text("Chosen"),
    Standing.LINKED: Text("Confirmed"),
    Standing.REFUSED: Text("Taken back"),
}
STANDING_MEANS: Mapping[Standing, Text] = {
    Standing.UNMATCHED: Text("Nobody knows whose it is."),
    Standing.SUGGESTED: Text("The mail address is the same: it receives, and cannot answer."),
    Standing.MAPPED: Text("The system manager said whose it is: it receives, and cannot answer."),
    Standing.LINKED: Text("Its person confirmed it: it receives and answers."),
    Standing.REFUSED: Text("Its person took it back: nothing is sent to it, and nothing from it counts."),
}
SORT_WORDS: Mapping[Sort, Text] = {
    Sort.MEMBER: Text("Member"),
    Sort.GUEST: Text("Guest"),
    Sort.EXTERNAL: Text("Of another organization"),
    Sort.BOT: Text("Bot"),
    Sort.GONE: Text("Deactivated"),
}


@dataclass(frozen=True, kw_only=True)
class Profile:
    """An account as Slack's directory shows it."""

    user_id: str
    team_id: str
    name: str
    email: str
    zone: str
    sort: Sort


@dataclass(frozen=True, kw_only=True)
class Acting:
    """Who acts, or why not. ``account_id``: the account, where it is known."""

    principal: Principal | None = None
    why: WhyNot | None = None
    account_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Address:
    """An account that somebody can be written to at. ``channel_id``: of the direct messages, once opened."""

    account_id: UUID
    slack_team_id: UUID
    team_id: str
    user_id: str
    channel_id: str
    standing: Standing
    sort: Sort
    zone: str
    person_id: UUID
    checked_at: datetime

    @property
    def may_act(self) -> bool:
        """Whether its buttons work; else they lead to the link."""
        return self.standing is Standing.LINKED


def profile_of(user: Mapping[str, Any], own_teams: frozenset[str]) -> Profile | None:
    """A user object of ``users.list``, ``users.info`` or an event; ``None`` for what is no account.

    ``own_teams``: the workspaces and organizations of the installation; an account of another one is external.
    """
    user_id = str(user.get("id") or "")
    if not user_id:
        return None
    about: Mapping[str, Any] = user.get("profile") or {}
    name = about.get("real_name") or user.get("real_name") or about.get("display_name") or user.get("name")
    return Profile(
        user_id=user_id,
        team_id=str(user.get("team_id") or ""),
        name=str(name or user_id)[:LONGEST_NAME],
        email=str(about.get("email") or "").strip().lower()[:LONGEST_EMAIL],
        zone=str(user.get("tz") or "")[:LONGEST_ZONE],
        sort=_sort(user, own_teams),
    )


def _sort(user: Mapping[str, Any], own_teams: frozenset[str]) -> Sort:
    grid: Mapping[str, Any] = user.get("enterprise_user") or {}
    homes = {user.get("team_id"), grid.get("enterprise_id"), *(grid.get("teams") or ())} - {None, ""}
    if user.get("deleted"):
        return Sort.GONE
    if user.get("is_bot") or user.get("is_workflow_bot") or user.get("id") == "USLACKBOT":
        return Sort.BOT
    if user.get("is_stranger") or (homes and own_teams and not homes & own_teams):
        return Sort.EXTERNAL
    if user.get("is_restricted") or user.get("is_ultra_restricted"):
        return Sort.GUEST
    return Sort.MEMBER


def why_not_receive(
    standing: Standing, sort: Sort, *, partner: bool, allowed: bool, active: bool
) -> WhyNot | None:
    """Why an account is not written to, or ``None``.

    ``partner``: its person is a partner's contact; ``allowed``: and one of their relationships allows Slack.
    """
    faults = (
        (standing is Standing.REFUSED, WhyNot.REFUSED),
        (standing is Standing.UNMATCHED, WhyNot.NOT_LINKED),
        (sort is Sort.GONE, WhyNot.GONE),
        (sort is Sort.BOT, WhyNot.BOT),
        (not active, WhyNot.INACTIVE),
        (partner and not allowed, WhyNot.PARTNER),
        (sort is Sort.EXTERNAL and not partner, WhyNot.EXTERNAL),
        (sort is not Sort.MEMBER and standing is Standing.SUGGESTED, WhyNot.GUEST),
    )
    return next((why for wrong, why in faults if wrong), None)


def why_not_act(
    standing: Standing, sort: Sort, *, partner: bool, allowed: bool, active: bool
) -> WhyNot | None:
    """Why an account may not act, or ``None``: only a link that was confirmed on the site may."""
    found = why_not_receive(standing, sort, partner=partner, allowed=allowed, active=active)
    if found is not None:
        return found
    return None if standing is Standing.LINKED else WhyNot.NOT_LINKED


def may_be_suggested(sort: Sort, *, partner: bool) -> bool:
    """Whether a mail address alone makes a match: only a member's, for somebody of the own organization."""
    return sort is Sort.MEMBER and not partner
