"""Runs one measurement in a process of its own, and says what machine this is and who else was busy on it.

This process stays small and imports no numpy: Linux counts the memory of the parent at the moment of
starting as the least a child ever held.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from signal import SIGALRM, SIGKILL

from benchmarks.child import Figures

ROOT = Path(__file__).resolve().parent.parent
STAT = Path("/proc/stat")
CPUS = Path("/proc/cpuinfo")
OURS = ("numpy", "highspy")
# seconds over which the machine is watched before a measurement
WATCH = 0.5


@dataclass(frozen=True, slots=True)
class Child:
    """Which module measures, on which Python."""

    module: str
    python: str = sys.executable


def run(child: Child, request: Figures, directory: Path) -> Figures:
    """The child's figures, plus those only a parent can take.

    status           "done"; "stopped" at the limit; "failed", with the last line it wrote as `error`;
                     "missing" where this version cannot do it
    process_seconds  from start to end, imports and reading included
    cpu_seconds      of all its threads
    busy_before      cores in use just before it started
    busy_others      cores that others used while it ran
    """
    busy_before = busy_cores(WATCH)
    path, figures = directory / "request.json", directory / "figures.json"
    figures.unlink(missing_ok=True)
    path.write_text(json.dumps({**request, "figures": str(figures)}), encoding="utf-8")
    ended = _watch([child.python, "-m", child.module, str(path)])
    found = json.loads(figures.read_text(encoding="utf-8")) if figures.exists() else {}
    stopped = ended.pop("code") == -SIGALRM
    found.setdefault("status", "stopped" if stopped else "done" if found else "failed")
    if found["status"] != "failed":
        ended.pop("error")
    return {**ended, "busy_before": busy_before, **found}


def _watch(command: list[str]) -> Figures:
    """Start `command`, wait for it, and account for it alone (`wait4`)."""
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    with tempfile.TemporaryFile() as errors:
        ticks, start = _ticks(), time.perf_counter()
        process = subprocess.Popen(  # noqa: S603 (our own modules)
            command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=errors
        )
        try:
            _pid, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            os.kill(process.pid, SIGKILL)
            raise
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        lines = errors.read().decode(errors="replace").strip().splitlines()
    cpu = usage.ru_utime + usage.ru_stime
    scale = 1 if sys.platform == "darwin" else 1024
    return {
        "code": process.returncode,
        "error": (lines or ["no message"])[-1].replace(str(ROOT), "."),
        "process_seconds": seconds,
        "cpu_seconds": cpu,
        "peak_bytes": usage.ru_maxrss * scale,
        "busy_others": round(max(0.0, _ticks() - ticks - cpu) / seconds, 2) if ticks else None,
    }


def _ticks() -> float:
    """CPU seconds that this machine spent since it started, also those its host took away; 0 = unknown."""
    if not STAT.exists():
        return 0.0
    user, nice, system, _idle, _wait, irq, soft, steal = map(int, STAT.read_text().split()[1:9])
    return (user + nice + system + irq + soft + steal) / os.sysconf("SC_CLK_TCK")


def busy_cores(seconds: float) -> float:
    """Cores in use while we wait; the load average still counts our own last measurement for a minute."""
    before = _ticks()
    if not before:
        return round(os.getloadavg()[0], 2)
    time.sleep(seconds)
    return round((_ticks() - before) / seconds, 2)


def machine() -> Figures:
    """What the figures depend on; nothing that identifies this machine."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "memory_bytes": pages,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        **{name: version(name) for name in OURS},
        "commit": _commit(),
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "load_at_start": round(os.getloadavg()[0], 2),
    }


def _cpu() -> str:
    lines = CPUS.read_text().splitlines() if CPUS.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def _commit() -> str:
    """Which version was measured, "-dirty" where files differ from it. Reads only."""
    command = ["git", "--no-optional-locks", "describe", "--always", "--dirty", "--exclude=*"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 (our own)
    except OSError:
        return "unknown"
    return done.stdout.strip() or "unknown"
