"""A view that gives files says what they are called and how much is in them; a long one is ordered instead of waited for.

The address of a file is all there is to know about it: which report, and what is asked of it. The job that makes an ordered
file asks the same view at the same address, as the person who ordered it, so nothing is known of a report in two places.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from flask import Flask, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from auditapp.kit.db import current_session
from auditapp.kit.errors import NotAllowed, NotFound
from auditapp.kit.text import Text
from auditapp.people.guards import actor, settings
from auditapp.people.rules import Principal
from auditapp.reports.made import queries
from auditapp.reports.made.rules import FORM_WORDS, page_of, told_address
from auditapp.reports.made.weights import LIGHTER, one_for
from auditapp.reports.orders.rules import OrderState
from auditapp.reports.paper.files import FORMS
from auditapp.reports.paper.telling import in_background

P = ParamSpec("P")
R = TypeVar("R")
Weigh = Callable[[], int]


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What the files of a view are called; ``weigh`` reckons, in its request and cheaply, how many rows its PDF has."""

    label: Text
    weigh: Weigh


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A file that an address leads to."""

    offer: Offer
    address: str
    form: str


def offered(label: Text, weigh: Weigh) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Below the guard of a view with a ``suffix``: its long files are ordered; the page and short files are as ever."""
    offer = Offer(label=label, weigh=weigh)

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def asked(*args: P.args, **kwargs: P.kwargs) -> R:
            suffix = kwargs.get("suffix", "")
            if suffix in FORMS and not in_background():
                count = one_for(1 if suffix == "pdf" else LIGHTER, weigh())
                if count > settings().long_report_rows:
                    return cast("R", _ask(offer, str(suffix)))
            return view(*args, **kwargs)

        cast("Any", asked).offer = offer
        return asked

    return decorate


def _ask(offer: Offer, form: str) -> Any:
    address = told_address(request.path, request.query_string.decode("ascii", "replace"))
    same = queries.same_asked(current_session(), actor(), address)
    page = render_template(
        "made/ask.html", label=offer.label, form=FORM_WORDS[form], address=address, same=same, page=page_of(address, form),
        ready=same is not None and same.state is OrderState.READY, days=settings().report_file_days,
    )  # fmt: skip
    return make_response(page)


def wanted(app: Flask, who: Principal, address: str) -> Wanted:
    """What an address asks for. Raises NotFound for one that gives no files, NotAllowed for one that is not for them."""
    path, _, query = address.partition("?")
    try:
        endpoint, args = app.url_map.bind("localhost").match(path, method="GET")
    except HTTPException:
        raise NotFound from None
    view = app.view_functions[endpoint]
    offer, form = getattr(view, "offer", None), args.get("suffix", "")
    if not isinstance(offer, Offer) or form not in FORMS:
        raise NotFound
    if not any(who.can_somewhere(one) for one in cast("Any", view).guard):
        raise NotAllowed(Text("This report is not part of your roles."))
    return Wanted(offer=offer, address=told_address(path, query), form=form)
