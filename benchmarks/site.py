"""The site as a real server runs it, for measurements: PostgreSQL over TCP, granian, the jobs process.

Everything lives in one folder and ends with it. PostgreSQL is the one that Debian ships (`apt install
postgresql`), with the settings it ships with: a confirmed support has reached the disk.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.measure import ROOT

DEBIAN = Path("/usr/lib/postgresql")
USER = "postgres"
START_SECONDS = 60
TOKEN = re.compile(r'name="csrf_token" type="hidden" value="([^"]+)"|name="csrf_token" value="([^"]+)"')


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Postgresql:
    """A cluster of its own, that may be stopped hard and started again."""

    def __init__(self, folder: Path) -> None:
        found = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parent.parent.name))
        if not found:
            raise SystemExit("PostgreSQL is er niet. Installeer hem met: apt install postgresql")
        self._bin, self._data, self.port = found[-1].parent, folder / "postgresql", free_port()
        self._data.mkdir()
        if os.geteuid() == 0:  # the server refuses to run as root
            folder.chmod(0o755)
            shutil.chown(self._data, USER, USER)
        self._run(
            "initdb", "-D", self._data, "-U", USER, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"
        )
        self.start()
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", USER, "civic")

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://{USER}@127.0.0.1:{self.port}/civic"

    def start(self) -> None:
        # its lock files go beside the data: /run may not be ours
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self._data}"
        self._run("pg_ctl", "-D", self._data, "-w", "-l", self._data / "log", "-o", options, "start")

    def stop(self, mode: str = "fast") -> None:
        """`immediate` is what a power cut does: it recovers from its log at the next start."""
        self._run("pg_ctl", "-D", self._data, "-w", "-m", mode, "stop")

    def _run(self, command: str, *arguments: Any) -> None:
        as_user = ["runuser", "-u", USER, "--"] if os.geteuid() == 0 else []
        line = [*as_user, str(self._bin / command), *map(str, arguments)]
        done = subprocess.run(line, capture_output=True, text=True, check=False, cwd="/")  # noqa: S603  # our own
        if done.returncode:
            raise SystemExit(f"{command}: {done.stderr or done.stdout}")


def settings(folder: Path, url: str, **more: str) -> dict[str, str]:
    """A production site but for its address: this machine speaks no https."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("CIVIC_")},
        "CIVIC_ENVIRONMENT": "production",
        "CIVIC_INSTANCE": str(folder),
        "CIVIC_DATABASE_URL": url,
        "CIVIC_SITE_URL": "https://samen.flevoland.example",
        "CIVIC_SMTP_HOST": "127.0.0.1",
        "CIVIC_SMTP_PORT": "9",  # nobody listens: what is queued stays queued
        "CIVIC_CONTACT_EMAIL": "post@example.nl",
        "CIVIC_SECRET_KEY": secrets.token_urlsafe(48),
        "CIVIC_PEPPER": secrets.token_urlsafe(48),
        "CIVIC_DATA_KEYS": "k1:" + secrets.token_hex(32),
        "CIVIC_LOG_KEY": secrets.token_hex(32),
        "PYTHONPATH": str(ROOT),
        **more,
    }


@dataclass
class Process:
    """A command that is started, killed and started again; its children go with it."""

    command: list[str]
    env: dict[str, str]
    log: Path
    running: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        with self.log.open("ab") as output:
            self.running = subprocess.Popen(  # noqa: S603  # our own commands
                self.command, env=self.env, cwd=ROOT, stdout=output, stderr=output, start_new_session=True
            )

    def start_again(self) -> None:
        """Where it ended, as a supervisor does; what runs is left alone."""
        if self.running is None or self.running.poll() is not None:
            self.start()

    def end(self, number: int = signal.SIGTERM) -> None:
        """SIGKILL gives nothing a chance to finish."""
        if self.running is None or self.running.poll() is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.running.pid, number)
        try:
            self.running.wait(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(self.running.pid, signal.SIGKILL)
            self.running.wait()

    def cpu_seconds(self) -> float:
        """Of the process and the children it has now."""
        return sum(_cpu(pid) for pid in _family(self.running.pid)) if self.running else 0.0


def _family(pid: int) -> list[int]:
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += [one for child in task.read_text().split() for one in _family(int(child))]
    return found


def _cpu(pid: int) -> float:
    try:
        values = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(values[11]) + int(values[12])) / os.sysconf("SC_CLK_TCK")


def web(port: int, env: dict[str, str], log: Path, target: str = "app:app", **options: int) -> Process:
    """Two workers of two threads unless told otherwise, as the handbook's figures were taken."""
    wanted = {"workers": 2, "blocking-threads": 2, **options}
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--no-ws", "--log-level", "warning"]
    command += [word for name, value in wanted.items() for word in (f"--{name}", str(value))]
    return Process([*command, target], env, log)


def jobs(env: dict[str, str], log: Path) -> Process:
    return Process([sys.executable, "-m", "civic.jobs"], env, log)


def wait_for(url: str) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310  # our own server
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise SystemExit(f"{url} antwoordt niet.")


@contextlib.contextmanager
def running(*processes: Process) -> Iterator[None]:
    for process in processes:
        process.start()
    try:
        yield
    finally:
        for process in processes:
            process.end()


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: object, **_more: object) -> None:
        return None


OPENER = urllib.request.build_opener(_Stay)


@dataclass(frozen=True)
class Visitor:
    """What a form needs: the session's cookie and its token."""

    cookie: str
    csrf: str


def visit(url: str) -> Visitor:
    """Open a page with a form, as a browser does before it posts."""
    with urllib.request.urlopen(url, timeout=20) as answer:  # noqa: S310  # our own server
        page = answer.read().decode()
        cookies = [line.partition(";")[0] for line in answer.headers.get_all("Set-Cookie") or []]
    found = TOKEN.search(page)
    if found is None or not cookies:
        raise SystemExit(f"{url} heeft geen formulier.")
    return Visitor("; ".join(cookies), found[1] or found[2])
