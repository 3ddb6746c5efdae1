"""The rules of plain Dutch as remarks for somebody who writes."""

from __future__ import annotations

from civic.plain_dutch import remarks


def test_a_hard_word_comes_with_a_better_one() -> None:
    (remark,) = remarks("Indien u vragen hebt, bel ons.")
    assert (remark.kind, remark.found, remark.advice) == ("word", "Indien", "als")


def test_the_same_word_counts_once_however_often() -> None:
    assert [one.found for one in remarks("Reeds nu. Reeds toen. En reeds straks.")] == ["Reeds", "reeds"]


def test_long_sentences() -> None:
    long, too_long = "woord " * 15 + "eind.", "woord " * 24 + "eind."
    found = remarks(f"Kort. {long} {too_long}")
    assert [(one.kind, one.words) for one in found] == [("long", 16), ("too_long", 25)]
    assert found[0].found == "woord woord woord woord woord woord woord woord …"


def test_plain_text_gives_none() -> None:
    assert remarks("Bel {telefoon}. Wij helpen u graag.") == []
    assert remarks("") == []
