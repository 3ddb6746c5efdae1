"""A draw as a folder that anyone can check.

problem.json        pool (ids, features, addresses), quotas, size, rules: what was asked
lottery.json        groups, households, panels, weights, bound and its proofs, seed: the result, with the
                    hash of the problem in it
probabilities.csv   id,probability: follows from lottery.json
panel.csv           the drawn panel with its features: follows from lottery.json and the seed
run.json            seconds and versions; not part of the result and not checked

`check` computes everything in these first four files that follows from something else again, and compares it
byte for byte: a change of one letter in one of them is noticed. (run.json, and what the command line puts
beside them, such as LEESMIJ.md and panel.xlsx, is not looked at.) What somebody changed is named as exactly
as the rest of the folder allows: lottery.json holds a hash of its groups, its panels and its weights.

Somebody who changes everything that follows as well has written another lottery. That one is judged by what
it is: by its panels, its gap and its proof (see `verify`).
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
from .spreadsheet import harmless
from .verify import Report, verify

FORMAT = "civic-sortition/2"
CHANCES, PANEL = "probabilities.csv", "panel.csv"
PUBLIC = "openbaar"  # the public draw, where there is one
PARTS = ("groups", "panels", "weights")
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
        CHANCES: _csv([["id", "probability"], *chances]),
        PANEL: _csv([["id", *pool.features], *members]),
    }


def _csv(rows: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue()


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

    The hash is there for what nothing else depends on, such as the last digits of a target; those of single
    parts tell what was changed.
    """
    result = _result(lottery)
    return {
        "sha256": _hash(result),
        **{f"sha256_{part}": _hash(result[part]) for part in PARTS},
        "panels": len(lottery.panels),
        "min_probability": lottery.min_probability,
        "gap": lottery.gap,
        "optimal": lottery.optimal,
        "drawn_panel": lottery.pick(),
        **{f"probability_{name}": value for name, value in lottery.statistics.items() if name != "min"},
    }


def _hash(content: Any) -> str:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


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
    texts = [cell for row in (*members, content["addresses"]) for cell in row]
    # Python takes 4.0 for 4, and any text for "yes"; this format does not
    kinds = type(content["size"]), type(content["address_rule"])
    if kinds != (int, bool) or not all(isinstance(one, str) for one in texts):
        raise TypeError("not of this format")
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

    What was changed comes first, what follows from that after it. `reprove`, and the notes and facts of the
    report: see `verify`.
    """
    try:
        problem, lottery, claimed = read(directory)
        report = verify(problem, lottery, reprove=reprove)
        failures = [*_changed_parts(problem, lottery, claimed), *report.failures]
        if report.ok:
            failures += _claim_changes(lottery, claimed) + _text_changes(directory, problem, lottery)
        return Report(tuple(failures), report.notes, report.facts)
    except InvalidProblem as error:
        return Report(error.errors)
    except OSError as error:
        return Report((ProblemError("file_missing", {"file": Path(str(error.filename)).name}),))
    except (LookupError, ValueError, TypeError, AttributeError, ArithmeticError, RecursionError):
        return Report((ProblemError("not_readable"),))


def _changed_parts(problem: Problem, lottery: Lottery, claimed: dict[str, Any]) -> list[ProblemError]:
    """What the hashes tell by themselves. Weights only where the panels are as they were: who drops or adds a
    panel has to change them too."""
    result = _result(lottery)
    stale = {part for part in PARTS if claimed.get(f"sha256_{part}") != _hash(result[part])}
    found = []
    if lottery.digest != problem.digest and claimed.get("sha256") == _hash(result):
        found.append(ProblemError("question_changed"))
    if "groups" in stale:
        found.append(ProblemError("member_moved"))
    said = claimed.get("panels")
    if isinstance(said, int) and len(lottery.panels) < said:
        found.append(ProblemError("panel_dropped", {"panels": len(lottery.panels), "claim": said}))
    if "weights" in stale and "panels" not in stale:
        found.append(ProblemError("weight_changed"))
    return found


def _claim_changes(lottery: Lottery, claimed: dict[str, Any]) -> list[ProblemError]:
    wrong = [name for name, value in claims(lottery).items() if claimed.get(name) != value]
    return [
        ProblemError("hash_stale") if name == "sha256" else ProblemError("claim_wrong", {"claim": name})
        for name in wrong
    ]


def _text_changes(directory: Path, problem: Problem, lottery: Lottery) -> list[ProblemError]:
    wanted = {
        **derived(problem, lottery),
        "problem.json": problem.to_json() + "\n",
        "lottery.json": _lottery_json(lottery),
    }
    found = {name: (directory / name).read_bytes() for name in wanted}
    # a public draw decides by another number than the seed; then panel.csv is not this one's to judge
    judged = {CHANCES: _other_chance, **({} if (directory / PUBLIC).is_dir() else {PANEL: _other_member})}
    return [
        judged.get(name, _other_text)(name, text, found[name].decode(errors="replace"))
        for name, text in wanted.items()
        if found[name] != text.encode()
    ]


def _other_text(name: str, _wanted: str, _found: str) -> ProblemError:
    return ProblemError("file_changed", {"file": name})


def _other_chance(name: str, wanted: str, found: str) -> ProblemError:
    """The first line that gives the right person another chance, if nothing else differs."""
    pairs = list(zip(wanted.split("\n"), found.split("\n"), strict=False))
    other = [(old.rpartition(","), new.rpartition(",")) for old, new in pairs if old != new]
    if wanted.count("\n") != found.count("\n") or any(old[:2] != new[:2] for old, new in other):
        return _other_text(name, wanted, found)
    (old, new), *_rest = other
    return ProblemError("chance_misreported", {"id": old[0], "given": new[2][:40], "found": old[2]})


def _other_member(name: str, wanted: str, found: str) -> ProblemError:
    """Somebody who was not drawn, in the place of somebody who was."""
    drawn, given = ({line.partition(",")[0] for line in text.split("\n")} for text in (wanted, found))
    if drawn == given or len(drawn) != len(given):
        return _other_text(name, wanted, found)
    return ProblemError("panel_member", {"id": min(given - drawn)[:40], "drawn": min(drawn - given)})
