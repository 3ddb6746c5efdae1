"""A real Chromium against a real server: the demo region, with the CSRF check on.

No browser is a failure that says what to type, never a skip. Every page of these tests fails on a console
error (a violation of the content security policy lands there) and on a request to another host.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import make_server

from civic import demo
from civic.accounts import demo as people
from civic.db import db
from tests import access
from tests.access import Case
from tests.conftest import NOW, close, make_app
from tests.databases import Databases
from tests.web import poison, site

INSTALL = "sudo apt-get install -y --no-install-recommends chromium"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# the pages say "Failed to load resource" about an answer that is itself a page with an explanation
EXPECTED_STATUS = re.compile(r"the server responded with a status of (403|404|409|422)")
PHONE, DESKTOP = {"width": 375, "height": 760}, {"width": 1280, "height": 900}
TEN_YEARS = 3650 * 24 * 3600
# addresses to read that are no page by themselves (`is_page` of the access tables, which need a database;
# test_every_page_is_looked_at compares the two)
NO_PAGES = frozenset(
    {
        "aanjaagteam.brief_pdf",
        "aanjaagteam.figure_rows_csv",
        "aanjaagteam.figures_csv",
        "aanjaagteam.decisions_feed",
        "aanjaagteam.followed",
        "aanjaagteam.queue_csv",
        "aanjaagteam.knots_csv",
        "aanjaagteam.open_data_csv",
        "aanjaagteam.open_data_json",
        "aanjaagteam.report_json",
        "accounts.enter_code",
        "accounts.erase_code",
        "accounts.recovery_codes",
        "accounts.renew_recovery_codes",
        "accounts.second_factor",
        "accounts.set_up_second_factor",
        "events.history_csv",
        "initiatives.attachment",
        "initiatives.feed",
        "initiatives.figures_csv",
        "initiatives.open_data_csv",
        "initiatives.open_data_json",
        "initiatives.poster",
        "initiatives.sheet_pdf",
        "initiatives.timeline_feed",
        "pages.health",
        "pages.theme",
        "panels.decide_draw",
        "panels.declare_fallback",
        "panels.public_draw_file",
        "panels.public_draw_zip",
        "panels.seat_letters",
        "panels.seats_csv",
        "panels.auditor_list",
        "seal.checkpoint",
        "seal.old_checkpoint",
        "seal.key",
        "seal.tile",
        "seal.entries",
        "seal.consistency",
        "seal.proof",
        "seal.script",
        "seal.witness_list",
        "panels.chances_csv",
        "panels.public_chances_csv",
        "panels.public_composition_csv",
        "panels.public_draw_json",
        "registrations.own_draw_receipt",
        "registrations.data_json",
        "registrations.data_text",
        "registrations.pool_receipt_json",
        "registrations.pool_receipt_script",
        "panels.composition_csv",
        "panels.draw_csv",
        "panels.draw_progress",
        "panels.file_errors",
        "accounts.step_up",
        "panels.algorithm_register_json",
        "panels.diversity_csv",
        "panels.frozen_pool_json",
        "panels.import_example",
        "panels.letter_pdf",
        "panels.letters_batch",
        "panels.letters_zip",
        "panels.letters_progress",
        "panels.pool_csv",
        "panels.share_codes",
    }
)
PAGES = [endpoint for endpoint in site.get_endpoints() if endpoint not in NO_PAGES]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser that closes a window drops its connections; the server thread then leaves a file unread."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    chosen = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    if not Path(chosen).exists():
        pytest.fail(f"There is no browser at {chosen}. Type: {INSTALL} (or set CHROMIUM)", pytrace=False)
    return {**browser_type_launch_args, "executable_path": chosen, "args": ARGUMENTS}


@dataclass(frozen=True)
class Site:
    """The running site: where it is, its app (for assertions and jobs), and who may reach what."""

    url: str
    app: Flask
    cases: dict[str, Case]


def settings(directory: Path, database_url: str) -> dict[str, object]:
    return {
        **site.settings(directory, database_url),
        "TESTING": False,
        "WTF_CSRF_ENABLED": True,
        # the server's clock stands at NOW, the browser's does not: cookies must outlive the difference
        "PERMANENT_SESSION_LIFETIME": TEN_YEARS,
    }


@contextmanager
def served(app: Flask, cases: dict[str, Case]) -> Iterator[Site]:
    """The app behind a real port, in a thread."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    address = f"http://127.0.0.1:{server.server_port}"
    app.config["SITE_URL"] = address
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Site(address, app, cases)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        close(app)


