"""Pages that are the same for everybody: kept for a few seconds, by a proxy, a browser and this process.

    @bp.get("/initiatieven")
    @public
    @shared
    def index(): …

Only a GET without a session is shared: nobody is signed in, no message waits, no form made a token. What a
visitor reads is then at most `SECONDS` old, and a page that everybody reloads costs one query in that time.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, render_template, request, session

from civic.db import each_by_itself
from civic.language import COOKIE, LANGUAGES

SECONDS = 10
MOST_PAGES, LARGEST = 300, 300_000  # together at most some tens of megabytes
View = TypeVar("View", bound=Callable[..., Any])


def shared(view: View) -> View:
    """Mark a public page that says nothing about who looks at it."""
    view.is_shared = True  # type: ignore[attr-defined]  # a mark, read by the hooks below
    return view


@dataclass(frozen=True)
class Kept:
    body: bytes
    headers: tuple[tuple[str, str], ...]
    until: float


class Pages:
    """The newest pages of this process, by address and language; threads take turns."""

    def __init__(self) -> None:
        self._pages: OrderedDict[Hashable, Kept] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> Kept | None:
        with self._lock:
            found = self._pages.get(key)
            if found is not None and found.until < time.monotonic():
                del self._pages[key]
                return None
            return found

    def put(self, key: Hashable, page: Kept) -> None:
        with self._lock:
            self._pages[key] = page
            self._pages.move_to_end(key)
            while len(self._pages) > MOST_PAGES:
                self._pages.popitem(last=False)


def init_page_cache(app: Flask) -> None:
    """Before `init_web`: a page that is kept needs none of the checks, they were made for it."""
    app.extensions["shared_pages"] = Pages()
    app.extensions["rendered_pages"] = Pages()
    app.before_request(_kept_page)
    app.after_request(_keep_page)


def rendered(template: str, data: Hashable, context: Callable[[], dict[str, Any]]) -> str:
    """A shared page, rendered only when `data` differs from last time: reading is cheap, rendering is not.

    `data` is what the page is about; what stands round it (the theme, the menu, all that `context` reads by
    itself) is at most `SECONDS` old.
    """
    if not g.get("is_plain") or not current_app.config["RENDER_CACHE"]:
        return render_template(template, **context())
    key = (template, *_key(), data)
    texts: Pages = current_app.extensions["rendered_pages"]
    found = texts.get(key)
    if found is None:
        text = render_template(template, **context())
        found = Kept(text.encode(), (), time.monotonic() + SECONDS)
        texts.put(key, found)
    return found.body.decode()


def _is_shared_view() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return bool(getattr(view, "is_shared", False))


def is_same_for_all() -> bool:
    """Asked before rendering, which takes the messages out. Choosing a language sets a cookie: not shared."""
    return (
        request.method == "GET"
        and current_app.config["SESSION_COOKIE_NAME"] not in request.cookies
        and not session
        and "taal" not in request.args
    )


def _key() -> tuple[str, ...]:
    language = request.cookies.get(COOKIE, "")
    chosen = language if language in LANGUAGES else "nl"
    return request.host_url, request.full_path, chosen, request.headers.get("HX-Request", "")


def _kept_page() -> Response | None:
    g.is_plain = _is_shared_view() and is_same_for_all()
    if not g.is_plain:
        return None
    pages: Pages = current_app.extensions["shared_pages"]
    found = pages.get(_key()) if current_app.config["PAGE_CACHE"] else None
    if found is None:
        each_by_itself()
        return None
    g.is_plain, g.is_kept = False, True
    return Response(found.body, headers=list(found.headers))


def _keep_page(response: Response) -> Response:
    if not g.get("is_plain") or response.status_code != 200 or session:
        return response
    response.headers["Cache-Control"] = f"public, max-age={SECONDS}, stale-while-revalidate={2 * SECONDS}"
    is_small = not response.is_streamed and (response.content_length or LARGEST) < LARGEST
    if current_app.config["PAGE_CACHE"] and is_small:
        headers = tuple((name, value) for name, value in response.headers if name != "Set-Cookie")
        page = Kept(response.get_data(), headers, time.monotonic() + SECONDS)
        current_app.extensions["shared_pages"].put(_key(), page)
    return response
