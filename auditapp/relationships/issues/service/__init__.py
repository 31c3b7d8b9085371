"""What can be done with issues, and what comes by itself."""

from auditapp.relationships.issues.service.advancing import advance, advance_issue
from auditapp.relationships.issues.service.agreeing import (
    answer_request,
    ask_jump,
    ask_pause,
    resume,
    take_back_request,
)
from auditapp.relationships.issues.service.climbing import change_severity, move_up
from auditapp.relationships.issues.service.ending import accept, object_to, reopen, resolve, withdraw
from auditapp.relationships.issues.service.ladder import set_ladder
from auditapp.relationships.issues.service.linking import may_link
from auditapp.relationships.issues.service.raising import edit_issue, raise_issue, share_issue
from auditapp.relationships.issues.service.talking import comment, pass_ball

__all__ = [
    "accept",
    "advance",
    "advance_issue",
    "answer_request",
    "ask_jump",
    "ask_pause",
    "change_severity",
    "comment",
    "edit_issue",
    "may_link",
    "move_up",
    "object_to",
    "pass_ball",
    "raise_issue",
    "reopen",
    "resolve",
    "resume",
    "set_ladder",
    "share_issue",
    "take_back_request",
    "withdraw",
]
