"""The block "Controleer het zelf" on a page of the site: mouse, keyboard, a phone, and files of one's own."""

from __future__ import annotations

import io
import random
import re
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, render_template_string, url_for
from flask.typing import ResponseReturnValue
from playwright.sync_api import Browser, Page, Route, expect

from civic.sortition import publication as pub
from civic.sortition.publication import encoding, verify_draw
from civic.sortition.publication.draw import Entrant, Rules
from civic.web import public
from tests.conftest import make_app
from tests.databases import Databases
from tests.sortition.test_verify_draw import (
    KNOWN,
    REAL,
    SIGNATURE,
    Case,
    case_of,
    real_case,
    record,
    result_record,
    steps,
    with_result,
)
from tools import verifier_english as english

from .checks import sideways, violations
from .conftest import DESKTOP, PHONE, Site, Visitor, served, settings, watch
from .test_verifier_codes import practice

PEOPLE, SEATS, PANELS = 600, 150, 1000
MOST_SECONDS = 5
PAGE = """{% extends "base.html" %}{% block title %}Loting{% endblock %}
{% block content %}<h1>Loting</h1>{% include "panels/draws/_verifier.html" %}{% endblock %}"""


def large() -> Case:
    """As large as the goal: 1,000 panels of 150, a real round, two witnesses."""
    chance, ids = random.Random(1), [f"p{number:03d}" for number in range(PEOPLE)]
    share = pub.parts_per_billion(SEATS / PEOPLE)
    made = pub.Draw(
        identifier=REAL,
        pool="panel-7",
        sequence=1,
        entrants=tuple(Entrant(one, {"wijk": "Noord"}, target=share) for one in ids),
        panels=[tuple(chance.sample(ids, SEATS)) for _number in range(PANELS)],
        rules=Rules((), SEATS),
        secrets=pub.make_secrets(ids, REAL, b"a master key for tests"),
        procedure=steps(),
    )
    case = with_result(case_of(made), SIGNATURE)
    return case.log(record(case, "commitment"), result_record(case))


def spoiled() -> Case:
    return practice().lines(lambda lines: [f"{one[:3]}{'ab' * 10}\n" for one in lines])


CASES: dict[str, Callable[[], Case]] = {
    "real": real_case,
    "large": large,
    "practice": practice,
    "spoiled": spoiled,
}


@pytest.fixture(scope="module")
def cases() -> dict[str, Case]:
    return {name: make() for name, make in CASES.items()}


@pytest.fixture(scope="module")
def checking(
    databases: Databases,
    template_database: str,
    tmp_path_factory: pytest.TempPathFactory,
    cases: dict[str, Case],
) -> Iterator[Site]:
    """The site with a page for each case, and one without files."""
    app = make_app(settings(tmp_path_factory.mktemp("verifier"), databases.copy(template_database)))
    add_pages(app, cases)
    with served(app, {}) as running:
        yield running


def add_pages(app: Flask, cases: dict[str, Case]) -> None:
    @app.get("/proef/<case>")
    @public
    def trial(case: str) -> str:
        names = cases[case].files if case in cases else ()
        listed = [(name, url_for("trial_file", case=case, name=name)) for name in names]
        return render_template_string(PAGE, verifier_files=listed)

    @app.get("/proef/<case>/<name>")
    @public
    def trial_file(case: str, name: str) -> ResponseReturnValue:
        return cases[case].files[name], {"Content-Type": "application/octet-stream"}


@pytest.fixture
def open_case(browser: Browser, checking: Site) -> Iterator[Callable[..., Page]]:
    """`open_case(case, **options of new_context)`; nothing may go wrong in the window (see `watch`)."""
    visitors: list[Visitor] = []

    def _open(case: str, **options: Any) -> Page:
        wanted = {"viewport": DESKTOP, "reduced_motion": "reduce", "locale": "nl-NL", **options}
        context = browser.new_context(base_url=checking.url, **wanted)
        visitor = Visitor(context, context.new_page())
        watch(visitor, checking.url)
        visitors.append(visitor)
        visitor.page.goto(f"/proef/{case}")
        return visitor.page

    yield _open
    for visitor in visitors:
        visitor.context.close()
        visitor.check()


# a browser cannot know whose the keys of the witnesses are
HOLDS = verify_draw.CONCLUSIONS[3]


def verdict(page: Page) -> str:
    """Wait for the end of the check and read it: where the focus is then."""
    expect(page.locator('[data-part="status"]')).to_have_text("De controle is klaar.")
    title = page.locator('[data-part="result"] .notice__title').first
    expect(title).to_be_focused()
    return title.text_content() or ""


def codes(page: Page) -> set[str]:
    found: list[str] = page.locator("[data-code]").evaluate_all("all => all.map((one) => one.dataset.code)")
    return set(found)


