"""/beheer/regels: fill in, check, decide; only for one's own municipality."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic.accounts.models import RoleGrant, User
from civic.accounts.states import STAFF_ROLES, Role
from civic.calendar import today
from civic.db import db, now
from civic.regions.forms import per_mille
from civic.regions.models import Municipality, RuleSet
from civic.regions.policy import may_edit_rules, may_see_rule_sets
from tests.factories import municipality

SignIn = Callable[..., FlaskClient]
PATH = "/beheer/regels/GM0995/nieuw"


def answers(**changes: Any) -> dict[str, Any]:
    """A form that is filled in well."""
    return {
        "valid_from": (today(now()) + timedelta(days=40)).isoformat(),
        "source": "Verordening burgerinitiatief Lelystad 2027",
        "initiator_age": "14",
        "supporter_age": "14",
        "residence": "municipality",
        "minimum_initiators": "1",
        "kind_municipality": "number",
        "number_municipality": "120",
        "kind_district": "share",
        "share_district": "0,1",
        "cap_district": "50",
        "collection_months": "6",
        "repeat_bar_years": "2",
        "exclusion_grounds": ["complaint", "objection"],
        "formal_check_weeks": "4",
        "repair_weeks": "2",
        "council_weeks": "13",
        "article_initiator_age": "artikel 2, lid 1",
        "article_complaint": "artikel 4",
        **changes,
    }


@pytest.fixture
def griffie(sign_in: SignIn) -> FlaskClient:
    return sign_in(Role.COUNCIL_OFFICE, email="jan@example.nl", code="GM0995")


@pytest.fixture
def admin(sign_in: SignIn) -> FlaskClient:
    return sign_in(Role.ADMINISTRATOR, email="marit@example.nl")


def versions(app: Flask, code: str = "GM0995") -> list[RuleSet]:
    with app.app_context():
        return list(municipality(code).rule_sets)


def hidden(page: str) -> dict[str, list[str]]:
    """The answers that the check page carries on."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page):
        found.setdefault(name, []).append(value)
    return found


def test_policy_in_all_branches() -> None:
    place, other = Municipality(id=1), Municipality(id=2)
    for role in STAFF_ROLES:
        regional, local = User(), User()
        regional.grants.append(RoleGrant(role=role, municipality_id=None))
        local.grants.append(RoleGrant(role=role, municipality_id=1))
        assert may_edit_rules(regional, other) is (role in {Role.ADMINISTRATOR, Role.COUNCIL_OFFICE})
        assert may_edit_rules(local, place) is (role is Role.COUNCIL_OFFICE)
        assert not may_edit_rules(local, other)
        assert may_see_rule_sets(local) is (role is Role.COUNCIL_OFFICE)
        assert may_see_rule_sets(regional) is (role in {Role.ADMINISTRATOR, Role.COUNCIL_OFFICE})
    for nobody in (None, User()):
        assert not may_edit_rules(nobody, place)
        assert not may_see_rule_sets(nobody)


@pytest.mark.parametrize("path", ["/beheer/regels", "/beheer/regels/GM0995", PATH])
def test_who_gets_in(client: FlaskClient, sign_in: SignIn, path: str) -> None:
    assert client.get(path).location == f"/inloggen?verder={path}"
    assert sign_in().get(path).status_code == 403
    assert sign_in(Role.EDITOR, email="noor@example.nl").get(path).status_code == 403


def test_griffie_of_lelystad_does_not_touch_urk(app: Flask, griffie: FlaskClient) -> None:
    assert griffie.get(PATH).status_code == 200
    assert griffie.get("/beheer/regels/GM0184").status_code == 200
    assert griffie.get("/beheer/regels/GM0184/nieuw").status_code == 403
    assert griffie.post("/beheer/regels/GM0184/nieuw", data=answers(step="confirm")).status_code == 403
    assert len(versions(app, "GM0184")) == 1
    page = griffie.get("/beheer/regels").text
    assert "/beheer/regels/GM0995/nieuw" in page
    assert "/beheer/regels/GM0184/nieuw" not in page


def test_unknown_municipality(admin: FlaskClient) -> None:
    assert admin.get("/beheer/regels/GM9999").status_code == 404
    assert admin.get("/beheer/regels/GM9999/nieuw").status_code == 404


def test_form_starts_with_the_latest_rules(griffie: FlaskClient) -> None:
    page = griffie.get(PATH).text
    assert 'name="number_municipality"' in page
    assert re.search(r'name="number_municipality"[^>]*value="100"', page)
    assert re.search(r'value="complaint"\s+checked', page)


