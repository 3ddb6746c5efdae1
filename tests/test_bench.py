"""The benchmark works: one small pool, without the peer; and its tables say what was measured."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks import measure, report, sortition
from benchmarks.measure import ROOT, Child

SMALL = "example_small_20"


def bench(directory: Path, **chosen: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PEER": "0", "RESULTS": str(directory), **chosen}
    command = [sys.executable, "-m", "benchmarks.sortition"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def row(ours: float, **peer: Any) -> dict[str, Any]:
    """One pool as `sortition.py` stores it."""
    lottery = {
        "status": "done",
        "seconds": ours,
        "process_seconds": ours + 0.2,
        "peak_bytes": 50_000_000,
        "min_probability": 0.05,
        "upper_bound": 0.05,
        "gap": 0.0,
        "optimal": True,
        "gini": 0.25,
        "types": 3,
        "panels": 4,
        "impossible": [],
        "limit": 600.0,
        "at_mark": {"seconds": 0.1, "value": 0.04, "bound": 0.05, "gap": 0.01},
    }
    verify = {"status": "done", "accepted": True, "seconds": 0.01}
    return {"registrants": 200, "size": 20, "lottery": lottery, "verify": verify, "peer": peer}


def results(**pools: dict[str, Any]) -> dict[str, Any]:
    machine = measure.machine()
    peer = {"sortition-algorithms": "0", "highspy": "0"}
    chosen = {"times": 1, "peer_seconds": 600}
    return {
        "machine": machine,
        "settings": chosen,
        "peer": peer,
        "warnings": [],
        "complete": True,
        "pools": pools,
    }


def test_a_small_pool_is_measured_and_written(tmp_path: Path) -> None:
    done = bench(tmp_path, POOLS=SMALL, TIMES="2")
    assert done.returncode == 0, done.stderr
    written = (tmp_path / "sortition.json").read_text(encoding="utf-8")
    found = json.loads(written)
    pool = found["pools"][SMALL]
    lottery = pool["lottery"]
    assert found["complete"]
    assert found["peer"] is None
    assert "peer" not in pool
    assert (pool["registrants"], pool["size"], pool["features"]) == (200, 20, 2)
    assert lottery["status"] == "done"
    assert lottery["optimal"]
    assert lottery["min_probability"] == pytest.approx(0.1)
    assert lottery["gap"] <= 1e-5
    assert 0 < lottery["seconds"] < lottery["process_seconds"]
    # numpy alone takes more than 20 MB; nothing here takes 2 GB
    assert 20e6 < lottery["peak_bytes"] < 2e9
    assert len(pool["seconds_each"]) == 2
    assert pool["same_each_time"]
    assert pool["verify"]["accepted"]
    assert pool["uniform"]["status"] in {"done", "missing"}
    table = (tmp_path / "sortition.md").read_text(encoding="utf-8")
    assert f"| {SMALL} | 200 | 20 |" in table
    assert "10.0000%" in table
    assert sorted(path.name for path in tmp_path.iterdir()) == ["sortition.json", "sortition.md"]
    assert str(ROOT) not in written + table
    assert str(tmp_path) not in written + table


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [({"POOLS": "nowhere_3"}, "No pool named nowhere_3."), ({"TIMES": "0"}, "TIMES must be a whole number")],
)
def test_a_setting_that_cannot_be_used_is_refused(
    tmp_path: Path, chosen: dict[str, str], sentence: str
) -> None:
    done = bench(tmp_path, **chosen)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_all_pools_run_from_small_to_large() -> None:
    chosen = sortition.settings({})
    assert chosen.pools[-1] == "large_20000_150"
    assert len(chosen.pools) == 11
    assert chosen.peer
    assert (chosen.peer_seconds, chosen.times) == (600, 1)


@pytest.mark.parametrize(
    ("limit", "status"),
    # the engine hears at its first progress that it is over time; the alarm falls in the middle of anything
    [(0.0, "stopped"), (-29.999, "stopped")],
)
def test_a_solve_over_its_limit_is_stopped(tmp_path: Path, limit: float, status: str) -> None:
    request = {
        "measure": "draw",
        "pool": str(sortition.POOLS / "like_mass_24"),
        "size": 24,
        "seed": 1,
        "limit": limit,
        "trace": str(tmp_path / "trace.jsonl"),
        "lottery": str(tmp_path / "lottery.pickle"),
    }
    found = measure.run(Child("benchmarks.ours"), request, tmp_path)
    assert found["status"] == status
    assert found["peak_bytes"] > 20e6
    assert not (tmp_path / "lottery.pickle").exists()


def test_a_child_that_fails_says_why_without_paths(tmp_path: Path) -> None:
    request = {"measure": "draw", "pool": str(ROOT / "nowhere"), "size": 3}
    found = measure.run(Child("benchmarks.ours"), request, tmp_path)
    assert found["status"] == "failed"
    assert found["error"].startswith("FileNotFoundError")
    assert str(ROOT) not in found["error"]


def test_half_a_line_of_a_trace_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "trace.jsonl").write_text("[1.0, 0.1, 0.2]\n[59.0, 0.15, 0.2]\n[61.0, 0.2, 0.2]\n[62.")
    one = sortition.Bench(sortition.settings({}), {}, tmp_path)
    assert one._at_mark() == {"seconds": 59.0, "value": 0.15, "bound": 0.2, "gap": pytest.approx(0.05)}


def test_the_table_compares_only_what_finished() -> None:
    finished = row(2.0, status="done", seconds=100.0, process_seconds=101.0, peak_bytes=1e8, gini=0.3)
    stopped = row(4.0, status="stopped", process_seconds=601.0, peak_bytes=1e8, limit=600)
    found = results(a_1=finished, b_2=stopped)
    lines = report.markdown(found).splitlines()
    speed = {line.split("|")[1].strip(): line for line in reversed(lines) if line.startswith("| ")}
    assert speed["a_1"].endswith("| 100 | 101 | 100 | 50 |")
    assert speed["b_2"].endswith("| > 600 | 601 | 100 | > 150 |")
    assert [line for line in report.goals(found) if "1 pools" in line and "smallest 50.0" in line]


def test_a_lottery_that_was_stopped_still_tells_what_it_knew_at_a_minute() -> None:
    stopped = row(1.0)
    stopped["registrants"] = 20_000
    stopped["lottery"] = {
        "status": "stopped",
        "process_seconds": 91.0,
        "peak_bytes": 5e8,
        "limit": 90.0,
        "at_mark": {"seconds": 59.9, "value": 0.004, "bound": 0.00401, "gap": 1e-5},
    }
    text = report.markdown(results(large_20000_150=stopped))
    assert "| large_20000_150 | 59.9 | 0.4000% | 0.4010% | 1.0e-05 | 500 |" in text
    assert "| > 90 |" in text
    assert "Peak memory of large_20000_150: 500 MB" in text
