"""Signed notes as C2SP writes them: checkpoints (tlog-checkpoint), keys, cosignatures of witnesses. Pure.

A checkpoint is three lines: origin, number of entries, root in base64. Under it, after an empty line, stand
signatures: "— name base64(first 4 bytes of the key's hash ‖ signature)".
"""

from __future__ import annotations

import base64
import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519, COSIGNATURE = b"\x01", b"\x04"  # the kinds of key and signature
TIME_BYTES = 8


def body(origin: str, size: int, root: bytes) -> str:
    """The text of a checkpoint: what is signed."""
    return f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"


def cosigned(text: str, time: int) -> bytes:
    """What a witness signs at this time (seconds since 1970): I saw this checkpoint, and it fits the last."""
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def verifier_key(name: str, kind: bytes, key: bytes) -> str:
    """A public key as others read it in: name+hash+key."""
    return f"{name}+{_key_id(name, kind, key).hex()}+{base64.b64encode(kind + key).decode()}"


def log_line(name: str, key: bytes, signature: bytes) -> str:
    return _line(name, _key_id(name, ED25519, key) + signature)


def witness_line(name: str, key: bytes, time: int, signature: bytes) -> str:
    return _line(name, _key_id(name, COSIGNATURE, key) + time.to_bytes(TIME_BYTES, "big") + signature)


def signed(text: str, lines: list[str]) -> str:
    return f"{text}\n{''.join(lines)}"


def digest(name: str) -> str:
    """A name as the log holds it."""
    return hashlib.sha256(name.encode()).hexdigest()


def _line(name: str, value: bytes) -> str:
    return f"\N{EM DASH} {name} {base64.b64encode(value).decode()}\n"


def _key_id(name: str, kind: bytes, key: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + kind + key).digest()[:4]


def public_key(seed: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def sign(seed: bytes, message: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed).sign(message)


def holds(key: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
