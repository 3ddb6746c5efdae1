"""Whatever somebody changes in a lottery or its folder: it is refused, with a sentence, and never a crash."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from civic.sortition import Pool, Problem, Quota, bundle, messages, solve, verify
from civic.sortition.lottery import TOTAL
from civic.sortition.verify import Report

ROWS = tuple(zip("mmmmmmvvvvvv", "nnnzzznnnzzz", strict=True))
POOL = Pool(("sekse", "wijk"), tuple(f"p{one:02}" for one in range(12)), ROWS)
QUOTAS = (
    Quota({"sekse": "m"}, 1, 3),
    Quota({"sekse": "v"}, 1, 3),
    Quota({"wijk": "n"}, 2, 3),
    Quota({"wijk": "z"}, 1, 2),
)
PROBLEM = Problem(POOL, QUOTAS, 4)
LOTTERY = solve(PROBLEM, seed=3)
# with somebody whom no panel can hold
NOBODY = Problem(POOL, (*QUOTAS, Quota({"sekse": "v", "wijk": "z"}, 0, 0)), 4)
WITHOUT = solve(NOBODY, seed=3)
# with two who live together, one member with a seat already and one who may not be drawn
HOUSES = Problem(
    dataclasses.replace(
        POOL, addresses=("laan 1", "laan 1", *["flat 2"] * 3, "", "kade 3", *[""] * 4, "kade 3")
    ),
    QUOTAS,
    4,
    address_rule=True,
    exempt_addresses=("flat 2",),
    fixed=("p06",),
    excluded=("p07",),
)
TOGETHER = solve(HOUSES, seed=3)
NAN, INFINITE = float("nan"), float("inf")
FIRST, *REST = LOTTERY.panels
FILES = ("problem.json", "lottery.json", "panel.csv", "probabilities.csv")


def refused(report: Report) -> list[str]:
    """The codes; every failure has a sentence."""
    assert not report.ok
    assert all(messages.sentence(one).endswith(".") for one in report.failures)
    return [one.code for one in report.failures]


def test_untouched_is_accepted() -> None:
    assert verify(PROBLEM, LOTTERY) == Report(())
    assert verify(NOBODY, WITHOUT).ok
    assert len(verify(NOBODY, WITHOUT).notes) == 1
    assert verify(NOBODY, WITHOUT, reprove=True) == Report(())
    assert verify(HOUSES, TOGETHER, reprove=True) == Report(())
    assert WITHOUT.impossible == ("p09", "p10", "p11")
    assert len(LOTTERY.panels) > 1


def swapped() -> tuple[tuple[str, ...], ...]:
    one, two, *rest = LOTTERY.groups
    return (tuple(sorted((two[0], *one[1:]))), tuple(sorted((one[0], *two[1:]))), *rest)


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("other_problem", {"digest": "0" * 64}),
        ("unknown_objective", {"objective": "gelukkig"}),
        ("not_in_one_group", {"groups": (LOTTERY.groups[0][1:], *LOTTERY.groups[1:])}),
        ("not_in_one_group", {"groups": ((*LOTTERY.groups[0], "p11"), *LOTTERY.groups[1:])}),
        ("unknown_member", {"groups": ((*LOTTERY.groups[0], "zz"), *LOTTERY.groups[1:])}),
        ("empty_group", {"groups": (*LOTTERY.groups, ()), "targets": (*LOTTERY.targets, 0.5)}),
        ("mixed_group", {"groups": swapped()}),
        ("panels_and_weights", {"panels": REST}),
        ("panels_and_weights", {"panels": (), "weights": ()}),
        ("weights_wrong", {"weights": (LOTTERY.weights[0] + 1, *LOTTERY.weights[1:])}),
        ("weights_wrong", {"weights": (-1, *LOTTERY.weights[1:])}),
        ("weights_wrong", {"weights": (10**400, *LOTTERY.weights[1:])}),
        ("panel_groups", {"panels": (FIRST[::-1], *REST)}),
        ("panel_groups", {"panels": ((FIRST[0], *FIRST), *REST)}),
        ("panel_groups", {"panels": (((99, 4),), *REST)}),
        ("panel_groups", {"panels": (((-1, 4),), *REST)}),
        ("panel_seats", {"panels": (((0, 99),), *REST)}),
        ("panel_seats", {"panels": (((0, 10**30),), *REST)}),
        ("panel_seats", {"panels": (((0, 0),), *REST)}),
        ("panel_size", {"panels": (FIRST[1:], *REST)}),
        ("panel_size", {"panels": ((), *REST)}),
        ("quota_missed", {"panels": (((0, 3), (1, 1)), *REST)}),
        ("impossible_but_chosen", {"impossible": ("p00",)}),
        ("impossible_but_chosen", {"impossible": POOL.ids}),
        ("impossible_but_chosen", {"impossible": ("zz",)}),
        ("bound_raised", {"upper_bound": LOTTERY.upper_bound + 1e-6}),
        ("bound_and_targets", {"upper_bound": LOTTERY.upper_bound - 1e-6}),
        ("bound_and_targets", {"upper_bound": NAN}),
        ("bound_and_targets", {"upper_bound": NAN, "targets": (NAN,) * 4}),
        ("bound_raised", {"upper_bound": INFINITE, "targets": (INFINITE,) * 4}),
        ("bound_and_targets", {"targets": (0.0, *LOTTERY.targets[1:])}),
        ("bound_and_targets", {"targets": (NAN, *LOTTERY.targets[1:])}),
        ("bound_and_targets", {"targets": (*LOTTERY.targets[:-1], 1.1)}),
        ("bound_and_targets", {"targets": LOTTERY.targets[1:]}),
        ("bound_and_targets", {"targets": ()}),
        ("above_the_bound", {"upper_bound": 0.01, "targets": (0.01,) * 4}),
        ("other_fixed", {"fixed": ("p00",)}),
        ("group_order", {"groups": (LOTTERY.groups[0][::-1], *LOTTERY.groups[1:])}),
        ("household_unknown", {"households": (("p00", "p01"),)}),
        (
            "panel_twice",
            {
                "panels": (FIRST, *LOTTERY.panels),
                "weights": (1, LOTTERY.weights[0] - 1, *LOTTERY.weights[1:]),
            },
        ),
    ],
)
def test_a_changed_lottery_is_refused(code: str, changes: dict[str, Any]) -> None:
    assert code in refused(verify(PROBLEM, dataclasses.replace(LOTTERY, **changes)))


def housed(changes: dict[str, Any]) -> list[str]:
    return refused(verify(HOUSES, dataclasses.replace(TOGETHER, **changes)))


def group_with(member: str) -> int:
    return next(number for number, members in enumerate(TOGETHER.groups) if member in members)


def test_who_lives_together_cannot_be_changed() -> None:
    assert TOGETHER.households == (("p00", "p01"),)
    assert TOGETHER.fixed == ("p06",)
    assert {"p06", "p07", "p11"}.isdisjoint(TOGETHER.probabilities)
    assert housed({"households": ()}) == ["household_missing"]
    assert housed({"households": (("p00", "p01", "p05"),)}) == ["household_missing", "household_unknown"]
    assert housed({"households": (("p00", "p01"), ("p00", "p01"))}) == ["household_order"]
    assert housed({"households": (("p01", "p00"),)}) == ["household_missing", "household_unknown"]
    assert housed({"fixed": ()}) == ["other_fixed"]


def test_who_may_not_be_drawn_is_in_no_group() -> None:
    for member in ("p06", "p07", "p11"):
        groups = tuple(
            tuple(sorted((*members, member))) if not number else members
            for number, members in enumerate(TOGETHER.groups)
        )
        assert housed({"groups": groups}) == ["cannot_be_drawn"]


def test_a_group_is_alike_in_company_too() -> None:
    """p00 and p02 answer alike, but only p00 shares a home."""
    one, two = group_with("p00"), group_with("p02")
    assert one != two
    groups = list(TOGETHER.groups)
    groups[one], groups[two] = ("p00", "p02"), tuple(sorted({*groups[one], *groups[two]} - {"p00", "p02"}))
    assert housed({"groups": tuple(groups)}) == ["mixed_households"]


def test_one_seat_per_address() -> None:
    """Both of the two at one address, in a panel that meets every quota."""
    home = group_with("p00")
    assert TOGETHER.groups[home] == ("p00", "p01")
    panel = {home: 2, group_with("p08"): 0, group_with("p09"): 1}
    seats = tuple(sorted((group, number) for group, number in panel.items() if number))
    assert housed({"panels": (seats,), "weights": (TOTAL,)}) == ["one_address"]


def test_who_cannot_be_chosen_must_be_named() -> None:
    assert "bound_and_targets" in refused(verify(NOBODY, dataclasses.replace(WITHOUT, impossible=())))


@pytest.mark.parametrize(
    "quota", [Quota({"sekse": "m"}, 4, 4), Quota({"sekse": "m"}, 0, 1), Quota({"sekse": "m"}, 1, 2)]
)
def test_a_changed_quota_is_refused(quota: Quota) -> None:
    other = Problem(POOL, (quota, Quota({"sekse": "v"}, 0, 3), *QUOTAS[2:]), 4)
    assert refused(verify(other, LOTTERY)) == ["other_problem"] or quota.maximum == 2
    forged = dataclasses.replace(LOTTERY, digest=other.digest)
    assert verify(other, forged).ok or "quota_missed" in refused(verify(other, forged))


# --- the folder -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("loting") / "uitslag"
    bundle.write(folder, PROBLEM, LOTTERY)
    return folder


@pytest.fixture
def folder(original: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(original, tmp_path / "uitslag"))


def test_an_untouched_folder_is_accepted(folder: Path) -> None:
    assert bundle.check(folder) == Report(())
    read = bundle.read(folder)
    assert read[:2] == (PROBLEM, LOTTERY)
    (folder / "run.json").unlink()
    assert bundle.check(folder).ok


def test_a_folder_is_never_overwritten(folder: Path) -> None:
    with pytest.raises(FileExistsError):
        bundle.write(folder, PROBLEM, LOTTERY)


def test_the_files_say_what_the_lottery_says(folder: Path) -> None:
    chances = list(csv.reader(io.StringIO((folder / "probabilities.csv").read_text(encoding="utf-8"))))
    assert chances[0] == ["id", "probability"]
    assert {one: float(chance) for one, chance in chances[1:]} == pytest.approx(
        LOTTERY.probabilities, abs=1e-9
    )
    drawn = list(csv.reader(io.StringIO((folder / "panel.csv").read_text(encoding="utf-8"))))
    assert drawn[0] == ["id", "sekse", "wijk"]
    assert [row[0] for row in drawn[1:]] == list(LOTTERY.panel(LOTTERY.pick()))


def test_formulas_are_made_harmless(tmp_path: Path) -> None:
    pool = Pool(("f",), ("=1+1", "-x", "b"), (("+a",), ("+a",), ("@b",)))
    problem = Problem(pool, (Quota({"f": "+a"}, 0, 2), Quota({"f": "@b"}, 0, 2)), 2)
    lottery = solve(problem)
    bundle.write(tmp_path / "x", problem, lottery)
    assert bundle.check(tmp_path / "x").ok
    for name in ("panel.csv", "probabilities.csv"):
        cells = csv.reader(io.StringIO((tmp_path / "x" / name).read_text(encoding="utf-8")))
        assert not [cell for row in cells for cell in row if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    report = bundle.check(folder)
    assert refused(report) == ["file_missing"]
    assert name in messages.sentence(report.failures[0])
    (folder / name).mkdir()
    assert refused(bundle.check(folder)) == ["file_missing"]


@pytest.mark.parametrize("name", FILES)
def test_one_other_member_is_noticed(folder: Path, name: str) -> None:
    path = folder / name
    old = path.read_text(encoding="utf-8")
    member = LOTTERY.panel(LOTTERY.pick())[0]
    path.write_text(old.replace(member, "p99", 1), encoding="utf-8")
    assert refused(bundle.check(folder))


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"{",
        b"[]",
        b"null",
        b"1",
        b'"x"',
        b"{}",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"9" * 5000,
    ],
    ids=["empty", "bytes", "brace", "list", "null", "number", "text", "object", "deep", "deeper", "huge"],
)
def test_rubbish_is_refused(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)
    assert refused(bundle.check(folder)) == (["not_readable"] if name.endswith("json") else ["file_changed"])


Change = Callable[[dict[str, Any]], Any]


def change(folder: Path, name: str, edit: Change) -> list[str]:
    """Edit one file as somebody would who keeps the form: same separators, same order."""
    path = folder / name
    content = json.loads(path.read_text(encoding="utf-8"))
    edit(content)
    path.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    return refused(bundle.check(folder))


def put(*path: Any) -> Change:
    """put("size", 5): content["size"] = 5"""

    def edit(content: Any) -> None:
        *way, last, value = path
        for key in way:
            content = content[key]
        content[last] = value

    return edit


def swap_two_people(content: dict[str, Any]) -> None:
    one, two = content["groups"][0], content["groups"][1]
    one[0], two[0] = two[0], one[0]
    one.sort()
    two.sort()


def drop_a_panel(content: dict[str, Any]) -> None:
    content["panels"].pop()
    content["weights"][0] += content["weights"].pop()


def copy_a_panel(content: dict[str, Any]) -> None:
    content["panels"].append(content["panels"][0])
    content["weights"][0] -= 1
    content["weights"].append(1)


def raise_the_bound(content: dict[str, Any]) -> None:
    for level in content["levels"]:
        level["value"] += 0.01
    content["targets"] = [one + 0.01 for one in content["targets"]]
    content["upper_bound"] += 0.01


@pytest.mark.parametrize(
    ("code", "edit"),
    [
        ("mixed_group", swap_two_people),
        ("quota_missed", put("panels", 0, [[0, 3], [1, 1]])),
        ("panel_twice", copy_a_panel),
        ("bound_too_high", raise_the_bound),
        ("target_not_level", put("targets", [one + 1e-15 for one in LOTTERY.targets])),
        ("bound_not_proved", put("levels", 0, "prices", [])),
        (
            "bound_not_proved",
            lambda content: put("levels", 0, "heads", 0, 1, 2 * content["levels"][0]["heads"][0][1])(content),
        ),
        (
            "file_changed",
            lambda content: put("levels", 0, "prices", 0, 1, content["levels"][0]["prices"][0][1] + 1)(
                content
            ),
        ),
        ("not_settled_once", lambda content: content["levels"].pop()),
        ("level_order", put("levels", 0, "value", NAN)),
        ("not_readable", put("levels", 0, "heads", 3)),
        ("not_readable", put("levels", 0, "heads", 0, 1, INFINITE)),
        ("not_readable", put("levels", 0, "value", "hoog")),
        ("not_readable", lambda content: content.pop("levels")),
        ("not_readable", put("cuts", [{}])),
        ("cut_groups", put("cuts", [{"weights": [[99, 1]], "bound": 3}])),
        ("file_changed", put("cuts", [{"weights": [[0, 1]], "bound": 99}])),
        ("household_unknown", put("households", [["p00", "p01"]])),
        ("not_readable", put("households", 3)),
        ("other_fixed", put("fixed", ["p00"])),
        ("file_changed", drop_a_panel),
        ("weights_wrong", put("weights", 0, 5)),
        ("weights_wrong", put("weights", 0, -1)),
        ("weights_wrong", put("weights", 0, 10**300)),
        ("not_readable", put("weights", 0, INFINITE)),
        ("not_readable", put("weights", 0, NAN)),
        ("not_readable", put("weights", 0, "veel")),
        ("not_readable", put("weights", 0, None)),
        ("not_readable", put("weights", 7)),
        ("panels_and_weights", put("weights", [])),
        ("panel_size", lambda content: content["panels"][0].pop()),
        (
            "panel_size",
            lambda content: content["panels"][0][0].__setitem__(1, content["panels"][0][0][1] + 1),
        ),
        ("panel_seats", put("panels", 0, 0, 1, 10**30)),
        ("not_readable", put("panels", 0, 0, 1, [])),
        ("not_readable", put("panels", 0, 0, [1, 2, 3])),
        ("not_readable", put("panels", 0, 0)),
        ("unknown_member", put("groups", 0, 0, "p99")),
        ("unknown_member", put("groups", 0, 0, {"a": []})),
        ("not_readable", put("groups", 0, 0)),
        ("other_problem", put("problem", "x")),
        ("not_readable", put("format", "civic-sortition/1")),
        ("unknown_objective", put("objective", "leximax")),
        ("one_level", put("objective", "maximin")),
        ("file_changed", put("seed", 4)),
        ("not_readable", put("seed", "drie")),
        ("not_readable", put("seed", INFINITE)),
        ("bound_raised", put("upper_bound", 0.9)),
        ("bound_and_targets", put("upper_bound", 0.1)),
        ("bound_and_targets", put("upper_bound", NAN)),
        ("not_readable", put("upper_bound", "hoog")),
        ("bound_and_targets", put("targets", [])),
        ("bound_and_targets", put("targets", 0, NAN)),
        ("impossible_but_chosen", put("impossible", ["p00"])),
        ("claim_wrong", put("claims", "min_probability", 0.5)),
        ("claim_wrong", put("claims", "gap", NAN)),
        ("claim_wrong", put("claims", "drawn_panel", 99)),
        ("claim_wrong", put("claims", {})),
        ("not_readable", put("claims", 3)),
        ("file_changed", put("claims", "mooi", "ja")),
        ("file_changed", put("extra", 1)),
        ("not_readable", lambda content: content.pop("groups")),
    ],
)
def test_a_changed_result_is_refused(folder: Path, code: str, edit: Change) -> None:
    assert code in change(folder, "lottery.json", edit)


@pytest.mark.parametrize(
    ("code", "edit"),
    [
        ("other_problem", put("members", 0, 0, "p99")),
        ("other_problem", put("members", 0, 1, "v")),
        ("not_readable", put("members", 0, 0, 7)),
        ("not_readable", put("members", 0, 0, ["a"])),
        ("not_readable", put("members", 0, [])),
        ("unknown_value", put("members", 0, 1, "q")),
        ("not_readable", put("members", 0, 1, 7)),
        ("wrong_shape", put("members", 0, ["p00"])),
        ("duplicate_id", put("members", 0, 0, "p01")),
        ("other_problem", put("quotas", 0, "min", 0)),
        ("other_problem", put("quotas", 0, "max", 10**400)),
        ("min_above_max", put("quotas", 0, "min", 10**400)),
        ("not_readable", put("quotas", 0, "min", INFINITE)),
        ("not_readable", put("quotas", 0, "condition", "x")),
        ("feature_twice", put("quotas", 0, "condition", [])),
        ("missing_feature", put("features", 0, "stad")),
        ("size_too_large", put("size", 10**400)),
        ("other_problem", put("size", 5)),
        ("not_readable", put("size", NAN)),
        ("not_readable", put("size", 4.0)),
        ("not_readable", put("address_rule", "nee")),
        ("not_readable", put("addresses", [None] * 12)),
        ("not_readable", put("size", "vier")),
        ("not_readable", put("size", None)),
        ("file_changed", put("mooi", 1)),
        ("not_readable", lambda content: content.pop("quotas")),
        ("other_problem", put("addresses", ["laan 1"] * 12)),
        ("no_addresses", put("address_rule", True)),
        ("wrong_shape", put("addresses", ["laan 1"])),
        ("other_problem", put("exempt_addresses", ["flat 2"])),
        ("other_problem", put("fixed", ["p00"])),
        ("not_in_pool", put("excluded", ["zz"])),
        ("not_readable", put("excluded", [1, "a"])),
        ("other_problem", put("constituency", "wijk")),
        ("missing_feature", put("constituency", "stad")),
        ("no_constituency", put("quotas", 0, "constituencies", ["n"])),
        ("other_problem", put("quotas", 0, "weight", 2)),
        ("weight_range", put("quotas", 0, "weight", NAN)),
        ("other_problem", put("quotas", 0, "flex", [0, 9])),
        ("flex_inside", put("quotas", 0, "flex", [2, 9])),
        ("not_readable", put("quotas", 0, "flex", 3)),
        ("not_readable", lambda content: content.pop("fixed")),
    ],
)
def test_a_changed_question_is_refused(folder: Path, code: str, edit: Change) -> None:
    assert code in change(folder, "problem.json", edit)


def change_houses(folder: Path, edit: Change, name: str = "lottery.json") -> list[str]:
    bundle.write(folder / "huizen", HOUSES, TOGETHER)
    assert bundle.check(folder / "huizen", reprove=True) == Report(())
    assert bundle.read(folder / "huizen")[:2] == (HOUSES, TOGETHER)
    return change(folder / "huizen", name, edit)


@pytest.mark.parametrize(
    ("code", "edit"),
    [
        ("household_missing", put("households", [])),
        ("household_missing", put("households", 0, ["p00", "p02"])),
        ("household_unknown", put("households", 0, ["p00", "p02"])),
        ("other_fixed", put("fixed", [])),
        ("other_fixed", put("fixed", ["p06", "p07"])),
        ("one_address", lambda content: content.update(panels=[two_of_one_address()], weights=[TOTAL])),
    ],
)
def test_changed_households_are_refused(tmp_path: Path, code: str, edit: Change) -> None:
    assert code in change_houses(tmp_path, edit)


def two_of_one_address() -> list[list[int]]:
    return sorted([[group_with("p00"), 2], [group_with("p09"), 1]])


def test_changed_addresses_are_refused(tmp_path: Path) -> None:
    assert change_houses(tmp_path, put("addresses", 0, ""), "problem.json") == [
        "question_changed",
        "other_problem",
        "household_unknown",
    ]


def test_a_chance_cannot_be_misreported(folder: Path) -> None:
    path = folder / "probabilities.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("0.333333333", "0.343333333", 1), encoding="utf-8")
    assert refused(bundle.check(folder)) == ["chance_misreported"]


characters = st.one_of(st.sampled_from('0123456789.,:-+eE[]{}" \ntrufalsn'), st.characters(codec="utf-8"))


@settings(max_examples=250)
@given(
    st.sampled_from(FILES),
    st.floats(0, 1, exclude_max=True),
    characters,
    st.sampled_from(["put", "add", "cut"]),
)
def test_no_single_character_can_change(
    tmp_path_factory: pytest.TempPathFactory, name: str, place: float, new: str, how: str
) -> None:
    folder = tmp_path_factory.getbasetemp() / "fuzz"
    if not folder.exists():
        bundle.write(folder, PROBLEM, LOTTERY)
    old = (folder / name).read_bytes()
    text = old.decode()
    spot = int(place * len(text))
    parts = {"put": new + text[spot + 1 :], "add": new + text[spot:], "cut": text[spot + 1 :]}
    content = (text[:spot] + parts[how]).encode()
    (folder / name).write_bytes(content)
    try:
        report = bundle.check(folder)
    finally:
        (folder / name).write_bytes(old)
    assert report.ok is (content == old)
    assert report.ok or refused(report)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3) | st.just(10**400),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=150)
@given(st.data(), st.sampled_from(["problem.json", "lottery.json"]), values)
def test_no_value_can_change(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, name: str, value: Any
) -> None:
    folder = tmp_path_factory.getbasetemp() / "fuzz"
    if not folder.exists():
        bundle.write(folder, PROBLEM, LOTTERY)
    old = (folder / name).read_text(encoding="utf-8")
    content = json.loads(old)
    place = content
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(place[key], dict | list) or not place[key] or data.draw(st.integers(0, 3)) == 0:
            break
        place = place[key]
    place[key] = value
    new = json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n"
    (folder / name).write_text(new, encoding="utf-8", errors="surrogatepass")
    try:
        report = bundle.check(folder)
    finally:
        (folder / name).write_text(old, encoding="utf-8")
    assert report.ok is (new == old)
    assert report.ok or refused(report)
