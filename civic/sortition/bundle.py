"""A draw as a folder that anyone can check.

problem.json        pool (ids, features, addresses), quotas, size, rules: what was asked
lottery.json        groups, households, panels, weights, bound and its proofs, seed: the result, with the
                    hash of the problem in it
probabilities.csv   id,probability: follows from lottery.json
panel.csv           the drawn panel with its features: follows from lottery.json and the seed
run.json            seconds and versions; not part of the result and not checked

Everything that follows from something else is computed again by `check` and compared byte for byte, so a
change of one letter anywhere is noticed.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from pathlib import Path
from typing import Any

from .errors import InvalidProblem, ProblemError
from .lottery import Cut, Level, Lottery
from .problem import Problem
from .question import Pool, Quota
from .verify import Report, verify

FORMAT = "civic-sortition/2"
DERIVED = ("probabilities.csv", "panel.csv")
Pairs = tuple[tuple[int, int], ...]


def write(directory: Path, problem: Problem, lottery: Lottery) -> None:
    """Write the folder; it must not hold another draw."""
    directory.mkdir(parents=True, exist_ok=True)
    if (directory / "lottery.json").exists():
        raise FileExistsError(directory / "lottery.json")
    (directory / "problem.json").write_text(problem.to_json() + "\n", encoding="utf-8", newline="")
    (directory / "lottery.json").write_text(_lottery_json(lottery), encoding="utf-8", newline="")
    for name, text in derived(problem, lottery).items():
        (directory / name).write_text(text, encoding="utf-8", newline="")
    (directory / "run.json").write_text(json.dumps(dict(lottery.run), indent=1) + "\n", encoding="utf-8")


def derived(problem: Problem, lottery: Lottery) -> dict[str, str]:
    """The two CSV files that follow from the result."""
    drawn = set(lottery.panel(lottery.pick()))
    pool = problem.pool
    members = [[one, *row] for one, row in zip(pool.ids, pool.values, strict=True) if one in drawn]
    chances = [[member, f"{chance:.9f}"] for member, chance in lottery.probabilities.items()]
    return {
        "probabilities.csv": _csv([["id", "probability"], *chances]),
        "panel.csv": _csv([["id", *pool.features], *members]),
    }


def _csv(rows: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([_harmless(cell) for cell in row] for row in rows)
    return text.getvalue()


def _harmless(cell: str) -> str:
    """A spreadsheet carries out cells that begin like a formula; a quote before it keeps it text."""
    return "'" + cell if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _lottery_json(lottery: Lottery) -> str:
    content = {**_result(lottery), "claims": claims(lottery)}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n"


def _result(lottery: Lottery) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "problem": lottery.digest,
        "objective": lottery.objective,
        "seed": lottery.seed,
        "upper_bound": lottery.upper_bound,
        "groups": [list(members) for members in lottery.groups],
        "households": [list(members) for members in lottery.households],
        "fixed": list(lottery.fixed),
        "targets": list(lottery.targets),
        "panels": [_lists(panel) for panel in lottery.panels],
        "weights": list(lottery.weights),
        "impossible": list(lottery.impossible),
        "levels": [
            {"value": level.value, "heads": _lists(level.heads), "prices": _lists(level.prices)}
            for level in lottery.levels
        ],
        "cuts": [{"weights": _lists(cut.weights), "bound": cut.bound} for cut in lottery.cuts],
    }


def _lists(pairs: Pairs) -> list[list[int]]:
    return [list(pair) for pair in pairs]


def claims(lottery: Lottery) -> dict[str, Any]:
    """What the draw says about itself, for people; `check` computes it again.

    The hash is there for what nothing else depends on, such as the last digits of a target.
    """
    result = json.dumps(_result(lottery), ensure_ascii=False, separators=(",", ":"))
    return {
        "sha256": hashlib.sha256(result.encode()).hexdigest(),
        "min_probability": lottery.min_probability,
        "gap": lottery.gap,
        "optimal": lottery.optimal,
        "drawn_panel": lottery.pick(),
        **{f"probability_{name}": value for name, value in lottery.statistics.items() if name != "min"},
    }


def read(directory: Path) -> tuple[Problem, Lottery, dict[str, Any]]:
    """Problem, lottery and claims of a folder.

    Raises OSError, ValueError, KeyError or TypeError when files are missing or are not of this format, and
    `InvalidProblem` when the problem breaks its own rules.
    """
    asked = json.loads((directory / "problem.json").read_text(encoding="utf-8"))
    found = json.loads((directory / "lottery.json").read_text(encoding="utf-8"))
    if found["format"] != FORMAT:
        raise ValueError(f"format {found['format']!r}")
    return _problem(asked), _lottery(found), dict(found["claims"])


def _problem(content: dict[str, Any]) -> Problem:
    members = content["members"]
    pool = Pool(
        features=tuple(content["features"]),
        ids=tuple(member[0] for member in members),
        values=tuple(tuple(member[1:]) for member in members),
        addresses=tuple(content["addresses"]),
    )
    return Problem(
        pool,
        tuple(map(_quota, content["quotas"])),
        content["size"],
        address_rule=content["address_rule"],
        exempt_addresses=tuple(content["exempt_addresses"]),
        fixed=tuple(content["fixed"]),
        excluded=tuple(content["excluded"]),
        constituency=content["constituency"],
    )


def _quota(content: dict[str, Any]) -> Quota:
    return Quota(
        [(feature, value) for feature, value in content["condition"]],
        content["min"],
        content["max"],
        constituencies=content["constituencies"],
        weight=content["weight"],
        flex=content["flex"],
    )


def _lottery(content: dict[str, Any]) -> Lottery:
    return Lottery(
        digest=str(content["problem"]),
        objective=str(content["objective"]),
        seed=int(content["seed"]),
        groups=_names(content["groups"]),
        panels=tuple(map(_pairs, content["panels"])),
        weights=tuple(map(int, content["weights"])),
        targets=tuple(map(float, content["targets"])),
        upper_bound=float(content["upper_bound"]),
        impossible=tuple(map(str, content["impossible"])),
        households=_names(content["households"]),
        fixed=tuple(map(str, content["fixed"])),
        levels=tuple(
            Level(float(one["value"]), _pairs(one["heads"]), _pairs(one["prices"]))
            for one in content["levels"]
        ),
        cuts=tuple(Cut(_pairs(one["weights"]), int(one["bound"])) for one in content["cuts"]),
    )


def _names(lists: list[list[Any]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(map(str, members)) for members in lists)


def _pairs(lists: list[list[Any]]) -> Pairs:
    return tuple((int(one), int(two)) for one, two in lists)


def check(directory: Path, *, reprove: bool = False) -> Report:
    """Verify a folder: the lottery against the problem, and every derived file against the lottery.

    `reprove`: see `verify`.
    """
    try:
        problem, lottery, claimed = read(directory)
        report = verify(problem, lottery, reprove=reprove)
        if not report.ok:
            return report
        changes = (*_text_changes(directory, problem, lottery), *_claim_changes(lottery, claimed))
        return Report(changes, report.notes)
    except InvalidProblem as error:
        return Report(error.errors)
    except OSError as error:
        return Report((ProblemError("file_missing", {"file": Path(str(error.filename)).name}),))
    except (LookupError, ValueError, TypeError, AttributeError, ArithmeticError, RecursionError):
        return Report((ProblemError("not_readable"),))


def _text_changes(directory: Path, problem: Problem, lottery: Lottery) -> list[ProblemError]:
    wanted = {
        **derived(problem, lottery),
        "problem.json": problem.to_json() + "\n",
        "lottery.json": _lottery_json(lottery),
    }
    return [
        ProblemError("file_changed", {"file": name})
        for name, text in wanted.items()
        if (directory / name).read_bytes() != text.encode()
    ]


def _claim_changes(lottery: Lottery, claimed: dict[str, Any]) -> list[ProblemError]:
    return [
        ProblemError("claim_wrong", {"claim": name})
        for name, value in claims(lottery).items()
        if claimed.get(name) != value
    ]
