"""The walk page of 150 questions: statements, bytes, and its time beside the same page without a database.

Three times are taken in turns: the page; the same template rendered from what is in memory already; the same bytes
handed out ready-made. `bench/walk.py --goal` exits with 1 when a goal is missed.
"""

import argparse
import sys
from typing import Any

from flask import Response, render_template, template_rendered

from auditapp.app import AuditApp
from auditapp.people.guards import guard
from auditapp.people.rules import Capability
from bench.stage import databases, machine, set_stage, side_by_side, site, statements

MOST_STATEMENTS = 12
MOST_RATIO = 3.0


def measure(app: AuditApp, questions: int, rounds: int) -> bool:
    """Print the numbers of one database; says whether the goals are met."""
    kept: dict[str, Any] = {}

    @guard(Capability.SIGNED_IN)
    def from_memory() -> Response:
        # The cards stand in the page as bytes drawn earlier: so here too, beside the frame that is rendered.
        render_template(kept["template"], **kept["context"])
        return Response(kept["page"], mimetype="text/html")

    @guard(Capability.SIGNED_IN)
    def ready_made() -> Response:
        return Response(kept["page"], mimetype="text/html")

    app.add_url_rule("/bench/from-memory", view_func=from_memory)
    app.add_url_rule("/bench/ready-made", view_func=ready_made)
    stage = set_stage(app, questions)

    def keep(_app: AuditApp, template: Any, context: dict[str, Any], **_: Any) -> None:
        kept.update(template=template.name, context=context)

    with template_rendered.connected_to(keep, app):
        kept["page"] = stage.open_walk()
    page = stage.call(f"/audits/{stage.ref}/walk")
    page()
    with statements(app) as sent:
        status, body = page()
    memory = stage.call("/bench/from-memory")
    assert status == memory()[0] == 200
    times = side_by_side(rounds, page=page, memory=memory, ready=stage.call("/bench/ready-made"))
    to_memory, to_ready = times["page"] / times["memory"], times["page"] / times["ready"]
    print(
        f"  {questions} questions: {len(sent)} statements, {len(body):,} bytes, {times['page']:.1f} ms; "
        f"{to_memory:.2f} times rendering from memory ({times['memory']:.1f} ms), "
        f"{to_ready:.2f} times handing out the bytes ({times['ready']:.1f} ms)"
    )
    return len(sent) <= MOST_STATEMENTS and to_memory <= MOST_RATIO


def main() -> None:
    """Measure on each database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=150)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--goal", action="store_true", help="exit with 1 when a goal is missed")
    given = parser.parse_args()
    print(f"The walk page ({machine()}); goals: at most {MOST_STATEMENTS} statements, {MOST_RATIO} times")
    met = True
    for kind in databases():
        with site(kind) as app:
            print(f" {kind}")
            met = measure(app, given.questions, given.rounds) and met
    if given.goal and not met:
        sys.exit(1)


if __name__ == "__main__":
    main()
