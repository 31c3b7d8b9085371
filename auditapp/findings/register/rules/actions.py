"""The register of actions. Pure."""

from auditapp.findings.register.rules.nonconformities import GRADES
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
from auditapp.findings.rules.action import (
    ACTION_KIND_LABELS,
    ACTION_STATUS_LABELS,
    PRIORITY_LABELS,
    REQUEST_LABELS,
)
from auditapp.kit.text import Text

SHOW = {
    "open": Text("Open"),
    "overdue": Text("Overdue"),
    "mine": Text("Mine"),
    "requested": Text("Something is asked for"),
    "partner": Text("Owned by a partner"),
    "ended": Text("Verified or cancelled"),
    "all": Text("Everything"),
}
STATUSES = {status.value: label for status, label in ACTION_STATUS_LABELS.items()}
KINDS = {kind.value: label for kind, label in ACTION_KIND_LABELS.items()}
PRIORITIES = {priority.value: label for priority, label in PRIORITY_LABELS.items()}
REQUESTS = {kind.value: label for kind, label in REQUEST_LABELS.items()}

ACTIONS = Spec(
    register=Register.ACTIONS,
    filters=keyed(
        Filter(key="show", label=Text("Show"), choices=SHOW),
        Filter(key="status", label=Text("Status"), choices=STATUSES),
        Filter(key="kind", label=Text("Kind"), choices=KINDS),
        Filter(key="priority", label=Text("Priority"), choices=PRIORITIES),
        Filter(key="request", label=Text("Asked for"), choices=REQUESTS),
        Filter(key="grade", label=Text("Grade"), choices=GRADES),
        Filter(key="relationship", label=Text("Relationship"), takes=Takes.NUMBER),
        Filter(key="owner", label=Text("Action owner"), takes=Takes.PERSON),
        Filter(key="nonconformity", label=Text("Nonconformity"), takes=Takes.NUMBER),
        Filter(key="extension", label=Text("Extension asked for between"), takes=Takes.SPAN),
    ),
    columns=columns(
        NUMBER,
        TITLE,
        Column(key="status", label=Text("Status"), kind=Kind.LABEL, labels=STATUSES),
        Column(key="due", label=Text("Due"), kind=Kind.DAY),
        Column(key="owner", label=Text("Action owner")),
        Column(key="priority", label=Text("Priority"), kind=Kind.LABEL, labels=PRIORITIES),
        Column(key="nonconformity", label=Text("Nonconformity")),
        Column(key="kind", label=Text("Kind"), kind=Kind.LABEL, labels=KINDS),
        Column(key="request", label=Text("Asked for"), kind=Kind.LABEL, labels=REQUESTS, sortable=False),
        Column(key="grade", label=Text("Grade"), kind=Kind.LABEL, labels=GRADES, sortable=False),
        Column(key="relationship", label=Text("Relationship"), sortable=False),
        Column(key="deputy", label=Text("Deputy"), sortable=False),
        Column(key="first_due", label=Text("First agreed"), kind=Kind.DAY),
        Column(key="proposed", label=Text("Proposed"), kind=Kind.MOMENT),
        Column(key="done", label=Text("Done"), kind=Kind.MOMENT),
        Column(key="verified", label=Text("Verified"), kind=Kind.MOMENT),
        Column(key="description", label=Text("Description"), kind=Kind.LONG, sortable=False),
        Column(key="result", label=Text("What was done"), kind=Kind.LONG, sortable=False),
    ),
    shown=("status", "due", "owner", "priority", "nonconformity"),
    views=(
        BuiltIn(label=Text("Open"), query=""),
        BuiltIn(label=Text("Overdue"), query="show=overdue"),
        BuiltIn(label=Text("Mine"), query="show=open&show=mine"),
        BuiltIn(label=Text("Something is asked for"), query="show=requested"),
        BuiltIn(label=Text("Waiting for verification"), query="status=done"),
        BuiltIn(label=Text("Owned by partners"), query="show=open&show=partner"),
        BuiltIn(label=Text("All"), query="show=all"),
    ),
)
