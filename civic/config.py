"""Settings come from the environment (CIVIC_*) and nowhere else.

Production refuses to start without its secrets: a forged session or an unreadable address
is worse than a site that stays down with a clear sentence.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

MINIMAL_SECRET_LENGTH = 32
SMTP_TLS_PORT = 465  # TLS from the first byte; the other ports may switch to it with STARTTLS
KNOWN_SECRETS = frozenset({"dev", "secret", "changeme", "change-me", "default", "geheim", "welkom"})
ENVIRONMENTS = frozenset({"production", "development", "testing"})
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

LOG_KEY = re.compile(r"[0-9a-f]{64}\Z")
# it stands in signed notes, where spaces and plus signs separate
LOG_ORIGIN = re.compile(r"[^\s+]{1,200}\Z")
PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,190}\Z")

DEFAULTS: dict[str, Any] = {
    "ENVIRONMENT": "development",
    "DEMO": False,
    "SECRET_KEY": "",
    "DATA_KEYS": "",
    "PEPPER": "",
    "LOG_KEY": "",
    "LOG_ORIGIN": "",
    "DATABASE_URL": "",
    "SITE_NAME": "Samen in de regio",
    "SITE_URL": "http://127.0.0.1:5000",
    "BIND": "127.0.0.1",
    "SOURCE_URL": "",
    "CONTACT_EMAIL": "",
    "CONTACT_PHONE": "",
    "MAIL_FROM": "noreply@example.nl",
    "SMTP_HOST": "",
    "SMTP_PORT": 25,
    "SMTP_USER": "",
    "SMTP_PASSWORD": "",
    "SMTP_STARTTLS": False,
    "INSTANCE": "",
    "SMALL_NUMBER": 10,
    # working days for what needs no inquiry: five, so that a weekly meeting comes before the day (S14c)
    "DECIDE_NOW_DAYS": 5,
    # working days for a decision on anything else, and for an answer where nobody agreed on a day
    "DECISION_DAYS": 20,
    "ANSWER_DAYS": 10,
    # working days before the last day of a decision on which somebody is asked what comes after it
    "DECISION_END_DAYS": 20,
    "SUPPORT_BURST": 20,
    "PAGE_CACHE": True,
    "RENDER_CACHE": True,
    "TRUSTED_PROXIES": 0,
    "UPLOAD_MEGABYTES": 5,
    "FILES": "database",
    "BEACON_RELAYS": "https://api.drand.sh,https://drand.cloudflare.com",
    "PRACTICE_CHAIN": "",
}


class SettingsError(Exception):
    """The settings cannot be used; the message says which one and what to do."""


def read_environment(environ: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Read CIVIC_* variables over the defaults, converted to the type of the default."""
    source = os.environ if environ is None else environ
    values = dict(DEFAULTS)
    for name, default in DEFAULTS.items():
        raw = source.get(f"CIVIC_{name}")
        if raw is not None:
            values[name] = _convert(name, raw, default)
    return values


def _convert(name: str, raw: str, default: Any) -> Any:
    if isinstance(default, bool):
        return raw.strip().lower() in {"1", "true", "yes", "ja", "on"}
    if isinstance(default, int):
        try:
            return int(raw)
        except ValueError:
            raise SettingsError(f"CIVIC_{name} moet een getal zijn, maar is {raw!r}.") from None
    return raw


