"""What can be done with exit strategies and exits. Rooms above use :func:`watch_triggers`."""

from auditapp.relationships.exits.service.activating import activate, take_back
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
from auditapp.relationships.exits.service.parting import (
    Evaluated,
    answer_call_off,
    answer_exit,
    ask_call_off,
    complete,
    evaluate,
)
from auditapp.relationships.exits.service.planning import (
    StepValues,
    lift_plan_step,
    remove_plan_step,
    save_plan_step,
)
from auditapp.relationships.exits.service.reviewing import record_review, record_test
from auditapp.relationships.exits.service.stepping import (
    add_step,
    do_step,
    move_step,
    record_notice,
    reopen_step,
    waive_step,
)
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
    "Evaluated",
    "StepValues",
    "activate",
    "add_step",
    "add_trigger",
    "agree",
    "answer_call_off",
    "answer_exit",
    "ask_call_off",
    "begin_version",
    "check_all",
    "check_trigger",
    "complete",
    "decide_to_stay",
    "do_step",
    "drop_trigger",
    "edit_trigger",
    "evaluate",
    "lift_plan_step",
    "move_step",
    "name_initiators",
    "object_to",
    "put_in_force",
    "record_agreement",
    "record_discussion",
    "record_notice",
    "record_review",
    "record_test",
    "remove_plan_step",
    "reopen_step",
    "save_plan_step",
    "share_sections",
    "start",
    "submit",
    "take_back",
    "waive_step",
    "watch_triggers",
    "withdraw",
    "write_section",
]
