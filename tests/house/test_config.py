"""Settings: production refuses to start half configured; a checkout makes its own secrets."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import pytest

from civic import create_app
from civic.config import SettingsError, is_local_demo, read_environment, settings

GOOD: dict[str, Any] = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": secrets.token_urlsafe(48),
    "PEPPER": secrets.token_urlsafe(48),
    "DATA_KEYS": "k1:" + secrets.token_hex(32),
    "LOG_KEY": secrets.token_hex(32),
    "DATABASE_URL": "postgresql+psycopg://civic@db/civic",
    "SMTP_HOST": "smtp.example.nl",
    "CONTACT_EMAIL": "hulp@example.nl",
    "SITE_URL": "https://regio.example.nl",
}


def test_complete_production_settings() -> None:
    values = settings(GOOD)
    assert values["SESSION_COOKIE_NAME"] == "__Host-session"
    assert values["SESSION_COOKIE_SECURE"]
    assert values["SESSION_COOKIE_HTTPONLY"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"DEMO": True}, "CIVIC_DEMO"),
        ({"SECRET_KEY": ""}, "CIVIC_SECRET_KEY ontbreekt"),
        ({"PEPPER": ""}, "CIVIC_PEPPER ontbreekt"),
        ({"DATA_KEYS": ""}, "CIVIC_DATA_KEYS ontbreekt"),
        ({"LOG_KEY": ""}, "CIVIC_LOG_KEY ontbreekt"),
        ({"LOG_KEY": "00" * 32}, "CIVIC_LOG_KEY is te kort of te raden"),
        ({"LOG_KEY": secrets.token_urlsafe(48)}, "CIVIC_LOG_KEY moet 64 hexadecimale tekens zijn"),
        ({"LOG_ORIGIN": "samen in de regio"}, "CIVIC_LOG_ORIGIN"),
        ({"LOG_ORIGIN": "a+b"}, "CIVIC_LOG_ORIGIN"),
        ({"DATABASE_URL": ""}, "CIVIC_DATABASE_URL ontbreekt"),
        ({"SMTP_HOST": ""}, "CIVIC_SMTP_HOST ontbreekt"),
        ({"CONTACT_EMAIL": ""}, "CIVIC_CONTACT_EMAIL ontbreekt"),
        ({"SITE_URL": "http://regio.example.nl"}, "https://"),
        ({"SECRET_KEY": "changeme"}, "CIVIC_SECRET_KEY is te kort of te raden"),
        ({"SECRET_KEY": "a" * 64}, "CIVIC_SECRET_KEY is te kort of te raden"),
        ({"SECRET_KEY": "abc" * 20}, "CIVIC_SECRET_KEY is te kort of te raden"),
        ({"PEPPER": "geheim"}, "CIVIC_PEPPER is te kort of te raden"),
        ({"PEPPER": "x:" + "kort"}, "CIVIC_PEPPER is te kort of te raden"),
        ({"DATA_KEYS": "k1:" + "00" * 32}, "CIVIC_DATA_KEYS is te kort of te raden"),
        (
            {"DATA_KEYS": "k2:" + "00" * 32 + "," + GOOD["DATA_KEYS"]},
            "CIVIC_DATA_KEYS is te kort of te raden",
        ),
        ({"DATA_KEYS": GOOD["DATA_KEYS"] + ",k2:kort"}, "CIVIC_DATA_KEYS is te kort of te raden"),
        ({"PEPPER": GOOD["SECRET_KEY"]}, "mogen niet gelijk zijn"),
        ({"SMTP_USER": "site", "SMTP_PASSWORD": "geheim"}, "CIVIC_SMTP_STARTTLS"),
        ({"MAIL_FROM": "geen adres"}, "CIVIC_MAIL_FROM"),
        ({"MAIL_FROM": ""}, "CIVIC_MAIL_FROM"),
        ({"MAIL_FROM": "a@example.nl\nBcc: b@example.nl"}, "CIVIC_MAIL_FROM"),
        ({"CONTACT_EMAIL": "hulp"}, "CIVIC_CONTACT_EMAIL"),
        ({"SITE_NAME": "Samen\nX-Injected: ja"}, "CIVIC_SITE_NAME"),
    ],
)
def test_production_refuses(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence):
        settings({**GOOD, **change})
    with pytest.raises(SettingsError):
        create_app({**GOOD, **change})


def test_all_problems_are_said_at_once() -> None:
    with pytest.raises(SettingsError) as error:
        settings({**GOOD, "SECRET_KEY": "", "PEPPER": "", "SMTP_HOST": ""})
    for name in ("SECRET_KEY", "PEPPER", "SMTP_HOST"):
        assert f"CIVIC_{name}" in str(error.value)


def test_a_secret_is_never_in_the_message() -> None:
    with pytest.raises(SettingsError) as error:
        settings({**GOOD, "SECRET_KEY": "mijn-wachtwoord"})
    assert "mijn-wachtwoord" not in str(error.value)


@pytest.mark.parametrize(
    "change",
    [{"SMTP_STARTTLS": True}, {"SMTP_PORT": 465}, {"SMTP_HOST": "127.0.0.1"}, {"SMTP_HOST": "localhost"}],
)
def test_a_mail_password_over_tls_or_on_this_machine(change: dict[str, Any]) -> None:
    settings({**GOOD, "SMTP_USER": "site", "SMTP_PASSWORD": "geheim", **change})


@pytest.mark.parametrize("name", ["prod", "Production", "", "live"])
def test_a_misspelt_environment_is_not_development(name: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="CIVIC_ENVIRONMENT"):
        settings({"ENVIRONMENT": name, "INSTANCE": str(tmp_path)})


def test_development_makes_its_own_secrets_and_keeps_them(tmp_path: Path) -> None:
    first = settings({"INSTANCE": str(tmp_path / "one")})
    again = settings({"INSTANCE": str(tmp_path / "one")})
    other = settings({"INSTANCE": str(tmp_path / "two")})
    for name in ("SECRET_KEY", "PEPPER", "DATA_KEYS"):
        assert first[name] == again[name] != other[name]
    for path in (tmp_path / "one").glob("*.secret"):
        assert path.stat().st_mode & 0o077 == 0, "only the owner may read a secret"


def test_two_processes_that_start_at_once_share_a_secret(tmp_path: Path) -> None:
    from threading import Barrier, Thread

    start, found = Barrier(8), []

    def read() -> None:
        start.wait()
        found.append(settings({"INSTANCE": str(tmp_path)})["SECRET_KEY"])

    threads = [Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


def test_the_environment_is_read_by_type() -> None:
    values = read_environment(
        {
            "CIVIC_DEMO": "ja",
            "CIVIC_SMTP_PORT": "587",
            "CIVIC_SITE_NAME": "Flevoland",
            "CIVIC_SMTP_STARTTLS": "0",
            "DEMO": "1",
        }
    )
    assert (values["DEMO"], values["SMTP_PORT"], values["SITE_NAME"]) == (True, 587, "Flevoland")
    assert values["SMTP_STARTTLS"] is False
    assert read_environment({})["DEMO"] is False


def test_a_number_that_is_none() -> None:
    with pytest.raises(SettingsError, match="CIVIC_SMTP_PORT moet een getal zijn"):
        read_environment({"CIVIC_SMTP_PORT": "vijfentwintig"})


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, True),
        ({"DEMO": False}, False),
        ({"ENVIRONMENT": "production"}, False),
        ({"BIND": "0.0.0.0"}, False),  # noqa: S104 - the refused case
        ({"BIND": "::1"}, True),
    ],
)
def test_a_local_demo(change: dict[str, Any], expected: bool) -> None:
    assert (
        is_local_demo({"DEMO": True, "ENVIRONMENT": "development", "BIND": "127.0.0.1", **change}) is expected
    )