def settings(overrides: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The complete Flask configuration, checked. Raises `SettingsError`."""
    values = {**read_environment(), **(overrides or {})}
    instance = Path(values["INSTANCE"] or Path(__file__).resolve().parent.parent / "instance")
    values["INSTANCE"] = str(instance)
    if values["ENVIRONMENT"] not in ENVIRONMENTS:
        # "prod" or "Production" must not quietly mean: development, with made-up secrets
        raise SettingsError(f"CIVIC_ENVIRONMENT moet een van deze zijn: {', '.join(sorted(ENVIRONMENTS))}.")
    _check_mail_headers(values)
    _check_files(values)
    values["PRACTICE_CHAIN"] = _practice_chain(values)
    values["BEACON_RELAYS"] = _relays(values)
    if values["ENVIRONMENT"] == "production":
        check_production(values)
    else:
        _fill_development_secrets(values, instance)
    _check_log(values)
    return {**values, **_flask_values(values, instance)}


def _check_log(values: dict[str, Any]) -> None:
    """The sealed log signs with LOG_KEY under the name LOG_ORIGIN; without one, that of the site's host."""
    values["LOG_ORIGIN"] = values["LOG_ORIGIN"] or urlsplit(str(values["SITE_URL"])).hostname or ""
    if not LOG_KEY.match(str(values["LOG_KEY"])):
        raise SettingsError(
            "CIVIC_LOG_KEY moet 64 hexadecimale tekens zijn. Maak er een met: flask keys generate"
        )
    if not LOG_ORIGIN.match(values["LOG_ORIGIN"]) or not values["LOG_ORIGIN"].isprintable():
        raise SettingsError(
            "CIVIC_LOG_ORIGIN moet een naam zonder spaties en plustekens zijn, zoals samen.voorbeeld.nl."
        )


def _check_mail_headers(values: Mapping[str, Any]) -> None:
    """A wrong sender would make every mail fail, one by one and too late."""
    for name in ("MAIL_FROM", "CONTACT_EMAIL"):
        if values[name] and not PLAIN_ADDRESS.match(str(values[name])):
            raise SettingsError(f"CIVIC_{name} moet een e-mailadres zijn, zoals post@example.nl.")
    if not values["MAIL_FROM"] or not str(values["SITE_NAME"]).isprintable():
        raise SettingsError("CIVIC_MAIL_FROM en CIVIC_SITE_NAME moeten ingevuld zijn, elk op één regel.")


def _check_files(values: Mapping[str, Any]) -> None:
    """Uploads stand in the database, or in a directory that every process finds by the same path."""
    place = str(values["FILES"])
    if place != "database" and not Path(place).is_absolute():
        raise SettingsError('CIVIC_FILES moet "database" zijn, of een map die met / begint.')


def _practice_chain(values: Mapping[str, Any]) -> bool:
    """Left empty: a demo draws with numbers that anybody can know beforehand, any other site does not."""
    value = values["PRACTICE_CHAIN"]
    if isinstance(value, str) and not value.strip():
        return bool(values["DEMO"])
    return bool(_convert("PRACTICE_CHAIN", str(value), False))


def _relays(values: Mapping[str, Any]) -> str:
    """Where the public number is fetched: a plain origin each, and nobody may read along on the way."""
    relays = [one.strip().rstrip("/") for one in str(values["BEACON_RELAYS"]).split(",") if one.strip()]
    for one in relays:
        parts = urlsplit(one)
        is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
        if not is_safe or not parts.hostname or parts.query or parts.fragment or "@" in parts.netloc:
            raise SettingsError(
                "CIVIC_BEACON_RELAYS moet adressen hebben die met https:// beginnen, met een komma ertussen."
            )
    return ",".join(relays)


def setting(name: str) -> Any:
    """One setting of the app that is running: for services, which know nothing of the web."""
    from flask import current_app  # local: reading the settings themselves needs no app

    return current_app.config[name]


def check_production(values: Mapping[str, Any]) -> None:
    """Refuse to run with demo mode, without secrets, or with a secret that anyone can guess."""
    problems = []
    if values["DEMO"]:
        problems.append("CIVIC_DEMO mag in productie niet aan staan.")
    if values.get("PRACTICE_CHAIN"):
        problems.append("CIVIC_PRACTICE_CHAIN mag in productie niet aan staan: die getallen kent iedereen.")
    for name in ("SECRET_KEY", "DATA_KEYS", "PEPPER", "LOG_KEY"):
        problems += _secret_problems(name, str(values[name]))
    if values["SECRET_KEY"] and values["SECRET_KEY"] == values["PEPPER"]:
        problems.append("CIVIC_SECRET_KEY en CIVIC_PEPPER mogen niet gelijk zijn.")
    for name in ("DATABASE_URL", "SMTP_HOST", "CONTACT_EMAIL"):
        if not values[name]:
            problems.append(f"CIVIC_{name} ontbreekt.")
    if not str(values["SITE_URL"]).startswith("https://"):
        problems.append("CIVIC_SITE_URL moet met https:// beginnen.")
    if _password_in_the_clear(values):
        problems.append("Zet CIVIC_SMTP_STARTTLS aan. Anders gaat het mailwachtwoord leesbaar over het net.")
    if problems:
        raise SettingsError(" ".join(problems))


def _secret_problems(name: str, value: str) -> list[str]:
    if not value:
        return [f"CIVIC_{name} ontbreekt. Maak er een met: flask keys generate"]
    # only the key ring holds several, each as name:secret; any other secret may contain these signs
    parts = [part.strip().split(":")[-1] for part in value.split(",")] if name == "DATA_KEYS" else [value]
    if any(_is_weak(part) for part in parts):
        return [f"CIVIC_{name} is te kort of te raden. Maak een nieuwe met: flask keys generate"]
    return []


def _is_weak(secret: str) -> bool:
    return len(secret) < MINIMAL_SECRET_LENGTH or secret.lower() in KNOWN_SECRETS or len(set(secret)) < 8


def _password_in_the_clear(values: Mapping[str, Any]) -> bool:
    is_safe = (
        values["SMTP_STARTTLS"]
        or int(values["SMTP_PORT"]) == SMTP_TLS_PORT
        or values["SMTP_HOST"] in LOOPBACK
    )
    return bool(values["SMTP_USER"]) and not is_safe


def is_local_demo(values: Mapping[str, Any]) -> bool:
    """Only a demo that this machine alone can reach may show its mail (with the codes to sign in)."""
    return bool(values["DEMO"]) and values["ENVIRONMENT"] != "production" and values["BIND"] in LOOPBACK


def _fill_development_secrets(values: dict[str, Any], instance: Path) -> None:
    """Each checkout gets its own random secrets, so no known secret exists anywhere."""
    makers: dict[str, Callable[[], str]] = {
        "SECRET_KEY": lambda: secrets.token_urlsafe(48),
        "PEPPER": lambda: secrets.token_urlsafe(48),
        "DATA_KEYS": lambda: "k1:" + secrets.token_hex(32),
        "LOG_KEY": lambda: secrets.token_hex(32),
    }
    for name, make in makers.items():
        values[name] = values[name] or _kept_secret(instance / f"{name.lower()}.secret", make())


def _kept_secret(path: Path, fresh: str) -> str:
    """The secret of this checkout. The web and the jobs process may both be the first to ask."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        with os.fdopen(
            os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
        ) as handle:
            handle.write(fresh)
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)  # whole or not at all, and only for the first
        draft.unlink()
    return path.read_text(encoding="utf-8").strip()


def _flask_values(values: Mapping[str, Any], instance: Path) -> dict[str, Any]:
    is_https = str(values["SITE_URL"]).startswith("https://")
    return {
        "SQLALCHEMY_DATABASE_URI": values["DATABASE_URL"] or f"sqlite:///{instance / 'civic.sqlite3'}",
        # a statement that fails is logged: without what somebody typed (a story that is compared)
        "SQLALCHEMY_ENGINE_OPTIONS": {"hide_parameters": True},
        "SESSION_COOKIE_NAME": "__Host-session" if is_https else "session",
        "SESSION_COOKIE_SECURE": is_https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": 12 * 3600,
        "WTF_CSRF_TIME_LIMIT": None,
        "MAX_CONTENT_LENGTH": int(values["UPLOAD_MEGABYTES"]) * 1024 * 1024,
        # the longest form is about 120 KB; files do not count towards this
        "MAX_FORM_MEMORY_SIZE": 256 * 1024,
        "MAX_FORM_PARTS": 500,
        "BABEL_DEFAULT_LOCALE": "nl",
        "BABEL_DEFAULT_TIMEZONE": "Europe/Amsterdam",
    }
