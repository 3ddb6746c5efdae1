"""`flask keys rotate`, and then throwing the oldest key away."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import select, update

from civic import create_app
from civic.accounts.models import User
from civic.crypto import CannotOpen, Sealed, key_id
from civic.db import Base, db
from civic.mail.models import OutgoingMail
from civic.rotation import rotate_all, sealed_columns
from tests.conftest import close
from tests.factories import make_user
from tests.mail.letters import queued

OLD, NEW = "k1:" + "ab" * 32, "k2:" + "cd" * 32


def with_keys(app: Flask, keys: str) -> Flask:
    """A second app on the same database, with other keys."""
    names = ("ENVIRONMENT", "SECRET_KEY", "PEPPER", "INSTANCE", "DATABASE_URL", "TESTING")
    return create_app({**{name: app.config[name] for name in names}, "DATA_KEYS": keys})


def fill(app: Flask, people: int = 7) -> None:
    with app.app_context():
        for number in range(people):
            make_user(email=f"p{number}@example.nl", name=f"Persoon {number}").totp = f"TOTP{number}"
        queued()
        db.session.commit()


def keys_in_use() -> set[str]:
    found = set()
    for table, column in sealed_columns():
        values = db.session.scalars(select(table.c[column]).where(table.c[column].is_not(None)))
        found |= {key_id(value) for value in values}
    return found


def test_after_rotation_the_old_key_can_go(app: Flask) -> None:
    fill(app)
    both = with_keys(app, f"{NEW},{OLD}")
    result = both.test_cli_runner().invoke(args=["keys", "rotate", "--batch", "3"])
    assert result.exit_code == 0, result.output
    assert "7  user.email_sealed" in result.output
    assert "7  user.totp_sealed" in result.output
    assert "1  outgoing_mail.text_sealed" in result.output
    only_new = with_keys(app, NEW)
    with only_new.app_context():
        assert keys_in_use() == {"k2"}
        people = list(db.session.scalars(select(User).order_by(User.id)))
        assert [user.email for user in people] == [f"p{n}@example.nl" for n in range(7)]
        assert [user.name for user in people] == [f"Persoon {n}" for n in range(7)]
        assert [user.totp for user in people] == [f"TOTP{n}" for n in range(7)]
        assert db.session.scalars(select(OutgoingMail)).one().address == "kees@example.nl"
    for one in (both, only_new):
        close(one)


def test_without_rotation_it_cannot(app: Flask) -> None:
    fill(app, people=1)
    only_new = with_keys(app, NEW)
    with only_new.app_context():
        user = db.session.scalars(select(User)).one()
        with pytest.raises(CannotOpen):
            assert user.email
    close(only_new)


def test_a_second_run_has_nothing_to_do(app: Flask) -> None:
    fill(app)
    both = with_keys(app, f"{NEW},{OLD}")
    with both.app_context():
        assert sum(one.resealed for one in rotate_all(2)) == 7 * 3 + 3
        assert sum(one.resealed for one in rotate_all(2)) == 0
    close(both)


def test_it_can_be_stopped_and_run_again(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(app)
    both = with_keys(app, f"{NEW},{OLD}")
    ring = both.extensions["key_ring"]
    calls = 0

    def seal_until_the_power_fails(text: str, place: str) -> str:
        nonlocal calls
        calls += 1
        if calls > 5:
            raise KeyboardInterrupt
        return str(type(ring).seal(ring, text, place))

    with both.app_context():
        monkeypatch.setitem(both.extensions, "key_ring", _Stub(ring, seal_until_the_power_fails))
        with pytest.raises(KeyboardInterrupt):
            rotate_all(2)
        monkeypatch.setitem(both.extensions, "key_ring", ring)
        assert keys_in_use() == {"k1", "k2"}
        rotate_all(2)
        assert keys_in_use() == {"k2"}
    close(both)


class _Stub:
    """A key ring whose machine loses power."""

    def __init__(self, ring: object, seal: object) -> None:
        self._ring, self.seal = ring, seal

    def __getattr__(self, name: str) -> object:
        return getattr(self._ring, name)


def test_someone_who_saves_meanwhile_wins(app: Flask) -> None:
    """Between reading and writing a batch a resident changes a name; that is what stays."""
    fill(app, people=1)
    both = with_keys(app, f"{NEW},{OLD}")
    ring = both.extensions["key_ring"]
    with both.app_context():
        user = db.session.scalars(select(User)).one()
        saved = ring.seal("Nieuwe Naam", f"user:name_sealed:{user.uid}")
        db.session.rollback()
        done = []

        def save(_c: object, _cur: object, statement: str, _p: object, context: object, _m: object) -> None:
            if statement.startswith("UPDATE") and "name_sealed" in statement and not done:
                done.append(True)
                db.session.execute(update(User).values(name_sealed=saved))

        sqlalchemy_event.listen(db.engine, "before_cursor_execute", save)
        rotate_all()
        sqlalchemy_event.remove(db.engine, "before_cursor_execute", save)
        db.session.expire_all()
        assert db.session.scalars(select(User)).one().name == "Nieuwe Naam"
    close(both)


def test_an_unreadable_value_is_counted_and_stops_nothing(app: Flask) -> None:
    fill(app)
    with app.app_context():
        first = db.session.scalars(select(User.id).order_by(User.id)).first()
        db.session.execute(update(User).where(User.id == first).values(email_sealed="v1.k9.kapot.kapot"))
        db.session.commit()
    both = with_keys(app, f"{NEW},{OLD}")
    result = both.test_cli_runner().invoke(args=["keys", "rotate", "--batch", "1"])
    assert result.exit_code == 1
    assert "1 waarden gaan met geen van de sleutels open" in result.output
    with both.app_context():
        assert keys_in_use() == {"k2", "k9"}
    close(both)


def test_every_sealed_column_can_be_rotated() -> None:
    """Rotation works on the tables; what it needs must be there, and a descriptor must read the column."""
    described = {
        (mapper.class_.__tablename__, value.column)
        for mapper in Base.registry.mappers
        for kind in mapper.class_.__mro__
        for value in vars(kind).values()
        if isinstance(value, Sealed)
    }
    columns = {(table.name, column) for table, column in sealed_columns()}
    assert columns == described
    for table, _column in sealed_columns():
        assert "uid" in table.columns, table.name
        assert len(table.primary_key.columns) == 1, table.name


def test_batch_must_be_positive(app: Flask) -> None:
    assert app.test_cli_runner().invoke(args=["keys", "rotate", "--batch", "0"]).exit_code == 2


def test_generated_keys_can_be_used(app: Flask) -> None:
    from civic.crypto import KeyRing

    output = app.test_cli_runner().invoke(args=["keys", "generate"]).output
    line = next(line for line in output.splitlines() if line.startswith("CIVIC_DATA_KEYS="))
    assert KeyRing.parse(line.split("=", 1)[1]).current == "k1"
