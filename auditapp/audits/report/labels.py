"""Every word that a report prints by itself, as a page and as a PDF, ready for translation."""

from collections.abc import Callable, Mapping

from auditapp.audits.execution.rules import GRADE_LABELS, RESULT_LABELS
from auditapp.audits.report.rules import WORD_LABELS
from auditapp.audits.rules import MEMBER_LABELS
from auditapp.kit.text import Text

_DOCUMENT: Mapping[str, Text] = {
    "kind": Text("Internal audit report"),
    "revision": Text("Revision %(revision)s"),
    "draft": Text("draft"),
    "draft_long": Text("Draft. Not issued: nothing in it is final."),
    "not_issued": Text("Not issued"),
    "page_of": Text("Page %(page)s of %(pages)s"),
    "classification": Text("Internal audit report"),
    "contents": Text("Contents"),
    "stand_in_note": Text(
        "Some texts hold characters that the typefaces of this document do not have. A white square or a name in "
        "square brackets stands in their place; the report's web page shows them as they were written."
    ),
    "document": Text("Document"),
    "issued": Text("Issued"),
    "issued_by": Text("Issued and signed by"),
    "revision_reason": Text("Reason for this revision"),
    "supersedes": Text("Replaces the content with SHA-256"),
    "content_hash": Text("SHA-256 of the content"),
    "anchor": Text("Audit trail at issue"),
    "anchor_row": Text("Row %(seq)s, with the hash"),
    "criteria": Text("Audit criteria"),
    "relationships": Text("Sampled relationships"),
    "relationship": Text("Relationship"),
    "leader": Text("Audit team leader"),
    "client": Text("Audit client"),
    "period": Text("Dates"),
    "locations": Text("Locations"),
    "organization": Text("Organization"),
    "functions": Text("Functions"),
    "processes": Text("Processes"),
    "stages": Text("Stages"),
    "stages_all": Text("All eight stages and the management system"),
    "findings_count": Text("Audit findings"),
    "objectives_met": Text("Audit objectives met"),
    "statement": Text("Statement"),
    "objective_evidence": Text("Objective evidence"),
    "requirements": Text("Requirements"),
    "stage": Text("Stage"),
    "auditee": Text("Auditee"),
    "raised": Text("Raised by"),
    "answers": Text("Answers that support it"),
    "exhibits": Text("Exhibits"),
    "reason": Text("Reason"),
    "note": Text("Note"),
    "auditee_view": Text("The auditee’s view"),
    "team_view": Text("The audit team’s view"),
    "decision": Text("Decision of the audit programme manager"),
    "no_team_view": Text("The audit team has not answered."),
    "no_decision": Text("Not decided when the report was issued."),
    "interviewees": Text("Interviewed"),
    "sample": Text("Sample"),
    "yes": Text("yes"),
    "evidence_of": Text("Evidence of %(day)s"),
    "added": Text("Added by %(who)s, %(when)s"),
    "supports": Text("Supports %(refs)s"),
    "picture_missing": Text("This picture cannot be printed. Its original is kept under the SHA-256 below."),
    "degree_note": Text(
        "The degree is the weighted share of the questions with a judgement that are fulfilled. What was not asked, "
        "not verified or not applicable is no part of it; the share of what was looked at stands beside it. Where an "
        "arrangement is in place and its output could not yet be seen, it is judged but not counted as fulfilled."
    ),
    "count.judged": Text("%(judged)s of %(asked)s judged"),
    "count.unfulfilled": Text("%(unfulfilled)s not fulfilled"),
    "count.arranged": Text("%(arranged)s arranged"),
    "count.not_applicable": Text("%(not_applicable)s not applicable"),
    "count.not_verified": Text("%(not_verified)s not verified"),
    "count.not_asked": Text("%(not_asked)s not asked"),
    "findings_note": Text(
        "Each finding names the requirement, what was found, and the objective evidence for it. "
        "A finding that was withdrawn stays on record with its reason."
    ),
    "unconfirmed_note": Text("* Clause number not yet confirmed from a licensed copy of the standard."),
    "exhibits_note": Text(
        "Pictures are printed as display copies; the SHA-256 is that of the original file, which is kept unchanged."
    ),
    "where_note": Text("Where this report holds what ISO 19011:2018, 6.5.1 asks for."),
}

