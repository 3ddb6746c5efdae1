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
# The public verifier is one file that people download; it has its own errors and sentences.
ALONE = FOLDER / "publication" / "verify_draw.py"
SOURCES = sorted(path for path in FOLDER.rglob("*.py") if path != ALONE)


def test_importing_the_engine_leaves_the_site_out() -> None:
    code = "import sys, civic.sortition; print([one for one in sys.argv[1:] if one in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code, *FOREIGN], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert done.stderr == ""


def test_the_core_imports_nothing_else() -> None:
    """Standard library, numpy and highspy; the command line may draw a bar, the files may be workbooks."""
    known = {*sys.stdlib_module_names, "numpy", "highspy"}
    others = {path: _imports(path) - known for path in SOURCES}
    assert set().union(*others.values()) == {"rich", "openpyxl"}
    assert {_place(path) for path, names in others.items() if "rich" in names} <= {"__main__.py", "commands"}
    assert {_place(path) for path, names in others.items() if "openpyxl" in names} == {"files"}
    assert _imports(ALONE) <= set(sys.stdlib_module_names)


def test_the_verifier_knows_no_solver() -> None:
    """Nothing but what a question and its answer are; a library for integer programs only in `reprove`."""
    seen, left = set[Path](), [FOLDER / "verify" / "__init__.py"]
    while left:
        path = left.pop()
        if path not in seen:
            seen.add(path)
            left += _neighbours(path)
    parts = {"__init__", "claims", "proof", "reading", "structure", "witness"}
    data = {"errors", "lottery", "problem", "question", "stream", "validation"}
    assert {path.stem for path in seen if path.parent == FOLDER} == data | {"reprove"}
    assert {path.stem for path in seen if path.parent != FOLDER} == parts
    assert [path.stem for path in seen if "highspy" in _imports(path)] == ["reprove"]


def test_every_code_in_the_sources_has_a_sentence() -> None:
    codes = {code for path in SOURCES for code in _codes(path)}
    assert codes <= set(messages.SENTENCES)
    others = [path for path in SOURCES if path.name not in ("messages.py", "sentences.py")]
    texts = {text for path in others for text in _texts(path)}
    assert set(messages.SENTENCES) <= texts


def test_sentences_are_sentences() -> None:
    for code, text in messages.SENTENCES.items():
        assert text.endswith((".", ".)")), code
        assert "  " not in text, code
        assert len(text) < 160, code


def _place(path: Path) -> str:
    return path.relative_to(FOLDER).parts[0]


def _tree(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def _imports(path: Path) -> set[str]:
    whole = {alias.name for node in _tree(path) if isinstance(node, ast.Import) for alias in node.names}
    parts = {str(node.module) for node in _tree(path) if isinstance(node, ast.ImportFrom) and node.level == 0}
    return {name.split(".")[0] for name in whole | parts}


def _neighbours(path: Path) -> list[Path]:
    """The engine's modules that a module imports."""
    found = []
    for node in _tree(path):
        if isinstance(node, ast.ImportFrom) and node.level:
            place = path.parents[node.level - 1].joinpath(*str(node.module).split("."))
            found.append(place / "__init__.py" if place.is_dir() else place.with_suffix(".py"))
    return found


def _codes(path: Path) -> list[str]:
    calls = [node for node in _tree(path) if isinstance(node, ast.Call) and node.args]
    made = [node.args[0] for node in calls if ast.unparse(node.func) == "ProblemError"]
    return [one.value for one in made if isinstance(one, ast.Constant) and isinstance(one.value, str)]


def _texts(path: Path) -> list[str]:
    return [
        node.value for node in _tree(path) if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
