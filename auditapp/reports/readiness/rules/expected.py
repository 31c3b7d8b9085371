"""The documents that auditors ask for by clause. Pure; from the field's practice, not a list of the standards.

What is kept in a room of its own (plans, risks, exit strategies, audits, nonconformities) is no document here.
"""

from collections.abc import Mapping

from auditapp.kit.text import Text

ISO = "iso44001-2017"
BS = "bs11000-1-2010"
CONTEXT = Text("analysis of context and stakeholders")
SCOPE = Text("scope of the management system")
OVERVIEW = Text("overview of the system with its clause matrix")
POLICY = Text("policy")
APPOINTMENT = Text("appointment of the SER, with governance and authority")
RISK = Text("procedure for risks and opportunities")
SEGMENTS = Text("procedure for identifying and segmenting relationships")
COMPETENCE = Text("framework of competence and behaviours")
CONTROL = Text("control of documents and records")
CASE = Text("business case and strategy")
SHARING = Text("rules for sharing knowledge and information")
PROFILE = Text("internal assessment with the collaborative profile")
CRITERIA = Text("partner selection criteria")
NEGOTIATION = Text("negotiation strategy")
CHARTER = Text("charter of the joint governance")
AGREEMENT = Text("agreement or contract")
_EXPECTED: Mapping[tuple[str, str], Text] = {
    (ISO, "4.1"): CONTEXT, (ISO, "4.3"): SCOPE, (ISO, "4.4"): OVERVIEW, (ISO, "5.2"): POLICY, (ISO, "5.3"): APPOINTMENT,
    (ISO, "6.1"): RISK, (ISO, "6.3"): SEGMENTS, (ISO, "7.2"): COMPETENCE, (ISO, "7.5"): CONTROL, (ISO, "8.3.2"): CASE,
    (ISO, "8.3.4"): SHARING, (ISO, "8.4.4"): PROFILE, (ISO, "8.4.6"): CRITERIA, (ISO, "8.5.4"): NEGOTIATION,
    (ISO, "8.6.2"): CHARTER, (ISO, "8.6.10"): AGREEMENT,
    (BS, "3-01"): APPOINTMENT, (BS, "3-02"): POLICY, (BS, "3-04"): SEGMENTS, (BS, "3-05"): COMPETENCE, (BS, "3-06"): RISK,
    (BS, "3-08"): OVERVIEW, (BS, "4-03"): SHARING, (BS, "4-04"): CASE, (BS, "5-03"): CRITERIA, (BS, "6-04"): NEGOTIATION,
    (BS, "7-01"): CHARTER, (BS, "7-05"): AGREEMENT, (BS, "MS-05"): CONTROL,
}  # fmt: skip


def expected_document(library: str, ref: str) -> Text | None:
    """What auditors ask for at a clause of a standard; ``None``: nothing of its own."""
    return _EXPECTED.get((library, ref))
