"""Invitations by mail, for people whose calendar looks too seldom: sent once, again when it changes, taken back."""

import dataclasses
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.feeds import render
from auditapp.feeds.gather import Invitable, Site, invitable
from auditapp.feeds.model import FeedGuest, FeedInvitation, FeedState
from auditapp.feeds.rules import AHEAD, BACK, SETTLES, Entry, Invited, day_of
from auditapp.feeds.service.refreshing import entry_of, next_midnight, plain_of, read_to_now
from auditapp.feeds.zones import usable
from auditapp.kit.errors import Refusal
from auditapp.kit.orm import canonical
from auditapp.kit.text import Text
from auditapp.people.model import Account, Person
from auditapp.people.rules import Principal
from auditapp.people.service import person_ref
from auditapp.reminders.outbox.queries import preferences
from auditapp.reminders.outbox.rules import ONLY, WITHIN_HOURS, MessageKind
from auditapp.reminders.outbox.service import put, withdraw
from auditapp.trail.service import record

STATE_ID = 2  # of FeedState
CHANNELS = ONLY[MessageKind.INVITATION]
OURS = frozenset({"audit_id", "leader"})  # of what is kept, no part of an entry
NEW, CHANGED, CANCELLED = "new", "changed", "cancelled"
SUPERSEDED = Text("It changed before it was sent; a later invitation says how it stands.")
CANCELLED_WORD = Text("Cancelled")
NOT_WANTED = Text("You switched invitations by mail off. The date itself stands.")
NO_PART = Text("You have no part in this audit any more. The date itself stands.")
TAKEN_OUT = Text("It was taken out of the plan of the audit.")
DOES_NOT_TAKE_PLACE = Text("The audit does not take place as planned: %(word)s.")


def choose_invitations(session: Session, *, actor: Principal, at: datetime, wanted: bool) -> None:
    """Be invited by mail from now on, or not any more; the job does what follows from it. Raises Refusal."""
    if wanted and not CHANNELS.intersection(preferences(session, [actor.person_id])[actor.person_id]):
        raise Refusal(
            Text(
                "You are not told by mail at present. Choose mail under “My reminders” first, then come back."
            )
        )
    guest = session.get(FeedGuest, actor.person_id)
    if wanted is (guest is not None and guest.wanted):
        return
    if guest is None:
        session.add(FeedGuest(person_id=actor.person_id, since=at))
    else:
        guest.wanted, guest.since = wanted, at
    record(
        session, actor_id=actor.person_id, at=at, verb="invitations.wanted" if wanted else "invitations.ended",
        thing_kind="person", thing_id=actor.person_id, thing_ref=person_ref(actor.person_id),
    )  # fmt: skip


def invitations_pending(session: Session, *, at: datetime) -> bool:
    """Whether there is anything to say: one statement as long as nobody asked for invitations, three otherwise."""
    if not session.scalar(sa.select(sa.exists().where(FeedGuest.person_id.is_not(None)))):
        return False
    state = session.get(FeedState, STATE_ID)
    return state is None or state.read_to != read_to_now(session) or at >= state.next_at


@dataclass(frozen=True, kw_only=True)
class _Guest:
    """``wanted``: and active, and able to sign in. ``reached``: mail is among the ways they are told by."""

    name: str
    email: str
    wanted: bool
    reached: bool


def _guests(session: Session) -> dict[UUID, _Guest]:
    rows = session.execute(
        sa.select(
            FeedGuest.person_id,
            FeedGuest.wanted,
            Person.name,
            Person.email,
            Person.active,
            Account.disabled_at,
        )
        .join(Person, Person.id == FeedGuest.person_id)
        .outerjoin(Account, Account.person_id == Person.id)
    ).all()
    channels = preferences(session, [row.person_id for row in rows])
    return {
        row.person_id: _Guest(
            name=row.name,
            email=row.email,
            wanted=row.wanted and row.active and row.disabled_at is None,
            reached="@" in row.email and bool(CHANNELS.intersection(channels[row.person_id])),
        )
        for row in rows
    }


def _digest(about: Mapping[str, Any]) -> str:
    """Of what makes it worth another mail: the time, the place, the title."""
    return render.digest(
        canonical({key: about[key] for key in ("title", "place", "starts", "ends")}).encode()
    )


def _is_over(starts: date | datetime, ends: date | datetime, *, at: datetime, today: date) -> bool:
    return starts <= at if isinstance(starts, datetime) else day_of(ends) < today


@dataclass(frozen=True, kw_only=True)
class _Step:
    """One thing to say: about which row, as which entry, and why."""

    row: FeedInvitation
    entry: Entry
    reason: Text | None = None


