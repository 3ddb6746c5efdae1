"""Canonical JSON: the examples of RFC 8785 that our narrower kind knows, and what it refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civic.canonical import LARGEST_NUMBER, NotCanonical, canonical
from civic.sortition.publication import encoding

# RFC 8785 section 3.2.3: sorted by UTF-16 code units (the smiley before the Hebrew letter)
SORTING = {
    "\u20ac": "Euro Sign",
    "\r": "Carriage Return",
    "\ufb33": "Hebrew Letter Dalet With Dagesh",
    "1": "One",
    "\U0001f600": "Emoji: Grinning Face",
    "\u0080": "Control",
    "\u00f6": "Latin Small Letter O With Diaeresis",
}


def test_names_are_sorted_by_utf16() -> None:
    # the Hebrew letter is two signs in NFC; the RFC itself does not normalise
    named = {name: text for name, text in SORTING.items() if name != "\ufb33"}
    values = list(json.loads(canonical(named)).values())
    assert values == [
        "Carriage Return",
        "One",
        "Control",
        "Latin Small Letter O With Diaeresis",
        "Euro Sign",
        "Emoji: Grinning Face",
    ]
    # by code points U+FF5A would come first; by code units the emoji (U+D83D …) does
    assert canonical({"\uff5a": 1, "\U0001f600": 2}) == '{"\U0001f600":2,"\uff5a":1}'.encode()


def test_texts_are_written_as_in_the_rfc() -> None:
    """RFC 8785 section 3.2.2.2: short escapes, lower-case hex, everything else as it is."""
    text = "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/"
    expected = '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'.encode()
    assert canonical(text) == expected
    assert canonical("\b\t\f\r\x7f") == b'"\\b\\t\\f\\r\x7f"'


def test_literals_and_nesting() -> None:
    assert canonical([None, True, False, 0, -7, {"b": (), "a": {}}]) == (
        b'[null,true,false,0,-7,{"a":{},"b":[]}]'
    )
    assert canonical(LARGEST_NUMBER) == b"9007199254740991"


def test_texts_come_in_one_form() -> None:
    assert canonical({"Zoe\u0308": "e\u0301"}) == canonical({"Zoë": "é"}) == '{"Zoë":"é"}'.encode()


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        0.5,
        float("nan"),
        LARGEST_NUMBER + 1,
        -LARGEST_NUMBER - 1,
        "\ud800",
        {"\udc00": 1},
        {1: "one"},
        {None: 1},
        {"\u00e9": 1, "e\u0301": 2},
        b"bytes",
        {1, 2},
        object(),
        [{"deep": [1.5]}],
    ],
)
def test_what_has_no_one_spelling_is_refused(value: Any) -> None:
    with pytest.raises(NotCanonical):
        canonical(value)


JSON = st.recursive(
    st.booleans()
    | st.integers(-LARGEST_NUMBER, LARGEST_NUMBER)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text("abcäé\U0001f600", max_size=3), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON)
def test_the_writer_of_a_draw_agrees(value: Any) -> None:
    """Written apart from the engine's own; a difference would be a mistake in one of the two."""
    assert canonical(value) == encoding.canonical(value)


@given(JSON)
def test_it_reads_back_and_stays_the_same(value: Any) -> None:
    written = canonical(value)
    assert canonical(json.loads(written)) == written
