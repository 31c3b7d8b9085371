"""What can be done with exit strategies and exits. Rooms above use :func:`watch_triggers`."""

from auditapp.relationships.exits.service.agreeing import (
    agree,
    object_to,
    put_in_force,
    record_agreement,
    submit,
    withdraw,
)
from auditapp.relationships.exits.service.drafting import (
    begin_version,
    name_initiators,
    record_discussion,
    share_sections,
    start,
    write_section,
)
from auditapp.relationships.exits.service.reviewing import record_review, record_test
from auditapp.relationships.exits.service.watching import (
    add_trigger,
    check_all,
    check_trigger,
    decide_to_stay,
    drop_trigger,
    edit_trigger,
    watch_triggers,
)

__all__ = [
    "add_trigger",
    "agree",
    "begin_version",
    "check_all",
    "check_trigger",
    "decide_to_stay",
    "drop_trigger",
    "edit_trigger",
    "name_initiators",
    "object_to",
    "put_in_force",
    "record_agreement",
    "record_discussion",
    "record_review",
    "record_test",
    "share_sections",
    "start",
    "submit",
    "watch_triggers",
    "withdraw",
    "write_section",
]
