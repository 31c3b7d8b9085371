"""Chapters that several packs have."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from auditapp.audits.execution.rules import GRADE_LABELS
from auditapp.findings.rules.nonconformity import STATUS_LABELS as NC_LABELS
from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from auditapp.relationships.certification.model import CertificateFinding, CertificateVisit
from auditapp.relationships.certification.rules import (
    FINDING_LABELS,
    PHASE_LABELS,
    STATUS_LABELS,
    VISIT_LABELS,
    tone,
)
from auditapp.relationships.obligations.model import Obligation
from auditapp.relationships.obligations.rules import STATE_LABELS as DUTY_LABELS
from auditapp.relationships.obligations.rules import State as DutyState
from auditapp.reports.paper.model import Chapter, Pair, Para, Row
from auditapp.reports.readiness.queries import visits
from auditapp.reports.readiness.queries.picture import Picture
from auditapp.reports.readiness.reports.base import Pen
from auditapp.reports.readiness.rules import Link

NOTHING = Text("Nothing.")


def certificate_facts(pen: Pen, held: Sequence[visits.Held]) -> list[Pair]:
    """How each certificate stands in a word, and what comes in a sentence."""
    found = []
    for one in held:
        ref, how = one.certificate.ref, one.standing
        link: Link = ("certification.show", {"ref": ref})
        found.append(pen.pair(Text("Certificate %(ref)s", ref=ref), PHASE_LABELS[how.phase], link, how.tone))
        said = Text("%(sentence)s %(next)s", sentence=how.sentence, next=how.next)
        found.append(pen.pair(Text("%(ref)s: what comes", ref=ref), said))
    return found


def body_chapter(
    pen: Pen,
    title: Text,
    anchor: str,
    rows: Sequence[tuple[CertificateFinding, CertificateVisit, str]],
    today: date,
) -> Chapter:
    """Concerns and findings of the body: owner, plan, answer, limit."""
    table = pen.table(
        title,
        [Text("Number"), Text("Kind"), Text("Clause"), (Text("Statement"), "wide"), Text("Owner"),
         (Text("Plan and answer"), "wide"), (Text("Due"), "date"), (Text("State"), "state")],
        (
            Row(
                cells=(
                    pen.text(one.ref, ("certification.finding", {"ref": one.ref})),
                    pen.text(
                        Text("%(kind)s, %(visit)s", kind=FINDING_LABELS[one.kind], visit=VISIT_LABELS[visit.kind])
                    ),
                    pen.text(one.clause),
                    pen.text(one.statement),
                    pen.text(owner),
                    pen.text(" ".join(part for part in (one.plan, one.answer) if part)),
                    pen.day(one.due_on),
                    pen.text(STATUS_LABELS[one.status], tone=tone(one.status, one.due_on, today)),
                )
            )
            for one, visit, owner in rows
        ),
        NOTHING,
    )  # fmt: skip
    return pen.chapter(title, anchor, table)


def reviews_chapter(pen: Pen, found: Sequence[Obligation], today: date) -> Chapter:
    """Management reviews: due, done, and what came of them."""
    title = Text("Management reviews")
    return pen.chapter(
        title,
        "management-reviews",
        pen.table(
            title,
            [(Text("Due"), "date"), (Text("Done"), "date"), (Text("State"), "state"), (Text("What was done"), "wide")],
            (
                Row(
                    cells=(
                        pen.day(one.due_on),
                        pen.day(one.ended_on),
                        pen.text(
                            DUTY_LABELS[one.state],
                            tone="done"
                            if one.state is DutyState.DONE
                            else "overdue"
                            if one.state is DutyState.OPEN and one.due_on < today
                            else "quiet",
                        ),
                        pen.text(one.note),
                    )
                )
                for one in found
            ),
            Text("No management review is on record. The system manager begins the recurring duty under Obligations."),
        ),
    )  # fmt: skip


def findings_chapter(session: Session, pen: Pen, actor: Principal, seen: Picture) -> Chapter:
    """Open nonconformities, the most pressing first."""
    rows, total = visits.nonconformities(session, actor, seen.standard)
    title = Text("Open nonconformities")
    table = pen.table(
        title,
        [(Text("Nonconformity"), "wide"), Text("Grade"), Text("Clauses"), Text("Relationship"),
         (Text("State"), "state"), Text("Responsible person"), (Text("Next step due"), "date")],
        (
            Row(
                cells=(
                    pen.text(f"{one.ref} {one.title}", ("findings.show", {"ref": one.ref})),
                    pen.text(GRADE_LABELS[one.grade]),
                    pen.text(", ".join(clauses)),
                    pen.text(where),
                    pen.text(
                        NC_LABELS[one.status],
                        tone="overdue" if one.turn_due_on and one.turn_due_on < seen.today else "attention",
                    ),
                    pen.text(who),
                    pen.day(one.turn_due_on),
                )
            )
            for one, who, where, clauses in rows
        ),
        Text("No nonconformity is open."),
    )  # fmt: skip
    note = (
        Text(
            "The most pressing %(count)s of %(total)s; the register has them all.",
            count=len(rows),
            total=total,
        )
        if total > len(rows)
        else ""
    )
    return pen.chapter(title, "nonconformities", table, note=note)


def scope_blocks(pen: Pen, held: Sequence[visits.Held]) -> tuple[Para, ...]:
    """The scope as each certificate states it."""
    said = [Para(f"{one.certificate.ref}: {one.certificate.scope}") for one in held if one.certificate.scope]
    missing = Text("No scope is written yet. The system manager writes it with the certificate.")
    return tuple(said) or (Para(pen.say(missing), "attention"),)
