"""What an ordered file of a report is. Its life is that of every order. Pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import itemgetter
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from auditapp.reports.orders import rules
from auditapp.reports.paper.telling import GATHERED, WHOLE

ENDING = "file"
"""Of the files where they lie: which of the forms it is stands in its order."""
MOST_OPEN = 5
"""Files of one person that wait or are being made."""
LONGEST_ADDRESS = 2000
FORM_WORDS: Mapping[str, Text] = {
    "pdf": Text("PDF"), "docx": Text("Word"), "xlsx": Text("Excel"),
}  # fmt: skip
GATHERING = Text("Gathering what it says")
WRITING = Text("Writing the file")
WAITS = Text("Waiting for the clock, which looks every half minute")


@dataclass(frozen=True, kw_only=True)
class Order(rules.Order):
    """An order as the pages show it. ``address``: of the file, path and query, as the report's page links to it."""

    label: Text
    address: str
    form: str
    title: str
    name: str
    rights: str

    @property
    def page(self) -> str:
        """The report's page, with the same filters."""
        return page_of(self.address, self.form)

    @property
    def shown(self) -> str:
        """What it is called: its own title once that is known."""
        return self.title or str(self.label)


def page_of(address: str, form: str) -> str:
    """The page of the report that a file's address belongs to, with the same filters."""
    path, mark, query = address.partition("?")
    return path.removesuffix(f".{form}") + mark + query


def step_of(order: rules.Order) -> Text:
    """What is being done now."""
    if order.state is rules.OrderState.WAITING:
        return WAITS
    return GATHERING if order.done < GATHERED or order.total != WHOLE else WRITING


def told_address(path: str, query: str) -> str:
    """Path and query as they are kept, so that the same question has the same address; forms' own fields are left out."""
    pairs = [
        (key, value) for key, value in parse_qsl(query, keep_blank_values=True) if not key.startswith("_")
    ]
    pairs.sort(key=itemgetter(0))
    return f"{path}?{urlencode(pairs)}" if pairs else path


def rights_of(who: Principal, runs: Iterable[UUID], audits: Iterable[UUID]) -> str:
    """A mark of everything that decides what somebody may see: roles, their own relationships and audits.

    A file is handed out while the mark is still the one it was made with.
    """
    said = {
        "partner": str(who.partner_id or ""),
        "roles": sorted(who.roles),
        "scoped": {str(key): sorted(roles) for key, roles in who.scoped.items()},
        "runs": sorted(map(str, runs)),
        "audits": sorted(map(str, audits)),
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
