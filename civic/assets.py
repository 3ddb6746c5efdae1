"""Files sent as they are: a hash in their address, and the vendored ones checked against a lock.

A newcomer needs only Python. Node is needed only to refresh static/vendor (`flask assets refresh`).
"""

import gzip
import hashlib
import json
import shutil
import subprocess
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any, NotRequired, TypedDict

import click
from flask import Flask, Response, current_app, request
from flask.cli import AppGroup

YEAR = 365 * 24 * 3600
NEXT_TO_US = Path(__file__).resolve().parent / "static"
STATIC = NEXT_TO_US if NEXT_TO_US.is_dir() else NEXT_TO_US.parent.parent / "static"
VENDOR = STATIC / "vendor"
LOCK = "vendor.lock.json"

cli = AppGroup("assets", help="Vendored files: check them, or fetch them again.")


class Vendored(TypedDict):
    """One file of static/vendor: `source` is its place in the npm package.

    `bundled` files are made of a source and all that it imports, by the esbuild of package.json.
    """

    file: str
    name: str
    version: str
    licence: str
    source: str
    bundled: NotRequired[bool]
    sha256: str


@lru_cache(maxsize=512)
def _hash(path: Path, modified_ns: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def file_hash(path: Path) -> str | None:
    """SHA-256 of a file in hexadecimal, or None when it is not there; read again only when it changed."""
    try:
        return _hash(path, path.stat().st_mtime_ns)
    except OSError:
        return None


def read_lock(vendor: Path = VENDOR) -> list[Vendored]:
    files: list[Vendored] = json.loads((vendor / LOCK).read_text(encoding="utf-8"))["files"]
    return files


def check(vendor: Path = VENDOR) -> list[str]:
    """What differs between static/vendor and its lock, as sentences; empty when all is well."""
    files = read_lock(vendor)
    known = {entry["file"] for entry in files} | {LOCK, "package.json", "package-lock.json"}
    problems = [_difference(vendor, entry) for entry in files]
    strays = [
        f"{path.name} is not in {LOCK}"
        for path in sorted(vendor.iterdir())
        if path.is_file() and path.name not in known
    ]
    return [problem for problem in problems if problem] + strays


def _difference(vendor: Path, entry: Vendored) -> str | None:
    found = file_hash(vendor / entry["file"])
    if found is None:
        return f"{entry['file']} is missing"
    return None if found == entry["sha256"] else f"{entry['file']} was changed (sha256 {found[:12]}…)"


def refresh(vendor: Path = VENDOR) -> list[Vendored]:
    """Fetch the locked npm packages, copy the listed files, write their hashes. No script of theirs runs."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(vendor / name, folder)
        npm = shutil.which("npm")
        if npm is None:
            raise click.ClickException(
                "Refreshing needs Node with npm. Running and testing the site does not."
            )
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(command, cwd=folder, check=True)  # noqa: S603  our own words, no input
        files = [_copied(vendor, Path(folder) / "node_modules", entry) for entry in read_lock(vendor)]
    text = json.dumps({"files": files}, indent=2, ensure_ascii=False)
    (vendor / LOCK).write_text(text + "\n", encoding="utf-8")
    return files


def _copied(vendor: Path, modules: Path, entry: Vendored) -> Vendored:
    package = modules / entry["name"]
    about: dict[str, Any] = json.loads((package / "package.json").read_text(encoding="utf-8"))
    target = vendor / entry["file"].replace(entry["version"], about["version"])
    target.parent.mkdir(parents=True, exist_ok=True)
    if entry.get("bundled"):
        _bundle(modules, package / entry["source"], target)
    else:
        shutil.copyfile(package / entry["source"], target)
    file, digest = target.relative_to(vendor).as_posix(), hashlib.sha256(target.read_bytes()).hexdigest()
    copied: Vendored = {**entry, "file": file, "version": about["version"], "sha256": digest}
    return copied


def _bundle(modules: Path, source: Path, target: Path) -> None:
    """One ES module of a source and what it imports; the same bytes for the same versions in the lock."""
    options = ["--bundle", "--format=esm", "--minify", "--target=es2020", "--legal-comments=inline"]
    command = [str(modules / ".bin" / "esbuild"), str(source), *options, f"--outfile={target}"]
    subprocess.run(command, check=True)  # noqa: S603  our own words, no input


def init_assets(app: Flask) -> None:
    """Every url_for('static', …) carries the hash of the file, so browsers may keep it for ever."""
    app.url_defaults(_add_version)
    app.after_request(_keep_for_ever)
    app.after_request(_compress)
    app.cli.add_command(cli)


def _add_version(endpoint: str, values: dict[str, Any]) -> None:
    filename = values.get("filename")
    # Fonts are named inside the css, without a query: their version is in the file name instead.
    if endpoint != "static" or not filename or filename.endswith(".woff2"):
        return
    digest = file_hash(Path(current_app.static_folder or STATIC) / filename)
    if digest:
        values["v"] = digest[:12]


def _keep_for_ever(response: Response) -> Response:
    is_versioned = "v" in request.args or request.path.endswith(".woff2")
    if request.endpoint == "static" and is_versioned and response.status_code in (200, 304):
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    return response


COMPRESSED = (".css", ".js", ".svg")


@lru_cache(maxsize=64)
def _gzipped(path: Path, modified_ns: int) -> bytes:
    return gzip.compress(path.read_bytes(), 9, mtime=0)


def _compress(response: Response) -> Response:
    """Styles and scripts go compressed, also without a proxy. Pages never do: they hold tokens (BREACH)."""
    filename = str((request.view_args or {}).get("filename", ""))
    if request.endpoint != "static" or not filename.endswith(COMPRESSED):
        return response
    response.vary.add("Accept-Encoding")
    path = Path(current_app.static_folder or STATIC) / filename
    if (
        response.status_code == 200
        and request.accept_encodings["gzip"] > 0
        and "Range" not in request.headers
    ):
        response.direct_passthrough = False
        response.set_data(_gzipped(path, path.stat().st_mtime_ns))
        response.content_encoding = "gzip"
    return response


@cli.command("check")
def check_command() -> None:
    """Compare static/vendor with its lock."""
    problems = check()
    for problem in problems:
        click.echo(problem)
    if problems:
        raise SystemExit(1)
    click.echo("All vendored files are as locked.")


@cli.command("refresh")
def refresh_command() -> None:
    """Fetch the vendored files again with npm and write their hashes."""
    for entry in refresh():
        click.echo(f"{entry['file']}  {entry['name']} {entry['version']}  {entry['licence']}")
