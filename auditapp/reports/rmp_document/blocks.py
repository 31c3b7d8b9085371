"""A Markdown text as plain blocks, for formats that are not HTML. Pure.

A block is ``{"kind", ...}``: ``heading`` (level, runs), ``para`` (runs), ``item`` (depth, number or 0, runs), ``quote`` (runs),
``code`` (text), ``rule``, ``table`` (rows of cells of runs). A run is ``{"text", "bold", "italic", "strike", "code", "url"}``.
"""

from dataclasses import dataclass, field
from typing import Any

from markdown_it.token import Token

from auditapp.kit.markdown import tokens

Run = dict[str, Any]
Block = dict[str, Any]
DEEPEST = 4


def blocks_of(text: str) -> list[Block]:
    """The blocks of a text, in order."""
    reader = _Reader()
    for token in _with_inline(text):
        reader.take(token)
    return reader.made


@dataclass
class _Reader:
    """Where in a text the reading is: in which lists (0 for bullets, else the next number), quotes, table rows."""

    made: list[Block] = field(default_factory=list)
    lists: list[int] = field(default_factory=list)
    fresh: bool = False  # the next paragraph begins an item
    quotes: int = 0
    rows: list[list[list[Run]]] = field(default_factory=list)

    def take(self, token: Token) -> None:
        """One token more."""
        kind = token.type
        if kind == "inline":
            self._inline(token)
        elif kind in {"bullet_list_open", "ordered_list_open", "bullet_list_close", "ordered_list_close"}:
            self._list(token)
        elif kind == "list_item_open":
            self.fresh = True
        elif kind in {"blockquote_open", "blockquote_close"}:
            self.quotes += token.nesting
        elif kind == "tr_open":
            self.rows.append([])
        elif kind == "table_close":
            self.made.append({"kind": "table", "rows": self.rows})
            self.rows = []
        elif kind in {"fence", "code_block"}:
            self.made.append({"kind": "code", "text": token.content.rstrip("\n")})
        elif kind == "hr":
            self.made.append({"kind": "rule"})

    def _list(self, token: Token) -> None:
        if token.nesting < 0:
            self.lists.pop()
            return
        start = token.attrGet("start")
        self.lists.append(int(start if start is not None else 1) if token.type == "ordered_list_open" else 0)

    def _inline(self, token: Token) -> None:
        runs = _runs(token.children or [])
        where = token.meta.get("in") or ""
        if where in {"th", "td"}:
            self.rows[-1].append(runs)
        elif where.startswith("h"):
            self.made.append({"kind": "heading", "level": int(where[1]), "runs": runs})
        elif self.lists:
            number = self.lists[-1] if self.fresh else 0
            self.made.append(
                {
                    "kind": "item",
                    "depth": min(len(self.lists), DEEPEST),
                    "number": number,
                    "bullet": self.fresh and not number,
                    "runs": runs,
                }
            )
            if self.fresh and self.lists[-1]:
                self.lists[-1] += 1
            self.fresh = False
        else:
            self.made.append({"kind": "quote" if self.quotes else "para", "runs": runs})


def _with_inline(text: str) -> list[Token]:
    """The tokens; each inline one knows the tag it stands in."""
    found = tokens(text)
    holder = ""
    for token in found:
        if token.nesting == 1 and token.tag:
            holder = token.tag
        elif token.type == "inline":
            token.meta = {**token.meta, "in": holder}
    return found


def _runs(children: list[Token]) -> list[Run]:
    bold = italic = strike = 0
    url = ""
    made: list[Run] = []
    for token in children:
        kind = token.type
        if kind in {"strong_open", "strong_close"}:
            bold += token.nesting
        elif kind in {"em_open", "em_close"}:
            italic += token.nesting
        elif kind in {"s_open", "s_close"}:
            strike += token.nesting
        elif kind == "link_open":
            url = str(token.attrGet("href") or "")
        elif kind == "link_close":
            url = ""
        else:
            words = "\n" if kind in {"softbreak", "hardbreak"} else token.content
            if words:
                made.append(
                    {
                        "text": " " if kind == "softbreak" else words,
                        "bold": bold > 0,
                        "italic": italic > 0,
                        "strike": strike > 0,
                        "code": kind == "code_inline",
                        "url": url if url.startswith(("http://", "https://", "mailto:")) else "",
                    }
                )
    return made
