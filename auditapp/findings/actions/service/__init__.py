"""Actions: planning them, carrying them out, asking for something else, deciding about that."""

from auditapp.findings.actions.service.asking import (
    ask_cancel,
    ask_extension,
    latest_extension,
    say_cant,
    say_not_mine,
    take_back,
)
from auditapp.findings.actions.service.deciding import check_decider, decide, may_decide
from auditapp.findings.actions.service.doing import (
    accept_action,
    cancel_with_nonconformity,
    finish_action,
    resume_action,
    start_action,
)
from auditapp.findings.actions.service.plan import (
    change_due,
    edit_action,
    propose_action,
    reassign_action,
    set_steps,
    tick_step,
)

__all__ = [
    "accept_action",
    "ask_cancel",
    "ask_extension",
    "cancel_with_nonconformity",
    "change_due",
    "check_decider",
    "decide",
    "edit_action",
    "finish_action",
    "latest_extension",
    "may_decide",
    "propose_action",
    "reassign_action",
    "resume_action",
    "say_cant",
    "say_not_mine",
    "set_steps",
    "start_action",
    "take_back",
    "tick_step",
]
