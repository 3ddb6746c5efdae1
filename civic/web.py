"""Access and the outside of every response: deny by default, `require`, errors, headers.

A view is open only when it says `@public`. Any other view needs a signed-in person *and* a call to
`require(policy, …)`, or the mark `@signed_in` where being signed in is right enough. A view that forgot
both answers 403, whatever it rendered.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import islice
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import (
    Flask,
    Response,
    abort,
    current_app,
    flash,
    g,
    has_request_context,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter

from civic.accounts.session import gave_second_factor_within, lacks_second_factor
from civic.db import SAFE_METHODS, db
from civic.errors import DomainError
from civic.files.kinds import MOST_MEGABYTES

View = TypeVar("View", bound=Callable[..., Any])

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # same-origin: the CSRF check over HTTPS needs a Referer, other sites get none
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()",
}
# for a view marked `@frameable`: any site may show it in a frame, and it can do nothing but link
FRAMED_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors *"
)
LARGEST_ROW_NUMBER = 2**31 - 1
MOST_FIELDS_SHOWN = 40
SECRETS = frozenset({"csrf_token", "code", "token", "verder"})
ERROR_PAGES = frozenset({400, 403, 404, 409, 413, 429, 500, 503})


def public(view: View) -> View:
    """Anyone may see this view."""
    view.is_public = True  # type: ignore[attr-defined]  # a mark on the function, read below
    return view


def signed_in(view: View) -> View:
    """Every signed-in person may use this view (about themselves only)."""
    view.for_signed_in = True  # type: ignore[attr-defined]  # a mark on the function, read below
    return view


def logs_read(view: View) -> View:
    """This GET writes one event (a privileged read), so its transaction begins as a write."""
    view.logs_read = True  # type: ignore[attr-defined]  # a mark on the function, read in civic.db
    return view


def frameable(view: View) -> View:
    """Other sites may show this page in a frame. For a page without form, script and cookie only."""
    view.is_frameable = True  # type: ignore[attr-defined]  # a mark on the function, read below
    return view


def secret_address(view: View) -> View:
    """The secret in the address is the proof, so a POST needs no token of a form: mail programs post here
    when somebody presses their button to stop mails (RFC 8058). Only for what such a link may do."""
    view.has_secret_address = True  # type: ignore[attr-defined]  # a mark on the function, read by the factory
    return view


def before_second_factor(view: View) -> View:
    """Usable by staff who still have to give their second factor (sign-in pages only)."""
    view.before_second_factor = True  # type: ignore[attr-defined]  # a mark on the function, read below
    return view


def person() -> Any:
    """The signed-in user, or None."""
    return current_user._get_current_object() if current_user.is_authenticated else None


def require(policy: Callable[..., bool], *subjects: Any) -> None:
    """Go on only if `policy(user, *subjects)`; otherwise sign in (anonymous) or 403."""
    g.access_checked = True
    if policy(person(), *subjects):
        return
    abort(403 if current_user.is_authenticated else 401)


STEP_UP_MINUTES = 5


def require_step_up(minutes: int = STEP_UP_MINUTES) -> None:
    """Go on only if staff gave their second factor less than `minutes` ago. Call it after `require`.

    A page sends them to give it again and then back. A POST does nothing: it says so, and shows what was
    typed so that it is not lost.
    """
    if gave_second_factor_within(person(), timedelta(minutes=minutes)):
        return
    step_up = url_for("accounts.step_up", verder=_page_here())
    if request.method in SAFE_METHODS:
        abort(redirect(step_up))
    page = render_template(
        "accounts/step_up_first.html", url=step_up, minutes=minutes, typed=typed_texts(), page=_page_here()
    )
    abort(Response(page, status=403))


def _page_here() -> str | None:
    """The address of this page; for a POST the page with the form."""
    adapter = current_app.url_map.bind("")
    is_page = request.method in SAFE_METHODS or adapter.test(request.path, "GET")
    return request.full_path.rstrip("?") if is_page else safe_target(_referrer_path())


def typed_texts() -> list[tuple[str, str]]:
    """What somebody filled in, without secrets. A form of ours has far fewer fields than the bound;
    without it anybody could have us write megabytes of HTML."""
    fields = (
        (name, value) for name, value in request.form.items(multi=True) if value and name not in SECRETS
    )
    return list(islice(fields, MOST_FIELDS_SHOWN))


def safe_target(target: str | None) -> str | None:
    """A path on this site to go to after signing in, or None (never another host)."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    is_local = not parts.scheme and not parts.netloc and "\\" not in target
    return target if is_local and target.isprintable() else None


