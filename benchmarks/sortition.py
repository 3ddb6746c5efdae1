"""`make bench-sortition`: every pool, our engine and the peer in one run, each measurement in a new process.

Settings, all from the environment (or behind `make bench-sortition`):

POOLS="a b"        only these pools                     (default: all, from small to large)
PEER=0             without the peer
PEER_SECONDS=600   the peer is stopped after so long    (per pool, its algorithm alone)
TIMES=1            repeat our lottery; the median counts
RESULTS=directory  where to write                       (default: benchmarks/results)

The two never run at the same time. After each pool `sortition.json` and `sortition.md` are written again.
"""

from __future__ import annotations

import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks import measure, peer, report
from benchmarks.child import Figures, gini
from benchmarks.measure import ROOT, Child
from benchmarks.report import MINUTE

POOLS = ROOT / "benchmarks" / "pools"
RESULTS = ROOT / "benchmarks" / "results"
SEED = 1
PANELS = 1000
# our engine is stopped here; the very large pool is about what is known after a minute
OUR_SECONDS = 600.0
SHORTER = {"large_20000_150": 90.0}
QUIET = 0.5


@dataclass(frozen=True, slots=True)
class Settings:
    pools: tuple[str, ...]
    peer: bool
    peer_seconds: float
    times: int
    results: Path


def settings(environment: Mapping[str, str]) -> Settings:
    """Raises `SystemExit` with one sentence where a setting cannot be used."""
    known = pools()
    chosen = environment.get("POOLS", "").split() or known
    unknown = [name for name in chosen if name not in known]
    if unknown:
        raise SystemExit(f"No pool named {', '.join(unknown)}. There are: {', '.join(known)}.")
    return Settings(
        pools=tuple(chosen),
        peer=environment.get("PEER", "1") != "0",
        peer_seconds=_number(environment, "PEER_SECONDS", 600),
        times=_number(environment, "TIMES", 1),
        results=Path(environment.get("RESULTS") or RESULTS),
    )


def _number(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name) or str(default)
    if not text.isdecimal() or int(text) < 1:
        raise SystemExit(f"{name} must be a whole number of 1 or more, not {text!r}.")
    return int(text)


def pools() -> list[str]:
    """All pools, the smallest file first."""
    found = [path for path in POOLS.iterdir() if (path / "respondents.csv").is_file()]
    return [path.name for path in sorted(found, key=lambda one: (_bytes(one), one.name))]


def _bytes(pool: Path) -> int:
    return (pool / "respondents.csv").stat().st_size


@dataclass(frozen=True, slots=True)
class Bench:
    """One run: what to measure, what is known so far, and a directory for what children pass on."""

    settings: Settings
    results: Figures
    directory: Path

    def run(self, pool: str) -> None:
        """Measure one pool and write what there is."""
        row: Figures = {"size": int(pool.rsplit("_", 1)[1]), **_shape(POOLS / pool)}
        self.results["pools"][pool] = row
        row["lottery"] = self._lottery(pool, row)
        if row["lottery"]["status"] == "done":
            row["verify"] = self._ours(pool, "verify", OUR_SECONDS)
            row["uniform"] = self._ours(pool, "uniform", OUR_SECONDS)
        if self.results["peer"]:
            row["peer"] = self._peer(pool, row)
        self._note_busy(pool, row)
        write(self.settings.results, self.results)

    def _note_busy(self, pool: str, row: Figures) -> None:
        runs = [row[name] for name in ("lottery", "verify", "uniform", "peer") if name in row]
        busy = max(max(one["busy_before"], one["busy_others"] or 0.0) for one in runs)
        if busy > QUIET:
            warn(
                self.results,
                f"{pool}: others kept up to {busy:.1f} cores busy; measure again when it is quiet",
            )

    def _lottery(self, pool: str, row: Figures) -> Figures:
        """Our lottery, `times` times: the median of seconds and memory, the rest from the first."""
        limit = SHORTER.get(pool, OUR_SECONDS)
        runs = [self._ours(pool, "draw", limit)]
        if runs[0]["status"] == "done":
            runs += [self._ours(pool, "draw", limit) for _ in range(self.settings.times - 1)]
        row["seconds_each"] = [one["seconds"] for one in runs if "seconds" in one]
        row["same_each_time"] = len({one.get("digest") for one in runs}) == 1
        first = dict(runs[0])
        for name in ("seconds", "process_seconds", "cpu_seconds", "peak_bytes"):
            values = [one[name] for one in runs if name in one]
            if values:
                first[name] = statistics.median(values)
        return first | {"limit": limit, "at_mark": self._at_mark()}

    def _at_mark(self) -> Figures | None:
        """What the engine knew at 60 seconds, or at its end where that came first."""
        path = self.directory / "trace.jsonl"
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        points = [point for point in map(_point, lines) if point and point[0] <= MINUTE]
        if not points:
            return None
        seconds, value, bound = points[-1]
        return {"seconds": seconds, "value": value, "bound": bound, "gap": bound - value}

    def _ours(self, pool: str, what: str, limit: float) -> Figures:
        request = {
            "measure": what,
            "panels": PANELS,
            "trace": str(self.directory / "trace.jsonl"),
            "lottery": str(self.directory / "lottery.pickle"),
        }
        return self._measure(f"{pool}: our {what}", Child("benchmarks.ours"), request | self._of(pool, limit))

    def _peer(self, pool: str, row: Figures) -> Figures:
        request = self._of(pool, self.settings.peer_seconds)
        found = self._measure(f"{pool}: peer", Child("benchmarks.peer", str(peer.PYTHON)), request)
        chances = found.pop("probabilities", {})
        out = set(row["lottery"].get("impossible", ()))
        possible = [chance for person, chance in chances.items() if person not in out]
        if possible:
            found |= {"min_probability": min(possible), "gini": gini(possible)}
        return found | {"limit": self.settings.peer_seconds}

    def _of(self, pool: str, limit: float) -> Figures:
        size = int(pool.rsplit("_", 1)[1])
        return {"pool": str(POOLS / pool), "size": size, "seed": SEED, "limit": limit}

    def _measure(self, name: str, child: Child, request: Figures) -> Figures:
        found = measure.run(child, request, self.directory)
        if found["status"] == "failed":
            warn(self.results, f"{name}: {found['error']}")
        say(f"{name}: {found['status']}, {found.get('seconds', found['process_seconds']):.2f} s")
        return found


