"""The page about policies lists the figures as the code has them."""

from auditapp.reminders.policies.labels import GROUPS, LEVEL_WORDS, name_of
from auditapp.reminders.policies.rules import default_policy
from auditapp.reminders.rules import Kind, Severity
from tests.house.source import ROOT

PAGE = ROOT / "docs" / "policies.md"


def row(kind, severity):
    policy = default_policy(kind, severity or Severity.NORMAL)
    before = [*(["at once"] if policy.announce else []), *(f"{lead} d" for lead in policy.leads)]
    if policy.on_day:
        before.append("on the day")
    levels = " → ".join(f"{LEVEL_WORDS[one.level]} ({one.wait_hours} h)" for one in policy.rungs)
    after = f"every {policy.every_days} d, {policy.most_per_level} per level, {policy.most} in all"
    return f"| {name_of(kind, severity)} | {', '.join(before)} | {after} | {levels} |"


def table():
    """The suggested policies, as the page has them."""
    lines = [
        "Days before are calendar days (d); all others are working days (d) and working hours (h).",
        "",
        "| What is due | Told before | Asked again when overdue | Levels, and how long each waits |",
        "|---|---|---|---|",
    ]
    for _, kinds in GROUPS:
        for kind in kinds:
            lines.append(row(kind, None))
            normal, critical = (default_policy(kind, one) for one in (Severity.NORMAL, Severity.CRITICAL))
            if normal != critical:
                lines.append(row(kind, Severity.CRITICAL))
    return "\n".join(lines) + "\n"


def test_the_page_lists_what_is_suggested():
    assert table() in PAGE.read_text(encoding="utf-8")
    assert all(str(name_of(kind, None)) in table() for kind in Kind)
