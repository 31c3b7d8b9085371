"""What a plan must hold, and how its dates are counted. Pure."""

import calendar
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from auditapp.audits.rules import WHOSE_TURN, AuditStatus
from auditapp.kit.errors import Invalid, Refusal
from auditapp.kit.text import Text, day_words
from auditapp.relationships.rules import Stage

LONGEST_DAYS = 366  # an audit that lasts longer is several
EDITABLE = frozenset({AuditStatus.PLANNED, AuditStatus.SCHEDULED})
# Agenda and interviews follow the audit while it is carried out (ISO 19011 6.3.2.2: plans are flexible).
ADJUSTABLE = EDITABLE | {AuditStatus.IN_PROGRESS}
MOST_MONTHS = 60


def add_months(day: date, months: int) -> date:
    """The same day of the month so many months later, or the month's last day where there is no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def check_dates(starts_on: date, ends_on: date, period: tuple[date, date] | None) -> None:
    """``period``: first and last day of the programme. Raises Invalid naming the field."""
    if ends_on < starts_on:
        raise Invalid(Text("The last day is before the first day."), field="ends_on")
    if (ends_on - starts_on).days >= LONGEST_DAYS:
        raise Invalid(Text("An audit lasts at most a year. Plan several."), field="ends_on")
    if period is not None and not period[0] <= starts_on <= period[1]:
        raise Invalid(
            Text(
                "The first day is outside the programme’s period (%(first)s to %(last)s). "
                "Choose another day or another programme.",
                first=day_words(period[0]),
                last=day_words(period[1]),
            ),
            field="starts_on",
        )


def check_stages(stages: Collection[str]) -> list[str]:
    """The stages in the order of the life cycle, each once; raises Invalid for an unknown one."""
    unknown = set(stages) - {stage.value for stage in Stage}
    if unknown:
        raise Invalid(Text("There is no stage called “%(stage)s”.", stage=min(unknown)), field="stages")
    return [stage.value for stage in Stage if stage.value in set(stages)]


def stages_in_scope(stages: Collection[str]) -> frozenset[str]:
    """The stage slugs that an audit looks at: those chosen, or all of them when none was."""
    return frozenset(stages) or frozenset(stage.value for stage in Stage)


def check_editable(status: AuditStatus, allowed: Collection[AuditStatus] = EDITABLE) -> None:
    """Raises Refusal saying whose turn it is when the plan cannot be changed any more (or not now)."""
    if status not in allowed:
        raise Refusal(Text("The plan cannot be changed now. %(turn)s", turn=WHOSE_TURN[status]))


@dataclass(frozen=True, kw_only=True)
class PlanFacts:
    """What a plan holds, as far as sending needs to know."""

    has_leader: bool
    auditees: int
    editions: int
    objectives: str
    scope: str
    dated: bool


def missing_for_sending(plan: PlanFacts) -> list[Text]:
    """What must be added before the plan can be sent (ISO 19011 6.3.2.2), each as a piece of a sentence."""
    wanted = [
        (plan.has_leader, Text("the audit team leader")),
        (plan.auditees > 0, Text("at least one auditee")),
        (plan.dated, Text("the dates")),
        (bool(plan.objectives.strip()), Text("the objectives")),
        (bool(plan.scope.strip()), Text("the scope")),
        (plan.editions > 0, Text("the checklist")),
    ]
    return [text for there, text in wanted if not there]


def check_sendable(plan: PlanFacts) -> None:
    """Raises Refusal naming everything that is still missing."""
    if missing := missing_for_sending(plan):
        raise Refusal(
            Text(
                "The plan cannot be sent yet; still missing: %(missing)s. It is the turn of whoever plans the audit.",
                missing=", ".join(str(text) for text in missing),
            )
        )
