"""The job that removes old packs, for the engine; how a mail to a visitor reads is known as soon as it is."""

from datetime import timedelta

from auditapp.kit.text import Text
from auditapp.reminders.engine.registry import Job
from auditapp.reports.visitors.expiring import clear
from auditapp.reports.visitors.mailing import message_of

MADE_BY = message_of
JOBS = (
    Job(
        name="old_packs",
        label=Text("Old evidence packs"),
        order=92,
        edge=clear,
        every=timedelta(hours=1),
    ),
)
