"""What the conclusion form says before anybody wrote in it: drawn from the audit itself, to be changed by the team."""

from collections.abc import Sequence
from dataclasses import dataclass

from auditapp.audits.execution.rules import GRADE_LABELS, FindingStatus, Grade, Result
from auditapp.audits.report.content import AuditReport, Conclusion, Finding
from auditapp.audits.report.rules import NOT_ASKED
from auditapp.kit.text import Text

SHORT = 160
"""Characters of a finding's statement in the list of main findings."""

SAMPLING = Text(
    "An audit looks at samples: of relationships, records, people and moments. What was not sampled may hold "
    "nonconformities that this report does not name; that a finding is absent does not prove that all is well there."
)
CONFIDENTIALITY = Text(
    "This report is for the people named under distribution. It speaks of relationships with partners and is passed on, "
    "whole or in part, only with the consent of the audit client."
)
FOLLOW_UP = Text(
    "For each nonconformity the auditee proposes a correction, the root cause and its extent, and a corrective action "
    "with a date: %(refs)s."
)
NO_FOLLOW_UP = Text("No nonconformity was found, and no follow-up was agreed.")
PROCESS = Text("%(answered)s of %(all)s questions were answered. Photos and other exhibits: %(exhibits)s.")
PROCESS_INTERVIEWS = Text(
    "%(answered)s of %(all)s questions were answered. People interviewed: %(interviewed)s. "
    "Photos and other exhibits: %(exhibits)s."
)
OBJECTED = Text("%(name)s objected to the audit plan: %(reason)s")
OBJECTED_SETTLED = Text("%(name)s objected to the audit plan: %(reason)s (Settled: %(how)s)")


@dataclass(frozen=True, kw_only=True)
class Objection:
    """What an auditee had against the plan; ``how`` it was settled is empty where a new revision answered it."""

    name: str
    reason: str
    how: str = ""

    def __str__(self) -> str:
        """As the report tells it."""
        told = OBJECTED_SETTLED if self.how else OBJECTED
        return str(
            Text(told.msgid, name=self.name, reason=self.reason, **({"how": self.how} if self.how else {}))
        )


def prefill(report: AuditReport, objections: Sequence[Objection] = ()) -> Conclusion:
    """A conclusion for the team to begin from; what only people can say (the conclusion itself) is left empty.

    Objections to the plan are told where the report says how the audit went: they were settled before it began, so they
    are no diverging opinions that are left.
    """
    live = [each for each in report.findings if each.status != FindingStatus.WITHDRAWN]
    live.sort(key=lambda each: list(Grade).index(Grade(each.grade)))
    bad = [each.number for each in live if each.grade in {Grade.MAJOR, Grade.MINOR}]
    good = [_short(each.statement) for each in live if each.grade == Grade.GOOD_PRACTICE]
    supported = {ref for each in live for ref in each.answers}
    good += [
        _short(row.note or row.evidence or row.question)
        for row in report.answers
        if row.result == Result.GOOD_PRACTICE and row.ref not in supported
    ]
    interviewed = sum(each.interviewed for each in report.participants)
    process = Text(
        (PROCESS_INTERVIEWS if interviewed else PROCESS).msgid,
        answered=sum(row.result not in NOT_ASKED for row in report.answers),
        all=len(report.answers),
        interviewed=interviewed,
        exhibits=len(report.exhibits),
    )
    return Conclusion(
        process_summary="\n".join([str(process), *(f"- {each}" for each in objections)]),
        main_findings="\n".join(_line(each) for each in live if each.grade != Grade.GOOD_PRACTICE),
        good_practices="\n".join(f"- {each}" for each in good),
        sampling=str(SAMPLING),
        follow_up=str(Text(FOLLOW_UP.msgid, refs=", ".join(bad)) if bad else NO_FOLLOW_UP),
        confidentiality=str(CONFIDENTIALITY),
        distribution="\n".join(_readers(report)),
    )


def _line(finding: Finding) -> str:
    grade = GRADE_LABELS[Grade(finding.grade)]
    said = Text(
        "%(ref)s, %(grade)s: %(statement)s",
        ref=finding.number,
        grade=grade,
        statement=_short(finding.statement),
    )
    return f"- {said}"


def _readers(report: AuditReport) -> list[str]:
    names = [
        report.client,
        *(each.name for each in report.participants),
        *(each.name for each in report.team),
    ]
    return [f"- {name}" for name in dict.fromkeys(names) if name]


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SHORT else line[: SHORT - 1].rsplit(" ", 1)[0] + "…"
