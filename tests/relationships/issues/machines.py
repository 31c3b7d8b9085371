"""What both state machines share."""

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from auditapp.relationships.issues.rules.clock import (
    Calendar,
)

HOUR = timedelta(hours=1)
BEGIN = datetime(
    2026, 3, 19, 9, tzinfo=UTC
)  # in the next weeks clocks change on both sides of the world, and Easter comes
# Clocks that differ by whole hours, so that the slow clock sees every boundary.
CALENDARS = [
    Calendar(zone="Europe/London", country="GB"),
    Calendar(zone="Europe/Amsterdam", country="NL"),
    Calendar(zone="Australia/Sydney", country="AU", subdivision="NSW"),
    Calendar(zone="America/New_York", country="US"),
    Calendar(zone="Africa/Cairo", country="EG"),
    Calendar(zone="Pacific/Kiritimati", country="KI"),
]


def run_machine(machine, *, examples, steps):
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],  # a failure is shown as it was found: making it smaller takes minutes
            print_blob=True,
        ),
    )
