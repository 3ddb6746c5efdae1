"""What may not be in a template, because the security policy of the site refuses it (or should have)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask, render_template

from civic import assets
from tests import access
from tests.web import site

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


def test_nothing_the_policy_refuses() -> None:
    texts = {path: COMMENT.sub("", path.read_text(encoding="utf-8")) for path in _templates()}
    found = [
        (path.name, name) for path, text in texts.items() for name, rule, _bad in RULES if rule.search(text)
    ]
    assert found == []


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


LANGUAGE_LINK = re.compile(r'<a class="languages__link" href="([^"]*)"')


def language_link(page: str) -> str:
    found = LANGUAGE_LINK.search(page)
    assert found is not None
    return found[1]


@pytest.mark.parametrize(
    ("path", "link"),
    [
        ("/panels", "/panels?taal=en"),
        ("/initiatieven?q=boom&fase=a&fase=b", "/initiatieven?q=boom&amp;fase=a&amp;fase=b&amp;taal=en"),
        ("/initiatieven?taal=nl&q=%22%3E%3Cb%3E", "/initiatieven?q=%22%3E%3Cb%3E&amp;taal=en"),
        ("/bestaat/%22niet", "/bestaat/%22niet?taal=en"),
    ],
)
def test_the_language_link_keeps_the_question(shared_app: Flask, path: str, link: str) -> None:
    assert language_link(shared_app.test_client().get(path).text) == link


def test_the_language_link_of_a_posted_page_stays_there(full_app: Flask) -> None:
    answer = full_app.test_client().post("/inloggen", data={"email": "geen adres"})
    assert answer.status_code == 422
    assert language_link(answer.text) == "/inloggen?taal=en"


def test_the_language_link_never_leaves_the_site(shared_app: Flask) -> None:
    with shared_app.test_request_context(environ_overrides={"PATH_INFO": "//ander.example/pad"}):
        assert language_link(render_template("errors/404.html")) == "/ander.example/pad?taal=en"


def test_no_access_while_signed_in_speaks_of_the_task(shared_app: Flask) -> None:
    page = site.client_of(shared_app, access.RESIDENT).get("/panels/nieuw")
    assert page.status_code == 403
    assert "U hebt hier geen toegang. Deze pagina hoort bij een andere taak." in page.text
    assert "inloggen." not in page.text


def test_a_refusal_shows_its_own_status(shared_app: Flask) -> None:
    again = "Probeer het daarna opnieuw."
    with shared_app.test_request_context():
        plain = render_template("errors/400.html")
        large = render_template("errors/400.html", status=413, hide_retry=True)
    assert "Foutcode 400" in plain
    assert again in plain
    assert "Foutcode 413" in large
    assert again not in large


def test_the_pages_promise_no_answer_and_no_paper(shared_app: Flask) -> None:
    client = shared_app.test_client()
    for path in ("/", "/over"):
        assert "Dan kan de gemeenteraad erover praten." in client.get(path).text
    for path in ("/", "/over", "/hulp"):
        page = client.get(path).text
        assert re.search("antwoord geven|antwoord geeft|papier|een link of een code", page) is None, path
        assert ">Regels per gemeente</a>" in page
