"""`make bench-letters`: ten thousand letters through the real job: QR codes, typst, encryption, database.

LETTERS=10000      how many                             (default)
RESULTS=directory  where to write letters.md            (default: benchmarks/results)

Three steps, on a database of its own: an address file is read and ordered; the letters are made in one go;
then a second order is killed (kill -9) half way and finished by a new process. In the end every letter is
opened again, and its code and name are compared with what the order said.
"""

from __future__ import annotations

import os
import platform
import resource
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.measure import ROOT

CHILD = "from benchmarks.letters import make; make()"
GOAL_SECONDS = 120
PATIENCE = 1800
POLL_SECONDS = 0.1


@dataclass(frozen=True)
class Run:
    """`cpu` is what all its processes computed (None: nobody was left to tell); `peak` their memory in MB."""

    seconds: float
    peak: float
    cpu: float | None = None


def main() -> int:
    count = int(os.environ.get("LETTERS") or 10_000)
    target = Path(os.environ.get("RESULTS") or ROOT / "benchmarks" / "results")
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(settings(folder))
        lines = measure(count, Path(folder))
    target.mkdir(parents=True, exist_ok=True)
    (target / "letters.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


def settings(folder: str) -> dict[str, str]:
    return {
        "CIVIC_ENVIRONMENT": "development",
        "CIVIC_INSTANCE": folder,
        "CIVIC_DATABASE_URL": f"sqlite:///{folder}/letters.sqlite3",
        "CIVIC_SITE_URL": "https://samen.flevoland.example",
    }


def app() -> Any:
    from civic import create_app

    return create_app()


def measure(count: int, folder: Path) -> list[str]:
    load = os.getloadavg()[0]
    prepare()
    reading, content = read_file(count)
    first = order(content)
    whole = run_to_end()
    busy = os.getloadavg()[0]
    size = sum(path.stat().st_size for path in folder.glob("letters.sqlite3*"))
    check(first, count)
    second = order(content)
    killed_at, killed = run_until_killed(second, count // 2)
    resumed = run_to_end()
    check(second, count)
    return [
        "# Letters",
        "",
        f"`make bench-letters`, {time.strftime('%Y-%m-%d', time.gmtime())}, "
        f"{os.cpu_count()} cores, Python {platform.python_version()}, SQLite. "
        f"Load before the start: {load:.1f}; after the first order: {busy:.1f} (our own part is 2).",
        "",
        "| step | letters | seconds | letters a second | CPU seconds | peak memory |",
        "|---|---|---|---|---|---|",
        f"| reading the address file (CSV, {len(content) // 1024:,} KB) | {count:,} | {reading:.1f} | | | |",
        _row("all letters in one go", count, whole),
        _row("until kill -9", killed_at, killed),
        _row("a new process makes the rest", count - killed_at, resumed),
        "",
        f"Goal: under {GOAL_SECONDS} seconds for 10,000 letters on 2 cores. "
        f"Measured: {whole.seconds:.0f} seconds for {count:,}, of which "
        f"{whole.cpu or 0:.0f} seconds of computing spread over {os.cpu_count()} cores.",
        f"Both orders: {count:,} letters, {count:,} different codes, each with its own name; "
        f"the batches that were kept before the kill were not made again. "
        f"The database with one order: {size / 1e6:.0f} MB, all of it encrypted.",
        "Peak memory is of the jobs process and its two typesetters together (proportional set size).",
    ]


def _row(name: str, count: int, run: Run) -> str:
    rate = count / run.seconds
    cpu = "–" if run.cpu is None else f"{run.cpu:.0f}"
    return f"| {name} | {count:,} | {run.seconds:.1f} | {rate:.0f} | {cpu} | {run.peak:.0f} MB |"


def prepare() -> None:
    from flask_migrate import upgrade

    from civic.db import db, now
    from civic.regions.service import load_region

    with app().app_context():
        upgrade()
        load_region("flevoland", at=now())
        db.session.commit()


def read_file(count: int) -> tuple[float, bytes]:
    """How long the file takes, as the page reads it."""
    from civic.panels.service.letters_addresses import read_addresses
    from tests.panels.makers_letters import csv_file

    content = csv_file(count)
    start = time.monotonic()
    with app().app_context():
        reading = read_addresses(content)
    if reading.errors or len(reading.addresses) != count:
        raise SystemExit(f"the address file was refused: {reading.errors[:3]}")
    return time.monotonic() - start, content


def order(content: bytes) -> int:
    """A share with its codes and an order for all of its letters, with inserts in four languages."""
    from civic.db import committing, db, now
    from civic.panels.models import LetterInsert
    from civic.panels.service import letters
    from civic.panels.service.letters_addresses import read_addresses
    from civic.panels.service.letters_standard import INSERTS
    from tests.panels.makers_letters import make_share, registry

    with app().app_context():
        addresses = read_addresses(content).addresses
        share = make_share(len(addresses))
        db.session.add_all(
            LetterInsert(panel_id=share.wave.panel_id, language=language, text=text)
            for language, text in INSERTS.items()
        )
        db.session.commit()
        with committing():
            wanted = letters.Request(addresses, "Artikel 3.8 van de Wet BRP")
            return letters.request_letters(share, wanted, actor=registry(), at=now()).id


def make() -> None:
    """What `python -m civic.jobs` does: free what a dead process held, then make every order that waits."""
    from civic.db import committing, now, release_claims
    from civic.jobs.leader import worker_name
    from civic.panels.jobs import letters as job
    from civic.panels.models import LetterOrder

    with app().app_context():
        with committing():
            release_claims(LetterOrder, worker_name())
        job.typeset_letters(now())


def start() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", CHILD], cwd=ROOT)  # noqa: S603  # our own words


def run_to_end() -> Run:
    began, peak, computed = time.monotonic(), 0.0, _computed()
    child = start()
    while child.poll() is None:
        peak = max(peak, memory_of(child.pid))
        _wait(began, child)
    if child.returncode:
        raise SystemExit("the job failed")
    return Run(time.monotonic() - began, peak, _computed() - computed)


def _computed() -> float:
    """CPU seconds of the processes that ended, their own children included."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run_until_killed(order_id: int, after: int) -> tuple[int, Run]:
    """Kill it as hard as can be once `after` letters are there; (letters that were kept, what it took)."""
    began, peak = time.monotonic(), 0.0
    child = start()
    while (done := done_of(order_id)) < after:
        peak = max(peak, memory_of(child.pid))
        _wait(began, child)
        if child.poll() is not None:
            raise SystemExit("the job ended before it could be killed")
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    return max(done, done_of(order_id)), Run(time.monotonic() - began, peak)


def _wait(began: float, child: subprocess.Popen[bytes]) -> None:
    if time.monotonic() - began > PATIENCE:
        child.kill()
        raise SystemExit("the letters took too long")
    time.sleep(POLL_SECONDS)


def done_of(order_id: int) -> int:
    import sqlite3

    path = os.environ["CIVIC_DATABASE_URL"].removeprefix("sqlite:///")
    with sqlite3.connect(path, timeout=15) as connection:
        (done,) = connection.execute(
            "SELECT done FROM panel_letter_order WHERE id = ?", (order_id,)
        ).fetchone()
    connection.close()
    return int(done)


def memory_of(process_id: int) -> float:
    """The process and its children, shared pages counted once, in MB."""
    return sum(_proportional(one) for one in [process_id, *_children(process_id)])


def _children(process_id: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{process_id}/task").glob("*"):
        try:
            found += [int(one) for one in (task / "children").read_text(encoding="ascii").split()]
        except OSError:
            continue
    return found


def _proportional(process_id: int) -> float:
    try:
        text = Path(f"/proc/{process_id}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in text.splitlines() if line.startswith("Pss:")), 0.0)


def check(order_id: int, count: int) -> None:
    """Open every letter: its code, its name, and none twice or missing."""
    from civic.db import committing, db, now
    from civic.panels.models import LetterOrder
    from civic.panels.service import letters
    from civic.panels.service.invitations import codes_of
    from tests.panels.makers_letters import NAMES, registry
    from tests.panels.pdf_text import text_of

    with app().app_context():
        order = db.session.get_one(LetterOrder, order_id)
        expected = codes_of(order.share)[:count]
        with committing():
            batches = letters.read_all_batches(order, actor=registry(), at=now())
        fronts = [
            page
            for _number, pdf in batches
            for page in text_of(pdf).split("Gemeente Almere")
            if "Uw persoonlijke code" in page
        ]
    found = [_code(page) for page in fronts]
    names = [f"{NAMES[number % 4]} {number}" for number in range(count)]
    if found != expected or len(set(found)) != count:
        raise SystemExit(f"order {order_id}: the codes are not right ({len(set(found))} different ones)")
    if any(name not in page.splitlines() for name, page in zip(names, fronts, strict=True)):
        raise SystemExit(f"order {order_id}: a name is missing")


def _code(page: str) -> str:
    """The line after "Uw persoonlijke code"."""
    lines = page.splitlines()
    return lines[lines.index("Uw persoonlijke code") + 1]


if __name__ == "__main__":
    raise SystemExit(main())
