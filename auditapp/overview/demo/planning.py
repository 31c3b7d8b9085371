"""How the audits of the demonstration are planned: team, agenda, interviews, agreement, delays."""

from collections.abc import Callable
from datetime import date, datetime

from auditapp.audits.model import Audit
from auditapp.audits.plan.service import (
    MemberInput,
    SessionInput,
    add_interview,
    answer_plan,
    cancel,
    create_audit,
    postpone,
    send_plan,
    set_agenda,
    set_team,
)
from auditapp.audits.rules import MemberRole
from auditapp.overview.demo.audits import End, Tale
from auditapp.overview.demo.story import Story, workdays_after
from auditapp.people.rules import Principal

UNSENT = frozenset({End.PLANNED, End.CANCELLED})
HELD = frozenset({End.WALKING, End.REPORTING, End.ISSUED, End.FOLLOW_UP, End.COMPLETED})
ANSWERED = HELD | {End.AGREED, End.POSTPONED}


class Planned:
    """One audit while it is told: its plan is made, sent and answered. ``on_agreed``: what is told after that."""

    def __init__(self, story: Story, tale: Tale, on_agreed: Callable[["Planned"], None]) -> None:
        """Remember the tale; nothing is told yet."""
        self.story = story
        self.tale = tale
        self.on_agreed = on_agreed
        self.starts_on = story.day(tale.starts)
        self.ends_on = workdays_after(self.starts_on, tale.lasts - 1)
        self.audit: Audit

    def who(self, first: str) -> Principal:
        """Somebody by first name."""
        return self.story.people[first]

    def _member(self, first: str, role: MemberRole) -> MemberInput:
        who, reason, reviewer = self.tale.override
        person_id = self.who(first).person_id
        if first != who:
            return MemberInput(person_id=person_id, role=role)
        return MemberInput(
            person_id=person_id, role=role, override_reason=reason, reviewer_id=self.who(reviewer).person_id
        )

    def before(self, days: int) -> date:
        """So many working days before the audit, or before today where that is later than today."""
        return min(workdays_after(self.starts_on, -days), workdays_after(self.story.today, -days // 3))

    def tell(self) -> None:
        """Put the planning on the story's list."""
        story = self.story
        story.tell(story.moment(self.before(40), 10), self.plan)
        story.tell(story.moment(self.before(36), 11), self.team)
        if self.tale.end not in UNSENT:
            story.tell(story.moment(self.before(30), 9), self.agenda)
            story.tell(story.moment(self.before(27), 14), self.send)
        if self.tale.end is End.CANCELLED:
            story.tell(story.moment(self.before(21), 16), self.cancel)

    def plan(self, at: datetime) -> None:
        """The programme manager plans the audit."""
        tale, story = self.tale, self.story
        self.audit = create_audit(
            story.session,
            actor=self.who("cora"),
            at=at,
            title=tale.title,
            kind=tale.kind,
            programme_id=story.programme_id,
            edition_ids=[story.editions[key] for key in tale.libraries],
            relationship_ids=[story.relationships[ref] for ref in tale.relationships],
            stages=tale.stages,
            objectives=tale.objectives,
            scope=tale.scope,
            criteria="Our own procedures CP-01 to CP-12 and what the partners agreed in writing.",
            client="Ben Birch, Senior Executive Responsible",
            methods="Interviews on site and by video, sampling of records, a walk through the places of work.",
            places=tale.places,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            repeat_months=tale.repeat_months,
            leader_id=self.who(tale.leader).person_id,
        )

    def team(self, at: datetime) -> None:
        """Team and auditees."""
        tale = self.tale
        parts = [
            (MemberRole.LEADER, (tale.leader,)),
            (MemberRole.AUDITOR, tale.auditors),
            (MemberRole.TECHNICAL_EXPERT, tale.experts),
            (MemberRole.OBSERVER, tale.observers),
            (MemberRole.AUDITEE, tale.auditees),
        ]
        members = [self._member(first, role) for role, firsts in parts for first in firsts]
        set_team(self.story.session, actor=self.who("cora"), at=at, audit=self.audit, members=members)

    def agenda(self, at: datetime) -> None:
        """The leader writes the agenda, and who is to be spoken with."""
        tale, story, leader = self.tale, self.story, self.who(self.tale.leader)
        team = ", ".join(self.who(first).name for first in (tale.leader, *tale.auditors))
        sessions = [self._session(self.starts_on, 9, 1, "Opening meeting", team)]
        names = ("Leadership and records", "Daily work with the partner", "Value, review and the way out")
        for number in range(tale.lasts):
            day = workdays_after(self.starts_on, number)
            sessions.append(self._session(day, 10, 3, names[number % len(names)], team))
            sessions.append(self._session(day, 14, 2, "Interviews and records", team))
        sessions.append(self._session(self.ends_on, 16, 1, "Closing meeting", team))
        set_agenda(story.session, actor=leader, at=at, audit=self.audit, sessions=sessions)
        for number, first in enumerate(tale.auditees):
            add_interview(
                story.session,
                actor=leader,
                at=at,
                audit=self.audit,
                person_id=self.who(first).person_id,
                topic=("Roles and decisions", "Joint risks and issues", "What both sides gain")[number % 3],
                when=story.clock(self.starts_on, 14 + number % 3),
            )

    def send(self, at: datetime) -> None:
        """The leader sends the plan, and the auditees answer in the days after."""
        tale, story = self.tale, self.story
        send_plan(story.session, actor=self.who(tale.leader), at=at, audit=self.audit)
        for number, first in enumerate(tale.auditees):
            last = number == len(tale.auditees) - 1
            if tale.end in ANSWERED or (tale.end is End.OBJECTED and first == "yara") or not last:
                when = story.moment(self.before(24 - number), 10 + number)
                story.tell(when, lambda moment, who=first: self.answer(moment, who))  # type: ignore[misc]
        if tale.end is End.POSTPONED:
            story.tell(story.moment(self.before(15), 15), self.postpone)
        elif tale.end in HELD:
            self.on_agreed(self)

    def answer(self, at: datetime, first: str) -> None:
        """An auditee agrees; in one tale, one of them objects."""
        objects = self.tale.end is End.OBJECTED and first == "yara"
        answer_plan(
            self.story.session,
            actor=self.who(first),
            at=at,
            audit=self.audit,
            agreed=not objects,
            reason=self.tale.reason if objects else "",
        )

    def postpone(self, at: datetime) -> None:
        """Agreed, and then something came between."""
        postpone(
            self.story.session,
            actor=self.who(self.tale.leader),
            at=at,
            audit=self.audit,
            reason=self.tale.reason,
        )

    def cancel(self, at: datetime) -> None:
        """Not needed any more."""
        cancel(self.story.session, actor=self.who("cora"), at=at, audit=self.audit, reason=self.tale.reason)

    def _session(self, day: date, hour: int, hours: int, title: str, auditors: str) -> SessionInput:
        zone = self.story.clock
        return SessionInput(
            starts_at=zone(day, hour),
            ends_at=zone(day, hour + hours),
            title=title,
            place=self.tale.places.split(";")[0],
            auditors=auditors,
        )