def test_fill_in_check_and_decide(app: Flask, griffie: FlaskClient) -> None:
    check = griffie.post(PATH, data=answers())
    assert check.status_code == 200
    assert len(versions(app)) == 1  # checking decides nothing
    assert "U bent 14 jaar of ouder." in check.text
    assert "artikel 2, lid 1" in check.text
    assert "Nieuw" in check.text
    carried = hidden(check.text)
    assert carried["after_version"] == ["1"]
    done = griffie.post(PATH, data={**carried, "step": "confirm"})
    assert done.status_code == 303
    assert done.location == "/beheer/regels/GM0995"
    row = versions(app)[-1]
    assert (row.version, row.source) == (2, "Verordening burgerinitiatief Lelystad 2027")
    assert row.rules["thresholds"]["municipality"]["number"] == 120
    assert row.rules["thresholds"]["district"] == {"number": None, "share_per_mille": 1, "cap": 50}
    assert row.rules["exclusion_grounds"] == ["complaint", "objection"]
    assert row.rules["articles"] == {"initiator_age": "artikel 2, lid 1", "complaint": "artikel 4"}
    page = griffie.get(done.location).text
    assert "Anders" in page
    assert "Komt nog" in page


def test_second_click_looks_like_success(app: Flask, griffie: FlaskClient) -> None:
    carried = {**hidden(griffie.post(PATH, data=answers()).text), "step": "confirm"}
    assert griffie.post(PATH, data=carried).status_code == 303
    assert griffie.post(PATH, data=carried).status_code == 303
    assert len(versions(app)) == 2


def test_colleague_was_first(app: Flask, griffie: FlaskClient, admin: FlaskClient) -> None:
    carried = {**hidden(griffie.post(PATH, data=answers()).text), "step": "confirm"}
    other = {**hidden(admin.post(PATH, data=answers(council_weeks="20")).text), "step": "confirm"}
    assert admin.post(PATH, data=other).status_code == 303
    answer = griffie.post(PATH, data=carried)
    assert answer.status_code == 409
    assert len(versions(app)) == 2


def test_back_to_change_keeps_everything(griffie: FlaskClient) -> None:
    carried = hidden(griffie.post(PATH, data=answers()).text)
    page = griffie.post(PATH, data={**carried, "step": "change"})
    assert page.status_code == 200
    assert re.search(r'name="number_municipality"[^>]*value="120"', page.text)
    assert "artikel 2, lid 1" in page.text
    assert "error-summary" not in page.text


def test_confirm_is_checked_again(app: Flask, griffie: FlaskClient) -> None:
    answer = griffie.post(PATH, data=answers(initiator_age="-5", step="confirm", after_version="x"))
    assert answer.status_code == 422
    yesterday = (today(now()) - timedelta(days=1)).isoformat()
    assert griffie.post(PATH, data=answers(valid_from=yesterday, step="confirm")).status_code == 422
    assert len(versions(app)) == 1


def test_date_after_a_coming_version(app: Flask, griffie: FlaskClient) -> None:
    griffie.post(PATH, data={**hidden(griffie.post(PATH, data=answers()).text), "step": "confirm"})
    soon = (today(now()) + timedelta(days=5)).isoformat()
    assert "of later" in griffie.post(PATH, data=answers(valid_from=soon)).text
    late = griffie.post(PATH, data=answers(valid_from=soon, step="confirm"))
    assert late.status_code == 422
    assert "Kies een datum na vandaag en na de vorige versie." in late.text
    assert len(versions(app)) == 2


