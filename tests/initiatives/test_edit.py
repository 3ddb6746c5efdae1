from __future__ import annotations

from flask import Flask

from civic.db import db
from civic.initiatives import service
from civic.initiatives.models import Initiative
from civic.initiatives.states import WithdrawReason
from tests.access import OWNER_EMAIL
from tests.conftest import NOW
from tests.initiatives.factories import author, draft, form_values, published

OTHER_TAB = "b" * 32


def _draft(app: Flask) -> tuple[int, dict]:
    with app.app_context():
        initiative = draft(NOW, plan="")
        return initiative.id, form_values(initiative)


def _stored(app: Flask, initiative_id: int) -> Initiative:
    with app.app_context():
        return db.session.get_one(Initiative, initiative_id)


def test_save_goes_on_to_the_check(app: Flask, sign_in) -> None:
    number, form = _draft(app)
    client = sign_in(email=OWNER_EMAIL)
    response = client.post(f"/initiatieven/{number}/bewerken", data={**form, "title": "Een nieuwe titel"})
    assert response.status_code == 303
    assert response.location.endswith("/controleren")
    assert _stored(app, number).title == "Een nieuwe titel"


def test_what_is_missing_is_said_at_once_and_the_rest_is_kept(app: Flask, sign_in) -> None:
    number, form = _draft(app)
    form |= {"plan": "", "author_postcode": "", "solution_owner": "hack", "scope": "district"}
    response = sign_in(email=OWNER_EMAIL).post(f"/initiatieven/{number}/bewerken", data=form)
    page = response.get_data(as_text=True)
    assert response.status_code == 422
    for sentence in (
        "hoe uw plan eruitziet",
        "Vul uw postcode in",
        "Kies wie de oplossing",
        "Vul de naam van de wijk",
    ):
        assert sentence in page
    assert _stored(app, number).title == form["title"]


def test_strangers_and_anonymous_are_kept_out(app: Flask, client, sign_in) -> None:
    number, form = _draft(app)
    for path in ("bewerken", "controleren", "weggooien"):
        assert client.get(f"/initiatieven/{number}/{path}").status_code == 302
        assert sign_in().get(f"/initiatieven/{number}/{path}").status_code == 403
    assert sign_in().post(f"/initiatieven/{number}/bewerken", data=form).status_code == 403
    assert sign_in().post(f"/initiatieven/{number}/bewaren", data=form).status_code == 403


def test_published_is_no_draft_any_more(app: Flask, sign_in) -> None:
    with app.app_context():
        initiative = published(NOW)
        number, form = initiative.id, form_values(initiative, title="Toch anders")
    client = sign_in(email=OWNER_EMAIL)
    assert client.get(f"/initiatieven/{number}/bewerken").status_code == 409
    assert client.post(f"/initiatieven/{number}/bewerken", data=form).status_code == 409
    assert client.post(f"/initiatieven/{number}/bewaren", data=form).status_code == 409
    assert client.get(f"/initiatieven/{number}/weggooien").status_code == 409
    assert _stored(app, number).title == "Bomen op het plein"


def test_two_tabs_do_not_overwrite_each_other(app: Flask, sign_in) -> None:
    number, form = _draft(app)
    client = sign_in(email=OWNER_EMAIL)
    other = {**form, "tab": OTHER_TAB, "title": "Van de andere tab"}
    assert client.post(f"/initiatieven/{number}/bewaren", data=other).status_code == 303
    response = client.post(f"/initiatieven/{number}/bewerken", data={**form, "title": "Van deze tab"})
    page = response.get_data(as_text=True)
    assert response.status_code == 409
    assert "Nog niet bewaard" in page
    assert "Van deze tab" in page
    assert _stored(app, number).title == "Van de andere tab"


def test_the_same_tab_is_never_in_its_own_way(app: Flask, sign_in) -> None:
    number, form = _draft(app)
    client = sign_in(email=OWNER_EMAIL)
    for title in ("Een", "Twee", "Drie"):
        response = client.post(f"/initiatieven/{number}/bewerken", data={**form, "title": title})
        assert response.status_code == 303
    assert _stored(app, number).title == "Drie"


