"""The trail of an issue read as history: what it says the present is, and when it says the level is due."""

from datetime import datetime

import sqlalchemy as sa

from auditapp.relationships.issues.queries.running import calendars_from
from auditapp.relationships.issues.rules.clock import Going, Party, Run, Span, due
from auditapp.relationships.issues.rules.ladder import Level
from auditapp.trail.model import Fact
from auditapp.trail.queries import parsed

STANDING = {
    "status", "sharing", "severity", "level", "stay", "entered", "limit", "awaited", "going", "due",
}  # fmt: skip
FRESH = {"issue.raised", "issue.moved_up_itself", "issue.moved_up", "issue.jumped", "issue.reopened"}


class History:
    """One issue as its facts tell it. ``stays``: (number, level, entered, how) in their order."""

    def __init__(self, issue_id):
        self.issue_id = issue_id
        self.seq = 0
        self.values = {}
        self.stays = []
        self.spans = []
        self.floor = None
        self.expired = None
        self.verbs = []

    def read(self, session):
        """Read on; every fact must begin where the one before ended."""
        query = sa.select(Fact).where(
            Fact.thing_kind == "issue", Fact.thing_id == str(self.issue_id), Fact.seq > self.seq
        )
        for fact in session.scalars(query.order_by(Fact.seq)):
            before, after = parsed(fact.before) or {}, parsed(fact.after)
            if fact.verb != "issue.raised":
                assert {key: before[key] for key in STANDING} == self.values, fact.verb
            self._take(fact, after)
            self.values = {key: after[key] for key in STANDING}
            self.verbs.append(fact.verb)
            self.seq = fact.seq

    def _take(self, fact, after):
        moment = datetime.fromisoformat(after["moment"]) if "moment" in after else fact.at
        entered = datetime.fromisoformat(after["entered"])
        party, going = Party(after["awaited"]), Going(after["going"])
        if not self.stays or after["stay"] != self.stays[-1][0]:
            # A level begins with a fact that says so, and with no other.
            assert fact.verb in FRESH, fact.verb
            assert after["stay"] == len(self.stays) + 1
            skipped = after.get("skipped", [])
            if self.stays:
                climbed = after["level"] - self.stays[-1][1]
                assert climbed == (0 if fact.verb == "issue.reopened" else 1 + len(skipped)), fact.verb
                assert entered >= self.stays[-1][2]
            else:
                assert (after["level"], fact.verb) == (1, "issue.raised")
            self.stays.append((after["stay"], after["level"], entered, fact.verb))
            self.spans = [Span(began=entered, party=party, going=going)]
            self.floor = self.expired = None
        else:
            assert fact.verb not in FRESH
            last = self.spans[-1]
            if (party, going) != (last.party, last.going):
                until = after.get("until") if fact.verb == "issue.paused" else None
                kept = last.until if going is Going.PAUSED and last.going is Going.PAUSED else None
                self.spans.append(
                    Span(
                        began=moment, party=party, going=going,
                        until=datetime.fromisoformat(until) if until else kept,
                    )
                )  # fmt: skip
        if fact.verb == "issue.severity_changed":
            self.floor = fact.at
        if fact.verb in {"issue.time_over", "issue.ladder_ended"}:
            self.expired = moment

    def due(self, calendars):
        """When the level is due, by the facts alone and the calendars it was entered with."""
        if self.values["status"] != "open":
            return None
        return self.expired or due(
            Run(
                level=Level(self.values["level"]),
                entered=datetime.fromisoformat(self.values["entered"]),
                limit=self.values["limit"],
                calendars=calendars_from(calendars),
                spans=tuple(self.spans),
                floor=self.floor,
            )
        )
