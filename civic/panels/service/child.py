"""The process beside the jobs process in which one draw is computed.

Why a process of its own, and not the thread of the scheduler? Not for mail to get its turn: the solver lets
go of the interpreter often enough (like_nexus_170: a small task beside a thread took at most 13 ms, beside a
process 10 ms, alone 7 ms). But a draw that is cancelled is killed at once, also in the middle of one long
integer program; a solver that crashes or eats the memory takes no mail with it; and the child gets neither
the database nor the keys, only the two files of one draw. Plain pipes, so that it works wherever Python does.
"""

from __future__ import annotations

import base64
import json
import os
import queue
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from civic.panels.service.draws import Order

MODULE = "civic.panels.service.compute"
ROOT = Path(__file__).resolve().parents[3]
GRACE_SECONDS = 5


class Child:
    """One computation. Its standard input stays open as a lifeline: when we die, it stops too."""

    def __init__(self, order: Order) -> None:
        self._process = subprocess.Popen(  # noqa: S603  # our own interpreter and module, no user input
            [sys.executable, "-m", MODULE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_environment(),
        )
        self._messages: queue.Queue[dict[str, Any] | None] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self._send(order)

    def _send(self, order: Order) -> None:
        line = {
            "categories": base64.b64encode(order.categories).decode(),
            "respondents": base64.b64encode(order.respondents).decode(),
            "size": order.size,
            "seed": order.seed,
            "columns": order.columns,
            "panels": order.panels,
            "fixed": order.fixed,
            "excluded": order.excluded,
        }
        assert self._process.stdin is not None  # noqa: S101  # for the type checker: it is a pipe
        try:
            self._process.stdin.write(json.dumps(line).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # it died at once; `next` says so

    def _read(self) -> None:
        assert self._process.stdout is not None  # noqa: S101  # for the type checker: it is a pipe
        for line in self._process.stdout:
            self._messages.put(json.loads(line))
        self._messages.put(None)

    def messages(self, seconds: float) -> list[dict[str, Any] | None]:
        """Everything it said within `seconds`; None among them means that it is gone."""
        found: list[dict[str, Any] | None] = []
        try:
            found.append(self._messages.get(timeout=seconds))
            while True:
                found.append(self._messages.get_nowait())
        except queue.Empty:
            return found

    def stop(self) -> None:
        """Kill it if it still runs, and leave nothing behind."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait(GRACE_SECONDS)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    @property
    def process_id(self) -> int:
        return self._process.pid


def _environment() -> dict[str, str]:
    """Everything but our settings: the child needs no secret."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CIVIC_")}
    path = [str(ROOT), *filter(None, [kept.get("PYTHONPATH")])]
    return {**kept, "PYTHONPATH": os.pathsep.join(path)}
