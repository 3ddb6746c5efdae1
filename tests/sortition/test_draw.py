"""What a practitioner sees: draw from two files, check the folder, and no change goes unnoticed."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from civic.sortition import ImpossibleQuotas, Pool, Problem, Quota, bundle, files, solve, verify
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
    for key in parents:
        place = place[int(key) if key.isdigit() else key]
    key = int(last) if last.isdigit() else last
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
