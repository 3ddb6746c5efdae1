"""Personal data at rest: authenticated encryption per field, blind indexes, and key rotation.

A sealed value is `v1.<key id>.<nonce>.<ciphertext>` (AES-256-GCM). The additional data binds it to
table, column and row, so a value copied to another row does not open. Keys come from CIVIC_DATA_KEYS
(`k2:<hex>,k1:<hex>`; the first one encrypts) and stay outside the database and its backups.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import unicodedata
from dataclasses import dataclass
from typing import Any, overload
from uuid import uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app
from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from civic.config import SettingsError

KEY_BYTES = 32
NONCE_BYTES = 12


class CannotOpen(Exception):
    """The value was changed, moved to another row, or its key is not in the ring."""


@dataclass(frozen=True)
class KeyRing:
    """Named 32-byte keys; the first one seals, all of them open."""

    keys: tuple[tuple[str, bytes], ...]

    @classmethod
    def parse(cls, text: str) -> KeyRing:
        pairs = []
        for part in filter(None, (piece.strip() for piece in text.split(","))):
            name, _, secret = part.partition(":")
            try:
                key = bytes.fromhex(secret)
            except ValueError:
                key = b""
            if not (name.isascii() and name.isalnum()) or len(key) != KEY_BYTES:
                raise SettingsError("CIVIC_DATA_KEYS: schrijf elke sleutel als naam:64 hexadecimale tekens.")
            pairs.append((name, key))
        # names are compared without case, as LIKE does on SQLite
        if not pairs or len({name.lower() for name, _ in pairs}) != len(pairs):
            raise SettingsError("CIVIC_DATA_KEYS: geef minstens één sleutel, elk met een eigen naam.")
        return cls(tuple(pairs))

    @property
    def current(self) -> str:
        return self.keys[0][0]

    def seal(self, text: str, binding: str) -> str:
        name, key = self.keys[0]
        nonce = os.urandom(NONCE_BYTES)
        sealed = AESGCM(key).encrypt(nonce, text.encode(), binding.encode())
        return f"v1.{name}.{_encode(nonce)}.{_encode(sealed)}"

    def open(self, value: str, binding: str) -> str:
        try:
            version, name, nonce, sealed = value.split(".")
            key = dict(self.keys)[name]
            if version != "v1":
                raise CannotOpen(version)
            return AESGCM(key).decrypt(_decode(nonce), _decode(sealed), binding.encode()).decode()
        except (ValueError, KeyError, InvalidTag) as error:
            raise CannotOpen(binding) from error


def key_id(value: str) -> str:
    """The key a sealed value says it was made with; "" when it is no sealed value."""
    parts = value.split(".")
    return parts[1] if len(parts) == 4 and parts[0] == "v1" else ""


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decode(text: str) -> bytes:
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if _encode(raw) != text:  # Python skips foreign characters and spare bits; we take one spelling only
        raise ValueError("not in its one spelling")
    return raw


def key_ring() -> KeyRing:
    ring: KeyRing = current_app.extensions["key_ring"]
    return ring


def uid_column() -> Mapped[str]:
    """The stable row id that sealed values are bound to; it exists before the insert."""
    return mapped_column(String(32), unique=True, default=lambda: uuid4().hex)


def sealed_column() -> Mapped[str | None]:
    return mapped_column(Text, info={"personal": True, "sealed": True})


def personal_column(*args: Any, **options: Any) -> Any:
    """A column that tells something about a person; it needs a retention rule (a test checks)."""
    return mapped_column(*args, **options, info={"personal": True})


class Sealed:
    """Read and write a sealed column as text: `email = Sealed("email_sealed")`."""

    def __init__(self, column: str) -> None:
        self.column = column

    @overload
    def __get__(self, row: None, kind: type[Any]) -> Sealed: ...

    @overload
    def __get__(self, row: object, kind: type[Any]) -> str | None: ...

    def __get__(self, row: Any, kind: type[Any]) -> Sealed | str | None:
        if row is None:
            return self
        value = getattr(row, self.column)
        return None if value is None else key_ring().open(value, self.binding(row))

    def __set__(self, row: Any, text: str | None) -> None:
        if row.uid is None:
            row.uid = uuid4().hex
        setattr(row, self.column, None if text is None else key_ring().seal(text, self.binding(row)))

    def binding(self, row: Any) -> str:
        return binding(row.__tablename__, self.column, row.uid)


def binding(table: str, column: str, uid: str) -> str:
    """The place a sealed value belongs to; it opens nowhere else."""
    return f"{table}:{column}:{uid}"


def token_hash(token: str) -> str:
    """What is stored of the secret in a link: enough to find the row, too little to make the link."""
    return hashlib.sha256(token.encode()).hexdigest()


def blind_index(purpose: str, text: str) -> str:
    """A keyed hash that finds equal values without storing them; `purpose` keeps uses apart."""
    pepper = str(current_app.config["PEPPER"]).encode()
    return hmac.new(pepper, f"{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()


def canonical_email(address: str) -> str:
    """One spelling per mailbox: case folded, `+tag` dropped, dots dropped where the host ignores them."""
    local, _, domain = unicodedata.normalize("NFKC", address).strip().casefold().rpartition("@")
    domain = _ascii_domain(domain)
    domain = {"googlemail.com": "gmail.com"}.get(domain, domain)
    local = local.split("+", 1)[0] or local
    if domain == "gmail.com":
        local = local.replace(".", "")
    return f"{local}@{domain}"


def _ascii_domain(domain: str) -> str:
    """müller.nl and xn--mller-kva.nl are one host."""
    try:
        return domain.rstrip(".").encode("idna").decode("ascii")
    except UnicodeError:
        return domain  # not a host name; two spellings of it stay two


def email_index(address: str) -> str:
    return blind_index("email", canonical_email(address))
