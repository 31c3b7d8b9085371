"""Whether the names in a template are known, and which was probably meant. Pure."""

from collections.abc import Mapping
from difflib import get_close_matches

from jinja2 import nodes

from auditapp.kit.text import Text
from auditapp.reports.templated.names import TOP, Known, listed
from auditapp.reports.templated.sandbox import COUNTED, LOOP

_PLAIN = Known("text", Text("A text"))
_LOOP = Known("record", Text("The loop"), "", dict.fromkeys(LOOP, _PLAIN))
_STAY = {
    COUNTED,
    "sort",
    "reverse",
    "list",
    "unique",
    "select",
    "reject",
    "selectattr",
    "rejectattr",
    "default",
    "d",
}
_LEAVES = {written.rsplit(".", 1)[-1]: written for written, _known, _within in reversed(tuple(listed()))}


class Speller:
    """Walks a parsed template; ``wrong`` holds (line, what is wrong)."""

    def __init__(self) -> None:
        """Nothing wrong yet."""
        self.wrong: list[tuple[int, Text]] = []

    def walk(self, node: nodes.Node, scope: Mapping[str, Known]) -> None:
        """Statements and what they print."""
        if isinstance(node, nodes.Output):
            for each in node.nodes:
                if not isinstance(each, nodes.TemplateData):
                    self.prints(each, scope)
        elif isinstance(node, nodes.For):
            self.loop(node, scope)
        elif isinstance(node, nodes.If):
            self.known(node.test, scope)
            for branch in (*node.body, *node.elif_, *node.else_):
                self.walk(branch, scope)
        elif isinstance(node, nodes.Template):
            for statement in node.body:
                self.walk(statement, scope)

    def loop(self, node: nodes.For, scope: Mapping[str, Known]) -> None:
        """A loop: its list must be one, its names are those of the list's records."""
        many = self.known(node.iter, scope)
        if many is not None and many.kind != "list":
            self.say(
                node.iter, Text("%(name)s is no list, a loop cannot go through it.", name=_written(node.iter))
            )
        one = Known("record", Text("One of a list"), "", many.names if many else {})
        inner = dict(scope)
        if isinstance(node.target, nodes.Name):
            inner[node.target.name] = one if many is None or many.names else _PLAIN
        else:
            self.say(
                node, Text("A loop gives one name to what it goes through: {%% for finding in findings %%}.")
            )
        if many is None and isinstance(node.target, nodes.Name):
            inner[node.target.name] = _ANY
        inner["loop"] = _LOOP
        if node.test is not None:
            self.known(node.test, inner)
        for each in node.body:
            self.walk(each, inner)
        for each in node.else_:
            self.walk(each, scope)

    def prints(self, node: nodes.Expr, scope: Mapping[str, Known]) -> None:
        """What stands between braces must be a text, a picture or a chapter."""
        known = self.known(node, scope)
        if known is None or known is _ANY or known.prints:
            return
        first = next(iter(known.names), "")
        written = _written(node)
        if known.kind == "list":
            self.say(
                node, Text("%(name)s is a list: go through it with {%% for … in %(name)s %%}.", name=written)
            )
        else:
            self.say(
                node,
                Text(
                    "%(name)s has several values: name one of them, such as %(name)s.%(first)s.",
                    name=written,
                    first=first,
                ),
            )

    def known(self, node: nodes.Node, scope: Mapping[str, Known]) -> Known | None:
        """What an expression is; ``None`` where something in it is unknown (and said)."""
        if isinstance(node, nodes.Name):
            return scope.get(node.name) or self.unknown(node, node.name, scope, "")
        if isinstance(node, nodes.Getattr):
            return self.part(node, node.node, node.attr, scope)
        if isinstance(node, nodes.Getitem):
            if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
                return self.part(node, node.node, node.arg.value, scope)
            many = self.known(node.node, scope)
            return Known("record", many.meaning, "", many.names) if many and many.kind == "list" else many
        if isinstance(node, nodes.Filter):
            return self.filtered(node, scope)
        for each in node.iter_child_nodes():
            self.known(each, scope)
        return _PLAIN

    def filtered(self, node: nodes.Filter, scope: Mapping[str, Known]) -> Known | None:
        """What a filter makes of it."""
        many = self.known(node.node, scope) if node.node is not None else _PLAIN
        for each in node.args:
            self.known(each, scope)
        if many is None or many is _ANY:
            return many
        asked = [
            each.value.value
            for each in node.kwargs
            if each.key == "attribute" and isinstance(each.value, nodes.Const)
        ]
        if node.name in {"selectattr", "rejectattr"} and node.args and isinstance(node.args[0], nodes.Const):
            asked.append(node.args[0].value)
        for name in asked:
            if isinstance(name, str) and name.split(".")[0] not in many.names:
                self.unknown(node, name, many.names, _written(node.node) if node.node else "")
        if node.name in _STAY:
            return many
        if node.name in {"first", "last"}:
            return Known("record", many.meaning, "", many.names) if many.names else _PLAIN
        return Known("list", many.meaning) if node.name == "map" else _PLAIN

    def part(self, node: nodes.Expr, of: nodes.Expr, name: str, scope: Mapping[str, Known]) -> Known | None:
        """``of.name``."""
        base = self.known(of, scope)
        if base is None or base is _ANY:
            return base
        if base.kind == "list":
            self.say(
                node,
                Text("%(name)s is a list: go through it with {%% for … in %(name)s %%}.", name=_written(of)),
            )
            return None
        if name in base.names:
            return base.names[name]
        if not base.names:
            self.say(
                node, Text("%(name)s is a plain value: nothing stands behind its dot.", name=_written(of))
            )
            return None
        return self.unknown(node, name, base.names, _written(of))

    def unknown(self, node: nodes.Node, name: str, names: Mapping[str, Known], of: str) -> Known | None:
        """Say that there is no such name, and the closest that there is."""
        written = f"{of}.{name}" if of else name
        close = [] if name in _LEAVES else get_close_matches(name, names, n=1, cutoff=0.6)
        meant = f"{of}.{close[0]}" if close and of else close[0] if close else _elsewhere(name)
        if meant:
            self.say(node, Text("There is no %(name)s. Did you mean %(meant)s?", name=written, meant=meant))
        else:
            self.say(node, Text("There is no %(name)s. The list of names says what there is.", name=written))
        return None

    def say(self, node: nodes.Node, text: Text) -> None:
        """Something is wrong there."""
        self.wrong.append((node.lineno, text))


_ANY = Known("text", Text("Anything"))


def misspelt(tree: nodes.Template) -> list[tuple[int, Text]]:
    """What is wrong with the names, by line of the template's source."""
    speller = Speller()
    speller.walk(tree, TOP)
    return speller.wrong


def _elsewhere(name: str) -> str:
    close = get_close_matches(name.rsplit(".", 1)[-1], _LEAVES, n=1, cutoff=0.7)
    return _LEAVES[close[0]] if close else ""


def _written(node: nodes.Node) -> str:
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        return f"{_written(node.node)}.{node.attr}"
    if isinstance(node, nodes.Getitem | nodes.Filter) and node.node is not None:
        return _written(node.node)
    return "…"
