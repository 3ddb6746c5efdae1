"""Vague words: a gentle hint, and one click to keep them."""

from __future__ import annotations

import pytest
from flask import Flask

from civic.db import db
from civic.initiatives.models import Initiative
from civic.plain_dutch import VAGUE, vague_words
from tests.access import OWNER_EMAIL
from tests.conftest import NOW
from tests.initiatives.factories import TAB, draft, form_values, published

PLAN = "De gemeente tracht bomen te planten. We gaan kijken naar de kosten."


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Wij trachten dit te doen", ["trachten"]),
        ("De gemeente wil bezien wat kan", ["bezien"]),
        ("We kijken nog eens goed naar de kosten", ["bekijken"]),
        ("Wij streven naar meer groen", ["streven"]),
        ("onderzoeken of het kan, en overwegen", ["onderzoeken", "overwegen"]),
        ("Zoveel mogelijk op termijn", ["zoveel_mogelijk", "op_termijn"]),
        ("TRACHTEN en trachten", ["trachten"]),
        # whole words only, and what is meant precisely
        ("De betrachting van een nastrevenswaardig onderzoek", []),
        ("We planten tien bomen op 1 maart.", []),
        ("", []),
    ],
)
def test_the_list(text: str, keys: list[str]) -> None:
    assert [one.key for one in vague_words(text)] == keys


def test_every_word_has_an_advice_that_is_not_vague_itself() -> None:
    assert all(advice for _pattern, advice in VAGUE.values())
    assert not any(vague_words(advice) for _pattern, advice in VAGUE.values())


def test_the_hint_and_one_click_to_keep_the_word(app: Flask, sign_in) -> None:
    with app.app_context():
        number = draft(NOW, plan=PLAN).id
    owner, base = sign_in(email=OWNER_EMAIL), f"/initiatieven/{number}"
    page = owner.get(f"{base}/controleren").text
    assert '“<span lang="nl">tracht</span>”' in page
    assert "kijken naar" in page
    assert "Zet online" in page, "a hint stops nobody"
    assert owner.post(f"{base}/woorden", data={"woord": ["trachten", "hack"]}).status_code == 303
    page = owner.get(f"{base}/controleren").text
    assert "tracht</span>”" not in page
    assert "kijken naar</span>”" in page
    with app.app_context():
        assert db.session.get_one(Initiative, number).kept_words == ["trachten"]


def test_the_hint_comes_with_an_autosave(app: Flask, sign_in) -> None:
    with app.app_context():
        initiative = draft(NOW)
        number, form = initiative.id, form_values(initiative, plan=PLAN)
    block = sign_in(email=OWNER_EMAIL).post(
        f"/initiatieven/{number}/bewaren", data={**form, "tab": TAB}, headers={"HX-Request": "true"}
    )
    assert "tracht" in block.text
    assert "preciezer" in block.text


def test_writers_of_a_draft_only(app: Flask, client, sign_in) -> None:
    with app.app_context():
        number, online = draft(NOW).id, published(NOW).id
    data = {"woord": "trachten"}
    assert client.post(f"/initiatieven/{number}/woorden", data=data).status_code == 302
    assert sign_in().post(f"/initiatieven/{number}/woorden", data=data).status_code == 403
    assert sign_in(email=OWNER_EMAIL).post(f"/initiatieven/{online}/woorden", data=data).status_code == 409
