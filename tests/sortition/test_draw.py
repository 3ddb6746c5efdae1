"""What a practitioner sees: draw from two files, check the folder, and no change goes unnoticed."""

from __future__ import annotations

import dataclasses
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from civic.sortition import (
    ImpossibleQuotas,
    Lottery,
    Pool,
    Problem,
    Quota,
    bundle,
    files,
    messages,
    solve,
    verify,
)
from civic.sortition.__main__ import main
from civic.sortition.errors import InvalidProblem
from civic.sortition.lottery import TOTAL

POOLS = Path(__file__).resolve().parents[2] / "benchmarks" / "pools"


def problem_of(name: str) -> Problem:
    quotas, errors = files.read_categories(POOLS / name / "categories.csv")
    pool, more = files.read_respondents(POOLS / name / "respondents.csv", quotas)
    assert errors == more == []
    assert pool is not None
    return Problem(pool, quotas, int(name.rsplit("_", 1)[1]))


def draw(name: str, out: Path, *extra: str) -> int:
    folder = POOLS / name
    size = name.rsplit("_", 1)[1]
    given = ["--categories", str(folder / "categories.csv"), "--respondents", str(folder / "respondents.csv")]
    # the leximin lottery alone; the public proof has tests of its own
    rest = ["--size", size, "--seed", "1", "--panels", "0", "--out", str(out)]
    return main(["draw", *given, *rest, *extra])


