"""Signing in and out, one's own page, the list of people."""

from urllib.parse import urlsplit
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from auditapp.kit import clock
from auditapp.kit.db import current_session, release
from auditapp.kit.errors import NotFound
from auditapp.kit.ids import digest
from auditapp.kit.text import Text
from auditapp.people import passwords, service
from auditapp.people.forms import ChangePasswordForm, NewPasswordForm, PreferencesForm, SignInForm
from auditapp.people.guards import (
    actor,
    address,
    cookie_name,
    guard,
    keep_cookie,
    principal,
    settings,
    throttle,
)
from auditapp.people.persons.queries import list_persons
from auditapp.people.queries import (
    credential_of,
    demonstration_accounts,
    name_and_email,
    organization,
    person_of_link,
    sign_ins_of,
)
from auditapp.people.rules import ROLE_LABELS, Capability, Role, device

bp = Blueprint("people", __name__, template_folder="templates", url_prefix="/people")
SPENT = Text("This link has been used, or its 24 hours are over. Ask the system manager for a new one.")


def own_page(target: str | None) -> str:
    """``target`` if it is a page of this site that can be opened, else the home page."""
    home = url_for("home.index")
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return home
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or "\\" in target or any(ord(char) < 33 for char in target):  # noqa: PLR2004 - blanks and controls
        return home
    try:
        endpoint, _values = current_app.create_url_adapter(request).match(parts.path, method="GET")  # type: ignore[union-attr] # a request always has one
    except RequestRedirect:
        return target
    except HTTPException:
        return home
    return home if endpoint in {"people.sign_in", "people.sign_out"} else target


@bp.get("/")
@guard(Capability.VIEW_ORGANIZATION)
def index() -> str:
    """Everybody, page by page."""
    role = request.args.get("role", "")
    chosen = Role(role) if role in {one.value for one in Role} else None
    left = request.args.get("show") == "left"
    page = list_persons(
        current_session(),
        search=request.args.get("q", "").replace("\0", "").strip()[:200],
        role=chosen,
        active=not left,
        on=clock.day_in(actor().zone, clock.now()),
        page=request.args.get("page", 1, type=int),
    )
    return render_template("people/index.html", page=page, role=chosen, left=left, role_labels=ROLE_LABELS)


@bp.get("/sign-in")
@guard(public=True)
def sign_in() -> ResponseReturnValue:
    """Where one comes in."""
    if organization(current_session()) is None:
        return redirect(url_for("setup.start"))
    if principal() is not None:
        return redirect(own_page(request.args.get("next")))
    return _sign_in_page(SignInForm(next=request.args.get("next", "")))


@bp.post("/sign-in")
@guard(public=True)
def sign_in_post() -> ResponseReturnValue:
    """Check the password, outside the transaction, and decide inside it."""
    form = SignInForm()
    if not form.validate():
        return _sign_in_page(form), 422
    email = (form.email.data or "").lower()
    paused = service.pause(
        current_session(), email=email, address=address(), at=clock.now(), throttle=throttle()
    )
    if paused is not None:
        form.refused = paused
        return _sign_in_page(form), 429
    checked = credential_of(current_session(), email)
    release()
    check = passwords.check(checked.password_hash if checked else "", form.password.data or "")
    answer = service.sign_in(
        current_session(),
        email=email,
        checked=checked,
        right=check.right,
        new_hash=check.new_hash,
        at=clock.now(),
        throttle=throttle(),
        days=settings().session_days,
        address=address(),
        agent=request.user_agent.string,
    )
    if answer.secret is None:
        form.refused = answer.refusal
        return _sign_in_page(form), answer.status
    session.clear()  # a new token against forged requests
    response = redirect(own_page(form.next.data))
    keep_cookie(response, answer.secret)
    return response


def _sign_in_page(form: SignInForm) -> str:
    return render_template(
        "people/sign_in.html",
        form=form,
        tryout=demonstration_accounts(current_session()),
        role_labels={role.value: label for role, label in ROLE_LABELS.items()},
    )


