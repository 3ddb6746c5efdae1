"""`make run`: the demo region on one machine. Web server and jobs process together; one Ctrl-C stops both."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 30


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def port() -> int:
    raw = os.environ.get("PORT", "5000")
    if not raw.isdecimal() or not 0 < int(raw) < 65536:
        raise SystemExit(f"PORT moet een getal van 1 tot 65535 zijn, maar is {raw!r}.")
    return int(raw)


def refuse_busy_port(host: str, number: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, number))
        except OSError:
            raise SystemExit(
                f"Poort {number} is bezet. Stop het andere programma, "
                f"of kies een andere poort: make run PORT={number + 1}"
            ) from None


def environment(host: str, number: int) -> dict[str, str]:
    """The demo's settings; anything set as CIVIC_* by the caller wins."""
    production = os.environ.get("CIVIC_ENVIRONMENT") == "production"
    return {
        **({} if production else {"CIVIC_DEMO": "1"}),
        "CIVIC_BIND": host,
        "CIVIC_SITE_URL": f"http://{host}:{number}",
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        **os.environ,
    }


def prepare(env: dict[str, str]) -> None:
    """Translations, migrations, demo data; each says what it does."""
    for title, command in (
        ("Vertalingen klaarmaken", [sys.executable, "tools/catalogue.py", "compile"]),
        ("Database bijwerken", [sys.executable, "-m", "flask", "db", "upgrade"]),
        ("Demoregio laden", [sys.executable, "-m", "flask", "demo", "load"]),
    ):
        if command[-1] == "load" and env.get("CIVIC_DEMO") not in {"1", "true", "yes", "ja", "on"}:
            continue
        say(f"{title} …")
        done = subprocess.run(command, env=env, cwd=ROOT, check=False)
        if done.returncode:
            raise SystemExit(f"{title} lukte niet; zie de melding hierboven.")


@contextmanager
def processes(host: str, number: int, env: dict[str, str]) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Web and jobs, each in its own session, so that Ctrl-C reaches them through us, once."""
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(number)]
    web += ["--workers", "1", "--blocking-threads", "4", "--no-ws", "--log-level", "warning", "app:app"]
    running = [
        subprocess.Popen(command, env=env, cwd=ROOT, start_new_session=True)
        for command in (web, [sys.executable, "-m", "civic.jobs"])
    ]
    try:
        yield running
    finally:
        stop(running)


def stop(running: list[subprocess.Popen[bytes]]) -> None:
    for process in running:
        if process.poll() is None:
            process.terminate()
    for process in running:
        try:
            process.wait(timeout=8)
        except subprocess.TimeoutExpired:
            process.kill()


def wait_until_healthy(url: str, running: list[subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if any(process.poll() is not None for process in running):
            raise SystemExit("De site stopte bij het starten; zie de melding hierboven.")
        try:
            with urllib.request.urlopen(f"{url}/gezond", timeout=2):  # noqa: S310  our own http address
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise SystemExit("De site antwoordt niet binnen een halve minuut.")


def announce(url: str, env: dict[str, str]) -> None:
    say(f"\nDe site staat op {url}\nStoppen: Ctrl-C\n")
    if env.get("CIVIC_DEMO") in {"1", "true", "yes", "ja", "on"}:
        subprocess.run([sys.executable, "-m", "flask", "demo", "people"], env=env, cwd=ROOT, check=False)
        say(f"\nInloggen met één klik: {url}/demo   Verstuurde mail: {url}/demo/postvak\n")


def main() -> int:
    host, number = os.environ.get("CIVIC_BIND", "127.0.0.1"), port()
    refuse_busy_port(host, number)
    env = environment(host, number)
    prepare(env)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    url = f"http://{host}:{number}"
    try:
        with processes(host, number, env) as running:
            wait_until_healthy(url, running)
            announce(url, env)
            while all(process.poll() is None for process in running):
                time.sleep(0.5)
            raise SystemExit("Een van de twee processen stopte; daarom stopt de ander ook.")
    except KeyboardInterrupt:
        say("\nGestopt.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
