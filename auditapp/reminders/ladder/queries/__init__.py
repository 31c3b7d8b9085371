"""Reading reminders that run."""

from auditapp.reminders.ladder.queries.grounds import grounds_of, horizon
from auditapp.reminders.ladder.queries.runs import due_runs, next_moment, open_runs

__all__ = ["due_runs", "grounds_of", "horizon", "next_moment", "open_runs"]
