"""Raising a nonconformity or an issue from a message: its words are the evidence, with who wrote it, when and where.

The message stands in the values as ``source``: ``permalink``, ``author``, ``at`` (a moment, or it in ISO 8601) and
``text``. There is no thing yet: the id is empty, and nothing can be looked at.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.execution.rules import GRADE_LABELS, Grade
from auditapp.findings.exchange.service import add_address, add_file
from auditapp.findings.model import CaseFile, Nonconformity
from auditapp.findings.raising.rules import GRADES, MOST_TITLE, title_of
from auditapp.findings.raising.service import raise_nonconformity
from auditapp.kit.errors import Invalid, NotAllowed, NotFound, Refusal
from auditapp.kit.keeping import Kept
from auditapp.kit.text import Text
from auditapp.people.queries import relationship_names
from auditapp.people.rules import Capability, Principal
from auditapp.relationships.issues.model import Issue
from auditapp.relationships.issues.rules.issue import KIND_LABELS, IssueKind
from auditapp.relationships.issues.rules.ladder import SEVERITY_LABELS, Severity
from auditapp.relationships.issues.service import raise_issue
from auditapp.relationships.links.model import RecordLink
from auditapp.relationships.links.rules import ADDRESS, is_address
from auditapp.relationships.links.service import add_link
from auditapp.relationships.model import Relationship
from auditapp.relationships.queries import visible_relationships
from auditapp.relationships.rules import SHARING_LABELS, Sharing
from bots.deeds.ground import choice, line, options, words, written
from bots.deeds.rules import Done, Field, FieldKind, Form, Option, Thing
from bots.deeds.source import Source, clean

RAISE = "raise"
LONGEST_LABEL = 200
NO_PLACE = Text("There is no relationship in which you can raise an issue.")


def may_raise(session: Session, who: Principal) -> tuple[str, ...]:
    """The kinds of what somebody may raise somewhere: ``raise_nonconformity``, ``raise_issue``. One statement."""
    own = ("raise_nonconformity",) if who.can(Capability.VIEW_ORGANIZATION) else ()
    return (*own, *(("raise_issue",) if _places(session, who) else ()))


class RaiseNonconformity:
    """A draft that an auditor looks at and issues: anybody of our own organization."""

    kind = "raise_nonconformity"

    def look(self, session: Session, who: Principal, thing_id: str, *, at: datetime) -> Thing | None:
        """Nothing: it is not there before it is raised."""
        del session, who, thing_id, at
        return None

    def form(
        self,
        session: Session,
        who: Principal,
        thing_id: str,
        verb: str,
        *,
        at: datetime,
        source: Mapping[str, Any] | None = None,
    ) -> Form:
        """What is asked, filled with the words of the message (``source``)."""
        del thing_id, at
        _must_be(verb)
        _must_be_own(who)
        message = Source.of(source)
        places = [
            Option(value=str(one), label=f"{ref} {name}") for one, ref, name in relationship_names(session)
        ]
        return Form(
            title=Text("Raise a nonconformity"),
            opening=(
                Text("It is kept as a draft. An auditor looks at it and issues it; then its clock begins."),
            ),
            fields=(
                line(
                    "title",
                    Text("What is wrong, in one line"),
                    longest=MOST_TITLE,
                    required=True,
                    initial=title_of(message.text) if message.text else "",
                ),
                words("statement", Text("What happened"), required=True, initial=message.shown),
                choice(
                    "relationship",
                    Text("Where"),
                    places,
                    required=False,
                    hint=Text("Nothing chosen: in no single relationship."),
                ),
                choice(
                    "grade",
                    Text("How serious, as you see it"),
                    [Option(value=one.value, label=GRADE_LABELS[one]) for one in GRADES],
                    initial=Grade.MINOR.value,
                ),
                words("objective_evidence", Text("Objective evidence"), initial=message.shown),
                _files(),
            ),
            send=Text("Raise it"),
        )

    def do(
        self,
        session: Session,
        who: Principal,
        thing_id: str,
        verb: str,
        values: Mapping[str, Any],
        *,
        version: int | None,
        at: datetime,
    ) -> Done:
        """Raise it. The same from the same message again gives the one that is there."""
        del thing_id, version
        _must_be(verb)
        _must_be_own(who)
        message = Source.of(values.get("source"))
        title = written(values, "title")
        there = _raised_already(session, who, message, title)
        if there is not None:
            return _raised(there)
        if not written(values, "statement"):
            raise Invalid(
                Text("Write it so that somebody who was not there understands it."), field="statement"
            )
        if values.get("grade") not in set(GRADES):
            raise Invalid(Text("Choose one."), field="grade")
        nc = raise_nonconformity(
            session,
            actor=who,
            at=at,
            title=title,
            statement=written(values, "statement"),
            objective_evidence=message.kept_with(written(values, "objective_evidence")),
            grade=Grade(values["grade"]),
            relationship_id=_place(values),
        )
        if message.permalink:
            about = str(message.words or Text("The message it was raised from"))
            add_address(session, actor=who, at=at, nc=nc, address=message.permalink, title=about)
        for one in values.get("files") or ():
            if isinstance(one, Kept):
                add_file(session, actor=who, at=at, nc=nc, kept=one)
        return _raised(nc)


class RaiseIssue:
    """An issue on the lowest level of the ladder of a relationship: people of its parties."""

    kind = "raise_issue"

    def look(self, session: Session, who: Principal, thing_id: str, *, at: datetime) -> Thing | None:
        """Nothing: it is not there before it is raised."""
        del session, who, thing_id, at
        return None

    def form(
        self,
        session: Session,
        who: Principal,
        thing_id: str,
        verb: str,
        *,
        at: datetime,
        source: Mapping[str, Any] | None = None,
    ) -> Form:
        """What is asked, filled with the words of the message (``source``)."""
        del thing_id, at
        _must_be(verb)
        message, places = Source.of(source), _places(session, who)
        if not places:
            raise NotAllowed(NO_PLACE)
        fields = [
            line(
                "title",
                Text("What the issue is"),
                longest=MOST_TITLE,
                required=True,
                initial=title_of(message.text) if message.text else "",
            ),
            choice(
                "relationship",
                Text("In which relationship"),
                places,
                initial=places[0].value if len(places) == 1 else "",
            ),
            choice("kind", Text("Kind"), options(KIND_LABELS)),
            choice(
                "severity",
                Text("Severity"),
                options(SEVERITY_LABELS),
                hint=Text("The more severe, the less time each level has."),
            ),
        ]
        if who.can(Capability.VIEW_ORGANIZATION):
            fields.append(
                choice(
                    "sharing",
                    Text("Who reads it"),
                    options(SHARING_LABELS),
                    hint=Text(
                        "Shared: the partner sees it, and the ball is with them. Internal: only our own people."
                    ),
                )
            )
        fields += [
            words(
                "description",
                Text("Description"),
                initial=message.shown,
                hint=Text("What happened, and what was agreed instead."),
            ),
            words("impact", Text("Impact"), hint=Text("What it costs either party while it waits.")),
        ]
        return Form(title=Text("Raise an issue"), fields=tuple(fields), send=Text("Raise it"))

    def do(
        self,
        session: Session,
        who: Principal,
        thing_id: str,
        verb: str,
        values: Mapping[str, Any],
        *,
        version: int | None,
        at: datetime,
    ) -> Done:
        """Raise it, and link the message. The same from the same message again gives the one that is there."""
        del thing_id, version
        _must_be(verb)
        message = Source.of(values.get("source"))
        own = who.can(Capability.VIEW_ORGANIZATION)
        for name, kind in (
            ("kind", IssueKind),
            ("severity", Severity),
            *((("sharing", Sharing),) if own else ()),
        ):
            if values.get(name) not in set(kind):
                raise Invalid(Text("Choose one."), field=name)
        relationship_id, partner_id = _chosen(values)
        title = written(values, "title")
        there = _issue_already(session, who, message, title)
        if there is not None:
            return _raised(there)
        try:
            issue = raise_issue(
                session,
                actor=who,
                at=at,
                relationship_id=relationship_id,
                title=title,
                kind=IssueKind(values["kind"]),
                severity=Severity(values["severity"]),
                description=message.kept_with(written(values, "description")),
                impact=written(values, "impact"),
                sharing=Sharing(values["sharing"]) if own else Sharing.SHARED,
                partner_id=partner_id,
            )
        except NotFound:
            raise Invalid(Text("Choose one of the relationships offered."), field="relationship") from None
        except Refusal as refusal:
            refusal.field = "relationship" if refusal.field == "partner_id" else refusal.field
            raise
        if is_address(message.permalink):
            add_link(
                session,
                actor=who,
                at=at,
                from_kind="issue",
                from_id=issue.id,
                to=message.permalink,
                label=str(message.words or Text("The message it was raised from"))[:LONGEST_LABEL],
            )
        return _raised(issue)


def _files() -> Field:
    return Field(
        name="files",
        kind=FieldKind.FILES,
        label=Text("Photos and files"),
        hint=Text("They are kept with the nonconformity as evidence."),
    )


def _must_be(verb: str) -> None:
    if verb != RAISE:
        raise NotFound


def _must_be_own(who: Principal) -> None:
    if not who.can(Capability.VIEW_ORGANIZATION):
        raise NotAllowed(Text("Nonconformities are raised by people of the organization itself."))


def _raised(made: Nonconformity | Issue) -> Done:
    if isinstance(made, Nonconformity):
        said = Text("%(ref)s is kept as a draft. An auditor looks at it and issues it.", ref=made.ref)
        return Done(said=said, then=("nonconformity", str(made.id)))
    said = (
        Text("%(ref)s is raised. It is the other party’s turn.", ref=made.ref)
        if made.sharing is Sharing.SHARED
        else Text("%(ref)s is raised. Only our own people see it.", ref=made.ref)
    )
    return Done(said=said, then=("issue", str(made.id)))


def _place(values: Mapping[str, Any]) -> UUID | None:
    given = clean(values.get("relationship"))
    if not given:
        return None
    try:
        return UUID(given)
    except ValueError:
        raise Invalid(Text("Choose one of the relationships offered."), field="relationship") from None


def _chosen(values: Mapping[str, Any]) -> tuple[UUID, UUID | None]:
    """The relationship, and the partner where there are several."""
    first, _, second = clean(values.get("relationship")).partition(":")
    try:
        return UUID(first), UUID(second) if second else None
    except ValueError:
        raise Invalid(Text("Choose in which relationship."), field="relationship") from None


def _places(session: Session, who: Principal) -> Sequence[Option]:
    """The running relationships that somebody sees; one with several partners once for each. Two statements."""
    if who.partner_id is None and not who.can(Capability.VIEW_ORGANIZATION):
        return ()
    found: list[Option] = []
    rows: Sequence[Relationship] = session.scalars(
        visible_relationships(who)
        .where(Relationship.ended_on.is_(None))
        .order_by(sa.func.length(Relationship.ref), Relationship.ref)
    ).all()
    for one in rows:
        name = f"{one.ref} {one.name}"
        if who.partner_id is not None or len(one.partners) <= 1:
            found.append(Option(value=str(one.id), label=name))
            continue
        found += [
            Option(value=f"{one.id}:{partner.id}", label=f"{name} · {partner.name}")
            for partner in one.partners
        ]
    return found


def _raised_already(session: Session, who: Principal, message: Source, title: str) -> Nonconformity | None:
    """What this very person raised from this very message under this very title."""
    if not message.permalink:
        return None
    return session.scalar(
        sa.select(Nonconformity)
        .join(CaseFile, CaseFile.nonconformity_id == Nonconformity.id)
        .where(
            CaseFile.address == message.permalink,
            Nonconformity.raised_by_id == who.person_id,
            Nonconformity.title == " ".join(title.split()),
        )
        .limit(1)
    )


def _issue_already(session: Session, who: Principal, message: Source, title: str) -> Issue | None:
    if not message.permalink:
        return None
    return session.scalar(
        sa.select(Issue)
        .join(RecordLink, sa.and_(RecordLink.from_kind == "issue", RecordLink.from_id == Issue.id))
        .where(
            RecordLink.to_kind == ADDRESS,
            RecordLink.url == message.permalink,
            Issue.raised_by_id == who.person_id,
            Issue.title == title[:MOST_TITLE],
        )
        .limit(1)
    )
