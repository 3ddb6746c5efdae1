"""What may not be in a template, because the security policy of the site refuses it (or should have)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from civic import assets

TEMPLATES = assets.STATIC.parent / "templates"
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
REASON = "safe:"  # {#- safe: our own constant -#} on the same line or the line before

# name, what may not be there, something it must catch
RULES: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("style attribute", re.compile(r"\sstyle\s*=", re.IGNORECASE), '<p style="color:red">'),
    ("style element", re.compile(r"<style\b", re.IGNORECASE), "<style>p{}</style>"),
    ("event handler", re.compile(r"\son[a-z]+\s*=\s*[\"'{]", re.IGNORECASE), '<a onclick="go()">'),
    ("script without src", re.compile(r"<script\b(?![^>]*\ssrc=)", re.IGNORECASE), "<script>go()</script>"),
    (
        "script with a body",
        re.compile(r"<script\b[^>]*>\s*[^\s<]", re.IGNORECASE),
        '<script src="a">go()</script>',
    ),
    ("hx-on", re.compile(r"\bhx-on\b", re.IGNORECASE), '<a hx-on:click="go()">'),
    (
        "js: in htmx",
        re.compile(r"\bhx-[a-z-]+\s*=\s*[\"'][^\"']*\b(?:js|javascript):"),
        "<a hx-vals='js:{a: 1}'>",
    ),
    (
        "javascript: address",
        re.compile(r"(?:href|src|action)\s*=\s*[\"']\s*javascript:"),
        '<a href="javascript:go()">',
    ),
    ("filter in a trigger", re.compile(r"\bhx-trigger\s*=\s*\"[^\"]*\["), '<a hx-trigger="click[ctrlKey]">'),
    (
        "file of another site",
        re.compile(r"\ssrc\s*=\s*[\"'](?:https?:)?//"),
        '<img src="https://x.example/a.png">',
    ),
    (
        "another site's style",
        re.compile(r"<link\b[^>]*href\s*=\s*[\"'](?:https?:)?//"),
        '<link href="//x.example/a.css">',
    ),
    ("autoescape off", re.compile(r"\{%-?\s*autoescape\s+false"), "{% autoescape false %}"),
)


def _templates() -> list[Path]:
    return sorted(path for path in TEMPLATES.rglob("*") if path.suffix in {".html", ".svg", ".xml"})


@pytest.mark.parametrize(("name", "rule", "bad"), RULES, ids=[rule[0] for rule in RULES])
def test_each_rule_catches_what_it_is_for(name: str, rule: re.Pattern[str], bad: str) -> None:
    assert rule.search(bad), name


@pytest.mark.parametrize("template", _templates(), ids=lambda path: path.relative_to(TEMPLATES).as_posix())
def test_nothing_the_policy_refuses(template: Path) -> None:
    text = COMMENT.sub("", template.read_text(encoding="utf-8"))
    assert [name for name, rule, _bad in RULES if rule.search(text)] == []


def _unexplained(text: str) -> list[str]:
    lines = text.splitlines()
    return [
        line.strip()
        for at, line in enumerate(lines)
        if re.search(r"\|\s*safe\b", line) and REASON not in line and REASON not in lines[at - 1]
    ]


def test_safe_without_a_reason_is_found() -> None:
    assert _unexplained("<p>\n{{ text|safe }}") == ["{{ text|safe }}"]
    assert _unexplained("{#- safe: our own -#}\n{{ text|safe }}") == []


def test_safe_always_says_why() -> None:
    found = {
        path.name: lines for path in _templates() if (lines := _unexplained(path.read_text(encoding="utf-8")))
    }
    assert found == {}
