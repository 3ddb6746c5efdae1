"""Several features in one cell: `leeftijd + wijk` with `16-34 + Noord`.

A cell is a row of words with blanks between them. The word `+` separates; a word of n > 1 plusses stands for
the text of n - 1 plusses. So joining and splitting are each other's exact inverse, for every text.
"""

from __future__ import annotations

from collections.abc import Iterable

PLUS = "+"


def split(cell: str) -> list[str]:
    """The parts of a cell; an empty part where nothing stands beside a plus."""
    parts: list[list[str]] = [[]]
    for word in cell.split(" "):
        if word == PLUS:
            parts.append([])
        else:
            parts[-1].append(word[1:] if _is_plusses(word) else word)
    return [" ".join(part) for part in parts]


def join(parts: Iterable[str]) -> str:
    """One cell that `split` takes apart again into the same parts."""
    return f" {PLUS} ".join(
        " ".join(word + PLUS if _is_plusses(word) else word for word in part.split(" ")) for part in parts
    )


def _is_plusses(word: str) -> bool:
    return bool(word) and not word.strip(PLUS)