def test_a_real_draw_is_accepted(open_case: Callable[..., Page]) -> None:
    page = open_case("real")
    page.get_by_role("button", name="Controleer deze loting").click()
    assert verdict(page) == HOLDS
    assert {"files", "manifest", "log", "beacon", "result", "quotas_private"} <= codes(page)
    expect(page.get_by_text("woensdag 23 augustus 2023 om 17.59 uur")).to_be_visible()  # Dutch time, not UTC
    assert violations(page) == {}


def test_by_keyboard(open_case: Callable[..., Page]) -> None:
    page = open_case("practice")
    page.get_by_role("button", name="Controleer deze loting").focus()
    page.keyboard.press("Enter")
    assert verdict(page) == f"Alles klopt. {verify_draw.PRACTICE_SENTENCE}"
    page.keyboard.press("Shift+Tab")  # and on from there: nobody starts at the top of the page again
    assert page.evaluate("document.activeElement !== document.body")


def test_a_refused_practice_draw_says_that_it_is_practice(open_case: Callable[..., Page]) -> None:
    page = open_case("spoiled")
    page.get_by_role("button", name="Controleer deze loting").click()
    assert verdict(page) == "Afgekeurd."
    expect(page.get_by_text("*** OEFENKETEN ***")).to_be_visible()


def test_in_english(open_case: Callable[..., Page]) -> None:
    """The sentences, the numbers and the times are in the language of the page."""
    page = open_case("real")
    page.goto(f"{page.url}?taal=en")
    page.get_by_role("button", name=re.compile("Controleer deze loting|Check this draw")).click()
    title = page.locator('[data-part="result"] .notice__title').first
    expect(title).to_have_text(english.CONCLUSIONS[3])
    said = page.locator("[data-sentence]")
    assert set(said.evaluate_all("all => all.map((one) => one.lang)")) == {"en"}
    told = said.all_text_contents()
    assert "All 7 files are unchanged." in told
    assert any(re.search(r"chance \d+\.\d\d% to \d+\.\d\d%\.$", one) for one in told)
    assert violations(page) == {}


# --- the keys of the witnesses -----------------------------------------------------------------------------

KEYS = "".join(f"{key} {name}\n" for name, key in KNOWN.items())


def give_keys(page: Page, text: str) -> None:
    field = page.get_by_label("De sleutels die u van de getuigen zelf kreeg")
    if not field.is_visible():
        page.get_by_text("Ook de sleutels van de getuigen controleren").click()
    field.fill(text)
    page.get_by_role("button", name="Controleer met deze sleutels").click()


def test_with_the_keys_of_the_witnesses_a_real_draw_is_accepted(open_case: Callable[..., Page]) -> None:
    page = open_case("real")
    give_keys(page, KEYS)
    assert verdict(page) == "Goedgekeurd."
    assert "witness_keys" not in codes(page)
    assert violations(page) == {}
    give_keys(page, KEYS.replace("notaris", "een ander"))
    assert verdict(page) == "Afgekeurd."
    assert "witness_keys_differ" in codes(page)
    give_keys(page, "")
    assert verdict(page) == HOLDS


def test_a_list_of_keys_that_is_none(open_case: Callable[..., Page]) -> None:
    page = open_case("real", viewport=PHONE)
    give_keys(page, "notaris")
    field = page.get_by_label("De sleutels die u van de getuigen zelf kreeg")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_text("Op elke regel hoort een sleutel van 64 tekens")).to_be_visible()
    assert page.locator("[data-code]").count() == 0
    assert violations(page) == {}
    assert sideways(page) == []
    give_keys(page, KEYS)
    assert verdict(page) == "Goedgekeurd."
    expect(page.get_by_text("Op elke regel hoort een sleutel van 64 tekens")).to_be_hidden()


def test_keys_with_files_of_ones_own(open_case: Callable[..., Page], cases: dict[str, Case]) -> None:
    page = open_case("none")
    page.get_by_text("Ook de sleutels van de getuigen controleren").click()
    expect(page.get_by_role("button", name="Controleer met deze sleutels")).to_be_hidden()
    page.get_by_label("De sleutels die u van de getuigen zelf kreeg").fill(KEYS)
    choose(page, ("loting.zip", packed(cases["real"])))
    assert verdict(page) == "Goedgekeurd."
    give_keys(page, KEYS.replace("notaris", "een ander"))
    assert verdict(page) == "Afgekeurd."


def test_a_spoiled_draw_is_refused_and_shortened(open_case: Callable[..., Page]) -> None:
    page = open_case("spoiled")
    page.get_by_role("button", name="Controleer deze loting").click()
    assert verdict(page) == "Afgekeurd."
    assert "label_twice" in codes(page)
    page.get_by_role("button", name="Controleer deze loting").click()  # again: the same, once
    assert verdict(page) == "Afgekeurd."
    assert violations(page) == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone(open_case: Callable[..., Page], scheme: str) -> None:
    page = open_case("real", viewport=PHONE, color_scheme=scheme)
    for summary in page.locator("details summary").all():
        if summary.is_visible():
            summary.click()
    page.get_by_role("button", name="Controleer deze loting").click()
    assert verdict(page) == HOLDS
    assert violations(page) == {}
    assert sideways(page) == []