_CHAPTERS: Mapping[str, Text] = {
    "changes": Text("What changed in this revision"),
    "conclusion": Text("Audit conclusion"),
    "main_findings": Text("Main findings in short"),
    "finding_list": Text("The findings at a glance"),
    "audit": Text("The audit"),
    "objectives": Text("Audit objectives"),
    "scope": Text("Audit scope"),
    "criteria": Text("Audit criteria"),
    "people": Text("Audit client, audit team and participants"),
    "independence": Text("Independence and competence"),
    "places": Text("Dates and locations"),
    "schedule": Text("Audit plan and schedule"),
    "process": Text("How the audit went"),
    "obstacles": Text("Obstacles"),
    "degree": Text("Degree to which the criteria are fulfilled"),
    "findings": Text("Audit findings and objective evidence"),
    "good_practices": Text("Good practices"),
    "not_covered": Text("Areas not covered, and why"),
    "diverging": Text("Unresolved diverging opinions"),
    "sampling": Text("Limits of sampling"),
    "after": Text("After the audit"),
    "follow_up": Text("Agreed follow-up"),
    "programme": Text("Implications for the audit programme"),
    "confidentiality": Text("Confidentiality"),
    "distribution": Text("Distribution"),
    "answers": Text("Annex A: all answers"),
    "exhibits": Text("Annex B: photos and other exhibits"),
    "control": Text("Annex C: document control"),
    "where": Text("Contents by ISO 19011"),
    "document": Text("Document"),
    "exhibit": Text("Exhibit"),
    "answer": Text("Answer"),
    "finding": Text("Finding"),
    "report": Text("Report"),
}

_NOTHING: Mapping[str, Text] = {
    "recorded": Text("Nothing recorded."),
    "relationships": Text("No relationship was sampled; the audit looked at the management system."),
    "conclusion": Text("No conclusion recorded yet."),
    "participants": Text("No participants recorded."),
    "independence": Text("No exception to independence or competence was needed."),
    "obstacles": Text("No obstacles were met."),
    "degrees": Text("No questions were in scope."),
    "findings": Text("The audit raised no findings."),
    "evidence": Text("No objective evidence recorded."),
    "good_practices": Text("No good practices were recorded."),
    "not_covered": Text("Everything in scope was covered."),
    "reason": Text("No reason recorded."),
    "diverging": Text("There were no diverging opinions between the audit team and the auditee."),
    "programme": Text("None were seen."),
    "answers": Text("No answers were recorded."),
    "exhibits": Text("No exhibits were recorded."),
    "changes": Text("The content is unchanged."),
}

_COLUMNS: Mapping[str, Text] = {
    "what": Text("What"),
    "before": Text("Before"),
    "after": Text("After"),
    "number": Text("Number"),
    "grade": Text("Grade"),
    "finding": Text("Finding"),
    "relationship": Text("Relationship"),
    "standard": Text("Standard"),
    "library": Text("Clause library"),
    "edition": Text("Edition"),
    "team": Text("Audit team"),
    "role": Text("Role"),
    "note": Text("Note"),
    "participant": Text("Participant"),
    "function": Text("Function"),
    "organization": Text("Organization"),
    "opening": Text("Opening"),
    "closing": Text("Closing"),
    "interviewed": Text("Interview"),
    "auditor": Text("Auditor"),
    "conflict": Text("Responsible for"),
    "reason": Text("Reason"),
    "reviewer": Text("Compensating reviewer"),
    "warning": Text("Warning"),
    "day": Text("Day"),
    "time": Text("Time"),
    "session": Text("Session"),
    "with": Text("With"),
    "place": Text("Place"),
    "stage": Text("Stage"),
    "answers": Text("Answers"),
    "degree": Text("Degree"),
    "looked": Text("Looked at"),
    "word": Text("In words"),
    "result": Text("Result"),
    "questions": Text("Questions"),
    "question": Text("Question"),
    "noted": Text("What was asked and what was found"),
    "ref": Text("Exhibit"),
    "kind": Text("Kind"),
    "exhibit": Text("What it is"),
    "origin": Text("Origin"),
    "item": Text("Item"),
    "content": Text("Content"),
    "chapter": Text("Chapter"),
    "page": Text("Page"),
}

