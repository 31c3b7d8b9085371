"""Where a customer's template is filled: it reads values, compares and repeats, and can do nothing else. Pure.

A template is checked before it runs: only the parts of the language in ``_ALLOWED`` are taken, only the filters and
tests named here, with constants as their arguments, so that nothing grows by itself. Every loop is counted.
"""

from collections.abc import Iterator
from typing import Any, NoReturn

from jinja2 import ChainableUndefined, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from auditapp.kit.text import Text

MOST_ROUNDS = 200_000
"""Times that all loops of a template together may go round."""
MOST_OUT = 60_000_000
"""Characters that a filled part may have."""
LONGEST_CONSTANT = 200
DEEPEST, MOST_WITHIN = 80, 12
"""How deep expressions, and loops and conditions, may stand within each other."""
FILTERS = (
    "capitalize", "count", "default", "d", "first", "int", "join", "last", "length", "list", "lower", "map", "reject", "rejectattr",
    "reverse", "round", "select", "selectattr", "sort", "string", "sum", "title", "trim", "truncate", "unique", "upper",
)  # fmt: skip
TESTS = (
    "defined",
    "undefined",
    "none",
    "equalto",
    "eq",
    "ne",
    "in",
    "lt",
    "gt",
    "le",
    "ge",
    "odd",
    "even",
    "==",
    "!=",
    "<",
    ">",
    "<=",
    ">=",
    "true",
    "false",
    "number",
    "string",
    "divisibleby",
)
COUNTED = "_counted"
_ALLOWED: tuple[type[nodes.Node], ...] = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Getitem, nodes.For, nodes.If, nodes.CondExpr,
    nodes.Const, nodes.Filter, nodes.Test, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Concat, nodes.Add,
    nodes.Sub, nodes.Neg, nodes.List, nodes.Tuple, nodes.Keyword,
)  # fmt: skip
_CALLED = {
    nodes.Call: Text("a call"), nodes.Macro: Text("a macro"), nodes.CallBlock: Text("a call"), nodes.Include: Text("“include”"),
    nodes.Import: Text("“import”"), nodes.FromImport: Text("“import”"), nodes.Extends: Text("“extends”"), nodes.Block: Text("“block”"),
    nodes.Assign: Text("“set”"), nodes.AssignBlock: Text("“set”"), nodes.With: Text("“with”"), nodes.FilterBlock: Text("“filter”"),
    nodes.Mul: Text("“*”"), nodes.Pow: Text("“**”"), nodes.Div: Text("“/”"), nodes.Mod: Text("“%%”"), nodes.FloorDiv: Text("“//”"),
    nodes.Dict: Text("a list of names and values"), nodes.Slice: Text("a slice"),
}  # fmt: skip


class Refused(Exception):
    """What a template may not do, and the line of its source."""

    def __init__(self, text: Text, line: int = 0) -> None:
        """``text``: said to whoever made the template."""
        super().__init__(str(text))
        self.text = text
        self.line = line


