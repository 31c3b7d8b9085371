"""The first chapters of the report: title page, what a revision changed, and what was audited how. Pure."""

from auditapp.reports.templated.blocks import Block, Facts, Prose, Shot, Shots, join, v, w
from auditapp.reports.templated.telling import Lines, Teller


class Beginning(Teller):
    """These chapters."""

    def cover(self) -> list[Block]:
        """What the title page says."""
        r, doc, L = self.report, self.document, self.label  # noqa: N806 - as in report.typ
        leaders = [m["name"] for m in r["team"] if m["role"] == "leader"]
        rows: list[tuple[str, Lines]] = [
            (L("organization"), (v(doc["organization"]),)),
            (L("kind"), (v(r["title"], bold=True), join((v(r["audit_number"]), v(self.data["period"]))))),
            (L("criteria"), tuple(
                v(c["title"] if c["title"].startswith(c["code"]) else f"{c['code']} {c['title']}") for c in r["criteria"]
            )),
            (L("relationships"), (join([v(x["name"]) for x in r["scope"]["relationships"]], ", "),)
                if r["scope"]["relationships"] else (self.none("none.relationships"),)),
            (L("leader"), (join(map(v, leaders), ", "),) if leaders else (self.none("none.recorded"),)),
            (L("client"), (self.said(r["client"], "none.recorded"),)),
            (L("findings_count"), (join([w(f"{c['count']} {L('grade.' + c['grade'])}") for c in self.data["counts"]]),)),
            (L("document"), (self.named(),)),
            (L("issued"), (v(doc["issued_at"]) if doc["signature"] else self.none("not_issued"),)),
        ]  # fmt: skip
        if doc["signature"]:
            by = doc["signature"]
            rows.append(
                (
                    L("issued_by"),
                    (join((v(by["name"]), self.word("role", by["role"])), ", "), v(by["statement"])),
                )
            )
        if doc["revision"] > 1:
            rows.append((L("revision_reason"), (v(doc["reason"]),)))
        draft: list[Block] = [] if doc["signature"] else [Prose(w(L("draft_long"), bold=True))]
        return [*draft, Facts(tuple(rows))]

    def changes(self) -> list[Block]:
        """What the revision changed."""
        doc, L = self.document, self.label  # noqa: N806
        if doc["revision"] <= 1:
            return []
        made: list[Block] = [
            Facts(((L("revision_reason"), (self.said(doc["reason"], "none.recorded"),)), (L("supersedes"), (v(doc["supersedes"]),))))
        ]  # fmt: skip
        if not doc["changes"]:
            return [*made, Prose(self.none("none.changes"))]
        rows = [
            (
                (
                    self.word("change", c["kind"], bold=True),
                    join((self.word("chapter", c["chapter"]), v(c["item"]), self.word("stage", c["stage"]), self.word("field", c["field"]))),
                ),
                (v(c["before"]) if c["before"] else w("–"),),
                (v(c["after"]) if c["after"] else w("–"),),
            )
            for c in doc["changes"]
        ]  # fmt: skip
        return [*made, self.grid(("what", "before", "after"), (34, 63, 63), rows)]

    def audit(self) -> list[Block]:
        """Objectives, scope, criteria, people, independence, places, schedule, how it went."""
        r, L = self.report, self.label  # noqa: N806
        scope, concluded = r["scope"], r["conclusion"]
        made: list[Block] = [
            self.head("objectives"),
            Prose(self.said(r["objectives"], "none.recorded")),
            self.head("scope"),
        ]
        if scope["text"]:
            made.append(Prose(v(scope["text"])))
        facts: list[tuple[str, Lines]] = [(L("organization"), (v(scope["organization"]),))]
        facts += [
            (L(key), (join(map(v, scope[key]), ", "),)) for key in ("functions", "processes") if scope[key]
        ]
        stages = (
            join([self.word("stage", one) for one in scope["stages"]], ", ")
            if scope["stages"]
            else w(L("stages_all"))
        )
        sampled = tuple(
            join((v(x["code"]), v(x["name"]), self.word("stage", x["stage"]))) for x in scope["relationships"]
        )
        facts += [
            (L("stages"), (stages,)),
            (L("relationships"), sampled or (self.none("none.relationships"),)),
        ]
        made += [Facts(tuple(facts)), self.head("criteria")]
        made.append(self.grid(("standard", "library", "edition"), (36, 98, 26),
                              [((v(c["code"]),), (v(c["title"]), v(c["note"], quiet=True)), (v(c["edition"]),)) for c in r["criteria"]]))  # fmt: skip
        if r["other_criteria"].strip():
            made.append(Prose(v(r["other_criteria"])))
        return [*made, *self.people(), *self.where_and_when(),
                self.head("process"), Prose(self.said(concluded["process_summary"], "none.recorded")),
                self.head("obstacles"), Prose(self.said(concluded["obstacles"], "none.obstacles"))]  # fmt: skip

    def people(self) -> list[Block]:
        """Client, team, participants, independence and competence."""
        r, L = self.report, self.label  # noqa: N806
        made: list[Block] = [
            self.head("people"),
            Facts(((L("client"), (self.said(r["client"], "none.recorded"),)),)),
            self.grid(("team", "role", "note"), (1, 1, 1), [((v(m["name"]),), (self.word("role", m["role"]),), (v(m["note"]),)) for m in r["team"]]),
        ]  # fmt: skip
        if r["participants"]:
            yes = {True: w(L("yes")), False: w("–")}
            rows = [
                ((v(p["name"]),), (v(p["function"]),), (v(p["organization"]),), *((yes[p[key]],) for key in ("opening", "closing", "interviewed")))
                for p in r["participants"]
            ]  # fmt: skip
            made.append(
                self.grid(
                    ("participant", "function", "organization", "opening", "closing", "interviewed"),
                    (33, 31, 31, 21, 21, 23),
                    rows,
                )
            )
        else:
            made.append(Prose(self.none("none.participants")))
        made.append(self.head("independence"))
        if not r["independence"] and not r["competence"]:
            made.append(Prose(self.none("none.independence")))
        if r["independence"]:
            keys = ("auditor", "conflict", "reason", "reviewer")
            made.append(
                self.grid(keys, (10, 13, 16, 10), [[(v(o[key]),) for key in keys] for o in r["independence"]])
            )
        if r["competence"]:
            made.append(
                self.grid(
                    ("auditor", "warning"),
                    (10, 26),
                    [[(v(c[key]),) for key in ("auditor", "warning")] for c in r["competence"]],
                )
            )
        return made

    def where_and_when(self) -> list[Block]:
        """Dates, places, meetings with who signed them, plan and schedule."""
        r, L = self.report, self.label  # noqa: N806
        made: list[Block] = [
            self.head("places"),
            Facts((
                (L("period"), (self.said(self.data["period"], "none.recorded"),)),
                (L("locations"), tuple(map(v, r["locations"])) or (self.none("none.recorded"),)),
            )),
        ]  # fmt: skip
        for meeting in r["meetings"]:
            typed = [s["name"] for s in meeting["signed"] if not s["lines"]]
            lines = (
                join((v(meeting["held_at"]), v(meeting["note"]))),
                *(join((v(name), w(L("signed_typed"), quiet=True))) for name in typed),
            )
            made.append(Facts(((L(f"meeting.{meeting['kind']}"), lines),)))
            drawn = tuple(
                Shot(f"{meeting['kind']}/{at}", L("signed_by") % {"name": s["name"]}, 48, 12, (v(s["name"]),))
                for at, s in enumerate(meeting["signed"]) if s["lines"]
            )  # fmt: skip
            if drawn:
                made.append(Shots(drawn, columns=3))
        if r["agenda"] or r["plan_note"].strip():
            made.append(self.head("schedule"))
            if r["plan_note"].strip():
                made.append(Prose(v(r["plan_note"])))
            rows = [
                ((v(s["day"]),), (v(s["time"]),), (v(s["title"]), join([v(a, quiet=True) for a in s["auditors"]], ", ")), (v(s["with_whom"]),), (v(s["place"]),))
                for s in r["agenda"]
            ]  # fmt: skip
            if rows:
                made.append(
                    self.grid(("day", "time", "session", "with", "place"), (27, 24, 48, 32, 32), rows)
                )
        return made