@bp.post("/sign-out")
@guard(Capability.SIGNED_IN)
def sign_out() -> ResponseReturnValue:
    """End this browser's sign-in."""
    who = actor()
    if who.sign_in_id is not None:
        service.end_sign_in(current_session(), actor=who, at=clock.now(), sign_in_id=who.sign_in_id)
    session.clear()
    response = redirect(url_for("people.sign_in"))
    response.delete_cookie(
        cookie_name(),
        path="/",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return response


@bp.get("/password/<secret>")
@guard(public=True)
def set_password(secret: str) -> ResponseReturnValue:
    """The page behind a one-time link."""
    person_id = person_of_link(current_session(), secret_digest=digest(secret), at=clock.now())
    if person_id is None:
        raise NotFound(SPENT)
    name, email = name_and_email(current_session(), person_id)
    return render_template("people/set_password.html", form=NewPasswordForm(), name=name, email=email)


@bp.post("/password/<secret>")
@guard(public=True)
def set_password_post(secret: str) -> ResponseReturnValue:
    """Keep the password that came by a one-time link."""
    now = clock.now()
    paused = service.pause(current_session(), email=None, address=address(), at=now, throttle=throttle())
    person_id = person_of_link(current_session(), secret_digest=digest(secret), at=now)
    if paused is not None or person_id is None:
        if paused is None:
            service.note_failure(current_session(), email=None, address=address(), at=now)
        text = paused or SPENT
        return (
            render_template(
                "shell/error.html", status=404, title=_("Not found"), message=str(text), back=None
            ),
            429 if paused else 404,
        )
    name, email = name_and_email(current_session(), person_id)
    form = NewPasswordForm()
    if not form.accept(name=name, email=email):
        return render_template("people/set_password.html", form=form, name=name, email=email), 422
    release()
    new_hash = passwords.hash_password(form.password.data or "")
    service.set_password(current_session(), at=clock.now(), secret=secret, new_hash=new_hash)
    flash(_("Your password is set. Sign in with it."), "success")
    return redirect(url_for("people.sign_in"))


@bp.get("/me")
@guard(Capability.SIGNED_IN)
def me() -> str:
    """One's own page."""
    who = actor()
    return _my_page(PreferencesForm(zone=who.zone, locale=who.locale, theme=who.theme), ChangePasswordForm())


def _my_page(preferences: PreferencesForm, password: ChangePasswordForm) -> str:
    who = actor()
    signed = [
        {
            "id": row.id,
            "device": device(row.agent),
            "at": row.created_at,
            "address": row.address,
            "here": row.id == who.sign_in_id,
        }
        for row in sign_ins_of(current_session(), who.person_id, clock.now())
    ]
    roles = [ROLE_LABELS[role] for role in Role if role in who.all_roles]
    return render_template(
        "people/me.html", preferences=preferences, password=password, sign_ins=signed, roles=roles
    )


@bp.post("/me")
@guard(Capability.SIGNED_IN)
def me_save() -> ResponseReturnValue:
    """Keep zone, language and theme."""
    form = PreferencesForm()
    if not form.validate():
        return _my_page(form, ChangePasswordForm(formdata=None)), 422
    service.set_preferences(
        current_session(),
        actor=actor(),
        at=clock.now(),
        zone=form.zone.data,
        locale=form.locale.data,
        theme=form.theme.data,
    )
    flash(_("Your choices are kept."), "success")
    response = redirect(url_for("people.me"))
    response.delete_cookie("theme")  # what this browser had chosen before; the account's choice counts now
    return response


@bp.post("/me/password")
@guard(Capability.SIGNED_IN)
def change_password() -> ResponseReturnValue:
    """Take a new password for the old one, which is checked and throttled as at the sign-in."""
    who = actor()
    form = ChangePasswordForm()
    preferences = PreferencesForm(formdata=None, zone=who.zone, locale=who.locale, theme=who.theme)
    if not form.accept(name=who.name, email=who.email):
        return _my_page(preferences, form), 422
    paused = service.pause(
        current_session(), email=who.email, address=address(), at=clock.now(), throttle=throttle()
    )
    checked = credential_of(current_session(), who.email)
    release()
    right = (
        paused is None
        and checked is not None
        and passwords.check(checked.password_hash, form.old.data or "").right
    )
    new_hash = passwords.hash_password(form.password.data or "") if right else ""
    paused = paused or service.pause(
        current_session(), email=who.email, address=address(), at=clock.now(), throttle=throttle()
    )
    if paused is not None:
        form.refused = paused
        return _my_page(preferences, form), 429
    if not right or checked is None:
        service.note_failure(current_session(), email=who.email, address=address(), at=clock.now())
        form.old.errors = [_("This is not your present password.")]
        return _my_page(preferences, form), 422
    with form.taking_refusals() as outcome:
        service.change_password(
            current_session(), actor=who, at=clock.now(), checked=checked, new_hash=new_hash
        )
    if not outcome.ok:
        return _my_page(preferences, form), outcome.status
    flash(_("Your password is changed. All your other sign-ins have ended."), "success")
    return redirect(url_for("people.me"))


@bp.post("/me/sign-ins/<uuid:sign_in_id>/end")
@guard(Capability.SIGNED_IN)
def end_sign_in(sign_in_id: UUID) -> ResponseReturnValue:
    """End one of one's own sign-ins."""
    service.end_sign_in(current_session(), actor=actor(), at=clock.now(), sign_in_id=sign_in_id)
    flash(_("That sign-in has ended."), "success")
    return redirect(url_for("people.me"))


@bp.post("/me/sign-ins/end-others")
@guard(Capability.SIGNED_IN)
def end_others() -> ResponseReturnValue:
    """End all of one's sign-ins but this one."""
    who = actor()
    service.end_sign_ins(current_session(), person_id=who.person_id, at=clock.now(), but=who.sign_in_id)
    flash(_("All your other sign-ins have ended."), "success")
    return redirect(url_for("people.me"))
