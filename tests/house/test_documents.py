"""The documents tell the truth: links lead somewhere, and words of the glossary are words of the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")]
DOCUMENTS += sorted((ROOT / "docs").rglob("*.md"))
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#]+)")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    broken = [to for to in LINK.findall(path.read_text(encoding="utf-8")) if not (path.parent / to).exists()]
    assert broken == []


def test_words_of_the_glossary_are_words_of_the_code() -> None:
    rows = (ROOT / "docs" / "woordenlijst.md").read_text(encoding="utf-8").splitlines()
    words = {word for row in rows if row.startswith("|") for word in re.findall(r"`([a-z_]+)`", row)}
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "civic").rglob("*.py"))
    assert len(words) > 40
    assert sorted(word for word in words if not re.search(rf"{word}s?\b", code)) == []
