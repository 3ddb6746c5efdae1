"""The results of the benchmark as Markdown: from figures to tables, nothing else."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence

from benchmarks.child import Figures

NOTHING = "–"
EXACT = 1e-5
FAMILY = "like_"
MINUTE = 60.0
LARGE = 20_000
Row = Sequence[str]


def markdown(results: Figures) -> str:
    """All tables of one run; a table without rows is left out."""
    parts = [
        "# Benchmark of the lottery engine",
        _about(results),
        _table("Seconds and memory", SPEED, _rows(results, _speed)),
        _table("Fairness", FAIRNESS, _rows(results, _fairness)),
        _table("Uniform lottery", UNIFORM, _rows(results, _uniform)),
        _table("What is known after a minute", MARK, _rows(results, _mark)),
        "## Goals\n\n" + "\n".join(f"- {line}" for line in goals(results)),
        _warnings(results["warnings"]),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _about(results: Figures) -> str:
    machine, peer = results["machine"], results["peer"]
    lines = [
        f"Started {machine['started']}, version {machine['commit']}, on {machine['cpu']}, {machine['cores']}"
        f" cores, {machine['memory_bytes'] / 1e9:.1f} GB, {machine['system']}. Python {machine['python']},"
        f" numpy {machine['numpy']}, highspy {machine['highspy']}. Load average at the start:"
        f" {machine['load_at_start']}.",
        f"Every measurement ran alone, in a new process; ours {_times(results['settings']['times'])}."
        " Seconds: the computation alone; process: with starting Python and reading the files.",
    ]
    if peer:
        lines.append(
            f"Peer: sortition-algorithms {peer['sortition-algorithms']}, its maximin (its leximin needs a"
            f" commercial solver) on highspy {peer['highspy']}, as shipped, stopped at"
            f" {results['settings']['peer_seconds']} s. Its probabilities are rebuilt from its committees."
        )
    if not results["complete"]:
        lines.append("**This run was not finished.**")
    return "\n\n".join(lines)


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times, of which the median"


def _table(title: str, head: Row, rows: list[Row]) -> str:
    if not rows:
        return ""
    line = ["---", *["---:"] * (len(head) - 1)]
    return f"## {title}\n\n" + "\n".join("| " + " | ".join(cells) + " |" for cells in [head, line, *rows])


def _rows(results: Figures, cells: Callable[[str, Figures], Row | None]) -> list[Row]:
    found = (cells(name, row) for name, row in results["pools"].items())
    return [one for one in found if one is not None]


SPEED = (
    "pool",
    "registrants",
    "seats",
    "leximin (s)",
    "process (s)",
    "peak (MB)",
    "peer's maximin (s)",
    "process (s)",
    "peak (MB)",
    "times faster",
)


def _speed(name: str, row: Figures) -> Row:
    ours, peer = row["lottery"], row.get("peer", {})
    shape = [name, f"{row['registrants']:,}", str(row["size"])]
    return [*shape, *_cost(ours), *_cost(peer), _ratio_text(row)]


def _cost(one: Figures) -> Row:
    return [_seconds(one), _number(one.get("process_seconds"), _short), _number(one.get("peak_bytes"), _mega)]


def _seconds(one: Figures) -> str:
    if one.get("status") == "stopped":
        return f"> {one['limit']:.0f}"
    return "failed" if one.get("status") == "failed" else _number(one.get("seconds"), _short)


def _short(seconds: float) -> str:
    return f"{seconds:.3f}" if seconds < 1 else f"{seconds:.2f}" if seconds < 100 else f"{seconds:,.0f}"


def _mega(size: float) -> str:
    return f"{size / 1e6:,.0f}"


def _percent(chance: float) -> str:
    return f"{chance:.4%}"


def _number(value: float | None, shape: Callable[[float], str]) -> str:
    return NOTHING if value is None else shape(value)


def ratio(row: Figures) -> float | None:
    """How many times longer the peer took, where both finished."""
    ours, peer = row["lottery"].get("seconds"), row.get("peer", {}).get("seconds")
    return peer / ours if ours and peer else None


def _ratio_text(row: Figures) -> str:
    ours, peer = row["lottery"].get("seconds"), row.get("peer", {})
    if ours and peer.get("status") == "stopped":
        return f"> {peer['limit'] / ours:,.0f}"
    return _number(ratio(row), lambda times: f"{times:,.0f}" if times >= 10 else f"{times:.1f}")


FAIRNESS = (
    "pool",
    "types",
    "panels",
    "min p",
    "upper bound",
    "gap",
    "optimal",
    "Gini",
    "no chance",
    "verified",
    "verify (s)",
    "peer's min p",
    "peer's Gini",
)


def _fairness(name: str, row: Figures) -> Row | None:
    ours, peer, verify = row["lottery"], row.get("peer", {}), row.get("verify", {})
    if ours["status"] != "done":
        return None
    return [
        name,
        f"{ours['types']:,}",
        f"{ours['panels']:,}",
        _percent(ours["min_probability"]),
        _percent(ours["upper_bound"]),
        f"{ours['gap']:.1e}",
        _yes(ours["optimal"]),
        f"{ours['gini']:.4f}",
        f"{len(ours['impossible']):,}",
        _yes(verify.get("accepted")),
        _seconds(verify),
        _number(peer.get("min_probability"), _percent),
        _number(peer.get("gini"), lambda value: f"{value:.4f}"),
    ]


def _yes(value: bool | None) -> str:
    return NOTHING if value is None else "yes" if value else "no"


UNIFORM = ("pool", "panels", "min p", "largest shortfall (panels)", "seconds", "peak (MB)")


def _uniform(name: str, row: Figures) -> Row | None:
    one = row.get("uniform", {"status": "missing"})
    if one["status"] == "missing":
        return None
    return [
        name,
        _number(one.get("panels"), lambda value: f"{value:,}"),
        _number(one.get("min_probability"), lambda value: f"{value:.1%}"),
        _number(one.get("largest_shortfall"), lambda value: f"{value:.2f}"),
        _seconds(one),
        _number(one.get("peak_bytes"), _mega),
    ]


MARK = ("pool", "at (s)", "min p", "upper bound", "gap", "peak (MB)")


def _mark(name: str, row: Figures) -> Row | None:
    ours = row["lottery"]
    point = ours["at_mark"]
    if not point or (
        ours["status"] == "done" and ours["seconds"] < point["seconds"] + 1 and not _is_large(row)
    ):
        return None
    chances = [_percent(point["value"]), _percent(point["bound"]), f"{point['gap']:.1e}"]
    return [name, f"{point['seconds']:.1f}", *chances, _mega(ours["peak_bytes"])]


def _is_large(row: Figures) -> bool:
    return bool(row["registrants"] >= LARGE)


def goals(results: Figures) -> list[str]:
    """The figures behind the goals of the engine, each with its goal; left out where nothing was measured."""
    pools = results["pools"]
    done = [row for row in pools.values() if row["lottery"]["status"] == "done"]
    exact = sum(row["lottery"]["gap"] <= EXACT for row in done)
    lines = [f"Gap of at most 1e-5: {exact} of {len(done)} pools whose lottery was finished (goal: all)."]
    return [*lines, *_faster(pools.values()), *_family(pools), *_large(pools)]


def _faster(rows: Iterable[Figures]) -> list[str]:
    times = [one for one in map(ratio, rows) if one is not None]
    if not times:
        return []
    smallest, middle = min(times), statistics.median(times)
    return [
        f"Times faster than the peer's maximin, over the {len(times)} pools that it finished: smallest"
        f" {smallest:,.1f} (goal: 20), median {middle:,.1f} (goal: 50)."
    ]


def _family(pools: Figures) -> list[str]:
    rows = [row["lottery"] for name, row in pools.items() if name.startswith(FAMILY)]
    if not rows or any(row["status"] != "done" for row in rows):
        return []
    seconds = sum(row["seconds"] for row in rows)
    return [f"The {len(rows)} `{FAMILY}*` pools together: {_short(seconds)} s (goal: all eight under 20 s)."]


def _large(pools: Figures) -> list[str]:
    large = ((name, row["lottery"]["peak_bytes"]) for name, row in pools.items() if _is_large(row))
    return [f"Peak memory of {name}: {_mega(peak)} MB (goal: under 1,000 MB)." for name, peak in large]


def _warnings(warnings: list[str]) -> str:
    return "## Warnings\n\n" + "\n".join(f"- {one}" for one in warnings) if warnings else ""
