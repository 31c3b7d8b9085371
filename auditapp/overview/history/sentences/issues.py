"""What the verbs of issues mean, in sentences. Pure."""

from collections.abc import Mapping

from auditapp.kit.text import Text

SENTENCES: Mapping[str, Text] = {
    "issue.accepted": Text("%(who)s accepted the resolution of the issue %(thing)s for the other party."),
    "issue.accepted_by_silence": Text(
        "%(who)s closed the issue %(thing)s: nobody objected to its resolution in time."
    ),
    "issue.ball_passed": Text("%(who)s said who has to act next on the issue %(thing)s."),
    "issue.commented": Text("%(who)s commented on the issue %(thing)s."),
    "issue.edited": Text("%(who)s changed what the issue %(thing)s says."),
    "issue.half_time": Text(
        "%(who)s noted that half the time of level %(level)s is over for the issue %(thing)s."
    ),
    "issue.jump_proposed": Text("%(who)s proposed that the issue %(thing)s jumps to level %(to)s."),
    "issue.jump_refused": Text("%(who)s refused that the issue %(thing)s jumps up."),
    "issue.jumped": Text(
        "%(who)s agreed for the other party: the issue %(thing)s jumped to level %(level)s."
    ),
    "issue.ladder_ended": Text(
        "%(who)s noted that the time of the top level ran out with %(day)s for the issue %(thing)s."
    ),
    "issue.last_day": Text(
        "%(who)s noted that one working day is left on level %(level)s for the issue %(thing)s."
    ),
    "issue.moved_up": Text("%(who)s moved the issue %(thing)s up to level %(level)s."),
    "issue.moved_up_itself": Text(
        "%(who)s moved the issue %(thing)s up to level %(level)s: the time of level %(expired_level)s ran out with %(day)s."
    ),
    "issue.objected": Text("%(who)s objected to the resolution of the issue %(thing)s."),
    "issue.pause_proposed": Text("%(who)s proposed to pause the clock of the issue %(thing)s."),
    "issue.pause_refused": Text("%(who)s refused to pause the clock of the issue %(thing)s."),
    "issue.paused": Text("%(who)s agreed for the other party: the clock of the issue %(thing)s is paused."),
    "issue.proposed": Text("%(who)s made a proposal on the issue %(thing)s."),
    "issue.raised": Text("%(who)s raised the issue %(thing)s."),
    "issue.reopened": Text("%(who)s reopened the issue %(thing)s."),
    "issue.request_taken_back": Text("%(who)s took back what was proposed for the issue %(thing)s."),
    "issue.resolved": Text("%(who)s said that the issue %(thing)s is resolved, and how."),
    "issue.resolved_alone": Text("%(who)s resolved the internal issue %(thing)s."),
    "issue.resumed": Text("%(who)s took the issue %(thing)s up again: the clock goes on."),
    "issue.resumed_itself": Text("%(who)s let the clock of the issue %(thing)s go on: its pause was over."),
    "issue.severity_changed": Text("%(who)s changed the severity of the issue %(thing)s."),
    "issue.shared": Text("%(who)s shared the issue %(thing)s with the partner."),
    "issue.time_over": Text(
        "%(who)s noted that the time of level %(expired_level)s ran out with %(day)s for the issue %(thing)s."
    ),
    "issue.withdrawn": Text("%(who)s withdrew the issue %(thing)s."),
    "issue_ladder.changed": Text("%(who)s changed the ladder of %(thing)s."),
}
# Kinds of things that the history can be narrowed to.
KINDS: Mapping[str, Text] = {"issue": Text("Issues"), "issue_ladder": Text("Ladders of issues")}
