"""/regels: what everyone may read, in plain Dutch."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic.calendar import today
from civic.db import db, now
from civic.regions import service
from civic.regions.describe import describe, labels
from civic.regions.forms import ARTICLE_KEYS
from civic.regions.rules import THRESHOLD_PURPOSES, Residence, Rules, Threshold, default_rules
from tests.factories import municipality


def _add_version(app: Flask, days: int, rules: Rules | None = None, code: str = "GM0995") -> None:
    with app.app_context():
        place = municipality(code)
        starts_on = today(now()) + timedelta(days=days)
        new = service.NewRules(rules or default_rules(place.population), starts_on, "Verordening 2027")
        service.add_rule_set(place, new, actor=None, at=now())
        db.session.commit()


def test_index_lists_all(client: FlaskClient) -> None:
    page = client.get("/regels").text
    for name in ("Almere", "Dronten", "Lelystad", "Noordoostpolder", "Urk", "Zeewolde"):
        assert name in page


def test_page_of_a_municipality(client: FlaskClient) -> None:
    page = client.get("/regels/GM0995")
    assert page.status_code == 200
    assert "Wat zijn de regels in Lelystad?" in page.text
    assert "U bent 16 jaar of ouder." in page.text
    assert "100 mensen." in page.text
    assert "nog niet ingevuld" in page.text  # the by-law of Lelystad is not known
    assert "Versie 1" in page.text or "versie 1" in page.text


@pytest.mark.parametrize("code", ["GM9999", "gm0995", "lelystad", "'", "😀", "x" * 2000, "%00"])
def test_unknown_place(client: FlaskClient, code: str) -> None:
    assert client.get(f"/regels/{code}").status_code in {400, 404}


@pytest.mark.parametrize("version", ["0", "2", "-1", "x", "1 ", "", "9" * 400])
def test_unknown_version(client: FlaskClient, version: str) -> None:
    assert client.get("/regels/GM0995", query_string={"versie": version}).status_code == 404


def test_coming_version(app: Flask, client: FlaskClient) -> None:
    articles = {"initiator_age": "artikel 2, lid 1 <b>"}
    rules = Rules(
        initiator_age=12,
        thresholds={"municipality": Threshold(share_per_mille=5, cap=300)},
        articles=articles,
    )
    _add_version(app, 30, rules)
    current = client.get("/regels/GM0995").text
    assert "Deze regels veranderen op" in current
    assert "U bent 16 jaar of ouder." in current
    coming = client.get("/regels/GM0995?versie=2").text
    assert "gelden nog niet" in coming
    assert "U bent 12 jaar of ouder." in coming
    assert "artikel 2, lid 1 &lt;b&gt;" in coming
    assert "Verordening 2027" in coming
    assert "0,5% van de inwoners, en nooit meer dan 300. Dat zijn nu 300 mensen." in coming


def test_past_version(app: Flask, client: FlaskClient) -> None:
    _add_version(app, 1)
    with app.app_context():
        first, second = municipality().rule_sets
        second.valid_from = today(now()) - timedelta(days=5)
        first.valid_until = today(now()) - timedelta(days=6)
        db.session.commit()
    assert "gelden niet meer" in client.get("/regels/GM0995?versie=1").text
    assert "Dit is versie 2" in client.get("/regels/GM0995").text


def test_place_without_rules_yet(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        for row in municipality().rule_sets:
            db.session.delete(row)
        db.session.commit()
    assert client.get("/regels").status_code == 200
    assert client.get("/regels/GM0995").status_code == 404


def test_statements_do_not_grow(app: Flask, client: FlaskClient, count_statements: Callable[[], Any]) -> None:
    with count_statements() as few:
        client.get("/regels")
    for days in range(1, 9):
        _add_version(app, days)
    with count_statements() as many:
        client.get("/regels")
    assert len(many) == len(few)


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        (Rules(initiator_age=0), "Uw leeftijd maakt niet uit."),
        (Rules(residence=Residence.ANYONE), "Het maakt niet uit waar u woont."),
        (Rules(residence=Residence.REGION), "U woont in deze regio."),
        (Rules(minimum_initiators=3), "U doet het met minstens 3 mensen samen."),
        (Rules(repeat_bar_years=0), "U mag altijd opnieuw beginnen"),
        (Rules(council_weeks=1), "De raad besluit binnen 1 week."),
        (Rules(collection_months=1), "U hebt 1 maand om steun te zoeken."),
        (Rules(thresholds={"municipality": Threshold(number=1)}), "1 persoon."),
        (
            Rules(thresholds={"municipality": Threshold(share_per_mille=10)}),
            "1% van de inwoners. Dat zijn nu 500 mensen.",
        ),
        (Rules(thresholds={"district": Threshold(number=1500)}), "1.500 mensen."),
    ],
)
def test_sentences(app: Flask, rules: Rules, sentence: str) -> None:
    with app.test_request_context():
        texts = [line.text for part in describe(rules, 50_000) for line in part.lines]
    assert any(text.startswith(sentence) for text in texts)


def test_every_rule_has_a_label_and_a_box_for_its_article(app: Flask) -> None:
    with app.test_request_context():
        rules = default_rules(10)
        everything = replace(
            rules,
            thresholds={**rules.thresholds, **dict.fromkeys(THRESHOLD_PURPOSES, Threshold(number=5))},
            challenge_weeks=6,
            checks_before_publication=True,
            accepts_together=True,
        )
        keys = [line.key for part in describe(everything, 10) for line in part.lines]
        assert set(keys) == set(labels()) == set(ARTICLE_KEYS)
        assert len(keys) == len(set(keys))


def test_dates_are_written_out(client: FlaskClient) -> None:
    assert "1 januari 2026" in client.get("/regels/GM0995").text
    assert date(2026, 1, 1) < today(now())


def test_the_day_of_the_population_is_named_once(client: FlaskClient) -> None:
    page = client.get("/regels/GM0995").text
    assert re.search(r"In Lelystad wonen [\d.]+ mensen op 1 januari 2024 \(CBS, deels voorlopig\)\.", page)
