"""The engine's answer to an order for numbered panels: nobody is picked, and everything can be made again."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from civic.panels.service import compute
from civic.panels.service.child import Child
from civic.panels.service.compute import Question, outcome_of
from civic.panels.service.draws import Order
from tests.panels.makers import CATEGORIES, respondents

SIZE, PANELS = 10, 20
SEATED = b"id,leeftijd,geslacht,plaats\n" + b"".join(
    line + (b",vast\n" if number < 2 else b",loting\n")
    for number, line in enumerate(respondents().splitlines()[1:])
)
# somebody with a seat without a draw counts for a quota of their own (civic/panels/service/pool_files.py)
SEATED_CATEGORIES = CATEGORIES + b"plaats,vast,0,2\nplaats,loting,0,10\n"


def question(**changes: Any) -> Question:
    return Question(CATEGORIES, respondents(), SIZE, panels=PANELS, **changes)


def drawn(**changes: Any) -> list[set[str]]:
    """The panels as ids."""
    listed = outcome_of(question(**changes), 5)["lottery"]
    return [{listed["ids"][place] for place in panel} for panel in listed["panels"]]


def test_nothing_is_picked() -> None:
    outcome = outcome_of(question(), 5)
    assert set(outcome) == {"result", "lottery"}
    result, lottery = outcome["result"], outcome["lottery"]
    assert result["verified"] is True
    assert all("drawn" not in row for group in result["composition"] for row in group["values"])
    assert [row["available"] for row in result["composition"][0]["values"]] == [14, 13, 13]
    assert result["uniform"]["panels"] == len(lottery["panels"]) == PANELS
    assert "python -m civic.sortition draw" in result["commands"][0]
    assert f"--panels {PANELS}" in result["commands"][1]
    text = json.dumps(result)
    assert [one for one in lottery["ids"] if one in text] == []


def test_the_lottery_in_figures() -> None:
    """Places in the order of the file; the target adds up to the seats, the shortfall by hand."""
    lottery = outcome_of(question(), 5)["lottery"]
    assert lottery["ids"] == [line.split(",")[0] for line in respondents().decode().splitlines()[1:]]
    assert all(len(panel) == SIZE == len(set(panel)) for panel in lottery["panels"])
    assert all(panel == sorted(panel) for panel in lottery["panels"])
    targets = lottery["targets_ppb"]
    assert abs(sum(targets) - SIZE * 10**9) <= len(targets)
    assert lottery["upper_bound_ppb"] == min(targets)
    counts = Counter(place for panel in lottery["panels"] for place in panel)
    short = max(target - 10**9 * counts[place] // PANELS for place, target in enumerate(targets))
    assert lottery["largest_shortfall_ppb"] == max(0, short)
    least = min(counts[place] for place in range(len(targets)))
    assert outcome_of(question(), 5)["result"]["uniform"]["min_ppm"] == 10**6 * least // PANELS


def test_the_same_order_gives_the_same_outcome() -> None:
    first = json.dumps(outcome_of(question(), 5), sort_keys=True)
    assert json.dumps(outcome_of(question(), 5), sort_keys=True) == first
    assert json.dumps(outcome_of(question(), 6), sort_keys=True) != first


def test_fixed_in_all_panels_and_excluded_in_none() -> None:
    fixed, out = ("XK0000", "XK0007"), ("XK0003", "XK0011", "XK0012")
    panels = drawn(fixed=fixed, excluded=out)
    assert all(set(fixed) <= panel for panel in panels)
    assert not set().union(*panels) & set(out)
    assert len(set().union(*panels)) == 37
    lottery = outcome_of(question(fixed=fixed, excluded=out), 5)["lottery"]
    place = {one: number for number, one in enumerate(lottery["ids"])}
    assert [lottery["targets_ppb"][place[one]] for one in (*fixed, *out)] == [10**9] * 2 + [0] * 3
    assert lottery["fixed"] == [place[one] for one in fixed]
    assert lottery["excluded"] == [place[one] for one in out]
    commands = outcome_of(question(fixed=fixed, excluded=out), 5)["result"]["commands"][1]
    assert "--fixed fixed.txt --excluded excluded.txt" in commands


def test_who_has_a_seat_by_the_file_can_leave_it() -> None:
    """A nominated member who dropped out is excluded, and then no longer fixed."""
    asked = Question(SEATED_CATEGORIES, SEATED, SIZE, {"fixed": "plaats"}, PANELS)
    whole = outcome_of(asked, 5)["lottery"]
    assert [whole["ids"][place] for place in whole["fixed"]] == ["XK0000", "XK0001"]
    left = outcome_of(
        Question(SEATED_CATEGORIES, SEATED, SIZE, {"fixed": "plaats"}, PANELS, excluded=("XK0000",)), 5
    )["lottery"]
    assert [left["ids"][place] for place in left["fixed"]] == ["XK0001"]
    assert all(0 not in panel for panel in left["panels"])


@pytest.mark.parametrize(
    "changes",
    [{"fixed": ("niemand",)}, {"excluded": ("niemand",)}, {"fixed": ("XK0001",), "excluded": ("XK0001",)}],
)
def test_people_who_cannot_be_are_refused(changes: dict[str, Any]) -> None:
    outcome = outcome_of(question(**changes), 5)
    assert outcome["error"] == "refused"
    assert [one["kind"] for one in outcome["details"]] == ["cause"]


def test_too_few_people_left() -> None:
    """Everybody over 65 is out: the answer is a proposal."""
    old = tuple(line.split(",")[0] for line in respondents().decode().splitlines() if "65+" in line)
    outcome = outcome_of(question(excluded=old), 5)
    assert outcome["error"] == "impossible_quotas"
    assert {one["kind"] for one in outcome["details"]} == {"cause", "change"}
    nearly_all = tuple(line.split(",")[0] for line in respondents().decode().splitlines()[1:33])
    assert outcome_of(question(excluded=nearly_all), 5)["error"] == "impossible_quotas"


def test_a_practice_draw_is_as_it_was() -> None:
    outcome = outcome_of(Question(CATEGORIES, respondents(), SIZE), 5)
    assert set(outcome) == {"result", "members"}
    assert "uniform" not in outcome["result"]
    assert "--panels" not in outcome["result"]["commands"][1]
    assert len(outcome["members"]["rows"]) == SIZE


@pytest.mark.parametrize("panels", [0, PANELS])
def test_the_child_gives_the_same(panels: int) -> None:
    """Over the pipe, in a process of its own: also who is fixed and who is out."""
    order = Order(1, CATEGORIES, respondents(), SIZE, 5, {}, panels, ("XK0000",), ("XK0003",))
    child, found = Child(order), list[Any]()
    try:
        while not found:
            found = [one["outcome"] for one in child.messages(60) if one and "outcome" in one]
    finally:
        child.stop()
    asked = Question(CATEGORIES, respondents(), SIZE, {}, panels, ("XK0000",), ("XK0003",))
    assert found[0] == json.loads(json.dumps(compute.outcome_of(asked, 5)))
