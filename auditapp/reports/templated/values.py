"""What the names of a template stand for in one report."""

from collections.abc import Callable
from typing import Any

from auditapp.reports.templated.blocks import MARK, Chapter
from auditapp.reports.templated.chapters import NAMES
from auditapp.reports.templated.telling import Data, Teller

Draw = Callable[[str, int, int, str], Any]
"""A picture by key, in a box of so many millimetres, with a text for who cannot see it: empty where there is none."""


def values(data: Data, chapters: tuple[Chapter, ...], draw: Draw) -> dict[str, Any]:
    """All values by name (auditapp/reports/templated/names.py), from the view of the report."""
    return _Values(data, chapters, draw).all()


def _text(value: Any) -> str:
    return "" if value is None else str(value)


class _Values:
    def __init__(self, data: Data, chapters: tuple[Chapter, ...], draw: Draw) -> None:
        self.data, self.chapters, self.draw = data, chapters, draw
        self.told = Teller(data)
        self.report, self.document = self.told.report, self.told.document
        self.labels = self.told.labels

    def word(self, kind: str, code: str) -> str:
        return self.told.word(kind, code).shown

    def all(self) -> dict[str, Any]:
        r, doc, told = self.report, self.document, self.told
        by, anchor = doc["signature"], doc["anchor"]
        photos = [self.exhibit(x) for x in r["exhibits"] if x["kind"] == "photo"]
        there = {chapter.name: chapter for chapter in self.chapters}
        return {
            "kind": told.label("kind"),
            "number": doc["number"],
            "revision": str(doc["revision"]),
            "title": r["title"],
            "audit_number": r["audit_number"],
            "organization": doc["organization"],
            "is_draft": by is None,
            "draft": told.label("draft_long") if by is None else "",
            "issued_at": doc["issued_at"] if by else "",
            "issued_by": by["name"] if by else "",
            "issued_role": self.word("role", by["role"]) if by else "",
            "issued_statement": by["statement"] if by else "",
            "revision_reason": doc["reason"],
            "supersedes": doc["supersedes"],
            "sha256": self.data["sha256"],
            "trail_row": str(anchor["seq"]) if anchor else "",
            "trail_hash": anchor["hash"] if anchor else "",
            "period": self.data["period"],
            "locations": "\n".join(r["locations"]),
            "client": r["client"],
            "leader": ", ".join(m["name"] for m in r["team"] if m["role"] == "leader"),
            "objectives": r["objectives"],
            "other_criteria": r["other_criteria"],
            "plan_note": r["plan_note"],
            "scope": self.scope(),
            "criteria": [{key: c[key] for key in ("code", "title", "edition", "note")} for c in r["criteria"]],
            "team": [{"name": m["name"], "role": self.word("role", m["role"]), "note": m["note"]} for m in r["team"]],
            "participants": [dict(p) for p in r["participants"]],
            "meetings": [self.meeting(m) for m in r["meetings"]],
            "agenda": [
                {key: s[key] for key in ("day", "time", "title", "place", "with_whom")}
                | {"auditors": ", ".join(s["auditors"])}
                for s in r["agenda"]
            ],
            "independence": [dict(o) for o in r["independence"]],
            "competence": [dict(c) for c in r["competence"]],
            "conclusion": r["conclusion"]
            | {"objectives_met": self.word("met", r["conclusion"]["objectives_met"])},
            "degrees": [self.degree(x) for _code, rows in self.data["degrees"] for x in rows],
            "grade_counts": [
                {"grade": self.word("grade", c["grade"]), "count": str(c["count"])} for c in self.data["counts"]
            ],
            "findings": [self.finding(f) for f in r["findings"]],
            "not_covered": [
                {
                    "result": self.word("result", g["result"]),
                    "reason": g["reason"],
                    "questions": ", ".join(g["refs"]),
                    "relationship": g["relationship"],
                }
                for g in self.data["gaps"]
            ],
            "divergences": [dict(d) for d in r["divergences"]],
            "answers": [self.answer(a) for group in self.data["sections"] for s in group["sections"] for a in s["answers"]],
            "exhibits": [self.exhibit(x) for x in r["exhibits"]],
            "photos": photos,
            "changes": [
                {
                    "what": " · ".join(filter(None, (
                        self.word("change", c["kind"]), self.word("chapter", c["chapter"]), c["item"],
                        self.word("stage", c["stage"]), self.word("field", c["field"]),
                    ))),
                    "before": c["before"],
                    "after": c["after"],
                }
                for c in doc["changes"]
            ],
            "chapter": {name: f"{MARK}{name}{MARK}" for name in NAMES},
            "heading": {name: there[name].title if name in there else "" for name in NAMES},
        }  # fmt: skip

    def scope(self) -> Data:
        scope = self.report["scope"]
        return {
            "text": scope["text"],
            "organization": scope["organization"],
            "functions": ", ".join(scope["functions"]),
            "processes": ", ".join(scope["processes"]),
            "stages": ", ".join(self.word("stage", one) for one in scope["stages"]),
            "relationships": [
                {"code": x["code"], "name": x["name"], "stage": self.word("stage", x["stage"])} for x in scope["relationships"]
            ],
        }  # fmt: skip

    def meeting(self, m: Data) -> Data:
        return {
            "kind": self.word("meeting", m["kind"]),
            "held_at": m["held_at"],
            "note": m["note"],
            "signatures": [
                {
                    "name": s["name"],
                    "typed": not s["lines"],
                    "picture": self.draw(f"{m['kind']}/{at}", 48, 12, s["name"]) if s["lines"] else "",
                }
                for at, s in enumerate(m["signed"])
            ],
        }

    def degree(self, x: Data) -> Data:
        return {
            "standard": x["code"],
            "stage": self.word("stage", x["stage"]),
            "word": self.word("degree_word", x["word"]),
            "counts": x["counts"],
            **{key: "–" if x[key] is None else f"{x[key]} %" for key in ("fulfilled_share", "looked_share")},
        }

    def finding(self, f: Data) -> Data:
        known = self.data["exhibits"]
        same = (
            "number",
            "title",
            "statement",
            "evidence",
            "relationship",
            "auditee",
            "status_reason",
            "raised_by",
        )
        return {key: f[key] for key in same} | {
            "grade": self.word("grade", f["grade"]),
            "grade_code": f["grade"],
            "requirements": "\n".join(self.told.clause(one).shown for one in f["requirements"]),
            "stage": self.word("stage", f["stage"]),
            "status": self.word("finding_status", f["status"]),
            "raised_at": _text(f["raised_at"]),
            "answers": ", ".join(f["answers"]),
            "exhibits": ", ".join(f["exhibits"]),
            "photos": [
                self.exhibit(known[ref]) for ref in f["exhibits"] if ref in known and known[ref]["kind"] == "photo"
            ],
        }  # fmt: skip

    def answer(self, a: Data) -> Data:
        same = (
            "ref", "section", "question", "relationship", "reason", "note", "evidence", "interviewees", "sample", "answered_by",
        )  # fmt: skip
        return {key: a[key] for key in same} | {
            "stage": self.word("stage", a["stage"]),
            "result": self.word("result", a["result"]),
            "result_code": a["result"],
            "clauses": "\n".join(self.told.clause(one, title=False).shown for one in a["clauses"]),
            "answered_at": _text(a["answered_at"]),
            "exhibits": ", ".join(a["exhibits"]),
        }

    def exhibit(self, x: Data) -> Data:
        alt = x["caption"] or x["ref"]
        photo = x["kind"] == "photo"
        whole = self.draw(x["picture"], 76, 56, alt) if photo else ""
        return {
            "ref": x["ref"],
            "kind": self.word("exhibit", x["kind"]),
            "caption": x["caption"],
            "name": x["name"],
            "target": x["target"],
            "sha256": x["sha256"],
            "original_sha256": x["original_sha256"],
            "about": "\n".join(said.shown for said in self.told.about(x)),
            "supports": ", ".join(x["supports"]),
            "is_photo": photo,
            "has_picture": whole != "",
            "picture": whole,
            "picture_small": self.draw(x["picture"], 36, 27, alt) if photo else "",
            "has_lines": bool(x["drawing"]),
            "picture_with_lines": self.draw(f"{x['ref']}/drawn", 76, 56, alt) if x["drawing"] else "",
        }
