"""The attack of security.md section 6: do the public panels give away which registrants belong together?

With a fixed ticket per person they do. A group that has exactly q seats in every panel is a vector v of zeros
and ones with A v = q·1, where A (M × tickets) says which ticket sits in which panel. All such v form a linear
space, and its reduced echelon form is the list of groups. No solver and no secret are needed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from civic.sortition import publication as pub
from civic.sortition.publication import files, verify_draw
from civic.sortition.stream import Stream

PEOPLE, SEATS, PANELS = 600, 150, 1_000
PLACES = {"Almere": 24, "Lelystad": 9, "Noordoostpolder": 6, "Dronten": 5, "Zeewolde": 3, "Urk": 3}
THIRDS = ("zorgontvangers", "mantelzorgers", "cliëntenraden")  # the first says something about health
CELLS = {(third, place): seats for third in THIRDS for place, seats in PLACES.items()}
Groups = set[frozenset[str]]


@cache
def people() -> dict[str, tuple[str, str]]:
    """Four registrants for each seat of a cell, in an order that says nothing."""
    cells = [cell for cell, seats in CELLS.items() for _one in range(4 * seats)]
    mixed = Stream("attack/people").sample(cells, len(cells))
    return {f"r{number:03d}": cell for number, cell in enumerate(mixed)}


@cache
def panels() -> tuple[tuple[str, ...], ...]:
    """Every cell has its seats exactly, as in a panel with thirds."""
    stream = Stream("attack/panels")
    members = {cell: [one for one, own in people().items() if own == cell] for cell in CELLS}
    return tuple(
        tuple(one for cell, seats in CELLS.items() for one in stream.sample(members[cell], seats))
        for _panel in range(PANELS)
    )


@cache
def published() -> dict[str, bytes]:
    """The public folder, as the verifier accepts it."""
    quotas = [
        pub.Rule((("geleding", third), ("gemeente", place)), seats, seats)
        for (third, place), seats in CELLS.items()
    ]
    entrants = tuple(
        pub.Entrant(one, {"geleding": third, "gemeente": place}, target=pub.parts_per_billion(1 / 4))
        for one, (third, place) in people().items()
    )
    draw = pub.Draw(
        identifier="oefenloting-aanval",
        sequence=1,
        entrants=entrants,
        panels=panels(),
        rules=pub.Rules(tuple(quotas), SEATS),
        secrets=pub.make_secrets(people(), "oefenloting-aanval", b"attack"),
        procedure=pub.practice(1),
    )
    made = files.public_files(draw)
    assert verify_draw.check(made).ok
    return made


def tickets_of(text: bytes) -> list[list[str]]:
    """Per panel the tickets in it, as anybody reads them from panels.txt."""
    found: dict[str, list[str]] = {}
    for line in text.decode().splitlines():
        number, ticket = line.split(" ")
        found.setdefault(number, []).append(ticket)
    return [found[number] for number in sorted(found)]


def groups_found(listed: Sequence[Sequence[str]]) -> Groups:
    """What linear algebra says about the tickets: the sets that have the same number of seats in all panels.

    Tickets with equal columns are one to the algebra: only their sum can be known.
    """
    columns: dict[str, list[int]] = {}
    for number, tickets in enumerate(listed):
        for ticket in tickets:
            columns.setdefault(ticket, []).append(number)
    alike: dict[tuple[int, ...], list[str]] = {}
    for ticket, seats in columns.items():
        alike.setdefault(tuple(seats), []).append(ticket)
    sits = np.zeros((len(listed), len(alike)))
    for place, numbers in enumerate(alike):
        sits[list(numbers), place] = 1.0
    classes = list(alike.values())
    found: Groups = set()
    for row in _echelon(_constant(sits)):
        if np.isin(np.round(row, 6), (0.0, 1.0)).all():
            found.add(frozenset(one for place in np.flatnonzero(row > 0.5) for one in classes[place]))
    return found


def _constant(sits: NDArray[np.float64]) -> NDArray[np.float64]:
    """A basis (rows) of all v with A v = q·1 for some q."""
    centred = sits - sits.mean(axis=0)
    values, vectors = np.linalg.eigh(centred.T @ centred)
    return vectors[:, values < 1e-6 * max(1.0, values[-1])].T


def _echelon(basis: NDArray[np.float64]) -> NDArray[np.float64]:
    """Reduced row echelon form."""
    rows, done = basis.copy(), 0
    for column in range(rows.shape[1]):
        if done == len(rows):
            break
        best = done + int(np.argmax(np.abs(rows[done:, column])))
        if abs(rows[best, column]) < 1e-6:
            continue
        rows[[done, best]] = rows[[best, done]]
        rows[done] /= rows[done, column]
        others = np.arange(len(rows)) != done
        rows[others] -= np.outer(rows[others, column], rows[done])
        done += 1
    return rows[:done]


def test_fixed_tickets_give_every_group_away() -> None:
    """The control: the attack works, on a list that is published with one number per person."""
    number = {
        one: f"{place:03d}" for place, one in enumerate(Stream("tickets").sample(list(people()), PEOPLE))
    }
    lines = sorted(
        f"{panel:03d} {number[one]}\n" for panel, members in enumerate(panels()) for one in members
    )
    found = groups_found(tickets_of("".join(lines).encode()))
    true = {frozenset(number[one] for one, own in people().items() if own == cell) for cell in CELLS}
    assert len(true) == 18
    assert found == true


def test_published_labels_give_no_group_away() -> None:
    """A label for each panel: all that is constant is the whole list, 150 labels in each panel."""
    listed = tickets_of(published()["panels.txt"])
    everything = frozenset(label for labels in listed for label in labels)
    assert len(everything) == PANELS * SEATS
    assert groups_found(listed) == {everything}


def test_two_lists_of_one_pool_give_no_group_away_either() -> None:
    """A replacement draw from the same pool has other labels: together they are as mute."""
    later = pub.Draw(
        identifier="oefenloting-aanval",
        sequence=2,
        entrants=tuple(pub.Entrant(one, {}) for one in people()),
        panels=panels()[:200],
        rules=pub.Rules((), SEATS),
        secrets=pub.make_secrets(people(), "oefenloting-aanval", b"attack"),
        procedure=pub.practice(2),
    )
    both = tickets_of(published()["panels.txt"])[:200] + later.labels
    everything = frozenset(label for labels in both for label in labels)
    assert groups_found(both) == {everything}


def test_the_public_histogram_only_counts() -> None:
    """How many people sit in how many panels; the chances of a group would need to know who is in it."""
    manifest = verify_draw.parse(published()["manifest.json"])
    counts = Counter(one for panel in panels() for one in panel)
    assert manifest["histogram"] == [list(pair) for pair in sorted(Counter(counts.values()).items())]
    text = b"".join(published().values()).decode()
    assert not set(text.split()) & people().keys()
