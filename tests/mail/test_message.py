"""The HTML part is made from the text part."""

from __future__ import annotations

import pytest
from flask import Flask

from civic.mail.message import Block, blocks_of, html_of

TEXT = """Beste Kees,

Bevestig uw steun:
https://regio.example.nl/s/abc?x=1&y=2

Of typ deze code:

123456

https://regio.example.nl/kaal

Regel een
regel twee met https://example.nl erin.
"""


def test_blocks() -> None:
    assert blocks_of(TEXT) == [
        Block("text", "Beste Kees,"),
        Block("link", "Bevestig uw steun", "https://regio.example.nl/s/abc?x=1&y=2"),
        Block("text", "Of typ deze code:"),
        Block("code", "123456"),
        Block("link", "https://regio.example.nl/kaal", "https://regio.example.nl/kaal"),
        Block("text", "Regel een\nregel twee met https://example.nl erin."),
    ]


def test_html(app: Flask) -> None:
    with app.app_context():
        html = html_of("Onderwerp", TEXT, "nl")
    assert 'href="https://regio.example.nl/s/abc?x=1&amp;y=2"' in html
    assert "Bevestig uw steun</b>" in html
    assert "<h2>123456</h2>" in html
    assert "<p>Beste Kees,</p>" in html
    assert 'lang="nl"' in html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        'https://example.nl/"onmouseover="alert(1)',
        "javascript:alert(1)",
        "Klik:\njavascript:alert(1)",
        "<b>\nhttps://example.nl/<script>",
    ],
)
def test_html_is_never_what_someone_typed(app: Flask, text: str) -> None:
    with app.app_context():
        html = html_of(text, text, "nl")
    assert "<script>" not in html
    assert 'onmouseover="' not in html
    assert 'href="javascript' not in html
