"""What the head of every page of a nonconformity offers (``findings/_nc_head.html``)."""

from dataclasses import dataclass

from flask import request, url_for

from auditapp.findings.blueprint import bp
from auditapp.findings.life.queries import Standing
from auditapp.findings.life.rules import OFFERS, offered
from auditapp.findings.rules.nonconformity import NcVerb
from auditapp.kit.text import Text

HOME = "findings.show"  # on other pages their own form is the step, and the head only says how it stands


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A step as a button."""

    label: Text
    url: str
    post: bool
    icon: str
    danger: bool


@dataclass(frozen=True, kw_only=True)
class Steps:
    """The large button, those beside it, and the folded rest; ``home``: this is the page of the thing itself."""

    home: bool = False
    main: Shown | None = None
    beside: tuple[Shown, ...] = ()
    rest: tuple[Shown, ...] = ()


@bp.app_template_global("nc_steps")
def nc_steps(standing: Standing, wanted: bool = True) -> Steps:  # noqa: FBT001, FBT002 - called by a template
    """The steps that the reader is offered here."""
    if request.endpoint != HOME or not wanted:
        return Steps(home=request.endpoint == HOME)
    main, beside, rest = offered(standing.turn.main, standing.may)
    return Steps(
        home=True,
        main=_shown(standing, main) if main else None,
        beside=tuple(_shown(standing, verb) for verb in beside),
        rest=tuple(_shown(standing, verb) for verb in rest),
    )


def _shown(standing: Standing, verb: NcVerb) -> Shown:
    offer = OFFERS[verb]
    return Shown(
        label=Text(offer.label.msgid, ref=standing.nc.ref),
        url=url_for(offer.endpoint, ref=standing.nc.ref),
        post=offer.post,
        icon=offer.icon,
        danger=offer.danger,
    )
