"""The typesetter by itself: fonts, right-to-left text, sides of a sheet, and the same bytes every time."""

from __future__ import annotations

import hashlib
import io
import json
import re
from typing import Any

import pytest

from civic.panels.typeset import render, worker
from civic.panels.typeset.letters import Batch, Insert, OneLetter, Sheet, Words, parts_of
from civic.typesetting.glyphs import coverage, unprintable
from tests.panels.pdf_text import objects, text_of

NAMES = ("Şule", "Łukasz", "Đặng", "Yağmur")
ARABIC = "هذه دعوة.\n\nهل تريد المشاركة؟"
PAGES = re.compile(rb"/Type/Pages/Count (\d+)")


def batch(
    count: int = 2, easy: str = "Kort.", body: str = "Beste {n},\n\nWaar gaat het over?"
) -> dict[str, Any]:
    sheet = Sheet(
        title="Uitnodiging", sender="Gemeente Almere", color="#154273", day="23 november 2026",
        phone="Telefoon 0320-123456", website="samen.example.nl/meedoen",
        words=Words("Uw persoonlijke code", "Scan de code", "Meld u aan.", "In het kort"),
        closing=parts_of("Groet"), easy=parts_of(easy),
        inserts=(Insert("ar", "العربية", parts_of(ARABIC)),) if easy else (),
    )  # fmt: skip
    letters = tuple(
        OneLetter(
            (NAMES[number % 4], "Dam 1", "1315 AB  ALMERE"), "Uitnodiging",
            parts_of(body.replace("{n}", NAMES[number % 4])), f"K7QM-3XDP-W{number:03d}",
            f"https://samen.example.nl/meedoen/K7QM-3XDP-W{number:03d}",
        )
        for number in range(count)
    )  # fmt: skip
    return Batch(sheet, letters).as_data()


def pages(pdf: bytes) -> int:
    found = PAGES.search(pdf)
    assert found
    return int(found[1])


def test_the_names_of_the_draw_print() -> None:
    text = text_of(render.pdf(batch(4)))
    for name in NAMES:
        assert name in text.splitlines()
    assert unprintable("".join(NAMES) + ARABIC) == []


def test_arabic_is_shaped_and_runs_from_right_to_left() -> None:
    pdf = render.pdf(batch(1))
    heads, _contents = objects(pdf)
    assert any(b"NotoSansArabic" in head for head in heads.values())
    # the PDF lists glyphs from left to right, so the last letter of a word comes first
    text = text_of(pdf).replace("\n", "")
    assert text.index("ة", text.index("In het kort")) < text.index("د", text.index("In het kort"))


def test_every_letter_starts_on_the_front_of_a_sheet() -> None:
    assert pages(render.pdf(batch(3))) == 6
    assert pages(render.pdf(batch(3, easy=""))) == 5  # the back of the last one needs no page
    long = "\n\n".join(["Een zin die steeds terugkomt, om de brief lang te maken."] * 60)
    assert (render.front_pages(batch(1)), render.front_pages(batch(1, body=long))) == (1, 2)
    # two pages of text and a third with the other languages: the next letter begins on page 5
    assert pages(render.pdf(batch(2, body=long))) == 7


def test_the_same_letters_are_the_same_bytes() -> None:
    first, second = (hashlib.sha256(render.pdf(batch(3))).hexdigest() for _time in range(2))
    assert first == second


def test_the_code_is_in_the_qr() -> None:
    url = "https://samen.example.nl/meedoen/K7QM-3XDP-W000"
    assert render.qr_svg(url).startswith("<svg")
    assert render.qr_svg(url) != render.qr_svg(url + "1")


def test_pictures_of_the_pages() -> None:
    front, back = render.pictures(batch(1), 40)
    assert front.startswith(b"\x89PNG")
    assert front != back


def test_a_tagged_pdf_says_what_the_picture_is() -> None:
    assert b"/StructTreeRoot" in render.pdf(batch(1), tags=True)
    assert b"/StructTreeRoot" not in render.pdf(batch(1))


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("", []),
        ("een\r\ntwee\r\n\r\n\r\ndrie", ["text", "text"]),
        ("Hoe gaat het?", ["heading"]),
        ("Dit is een heel lange vraag die niet meer als kopje boven een stuk kan staan?", ["text"]),
        ("- een\n- twee", ["list"]),
        ("- een\ntwee", ["text"]),
        ("هل تريد؟", ["heading"]),
    ],
)
def test_parts_of_a_text(text: str, kinds: list[str]) -> None:
    assert [part.kind for part in parts_of(text)] == kinds


def test_what_a_font_has() -> None:
    names = {path.name: coverage(path) for path in render.FONTS.glob("*.ttf")}
    assert names["NotoSans-Regular.ttf"] == names["NotoSans-Bold.ttf"]
    assert names["NotoSansArabic-Regular.ttf"] == names["NotoSansArabic-Bold.ttf"]
    assert unprintable("ok\x07") == ["\x07"]
    assert unprintable("漢 ok 😀") == ["漢", "😀"]
    assert sum(path.stat().st_size for path in render.FONTS.glob("*")) < 3_000_000


def test_the_worker_answers_line_by_line() -> None:
    orders = io.BytesIO(json.dumps(batch(1)).encode() + b"\n" + b"{}\n" + b"geen json\n")
    answers = io.BytesIO()
    worker.serve(orders, answers)
    answers.seek(0)
    seen = []
    while head := answers.read(worker.HEAD.size):
        state, size = worker.HEAD.unpack(head)
        seen.append((state, answers.read(size)[:8]))
    assert [state for state, _content in seen] == [worker.MADE, worker.FAILED, worker.FAILED]
    assert seen[0][1].startswith(b"%PDF")