def test_the_published_example(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert draw("example_large_200", tmp_path / "out", "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["min_probability"] == pytest.approx(0.1, abs=1e-9)
    assert answer["upper_bound"] == pytest.approx(0.1, abs=1e-9)
    assert answer["gap"] <= 1e-9
    assert answer["optimal"] is True
    assert answer["types"] == 3
    assert main(["verify", str(tmp_path / "out")]) == 0


SLOW = [pytest.param(name, marks=pytest.mark.slow) for name in ("like_cca_75", "like_sf_a_35")]


@pytest.mark.parametrize("name", ["like_mass_24", *SLOW])
def test_pools_of_the_paper_reach_their_bound(name: str) -> None:
    problem = problem_of(name)
    lottery = solve(problem, seed=3)
    assert lottery.upper_bound - lottery.min_probability < 1e-3
    assert lottery.gap < 1e-3
    assert verify(problem, lottery).failures == ()
    assert sum(lottery.weights) == TOTAL
    assert sum(lottery.probabilities.values()) == pytest.approx(problem.size)


def test_the_drawn_panel_meets_every_quota() -> None:
    problem = problem_of("like_mass_24")
    lottery = solve(problem, seed=7)
    rows = dict(zip(problem.pool.ids, problem.pool.values, strict=True))
    for number in range(len(lottery.panels)):
        members = lottery.panel(number)
        assert len(set(members)) == problem.size
        for quota in problem.quotas:
            feature, value = quota.condition[0]
            column = problem.pool.features.index(feature)
            assert quota.minimum <= sum(rows[one][column] == value for one in members) <= quota.maximum


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        assert draw("like_mass_24", tmp_path / name) == 0
    names = sorted(path.name for path in (tmp_path / "a").iterdir() if path.name != "run.json")
    assert names == ["LEESMIJ.md", "lottery.json", "panel.csv", "probabilities.csv", "problem.json"]
    for name in names[1:]:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("draws") / "out"
    assert draw("like_mass_24", out) == 0
    return out


def copy(folder: Path, target: Path) -> Path:
    return Path(shutil.copytree(folder, target))


@pytest.mark.parametrize("name", ["lottery.json", "problem.json", "panel.csv", "probabilities.csv"])
def test_one_changed_member_is_noticed(folder: Path, tmp_path: Path, name: str) -> None:
    changed = copy(folder, tmp_path / "changed")
    text = (changed / name).read_text(encoding="utf-8")
    new = re.sub(r"\bp(\d+)\b", r"q\1", text, count=1)
    assert new != text
    (changed / name).write_text(new, encoding="utf-8")
    assert main(["verify", str(changed)]) == 1


@pytest.mark.parametrize("name", ["lottery.json", "problem.json", "panel.csv", "probabilities.csv"])
def test_a_missing_or_broken_file_is_named(folder: Path, tmp_path: Path, name: str) -> None:
    gone = copy(folder, tmp_path / "gone")
    (gone / name).unlink()
    assert [dict(one.params) for one in bundle.check(gone).failures] == [{"file": name}]
    broken = copy(folder, tmp_path / "broken")
    (broken / name).write_text('{"format": [1', encoding="utf-8")
    assert not bundle.check(broken).ok
    assert main(["verify", str(broken)]) == 1


@pytest.mark.parametrize(
    "path", ["weights.0", "seed", "upper_bound", "claims.gap", "panels.0.0.1", "targets.0", "objective"]
)
def test_a_changed_number_is_noticed(folder: Path, tmp_path: Path, path: str) -> None:
    changed = copy(folder, tmp_path / "changed")
    content = json.loads((changed / "lottery.json").read_text(encoding="utf-8"))
    *parents, last = path.split(".")
    place = content
    for step in parents:
        place = place[int(step) if step.isdigit() else step]
    key: int | str = int(last) if last.isdigit() else last
    place[key] = "maximin" if path == "objective" else place[key] + 1
    (changed / "lottery.json").write_text(json.dumps(content), encoding="utf-8")
    assert not bundle.check(changed).ok


def tiny(quotas: tuple[Quota, ...], size: int = 4) -> Problem:
    rows = tuple(("v" if i % 2 else "m", "jong" if i < 3 else "oud") for i in range(12))
    return Problem(Pool(("geslacht", "leeftijd"), tuple(f"n{i}" for i in range(12)), rows), quotas, size)


def halves(low: int, high: int) -> tuple[Quota, ...]:
    return tuple(Quota({"geslacht": value}, low, high) for value in ("m", "v"))


def test_impossible_quotas_come_with_a_proposal_that_works() -> None:
    quotas = (*halves(2, 2), Quota({"leeftijd": "jong"}, 4, 4), Quota({"leeftijd": "oud"}, 0, 4))
    with pytest.raises(ImpossibleQuotas) as caught:
        solve(tiny(quotas))
    assert [error.code for error in caught.value.errors] == ["quota_short"]
    moved = {change.condition: change.new for change in caught.value.changes}
    repaired = tuple(Quota(q.condition, *moved.get(q.condition, (q.minimum, q.maximum))) for q in quotas)
    problem = tiny(repaired)
    assert verify(problem, solve(problem)).ok


def test_people_whom_no_panel_can_hold_are_named() -> None:
    rows = (("m", "a"), ("m", "a"), ("v", "a"), ("v", "b"))
    pool = Pool(("geslacht", "wijk"), ("1", "2", "3", "4"), rows)
    quotas = (
        Quota({"geslacht": "m"}, 0, 2),
        Quota({"geslacht": "v"}, 0, 2),
        Quota({"wijk": "a"}, 2, 2),
        Quota({"wijk": "b"}, 0, 0),
    )
    lottery = solve(Problem(pool, quotas, 2))
    assert lottery.impossible == ("4",)
    assert lottery.probabilities["4"] == 0
    assert lottery.min_probability == pytest.approx(2 / 3, abs=1e-6)


def test_bad_input_is_told_all_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    categories, respondents = tmp_path / "c.csv", tmp_path / "r.csv"
    categories.write_text("category,feature,min,max\nwijk,a,3,1\nwijk,b,x,1\n", encoding="utf-8")
    respondents.write_text("id,wijk\n1,a\n1,c\n", encoding="utf-8")
    given = ["--categories", str(categories), "--respondents", str(respondents), "--size", "2"]
    assert main(["check", *given]) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) >= 4
    assert main(["check", "--categories", "weg.csv", "--respondents", str(respondents), "--size", "2"]) == 2


def test_a_problem_names_everything_that_is_wrong() -> None:
    pool = Pool(("wijk",), ("1", "1"), (("a",), ("b",)))
    with pytest.raises(InvalidProblem) as caught:
        Problem(pool, (Quota({"wijk": "a"}, 3, 1), Quota({"stad": "x"}, -1, 0)), 5)
    codes = {error.code for error in caught.value.errors}
    assert {
        "duplicate_id",
        "min_above_max",
        "missing_feature",
        "negative_minimum",
        "size_above_pool",
    } <= codes


# --- every doctoring has its own sentence ---------------------------------------------------------------

TOWN = Problem(
    Pool(
        ("sekse", "wijk"),
        tuple(f"p{one:02}" for one in range(12)),
        tuple(zip("mmmmmmvvvvvv", "nnnzzznnnzzz", strict=True)),
        ("laan 1", "laan 1", *[""] * 10),
    ),
    (
        *(Quota({"sekse": one}, *bounds) for one, bounds in (("m", (1, 3)), ("v", (0, 4)))),
        *(Quota({"wijk": one}, *bounds) for one, bounds in (("n", (2, 3)), ("z", (0, 4)))),
    ),
    4,
    address_rule=True,
)
FAIR = solve(TOWN, seed=3)
Content = dict[str, Any]


def group_of(member: str) -> int:
    return next(number for number, members in enumerate(FAIR.groups) if member in members)


def panel_of(**seats: int) -> list[list[int]]:
    """A panel, from seats for the group of a member."""
    return sorted([group_of(member), number] for member, number in seats.items())


def swap_members(content: Content) -> None:
    one, two = content["groups"][0], content["groups"][1]
    one[0], two[0] = two[0], one[0]
    one.sort()
    two.sort()


def drop_a_panel(content: Content) -> None:
    content["panels"].pop()


def drop_it_all(content: Content) -> None:
    content["panels"].pop()
    content["weights"].pop()


def drop_and_repair(content: Content) -> None:
    content["panels"].pop()
    content["weights"][0] += content["weights"].pop()


def copy_a_panel(content: Content) -> None:
    content["panels"].append(content["panels"][0])


def copy_it_all(content: Content) -> None:
    content["panels"].append(content["panels"][0])
    content["weights"].append(content["weights"][0])


def copy_and_split(content: Content) -> None:
    content["panels"].append(content["panels"][0])
    content["weights"].append(content["weights"][0] // 2)
    content["weights"][0] -= content["weights"][-1]


def break_one_quota(content: Content) -> None:
    content["panels"][0] = panel_of(p00=1, p02=1, p06=2)


def seat_two_of_one_address(content: Content) -> None:
    content["panels"][0] = panel_of(p00=2, p09=2)


def raise_a_weight(content: Content) -> None:
    content["weights"][0] += 5


def shift_a_weight(content: Content) -> None:
    content["weights"][0] += 5
    content["weights"][1] -= 5


def raise_the_bound(content: Content) -> None:
    content["upper_bound"] += 0.01


def raise_all_levels(content: Content) -> None:
    for level in content["levels"]:
        level["value"] += 0.01
    content["targets"] = [one + 0.01 for one in content["targets"]]
    content["upper_bound"] += 0.01


def change_an_answer(content: Content) -> None:
    content["members"][0][1] = "v"


def age_the_hash(content: Content) -> None:
    content["claims"]["sha256"] = "0" * 64


def age_the_hash_of_the_question(content: Content) -> None:
    content["problem"] = "0" * 64


DOCTORINGS: list[tuple[str, Callable[[Content], None]]] = [
    ("member_moved", swap_members),
    ("panel_dropped", drop_a_panel),
    ("panel_dropped", drop_it_all),
    ("panel_dropped", drop_and_repair),
    ("panel_twice", copy_a_panel),
    ("panel_twice", copy_it_all),
    ("panel_twice", copy_and_split),
    ("quota_missed", break_one_quota),
    ("one_address", seat_two_of_one_address),
    ("weight_changed", raise_a_weight),
    ("weight_changed", shift_a_weight),
    ("bound_raised", raise_the_bound),
    ("bound_too_high", raise_all_levels),
    ("hash_stale", age_the_hash),
    ("other_problem", age_the_hash_of_the_question),
]


@pytest.fixture
def town(tmp_path: Path) -> Path:
    bundle.write(tmp_path / "loting", TOWN, FAIR)
    report = bundle.check(tmp_path / "loting", reprove=True)
    assert (report.failures, report.notes) == ((), ())
    assert report.facts["optimal"] is True
    assert report.facts["gap"] == FAIR.gap
    return tmp_path / "loting"


def edit(folder: Path, name: str, change: Callable[[Content], None]) -> list[str]:
    path = folder / name
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=name == "problem.json")
    path.write_text(text + "\n", encoding="utf-8")
    return codes(folder)


def codes(folder: Path) -> list[str]:
    failures = bundle.check(folder).failures
    assert all(messages.sentence(one).endswith(".") for one in failures)
    return [one.code for one in failures]


@pytest.mark.parametrize(("code", "change"), DOCTORINGS)
def test_a_doctored_result_is_called_what_it_is(
    town: Path, code: str, change: Callable[[Content], None]
) -> None:
    assert edit(town, "lottery.json", change)[0] == code


def test_a_doctored_question_is_called_what_it_is(town: Path) -> None:
    assert edit(town, "problem.json", change_an_answer)[:2] == ["question_changed", "other_problem"]


def test_one_quota_only_is_broken(town: Path) -> None:
    assert edit(town, "lottery.json", break_one_quota) == ["quota_missed"]


def lines(path: Path, number: int, old: str, new: str) -> None:
    found = path.read_text(encoding="utf-8").split("\n")
    assert old in found[number]
    found[number] = found[number].replace(old, new)
    path.write_text("\n".join(found), encoding="utf-8")


def test_a_misreported_chance_is_called_what_it_is(town: Path) -> None:
    path = town / "probabilities.csv"
    chance = path.read_text(encoding="utf-8").split("\n")[2].split(",")[1]
    lines(path, 2, chance, "0.900000000")
    assert codes(town) == ["chance_misreported"]
    (failure,) = bundle.check(town).failures
    assert messages.sentence(failure) == (
        f"De kans van p01 is in probabilities.csv 0.900000000. Uit de panels volgt {chance}."
    )
    lines(path, 2, "p01", "p99")
    assert codes(town) == ["file_changed"]
    path.write_text("id,probability\n", encoding="utf-8")
    assert codes(town) == ["file_changed"]


def test_a_swapped_member_is_called_what_it_is(town: Path) -> None:
    path = town / "panel.csv"
    drawn = FAIR.panel(FAIR.pick())
    other = min(set(TOWN.pool.ids) - set(drawn))
    lines(path, 1, drawn[0], other)
    (failure,) = bundle.check(town).failures
    assert failure.code == "panel_member"
    assert dict(failure.params) == {"id": other, "drawn": drawn[0]}
    # with a public draw another number decides; then this file is judged by that
    (town / "openbaar").mkdir()
    assert codes(town) == ["file_changed"]
    (town / "openbaar").rmdir()
    lines(path, 1, other, drawn[0])
    assert codes(town) == []
    lines(path, 0, "wijk", "stad")
    assert codes(town) == ["file_changed"]


def test_every_doctoring_has_its_own_code() -> None:
    """And its own sentence: ten of them, two for a member, a bound and a hash in two places."""
    found = {code for code, _change in DOCTORINGS}
    found |= {"question_changed", "chance_misreported", "panel_member"}
    assert len(found) == 13
    assert len({messages.SENTENCES[code] for code in found}) == 13


def without_a_panel() -> Lottery:
    weights = (FAIR.weights[0] + FAIR.weights[-1], *FAIR.weights[1:-1])
    return dataclasses.replace(FAIR, panels=FAIR.panels[:-1], weights=weights)


def test_a_consistent_edit_is_judged_as_another_lottery(tmp_path: Path) -> None:
    """Nothing tells that a panel is gone when all hashes, claims and files are made again. But then the gap
    is what it is: the folder says that it is not optimal, so does the report, and it cannot say otherwise."""
    other = without_a_panel()
    bundle.write(tmp_path / "anders", TOWN, other)
    report = bundle.check(tmp_path / "anders", reprove=True)
    assert report.ok
    assert report.facts["optimal"] is False
    assert report.notes[0].startswith("Niet bewezen: dat dit de best mogelijke loting is.")
    assert edit(
        tmp_path / "anders", "lottery.json", lambda content: content["claims"].update(optimal=True)
    ) == [
        "claim_wrong",
        "file_changed",
    ]


def test_a_consistent_edit_cannot_lower_the_levels(tmp_path: Path) -> None:
    """To have no gap the levels must go down as well; and that is what the prices do not prove."""
    other = without_a_panel()
    targets = tuple(one - other.gap for one in FAIR.targets)
    levels = tuple(dataclasses.replace(one, value=one.value - other.gap) for one in FAIR.levels)
    lower = dataclasses.replace(other, levels=levels, targets=targets, upper_bound=min(targets))
    assert lower.optimal
    bundle.write(tmp_path / "lager", TOWN, lower)
    assert set(codes(tmp_path / "lager")) == {"bound_not_proved"}


def test_a_consistent_edit_of_a_weight_is_judged_as_another_lottery(tmp_path: Path) -> None:
    weights = (FAIR.weights[0] + TOTAL // 100, FAIR.weights[1] - TOTAL // 100, *FAIR.weights[2:])
    bundle.write(tmp_path / "gewicht", TOWN, dataclasses.replace(FAIR, weights=weights))
    report = bundle.check(tmp_path / "gewicht")
    assert report.ok
    assert report.facts["optimal"] is False
    assert report.notes
