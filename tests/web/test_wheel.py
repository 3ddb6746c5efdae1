"""The wheel holds all it needs: installed bare, it serves a page and a file."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 30


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from bare sources, without network and without isolation: hatchling is a test dependency."""
    target, sources = tmp_path_factory.mktemp("wheel"), tmp_path_factory.mktemp("sources") / "civic-region"
    left_out = shutil.ignore_patterns(".*", "*.mo", "__pycache__", "instance", "benchmarks", "pictures")
    shutil.copytree(ROOT, sources, ignore=left_out)
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)],
        cwd=sources,
        check=True,
        capture_output=True,
    )
    return next(target.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel alone in a directory; the checkout is not on the path."""
    target = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    return target


def environment(installed: Path, instance: Path) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("CIVIC_", "COV_", "COVERAGE"))
    }
    return {
        **kept,
        "PYTHONPATH": str(installed),
        "CIVIC_INSTANCE": str(instance),
        "FLASK_APP": "civic:create_app()",
    }


@pytest.fixture
def address(installed: Path, tmp_path: Path) -> Iterator[str]:
    """The site, migrated and served by granian from the installed wheel."""
    settings = environment(installed, tmp_path / "instance")
    subprocess.run(
        [sys.executable, "-m", "flask", "db", "upgrade"],
        env=settings,
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--no-ws", "--factory"]
    with subprocess.Popen(
        [sys.executable, "-m", "granian", *options, "civic:create_app"],
        env=settings,
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            yield wait_for(f"http://127.0.0.1:{port}")
        finally:
            process.terminate()


def wait_for(address: str) -> str:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            with urllib.request.urlopen(f"{address}/gezond", timeout=1):
                return address
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def test_it_holds_what_is_not_python(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for name in (
        "templates/base.html",
        "static/css/civic.css",
        "migrations/env.py",
        "migrations/alembic.ini",
    ):
        assert f"civic/{name}" in names
    assert any(name.startswith("civic/migrations/versions/0001_") for name in names)
    assert "civic/regions/data/flevoland.json" in names
    assert "civic/translations/en/LC_MESSAGES/messages.mo" in names, (
        "compile first: tools/catalogue.py compile"
    )


def test_it_holds_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0].split("-")[0] for name in names} == {"civic", "civic_region"}
    bad = (".secret", ".sqlite3", ".pyc", "__pycache__", "/tests/", "node_modules", ".env")
    assert [name for name in names if any(part in name for part in bad)] == []


def test_installed_bare_it_serves(address: str) -> None:
    with urllib.request.urlopen(f"{address}/") as page:
        text = page.read().decode()
        assert page.status == 200
        assert "<h1" in text
    with urllib.request.urlopen(f"{address}/static/css/civic.css") as file:
        assert file.status == 200
        assert file.headers["Content-Type"].startswith("text/css")
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"{address}/bestaat-niet")


def test_the_lottery_needs_no_flask(installed: Path, tmp_path: Path) -> None:
    """`civic` imports lazily, so that the engine (and its checking script) run without the web."""
    code = "import civic, sys; assert 'flask' not in sys.modules and 'sqlalchemy' not in sys.modules"
    subprocess.run(
        [sys.executable, "-c", code], env=environment(installed, tmp_path), cwd=tmp_path, check=True
    )
