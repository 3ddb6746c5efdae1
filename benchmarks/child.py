"""What the two children of the benchmark share. Stdlib only, so that it runs in both environments.

A child does one measurement: it reads a request (a JSON file), measures, and writes its figures.
"""

from __future__ import annotations

import csv
import json
import resource
import signal
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Figures = dict[str, Any]
Rows = list[dict[str, str]]
ID = "id"


@dataclass(frozen=True, slots=True)
class Tables:
    """The two CSV files of a pool, row by row; people without an id are numbered from 1."""

    categories: Rows
    respondents: Rows


def read(directory: Path) -> Tables:
    """Both files of the pool in `directory`."""
    respondents = [
        {ID: str(number), **row} for number, row in enumerate(_rows(directory / "respondents.csv"), start=1)
    ]
    return Tables(_rows(directory / "categories.csv"), respondents)


def _rows(path: Path) -> Rows:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def stop_after(seconds: float) -> None:
    """End this process after so many seconds, also in the middle of a solve: nobody catches the alarm."""
    signal.setitimer(signal.ITIMER_REAL, seconds)


def peak_bytes() -> int:
    """Most memory this process ever held. Linux counts it in KiB, macOS in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def gini(chances: Iterable[float]) -> float:
    """0 when all chances are equal."""
    ranked = sorted(chances)
    number = len(ranked)
    above = sum((2 * place - number - 1) * one for place, one in enumerate(ranked, start=1))
    return above / (number * sum(ranked))


def main(measure: Callable[[Figures], Figures]) -> None:
    """Carry out the request in the file that the command line names."""
    request = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    figures = measure(request)
    Path(request["figures"]).write_text(json.dumps(figures), encoding="utf-8")
