"""Accounts are seen in the directory, suggested, chosen, connected, and taken back."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, NotAllowed, NotFound
from auditapp.kit.ids import digest, new_secret
from auditapp.kit.text import Text
from auditapp.people.model import Person
from auditapp.people.rules import Capability, Principal
from auditapp.people.service import person_ref
from auditapp.trail.service import record
from bots.slack.identity.queries import LINK, account_of, invited
from bots.slack.identity.rules import LINK_LASTS, Profile, may_be_suggested
from bots.slack.model import SlackAccount, SlackInvite, SlackTeam, Sort, Standing, TeamState
from bots.slack.web import row_for

SETTLED = (Standing.MAPPED, Standing.LINKED)
OLD_LINK = Text(
    "This link was used already, or it is too old. Ask for a new one in Slack: write /audit help to the app."
)


def see(session: Session, *, at: datetime, slack_team_id: UUID, profiles: Sequence[Profile]) -> int:
    """Keep what the directory shows of these accounts, and suggest whose they are. Gives how many were new or changed.

    Three statements to read, whatever the number (up to a few thousand).
    """
    team = session.get_one(SlackTeam, slack_team_id)
    known = {
        row.user_id: row
        for row in session.scalars(
            sa.select(SlackAccount).where(
                SlackAccount.slack_team_id == team.id,
                SlackAccount.user_id.in_([one.user_id for one in profiles]),
            )
        )
    }
    people = _people(session, [one.email for one in profiles])
    changed = 0
    for profile in profiles:
        row = known.get(profile.user_id)
        before = _shown(row) if row is not None else None
        if row is None:
            row = SlackAccount(
                slack_team_id=team.id, team_id=team.team_id, user_id=profile.user_id, checked_at=at
            )
            session.add(row)
            known[profile.user_id] = row
        elif row.sort is Sort.GONE and profile.sort is not Sort.GONE:
            row.closed_reason = ""
        row.team_id = profile.team_id or row.team_id
        row.name, row.email, row.zone = profile.name, profile.email, profile.zone
        row.sort, row.checked_at = profile.sort, at
        _suggest(row, people)
        changed += before != _shown(row)
    session.flush()
    return changed


def _shown(row: SlackAccount) -> tuple[object, ...]:
    return row.name, row.email, row.zone, row.sort, row.standing, row.person_id


def _people(session: Session, emails: Iterable[str]) -> dict[str, tuple[UUID, bool]]:
    """(id, whether a partner's contact) of the active persons with these addresses."""
    rows = session.execute(
        sa.select(Person.email, Person.id, Person.partner_id).where(
            Person.email.in_([one for one in emails if one]), Person.active
        )
    )
    return {row[0]: (row[1], row[2] is not None) for row in rows}


def _suggest(row: SlackAccount, people: Mapping[str, tuple[UUID, bool]]) -> None:
    """The person with the same mail address, as long as nobody decided otherwise."""
    if row.standing in (*SETTLED, Standing.REFUSED):
        return
    person_id, partner = people.get(row.email, (None, False))
    if person_id is not None and may_be_suggested(row.sort, partner=partner):
        row.standing, row.person_id = Standing.SUGGESTED, person_id
    else:
        row.standing, row.person_id = Standing.UNMATCHED, None


def _unsettled() -> sa.Select[SlackAccount]:
    return (
        sa.select(SlackAccount)
        .join(Person, Person.email == SlackAccount.email)
        .where(
            SlackAccount.standing == Standing.UNMATCHED,
            SlackAccount.sort == Sort.MEMBER,
            SlackAccount.email != "",
            Person.active,
            Person.partner_id.is_(None),
        )
    )


def anybody_to_suggest(session: Session) -> bool:
    """Whether somebody came to the site, or got another address, that an account has. One statement."""
    return session.scalar(_unsettled().limit(1)) is not None


def suggest_again(session: Session) -> int:
    """The accounts that nobody settled and whose address somebody has now. Two statements."""
    rows = session.scalars(_unsettled()).all()
    people = _people(session, {row.email for row in rows}) if rows else {}
    for row in rows:
        _suggest(row, people)
    return sum(row.standing is Standing.SUGGESTED for row in rows)


def meet(
    session: Session, *, enterprise_id: str, team_id: str, user_id: str, at: datetime
) -> SlackAccount | None:
    """The account behind something that came in, made when nobody has seen it: its profile is read later.

    What a workspace says itself (``app_uninstalled``) comes from no account: it is the app's own. ``None``: the app is not
    installed there.
    """
    team = row_for(session, enterprise_id=enterprise_id, team_id=team_id)
    if team is None or team.state is TeamState.UNINSTALLED:
        return None
    user_id = user_id or team.bot_user_id
    row = account_of(session, slack_team_id=team.id, user_id=user_id)
    if row is None:
        row = SlackAccount(
            slack_team_id=team.id, team_id=team_id or team.team_id, user_id=user_id, checked_at=at,
            sort=Sort.BOT if user_id == team.bot_user_id else Sort.MEMBER,
        )  # fmt: skip
        session.add(row)
        session.flush()
    return row


def forget_missing(session: Session, *, at: datetime, slack_team_id: UUID, begun_at: datetime) -> int:
    """After a whole directory was read: whoever is not in it any more is gone. Notes when it was read."""
    rows = session.scalars(
        sa.select(SlackAccount).where(
            SlackAccount.slack_team_id == slack_team_id,
            SlackAccount.checked_at < begun_at,
            SlackAccount.sort.not_in((Sort.GONE, Sort.EXTERNAL)),
        )
    ).all()
    for row in rows:
        row.sort = Sort.GONE
    session.get_one(SlackTeam, slack_team_id).directory_at = at
    return len(rows)


def link_secret(session: Session, *, at: datetime, account_id: UUID) -> str:
    """The secret of a one-time link that joins an account to whoever opens it signed in and confirms."""
    session.execute(
        sa.delete(SlackInvite).where(
            SlackInvite.account_id == account_id, SlackInvite.used_at.is_(None), SlackInvite.expires_at <= at
        )
    )
    secret = new_secret()
    session.add(
        SlackInvite(digest=digest(secret), what=LINK, expires_at=at + LINK_LASTS, account_id=account_id)
    )
    session.flush()
    return secret


def link(session: Session, *, actor: Principal, at: datetime, secret: str) -> UUID:
    """Whoever is signed in says that an account is theirs; gives the account. Raises Invalid.

    The link was shown to that account alone, and is spent. An account that is somebody else's already stays theirs.
    """
    found = invited(session, secret=secret, at=at)
    if found is None:
        raise Invalid(OLD_LINK)
    account, _team = found
    if account.standing is Standing.LINKED and account.person_id != actor.person_id:
        raise Invalid(
            Text(
                "This account is connected with somebody else. They can take it back under “My Slack” first."
            )
        )
    if account.sort in (Sort.BOT, Sort.GONE):
        raise Invalid(Text("This account cannot be connected: it is a bot's, or it is deactivated in Slack."))
    if account.sort is Sort.EXTERNAL and actor.partner_id is None:
        raise Invalid(
            Text(
                "This account belongs to another organization. Connect the one you have in our own workspace."
            )
        )
    session.get_one(SlackInvite, digest(secret)).used_at = at
    already = account.standing is Standing.LINKED
    _settle(account, Standing.LINKED, actor.person_id, actor=actor, at=at)
    account.closed_reason = ""
    if not already:
        _record(session, account, verb="slack.linked", actor=actor, at=at, person_id=actor.person_id)
    return account.id


def map_account(
    session: Session, *, actor: Principal, at: datetime, account_id: UUID, person_id: UUID
) -> None:
    """The system manager says whose account it is: it receives, and cannot act until its person confirms."""
    _must_manage(actor)
    account = _account(session, account_id)
    person = session.get(Person, person_id)
    if person is None or not person.active:
        raise Invalid(Text("Choose somebody who is active."), field="person")
    if account.sort in (Sort.BOT, Sort.GONE):
        raise Invalid(
            Text("This account is a bot's, or it is deactivated in Slack. Choose another."), field="account"
        )
    if account.sort is Sort.EXTERNAL and person.partner_id is None:
        raise Invalid(
            Text("This account belongs to another organization. It can only be a partner contact's."),
            field="account",
        )
    if account.standing is Standing.LINKED:
        if account.person_id == person_id:
            return
        raise Invalid(
            Text("Somebody confirmed that this account is theirs. They can take it back under “My Slack”."),
            field="account",
        )
    if account.standing is Standing.REFUSED and account.person_id == person_id:
        raise Invalid(
            Text("This person took the account back. Only they can connect it again."), field="account"
        )
    if (account.standing, account.person_id) == (Standing.MAPPED, person_id):
        return
    _settle(account, Standing.MAPPED, person_id, actor=actor, at=at)
    account.closed_reason = ""
    _record(session, account, verb="slack.mapped", actor=actor, at=at, person_id=person_id)


def unmap(session: Session, *, actor: Principal, at: datetime, account_id: UUID) -> None:
    """The system manager takes a choice of theirs back. The mail address may suggest somebody again."""
    _must_manage(actor)
    account = _account(session, account_id)
    if account.standing is not Standing.MAPPED:
        return
    before = account.person_id
    _settle(account, Standing.UNMATCHED, None, actor=actor, at=at)
    _suggest(account, _people(session, [account.email]))
    _record(session, account, verb="slack.unmapped", actor=actor, at=at, person_id=before)


def refuse(session: Session, *, actor: Principal, at: datetime, account_id: UUID) -> None:
    """A person takes an account back: it neither receives nor acts for them, and is not suggested again."""
    account = _account(session, account_id)
    if account.person_id != actor.person_id:
        raise NotFound
    if account.standing is Standing.REFUSED:
        return
    _settle(account, Standing.REFUSED, actor.person_id, actor=actor, at=at)
    _record(session, account, verb="slack.refused", actor=actor, at=at, person_id=actor.person_id)


def closed(session: Session, *, at: datetime, account_id: UUID, reason: str) -> None:
    """Slack says that messages do not arrive there: nobody is written to by it until it is seen working again."""
    del at
    _account(session, account_id).closed_reason = reason[:80]


def opened(session: Session, *, account_id: UUID, channel_id: str) -> None:
    """The direct messages with an account stand in this channel."""
    account = _account(session, account_id)
    account.channel_id, account.closed_reason = channel_id, ""


def _must_manage(actor: Principal) -> None:
    if not actor.can(Capability.MANAGE_SETTINGS):
        raise NotAllowed(Text("Only the system manager chooses whose account it is."))


def _account(session: Session, account_id: UUID) -> SlackAccount:
    found = session.get(SlackAccount, account_id, populate_existing=True)
    if found is None:
        raise NotFound
    return found


def _settle(
    account: SlackAccount, standing: Standing, person_id: UUID | None, *, actor: Principal, at: datetime
) -> None:
    account.standing, account.person_id = standing, person_id
    account.settled_at, account.settled_by_id = at, actor.person_id


def _record(
    session: Session,
    account: SlackAccount,
    *,
    verb: str,
    actor: Principal,
    at: datetime,
    person_id: UUID | None,
) -> None:
    record(
        session, actor_id=actor.person_id, at=at, verb=verb, thing_kind="person",
        thing_id=person_id or account.id, thing_ref=person_ref(person_id or account.id),
        after={"account_id": str(account.id), "slack_team_id": str(account.slack_team_id)},
        personal={"user_id": account.user_id, "name": account.name}, personal_of=person_id,
    )  # fmt: skip