class RowNumber(IntegerConverter):
    """`<int:…>` in a URL: a number no row can have is an unknown page, not a database error."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"max": LARGEST_ROW_NUMBER, **options})


def init_web(app: Flask) -> None:
    app.url_map.converters["int"] = RowNumber
    app.before_request(_bound_plain_forms)
    app.before_request(_refuse_null_characters)
    app.before_request(_deny_by_default)
    app.after_request(_refuse_unchecked)
    app.after_request(_set_headers)
    if not event.contains(db.session, "before_commit", _refuse_unchecked_writes):
        event.listen(db.session, "before_commit", _refuse_unchecked_writes)
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(OperationalError, _database_error)
    app.register_error_handler(Exception, _unexpected_error)


def _bound_plain_forms() -> None:
    """Werkzeug reads an urlencoded form whole, whatever MAX_FORM_MEMORY_SIZE says; only uploads need more."""
    if request.mimetype == "application/x-www-form-urlencoded":
        request.max_content_length = current_app.config["MAX_FORM_MEMORY_SIZE"]


def _refuse_null_characters() -> None:
    """PostgreSQL cannot store U+0000, and no person types it."""
    values = (
        [*request.args.values(), *request.view_args.values()] if request.view_args else request.args.values()
    )
    if any("\0" in str(value) for value in [request.path, *values]):
        abort(400)
    if request.method not in SAFE_METHODS and any(
        "\0" in value for _name, texts in request.form.lists() for value in texts
    ):
        abort(400)


def _view() -> Any:
    return current_app.view_functions.get(request.endpoint or "")


def _is_open(view: Any) -> bool:
    return view is None or request.endpoint == "static" or bool(getattr(view, "is_public", False))


def _deny_by_default() -> ResponseReturnValue | None:
    view = _view()
    if _is_open(view):
        return None
    if not current_user.is_authenticated:
        return _to_sign_in()
    if not getattr(view, "before_second_factor", False) and lacks_second_factor(person()):
        g.access_checked = True  # and refused: they are sent on before the view runs
        return redirect(url_for("accounts.second_factor", verder=_here()))
    return None


def _here() -> str | None:
    return request.full_path.rstrip("?") if request.method in SAFE_METHODS else safe_target(_referrer_path())


def _referrer_path() -> str | None:
    try:
        parts = urlsplit(request.referrer or "")
    except ValueError:  # "http://[" is no address
        return None
    return parts.path if parts.netloc == request.host else None


def _to_sign_in() -> ResponseReturnValue:
    flash(_("Log eerst in. Daarna gaat u verder waar u was."), "info")
    return redirect(url_for("accounts.sign_in", verder=_here()))


def _refuse_unchecked(response: Response) -> Response:
    view = _view()
    is_fine = (
        _is_open(view)
        or response.status_code >= 400
        or g.get("access_checked", False)
        or getattr(view, "for_signed_in", False)
        or not current_user.is_authenticated
    )
    if is_fine:
        return response
    current_app.logger.error("view %s answered without require()", request.endpoint)
    return Response(_page(403), status=403)


def _refuse_unchecked_writes(_session: Any) -> None:
    """The same wall before anything is kept: a view that forgot `require` cannot commit."""
    if not has_request_context() or request.method in SAFE_METHODS:
        return
    view = _view()
    if _is_open(view) or getattr(view, "for_signed_in", False) or g.get("access_checked", False):
        return
    raise RuntimeError(f"view {request.endpoint} commits without require()")


def _set_headers(response: Response) -> Response:
    if g.get("is_kept"):  # a page from the cache has them already
        return response
    if getattr(_view(), "is_frameable", False) and response.status_code in {200, 304}:
        response.headers["Content-Security-Policy"] = FRAMED_POLICY
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if "frame-ancestors *" in response.headers["Content-Security-Policy"]:
        del response.headers["X-Frame-Options"]  # it knows no "every site"
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers.setdefault("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
    if request.endpoint != "static" and "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    if request.endpoint != "static":
        response.vary.add("Cookie")
    return response


def _page(status: int, sentence: str | None = None, **more: Any) -> str:
    name = 400 if status in {405, 413, 415, 422} else status
    name = name if name in ERROR_PAGES else (500 if status >= 500 else 400)
    return render_template(
        f"errors/{name}.html", sentence=sentence, status=status, hide_retry=status == 413, **more
    )


def _http_error(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status == 401:
        return _to_sign_in()
    if status < 400:
        return error.get_response()
    sentence = _too_large() if status == 413 else None
    response = Response(_page(status, sentence), status=status)
    if status == 405 and getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(error.valid_methods)  # type: ignore[attr-defined]  # MethodNotAllowed
    return response


def _too_large() -> str:
    takes_file = getattr(_view(), "takes_file", False)
    most = MOST_MEGABYTES if takes_file else current_app.config["UPLOAD_MEGABYTES"]
    return str(_("Dit is te groot. Een bestand mag hooguit %(most)s MB zijn.", most=most))


def _domain_error(error: DomainError) -> ResponseReturnValue:
    from civic.messages import sentence_for

    db.session.rollback()
    page = _page(error.status, sentence_for(error), back_url=_back_url())
    return page, error.status


def _back_url() -> str | None:
    """The page somebody came from, to see how things stand now; not the address that just refused."""
    back = safe_target(_referrer_path())
    is_here = request.method in SAFE_METHODS and back == request.path
    return None if is_here else back


def _csrf_error(error: CSRFError) -> ResponseReturnValue:
    """Show what was typed again, so that an expired form loses nothing."""
    sentence = _("Dit formulier was verlopen.")
    return render_template("errors/400.html", sentence=sentence, typed=typed_texts()), 400


def _database_error(error: OperationalError) -> ResponseReturnValue:
    """The database is away or busy: nothing was kept, trying again is safe."""
    db.session.rollback()
    current_app.logger.exception("database unavailable")
    return Response(_page(503), status=503, headers={"Retry-After": "10"})


def _unexpected_error(error: Exception) -> ResponseReturnValue:
    if current_app.config.get("PROPAGATE_EXCEPTIONS") or current_app.testing:
        raise error
    db.session.rollback()
    current_app.logger.exception("unexpected error")
    return _page(500), 500