class Sandbox(ImmutableSandboxedEnvironment):
    """The environment of one filling; a further one counts anew."""

    intercepted_binops = frozenset({"+"})

    def __init__(self) -> None:
        """No globals, few filters, few tests, everything escaped."""
        super().__init__(autoescape=True, undefined=ChainableUndefined)
        self.globals.clear()
        self.rounds = 0
        taken, asked = dict(self.filters), dict(self.tests)
        self.filters.clear()
        self.filters.update({name: taken[name] for name in FILTERS})
        self.filters[COUNTED] = self.counted
        self.tests.clear()
        self.tests.update({name: asked[name] for name in TESTS})

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Nothing but what stands in a record."""
        del obj, attr, value
        return False

    def getattr(self, obj: Any, attribute: str) -> Any:
        """``a.b`` is a value of a record, or of the loop; never an attribute of Python's."""
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """A value of a record by its name, or of a list by its place."""
        if isinstance(obj, dict) and isinstance(argument, str) and argument in obj:
            return obj[argument]
        if isinstance(obj, list | tuple) and isinstance(argument, int) and -len(obj) <= argument < len(obj):
            return obj[argument]
        if type(obj).__name__ == "LoopContext" and argument in LOOP:
            return getattr(obj, argument)
        return self.undefined(obj=obj, name=argument)

    def is_safe_callable(self, obj: Any) -> bool:
        """Nothing is called."""
        del obj
        return False

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Numbers are added, nothing else."""
        del context, operator
        return left + right if isinstance(left, int) and isinstance(right, int) else ""

    def counted(self, given: Any) -> Iterator[Any]:
        """Every round of every loop is counted; only lists are gone through."""
        if isinstance(given, str) or not hasattr(given, "__iter__"):
            return
        for one in given:
            self.rounds += 1
            if self.rounds > MOST_ROUNDS:
                raise Refused(Text("Its loops go round more than %(most)s times.", most=MOST_ROUNDS))
            yield one

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """Parse, refuse what is not taken, count the loops."""
        tree = super()._parse(source, name, filename)
        look_through(tree)
        for loop in list(tree.find_all(nodes.For)):
            loop.iter = nodes.Filter(loop.iter, COUNTED, [], [], None, None, lineno=loop.lineno)
            loop.iter.set_environment(self)
        return tree


LOOP = ("index", "index0", "first", "last", "length", "revindex", "revindex0")


def look_through(tree: nodes.Template) -> None:
    """Raises Refused for the first thing that a template may not do."""
    for node in _all(tree):
        if not isinstance(node, _ALLOWED):
            what = next(
                (text for kind, text in _CALLED.items() if isinstance(node, kind)), Text(type(node).__name__)
            )
            _refuse(Text("%(what)s is not taken in a template.", what=what), node)
        if isinstance(node, nodes.For) and node.recursive:
            _refuse(Text("“recursive” is not taken in a template."), node)
        named = (
            node.name
            if isinstance(node, nodes.Name)
            else node.attr
            if isinstance(node, nodes.Getattr)
            else ""
        )
        if named.startswith("_") or named in {"self", "super", "caller"}:
            _refuse(Text("The name %(name)s is not taken in a template.", name=named), node)
        if (
            isinstance(node, nodes.Const)
            and isinstance(node.value, str)
            and len(node.value) > LONGEST_CONSTANT
        ):
            _refuse(
                Text("A text between quotes is longer than %(most)s characters.", most=LONGEST_CONSTANT), node
            )
        if isinstance(node, nodes.Filter | nodes.Test):
            _must_be_known(node)


def _must_be_known(node: nodes.Filter | nodes.Test) -> None:
    known = FILTERS if isinstance(node, nodes.Filter) else TESTS
    if node.name not in known:
        _refuse(
            Text(
                "The filter %(name)s is not taken in a template. These are: %(known)s.",
                name=node.name,
                known=", ".join(known),
            ),
            node,
        )
    plain = node.name in {"default", "d"} or isinstance(node, nodes.Test)
    given = [*(node.args or ()), *(each.value for each in node.kwargs or ())]
    if (
        node.dyn_args
        or node.dyn_kwargs
        or (not plain and any(not isinstance(each, nodes.Const) for each in given))
    ):
        _refuse(
            Text("What follows the filter %(name)s must be a plain text or number.", name=node.name), node
        )
    if node.name in {"map", "select", "reject", "selectattr", "rejectattr"}:
        _must_be_known_inside(node, given)


def _must_be_known_inside(node: nodes.Filter | nodes.Test, given: list[nodes.Expr]) -> None:
    """``map("upper")``, ``selectattr("grade", "equalto", "major")``: the same filters and tests as elsewhere."""
    words = [each.value for each in given if isinstance(each, nodes.Const)]
    for keyword in node.kwargs or ():
        if keyword.key not in {"attribute", "default"}:
            _refuse(Text("“%(name)s” is not taken in a template.", name=keyword.key), node)
    if any(part.startswith("_") for word in words if isinstance(word, str) for part in word.split(".")):
        _refuse(Text("The name %(name)s is not taken in a template.", name=words[0]), node)
    if (
        node.name == "map"
        and node.args
        and (
            len(node.args) > 1
            or words[0] not in {"upper", "lower", "title", "trim", "capitalize", "string", "int", "length"}
        )
    ):
        _refuse(Text("The filter %(name)s is not taken in a template.", name=words[0]), node)


def _all(tree: nodes.Node) -> Iterator[Any]:
    """Every node; refuses what is nested deeper than anybody means it."""
    waiting: list[tuple[nodes.Node, int, int]] = [(tree, 0, 0)]
    while waiting:
        node, deep, loops = waiting.pop()
        loops += isinstance(node, nodes.For | nodes.If)
        if deep > DEEPEST or loops > MOST_WITHIN:
            _refuse(Text("Too much stands within each other here."), node)
        yield node
        waiting.extend((each, deep + 1, loops) for each in reversed(list(node.iter_child_nodes())))


def _refuse(text: Text, node: nodes.Node) -> NoReturn:
    raise Refused(text, node.lineno)


def parsed(source: str) -> nodes.Template:
    """The template as a tree, looked through. Raises Refused and TemplateSyntaxError."""
    try:
        return Sandbox().parse(source)
    except RecursionError as error:
        message = "too deeply nested"
        raise TemplateSyntaxError(message, 1) from error
