"""Vendored files are what the lock says, every address carries a hash, and nothing points outside."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from flask import Flask, url_for

from civic import assets

ROOT = assets.STATIC.parent


@pytest.fixture
def site() -> Flask:
    app = Flask("assets", static_folder=str(assets.STATIC))
    assets.init_assets(app)
    return app


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(assets.VENDOR, tmp_path / "vendor"))


def test_vendored_files_are_as_locked() -> None:
    assert assets.check() == []


def test_a_changed_file_is_noticed(copy: Path) -> None:
    with (copy / "htmx-4.0.1.min.js").open("a", encoding="utf-8") as file:
        file.write("//")
    assert [problem.split(" (")[0] for problem in assets.check(copy)] == ["htmx-4.0.1.min.js was changed"]


def test_a_missing_file_and_a_stray_file_are_noticed(copy: Path) -> None:
    (copy / "htmx-4.0.1.min.js").unlink()
    (copy / "stray.js").write_text("")
    assert assets.check(copy) == ["htmx-4.0.1.min.js is missing", "stray.js is not in vendor.lock.json"]


def test_check_command(site: Flask) -> None:
    outcome = site.test_cli_runner().invoke(args=["assets", "check"])
    assert outcome.exit_code == 0
    assert "as locked" in outcome.output


def test_lock_files_hold_no_address() -> None:
    for name in ("package-lock.json", "vendor.lock.json"):
        assert "://" not in (assets.VENDOR / name).read_text(encoding="utf-8")


def test_npm_lock_and_our_lock_agree() -> None:
    packages = json.loads((assets.VENDOR / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for entry in assets.read_lock():
        assert packages[f"node_modules/{entry['name']}"]["version"] == entry["version"]


def test_every_package_has_its_licence_text() -> None:
    files = assets.read_lock()
    with_text = {entry["name"] for entry in files if entry["file"].startswith("LICENSES/")}
    assert {entry["name"] for entry in files} == with_text


def test_address_carries_the_hash_of_the_file(site: Flask) -> None:
    with site.test_request_context():
        address = url_for("static", filename="css/civic.css")
    digest = assets.file_hash(assets.STATIC / "css/civic.css")
    assert digest is not None
    assert address == f"/static/css/civic.css?v={digest[:12]}"


def test_a_changed_file_gets_another_address(tmp_path: Path) -> None:
    app = Flask("assets", static_folder=str(tmp_path))
    assets.init_assets(app)
    addresses = set()
    for text in ("one", "other"):
        (tmp_path / "a.css").write_text(text)
        with app.test_request_context():
            addresses.add(url_for("static", filename="a.css"))
    assert len(addresses) == 2


def test_unknown_file_gets_no_hash(site: Flask) -> None:
    with site.test_request_context():
        assert url_for("static", filename="nothing.css") == "/static/nothing.css"


@pytest.mark.parametrize(
    ("path", "is_kept"),
    [
        ("/static/css/civic.css?v=abc", True),
        ("/static/css/civic.css", False),
        ("/static/vendor/source-sans-3-5.3.0-latin.woff2", True),
        ("/static/nothing.css?v=abc", False),
    ],
)
def test_versioned_files_are_kept_for_ever(site: Flask, path: str, is_kept: bool) -> None:
    with site.test_client().get(path) as response:
        assert ("immutable" in response.headers.get("Cache-Control", "")) is is_kept


def test_the_stylesheet_stays_small() -> None:
    assert (assets.STATIC / "css/civic.css").stat().st_size < 40_000
    for sheet in (assets.STATIC / "css").glob("*.css"):  # those of one room come on top of it
        assert sheet.name == "civic.css" or sheet.stat().st_size < 8_000, sheet.name


def test_the_stylesheet_refers_only_to_files_that_are_there() -> None:
    style = (assets.STATIC / "css/civic.css").read_text(encoding="utf-8")
    addresses = re.findall(r'url\("?([^")]+)', style)
    assert addresses
    assert all((assets.STATIC / "css" / address).is_file() for address in addresses)
    assert "@import" not in style


def test_templates_refer_only_to_static_files_that_are_there() -> None:
    used = re.compile(r"url_for\(['\"]static['\"], filename=['\"]([^'\"]+)['\"]\)")
    for template in (ROOT / "templates").rglob("*.html"):
        for name in used.findall(template.read_text(encoding="utf-8")):
            assert (assets.STATIC / name).is_file(), f"{template.name}: {name}"


def test_our_own_modules_build_no_code_or_markup_from_text() -> None:
    risky = re.compile(
        r"\beval\(|new Function|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\.style\b"
    )
    for module in (assets.STATIC / "js").glob("*.js"):
        assert not risky.search(module.read_text(encoding="utf-8")), module.name
