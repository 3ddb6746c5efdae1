"""The walls, read from the source: imports, sizes, what a service and a template may not do."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCES = sorted((ROOT / "civic").rglob("*.py"))
TEMPLATES = sorted(
    path for path in (ROOT / "templates").rglob("*") if path.suffix in {".html", ".txt", ".xml"}
)
MOST_LINES = 400
LONGEST_FUNCTION = 60
MOST_ARGUMENTS = 5
UNDER_30_SHARE = 0.9
ENGINE = "sortition"
# drawn by our own code from numbers; the texts in it are escaped there. And sentences of our own templates
MAKES_MARKUP = frozenset({"civic/charts.py", "civic/drawing.py", "civic/language.py"})
# the icons are literals of ours
UNESCAPED = frozenset({"templates/_icons.html"})


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions() -> Iterator[tuple[Path, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for path in SOURCES:
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield path, node


def lines_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def in_layer(layer: str) -> list[Path]:
    """The files of one layer in all rooms, as module or as package."""
    return [path for path in SOURCES if layer in {path.stem, *path.relative_to(ROOT / "civic").parts[1:-1]}]


def test_imports_run_one_way() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[done.stdout.find("Contracts") :]


# One file on purpose: it is copied into every public folder and has to run there by itself.
STAND_ALONE = {"verify_draw.py"}


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_files_stay_readable() -> None:
    """Longer than this: make a package of it."""
    house = [path for path in SOURCES if path.name not in STAND_ALONE]
    assert [name(path) for path in house if len(text_of(path).splitlines()) >= MOST_LINES] == []


def test_functions_stay_short() -> None:
    house = [(path, node) for path, node in functions() if ENGINE not in path.parts]
    long = {
        f"{name(path)}:{node.name}": lines_of(node)
        for path, node in house
        if lines_of(node) > LONGEST_FUNCTION
    }
    assert long == {}
    short = sum(lines_of(node) < 30 for _path, node in house)
    assert short >= UNDER_30_SHARE * len(house)


def test_functions_take_few_arguments() -> None:
    many = {}
    for path, node in functions():
        given = [
            one.arg for one in (*node.args.posonlyargs, *node.args.args) if one.arg not in {"self", "cls"}
        ]
        # actor and at are said by name everywhere in the house
        named = [one.arg for one in node.args.kwonlyargs if one.arg not in {"actor", "at"}]
        if len(given) + len(named) > MOST_ARGUMENTS and ENGINE not in path.parts:
            many[f"{name(path)}:{node.name}"] = given + named
    assert many == {}


def test_services_never_commit() -> None:
    """The edge owns the transaction."""
    commits = re.compile(r"\.commit\(|\bcommitting\(")
    assert [name(path) for path in in_layer("service") if commits.search(text_of(path))] == []


def test_time_is_passed_in() -> None:
    """A service that asks the clock cannot be tested on another day."""
    asks = re.compile(r"\bnow\(\)|utcnow|datetime\.now|date\.today|time\.time\(")
    layers = in_layer("service") + in_layer("queries")
    house = [path for path in layers if path.parent.name != "mail" and path.stem != "delivery"]
    assert [name(path) for path in house if asks.search(text_of(path))] == []


def test_nothing_swallows_everything() -> None:
    """`except Exception` only at the top of a job, a mail delivery and the web, and where a damaged Excel
    file may raise anything; or to raise it again."""
    allowed = {"jobs", "web.py", "rotation.py", "jobs.py", "delivery.py", "workbook.py"}
    found = [
        f"{name(path)}:{node.lineno}"
        for path in SOURCES
        if not allowed & set(path.relative_to(ROOT / "civic").parts)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ExceptHandler)
        if node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"}
        if not any(isinstance(one, ast.Raise) for one in ast.walk(node))
    ]
    assert found == []


BLOCKED = (
    r"\sstyle\s*=",
    r"\son[a-z]+\s*=",
    r"hx-on",
    r"hx-vals=[\"']js:",
    r"<script(?![^>]*\ssrc=)",
    r"javascript:",
)


def without_comments(path: Path) -> str:
    return re.sub(r"\{#.*?#\}", "", text_of(path), flags=re.S)


def test_templates_keep_to_the_policy() -> None:
    """The content security policy would block it; here it is said before anyone opens a browser."""
    blocked = re.compile("|".join(BLOCKED))
    assert [name(path) for path in TEMPLATES if blocked.search(without_comments(path))] == []


@pytest.mark.parametrize(
    "bad",
    ['<p style="x">', "<p onclick=x>", "<p hx-on:click=x>", "<p hx-vals='js:x'>", "<script>", "javascript:x"],
)
def test_what_the_policy_blocks_is_seen(bad: str) -> None:
    assert re.search("|".join(BLOCKED), bad)


def test_templates_never_switch_escaping_off() -> None:
    off = re.compile(r"\|\s*safe\b|autoescape\s+false")
    house = [path for path in TEMPLATES if name(path) not in UNESCAPED]
    assert [name(path) for path in house if off.search(without_comments(path))] == []


def calls(*names: str) -> Iterator[tuple[str, ast.Call]]:
    """("file:line", call) of every call with an argument of a function with one of these names."""
    for path in SOURCES:
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Call) and node.args and getattr(node.func, "id", "") in names:
                yield f"{name(path)}:{node.lineno}", node


def test_no_html_is_made_by_gluing_strings() -> None:
    """Markup() around anything but a literal lets text through unescaped."""
    glued = [place for place, call in calls("Markup") if not isinstance(call.args[0], ast.Constant)]
    assert [place for place in glued if place.split(":")[0] not in MAKES_MARKUP] == []


def test_no_raw_sql_with_values_in_it() -> None:
    """text(f"…") is how injection starts."""
    assert [
        place for place, call in calls("text") if isinstance(call.args[0], ast.JoinedStr | ast.BinOp)
    ] == []


def test_redirects_go_to_our_own_addresses() -> None:
    """redirect(request.args[…]) sends people anywhere; addresses come from url_for or safe_target."""
    assert [place for place, call in calls("redirect") if "request." in ast.unparse(call.args[0])] == []


def test_translated_texts_are_literals() -> None:
    """_(f"…") cannot be found by the extractor and is never translated."""
    found = calls("_", "_l", "gettext", "lazy_gettext")
    assert [place for place, call in found if isinstance(call.args[0], ast.JoinedStr | ast.BinOp)] == []


def test_every_post_view_goes_on_with_a_get() -> None:
    """After a POST comes 303, so that reloading repeats nothing (redirect() alone says 302)."""
    found = [
        f"{name(path)}:{call.lineno}"
        for path, view in functions()
        if any(ast.unparse(one).startswith("bp.post") for one in view.decorator_list)
        for call in ast.walk(view)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "redirect"
        if "code" not in {one.arg for one in call.keywords}
    ]
    assert found == []


def test_policies_are_pure() -> None:
    """A policy decides from what it is given: no queries, no clock, no request."""
    for path in in_layer("policy"):
        source = path.read_text(encoding="utf-8")
        assert not re.search(r"db\.session|\bselect\(|\bnow\(|\brequest\b|current_user", source), name(path)


def test_no_debris() -> None:
    for path in (*SOURCES, *TEMPLATES):
        source = path.read_text(encoding="utf-8")
        assert not re.search(r"\b(TODO|FIXME|XXX|HACK)\b", source), name(path)


def test_every_noqa_says_why() -> None:
    for path in SOURCES:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            found = re.search(r"#\s*(noqa: [A-Z0-9, ]+|type: ignore\[[^\]]+\])(.*)$", line)
            assert not found or len(found[2].strip(" -#")) > 8, f"{name(path)}:{number} gives no reason"
