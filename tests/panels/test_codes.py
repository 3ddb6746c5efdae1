"""The codes of the letters: unguessable, readable, and a check sign that catches what people do wrong."""

from __future__ import annotations

import itertools
import re
from collections import Counter

import pytest
from flask import Flask

from civic.panels.service.codes import ALPHABET, LENGTH, code_index, make_code, normalised

SECRET = bytes(range(32))
CODES = [make_code(SECRET, number) for number in range(60)]
SHAPE = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}\Z")


def signs(code: str) -> str:
    return code.replace("-", "")


def test_a_code_is_three_groups_of_four_and_reads_as_itself() -> None:
    for code in CODES:
        assert SHAPE.match(code)
        assert normalised(code) == code


def test_a_hundred_thousand_codes_are_all_different_and_use_every_sign() -> None:
    """Eleven signs of five bits each: 55 bits that nobody can guess."""
    codes = [make_code(SECRET, number) for number in range(100_000)]
    assert len(set(codes)) == 100_000
    assert make_code(b"another secret", 0) not in codes
    for column in zip(*map(signs, codes[:16_000]), strict=True):
        counts = Counter(column)
        assert set(counts) == set(ALPHABET)
        assert 390 < min(counts.values()) <= max(counts.values()) < 610  # 500 expected, deviation 22


def test_the_same_letter_always_gets_the_same_code() -> None:
    assert make_code(SECRET, 5) == make_code(SECRET, 5) != make_code(SECRET, 6)
    assert make_code(SECRET, 0) == "GEYS-V7MH-V8YT"


@pytest.mark.parametrize(
    "change",
    [str.lower, lambda code: code.replace("-", ""), lambda code: code.replace("-", " – "), "  {}\n".format],
)
def test_small_letters_spaces_and_hyphens_are_forgiven(change: object) -> None:
    for code in CODES:
        assert normalised(change(code)) == code  # type: ignore[operator]  # a function of text


def test_look_alikes_are_read_as_the_digit() -> None:
    for code in CODES:
        for one in ("I", "l", "L", "i"):
            assert normalised(code.replace("1", one).replace("0", "o")) == code


def test_every_single_wrong_sign_is_caught() -> None:
    for code in map(signs, CODES):
        for place, sign in itertools.product(range(LENGTH), ALPHABET):
            if sign != code[place]:
                assert normalised(code[:place] + sign + code[place + 1 :]) is None


def test_every_swap_of_two_different_signs_is_caught() -> None:
    for code in map(signs, CODES):
        for left, right in itertools.combinations(range(LENGTH), 2):
            typed = list(code)
            typed[left], typed[right] = typed[right], typed[left]
            if typed != list(code):
                assert normalised("".join(typed)) is None


def test_of_two_wrong_signs_one_in_32_slips_through() -> None:
    code = signs(CODES[0])
    tried = [
        code[:2] + first + code[3:7] + second + code[8:]
        for first, second in itertools.product(ALPHABET, repeat=2)
        if first != code[2] and second != code[7]
    ]
    assert sum(normalised(text) is not None for text in tried) == 31  # of 961


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "GEYS",
        "GEYS-V7MH-V8YTT",
        "GEYS-V7MH-V8YU",
        "GEYS-V7MH-V8Yé",
        "٣" * 12,
        "ß" * 12,
        "K" * 10_000,
        "0" * 11 + "1",
        "<script>",
        "\0" * 12,
    ],
)
def test_what_is_no_code_is_none(text: str) -> None:
    assert normalised(text) is None


def test_what_is_stored_is_a_keyed_hash(app: Flask) -> None:
    with app.app_context():
        index = code_index(CODES[0])
        assert re.fullmatch(r"[0-9a-f]{64}", index)
        assert index != code_index(CODES[1])
        app.config["PEPPER"] = "another"
        assert index != code_index(CODES[0])
