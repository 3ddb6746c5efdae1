"""The pool as the two files of the engine."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from civic.db import db
from civic.panels.models import Panel, PoolFlag
from civic.panels.service import compute
from civic.panels.service.pool_files import PoolFiles, pool_files
from civic.panels.service.reading import read
from civic.panels.states import FlagDecision, FlagKind, RegistrationState
from tests.conftest import NOW
from tests.panels.makers import administrator
from tests.panels.makers_pool import Wish, make_pool, make_registration
from tests.panels.stages import prepared_panel

ROOT = Path(__file__).resolve().parents[2]


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def quotas(files: PoolFiles) -> dict[tuple[str, str], tuple[int, int]]:
    rows = table(files.categories)
    return {(one["category"], one["feature"]): (int(one["min"]), int(one["max"])) for one in rows}


def test_it_is_read_without_errors_and_a_draw_from_it_verifies(app: Flask) -> None:
    with app.app_context():
        panel = prepared_panel()
        make_pool(panel, 600)
        files = pool_files(panel)
        reading = read(files.categories, files.respondents, panel.size)
        assert reading.errors == []
        assert reading.registrants == 600
        outcome = compute.outcome_of(
            compute.Question(files.categories, files.respondents, panel.size, files.columns), seed=11
        )
        assert outcome["result"]["verified"] is True
        assert len(outcome["members"]["rows"]) == 45
        assert {row[0] for row in outcome["members"]["rows"]} <= set(files.uids)


def test_the_command_line_reads_them_with_every_option(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        panel = prepared_panel()
        make_pool(panel, 300)
        make_registration(panel, Wish(constituency=1, is_nominated=True))
        files, size = pool_files(panel), panel.size
    (tmp_path / "categories.csv").write_bytes(files.categories)
    (tmp_path / "respondents.csv").write_bytes(files.respondents)
    (tmp_path / "fixed.csv").write_text("\n".join(["id", *files.fixed, ""]))
    plain = ["--categories", "categories.csv", "--respondents", "respondents.csv", "--size", str(size)]
    more = ["--constituency", "geleding", "--address-columns", "huishouden", "--fixed", "fixed.csv"]
    for options in (plain, [*plain, *more]):
        answer = subprocess.run(
            [sys.executable, "-m", "civic.sortition", "check", *options, "--json"],
            cwd=tmp_path,
            env={"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert answer.returncode == 0, answer.stderr
        assert json.loads(answer.stdout)["registrants"] == 301


def test_quotas_are_the_public_table(app: Flask) -> None:
    with app.app_context():
        panel = prepared_panel()
        make_pool(panel, 120)
        found = quotas(pool_files(panel))
    assert found["geleding + gemeente", "Zorgontvangers + Almere"] == (6, 6)
    assert found["geleding", "Mantelzorgers"] == (15, 15)
    assert found["gemeente", "Urk"] == (3, 3)
    assert found["leeftijd", "65+"] == (8, 12)


def test_a_feature_binds_its_constituencies_only(app: Flask) -> None:
    with app.app_context():
        panel = prepared_panel()
        make_registration(panel, Wish(constituency=1))
        make_registration(panel, Wish(constituency=2))
        files = pool_files(panel)
    assert {one["opleiding"] for one in table(files.respondents)} == {"n.v.t.", "midden"}
    assert quotas(files)["opleiding", "n.v.t."] == (15, 15)


def test_who_will_not_say_counts_for_no_quota(app: Flask) -> None:
    with app.app_context():
        panel = prepared_panel()
        answers = (("geslacht", "man"), ("leeftijd", "65+"), ("opleiding", None))
        make_registration(panel, Wish(answers=answers))
        files = pool_files(panel)
    assert table(files.respondents)[0]["opleiding"] == "niet bekend"
    assert quotas(files)["opleiding", "niet bekend"] == (0, 30)


def test_households_are_numbers_and_an_exempt_address_is_none(app: Flask) -> None:
    with app.app_context():
        panel = prepared_panel()
        alone = make_registration(panel, Wish(number="1"))
        pair = [make_registration(panel, Wish(number="2")) for _one in range(2)]
        home = [make_registration(panel, Wish(number="3")) for _one in range(3)]
        db.session.add(
            PoolFlag(
                panel_id=panel.id,
                kind=FlagKind.SAME_ADDRESS,
                registration_id=home[1].id,
                other_id=home[0].id,
                raised_at=NOW,
                decision=FlagDecision.EXEMPT,
                decided_by_id=administrator().id,
                decided_at=NOW,
            )
        )
        db.session.commit()
        files = pool_files(panel)
        homes = {one["id"]: one["huishouden"] for one in table(files.respondents)}
        assert [homes[one.uid] for one in pair] == ["h1", "h1"]
        assert {homes[one.uid] for one in [alone, *home]} == {""}
        assert files.household_column == "huishouden"


def test_without_an_address_rule_there_are_no_households(app: Flask) -> None:
    with app.app_context():
        panel = prepared_panel()
        from civic.panels.queries.composition import composition_of

        composition = composition_of(panel.id)
        assert composition is not None
        composition.one_per_address = False
        make_registration(panel)
        make_registration(panel)
        files = pool_files(panel)
    assert {one["huishouden"] for one in table(files.respondents)} == {""}
    assert files.household_column == ""


def test_the_nominated_have_a_seat_in_every_panel(app: Flask) -> None:
    with app.app_context():
        panel = prepared_panel()
        make_pool(panel, 400)
        wish = Wish(constituency=1, is_nominated=True)
        seated = [make_registration(panel, wish) for _one in range(2)]
        files = pool_files(panel)
        assert quotas(files)["plaats", "vast"] == (2, 2)
        assert quotas(files)["plaats", "loting"] == (0, 43)
        # two nominated at one address both keep their seat; only one of them stands for the home
        homes = {one["id"]: one["huishouden"] for one in table(files.respondents)}
        assert sum(bool(homes[one.uid]) for one in seated) == 1
        outcome = compute.outcome_of(
            compute.Question(files.categories, files.respondents, panel.size, files.columns), seed=3
        )
        assert {one.uid for one in seated} <= {row[0] for row in outcome["members"]["rows"]}
        assert sorted(files.fixed) == sorted(one.uid for one in seated)


def test_only_confirmed_people_and_nothing_personal(app: Flask) -> None:
    with app.app_context():
        panel = prepared_panel()
        kept = make_registration(panel, Wish(name="Gerda Geheim", email="gerda@example.nl"))
        make_registration(panel, Wish(state=RegistrationState.PENDING))
        make_registration(panel, Wish(state=RegistrationState.REMOVED))
        files = pool_files(panel)
        assert files.uids == [kept.uid]
        content = (files.categories + files.respondents).decode()
        for secret in ("Gerda", "gerda", "1315", "Kerkweg", "1980", kept.address_index or "?"):
            assert secret not in content


def test_the_same_pool_gives_the_same_bytes(app: Flask) -> None:
    with app.app_context():
        panel = prepared_panel()
        make_pool(panel, 50)
        assert pool_files(panel) == pool_files(panel)
        assert pool_files(panel).uids == sorted(pool_files(panel).uids)


def test_names_that_are_taken_get_a_star_and_formulas_stay_text(app: Flask) -> None:
    with app.app_context():
        panel = prepared_panel()
        from civic.panels.queries.composition import features_of

        gender, _age, school = features_of(panel.id)
        gender.name = "Gemeente"
        gender.values[0].value, gender.values[1].value = "=vrouw", "man + vrouw"
        school.values[0].value = "N.v.t."
        answers = (("Gemeente", "=vrouw"), ("leeftijd", "65+"), ("opleiding", "N.v.t."))
        for place, one in enumerate(("=vrouw", "man + vrouw") * 40):
            answers = (("Gemeente", one), ("leeftijd", "65+"), ("opleiding", "N.v.t."))
            make_registration(panel, Wish(constituency=1 + place % 3, answers=answers))
        files = pool_files(panel)
        assert read(files.categories, files.respondents, panel.size).errors == []
        assert "gemeente*" in table(files.respondents)[0]
        assert "n.v.t.*" in {one["opleiding"] for one in table(files.respondents)}


def test_two_statements_more_or_less_do_not_depend_on_the_pool(
    app: Flask, count_statements: Callable[[], Any]
) -> None:
    with app.app_context():
        panel = prepared_panel()
        make_pool(panel, 5)
        with count_statements() as few:
            pool_files(panel)
        make_pool(panel, 60, seed=8)
        with count_statements() as many:
            pool_files(panel)
        assert len(few) == len(many) <= 10
        assert db.session.scalar(select(Panel.id)) == panel.id
