"""Every name that a template of the audit report may hold, with its meaning and an example. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from auditapp.kit.text import Text
from auditapp.reports.templated.chapters import NAMES as CHAPTERS


@dataclass(frozen=True)
class Known:
    """A name. ``kind``: text, number, flag (yes or no), picture, chapter, record (has names), list (of records)."""

    kind: str
    meaning: Text
    example: str = ""
    names: Mapping[str, "Known"] = field(default_factory=dict)

    @property
    def prints(self) -> bool:
        """Whether it can stand between braces by itself."""
        return self.kind not in {"record", "list"}


def _t(meaning: Text, example: str = "") -> Known:
    return Known("text", meaning, example)


def _flag(meaning: Text) -> Known:
    return Known("flag", meaning)


def _picture(meaning: Text) -> Known:
    return Known("picture", meaning)


def _list(meaning: Text, **names: Known) -> Known:
    return Known("list", meaning, "", names)


def _record(meaning: Text, **names: Known) -> Known:
    return Known("record", meaning, "", names)


_EXHIBIT = {
    "ref": _t(Text("Its number in the report"), "E-03"),
    "kind": _t(Text("Photo, file, link or document held elsewhere"), "Photo"),
    "caption": _t(Text("What it shows"), "Risk board in the project room"),
    "name": _t(Text("Name of the file"), "IMG_0231.jpg"),
    "target": _t(Text("Address of a link, or where the document is held"), "Legal archive, binder 12"),
    "sha256": _t(Text("SHA-256 of the original file"), "9f86d081…"),
    "original_sha256": _t(Text("SHA-256 of the camera's own file, from a tablet"), "60303ae2…"),
    "about": _t(
        Text("Who added it, when it was taken, what it supports"), "Added by Ada Example, 20 Nov 2026"
    ),
    "supports": _t(Text("What it supports"), "8.6.2-a"),
    "is_photo": _flag(Text("Whether it is a photo")),
    "has_picture": _flag(Text("Whether there is a picture to show")),
    "picture": _picture(Text("The photo, at most 76 × 56 mm")),
    "picture_small": _picture(Text("The photo, at most 36 × 27 mm")),
    "has_lines": _flag(Text("Whether the audit team drew over it")),
    "picture_with_lines": _picture(
        Text("The photo with what the audit team drew over it, at most 76 × 56 mm")
    ),
}
TOP: Mapping[str, Known] = {
    "kind": _t(Text("What the document is"), "Internal audit report"),
    "number": _t(Text("Number of the report"), "AR-2026-001"),
    "revision": _t(Text("Number of the revision"), "1"),
    "title": _t(Text("Title of the audit"), "Relationships with rail partners"),
    "audit_number": _t(Text("Number of the audit"), "IA-2026-004"),
    "organization": _t(Text("Our organization"), "Example Works"),
    "is_draft": _flag(Text("Whether the report is not issued yet")),
    "draft": _t(Text("The sentence that marks a draft; empty when the report is issued"), "Draft. Not issued: nothing in it is final."),
    "issued_at": _t(Text("When it was issued; empty in a draft"), "20 Nov 2026, 15:30 GMT"),
    "issued_by": _t(Text("Who signed it"), "Ada Example"),
    "issued_role": _t(Text("The role in which it was signed"), "Audit team leader"),
    "issued_statement": _t(Text("By which act it was signed"), "Signed with the password of the account."),
    "revision_reason": _t(Text("Why this revision was made; empty in the first"), "Grade corrected after review"),
    "supersedes": _t(Text("SHA-256 of the revision before"), "ab12…"),
    "sha256": _t(Text("SHA-256 of the content"), "c0ffee…"),
    "trail_row": _t(Text("Row of the audit trail at issue"), "1204"),
    "trail_hash": _t(Text("Hash of that row"), "c0ffee…"),
    "period": _t(Text("First and last day"), "18 November 2026 – 19 November 2026"),
    "locations": _t(Text("Places, one a line"), "York, building 3"),
    "client": _t(Text("Audit client"), "Senior Executive Responsible"),
    "leader": _t(Text("Audit team leader"), "Ada Example"),
    "objectives": _t(Text("Audit objectives"), "See whether the system works where it was sampled."),
    "other_criteria": _t(Text("Further audit criteria"), "Contract of 2024"),
    "plan_note": _t(Text("Note to the audit plan")),
    "scope": _record(
        Text("Audit scope"),
        text=_t(Text("In words"), "The running relationships of the rail division"),
        organization=_t(Text("Organization"), "Rail division"),
        functions=_t(Text("Functions, with commas"), "Partnering office, Procurement"),
        processes=_t(Text("Processes, with commas"), "Joint governance"),
        stages=_t(Text("Stages, with commas; empty: all"), "5 Working together"),
        relationships=_list(
            Text("Sampled relationships"),
            code=_t(Text("Number"), "REL-03"), name=_t(Text("Name"), "Northwind Rail Systems"), stage=_t(Text("Stage"), "5 Working together"),
        ),
    ),
    "criteria": _list(
        Text("Audit criteria"),
        code=_t(Text("Standard"), "ISO 44001:2017"), title=_t(Text("Name of the clause library")), edition=_t(Text("Its edition"), "2"), note=_t(Text("Note")),
    ),
    "team": _list(Text("Audit team"), name=_t(Text("Name"), "Ada Example"), role=_t(Text("Role"), "Audit team leader"), note=_t(Text("Note"))),
    "participants": _list(
        Text("Who took part for the auditee"),
        name=_t(Text("Name"), "Dana Demo"), function=_t(Text("Function"), "Relationship owner"), organization=_t(Text("Organization")),
        opening=_flag(Text("At the opening meeting")), closing=_flag(Text("At the closing meeting")), interviewed=_flag(Text("Interviewed")),
    ),
    "meetings": _list(
        Text("Opening and closing meeting"),
        kind=_t(Text("Which one"), "Opening meeting"), held_at=_t(Text("When")), note=_t(Text("Note")),
        signatures=_list(Text("Who signed"), name=_t(Text("Name")), typed=_flag(Text("Signed by typing the name")), picture=_picture(Text("What the pen drew"))),
    ),
    "agenda": _list(
        Text("Sessions of the audit plan"),
        day=_t(Text("Day"), "18 Nov 2026"), time=_t(Text("From and to"), "09:30–10:30"), title=_t(Text("Session"), "Joint governance"),
        place=_t(Text("Place")), with_whom=_t(Text("With whom")), auditors=_t(Text("Auditors, with commas")),
    ),
    "independence": _list(
        Text("Auditors who were not independent"),
        auditor=_t(Text("Auditor")), conflict=_t(Text("Responsible for")), reason=_t(Text("Reason")), reviewer=_t(Text("Compensating reviewer")),
    ),
    "competence": _list(Text("Auditors whose competence was missing"), auditor=_t(Text("Auditor")), warning=_t(Text("Warning"))),
    "conclusion": _record(
        Text("What the audit concludes"),
        text=_t(Text("Audit conclusion")), objectives_met=_t(Text("Audit objectives met"), "In part"), objectives_note=_t(Text("What was not met")),
        process_summary=_t(Text("How the audit went")), obstacles=_t(Text("Obstacles")), not_covered=_t(Text("Areas not covered, in words")),
        main_findings=_t(Text("Main findings in short")), good_practices=_t(Text("Good practices")), diverging=_t(Text("Diverging opinions, in words")),
        sampling=_t(Text("Limits of sampling")), follow_up=_t(Text("Agreed follow-up")), programme=_t(Text("Implications for the audit programme")),
        confidentiality=_t(Text("Confidentiality")), distribution=_t(Text("Distribution")),
    ),
    "degrees": _list(
        Text("How far each stage fulfils each standard"),
        standard=_t(Text("Standard"), "ISO 44001:2017"), stage=_t(Text("Stage")), word=_t(Text("In words"), "Fulfilled in part"),
        counts=_t(Text("Questions behind it"), "12 of 14 judged"), fulfilled_share=_t(Text("Degree"), "83 %"), looked_share=_t(Text("Looked at"), "90 %"),
    ),
    "grade_counts": _list(Text("Findings by grade"), grade=_t(Text("Grade"), "Minor nonconformity"), count=_t(Text("How many"), "2")),
    "findings": _list(
        Text("Audit findings, the gravest first"),
        number=_t(Text("Number"), "F-01"), grade=_t(Text("Grade"), "Minor nonconformity"),
        grade_code=_t(Text("major, minor, observation, opportunity or good_practice"), "minor"), title=_t(Text("Title"), "Shared risks without owner"),
        statement=_t(Text("What was found")), evidence=_t(Text("Objective evidence")), requirements=_t(Text("Requirements, one a line"), "ISO 44001 8.6.2"),
        relationship=_t(Text("Relationship")), stage=_t(Text("Stage")), auditee=_t(Text("Auditee")), status=_t(Text("“Withdrawn”, or empty")),
        status_reason=_t(Text("Why it was withdrawn")), raised_by=_t(Text("Raised by")), raised_at=_t(Text("When it was raised")),
        answers=_t(Text("Answers that support it, with commas")), exhibits=_t(Text("Exhibits, with commas")),
        photos=Known("list", Text("Its photos"), "", _EXHIBIT),
    ),
    "not_covered": _list(
        Text("Questions without a judgement, by reason"),
        result=_t(Text("Result"), "Not asked"), reason=_t(Text("Reason")), questions=_t(Text("Questions, with commas")), relationship=_t(Text("Relationship")),
    ),
    "divergences": _list(
        Text("Findings on which auditee and team differ"),
        number=_t(Text("Finding"), "F-01"), auditee_view=_t(Text("The auditee’s view")), team_view=_t(Text("The audit team’s view")), decision=_t(Text("Decision")),
    ),
    "answers": _list(
        Text("All answers"),
        ref=_t(Text("Question"), "8.6.2-a"), section=_t(Text("Section")), stage=_t(Text("Stage")), question=_t(Text("What was asked")),
        result=_t(Text("Result"), "Conforms"), result_code=_t(Text("Its code"), "conforms"), clauses=_t(Text("Clauses, one a line")),
        relationship=_t(Text("Relationship")), reason=_t(Text("Reason")), note=_t(Text("Note")), evidence=_t(Text("Objective evidence")),
        interviewees=_t(Text("Interviewed")), sample=_t(Text("Sample")), answered_by=_t(Text("Answered by")), answered_at=_t(Text("When")),
        exhibits=_t(Text("Exhibits, with commas")),
    ),
    "exhibits": Known("list", Text("All exhibits"), "", _EXHIBIT),
    "photos": Known("list", Text("The exhibits that are photos"), "", _EXHIBIT),
    "changes": _list(Text("What this revision changed"), what=_t(Text("What"), "Changed · Finding · F-01"), before=_t(Text("Before")), after=_t(Text("After"))),
    "chapter": Known(
        "record", Text("Whole chapters, ready-made: each in a paragraph of its own"), "",
        {name: Known("chapter", Text("The whole chapter, with its heading"), f"{{{{ chapter.{name} }}}}") for name in CHAPTERS},
    ),
    "heading": Known(
        "record", Text("The headings of the chapters, in the language of the report"), "",
        {name: Known("text", Text("The heading of the chapter")) for name in CHAPTERS},
    ),
}  # fmt: skip


def listed(
    names: Mapping[str, Known] = TOP, before: str = "", within: str = ""
) -> Iterator[tuple[str, Known, str]]:
    """Every name as it is written, what it is, and the list that one must be going through for it (empty: none)."""
    for name, known in names.items():
        written = f"{before}{name}"
        yield written, known, within
        if known.kind == "record":
            yield from listed(known.names, f"{written}.", within)
        elif known.kind == "list":
            yield from listed(known.names, f"{singular(name)}.", written)


def singular(name: str) -> str:
    """What one of a list is called in our examples."""
    return {
        "criteria": "criterion", "team": "member", "agenda": "session", "independence": "override", "competence": "warning",
        "not_covered": "gap", "grade_counts": "each",
    }.get(name, name.removesuffix("s"))  # fmt: skip


def names_page() -> str:
    """The list of names as it stands in docs/report-templates.md."""
    rows = (
        f"| `{written}` | {known.meaning.msgid} | {known.kind} | {known.example if known.kind != 'chapter' else ''} | {f'`{within}`' if within else ''} |"
        for written, known, within in listed()
    )
    return (
        "\n".join(
            ("| name | what it is | kind | example | within the list |", "|---|---|---|---|---|", *rows)
        )
        + "\n"
    )
