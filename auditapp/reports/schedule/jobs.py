"""The job that puts reports on their way, for the engine; how each becomes a message is known as soon as it is."""

from auditapp.kit.text import Text
from auditapp.reminders.engine.registry import Job
from auditapp.reports.schedule.making import message_of
from auditapp.reports.schedule.queries import anything_comes
from auditapp.reports.schedule.service import send_due

MADE_BY = message_of
JOBS = (
    Job(name="scheduled_reports", label=Text("Reports that come by themselves"), order=45, work=send_due, due=anything_comes),
)  # fmt: skip
