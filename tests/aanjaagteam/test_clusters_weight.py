"""Weight is distinct people; above a threshold an exception is a pattern (S19a)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.aanjaagteam.models import Report
from civic.aanjaagteam.queries.clusters import (
    DEFAULT_THRESHOLD,
    groups,
    head_of_report,
    is_pattern,
    patterns,
    recent_counts,
    threshold,
    weight_of_report,
    weights,
)
from civic.aanjaagteam.service import clusters
from civic.aanjaagteam.states import State
from civic.db import db, now
from tests.aanjaagteam.makers import member, report_in
from tests.aanjaagteam.voices_makers import actions, follower
from tests.statements import counting


def _group(*reports: Report) -> Report:
    for other in reports[1:]:
        clusters.put_together(reports[0], other, actor=member(), at=now())
    return reports[0]


def _weight(report: Report) -> int:
    return weights([report.id])[report.id]


def test_reporters_and_followers_of_the_whole_group_count(app: Flask) -> None:
    with app.app_context():
        one, two, alone = (report_in(State.TAKEN_UP) for _number in range(3))
        follower(one, "a@example.nl")
        follower(two, "b@example.nl")
        _group(one, two)
        assert weights([one.id, two.id, alone.id]) == {one.id: 4, two.id: 2, alone.id: 1}


def test_the_same_person_counts_once(app: Flask) -> None:
    with app.app_context():
        one = report_in(State.TAKEN_UP, email="A.b+x@gmail.com")
        two = report_in(State.TAKEN_UP, email="ab@gmail.com")
        follower(two, "c@example.nl")
        follower(one, "c@example.nl")
        follower(one, "ab@googlemail.com")
        assert _weight(one) == 2  # the reporter who also said "me too" counts once; c counts
        _group(one, two)
        assert _weight(one) == 2
        clusters.take_out(two, actor=member(), at=now())
        assert (_weight(one), _weight(two)) == (2, 2)


def test_the_public_reads_the_weight_of_the_whole_group(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        reports = [report_in(State.TAKEN_UP) for _number in range(5)]
        _group(*reports)
        db.session.commit()
        numbers = [report.id for report in reports]
    for number in numbers[:2]:
        assert "5 mensen lopen hierop vast." in client.get(f"/meldingen/{number}").text


def test_who_did_not_confirm_does_not_count(app: Flask) -> None:
    with app.app_context():
        one = report_in(State.TAKEN_UP)
        row = follower(one, "a@example.nl")
        row.confirmed_at = None
        db.session.flush()
        assert _weight(one) == 1


def test_a_pattern_is_noticed_once(app: Flask, team: FlaskClient) -> None:
    with app.app_context():
        head = _group(*(report_in(State.TAKEN_UP) for _number in range(4)))
        assert patterns([head.id], now()) == frozenset()
        follower(head, "a@example.nl")
        assert patterns([head.id], now()) == {head.id}
        follower(head, "b@example.nl")
        db.session.commit()
        number = head.id
    assert actions(app, number).count("pattern_reached") == 1
    page = team.get(f"/aanjaagteam/meldingen/{number}").text
    assert "Patroon" in page
    assert "In 90 dagen 6 keer gemeld." in page


def test_only_ninety_days_count(app: Flask) -> None:
    with app.app_context():
        old = report_in(State.TAKEN_UP, at=now() - timedelta(days=91))
        new = report_in(State.TAKEN_UP, at=now() - timedelta(days=89))
        follower(old, "a@example.nl", now() - timedelta(days=100))
        follower(old, "b@example.nl", now() - timedelta(days=10))
        _group(old, new)
        assert recent_counts([old.id], now()) == {old.id: 2}
        assert _weight(old) == 4


def test_the_threshold_is_a_setting_of_the_region(app: Flask, team: FlaskClient, scoped: FlaskClient) -> None:
    url = "/aanjaagteam/groepen/drempel"
    with app.app_context():
        assert threshold() == DEFAULT_THRESHOLD
    assert scoped.post(url, data={"threshold": "2"}).status_code == 403
    assert team.post(url, data={"threshold": "3"}).status_code == 303
    assert team.post(url, data={"threshold": "4"}).status_code == 303
    with app.app_context():
        assert threshold() == 4


@pytest.mark.parametrize("typed", ["", "1", "101", "x", "🚲"])
def test_a_threshold_that_makes_no_sense(team: FlaskClient, typed: str) -> None:
    page = team.post("/aanjaagteam/groepen/drempel", data={"threshold": typed})
    assert page.status_code == 422
    assert "Kies een getal van 2 tot 100." in page.text


def test_in_a_select_over_reports(app: Flask) -> None:
    """What the queue uses: nothing more than columns, and one statement."""
    with app.app_context():
        head = _group(*(report_in(State.TAKEN_UP) for _number in range(3)))
        at = now()
        statement = select(
            Report.id,
            weight_of_report().label("weight"),
            head_of_report().label("head"),
            is_pattern(at).label("p"),
        ).order_by(weight_of_report().desc(), Report.id)
        with counting(db.engine) as seen:
            rows = list(db.session.execute(statement))
        assert len(seen) == 1
        assert [(row.weight, row.head, bool(row.p)) for row in rows] == [
            (3, None, False),
            (1, head.id, False),
            (1, head.id, False),
        ]


def test_the_list_of_groups(
    app: Flask, team: FlaskClient, scoped: FlaskClient, make: Callable[..., int]
) -> None:
    with app.app_context():
        for _group_number in range(3):
            _group(*(report_in(State.TAKEN_UP) for _number in range(2)))
        db.session.commit()
        counts = []
        for size in (1, 3):
            with counting(db.engine) as seen:
                page = groups(member(), None, now(), size)
            assert len(page.rows) == size
            counts.append(len(seen))
        assert counts[0] == counts[1]
        assert page.total == 3
    assert "2 × opgepakt" in team.get("/aanjaagteam/groepen").text
    assert "Er zijn nog geen groepen" in scoped.get("/aanjaagteam/groepen").text


def test_the_public_reads_no_small_numbers(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        report = report_in(State.TAKEN_UP)
        for number in range(3):
            follower(report, f"p{number}@example.nl")
        db.session.commit()
        number = report.id
    assert "Minder dan 5 mensen lopen hierop vast." in client.get(f"/meldingen/{number}").text
    with app.app_context():
        follower(db.session.get_one(Report, number), "vijf@example.nl")
        db.session.commit()
    assert "5 mensen lopen hierop vast." in client.get(f"/meldingen/{number}").text
