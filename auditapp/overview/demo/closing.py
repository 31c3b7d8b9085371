"""How the audits of the demonstration end: closing meeting, conclusion, issued report, a correction, follow-up."""

from dataclasses import replace
from datetime import datetime, timedelta

from auditapp.audits.model import Audit
from auditapp.audits.plan.queries import PLAN, audit_by_ref
from auditapp.audits.report.content import Conclusion
from auditapp.audits.report.prefill import prefill
from auditapp.audits.report.queries import material
from auditapp.audits.report.service import (
    complete_audit,
    correct_report,
    draft,
    issue_report,
    record_closing_meeting,
    save_conclusion,
    start_follow_up,
)
from auditapp.findings.closeout.queries import open_of
from auditapp.findings.closeout.service import carry_over
from auditapp.overview.demo.audits import End
from auditapp.overview.demo.planning import Planned
from auditapp.overview.demo.story import workdays_after

REPORTED = frozenset({End.ISSUED, End.FOLLOW_UP, End.COMPLETED})
SIGNED = "Signed in the system with the password"


class Closing:
    """One audit from its closing meeting on."""

    def __init__(self, planned: Planned) -> None:
        """``planned``: the audit that was carried out."""
        self.planned = planned
        self.story = planned.story
        self.tale = planned.tale
        self.leader = planned.who(planned.tale.leader)

    def tell(self) -> None:
        """Put the end of the audit on the story's list, as far as it has come."""
        if self.tale.end is End.WALKING:
            return
        self._on(0, 16, self.meet)
        if self.tale.end not in REPORTED:
            return
        self._on(3, 11, self.conclude)
        self._on(5, 15, self.issue)
        if self.tale.corrected:
            self._on(9, 10, self.correct)
        if self.tale.end is not End.ISSUED and self.tale.raised:
            self._on(12, 9, self.follow)
        if self.tale.end is End.COMPLETED:
            self._on(40, 14, self.complete)

    def _on(self, days: int, hour: int, what: object) -> None:
        when = self.story.moment(workdays_after(self.planned.ends_on, days), hour)
        self.story.tell(when, what)  # type: ignore[arg-type] # one of the methods below

    def _audit(self) -> Audit:
        """The audit read anew, with all that belongs to it: as a request of its own would see it."""
        self.story.session.flush()
        self.story.session.expire_all()
        return audit_by_ref(self.story.session, self.leader, self.planned.audit.ref, load=PLAN)

    def meet(self, at: datetime) -> None:
        """The closing meeting."""
        planned, tale = self.planned, self.tale
        firsts = (tale.leader, *tale.auditors, *tale.auditees)
        record_closing_meeting(
            self.story.session, actor=self.leader, at=at, audit=self._audit(), held_at=at - timedelta(minutes=1),
            participants="\n".join(planned.who(first).name for first in firsts),
            notes="Findings shown one by one; no questions were left open.",
        )  # fmt: skip

    def conclude(self, at: datetime) -> None:
        """The team writes down what it concludes."""
        session, audit, tale = self.story.session, self._audit(), self.tale
        values: Conclusion = prefill(draft(session, material(session, audit), at=at))
        values = replace(
            values,
            text=tale.conclusion,
            objectives_met="yes" if not tale.raised or tale.end is End.COMPLETED else "partly",
            objectives_note="" if not tale.raised else "The partner's own records were seen in part.",
            obstacles="One interview was moved because of a possession; nothing was lost by it." if tale.corrected else "",
            diverging="The venture's managers would grade the missing exit strategy as minor, because the company is "
            "young. The team keeps its grade: the staff of three employers depend on it." if tale.corrected else "",
            programme="Sample the same relationship again within a year." if tale.raised else "",
        )  # fmt: skip
        save_conclusion(session, actor=self.leader, at=at, audit=audit, values=values)

    def issue(self, at: datetime) -> None:
        """The leader signs and issues the report."""
        issue_report(self.story.session, actor=self.leader, at=at, audit=self._audit(), statement=SIGNED)

    def correct(self, at: datetime) -> None:
        """A slip in an issued report: a new revision that says what changed."""
        session, audit = self.story.session, self._audit()
        old = draft(session, material(session, audit), at=at).conclusion
        correct_report(
            session, actor=self.leader, at=at, audit=audit, findings={}, statement=SIGNED,
            reason="The obstacle named the wrong day.",
            conclusion=replace(old, obstacles="One interview was moved to the second day because of a possession; "
                               "nothing was lost by it."),
        )  # fmt: skip

    def follow(self, at: datetime) -> None:
        """What was found is followed up."""
        start_follow_up(self.story.session, actor=self.planned.who("cora"), at=at, audit=self._audit())

    def complete(self, at: datetime) -> None:
        """Everything is done."""
        audit = self._audit()
        for nc in open_of(self.story.session, audit.id):
            carry_over(
                self.story.session, actor=self.planned.who("cora"), at=at, nc=nc,
                reason="What was put right was seen on the spot; its effect shows only after the audit.",
            )  # fmt: skip
        note = "Corrections seen on the spot; the objectives now carry figures." if self.tale.raised else ""
        complete_audit(self.story.session, actor=self.planned.who("cora"), at=at, audit=audit, note=note)
