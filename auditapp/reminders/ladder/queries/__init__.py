"""Reading reminders that run."""

from auditapp.reminders.ladder.queries.grounds import grounds_of, horizon
from auditapp.reminders.ladder.queries.page import RunPage, course_of, ground_of, run_for_page, run_ids
from auditapp.reminders.ladder.queries.runs import due_runs, next_moment, open_runs

__all__ = [
    "RunPage",
    "course_of",
    "due_runs",
    "ground_of",
    "grounds_of",
    "horizon",
    "next_moment",
    "open_runs",
    "run_for_page",
    "run_ids",
]
