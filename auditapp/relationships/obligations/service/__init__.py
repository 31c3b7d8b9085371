"""What recurs: the chain of each rule and subject, and the rules themselves."""

from auditapp.relationships.obligations.service.chains import (
    begin,
    done,
    end,
    finish,
    open_extra,
    put_off,
    set_day,
    set_interval,
    skip_missed,
)
from auditapp.relationships.obligations.service.ruling import (
    begin_missing,
    end_of_relationship,
    follow_the_relationship,
    must_settle,
    save_rule,
)

__all__ = [
    "begin",
    "begin_missing",
    "done",
    "end",
    "end_of_relationship",
    "finish",
    "follow_the_relationship",
    "must_settle",
    "open_extra",
    "put_off",
    "save_rule",
    "set_day",
    "set_interval",
    "skip_missed",
]