def test_saving_once_more_after_a_conflict_is_a_choice(app: Flask, sign_in) -> None:
    number, form = _draft(app)
    client = sign_in(email=OWNER_EMAIL)
    client.post(f"/initiatieven/{number}/bewaren", data={**form, "tab": OTHER_TAB})
    page = client.post(f"/initiatieven/{number}/bewerken", data={**form, "title": "Mijn keus"}).get_data(
        as_text=True
    )
    hidden = {
        name: page.split(f'name="{name}"')[1].split('value="')[1].split('"')[0]
        for name in ("revision", "tab")
    }
    assert (
        client.post(
            f"/initiatieven/{number}/bewerken", data={**form, **hidden, "title": "Mijn keus"}
        ).status_code
        == 303
    )
    assert _stored(app, number).title == "Mijn keus"


def test_nonsense_in_hidden_fields_and_choices_is_refused_quietly(app: Flask, sign_in) -> None:
    number, form = _draft(app)
    client = sign_in(email=OWNER_EMAIL)
    for nonsense in ("", "-1", "9" * 40, "abc", "²", "é"):
        response = client.post(
            f"/initiatieven/{number}/bewerken", data={**form, "revision": nonsense, "tab": nonsense}
        )
        assert response.status_code == 409
    form |= {"place_ids": ["999999999999999999999"], "confirmed_rules": ["hack"], "scope": "galaxy"}
    assert client.post(f"/initiatieven/{number}/bewaren", data=form).status_code == 303
    with app.app_context():
        stored = db.session.get_one(Initiative, number)
        assert (stored.places, stored.confirmed_rules) == ([], [])


def test_unknown_numbers_are_unknown_pages(sign_in) -> None:
    client = sign_in()
    for number in ("0", "999999", "99999999999999999999"):
        for path in ("", "/bewerken", "/controleren", "/steunen", "/steunen/code", "/gesteund", "/intrekken"):
            assert client.get(f"/initiatieven/{number}{path}").status_code == 404


def test_autosave_answers_with_a_small_block(app: Flask, sign_in) -> None:
    number, form = _draft(app)
    client = sign_in(email=OWNER_EMAIL)
    half = {"title": "", "wish": "Half", "tab": form["tab"], "revision": form["revision"]}
    response = client.post(f"/initiatieven/{number}/bewaren", data=half, headers={"HX-Request": "true"})
    block = response.get_data(as_text=True)
    assert response.status_code == 200
    assert "Bewaard om" in block
    assert "uur" in block
    assert "<html" not in block
    assert _stored(app, number).wish == "Half"


def test_autosave_says_why_it_did_not_save(app: Flask, sign_in) -> None:
    number, form = _draft(app)
    client = sign_in(email=OWNER_EMAIL)
    url, headers = f"/initiatieven/{number}/bewaren", {"HX-Request": "true"}
    too_long = client.post(url, data={**form, "title": "x" * 200}, headers=headers)
    assert too_long.status_code == 422
    assert "Niet bewaard" in too_long.get_data(as_text=True)
    client.post(url, data={**form, "tab": OTHER_TAB}, headers=headers)
    conflict = client.post(url, data=form, headers=headers)
    assert conflict.status_code == 409
    assert "andere plek" in conflict.get_data(as_text=True)


def test_save_and_go_on_later_without_javascript(app: Flask, sign_in) -> None:
    number, form = _draft(app)
    client = sign_in(email=OWNER_EMAIL)
    response = client.post(
        f"/initiatieven/{number}/bewaren", data={"title": "Alleen dit", "tab": form["tab"]}
    )
    assert response.status_code == 303
    assert "Alleen dit" in client.get(response.location).get_data(as_text=True)
    assert client.get(f"/initiatieven/{number}/bewaren").status_code == 405


def test_a_withdrawn_one_cannot_be_edited(app: Flask, sign_in) -> None:
    with app.app_context():
        initiative = published(NOW)
        service.withdraw(initiative, WithdrawReason.SOLVED, actor=author(), at=NOW)
        db.session.commit()
        number = initiative.id
    assert sign_in(email=OWNER_EMAIL).get(f"/initiatieven/{number}/controleren").status_code == 409


def test_the_name_of_the_district_says_when_it_is_needed(app: Flask, sign_in) -> None:
    with app.app_context():
        number = draft().id
    page = sign_in(email=OWNER_EMAIL).get(f"/initiatieven/{number}/bewerken").text
    assert "niet verplicht" not in page
    assert "Alleen nodig als uw plan voor één wijk of dorp is." in page