_CODES: Mapping[str, Mapping[str, Text]] = {
    "grade": {grade.value: text for grade, text in GRADE_LABELS.items()},
    "result": {result.value: text for result, text in RESULT_LABELS.items()},
    "stage": {
        "awareness": Text("1 Operational awareness"),
        "knowledge": Text("2 Knowledge"),
        "internal_assessment": Text("3 Internal assessment"),
        "partner_selection": Text("4 Partner selection"),
        "working_together": Text("5 Working together"),
        "value_creation": Text("6 Value creation"),
        "staying_together": Text("7 Staying together"),
        "exit_strategy": Text("8 Exit strategy"),
        "management_system": Text("Management system"),
    },
    "role": {role.value: text for role, text in MEMBER_LABELS.items()},
    "meeting": {"opening": Text("Opening meeting"), "closing": Text("Closing meeting")},
    "met": {
        "yes": Text("Yes"),
        "partly": Text("In part"),
        "no": Text("No"),
    },
    "finding_status": {"withdrawn": Text("Withdrawn")},
    "exhibit": {
        "photo": Text("Photo"),
        "file": Text("File"),
        "link": Text("Link"),
        "reference": Text("Document held elsewhere"),
    },
    "change": {"added": Text("Added"), "removed": Text("Removed"), "changed": Text("Changed")},
    "degree": {
        "fulfilled": Text("fulfilled"),
        "arranged": Text("arranged, output not yet verifiable"),
        "unfulfilled": Text("not fulfilled"),
        "open": Text("not looked at"),
    },
    "field": {
        "text": Text("text"),
        "grade": Text("grade"),
        "title": Text("title"),
        "statement": Text("statement"),
        "evidence": Text("objective evidence"),
        "requirements": Text("requirements"),
        "relationship": Text("relationship"),
        "auditee": Text("auditee"),
        "status": Text("status"),
        "status_reason": Text("reason of the status"),
        "objectives_met": Text("objectives met"),
        "objectives_note": Text("what was not met"),
        "word": Text("in words"),
        "result": Text("result"),
        "note": Text("note"),
        "reason": Text("reason"),
        "caption": Text("caption"),
        "interviewees": Text("interviewees"),
        "sample": Text("sample"),
        "name": Text("name"),
        "role": Text("role"),
        "auditee_view": Text("the auditee’s view"),
        "team_view": Text("the audit team’s view"),
        "decision": Text("decision"),
    },
    "degree_word": {word.value: text for word, text in WORD_LABELS.items()},
}

CODE_OF_FIELD: Mapping[str, str] = {
    "grade": "grade",
    "result": "result",
    "status": "finding_status",
    "word": "degree_word",
    "stage": "stage",
    "role": "role",
    "objectives_met": "met",
}
"""Fields whose values are codes, and the kind of label that puts each into words."""

WHERE: tuple[tuple[str, Text, str], ...] = (
    ("a", Text("Objectives"), "audit"),
    ("b", Text("Scope: organization, functions, processes"), "audit"),
    ("c", Text("Audit client"), "audit"),
    ("d", Text("Audit team and participants of the auditee"), "audit"),
    ("e", Text("Dates and locations"), "audit"),
    ("f", Text("Criteria"), "audit"),
    ("g", Text("Findings and their evidence"), "findings"),
    ("h", Text("Conclusion"), "conclusion"),
    ("i", Text("Degree of fulfilment"), "degree"),
    ("j", Text("Diverging opinions"), "diverging"),
    ("k", Text("Audits are samples"), "sampling"),
    ("+", Text("Plan, process, obstacles"), "audit"),
    ("+", Text("Objectives met, main findings in short"), "conclusion"),
    ("+", Text("Areas not covered"), "not_covered"),
    ("+", Text("Good practices"), "good_practices"),
    ("+", Text("Follow-up, programme, confidentiality, distribution"), "after"),
)
"""Items of ISO 19011:2018, 6.5.1 (``+``: those it leaves to choice) and the chapter that holds each."""

LABELS: Mapping[str, Text] = {
    **_DOCUMENT,
    **{f"chapter.{key}": text for key, text in _CHAPTERS.items()},
    **{f"none.{key}": text for key, text in _NOTHING.items()},
    **{f"column.{key}": text for key, text in _COLUMNS.items()},
    **{f"{kind}.{key}": text for kind, texts in _CODES.items() for key, text in texts.items()},
    **{f"where.{index}": text for index, (_, text, _) in enumerate(WHERE)},
}


def in_language(gettext: Callable[[str], str]) -> dict[str, str]:
    """All labels through ``gettext``; placeholders are left for the template to fill."""
    return {key: gettext(text.msgid) for key, text in LABELS.items()}


def in_english() -> dict[str, str]:
    """All labels as they stand in the source."""
    return in_language(lambda msgid: msgid)
