"""What the verbs of reports that come by themselves mean, in sentences. Pure."""

from collections.abc import Mapping

from auditapp.kit.text import Text

SENTENCES: Mapping[str, Text] = {
    "report_schedule.added": Text("%(who)s had a report come by itself: %(thing)s."),
    "report_schedule.ended": Text("%(who)s had the report %(thing)s come no more."),
    "report_schedule.tried": Text("%(who)s had the report %(thing)s sent as a trial."),
    "report_schedule.came": Text("%(who)s put the report %(thing)s on its way, because its day had come."),
}
# Kinds of things that the history can be narrowed to.
KINDS: Mapping[str, Text] = {"report_schedule": Text("Reports that come by themselves")}