def test_a_large_draw_takes_few_seconds(
    open_case: Callable[..., Page], cases: dict[str, Case], capsys: pytest.CaptureFixture[str]
) -> None:
    """1,000 panels of 150, fetched, checked and with a receipt; on a phone that is four times as slow."""
    page = open_case("large", viewport=PHONE)
    page.get_by_role("button", name="Controleer deze loting").click()
    assert verdict(page) == HOLDS
    first = milliseconds(page)
    choose_receipt(page, cases["large"])
    expect(page.locator('[data-code="receipt"]')).to_be_visible()
    second = milliseconds(page)
    client = page.context.new_cdp_session(page)
    client.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.get_by_role("button", name="Controleer deze loting").click()
    expect(page.locator('[data-code="receipt"]')).to_be_visible()
    slow = milliseconds(page)
    with capsys.disabled():
        sys.stdout.write(f" [{first} ms, with a receipt {second} ms, four times as slow {slow} ms] ")
    assert max(first, second) < MOST_SECONDS * 1000
    assert slow < 4 * MOST_SECONDS * 1000


def milliseconds(page: Page) -> int:
    return int(page.locator('[data-part="result"]').get_attribute("data-milliseconds") or 0)


def choose_receipt(page: Page, case: Case) -> None:
    name = "Uw bewijs van aanmelding"
    if not page.get_by_label(name).is_visible():
        page.get_by_text("Ook uw eigen aanmelding controleren").click()
    data = encoding.canonical(case.receipt)
    page.get_by_label(name).set_input_files(
        {"name": "bewijs.json", "mimeType": "application/json", "buffer": data}
    )


def test_a_receipt_never_leaves_the_browser(open_case: Callable[..., Page], cases: dict[str, Case]) -> None:
    page = open_case("real")
    sent: list[tuple[str, str]] = []
    bodies: list[str] = []
    page.on("request", lambda request: sent.append((request.method, request.url)))
    page.on("request", lambda request: bodies.append(request.post_data or ""))
    choose_receipt(page, cases["real"])
    assert verdict(page) == HOLDS
    expect(
        page.get_by_text(re.compile(r"Uw aanmelding doet mee\. U zit in \d+ van de 20 panels"))
    ).to_be_visible()
    assert codes(page) & {"receipt_drawn", "receipt_not_drawn"}
    assert {method for method, _url in sent} == {"GET"}
    assert set(bodies) == {""}
    own = [cases["real"].receipt[name] for name in ("secret", "leaf", "salt_person", "salt_attributes")]
    assert not any(one in url for one in own for _method, url in sent)
    expect(page.get_by_text("Uw bewijs blijft op uw eigen apparaat.")).to_be_visible()
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_somebody_elses_receipt(open_case: Callable[..., Page], cases: dict[str, Case]) -> None:
    page = open_case("practice")
    choose_receipt(page, cases["real"])
    assert verdict(page) == "Afgekeurd."
    assert "receipt_other_draw" in codes(page)


# --- files of one's own -----------------------------------------------------------------------------------


def packed(case: Case, folder: str = "", **extra: bytes) -> bytes:
    place = io.BytesIO()
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**case.files, **extra}.items():
            archive.writestr(folder + name, data)
        if folder:
            archive.writestr("__MACOSX/._manifest.json", b"\0")
    return place.getvalue()


def choose(page: Page, *files: tuple[str, bytes]) -> None:
    if not page.get_by_label("Of een hele map").is_visible():
        page.get_by_text("Een eigen kopie controleren").click()
    given = [{"name": name, "mimeType": "application/octet-stream", "buffer": data} for name, data in files]
    page.get_by_label("Een zip-bestand, of alle bestanden van de map").set_input_files(given)  # type: ignore[arg-type]  # typed more narrowly than the documentation


@pytest.mark.parametrize("folder", ["", "loting/"])
def test_a_zip_file(open_case: Callable[..., Page], cases: dict[str, Case], folder: str) -> None:
    page = open_case("none")
    expect(page.get_by_role("button", name="Controleer deze loting")).to_be_hidden()
    choose(page, ("loting.zip", packed(cases["real"], folder)))
    assert verdict(page) == HOLDS


def test_a_zip_file_with_more_in_it(open_case: Callable[..., Page], cases: dict[str, Case]) -> None:
    page = open_case("none")
    choose(page, ("loting.zip", packed(cases["real"], **{"geheim/pool.json": b"{}"})))
    assert verdict(page) == "Afgekeurd."
    assert "file_unlisted" in codes(page)