def _point(line: str) -> list[float] | None:
    """One point of the trace; the last line is half a line where the alarm went off."""
    try:
        point: list[float] = json.loads(line)
    except ValueError:
        return None
    return point


def _shape(pool: Path) -> Figures:
    respondents = (pool / "respondents.csv").read_text(encoding="utf-8").split("\n")
    categories = (pool / "categories.csv").read_text(encoding="utf-8").splitlines()[1:]
    people = sum(1 for line in respondents[1:] if line.strip())
    return {"registrants": people, "features": len({line.split(",")[0] for line in categories})}


def write(directory: Path, results: Figures) -> None:
    """Both files, each in one step, so that an interrupted run keeps what it had."""
    directory.mkdir(parents=True, exist_ok=True)
    texts = {"sortition.json": json.dumps(results, indent=1) + "\n", "sortition.md": report.markdown(results)}
    for name, text in texts.items():
        path = directory / name
        half = path.with_suffix(path.suffix + ".part")
        half.write_text(text, encoding="utf-8")
        half.replace(path)


def warn(results: Figures, sentence: str) -> None:
    results["warnings"].append(sentence)
    sys.stderr.write(f"warning: {sentence}\n")


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def begin(chosen: Settings) -> Figures:
    """The head of the results, with the peer's environment ready where it is wanted."""
    here = measure.machine()
    results: Figures = {
        "machine": here,
        "settings": {"times": chosen.times, "seed": SEED, "peer_seconds": chosen.peer_seconds},
        "peer": None,
        "warnings": [],
        "complete": False,
        "pools": {},
    }
    if here["load_at_start"] > QUIET:
        warn(results, f"the load average was {here['load_at_start']} at the start")
    if chosen.peer:
        say("Getting the peer ready …")
        try:
            results["peer"] = peer.prepare(here)
        except subprocess.CalledProcessError:
            warn(results, f"{peer.PACKAGE} {peer.VERSION} could not be installed; measured without it")
    return results


def main() -> None:
    # an ordinary kill ends like Ctrl-C: the child goes too
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    chosen = settings(os.environ)
    results = begin(chosen)
    try:
        _run(chosen, results)
    except KeyboardInterrupt:
        raise SystemExit("Interrupted. The pools that were finished are in the results.") from None
    results["complete"] = True
    write(chosen.results, results)
    say("\n" + report.markdown(results))


def _run(chosen: Settings, results: Figures) -> None:
    for pool in chosen.pools:
        with tempfile.TemporaryDirectory() as directory:
            Bench(chosen, results, Path(directory)).run(pool)


if __name__ == "__main__":
    main()
