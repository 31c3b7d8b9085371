"""How the texts of a report are told: words of the form, codes in words, what stands where nothing is. Pure."""

from collections.abc import Mapping
from typing import Any

from auditapp.reports.templated.blocks import Grid, Head, Said, Shot, filled, join, v, w

Data = dict[str, Any]
Lines = tuple[Said, ...]


class Teller:
    """The texts of a report, put into blocks."""

    def __init__(self, data: Data) -> None:
        """``data``: the view of the report."""
        self.data = data
        self.report = data["report"]
        self.document = self.report["document"]
        self.labels: Mapping[str, str] = data["labels"]

    def label(self, key: str) -> str:
        """A word of the form."""
        return self.labels[key]

    def word(self, kind: str, code: str, *, bold: bool = False) -> Said:
        """A code in words; it is a text of the audit."""
        return v(self.labels.get(f"{kind}.{code}", code), bold=bold) if code else w("")

    def none(self, key: str) -> Said:
        """What stands where nothing is."""
        return w(self.labels[key], quiet=True)

    def said(self, text: str, key: str) -> Said:
        """A text, or that there is none."""
        return v(text) if text.strip() else self.none(key)

    def head(self, key: str) -> Head:
        """A heading within a chapter."""
        return Head(self.label(f"chapter.{key}"))

    def clause(self, one: Data, *, title: bool = True) -> Said:
        """A requirement."""
        named = " ".join(each for each in (one["code"], one["number"]) if each)
        named += "" if one["confirmed"] else "*"
        return v(f"{named} {one['title']}" if title and one["title"] else named)

    def named(self) -> Said:
        """Number and revision."""
        doc = self.document
        return join((v(doc["number"]), filled(self.label("revision"), revision=str(doc["revision"]))), ", ")

    def grid(self, columns: tuple[str, ...], shares: tuple[int, ...], rows: Any) -> Grid:
        """A table whose columns have the form's names."""
        return Grid(
            tuple(self.label(f"column.{key}") for key in columns), shares, tuple(tuple(row) for row in rows)
        )

    def shot(self, exhibit: Data, wide: int, high: int, below: Lines) -> Shot:
        """A photo."""
        return Shot(
            exhibit["picture"],
            exhibit["caption"] or exhibit["ref"],
            wide,
            high,
            below,
            self.label("picture_missing"),
        )

    def about(self, x: Data) -> list[Said]:
        """Where an exhibit comes from."""
        L, made = self.label, list[Said]()  # noqa: N806
        if x["evidence_date"]:
            made.append(filled(L("evidence_of"), day=x["evidence_date"]))
        if x["added_by"]:
            made.append(filled(L("added"), who=x["added_by"], when=x["added_at"] or "–"))
        if x["captured_at"]:
            made.append(filled(L("captured"), when=x["captured_at"]))
        if x["coming"]:
            made.append(w(L("awaited"), quiet=True))
        elif x["received_at"]:
            made.append(filled(L("received"), when=x["received_at"]))
        if x["supports"]:
            made.append(filled(L("supports"), refs=", ".join(x["supports"])))
        return made
