"""The engine is a library of its own: no site, no database, and a sentence for every code."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import civic.sortition
from civic.sortition import messages

FOLDER = Path(str(civic.sortition.__file__)).parent
FOREIGN = ("flask", "sqlalchemy", "flask_babel", "wtforms", "civic.factory", "rich", "openpyxl")


def test_importing_the_engine_leaves_the_site_out() -> None:
    code = "import sys, civic.sortition; print([one for one in sys.argv[1:] if one in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code, *FOREIGN], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert done.stderr == ""


def test_the_core_imports_nothing_else() -> None:
    """Standard library, numpy and highspy; the command line may draw a bar with rich."""
    outside = {name for path in FOLDER.glob("*.py") for name in _imports(path)}
    assert outside - set(sys.stdlib_module_names) == {"numpy", "highspy", "rich"}
    assert {path.name for path in FOLDER.glob("*.py") if "rich" in _imports(path)} == {"__main__.py"}


def test_the_verifier_knows_no_solver() -> None:
    seen, left = set(), ["verify"]
    while left:
        name = left.pop()
        if name not in seen:
            seen.add(name)
            left += _neighbours(FOLDER / f"{name}.py")
    assert seen == {"verify", "errors", "lottery", "problem", "stream"}


def test_every_code_in_the_sources_has_a_sentence() -> None:
    codes = {code for path in FOLDER.glob("*.py") for code in _codes(path)}
    assert codes == set(messages.SENTENCES)


def _tree(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def _imports(path: Path) -> set[str]:
    whole = {alias.name for node in _tree(path) if isinstance(node, ast.Import) for alias in node.names}
    parts = {str(node.module) for node in _tree(path) if isinstance(node, ast.ImportFrom) and node.level == 0}
    return {name.split(".")[0] for name in whole | parts}


def _neighbours(path: Path) -> list[str]:
    return [str(node.module) for node in _tree(path) if isinstance(node, ast.ImportFrom) and node.level == 1]


def _codes(path: Path) -> list[str]:
    calls = [node for node in _tree(path) if isinstance(node, ast.Call) and node.args]
    made = [node.args[0] for node in calls if ast.unparse(node.func) == "ProblemError"]
    return [one.value for one in made if isinstance(one, ast.Constant) and isinstance(one.value, str)]