class _Inviter:
    """Compares what people were told with how it is, and tells them what differs."""

    def __init__(
        self, session: Session, found: Invitable, guests: Mapping[UUID, _Guest], *, at: datetime, sender: str
    ) -> None:
        self.session, self.found, self.guests, self.at, self.sender = session, found, guests, at, sender
        self.rows = {
            (row.key, row.person_id): row
            for row in session.scalars(
                sa.select(FeedInvitation)
                .where(FeedInvitation.person_id.in_(guests))
                .order_by(FeedInvitation.key)
            )
        }
        self.steps: list[_Step] = []

    def invite(self) -> None:
        """What is new or changed, in the order in which it takes place."""
        for entry in sorted(self.found.entries.values(), key=lambda one: (str(one.starts), one.key)):
            about = plain_of(entry) | {
                "audit_id": str(entry.audit_id),
                "leader": self.found.leaders.get(entry.audit_id, "") if entry.audit_id else "",
            }
            told = _digest(about)
            for person_id in entry.people:
                if self.guests[person_id].wanted and self.guests[person_id].reached:
                    self._invite(entry, about, told, person_id)

    def _invite(self, entry: Entry, about: dict[str, Any], told: str, person_id: UUID) -> None:
        row = self.rows.get((entry.key, person_id))
        if row is None:
            row = FeedInvitation(
                key=entry.key, person_id=person_id, uid=render.uid_of(entry.key), sequence=0, digest=told, about=about,
                state=Invited.REQUESTED, changed_at=self.at,
            )  # fmt: skip
            self.session.add(row)
        elif row.state is Invited.REQUESTED and row.digest == told:
            return
        else:
            row.sequence += 1
            row.digest, row.about, row.state, row.changed_at = told, about, Invited.REQUESTED, self.at
        self.steps.append(_Step(row=row, entry=entry))

    def take_back(self) -> None:
        """What is not there any more for whoever was invited to it. What is over stays as it was."""
        for row in list(self.rows.values()):
            guest = self.guests[row.person_id]
            here = self.found.entries.get(row.key)
            if row.state is not Invited.REQUESTED or not guest.reached:
                continue
            if guest.wanted and here is not None and row.person_id in here.people:
                continue
            entry = entry_of({key: value for key, value in row.about.items() if key not in OURS})
            if _is_over(entry.starts, entry.ends, at=self.at, today=self.found.today):
                continue
            word, reason = self._why(row, guest)
            row.sequence += 1
            row.state, row.changed_at = Invited.CANCELLED, self.at
            self.steps.append(_Step(row=row, entry=dataclasses.replace(entry, cancelled=word), reason=reason))

    def _why(self, row: FeedInvitation, guest: _Guest) -> tuple[str, Text]:
        audit_id = UUID(row.about["audit_id"])
        if not guest.wanted:
            return str(CANCELLED_WORD), NOT_WANTED
        if row.person_id not in self.found.parts.get(audit_id, {}):
            return str(CANCELLED_WORD), NO_PART
        if (word := self.found.off.get(audit_id)) is not None:
            return word, Text(DOES_NOT_TAKE_PLACE.msgid, word=word.lower())
        return str(CANCELLED_WORD), TAKEN_OUT

    def send(self) -> int:
        """Put what is to be said into the outbox; what waits there and is not true any more leaves it unsent."""
        waiting = {UUID(one["id"]) for step in self.steps for one in step.row.messages}
        gone = withdraw(self.session, at=self.at, message_ids=waiting, reason=SUPERSEDED)
        return sum(self._send(step, gone) for step in self.steps)

    def _send(self, step: _Step, gone: Collection[UUID]) -> bool:
        row, entry, guest = step.row, step.entry, self.guests[step.row.person_id]
        row.messages = [one for one in row.messages if UUID(one["id"]) not in gone]
        holds = bool(row.messages) and row.messages[-1]["method"] == "REQUEST"  # it stands in their calendar
        if entry.cancelled and not holds:
            return False
        since, until = self.found.today - BACK, self.found.today + AHEAD
        near = entry.timed and bool(entry.zone) and since <= day_of(entry.ends) <= until
        ics = render.invitation(
            entry,
            rule=usable(entry.zone, since, until) if near else None,
            sequence=row.sequence,
            at=self.at.replace(microsecond=0),
            organizer=render.Mailbox(name=row.about["leader"], email=self.sender),
            guest=render.Mailbox(name=guest.name, email=guest.email),
        )
        method = "CANCEL" if entry.cancelled else "REQUEST"
        message = put(
            self.session,
            at=self.at,
            dedupe=f"invitation:{row.uid}:{row.person_id}:{row.sequence}",
            person_id=row.person_id,
            kind=MessageKind.INVITATION,
            urgent=False,
            extra={
                WITHIN_HOURS: True,
                "calendar": {"method": method, "ics": ics.decode()},
                "invitation": {
                    "uid": row.uid,
                    "what": CANCELLED if entry.cancelled else CHANGED if holds else NEW,
                    "ref": render.line(entry.ref),
                    "title": render.heading(dataclasses.replace(entry, cancelled="")),
                    "place": render.line(entry.place),
                    "starts": entry.starts.isoformat(),
                    "ends": entry.ends.isoformat(),
                    "reason": step.reason.to_json() if step.reason is not None else None,
                },
            },
            not_before=self.at + SETTLES,
        )
        row.messages = [*row.messages, {"id": str(message.id), "method": method}]
        return True


def invite(session: Session, *, at: datetime, site: Site, sender: str) -> int:
    """Tell everybody who asked for it what is new, changed or cancelled; how many mails that makes.

    ``sender``: the address that mails come from, which answers for the dates. Ten statements and what is said.
    """
    if not invitations_pending(session, at=at):
        return 0
    read_to, state = read_to_now(session), session.get(FeedState, STATE_ID)
    guests = _guests(session)
    found = invitable(session, at=at, site=site, people=guests)
    inviter = _Inviter(session, found, guests, at=at, sender=sender)
    inviter.invite()
    inviter.take_back()
    sent = inviter.send()
    session.execute(sa.delete(FeedGuest).where(sa.not_(FeedGuest.wanted)))
    next_at = next_midnight(found.zone, at)
    if state is None:
        session.add(FeedState(id=STATE_ID, read_to=read_to, next_at=next_at))
    else:
        state.read_to, state.next_at = read_to, next_at
    session.flush()
    return sent
