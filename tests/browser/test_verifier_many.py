"""A great many draws, whole and spoiled by chance: both verifiers say the same of each, in one page."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from civic.sortition.publication import encoding, files, verify_draw
from tests.sortition import bundle_maker
from tests.sortition.random_bundles import random_bundles
from tests.sortition.test_verify_draw import LIBRARIES

from .test_verifier_codes import BEACONS, MORE
from .verifier import Bench, expected, opened

DRAWS, MUTANTS = 1000, 1500
Bundle = tuple[dict[str, bytes], bytes | None]
AT_ONCE = 250
JSON_FILES = (files.MANIFEST, files.RESULT, files.LOG)
STRANGE: tuple[Any, ...] = (
    0, 1, -1, 2, 7, 2**31, 2**32 - 1, 2**32, 2**53 - 1, True, False, "", "a", "é", "e\u0301", " ", "0" * 64,
    "ab" * 16, "\U0001f3b2", "\u2028", [], {}, [[]], [0, 0], {"": ""}, "oefenloting-1", "civic-event/1",
)  # fmt: skip


@pytest.fixture(scope="module")
def bench(browser: Browser) -> Iterator[Bench]:
    with opened(browser) as bench:
        yield bench


def compare(
    bench: Bench,
    bundles: list[Bundle],
    libraries: verify_draw.Libraries = LIBRARIES,
    beacons: list[list[Any]] | None = BEACONS,
) -> Counter[str]:
    """How often each failure was found; fails on the first difference."""
    seen: Counter[str] = Counter()
    for start in range(0, len(bundles), AT_ONCE):
        group = bundles[start : start + AT_ONCE]
        for (folder, receipt), here in zip(group, bench.check(group, beacons=beacons), strict=True):
            there = expected(verify_draw.check(folder, None, receipt, libraries))
            assert here == there
            seen.update({code for code, _sentence in there["failures"]} or {"accepted"})
    return seen


def spoil(chance: random.Random, folder: dict[str, bytes]) -> dict[str, bytes]:
    """One to three changes; mostly the sums are made right again, so that the check goes on."""
    changed = dict(folder)
    for _step in range(chance.randint(1, 3)):
        chance.choice((flip, cut, swap_value, swap_value, swap_value, swap_value))(chance, changed)
    if chance.random() < 0.9:
        changed[files.SUMS] = files.sums(changed)
    return changed


def flip(chance: random.Random, folder: dict[str, bytes]) -> None:
    name = chance.choice(sorted(folder))
    content = bytearray(folder[name])
    if content:
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    folder[name] = bytes(content)


def cut(chance: random.Random, folder: dict[str, bytes]) -> None:
    """A piece out of a file, or twice in it."""
    name = chance.choice(sorted(folder))
    content = folder[name]
    start, end = sorted(chance.randrange(len(content) + 1) for _ in range(2))
    end = min(end, start + chance.choice((1, 24, 1000)))
    folder[name] = content[:start] + content[start:end] * chance.choice((0, 2)) + content[end:]


def swap_value(chance: random.Random, folder: dict[str, bytes]) -> None:
    """Another value somewhere in a JSON file, also inside the entries of the log."""
    name = chance.choice([one for one in JSON_FILES if one in folder])
    try:
        content = json.loads(folder[name])
        change_somewhere(chance, content)
        folder[name] = encoding.canonical(content)
    except ValueError:
        pass  # spoiled before, or the new text cannot be written


def change_somewhere(chance: random.Random, content: Any) -> None:
    place = chance.choice(places(content))
    holder, key, value = place
    if key == "entry" and isinstance(value, str) and chance.random() < 0.7:
        entry = json.loads(value)
        change_somewhere(chance, entry)
        holder[key] = encoding.canonical(entry).decode()
    elif isinstance(value, int) and chance.random() < 0.5:
        holder[key] = value + chance.choice((-1, 1, 60, 86_400))
    elif isinstance(holder, dict) and chance.random() < 0.1:
        del holder[key]
    else:
        holder[key] = chance.choice(STRANGE)


def places(content: Any) -> list[tuple[Any, Any, Any]]:
    """Everything in a value: (what holds it, its name or number there, itself)."""
    pairs: list[tuple[Any, Any]] = []
    if isinstance(content, dict):
        pairs = list(content.items())
    elif isinstance(content, list):
        pairs = list(enumerate(content))
    own = [(content, key, value) for key, value in pairs]
    return own + [one for _key, value in pairs for one in places(value)]


@pytest.mark.slow
def test_a_thousand_random_draws(bench: Bench) -> None:
    """All in one page, with the browser's own curve; every other one with the receipt of a registrant."""
    made = list(random_bundles(DRAWS))
    bundles: list[Bundle] = [
        (one.files, one.receipt if place % 2 else None) for place, one in enumerate(made)
    ]
    seen = compare(bench, bundles, bundle_maker.LIBRARIES, None)
    wanted = {code for one in made for code in one.expected["public"]["failures"]}
    assert wanted <= set(seen)
    assert seen["accepted"] >= DRAWS // 5


WHOLE: tuple[Callable[[], Any], ...] = tuple(
    MORE[name]
    for name in ("practice", "real", "balls", "fallback", "superseded other", "receipt of the pool")
)


@pytest.mark.slow
def test_spoiled_by_chance(bench: Bench) -> None:
    chance = random.Random(20_261_122)
    cases = [make() for make in WHOLE]
    bundles = []
    for number in range(MUTANTS):
        case = cases[number % len(cases)]
        bundles.append((spoil(chance, case.files), encoding.canonical(case.receipt)))
    seen = compare(bench, bundles)
    assert len(seen) > 40  # many kinds of failures, not the same one each time
