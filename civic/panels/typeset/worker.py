"""The process in which letters are set: a line of JSON in, a PDF out, until the input ends.

`python -m civic.panels.typeset.worker`. It has no settings, no keys and no database, and when the process
that feeds it dies, its input ends and so does it.
"""

from __future__ import annotations

import json
import struct
import sys
from typing import BinaryIO

from civic.panels.typeset import render

HEAD = struct.Struct(">BQ")  # was it made; how many bytes follow
MADE, FAILED = 1, 0


def serve(orders: BinaryIO, answers: BinaryIO) -> None:
    for line in orders:
        try:
            content, state = render.pdf(json.loads(line)), MADE
        # typst's own error is a RuntimeError. The other side decides; the text of an error may quote a letter
        except (RuntimeError, ValueError, LookupError, TypeError) as error:
            content, state = type(error).__name__.encode(), FAILED
        try:
            answers.write(HEAD.pack(state, len(content)) + content)
            answers.flush()
        except BrokenPipeError:
            return


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