def test_all_errors_at_once_and_nothing_lost(app: Flask, griffie: FlaskClient) -> None:
    answer = griffie.post(PATH, data={"source": "  ", "initiator_age": "zestien", "number_municipality": "7"})
    assert answer.status_code == 422
    assert 'value="zestien"' in answer.text
    for name in (
        "valid_from",
        "source",
        "initiator_age",
        "supporter_age",
        "residence",
        "kind_municipality",
        "kind_district",
        "minimum_initiators",
        "collection_months",
        "repeat_bar_years",
        "formal_check_weeks",
        "repair_weeks",
        "council_weeks",
    ):
        assert f'href="#{name}"' in answer.text, name
    assert len(versions(app)) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("initiator_age", "121"),
        ("initiator_age", "-1"),
        ("initiator_age", "1e3"),
        ("initiator_age", "9" * 5000),
        ("supporter_age", "١٦"),
        ("minimum_initiators", "0"),
        ("collection_months", "0"),
        ("council_weeks", "105"),
        ("repair_weeks", "2,5"),
        ("repeat_bar_years", "21"),
        ("number_municipality", "0"),
        ("number_municipality", ""),
        ("number_municipality", "999999"),
        ("share_district", ""),
        ("share_district", "0"),
        ("share_district", "100,1"),
        ("share_district", "0,55"),
        ("share_district", "veel"),
        ("cap_district", "0"),
        ("cap_district", "999999"),
        ("residence", "mars"),
        ("kind_municipality", "same"),
        ("kind_municipality", "x"),
        ("kind_district", ""),
        ("exclusion_grounds", ["complaint", "onzin"]),
        ("valid_from", "31-12-2027"),
        ("valid_from", "2027-02-30"),
        ("valid_from", "9999-12-31"),
        ("valid_from", "0001-01-01"),
        ("source", ""),
        ("source", "x" * 301),
        ("article_complaint", "x" * 121),
    ],
)
def test_bounds(app: Flask, griffie: FlaskClient, field: str, value: Any) -> None:
    answer = griffie.post(PATH, data=answers(**{field: value}))
    assert answer.status_code == 422
    assert answer.text.count('class="field__error"') == 1, re.findall(r"field__error.*", answer.text)
    assert f'href="#{field}"' in answer.text
    assert len(versions(app)) == 1


def test_boxes_of_the_other_kind_are_left_alone(app: Flask, griffie: FlaskClient) -> None:
    changes = {"kind_district": "same", "share_municipality": "", "number_district": "999999"}
    data = hidden(griffie.post(PATH, data=answers(**changes)).text)
    assert griffie.post(PATH, data={**data, "step": "confirm"}).status_code == 303
    assert versions(app)[-1].rules["thresholds"].keys() == {"municipality"}


def test_next_form_starts_with_a_share(app: Flask, griffie: FlaskClient) -> None:
    changes = {"kind_municipality": "share", "share_municipality": "1.5", "cap_municipality": ""}
    data = hidden(griffie.post(PATH, data=answers(**changes, kind_district="same")).text)
    griffie.post(PATH, data={**data, "step": "confirm"})
    assert versions(app)[-1].rules["thresholds"]["municipality"]["share_per_mille"] == 15
    page = griffie.get(PATH).text
    assert re.search(r'name="share_municipality"[^>]*value="1,5"', page)


def test_text_is_only_text(griffie: FlaskClient) -> None:
    bad = '"><script>alert(1)</script>{{ 7*7 }} %(x)s ‮ 😀'
    page = griffie.post(PATH, data=answers(source=bad, article_complaint=bad[:100]))
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert griffie.post(PATH, data=answers(source=bad, step="confirm")).status_code == 303
    for path in ("/beheer/regels", "/beheer/regels/GM0995", "/regels/GM0995?versie=2"):
        shown = griffie.get(path)
        assert shown.status_code == 200
        assert "<script>alert" not in shown.text


@pytest.mark.parametrize(
    ("text", "number"), [("0,5", 5), ("0.5", 5), ("12", 120), ("100", 1000), ("", 0), ("x", 0)]
)
def test_per_mille(text: str, number: int) -> None:
    assert per_mille(text) == number


def test_csrf_is_checked(app: Flask, griffie: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    answer = griffie.post(PATH, data=answers(step="confirm"))
    assert answer.status_code == 400
    assert "Verordening burgerinitiatief Lelystad 2027" in answer.text
    assert len(versions(app)) == 1


def test_csrf_token_of_the_check_page_works(app: Flask, griffie: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    page = griffie.get(PATH).text
    token = page.split('name="csrf_token" type="hidden" value="')[1].split('"')[0]
    carried = hidden(griffie.post(PATH, data=answers(csrf_token=token)).text)
    assert griffie.post(PATH, data={**carried, "step": "confirm"}).status_code == 303
    with app.app_context():
        assert db.session.query(RuleSet).filter_by(version=2).count() == 1


def test_statements_do_not_grow(app: Flask, admin: FlaskClient, count_statements: Callable[[], Any]) -> None:
    with count_statements() as few:
        admin.get("/beheer/regels")
    admin.post(PATH, data=answers(step="confirm"))
    with count_statements() as many:
        admin.get("/beheer/regels")
    assert len(many) == len(few)


def test_what_one_kind_of_threshold_needs_is_not_called_optional(griffie: FlaskClient) -> None:
    page = griffie.get(PATH).text
    for name in ("number_municipality", "share_municipality", "number_district", "share_district"):
        label = page.split(f'for="{name}"')[1].split("</label>")[0]
        assert "niet verplicht" not in label
    assert "Alleen nodig bij een vast aantal." in page
    assert "niet verplicht" in page.split('for="cap_municipality"')[1].split("</label>")[0]
