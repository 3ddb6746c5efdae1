"""`python -m civic.sortition`: lotteries on files, without a site or a database.

Exit codes: 0 done or accepted; 1 not possible or refused; 2 the input cannot be used; 3 what could be checked
holds, but not everything could (verify); 130 stopped with Ctrl-C. Results on stdout, everything else on
stderr.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TextIO

from rich.console import Console
from rich.progress import BarColumn, TextColumn
from rich.progress import Progress as RichBar

from .commands import make_parser
from .commands.output import DONE, INTERRUPTED, PARTLY, REFUSED, UNUSABLE, percent, stop_of
from .progress import Progress, silent

__all__ = ["DONE", "INTERRUPTED", "PARTLY", "REFUSED", "UNUSABLE", "main"]

INTERRUPTION = "Afgebroken. Er is niets geschreven."
PHASES = {
    "chase": "panels zoeken",
    "weights": "kansen gelijk maken",
    "cuts": "bewijzen dat het niet eerlijker kan",
    "uniform": "panels met gelijke kans maken",
    "reserves": "reserves zoeken",
    "bound": "grens zoeken",
    "exchange": "reserves ruilen",
    "tables": "tafels mengen",
}
CHANCES = frozenset({"chase", "weights", "cuts", "uniform"})


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    options = make_parser().parse_args(arguments)
    try:
        answer = options.run(options, _bar)
    except KeyboardInterrupt:
        return _end([], None, [INTERRUPTION], INTERRUPTED)
    except Exception as error:
        stop = stop_of(error)
        if stop is None:
            raise
        return _end([], stop.data if options.json else None, stop.lines, stop.code)
    return _end(answer.lines, answer.data if options.json else None, [], answer.code)


def _end(lines: Iterable[str], data: Mapping[str, Any] | None, troubles: Iterable[str], code: int) -> int:
    """Answers to stdout (as JSON if there is `data`), troubles to stderr."""
    _write(sys.stderr, troubles)
    _write(sys.stdout, lines if data is None else [json.dumps(data, ensure_ascii=False)])
    return code


def _write(stream: TextIO, lines: Iterable[str]) -> None:
    """A reader that has seen enough (`| head`) is no error; a terminal without “ shows a question mark."""
    encoding = stream.encoding or "utf-8"
    text = "".join(f"{line}\n" for line in lines).encode(encoding, "replace").decode(encoding)
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


@contextlib.contextmanager
def _bar() -> Iterator[Progress]:
    """A progress bar on a terminal, on stderr; silence anywhere else."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield silent
        return
    with RichBar(TextColumn("{task.description}"), BarColumn(), console=console, transient=True) as bar:
        task = bar.add_task("beginnen", total=1)

        def show(phase: str, done: int, total: int, value: float, bound: float) -> None:
            text = PHASES.get(phase, "rekenen")
            if phase in CHANCES:
                text += f": kleinste kans {percent(value)} van maximaal {percent(bound)}"
            bar.update(task, description=text, completed=done, total=total)

        yield show


if __name__ == "__main__":
    raise SystemExit(main())
