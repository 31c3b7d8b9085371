"""The register of nonconformities. Pure."""

from auditapp.audits.execution.rules import GRADE_LABELS, Grade
from auditapp.findings.register.rules.spec import (
    NUMBER,
    TITLE,
    BuiltIn,
    Column,
    Filter,
    Kind,
    Register,
    Spec,
    Takes,
    columns,
    keyed,
)
from auditapp.findings.rules.nonconformity import (
    CAUSE_LABELS,
    SOURCE_LABELS,
    STATUS_LABELS,
)
from auditapp.kit.text import Text
from auditapp.relationships.rules import STAGE_LABELS

GRADES = {grade.value: GRADE_LABELS[grade] for grade in (Grade.MAJOR, Grade.MINOR)}
SHOW = {
    "open": Text("Open"),
    "overdue": Text("Overdue"),
    "mine": Text("Mine"),
    "turn": Text("My turn"),
    "check_due": Text("Effectiveness check is due"),
    "reopened": Text("Reopened"),
    "stands": Text("Issued and not withdrawn"),
    "repeats": Text("Repeats an earlier one"),
    "no_stage": Text("Without a stage"),
    "no_relationship": Text("Without a relationship"),
    "closed": Text("Closed or withdrawn"),
    "all": Text("Everything"),
}
STATUSES = {status.value: label for status, label in STATUS_LABELS.items()}
SOURCES = {source.value: label for source, label in SOURCE_LABELS.items()}
STAGES = {stage.value: label for stage, label in STAGE_LABELS.items()}
CAUSES = {category.value: label for category, label in CAUSE_LABELS.items()}

NONCONFORMITIES = Spec(
    register=Register.NONCONFORMITIES,
    filters=keyed(
        Filter(key="show", label=Text("Show"), choices=SHOW),
        Filter(key="status", label=Text("Status"), choices=STATUSES),
        Filter(key="grade", label=Text("Grade"), choices=GRADES),
        Filter(key="source", label=Text("Source"), choices=SOURCES),
        Filter(key="stage", label=Text("Stage"), choices=STAGES),
        Filter(key="cause", label=Text("Cause category"), choices=CAUSES),
        Filter(key="relationship", label=Text("Relationship"), takes=Takes.NUMBER),
        Filter(key="responsible", label=Text("Responsible person"), takes=Takes.PERSON),
        Filter(key="verifier", label=Text("Verifier"), takes=Takes.PERSON),
        Filter(key="clause", label=Text("Clause"), takes=Takes.CLAUSE),
        Filter(key="audit", label=Text("Audit"), takes=Takes.NUMBER),
        Filter(key="year", label=Text("Year raised"), takes=Takes.YEAR),
        Filter(key="root", label=Text("Category of a root cause"), choices=CAUSES),
        Filter(key="requirement", label=Text("Requirement"), takes=Takes.REQUIREMENT),
        Filter(key="raised", label=Text("Raised between"), takes=Takes.SPAN),
        Filter(key="acknowledged", label=Text("Acknowledged between"), takes=Takes.SPAN),
        Filter(key="planned", label=Text("Plan submitted between"), takes=Takes.SPAN),
        Filter(key="closed", label=Text("Closed between"), takes=Takes.SPAN),
        Filter(key="checked", label=Text("Effect checked between"), takes=Takes.SPAN),
    ),
    columns=columns(
        NUMBER,
        TITLE,
        Column(key="grade", label=Text("Grade"), kind=Kind.LABEL, labels=GRADES),
        Column(key="status", label=Text("Status"), kind=Kind.LABEL, labels=STATUSES),
        Column(key="due", label=Text("Next step due"), kind=Kind.DAY),
        Column(key="responsible", label=Text("Responsible person")),
        Column(key="relationship", label=Text("Relationship")),
        Column(key="clauses", label=Text("Clauses"), sortable=False),
        Column(key="stage", label=Text("Stage"), kind=Kind.LABEL, labels=STAGES),
        Column(key="source", label=Text("Source"), kind=Kind.LABEL, labels=SOURCES),
        Column(key="verifier", label=Text("Verifier")),
        Column(key="deputy", label=Text("Deputy"), sortable=False),
        Column(key="audit", label=Text("Audit")),
        Column(key="raised", label=Text("Raised"), kind=Kind.MOMENT),
        Column(key="raised_by", label=Text("Raised by"), sortable=False),
        Column(key="closed", label=Text("Closed"), kind=Kind.MOMENT),
        Column(key="reopened", label=Text("Times reopened"), kind=Kind.COUNT),
        Column(key="open_actions", label=Text("Open actions"), kind=Kind.COUNT, sortable=False),
        Column(key="actions", label=Text("Actions"), kind=Kind.COUNT, sortable=False),
        Column(key="body_ref", label=Text("Reference of the certification body")),
        Column(key="reply_due", label=Text("Reply due"), kind=Kind.DAY),
        Column(key="close_due", label=Text("To be closed by"), kind=Kind.DAY),
        Column(key="statement", label=Text("Statement"), kind=Kind.LONG, sortable=False),
    ),
    shown=("grade", "status", "due", "responsible", "relationship"),
    views=(
        BuiltIn(label=Text("Open"), query=""),
        BuiltIn(label=Text("Overdue"), query="show=overdue"),
        BuiltIn(label=Text("My turn"), query="show=turn"),
        BuiltIn(label=Text("Waiting for verification"), query="status=verification"),
        BuiltIn(label=Text("Effectiveness checks due"), query="show=check_due"),
        BuiltIn(label=Text("Closed"), query="show=closed&sort=-closed"),
        BuiltIn(label=Text("All"), query="show=all"),
    ),
)