def test_loose_files(open_case: Callable[..., Page], cases: dict[str, Case]) -> None:
    page = open_case("spoiled")
    choose(page, *cases["real"].files.items())
    assert verdict(page) == HOLDS
    choose_receipt(page, cases["real"])  # goes with the files that were picked last
    expect(page.locator('[data-code="receipt"]')).to_be_visible()


def test_a_folder(open_case: Callable[..., Page], cases: dict[str, Case], tmp_path: Path) -> None:
    folder = tmp_path / "loting"
    (folder / "__pycache__").mkdir(parents=True)
    (folder / "__pycache__" / "verify_draw.pyc").write_bytes(b"\0")
    for name, data in cases["real"].files.items():
        (folder / name).write_bytes(data)
    page = open_case("none")
    page.get_by_text("Een eigen kopie controleren").click()
    page.get_by_label("Of een hele map").set_input_files(folder)
    assert verdict(page) == HOLDS
    (folder / "geheim").mkdir()
    (folder / "geheim" / "pool.json").write_bytes(b"{}")
    page.get_by_label("Of een hele map").set_input_files(folder)
    expect(page.get_by_text("Het bestand geheim/ hoort niet in deze map.")).to_be_visible()


def bomb() -> bytes:
    """300 MB of nothing in a third of a megabyte."""
    place = io.BytesIO()
    with (
        zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("manifest.json", "w") as file,
    ):
        for _part in range(300):
            file.write(bytes(1_000_000))
    return place.getvalue()


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (bomb, "Deze bestanden zijn te groot voor deze controle."),
        (lambda: packed(practice())[:-4000], "Dit zip-bestand kunnen we niet lezen."),
        (
            # the first file is packed in a way that there is not
            lambda: packed(practice())[:43] + b"\xff" * 50 + packed(practice())[93:],
            "Dit zip-bestand kunnen we niet",
        ),
        (lambda: b"PK\3\4" + bytes(100), "Dit zip-bestand kunnen we niet lezen."),
    ],
)
def test_a_zip_file_that_is_none(
    open_case: Callable[..., Page], data: Callable[[], bytes], text: str
) -> None:
    page = open_case("none")
    choose(page, ("loting.zip", data()))
    expect(page.locator('[data-part="result"]').get_by_text(text)).to_be_visible()


def test_a_file_that_is_no_draw(open_case: Callable[..., Page]) -> None:
    page = open_case("none")
    choose(page, ("foto.jpg", b"\xff\xd8\xff"))
    assert verdict(page) == "Afgekeurd."
    expect(page.get_by_text("Het bestand foto.jpg hoort niet in deze map.")).to_be_visible()


def test_markup_in_a_name_is_only_text(open_case: Callable[..., Page]) -> None:
    page = open_case("none")
    choose(page, ("<img src=x onerror=alert(1)>.txt", b""))
    assert verdict(page) == "Afgekeurd."
    expect(page.get_by_text("Het bestand <img src=x onerror=alert(1)>.txt hoort niet")).to_be_visible()


def test_a_site_that_is_gone(open_case: Callable[..., Page]) -> None:
    page = open_case("real")
    page.route("**/panels.txt", lambda route: route.fulfill(status=404, body=""))
    page.get_by_role("button", name="Controleer deze loting").click()
    assert verdict(page) == "Afgekeurd."
    assert "file_missing" in codes(page)


@pytest.mark.parametrize(("times", "told"), [(1, HOLDS), (2, "Afgekeurd.")])
def test_a_log_that_grows_while_it_is_fetched(
    open_case: Callable[..., Page], cases: dict[str, Case], times: int, told: str
) -> None:
    """The sums of a moment later do not fit: fetched once more before anybody is told that files changed."""
    page, left = open_case("real"), [cases["real"].files["SHA256SUMS"].replace(b"0", b"1")] * times

    def answer(route: Route) -> None:
        route.fulfill(body=left.pop()) if left else route.continue_()

    page.route("**/SHA256SUMS", answer)
    page.get_by_role("button", name="Controleer deze loting").click()
    assert verdict(page) == told


def test_without_javascript(open_case: Callable[..., Page]) -> None:
    page = open_case("real", java_script_enabled=False)
    expect(page.get_by_text("python verify_draw.py .", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Controleer deze loting")).to_be_hidden()


def test_over_an_unsafe_connection(open_case: Callable[..., Page]) -> None:
    """Browsers give no cryptography there: said, instead of a page that does nothing."""
    page = open_case("none")
    page.add_init_script("Object.defineProperty(globalThis.crypto, 'subtle', { value: undefined })")
    page.goto("/proef/real")
    expect(page.get_by_text("Deze controle werkt alleen via een veilige verbinding (https).")).to_be_visible()
