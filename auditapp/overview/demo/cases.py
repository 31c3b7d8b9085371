"""How a nonconformity of the demonstration is told: who did what on which day, in order."""

from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from auditapp.audits.execution.rules import Grade
from auditapp.findings.actions import service as actions
from auditapp.findings.causes import service as causes
from auditapp.findings.exchange import service as exchange
from auditapp.findings.life import service as life
from auditapp.findings.model import Action, Nonconformity
from auditapp.findings.raising import service as raising
from auditapp.findings.rules.action import ActionKind
from auditapp.findings.rules.nonconformity import CauseCategory, Source
from auditapp.findings.verification import service as verification
from auditapp.kit.keeping import keep_file
from auditapp.overview.demo.pictures import DRAWINGS
from auditapp.overview.demo.story import Story

Verb = Callable[..., Any]
ISO = "ISO 44001:2017"


class Case:
    """One nonconformity. Days count from today; steps of one day happen in the order in which they are told."""

    def __init__(self, story: Story, statement: str = "") -> None:
        """``statement``: how the audit finding begins that it comes from; else it is raised."""
        self.story = story
        self.statement = statement
        self.nc_id: UUID | None = None
        self._told = 0

    def nc(self) -> Nonconformity:
        """The row read anew, as a request of its own would see it."""
        session = self.story.session
        session.flush()
        session.expire_all()
        if self.nc_id is None:
            wanted = Nonconformity.statement.startswith(self.statement)
            self.nc_id = session.scalars(sa.select(Nonconformity.id).where(wanted)).one()
        return session.get_one(Nonconformity, self.nc_id)

    def action(self, number: int) -> Action:
        """One of its actions."""
        nc = self.nc()
        return self.story.session.scalars(
            sa.select(Action).where(Action.nonconformity_id == nc.id, Action.number == number)
        ).one()

    def who(self, first: str) -> UUID:
        """Somebody's id by first name."""
        return self.story.people[first].person_id

    def raised(
        self, day: int, who: str, title: str, statement: str, *, evidence: str = "", clause: str = "",
        relationship: str = "", source: Source = Source.SELF_IDENTIFIED, grade: Grade = Grade.MINOR, **more: Any,
    ) -> "Case":  # fmt: skip
        """Somebody writes it down."""

        def tell(at: datetime) -> None:
            made = raising.raise_nonconformity(
                self.story.session, actor=self.story.people[who], at=at, title=title, statement=statement,
                objective_evidence=evidence, source=source, grade=grade,
                relationship_id=self.story.relationships.get(relationship),
                requirements=[{"standard": ISO, "clause": clause}] if clause else [], **more,
            )  # fmt: skip
            self.nc_id = made.id

        return self.tell(day, tell)

    def issued(self, day: int, who: str, responsible: str, verifier: str, deputy: str = "") -> "Case":
        """It is handed to whoever answers for it."""
        return self.go(
            day, who, life.issue_nonconformity, responsible_id=self.who(responsible), verifier_id=self.who(verifier),
            deputy_id=self.who(deputy) if deputy else None,
        )  # fmt: skip

    def go(self, day: int, who: str, verb: Verb, **arguments: Any) -> "Case":
        """Any verb of a nonconformity."""
        return self.tell(
            day,
            lambda at: verb(
                self.story.session, actor=self.story.people[who], at=at, nc=self.nc(), **arguments
            ),
        )

    def act(self, day: int, who: str, number: int, verb: Verb, **arguments: Any) -> "Case":
        """Any verb of one of its actions."""
        return self.tell(
            day,
            lambda at: verb(
                self.story.session, actor=self.story.people[who], at=at, action=self.action(number), **arguments
            ),
        )  # fmt: skip

    def taken_on(self, day: int, who: str, correction: str, containment: str = "") -> "Case":
        """Acknowledged, and put right for the moment."""
        self.go(day, who, life.acknowledge)
        return self.go(day + 1, who, life.contain, correction=correction, containment=containment)

    def caused(
        self, day: int, who: str, whys: tuple[tuple[str, str, CauseCategory | None], ...], cause: str, extent: str
    ) -> "Case":  # fmt: skip
        """Cause and extent are found."""
        return self.whys(day, who, whys).go(
            day, who, causes.complete_cause, cause_summary=cause, extent_summary=extent
        )

    def whys(self, day: int, who: str, whys: tuple[tuple[str, str, CauseCategory | None], ...]) -> "Case":
        """The tree of whys: (text, text of what it explains or nothing, category of a root cause)."""

        def tell(at: datetime) -> None:
            nc = self.nc()
            made: dict[str, UUID | None] = {"": None}
            for text, explains, category in whys:
                found = causes.add_cause(
                    self.story.session, actor=self.story.people[who], at=at, nc=nc, text=text,
                    parent_id=made[explains], category=category, root=category is not None,
                )  # fmt: skip
                made[text] = found.id

        return self.tell(day, tell)

    def plans(self, day: int, who: str, title: str, owner: str, due: int, **more: Any) -> "Case":
        """An action is proposed."""
        return self.go(
            day, who, actions.propose_action, kind=more.pop("kind", ActionKind.CORRECTIVE), title=title,
            owner_id=self.who(owner), due_on=self.story.day(due), **more,
        )  # fmt: skip

    def criteria(self, day: int, who: str, text: str, check: int) -> "Case":
        """By what its effect will be judged, and from when on."""
        return self.go(day, who, life.set_criteria, criteria=text, not_before=self.story.day(check))

    def accepted(self, day: int, who: str, verifier: str) -> "Case":
        """The plan is submitted and accepted."""
        return self.go(day, who, life.submit_plan).go(day + 2, verifier, life.accept_plan)

    def done(
        self, day: int, owner: str, number: int, result: str, *, verifier: str = "", note: str = "Seen."
    ) -> "Case":
        """An action is accepted and done; with ``verifier`` it is verified two days later."""
        self.act(day, owner, number, actions.accept_action)
        self.act(day, owner, number, actions.finish_action, result=result)
        if verifier:
            self.act(day + 2, verifier, number, verification.verify_action, note=note)
        return self

    def says(self, day: int, who: str, text: str, number: int = 0, *, internal: bool = True) -> "Case":
        """A comment, on it or on one of its actions."""

        def tell(at: datetime) -> None:
            exchange.comment(
                self.story.session, actor=self.story.people[who], at=at, nc=self.nc(), text=text, internal=internal,
                action=self.action(number) if number else None,
            )  # fmt: skip

        return self.tell(day, tell)

    def shows(self, day: int, who: str, drawing: str, title: str, number: int = 0) -> "Case":
        """A photo is added."""

        def tell(at: datetime) -> None:
            kept = keep_file(
                self.story.store, BytesIO(DRAWINGS[drawing](at)), file_name=f"{drawing}.jpg", limit_mb=25
            )
            exchange.add_file(
                self.story.session, actor=self.story.people[who], at=at, nc=self.nc(), kept=kept, title=title,
                action=self.action(number) if number else None,
            )  # fmt: skip

        return self.tell(day, tell)

    def tell(self, day: int, what: Callable[[datetime], None]) -> "Case":
        """Anything on a day; it is called with its moment."""
        self.story.tell(self.story.moment(day, 10, min(self._told, 59)), what)
        self._told += 1
        return self