@pytest.fixture(scope="session")
def live_database(
    databases: Databases, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, dict[str, Case]]:
    """The rows of the access table, and then the demo region (whose loader wants an empty database)."""
    url = databases.copy(template_database)
    app = make_app(settings(tmp_path_factory.mktemp("live"), url))
    with app.app_context():
        site.make_identities()
        cases = site.build_cases()
        people.load(NOW)
        for room in demo.ROOMS:
            import_module(f"civic.{room}.demo").load(NOW)
        db.session.commit()
    close(app)
    return url, cases


@pytest.fixture(scope="session")
def live(
    databases: Databases, live_database: tuple[str, dict[str, Case]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    app = make_app(settings(tmp_path_factory.mktemp("live"), databases.copy(live_database[0])))
    with served(app, live_database[1]) as running:
        yield running


@pytest.fixture(scope="session")
def poisoned(
    databases: Databases, live_database: tuple[str, dict[str, Case]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """The same region, with something nasty in every text."""
    app = make_app(settings(tmp_path_factory.mktemp("poisoned"), databases.copy(live_database[0])))
    with app.app_context():
        poison.everywhere()
        db.session.commit()
    with served(app, live_database[1]) as running:
        yield running


@dataclass
class Visitor:
    """A browser window of one person, which writes down everything that goes wrong in it."""

    context: BrowserContext
    page: Page
    problems: list[str] = field(default_factory=list)

    def check(self) -> None:
        assert self.problems == []


def new_context(browser: Browser, at: Site, identity: str, options: dict[str, Any]) -> BrowserContext:
    usual = {"viewport": DESKTOP, "reduced_motion": "reduce", "locale": "nl-NL", "base_url": at.url}
    context = browser.new_context(**{**usual, **options})
    if identity != access.ANONYMOUS:
        context.add_cookies([session_cookie(at, identity)])
    return context


@pytest.fixture
def visit(browser: Browser, live: Site) -> Iterator[Callable[..., Visitor]]:
    """`visit(identity, **options of new_context)`: a window of its own; checked when the test ends."""
    visitors: list[Visitor] = []

    def _visit(identity: str = access.ANONYMOUS, at: Site = live, **options: Any) -> Visitor:
        context = new_context(browser, at, identity, options)
        visitor = Visitor(context, context.new_page())
        watch(visitor, at.url)
        visitors.append(visitor)
        return visitor

    yield _visit
    for visitor in visitors:
        visitor.context.close()
    for visitor in visitors:
        visitor.check()


@pytest.fixture(scope="session")
def windows(browser: Browser) -> Iterator[dict[Any, Visitor]]:
    """The windows of people who only look. A new tab is a new process of the browser, dearer than a page."""
    opened: dict[Any, Visitor] = {}
    yield opened
    for visitor in opened.values():
        visitor.context.close()


@pytest.fixture
def look(browser: Browser, live: Site, windows: dict[Any, Visitor]) -> Iterator[Callable[..., Visitor]]:
    """As `visit`, for a test that changes nothing: the window that this person had open already."""
    visitors: list[Visitor] = []

    def _look(identity: str = access.ANONYMOUS, at: Site = live, **options: Any) -> Visitor:
        key = (at.url, identity, repr(sorted(options.items())))
        if key not in windows:
            context = new_context(browser, at, identity, options)
            windows[key] = Visitor(context, context.new_page())
            watch(windows[key], at.url)
        visitor = windows[key]
        visitor.problems.clear()
        visitor.page.set_viewport_size(options.get("viewport", DESKTOP))
        visitor.page.emulate_media(color_scheme=options.get("color_scheme", "light"), reduced_motion="reduce")
        visitors.append(visitor)
        return visitor

    yield _look
    for visitor in visitors:
        visitor.check()


def session_cookie(live: Site, identity: str) -> dict[str, str]:
    client = site.client_of(live.app, identity)
    cookie = client.get_cookie("session")
    assert cookie is not None
    return {"name": "session", "value": cookie.value, "url": live.url}


def watch(visitor: Visitor, own: str) -> None:
    def _console(message: Any) -> None:
        if message.type == "error" and not EXPECTED_STATUS.search(message.text):
            visitor.problems.append(f"console: {message.text}")

    def _request(request: Any) -> None:
        if not request.url.startswith((own, "data:", "about:", "blob:")):
            visitor.problems.append(f"foreign request: {request.url}")

    visitor.page.on("console", _console)
    visitor.page.on("pageerror", lambda error: visitor.problems.append(f"error: {error}"))
    visitor.page.on("request", _request)
    visitor.page.on("dialog", lambda dialog: (visitor.problems.append("a dialog"), dialog.dismiss()))
