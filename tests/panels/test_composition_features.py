"""Features of a panel: ready ones, own ones, quotas, ages, consent, figures of CBS."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.db import db
from civic.panels.models import Composition, Feature, FeatureValue, Panel
from civic.panels.queries import composition as queries
from civic.panels.service import composition_features as service
from civic.panels.service.composition_facts import as_stored, facts_of
from civic.panels.service.composition_features import FeatureDraft, ValueDraft, age_errors, bands_from
from civic.panels.states import FeatureKind
from civic.panels.themes import CONSENT, READY
from tests.conftest import NOW
from tests.panels.makers import actions_of, administrator
from tests.panels.makers_composition import composed_panel, feature

CSV = (
    '"Tabel"\n"Geslacht";"Regio\'s";"Bevolking"\n"Totaal";"Almere";"210"\n'
    '"Mannen";"Almere";"100"\n"Vrouwen";"Almere";"110"\n'
)


def only_panel() -> Panel:
    return db.session.scalars(select(Panel)).one()


def form_of(row: Feature) -> dict[str, Any]:
    """The page of a feature as it is shown; all constituencies ticked."""
    parts = queries.constituencies_of(row.panel_id)
    data: dict[str, Any] = {
        "name": row.name,
        "question": row.question,
        "source": row.source,
        "binds": [str(number) for number in row.constituencies or [one.number for one in parts]],
        "consent_text": row.consent_text,
    }
    for place, one in enumerate(row.values):
        data |= {
            f"rows-{place}-id": one.id,
            f"rows-{place}-value": one.value,
            f"rows-{place}-per_mille": ""
            if one.per_mille is None
            else f"{one.per_mille / 10}".replace(".", ","),
            f"rows-{place}-from_age": "" if one.from_age is None else one.from_age,
            f"rows-{place}-to_age": "" if one.to_age is None else one.to_age,
            f"rows-{place}-minimum": one.minimum,
            f"rows-{place}-maximum": one.maximum,
        }
    return data


def opened(app: Flask, name: str) -> tuple[str, dict[str, Any]]:
    """Address and form of a feature of a new panel."""
    with app.app_context():
        panel = composed_panel()
        row = feature(panel, name)
        return f"/panels/{panel.id}/samenstelling/kenmerken/{row.id}", form_of(row)


def bounds(name: str) -> list[tuple[int, int]]:
    return [(one.minimum, one.maximum) for one in feature(only_panel(), name).values]


def test_ready_features_bring_the_figures(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        url = f"/panels/{composed_panel(ready=()).id}/samenstelling/kenmerken/kiezen"
    assert administrator_client.post(url, data={}).status_code == 422
    assert "Kies uit de lijst." in administrator_client.post(url, data={"ready": ["magic"]}).text
    chosen = {"ready": ["gender", "age", "language"]}
    assert administrator_client.post(url, data=chosen).status_code == 303
    assert administrator_client.post(url, data=chosen).status_code == 422  # they are no choices any more
    with app.app_context():
        gender, age, language = queries.features_of(only_panel().id)
        assert [one.value for one in gender.values] == ["vrouw", "man", "X"]
        assert sum(one.per_mille or 0 for one in gender.values) == 1000
        assert (gender.values[2].minimum, gender.values[2].maximum) == (0, 1)
        assert (age.kind, age.source) == (FeatureKind.AGE_BAND, "schatting")
        assert [(one.from_age, one.to_age) for one in age.values][-1] == (65, None)
        assert sum(one.minimum for one in age.values) <= 150 <= sum(one.maximum for one in age.values)
        assert (language.is_sensitive, language.consent_text) == (True, CONSENT)
        assert [one.per_mille for one in language.values] == [None] * 3
        assert {(one.minimum, one.maximum) for one in language.values} == {(0, 150)}
        facts = facts_of(only_panel(), db.session.scalars(select(Composition)).one())
        assert "Voor “thuistaal” zijn geen cijfers ingevuld." in as_stored(facts).warnings[0]


def test_an_own_feature(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        url = f"/panels/{composed_panel().id}/samenstelling/kenmerken"
    wrong = {
        "": "Geef het kenmerk een naam.",
        "GESLACHT": "Dit kenmerk staat er al.",
        "id": "gebruikt de loting zelf",
    }
    for name, sentence in wrong.items():
        answer = administrator_client.post(f"{url}/eigen", data={"name": name, "kind": "choice"})
        assert (answer.status_code, sentence in answer.text) == (422, True)
    answer = administrator_client.post(f"{url}/eigen", data={"name": "wijk", "kind": "choice"})
    assert answer.status_code == 303
    assert 'name="rows-2-value"' in administrator_client.get(answer.location).text
    form = {"name": "wijk", "question": "Waar woont u?", "binds": ["1", "2", "3"], "source": "Eigen telling"}
    form |= {
        "rows-0-value": "Noord",
        "rows-0-per_mille": "60%",
        "rows-1-value": "Zuid",
        "rows-1-per_mille": "40,0",
    }
    form |= {"rows-2-value": "", "rows-2-per_mille": ""}
    assert administrator_client.post(answer.location, data=form).status_code == 303
    with app.app_context():
        row = feature(only_panel(), "wijk")
        assert [(one.value, one.per_mille) for one in row.values] == [("Noord", 600), ("Zuid", 400)]
        assert (row.constituencies, bounds("wijk")) == ([], [(89, 91), (59, 61)])
        assert actions_of(only_panel())[-2:] == ["feature_added", "feature_changed"]


def test_typed_bounds_stay_until_asked(app: Flask, administrator_client: FlaskClient) -> None:
    url, form = opened(app, "geslacht")
    with app.app_context():
        before = bounds("geslacht")
    assert (
        administrator_client.post(
            url, data={**form, "rows-0-minimum": "60", "rows-0-maximum": "90"}
        ).status_code
        == 303
    )
    with app.app_context():
        assert bounds("geslacht") == [(60, 90), *before[1:]]
        form = form_of(feature(only_panel(), "geslacht"))
        url_of_panel = url.split("/kenmerken")[0]
    assert "Met de hand" in administrator_client.get(url_of_panel).text
    # half of the constituencies: what followed from shares follows, what was typed stays
    form["binds"] = ["1"]
    assert administrator_client.post(url, data=form).status_code == 303
    with app.app_context():
        assert bounds("geslacht") == [(60, 90), (24, 26), (0, 1)]
        facts = facts_of(only_panel(), db.session.scalars(select(Composition)).one())
        assert any("De minima van “geslacht” zijn samen 84." in one for one in as_stored(facts).blocks)
    assert administrator_client.post(url, data={**form, "anew": "1"}).status_code == 303
    with app.app_context():
        assert bounds("geslacht") == [(24, 26), (24, 26), (0, 1)]
    empty = {**form, "rows-0-minimum": "", "rows-0-maximum": ""}
    assert administrator_client.post(url, data=empty).status_code == 303


WRONG: tuple[tuple[dict[str, Any], str], ...] = (
    ({"name": ""}, "Geef het kenmerk een naam."),
    ({"question": " "}, "Schrijf de vraag op zoals mensen die lezen."),
    ({"binds": []}, "Kies minstens één geleding."),
    ({"binds": ["9"]}, "Kies uit de lijst."),
    ({"is_sensitive": "y", "consent_text": ""}, "Schrijf op waarvoor iemand toestemming geeft."),
    ({"rows-0-value": ""}, "Vul het antwoord in."),
    ({"rows-0-value": "man"}, "De waarde “man” staat er twee keer."),
    ({"rows-0-value": "Niet bekend"}, "gebruikt de loting zelf."),
    ({"name": "leeftijd", "rows-0-per_mille": "10"}, "Dit kenmerk staat er al."),
    ({"rows-0-value": "=1+1"}, "Begin een naam met een letter of cijfer"),
    ({"rows-0-per_mille": "10"}, "Dat moet 100% zijn."),
    ({"rows-0-per_mille": ""}, "Vul bij elke waarde een aandeel in."),
    ({"rows-0-per_mille": "de helft"}, "Schrijf een percentage, zoals 49,6."),
    ({"rows-0-minimum": "80", "rows-0-maximum": "70"}, "moet het minimum onder het maximum liggen."),
    ({"rows-0-minimum": "8", "rows-0-maximum": ""}, "allebei in: minimum en maximum."),
    ({"rows-0-remove": "y", "rows-1-remove": "y"}, "Geef minstens twee waarden."),
)


def test_what_a_feature_needs(app: Flask, administrator_client: FlaskClient) -> None:
    url, form = opened(app, "geslacht")
    for changes, sentence in WRONG:
        answer = administrator_client.post(url, data={**form, **changes})
        assert (answer.status_code, sentence in answer.text) == (422, True), sentence
        assert "<title>Fout: " in answer.text


def test_a_row_more_and_rows_of_others(app: Flask, administrator_client: FlaskClient) -> None:
    url, form = opened(app, "geslacht")
    answer = administrator_client.post(url, data={**form, "add": "1"})
    assert (answer.status_code, 'name="rows-3-value"' in answer.text) == (200, True)
    with app.app_context():
        foreign = feature(only_panel(), "leeftijd").values[0].id
        other = composed_panel("care")
        other_id, their_feature = other.id, feature(other, "geslacht").id
    assert administrator_client.post(url, data={**form, "rows-0-id": foreign}).status_code == 409
    base = url.split("/panels/")[1].split("/")[0]
    assert (
        administrator_client.get(f"/panels/{base}/samenstelling/kenmerken/{their_feature}").status_code == 404
    )
    assert (
        administrator_client.get(f"/panels/{other_id}/samenstelling/kenmerken/{their_feature}").status_code
        == 200
    )
    assert (
        administrator_client.post(
            f"/panels/{base}/samenstelling/kenmerken/{their_feature}/weghalen"
        ).status_code
        == 404
    )


def test_two_values_can_swap_their_names(app: Flask, administrator_client: FlaskClient) -> None:
    url, form = opened(app, "geslacht")
    swapped = {**form, "rows-0-value": "man", "rows-1-value": "vrouw"}
    assert administrator_client.post(url, data=swapped).status_code == 303
    with app.app_context():
        assert [one.value for one in feature(only_panel(), "geslacht").values] == ["man", "vrouw", "X"]


def test_ages_without_gaps_or_overlap(app: Flask, administrator_client: FlaskClient) -> None:
    url, form = opened(app, "leeftijd")
    wrong = {
        "Er zit een gat: niemand van 25 jaar past in een groep.": {"rows-1-from_age": "26"},
        "Twee groepen lopen door elkaar: 24 jaar past in allebei.": {"rows-1-from_age": "24"},
        "De jongste groep begint bij 18 jaar. Dat moet 16 zijn.": {"rows-0-from_age": "18"},
        "Laat de laatste leeftijd van de oudste groep leeg.": {"rows-4-to_age": "99"},
        "is de laatste leeftijd lager dan de eerste.": {"rows-0-to_age": "15"},
        "in tot en met welke leeftijd.": {"rows-0-to_age": ""},
        "in vanaf welke leeftijd.": {"rows-0-from_age": ""},
    }
    for sentence, changes in wrong.items():
        answer = administrator_client.post(url, data={**form, **changes})
        assert (answer.status_code, sentence in answer.text) == (422, True), sentence
    joined = {
        **form,
        "rows-0-to_age": "39",
        "rows-0-value": "",
        "rows-0-per_mille": "39,1",
        "rows-1-remove": "y",
    }
    assert administrator_client.post(url, data=joined).status_code == 303
    with app.app_context():
        assert [one.value for one in feature(only_panel(), "leeftijd").values] == [
            "16-39",
            "40-54",
            "55-64",
            "65+",
        ]


def test_age_rules_by_themselves(app: Flask) -> None:
    with app.test_request_context():
        good = [ValueDraft("jong", from_age=14, to_age=17), ValueDraft("oud", from_age=18)]
        assert age_errors(good, 14) == []
        assert len(age_errors(good, 16)) == 1
    assert [one.value for one in bands_from(list(READY["age"].values), 30)] == [
        "30-39",
        "40-54",
        "55-64",
        "65+",
    ]


def test_removing_a_feature(app: Flask, administrator_client: FlaskClient) -> None:
    url, _form = opened(app, "geslacht")
    assert "Dit kunt u niet terugdraaien." in administrator_client.get(f"{url}/weghalen").text
    assert administrator_client.post(f"{url}/weghalen").status_code == 303
    assert administrator_client.post(f"{url}/weghalen").status_code == 404
    with app.app_context():
        assert [one.name for one in queries.features_of(only_panel().id)] == ["leeftijd", "opleiding"]
        assert db.session.scalars(select(FeatureValue).where(FeatureValue.value == "vrouw")).first() is None


def upload(content: str | bytes) -> dict[str, Any]:
    raw = content.encode() if isinstance(content, str) else content
    return {"file": (io.BytesIO(raw), "tabel.csv")}


def test_figures_of_cbs(app: Flask, administrator_client: FlaskClient) -> None:
    url, _form = opened(app, "geslacht")
    assert administrator_client.get(f"{url}/cijfers").status_code == 200
    page = administrator_client.post(f"{url}/cijfers", data=upload(CSV))
    assert page.status_code == 200
    assert "47,6%" in page.text
    assert "CBS StatLine: Tabel" in page.text
    step = {"content": CSV, "dimension": "Geslacht", "figures": "Bevolking", "source": "CBS, 2026"}
    assert (
        "Kloppen deze cijfers"
        in administrator_client.post(f"{url}/cijfers/overnemen", data={**step, "look": "1"}).text
    )
    with app.app_context():
        assert feature(only_panel(), "geslacht").source != "CBS, 2026"
    for _time in range(2):
        assert administrator_client.post(f"{url}/cijfers/overnemen", data=step).status_code == 303
    with app.app_context():
        row = feature(only_panel(), "geslacht")
        assert [(one.value, one.per_mille) for one in row.values] == [("Mannen", 476), ("Vrouwen", 524)]
        assert (row.source, bounds("geslacht")) == ("CBS, 2026", [(71, 72), (78, 79)])


def test_figures_that_are_wrong(app: Flask, administrator_client: FlaskClient) -> None:
    url, _form = opened(app, "geslacht")
    assert "Kies het bestand met cijfers." in administrator_client.post(f"{url}/cijfers", data={}).text
    for content, sentence in (
        ("a;b\nx;1;2\n", "Regel 2 heeft 3 vakken. De kop heeft er 2."),
        ("x" * 200_001, "Het bestand is groter dan 200 kB."),
        (b"PK\x03\x04\0", "Dit is geen CSV-bestand."),
    ):
        answer = administrator_client.post(f"{url}/cijfers", data=upload(content))
        assert (answer.status_code, sentence in answer.text) == (422, True), sentence
    step = {
        "content": "Wijk;Aantal\nNoord;10\nZuid;veel\n",
        "dimension": "Wijk",
        "figures": "Aantal",
        "source": "x",
    }
    answer = administrator_client.post(f"{url}/cijfers/overnemen", data=step)
    assert (answer.status_code, "Regel 3: “veel” is geen aantal." in answer.text) == (422, True)
    for changes in ({"dimension": "magic"}, {"source": ""}, {"content": ""}, {"figures": "Wijk"}):
        assert (
            administrator_client.post(f"{url}/cijfers/overnemen", data={**step, **changes}).status_code == 422
        )
    one_value = {**step, "content": "Wijk;Aantal\nNoord;10\n"}
    assert "geen twee waarden" in administrator_client.post(f"{url}/cijfers/overnemen", data=one_value).text
    formula = {**step, "content": 'Wijk;Aantal\n"=1+1";10\nZuid;3\n'}
    assert "Begin een naam met" in administrator_client.post(f"{url}/cijfers/overnemen", data=formula).text
    many = "Wijk;Aantal\n" + "".join(f"wijk {number};1\n" for number in range(21))
    answer = administrator_client.post(f"{url}/cijfers/overnemen", data={**step, "content": many})
    assert "Er zijn meer dan 20 waarden." in answer.text


def test_ages_of_cbs_go_into_our_own_bands(app: Flask, administrator_client: FlaskClient) -> None:
    url, _form = opened(app, "leeftijd")
    lines = ["Leeftijd;Aantal", "15 tot 20 jaar;500", "20 tot 25 jaar;600", "25 tot 40 jaar;1000"]
    lines += ["40 tot 55 jaar;1000", "55 tot 65 jaar;1000", "65 jaar of ouder;1000"]
    step = {"content": "\n".join(lines), "dimension": "Leeftijd", "figures": "Aantal", "source": "CBS"}
    assert administrator_client.post(f"{url}/cijfers/overnemen", data=step).status_code == 303
    with app.app_context():
        row = feature(only_panel(), "leeftijd")
        assert [(one.value, one.per_mille, one.from_age) for one in row.values] == [
            ("16-24", 200, 16),
            ("25-39", 200, 25),
            ("40-54", 200, 40),
            ("55-64", 200, 55),
            ("65+", 200, 65),
        ]


def test_not_too_many_features(app: Flask) -> None:
    from civic.errors import Invalid, NotAllowedNow

    with app.test_request_context():
        panel = composed_panel(ready=())
        for number in range(12):
            service.add_own(panel, f"kenmerk {number}", FeatureKind.CHOICE, actor=administrator(), at=NOW)
        with pytest.raises(Invalid):
            service.add_own(panel, "nog een", FeatureKind.CHOICE, actor=administrator(), at=NOW)
        row = queries.features_of(panel.id)[0]
        draft = FeatureDraft("a", "b?", constituencies=[7], values=[ValueDraft("x"), ValueDraft("y")])
        with pytest.raises(Invalid) as error:
            service.save_feature(row, draft, actor=administrator(), at=NOW)
        assert "constituencies" in error.value.errors
        gone = FeatureDraft("a", "b?", values=[ValueDraft("x", id=0), ValueDraft("y")])
        with pytest.raises(NotAllowedNow):
            service.save_feature(row, gone, actor=administrator(), at=NOW)
