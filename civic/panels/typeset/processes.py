"""Setting batches in processes beside this one, so that all cores work and a crash takes nothing with it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from civic.panels.typeset.worker import HEAD, MADE

MODULE = "civic.panels.typeset.worker"
ROOT = Path(__file__).resolve().parents[3]
GRACE_SECONDS = 5
LIFE = 2  # batches a process makes; a start costs 0.1 s, two batches take 2 s
AHEAD = 2  # batches per process that are ready or being made: memory has a bound


class CannotTypeset(Exception):
    """The process died or typst refused; the message is a code."""


class Typesetter:
    """One process at a time. Its input stays open as a lifeline: when we die, it stops too.

    typst remembers what it laid out, up to 100 MB a batch: after `LIFE` batches a new process goes on.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_stopped = False
        self._made = 0
        self._process = _started()

    def pdf(self, data: dict[str, Any]) -> bytes:
        self._renew()
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None and stdout is not None  # noqa: S101, PT018  # for the type checker: pipes
        try:
            stdin.write(json.dumps(data).encode() + b"\n")
            stdin.flush()
            state, size = HEAD.unpack(_exactly(stdout, HEAD.size))
            content = _exactly(stdout, size)
        except (OSError, EOFError, ValueError):  # ValueError: we closed the pipe ourselves
            raise CannotTypeset("died") from None
        if state != MADE:
            raise CannotTypeset(content.decode())
        self._made += 1
        return content

    def _renew(self) -> None:
        with self._lock:
            if self._made >= LIFE and not self._is_stopped:
                _end(self._process)
                self._process, self._made = _started(), 0

    def stop(self) -> None:
        """Kill it if it still runs, and leave nothing behind."""
        with self._lock:
            self._is_stopped = True
            _end(self._process)


def _started() -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603  # our own interpreter and module, no user input
        [sys.executable, "-m", MODULE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=_environment()
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.kill()
    process.wait(GRACE_SECONDS)
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):  # what was still to be written has nowhere to go
                pipe.close()


def _exactly(pipe: Any, size: int) -> bytes:
    content: bytes = pipe.read(size)
    if len(content) != size:
        raise EOFError
    return content


class Typesetters:
    """A few processes; `run` gives the batches in the order in which they are ready."""

    def __init__(self, count: int) -> None:
        self._all = [Typesetter() for _number in range(count)]
        self._free: SimpleQueue[Typesetter] = SimpleQueue()
        for one in self._all:
            self._free.put(one)
        # threads only wait for their process
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="typeset")

    def __enter__(self) -> Typesetters:
        return self

    def __exit__(self, *_error: object) -> None:
        for one in self._all:
            one.stop()
        self._threads.shutdown(cancel_futures=True)

    def run(
        self, numbers: Iterable[int], data_of: Callable[[int], dict[str, Any]], beat_seconds: float
    ) -> Iterator[tuple[int, bytes] | None]:
        """(number, PDF) of every batch; None every `beat_seconds` in which nothing was ready."""
        waiting = iter(numbers)
        busy: dict[Future[bytes], int] = {}
        while True:
            while len(busy) < AHEAD * len(self._all) and (number := next(waiting, None)) is not None:
                busy[self._threads.submit(self._set, data_of(number))] = number
            if not busy:
                return
            ready, _others = wait(busy, timeout=beat_seconds, return_when=FIRST_COMPLETED)
            if not ready:
                yield None
            for one in ready:
                yield busy.pop(one), one.result()

    def _set(self, data: dict[str, Any]) -> bytes:
        one = self._free.get()
        try:
            return one.pdf(data)
        finally:
            self._free.put(one)


def _environment() -> dict[str, str]:
    """Everything but our settings: it needs no secret."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CIVIC_")}
    path = [str(ROOT), *filter(None, [kept.get("PYTHONPATH")])]
    return {**kept, "PYTHONPATH": os.pathsep.join(path)}
