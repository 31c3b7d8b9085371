"""schemathesis against the real site: every check that it has, in the process, with a token that works."""

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events, from_schema
from schemathesis.transport.wsgi import WSGITransport

# What is well formed and refused all the same, by a rule: 409, 412, 422. What is malformed is 400, and never well formed.
REFUSED = ["2xx", "401", "403", "404", "409", "412", "422"]

SOCKETS = ("max_redirects", "verify", "cert", "proxies")


@contextmanager
def without_sockets():
    """schemathesis 4.32.5 hands settings of sockets on to werkzeug where a check sends a case again without a session."""
    send = WSGITransport.send

    def plain(self, case, *, session=None, **more):
        return send(self, case, session=session, **{key: more[key] for key in more if key not in SOCKETS})

    WSGITransport.send = plain
    try:
        yield
    finally:
        WSGITransport.send = send


@dataclass
class Found:
    """What came of it."""

    cases: int = 0
    checks: int = 0
    statuses: Counter = field(default_factory=Counter)
    problems: list = field(default_factory=list)


def fuzz(app, token, *, examples, phases, operations=(), seed=8, only=""):
    """Send ``examples`` per operation in each of ``phases``; known numbers of things come in ``operations``."""
    config = SchemathesisConfig.from_dict(
        {
            "seed": seed,
            "continue-on-failure": True,
            "suppress-health-check": ["filter_too_much"],  # a day is drawn by its pattern and its format
            "headers": {"Authorization": f"Bearer {token}"},
            "generation": {
                "max-examples": examples,
                "deterministic": True,
                "database": "none",
                "allow-x00": True,
                "mode": "all",
            },
            "checks": {"positive_data_acceptance": {"expected-statuses": REFUSED}},
            "phases": {
                name: {"enabled": name in phases} for name in ("examples", "coverage", "fuzzing", "stateful")
            },
            "operations": list(operations),
        }
    )
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app, config=config)
    if only:
        schema = schema.include(path_regex=only)
    found = Found()
    with without_sockets():
        happened = list(from_schema(schema).execute())
    for event in happened:
        if isinstance(event, events.ScenarioFinished):
            recorder = event.recorder
            found.cases += len(recorder.cases)
            for interaction in recorder.interactions.values():
                if interaction.response is not None:
                    found.statuses[interaction.response.status_code] += 1
            for case_id, checks in recorder.checks.items():
                found.checks += len(checks)
                for check in checks:
                    if check.status is Status.FAILURE:
                        case = recorder.cases[case_id].value
                        found.problems.append(
                            (check.name, case.as_curl_command(), str(check.failure_info.failure))
                        )
        elif isinstance(event, (events.NonFatalError, events.FatalError)):
            found.problems.append(("error", getattr(event, "label", ""), str(getattr(event, "value", event))))
    return found
