"""Small public folders by the thousand, good ones and spoiled ones, with what `verify_draw.py` says of each.

    python -m tests.sortition.random_bundles OUT N [SEED]

writes OUT/0000 … with
    openbaar/        the public folder
    pool.json        the auditor's list
    bewijs.json      the receipt of one registrant
    expected.json    {"spoiled": a code or "", "public", "auditor", "receipt"}, the last three each
                     {"failures", "unchecked", "limits", "facts": sorted codes, "exit": exit code}

Another verifier has to say the same, code by code. `auditor` and `receipt` are with that file given. All
signatures are checked: those of the witnesses are real Ed25519, and real draws use round 1000 of quicknet,
the one round whose signature is published; any other claim about drand is refused. The same seed gives the
same bytes.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from civic.sortition.publication import encoding, verify_draw
from civic.sortition.stream import Stream

from .bundle_maker import LIBRARIES, Made, honest
from .spoiled_bundles import SPOILS, Spoil

HONEST_EACH = 4  # one in so many is left as it is


@dataclass(frozen=True)
class RandomBundle:
    """One folder with the confidential files, what was done to it, and what `verify_draw.py` says."""

    files: dict[str, bytes]
    pool: bytes
    receipt: bytes
    spoil: Spoil | None
    expected: dict[str, Any]


def random_bundles(number: int, seed: int = 1) -> Iterator[RandomBundle]:
    """So many folders; of the kinds of spoiling that fit, the one that was used least."""
    used: Counter[int] = Counter()
    for place in range(number):
        stream = Stream(f"civic-random-bundles/v1/{seed}/{place}")
        made, spoil = honest(stream), None
        if place % HONEST_EACH:
            turn = min(
                (one for one in range(len(SPOILS)) if SPOILS[one].fits(made)), key=lambda one: used[one]
            )
            used[turn] += 1
            spoil = SPOILS[turn]
            spoil.change(made)
            if spoil.is_sealed:
                made.seal()
        yield _bundle(made, spoil)


def _bundle(made: Made, spoil: Spoil | None) -> RandomBundle:
    pool, receipt = encoding.canonical(made.pool), encoding.canonical(made.receipt)
    expected = {
        "spoiled": spoil.code if spoil else "",
        "public": _said(made.files),
        "auditor": _said(made.files, pool=pool),
        "receipt": _said(made.files, receipt=receipt),
    }
    return RandomBundle(made.files, pool, receipt, spoil, expected)


def _said(public: dict[str, bytes], **private: bytes) -> dict[str, Any]:
    report = verify_draw.check(public, libraries=LIBRARIES, **private)
    return {
        "failures": sorted(report.codes),
        "unchecked": sorted({one.code for one in report.unchecked}),
        "limits": sorted({one.code for one in report.limits}),
        "facts": sorted({one.code for one in report.facts}),
        "exit": report.exit_code(),
    }


def write(place: Path, bundle: RandomBundle) -> None:
    public = place / "openbaar"
    public.mkdir(parents=True)
    for name, data in bundle.files.items():
        (public / name).write_bytes(data)
    (place / "pool.json").write_bytes(bundle.pool)
    (place / "bewijs.json").write_bytes(bundle.receipt)
    (place / "expected.json").write_text(json.dumps(bundle.expected, indent=1) + "\n", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("number", type=int)
    parser.add_argument("seed", type=int, nargs="?", default=1)
    options = parser.parse_args(arguments)
    for number, bundle in enumerate(random_bundles(options.number, options.seed)):
        write(options.out / f"{number:04d}", bundle)


if __name__ == "__main__":
    main()
