"""`make bench-web`: what the site answers in a second, beside the smallest Flask program in the same run.

SECONDS_EACH=4   length of one measurement (three of each, the median counts)
PEAK=600         seconds of a signing peak at the end; 0 leaves it out
PARTS="web queue" which parts: signing initiatives, and the queue of the aanjaagteam (benchmarks/queue.py)
RESULTS=folder   where to write web.md (default: benchmarks/results)

Two workers of two threads (granian) and PostgreSQL over TCP with the settings Debian ships, all on this
machine together with the client (wrk, one thread, 32 connections). Confirming support does all it does on a
real site: the session, the form's token, the row, the commit that reached the disk; the jobs process counts
beside it. Every measured POST is checked afterwards: as many supports are confirmed in the database as were
answered, and the counts on the pages are exact. Bars: ratios to Flask hello, handbook security 3.4.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

from flask import Flask

from benchmarks import crowd, queue, site, wrk
from benchmarks.bench import Bench
from benchmarks.measure import ROOT, busy_cores
from benchmarks.wrk import CONNECTIONS, TIMES, Answer

SPREAD, INITIATIVES = 50, 200
MOST_A_SECOND = 1500  # supports made ready per measured second; fewer would run out
PACE = 60  # confirmations a second in the peak; the goal is 50
HEADER = "| wat | per seconde | p50 ms | p99 ms | p99/p50 | fout | CPU ms | verhouding (norm) |"
GOALS = {
    "confirm": 0.07,
    "list": 0.07,
    "list_cached": 0.40,
    "hot": 0.95,
    "tail": 3.0,
    "peak_confirms": 50,
    "peak_reads": 1500,
}


def main() -> int:
    wrk.require()
    seconds, peak = int(os.environ.get("SECONDS_EACH") or 4), int(os.environ.get("PEAK") or 600)
    parts = (os.environ.get("PARTS") or "web queue").split()
    target = Path(os.environ.get("RESULTS") or ROOT / "benchmarks" / "results")
    busy = busy_cores(2)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        postgresql = site.Postgresql(folder)
        try:
            env = site.settings(folder, postgresql.url)
            bench = Bench(folder, postgresql, env, seconds)
            lines, is_good = measure(bench, peak) if "web" in parts else ([], True)
            if "queue" in parts:
                more, was_good = queue.measure(bench)
                lines, is_good = [*lines, "", *more], is_good and was_good
        finally:
            postgresql.stop("immediate")
    head = [
        "# Wat de site aankan",
        "",
        f"`make bench-web`, Python {platform.python_version()}, {os.cpu_count()} kernen, "
        f"{busy:.1f} kern bezet door anderen bij het begin.",
        "",
    ]
    target.mkdir(parents=True, exist_ok=True)
    (target / "web.md").write_text("\n".join([*head, *lines]) + "\n", encoding="utf-8")
    sys.stdout.write("\n".join([*head, *lines]) + "\n")
    return 0 if is_good else 1


def measure(bench: Bench, peak: int) -> tuple[list[str], bool]:
    app = bench.app()
    numbers = crowd.prepare(app, INITIATIVES)
    hello = _hello(bench)
    found = {
        "list": _list(bench, {"CIVIC_PAGE_CACHE": "0"}),
        "list_cached": _list(bench, {}),
        "spread": _confirm(bench, app, numbers[:SPREAD]),
        "hot": _confirm(bench, app, numbers[SPREAD : SPREAD + 1]),
    }
    rows = (
        ("Flask hello", hello, ""),
        ("lijst, niet bewaard", found["list"], _ratio(found["list"], hello, "list")),
        ("lijst, 10 s bewaard", found["list_cached"], _ratio(found["list_cached"], hello, "list_cached")),
        ("bevestigen, 50 initiatieven", found["spread"], _ratio(found["spread"], hello, "confirm")),
        ("bevestigen, één initiatief", found["hot"], _ratio(found["hot"], found["spread"], "hot")),
    )
    lines = [HEADER, "|---" * 8 + "|", *(_row(*row) for row in rows)]
    is_good = all(
        (
            _passes(found["list"], hello, "list"),
            _passes(found["list_cached"], hello, "list_cached"),
            _passes(found["spread"], hello, "confirm"),
            _passes(found["hot"], found["spread"], "hot"),
            all(one.tail <= GOALS["tail"] and not one.wrong for one in found.values()),
        )
    )
    if peak:
        more, was_good = _peak(bench, app, numbers, peak)
        lines, is_good = [*lines, "", *more], is_good and was_good
    return lines, is_good


def _ratio(one: Answer, other: Answer, goal: str) -> str:
    mark = "" if _passes(one, other, goal) else " **niet gehaald**"
    return f"{one.rate / other.rate:.3f} ({GOALS[goal]}){mark}"


def _passes(one: Answer, other: Answer, goal: str) -> bool:
    return one.rate / other.rate >= GOALS[goal]


def _row(name: str, one: Answer, ratio: str) -> str:
    return (
        f"| {name} | {one.rate:,.0f} | {one.p50:.1f} | {one.p99:.1f} | {one.tail:.1f} | {one.wrong} | "
        f"{one.cpu_ms:.2f} | {ratio} |"
    )


def _hello(bench: Bench) -> Answer:
    port = site.free_port()
    web = site.web(port, bench.env, bench.folder / "hello.log", "benchmarks.hello:app")
    with site.running(web):
        url = f"http://127.0.0.1:{port}/"
        site.wait_for(url)
        return wrk.median(lambda number: wrk.run(url, web, bench.seconds if number else 1, PATHS="/"))


def _list(bench: Bench, more: dict[str, str]) -> Answer:
    with bench.site(**more) as (url, web):
        seconds = bench.seconds
        return wrk.median(lambda number: wrk.run(url, web, seconds if number else 1, PATHS="/initiatieven"))


def _confirm(bench: Bench, app: Flask, numbers: list[int]) -> Answer:
    """Each run has supports of its own; together they must be in the database, and in the counts."""
    answered, before = 0, sum(crowd.confirmed(app).values())
    with bench.site(with_jobs=True) as (url, web):

        def run(number: int) -> Answer:
            nonlocal answered
            seconds = bench.seconds if number else 1
            first = number * 1_000_000 + numbers[0] * 10_000_000
            tokens = crowd.ask(app, numbers, seconds * MOST_A_SECOND, first)
            listing = bench.folder / "tokens"
            listing.write_text("\n".join(tokens), encoding="utf-8")
            who = site.visit(f"{url}/steun/{tokens[-1]}")
            facts = {"TOKENS": str(listing), "COOKIE": who.cookie, "CSRF": who.csrf}
            found = wrk.run(url, web, seconds, **facts)
            answered += found.requests
            return found

        found = wrk.median(run)
        extra = sum(crowd.confirmed(app).values()) - before - answered
        # what was under way when the client stopped is confirmed without having been answered
        if not 0 <= extra <= CONNECTIONS * (TIMES + 1):
            raise SystemExit(f"Beantwoord {answered}, maar in de database {extra:+d}.")
        wait_until_counted(app)
    return found


def wait_until_counted(app: Flask) -> None:
    until = time.monotonic() + 60
    while crowd.confirmed(app) != crowd.counted(app):
        if time.monotonic() > until:
            raise SystemExit("De telling klopt niet met de steun in de database.")
        time.sleep(1)


# --- ten minutes of a peak ------------------------------------------------------------------------------


def _peak(bench: Bench, app: Flask, numbers: list[int], seconds: int) -> tuple[list[str], bool]:
    tokens = crowd.ask(app, numbers[:SPREAD], PACE * seconds + 100, first=900_000_000)
    with bench.site(with_jobs=True) as (url, web):
        who = site.visit(f"{url}/steun/{tokens[-1]}")
        steady = Steady(url, who, tokens, PACE)
        steady.start()
        pages = ",".join(["/initiatieven", "/", f"/initiatieven/{numbers[0]}", f"/initiatieven/{numbers[1]}"])
        reads = wrk.run(url, web, seconds, PATHS=pages)
        steady.stop()
        wait_until_counted(app)
    lost = len(steady.acknowledged) - crowd.confirmed_tokens(app, steady.acknowledged)
    rate = len(steady.acknowledged) / steady.seconds
    slowest = sorted(steady.took)[int(len(steady.took) * 0.99)] * 1000
    done, wrong = len(steady.acknowledged), steady.wrong + reads.wrong
    lines = [
        f"Piek van {seconds} seconden: {rate:.0f} bevestigingen en {reads.rate:,.0f} gelezen pagina's per "
        f"seconde (norm {GOALS['peak_confirms']} en {GOALS['peak_reads']:,}).",
        f"Bevestigd {done:,}, verloren {lost}, fout {wrong}; p99 van een bevestiging {slowest:.0f} ms.",
        "De telling op de pagina's is precies gelijk aan de steun in de database.",
    ]
    is_good = lost == 0 and rate >= GOALS["peak_confirms"] and reads.rate >= GOALS["peak_reads"]
    return lines, is_good and steady.wrong == 0


class Steady:
    """Confirms so many supports a second, by some people at once, and remembers what was answered."""

    def __init__(self, url: str, who: site.Visitor, tokens: list[str], pace: int) -> None:
        self._url, self._who, self._tokens, self._pace = url, who, iter(tokens), pace
        self._lock, self._stopped = threading.Lock(), threading.Event()
        self._began = self._ended = 0.0
        self._next = 0
        self._threads = [threading.Thread(target=self._work) for _ in range(8)]
        self.acknowledged: list[str] = []
        self.unanswered: list[str] = []
        self.took: list[float] = []
        self.wrong = 0

    @property
    def seconds(self) -> float:
        return self._ended - self._began

    def start(self) -> None:
        self._began = time.monotonic()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join()
        self._ended = time.monotonic()

    def _take(self) -> tuple[str | None, float]:
        with self._lock:
            self._next += 1
            return next(self._tokens, None), self._began + self._next / self._pace

    def _work(self) -> None:
        while not self._stopped.is_set():
            token, moment = self._take()
            if token is None or self._stopped.wait(max(0.0, moment - time.monotonic())):
                return
            self._confirm(token)

    def _confirm(self, token: str) -> None:
        began = time.monotonic()
        is_answered = post(f"{self._url}/steun/{token}", self._who)
        with self._lock:
            self.took.append(time.monotonic() - began)
            if is_answered:
                self.acknowledged.append(token)
            else:
                self.unanswered.append(token)
                self.wrong += 1


def post(url: str, who: site.Visitor) -> bool:
    """True when the site said: your support counts (303)."""
    body = f"csrf_token={who.csrf}".encode()
    try:
        site.OPENER.open(urllib.request.Request(url, body, {"Cookie": who.cookie}), timeout=30)  # noqa: S310  # our own server
    except urllib.error.HTTPError as answer:
        return answer.code == 303
    except OSError:
        return False
    return False


if __name__ == "__main__":
    sys.exit(main())
