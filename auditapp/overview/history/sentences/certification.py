"""What the verbs of certification mean, in sentences. Pure."""

from collections.abc import Mapping

from auditapp.kit.text import Text

SENTENCES: Mapping[str, Text] = {
    "certificate.added": Text("%(who)s added the certificate %(thing)s."),
    "certificate.changed": Text("%(who)s changed what the certificate %(thing)s says."),
    "certificate.decided": Text("%(who)s entered a decision of the certification body on %(thing)s."),
    "certificate.decision_corrected": Text("%(who)s corrected the decision of the body on %(thing)s."),
    "certificate.ended": Text("%(who)s recorded that the certificate %(thing)s has ended."),
    "certificate.resumed": Text("%(who)s took back that the certificate %(thing)s has ended."),
    "certificate_finding.accepted": Text("%(who)s recorded that the body accepted the answer to %(thing)s."),
    "certificate_finding.answered": Text("%(who)s answered %(thing)s to the certification body."),
    "certificate_finding.changed": Text("%(who)s changed the body's finding %(thing)s."),
    "certificate_finding.raised": Text("%(who)s took down what the certification body found: %(thing)s."),
    "certificate_finding.reopened": Text("%(who)s opened %(thing)s again."),
    "certificate_finding.returned": Text("%(who)s recorded that the body returned the answer to %(thing)s."),
    "certificate_finding.withdrawn": Text("%(who)s recorded that the body withdrew %(thing)s."),
    "certificate_visit.cancelled": Text("%(who)s cancelled a visit of the certification body: %(thing)s."),
    "certificate_visit.changed": Text("%(who)s changed a visit of the certification body: %(thing)s."),
    "certificate_visit.held": Text("%(who)s recorded that the certification body was here: %(thing)s."),
    "certificate_visit.planned": Text("%(who)s planned a visit of the certification body: %(thing)s."),
}
# Kinds of things that the history can be narrowed to.
KINDS: Mapping[str, Text] = {
    "certificate": Text("Certificates"),
    "certificate_visit": Text("Visits of the certification body"),
    "certificate_finding": Text("Findings of the certification body"),
}
