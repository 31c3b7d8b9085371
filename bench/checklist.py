"""How long a large library takes to be read and checked, beside PyYAML's own loading of the same bytes."""

import sys
import time
from pathlib import Path

import yaml

from auditapp.checklists.rules import merge, parse

CLAUSES = 1250
HEAD = """\
format: auditapp-checklist/1
id: large
edition: "1"
title: Large
language: en
kind: gap
roles: {ser: SER}
clauses:
"""
CLAUSE = """\
- ref: c{0}
  title: Clause {0}
  number_status: own
  stage: awareness
  questions:
  - id: q{0}
    text: What of number {0}?
    scope: system
    evidence: [one, two]
    roles: [ser]
    maps_to: ["large#c{0}"]
"""


def best(work: object, times: int = 3) -> float:
    """The shortest of a few runs, in seconds."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        work()  # type: ignore[operator]
        found.append(time.perf_counter() - start)
    return min(found)


def main() -> None:
    """Print the figures; exit 1 when 20,000 nodes take longer than 5 seconds."""
    data = (HEAD + "".join(CLAUSE.format(i) for i in range(CLAUSES))).encode()
    nodes = sum(isinstance(event, yaml.NodeEvent) for event in yaml.parse(data, Loader=yaml.CSafeLoader))
    bare = best(lambda: yaml.load(data, Loader=yaml.CSafeLoader))
    ours = best(lambda: parse(data, name="large"))
    print(
        f"{nodes} nodes, {len(data)} bytes: parse {ours:.2f} s, PyYAML alone {bare:.2f} s, ratio {ours / bare:.1f}"
    )
    folder = Path(__file__).parents[1] / "checklists"
    libraries = [
        parse((folder / f"{name}.yaml").read_bytes(), name=name)
        for name in ("iso44001-2017", "bs11000-1-2010")
    ]
    print(
        f"merge of both standards: {best(lambda: merge(libraries)) * 1000:.1f} ms, {len(merge(libraries))} questions"
    )
    sys.exit(ours > 5)


if __name__ == "__main__":
    main()
