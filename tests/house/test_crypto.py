"""Sealed values: they open with their key in their own place, and nowhere else."""

from __future__ import annotations

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from civic.accounts.models import User
from civic.config import SettingsError
from civic.crypto import CannotOpen, KeyRing, blind_index, canonical_email, email_index, key_id
from civic.db import db
from tests.conftest import NOW
from tests.factories import make_user

ONE, TWO = "k1:" + "ab" * 32, "k2:" + "cd" * 32
RING = KeyRing.parse(ONE)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


@given(TEXTS, st.text(st.characters(exclude_categories=["Cs"])))
def test_what_is_sealed_opens_in_its_place_only(text: str, place: str) -> None:
    sealed = RING.seal(text, place)
    assert RING.open(sealed, place) == text
    with pytest.raises(CannotOpen):
        RING.open(sealed, place + "x")
    assert sealed != RING.seal(text, place), "a fresh nonce each time"


@given(TEXTS, st.data())
def test_any_change_is_refused(text: str, data: st.DataObject) -> None:
    sealed = RING.seal(text, "t:c:1")
    index = data.draw(st.integers(0, len(sealed) - 1))
    sign = data.draw(st.sampled_from("ABCxyz019-_.v!= é").filter(lambda one: one != sealed[index]))
    for changed in (
        sealed[:index] + sign + sealed[index + 1 :],
        sealed[:index] + sealed[index + 1 :],
        sealed + sign,
    ):
        with pytest.raises(CannotOpen):
            RING.open(changed, "t:c:1")


@pytest.mark.parametrize(
    "value", ["", "v1", "v1.k1", "v1.k1..", "v1.k1.a.b", "v2.k1.AAAA.AAAA", "....", "v1.k1.ÿ.ÿ", "kees"]
)
def test_what_is_no_sealed_value(value: str) -> None:
    with pytest.raises(CannotOpen):
        RING.open(value, "t:c:1")


def test_an_unknown_key_is_refused() -> None:
    sealed = KeyRing.parse(TWO).seal("geheim", "p")
    with pytest.raises(CannotOpen):
        RING.open(sealed, "p")
    with pytest.raises(CannotOpen):
        KeyRing.parse("k2:" + "ef" * 32).open(sealed, "p")


def test_the_first_key_seals_and_all_open() -> None:
    both = KeyRing.parse(f"{TWO},{ONE}")
    assert both.open(RING.seal("oud", "p"), "p") == "oud"
    assert key_id(both.seal("nieuw", "p")) == "k2" == both.current


@pytest.mark.parametrize("value", ["kees", "", "a.b.c.d", "v1.k1.x"])
def test_the_key_of_what_is_no_sealed_value(value: str) -> None:
    assert key_id(value) == ""


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "k1", "k1:", "k1:zz", ONE + "ab", "k1:" + "ab" * 31, "k.1:" + "ab" * 32, ":" + "ab" * 32,
        f"{ONE},{ONE}", ONE + "," + ONE.replace("k1", "K1"), "kéy:" + "ab" * 32,
    ],
)  # fmt: skip
def test_key_rings_that_are_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="DATA_KEYS"):
        KeyRing.parse(text)


def test_a_value_copied_to_another_row_does_not_open(app: Flask) -> None:
    with app.app_context():
        kees, piet = make_user(email="kees@example.nl"), make_user(email="piet@example.nl", name="Piet")
        db.session.commit()
        db.session.execute(update(User).where(User.id == piet.id).values(email_sealed=kees.email_sealed))
        db.session.commit()
        assert kees.email == "kees@example.nl"
        with pytest.raises(CannotOpen):
            assert piet.email


def test_a_value_copied_to_another_column_does_not_open(app: Flask) -> None:
    with app.app_context():
        kees = make_user()
        db.session.commit()
        db.session.execute(update(User).values(name_sealed=User.email_sealed))
        db.session.commit()
        with pytest.raises(CannotOpen):
            assert kees.name


def test_nothing_readable_in_the_table(app: Flask) -> None:
    with app.app_context():
        make_user(email="bijzonder@example.nl", name="Bijzondere Naam")
        db.session.commit()
        row = str(db.session.execute(select(User.__table__)).all())
        assert "bijzonder" not in row.lower()


def test_empty_and_strange_texts(app: Flask) -> None:
    with app.app_context():
        user = User(created_at=NOW)
        for text in ("", "🎉 يوسف", "a" * 100_000, "regel\neinde"):
            user.name = text
            assert user.name == text
        user.name = None
        assert user.name is None
        assert user.name_sealed is None


def test_blind_indexes(app: Flask) -> None:
    with app.app_context():
        assert blind_index("a", "x") == blind_index("a", "x")
        assert blind_index("a", "x") != blind_index("b", "x")
        assert blind_index("ab", "c") != blind_index("a", "bc")
        before = email_index("kees@example.nl")
        app.config["PEPPER"] = "een andere peper, ook lang genoeg voor een test"
        assert email_index("kees@example.nl") != before


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kees@Example.NL", "kees@example.nl"),
        (" kees@example.nl ", "kees@example.nl"),
        ("kees+petitie@example.nl", "kees@example.nl"),
        ("k.e.e.s@gmail.com", "kees@gmail.com"),
        ("kees@googlemail.com", "kees@gmail.com"),
        ("kees@müller.example", "kees@xn--mller-kva.example"),
        ("kees@example.nl.", "kees@example.nl"),
        ("ｋees@example.nl", "kees@example.nl"),
    ],
)
def test_one_mailbox_has_one_spelling(one: str, other: str) -> None:
    assert canonical_email(one) == canonical_email(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("k.ees@example.nl", "kees@example.nl"),
        ("kees@example.nl", "kees@example.com"),
        ("+a@example.nl", "+b@example.nl"),
        ("kees@sub.gmail.com", "k.ees@sub.gmail.com"),
    ],
)
def test_two_mailboxes_stay_two(one: str, other: str) -> None:
    assert canonical_email(one) != canonical_email(other)


@pytest.mark.parametrize("address", ["", "@", "kees", "a@" + "x" * 300, "a@..", "🎉@🎉", "a@b@c"])
def test_what_is_no_address_breaks_nothing(address: str) -> None:
    assert canonical_email(canonical_email(address)) == canonical_email(address)
