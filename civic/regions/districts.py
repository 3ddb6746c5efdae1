"""Names of districts and villages, shipped beside the data of a region: to choose from while typing.

No table: a name is only a help, and any other name may be typed.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

DATA = Path(__file__).resolve().parent / "data"


@cache
def districts_of(region_slug: str) -> tuple[tuple[str, str], ...]:
    """(name, CBS code of the municipality) from `<slug>-wijken.csv`; nothing where there is no such file."""
    path = DATA / f"{Path(region_slug).name}-wijken.csv"
    if not path.is_file():
        return ()
    with path.open(encoding="utf-8", newline="") as lines:
        return tuple((row["name"], row["municipality"]) for row in csv.DictReader(lines))
