"""The whole report as ready-made chapters, in the order and the words of the PDF. Pure."""

from functools import partial

from auditapp.reports.templated.beginning import Beginning
from auditapp.reports.templated.blocks import (
    Block,
    Chapter,
    Facts,
    Head,
    Prose,
    Said,
    Shot,
    Shots,
    filled,
    join,
    v,
    w,
)
from auditapp.reports.templated.telling import Data, Lines

NAMES = (
    "cover", "changes", "conclusion", "audit", "degree", "findings", "good_practices", "not_covered", "diverging",
    "sampling", "after", "answers", "exhibits", "control",
)  # fmt: skip
"""The chapters that no report may lack; ``changes`` only from the second revision on."""


def chapters(data: Data) -> tuple[Chapter, ...]:
    """All chapters of a report, from its view (auditapp/reports/audit_report/view.py)."""
    told = _Chapters(data)
    return tuple(
        Chapter(name, told.label(f"chapter.{name}") if name != "cover" else told.label("document"), blocks)
        for name in NAMES
        if (blocks := tuple(getattr(told, name)()))
    )


class _Chapters(Beginning):
    """All chapters."""

    def conclusion(self) -> list[Block]:
        """Conclusion, main findings, the findings at a glance."""
        c, L = self.report["conclusion"], self.label  # noqa: N806
        met = (
            self.word("met", c["objectives_met"], bold=True)
            if c["objectives_met"]
            else self.none("none.recorded")
        )
        made: list[Block] = [
            Prose(self.said(c["text"], "none.conclusion")),
            Facts(((L("objectives_met"), (met, v(c["objectives_note"]))),)),
        ]
        if c["main_findings"].strip():
            made += [self.head("main_findings"), Prose(v(c["main_findings"]))]
        if self.data["live"]:
            rows = [
                ((v(f["number"], bold=True),), (self.word("grade", f["grade"]),), (v(f["title"]),), (v(f["relationship"]),))
                for f in self.data["live"]
            ]  # fmt: skip
            made += [
                self.head("finding_list"),
                self.grid(("number", "grade", "finding", "relationship"), (30, 38, 62, 30), rows),
            ]
        return made

    def degree(self) -> list[Block]:
        """How far the criteria are fulfilled."""
        L = self.label  # noqa: N806
        made: list[Block] = [
            Prose(w(L("degree_note"))),
            Prose(
                w(
                    " · ".join(
                        L(f"degree.{key}") for key in ("fulfilled", "arranged", "unfulfilled", "open")
                    ),
                    quiet=True,
                )
            ),
        ]
        if not self.data["degrees"]:
            made.append(Prose(self.none("none.degrees")))
        for code, rows in self.data["degrees"]:
            share = partial(_share, rows)
            lines = [
                ((self.word("stage", x["stage"]),), (v(x["counts"], quiet=True),), (share(at, "fulfilled_share"),), (share(at, "looked_share"),), (self.word("degree_word", x["word"]),))
                for at, x in enumerate(rows)
            ]  # fmt: skip
            made += [
                Head(code),
                self.grid(("stage", "answers", "degree", "looked", "word"), (36, 48, 16, 20, 40), lines),
            ]
        return made

    def findings(self) -> list[Block]:
        """Each finding with all that is said of it."""
        made: list[Block] = [Prose(w(self.label("findings_note")))]
        if not self.report["findings"]:
            return [*made, Prose(self.none("none.findings"))]
        for finding in self.report["findings"]:
            made += self.finding(finding)
        return made

    def finding(self, f: Data) -> list[Block]:
        """One finding."""
        L = self.label  # noqa: N806
        status = self.word("finding_status", f["status"]) if f["status"] else w("")
        facts: list[tuple[str, Lines]] = [
            (
                L("column.grade"),
                (join((self.word("grade", f["grade"], bold=True), status, v(f["status_reason"]))),),
            ),
            (L("statement"), (v(f["statement"]),)),
            (L("objective_evidence"), (self.said(f["evidence"], "none.evidence"),)),
            (L("requirements"), tuple(map(self.clause, f["requirements"])) or (self.none("none.recorded"),)),
        ]
        facts += [(L(key), (v(f[key]),)) for key in ("relationship",) if f[key]]
        if f["stage"]:
            facts.append((L("stage"), (self.word("stage", f["stage"]),)))
        if f["auditee"]:
            facts.append((L("auditee"), (v(f["auditee"]),)))
        if f["raised_by"]:
            facts.append((L("raised"), (join((v(f["raised_by"]), v(f["raised_at"] or ""))),)))
        facts += [(L(key), (join(map(v, f[key]), ", "),)) for key in ("answers", "exhibits") if f[key]]
        known = self.data["exhibits"]
        shots = [known[ref] for ref in f["exhibits"] if ref in known and known[ref]["kind"] == "photo"]
        made: list[Block] = [Head(f"{f['number']} · {f['title']}"), Facts(tuple(facts))]
        if shots:
            made.append(
                Shots(tuple(self.shot(x, 36, 27, (v(x["ref"], quiet=True),)) for x in shots[:4]), columns=4)
            )
        return made

    def good_practices(self) -> list[Block]:
        """What others can learn from."""
        return [Prose(self.said(self.report["conclusion"]["good_practices"], "none.good_practices"))]

    def not_covered(self) -> list[Block]:
        """What the audit gives no judgement on, and why."""
        text, gaps = self.report["conclusion"]["not_covered"], self.data["gaps"]
        made: list[Block] = [Prose(v(text))] if text.strip() else []
        if gaps:
            rows = [
                ((self.word("result", g["result"]),), (self.said(g["reason"], "none.reason"),), (join(map(v, g["refs"]), ", "),), (v(g["relationship"]),))
                for g in gaps
            ]  # fmt: skip
            made.append(self.grid(("result", "reason", "questions", "relationship"), (28, 42, 60, 30), rows))
        return made or [Prose(self.none("none.not_covered"))]

    def diverging(self) -> list[Block]:
        """Where auditee and team differ."""
        text, rows, L = self.report["conclusion"]["diverging"], self.report["divergences"], self.label  # noqa: N806
        made: list[Block] = [] if rows and not text.strip() else [Prose(self.said(text, "none.diverging"))]
        for d in rows:
            made += [
                Head(d["number"]),
                Facts((
                    (L("auditee_view"), (v(d["auditee_view"]),)),
                    (L("team_view"), (self.said(d["team_view"], "no_team_view"),)),
                    (L("decision"), (self.said(d["decision"], "no_decision"),)),
                )),
            ]  # fmt: skip
        return made

    def sampling(self) -> list[Block]:
        """What an audit by samples cannot say."""
        return [Prose(self.said(self.report["conclusion"]["sampling"], "none.recorded"))]

    def after(self) -> list[Block]:
        """Follow-up, programme, confidentiality, distribution."""
        concluded = self.report["conclusion"]
        made: list[Block] = []
        for key in ("follow_up", "programme", "confidentiality", "distribution"):
            made += [
                self.head(key),
                Prose(self.said(concluded[key], "none.programme" if key == "programme" else "none.recorded")),
            ]
        return made

    def answers(self) -> list[Block]:
        """Every answer with its notes."""
        made: list[Block] = (
            [Prose(w(self.label("unconfirmed_note"), quiet=True))] if self.data["unconfirmed"] else []
        )
        if not self.report["answers"]:
            made.append(Prose(self.none("none.answers")))
        for group in self.data["sections"]:
            made.append(Head(self.labels.get(f"stage.{group['stage']}", group["stage"])))
            for section in group["sections"]:
                made += [
                    Head(section["title"], 3),
                    self.grid(
                        ("question", "noted", "result"), (29, 97, 34), map(self.answer, section["answers"])
                    ),
                ]
        return made

    def answer(self, a: Data) -> tuple[Lines, ...]:
        """One row of the answers."""
        L = self.label  # noqa: N806
        noted = [v(a["question"]), v(a["relationship"], quiet=True)]
        for key, label in (
            ("reason", "reason"),
            ("note", "note"),
            ("evidence", "objective_evidence"),
            ("interviewees", "interviewees"),
            ("sample", "sample"),
        ):
            if a[key].strip():
                noted.append(join((w(L(label), quiet=True), v(a[key])), " "))
        if a["exhibits"]:
            noted.append(join((w(L("exhibits"), quiet=True), join(map(v, a["exhibits"]), ", ")), " "))
        return (
            (v(a["ref"], bold=True), *(self.clause(one, title=False) for one in a["clauses"])),
            tuple(noted),
            (self.word("result", a["result"], bold=True), v(a["answered_by"], quiet=True), v(a["answered_at"] or "", quiet=True)),
        )  # fmt: skip

    def exhibits(self) -> list[Block]:
        """Every photo with its caption, every other exhibit."""
        rows, L = self.report["exhibits"], self.label  # noqa: N806
        if not rows:
            return [Prose(self.none("none.exhibits"))]
        made: list[Block] = [Prose(w(L("exhibits_note"), quiet=True))]
        shots = []
        for x in (each for each in rows if each["kind"] == "photo"):
            hashes = [Said(f"SHA-256 {x['sha256']}", (x["sha256"],), quiet=True)]
            if x["original_sha256"]:
                hashes += [w(f"{L('original_hash')}:", quiet=True), v(x["original_sha256"], quiet=True)]
            below = (join((v(x["ref"], bold=True), v(x["caption"])), " "), *self.about(x), *hashes)
            shots.append(self.shot(x, 76, 56, below))
            if x["drawing"]:
                shots.append(
                    Shot(
                        f"{x['ref']}/drawn",
                        x["caption"] or x["ref"],
                        76,
                        56,
                        (join((v(x["ref"]), w(L("with_lines"))), " "),),
                    )
                )
        if shots:
            made.append(Shots(tuple(shots)))
        others = [
            ((v(x["ref"], bold=True),), (self.word("exhibit", x["kind"]),),
             (v(x["caption"]), *((v(x["name"], quiet=True),) if x["name"] != x["caption"] else ()), v(x["target"], quiet=True)),
             (*self.about(x), Said(f"SHA-256 {x['sha256']}", (x["sha256"],), quiet=True) if x["sha256"] else w("")))
            for x in rows if x["kind"] != "photo"
        ]  # fmt: skip
        if others:
            made.append(self.grid(("ref", "kind", "exhibit", "origin"), (18, 26, 52, 64), others))
        return made

    def control(self) -> list[Block]:
        """Document control, and where the report holds what ISO 19011 asks for."""
        doc, L = self.document, self.label  # noqa: N806
        by, anchor = doc["signature"], doc["anchor"]
        rows: list[tuple[str, Lines]] = [
            (L("document"), (self.named(),)),
            (L("issued"), (v(doc["issued_at"]) if by else self.none("not_issued"),)),
            (L("issued_by"), (join((v(by["name"]), self.word("role", by["role"]), v(by["signed_at"]))) if by else self.none("not_issued"),)),
            (L("content_hash"), (v(self.data["sha256"]),)),
            (L("anchor"), (filled(L("anchor_row"), seq=str(anchor["seq"])), v(anchor["hash"])) if anchor else (self.none("none.recorded"),)),
        ]  # fmt: skip
        where = [
            ((w(x["item"]),), (w(x["content"]),), (w(L(f"chapter.{x['chapter']}")),))
            for x in self.data["where"]
        ]
        return [
            Facts(tuple(rows)),
            self.head("where"),
            Prose(w(L("where_note"))),
            self.grid(("item", "content", "chapter"), (18, 71, 71), where),
        ]


def _share(rows: list[Data], at: int, key: str) -> Said:
    value = rows[at][key]
    return w("–") if value is None else w(f"{value} %")
