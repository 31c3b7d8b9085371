"""What the verbs of reports mean, in sentences. Pure."""

from collections.abc import Mapping

from auditapp.kit.text import Text

SENTENCES: Mapping[str, Text] = {
    "gap.judged": Text("%(who)s judged clause %(thing)s in the gap analysis."),
    "template.added": Text("%(who)s added the report template %(thing)s."),
    "template.chosen": Text("%(who)s chose the template of the Word report of %(thing)s."),
    "template.default_ended": Text("%(who)s had reports made with the built-in template again."),
    "template.made_default": Text("%(who)s made %(thing)s the template of all reports."),
    "template.version_added": Text("%(who)s uploaded a version of the report template %(thing)s."),
    "template.withdrawn": Text("%(who)s withdrew the report template %(thing)s."),
    "management_review.cancelled": Text("%(who)s cancelled the management review %(thing)s."),
    "management_review.changed": Text("%(who)s changed the plan of the management review %(thing)s."),
    "management_review.concluded": Text("%(who)s wrote the conclusion of the management review %(thing)s."),
    "management_review.correction_begun": Text("%(who)s began to correct the minutes of %(thing)s."),
    "management_review.decided": Text("%(who)s wrote down a decision of the management review %(thing)s."),
    "management_review.decision_removed": Text(
        "%(who)s took a decision out of the draft minutes of %(thing)s."
    ),
    "management_review.held": Text("%(who)s recorded that %(thing)s was held; its input pack is frozen."),
    "management_review.minutes_corrected": Text("%(who)s issued corrected minutes of %(thing)s."),
    "management_review.minutes_issued": Text("%(who)s issued the minutes of %(thing)s."),
    "management_review.noted": Text("%(who)s wrote a note on an input of the management review %(thing)s."),
    "management_review.planned": Text("%(who)s planned the management review %(thing)s."),
    "review_action.asked": Text("%(who)s wrote down the action %(thing)s of a management review."),
    "review_action.done": Text("%(who)s said that the action %(thing)s is done."),
    "review_action.dropped": Text("%(who)s decided that the action %(thing)s is not needed any more."),
    "review_action.removed": Text("%(who)s took the action %(thing)s out of the draft minutes."),
    "review_action.reopened": Text("%(who)s opened the action %(thing)s again."),
}
# Kinds of things that the history can be narrowed to.
KINDS: Mapping[str, Text] = {
    "gap": Text("Gap analysis"),
    "management_review": Text("Management reviews"),
    "report_template": Text("Report templates"),
    "review_action": Text("Actions of management reviews"),
}
