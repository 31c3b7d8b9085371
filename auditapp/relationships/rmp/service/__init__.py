"""What can be done with a plan."""

from auditapp.kit.text import Text
from auditapp.relationships.rmp.service.base import may_agree_for_own, must_write
from auditapp.relationships.rmp.service.plans import begin_plan, may_link, set_plan
from auditapp.relationships.rmp.service.reviews import ask_for_extra_review, log_review, tick_stage
from auditapp.relationships.rmp.service.sections import comment, remove_comment, write_section
from auditapp.relationships.rmp.service.versions import (
    agree,
    begin_version,
    bring_into_force,
    return_version,
    submit,
    withdraw,
)

NOT_YOURS = Text("Only the owner or manager of this relationship, or the system manager, begins its plan.")
__all__ = [
    "NOT_YOURS",
    "agree",
    "ask_for_extra_review",
    "begin_plan",
    "begin_version",
    "bring_into_force",
    "comment",
    "log_review",
    "may_agree_for_own",
    "may_link",
    "must_write",
    "remove_comment",
    "return_version",
    "set_plan",
    "submit",
    "tick_stage",
    "withdraw",
    "write_section",
]
