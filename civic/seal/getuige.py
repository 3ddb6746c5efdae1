"""Getuige van een verzegeld logboek. Eén bestand; nodig: Python 3.10 of nieuwer en `cryptography`.

    python3 getuige.py sleutel                 maak een sleutel; geef het openbare deel aan de beheerder
    python3 getuige.py teken https://site      haal het controlepunt, kijk of het past, teken

Het script onthoudt in een map (--map, standaard "getuige") wat u het laatst tekende. Het weigert een logboek
dat korter werd of dat niet voortgaat op wat u tekende. Dan bewaart het beide controlepunten als bewijs.

Stands alone on purpose: a witness runs it on its own computer and shares no code with the site. What it does
is written down in C2SP (tlog-checkpoint, tlog-cosignature) and RFC 9162 section 2.1.4.2.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import os
import re
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any, NoReturn, TextIO

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

KEY_FILE, STATE_FILE = "getuige.sleutel", "laatst-getekend.json"
MOST_BYTES, SECONDS = 1_000_000, 30
DASH = "\N{EM DASH}"
BODY = re.compile(r"([^\s+]{1,200})\n([1-9][0-9]{0,14})\n([A-Za-z0-9+/]{43}=)\n\Z")
HEX = re.compile(r"[0-9a-f]{64}\Z")
TOKEN = re.compile(r'name="csrf_token"[^>]*?value="([^"]+)"')
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Refused(Exception):
    """The site does not tell the truth, or cannot be checked: nothing is signed. Exit code 1."""


class Unusable(Exception):
    """Something here is missing or wrong, or the site cannot be reached. Exit code 2."""


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint with a good signature of the site; `note` is all of it, as it came."""

    origin: str
    size: int
    root: bytes
    text: str
    note: str


# --- the tree (RFC 9162 section 2.1.4.2) -------------------------------------------------------------------


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def is_consistent(old: Checkpoint, new: Checkpoint, proof: Sequence[bytes]) -> bool:
    """Does the log of `new` begin with that of `old`? Both hold at least one entry."""
    if old.size == new.size:
        return not proof and old.root == new.root
    if old.size > new.size or not proof:
        return False
    steps = [old.root, *proof] if old.size & (old.size - 1) == 0 else list(proof)
    place, last = old.size - 1, new.size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    older = newer = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            older, newer = node_hash(step, older), node_hash(step, newer)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            newer = node_hash(newer, step)
        place, last = place >> 1, last >> 1
    return last == 0 and older == old.root and newer == new.root


# --- notes -------------------------------------------------------------------------------------------------


def read_checkpoint(note: str, verifier_key: str) -> Checkpoint:
    """The checkpoint in a note. Raises `Refused` when the signature of the site does not hold."""
    text, _, signatures = note.partition("\n\n")
    found = BODY.match(text + "\n")
    if found is None:
        raise Refused("De site gaf geen goed controlepunt.")
    name, start, key = read_key(verifier_key)
    if name != found[1]:
        raise Refused("De sleutel van de site hoort bij een ander logboek.")
    if not any(holds(key, one, found[0]) for one in lines_of(signatures, name, start)):
        raise Refused("De handtekening van de site onder het controlepunt klopt niet.")
    return Checkpoint(found[1], int(found[2]), base64.b64decode(found[3]), found[0], note)


def read_key(verifier_key: str) -> tuple[str, bytes, bytes]:
    """(name, first bytes of its signatures, key) of name+hash+key."""
    name, _, rest = verifier_key.strip().partition("+")
    start, _, value = rest.partition("+")
    kind_and_key = from_base64(value)
    expected = hashlib.sha256(name.encode() + b"\n" + kind_and_key).hexdigest()[:8]
    if len(kind_and_key) != 33 or kind_and_key[:1] != b"\x01" or start != expected:
        raise Refused("De site gaf geen goede sleutel.")
    return name, bytes.fromhex(start), kind_and_key[1:]


def lines_of(signatures: str, name: str, start: bytes) -> list[bytes]:
    """The signatures under a note that this key says it made."""
    found = []
    for line in signatures.splitlines():
        parts = line.split(" ")
        if len(parts) == 3 and parts[0] == DASH and parts[1] == name:
            value = from_base64(parts[2])
            if value[:4] == start:
                found.append(value[4:])
    return found


def holds(key: bytes, signature: bytes, text: str) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def from_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


# --- own files ---------------------------------------------------------------------------------------------


def make_key(folder: Path) -> str:
    """Make the key, once; returns the public half in hex."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / KEY_FILE
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return public_half(read_private(folder))
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(Ed25519PrivateKey.generate().private_bytes_raw().hex() + "\n")
    return public_half(read_private(folder))


def read_private(folder: Path) -> Ed25519PrivateKey:
    path = folder / KEY_FILE
    try:
        text = path.read_text(encoding="ascii").strip()
        is_open = os.name == "posix" and path.stat().st_mode & 0o077
    except FileNotFoundError:
        raise Unusable(f"Er is nog geen sleutel in {folder}. Maak er een: getuige.py sleutel") from None
    except UnicodeDecodeError:
        text, is_open = "", 0
    if is_open:
        raise Unusable(f"Ook anderen kunnen {path} lezen. Doe eerst: chmod 600 {path}")
    if not HEX.match(text):
        raise Unusable(f"{path} is geen sleutel. Zet de kopie van uw sleutel terug.")
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(text))


def public_half(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes_raw().hex()


def read_state(folder: Path) -> tuple[Checkpoint, str] | None:
    """(what was signed last, the key of the site); None at first. What cannot be read is never "at first"."""
    path = folder / STATE_FILE
    if not path.exists():
        return None
    try:
        state = json.loads(path.read_text(encoding="utf-8"))
        return read_checkpoint(state["note"], state["key"]), state["key"]
    except (ValueError, KeyError, TypeError, AttributeError, Refused) as error:
        raise Unusable(f"{path} is beschadigd. Zet een kopie terug; begin niet opnieuw.") from error


def write_state(folder: Path, checkpoint: Checkpoint, key: str) -> None:
    """Whole or not at all, and on disk before the signature leaves this computer."""
    draft = folder / f"{STATE_FILE}.nieuw"
    with draft.open("w", encoding="utf-8") as out:
        json.dump({"key": key, "note": checkpoint.note}, out, ensure_ascii=False, indent=1)
        out.flush()
        os.fsync(out.fileno())
    os.replace(draft, folder / STATE_FILE)  # noqa: PTH105  # says better what it is for


def keep_evidence(folder: Path, old: Checkpoint, new: Checkpoint) -> Path:
    """Two checkpoints, both signed by the site, that cannot both be true."""
    path = folder / f"bewijs-{old.size}-{new.size}-{int(time.time())}.txt"
    path.write_text(f"{old.note}\n\n{new.note}", encoding="utf-8")
    return path


# --- the site ----------------------------------------------------------------------------------------------


class Site:
    """Fetches from one site, with the cookie that its form needs."""

    def __init__(self, url: str) -> None:
        parts = urllib.parse.urlsplit(url)
        is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
        if not is_safe or not parts.netloc:
            raise Unusable("Geef het adres van de site zo: https://samen.voorbeeld.nl")
        self.url = url.rstrip("/")
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> str:
        return self._open(urllib.request.Request(f"{self.url}{path}"))  # noqa: S310  # https, as checked above

    def post(self, path: str, fields: dict[str, str]) -> str:
        """Send a form, with the token of its page; the answer in plain text."""
        token = TOKEN.search(self.get(path))
        if token is None:
            raise Unusable("De site nam geen handtekening aan: deze getuige is misschien gestopt.")
        data = urllib.parse.urlencode({**fields, "csrf_token": token[1]}).encode()
        headers = {"Accept": "text/plain", "Referer": f"{self.url}{path}"}
        request = urllib.request.Request(f"{self.url}{path}", data, headers)  # noqa: S310  # https, as checked
        return self._open(request)

    def _open(self, request: urllib.request.Request) -> str:
        try:
            with self._opener.open(request, timeout=SECONDS) as answer:
                data: bytes = answer.read(MOST_BYTES + 1)
        except urllib.error.HTTPError as error:
            text = error.read(MOST_BYTES).decode("utf-8", "replace").strip()
            is_plain = error.headers.get_content_type() == "text/plain"
            reason = f": {text}" if is_plain else f" (code {error.code})."
            raise Unusable(f"De site weigert {request.full_url}{reason}") from error
        except (urllib.error.URLError, OSError, ValueError) as error:
            raise Unusable(f"De site {self.url} is niet te bereiken.") from error
        if len(data) > MOST_BYTES:
            raise Unusable(f"Het antwoord van {request.full_url} is te groot.")
        return data.decode("utf-8", "replace")

    def get_json(self, path: str) -> Any:
        try:
            return json.loads(self.get(path))
        except ValueError as error:
            raise Refused(f"De site gaf geen goed antwoord op {path}.") from error


# --- signing -----------------------------------------------------------------------------------------------


def sign(folder: Path, url: str) -> str:
    """Fetch, check, remember, sign, hand in. Returns the sentence to print."""
    private, known, site = read_private(folder), read_state(folder), Site(url)
    key = known[1] if known else site.get("/verifieer/sleutel").strip()
    new = read_checkpoint(site.get("/verifieer/checkpoint"), key)
    if known:
        check(folder, known[0], new, site)
    witness = own_id(site, public_half(private))
    write_state(folder, new, key)
    moment = int(time.time())
    signature = private.sign(f"cosignature/v1\ntime {moment}\n{new.text}".encode()).hex()
    fields = {"size": str(new.size), "time": str(moment), "signature": signature}
    answer = site.post(f"/verifieer/getuigen/{witness}", fields).strip()
    first = "" if known else f"\nDit was de eerste keer. Vergelijk de sleutel van de site:\n{key}"
    return f"Getekend: {new.origin}, {new.size} regels. De site antwoordt: {answer}{first}"


def check(folder: Path, old: Checkpoint, new: Checkpoint, site: Site) -> None:
    """Raises `Refused` unless the new log goes on where the old one ended."""
    if new.size < old.size:
        path = keep_evidence(folder, old, new)
        raise Refused(
            f"Het logboek is korter dan wat u tekende: {new.size} regels, eerst {old.size}. Bewijs: {path}"
        )
    proof: list[bytes] = []
    if new.size > old.size:
        answer = site.get_json(f"/verifieer/consistentie?van={old.size}&tot={new.size}")
        proof = read_proof(answer)
    if not is_consistent(old, new, proof):
        path = keep_evidence(folder, old, new)
        raise Refused(f"Het logboek is vertakt: het gaat niet voort op wat u tekende. Bewijs: {path}")


def read_proof(answer: Any) -> list[bytes]:
    steps = answer.get("proof") if isinstance(answer, dict) else None
    if not isinstance(steps, list) or not all(isinstance(one, str) and HEX.match(one) for one in steps):
        raise Refused("De site gaf geen bewijs dat het logboek voortgaat op wat u tekende.")
    return [bytes.fromhex(one) for one in steps]


def own_id(site: Site, key: str) -> int:
    found = site.get_json("/verifieer/getuigen.json")
    for one in found if isinstance(found, list) else ():
        if isinstance(one, dict) and one.get("key") == key and isinstance(one.get("id"), int):
            if one.get("retired") is not None:
                raise Unusable("Volgens de site bent u gestopt als getuige.")
            return int(one["id"])
    raise Unusable(f"Uw sleutel staat niet op de site. Geef dit aan de beheerder: {key}")


# --- the command line --------------------------------------------------------------------------------------


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        sys.stderr.write("Gebruik: getuige.py [--map MAP] sleutel | teken https://site\n")
        raise SystemExit(2)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = _Parser(description="Getuige van een verzegeld logboek.")
    parser.add_argument(
        "--map", metavar="MAP", type=Path, default=Path("getuige"), help="waar uw sleutel staat"
    )
    parser.add_argument("werk", choices=("sleutel", "teken"))
    parser.add_argument("site", nargs="?", help="het adres van de site")
    options = parser.parse_args(arguments)
    if (options.werk == "teken") != bool(options.site):
        parser.error("site")
    try:
        if options.werk == "sleutel":
            say(f"Uw openbare sleutel, voor de beheerder van de site:\n{make_key(options.map)}")
        else:
            say(sign(options.map, options.site))
    except Refused as error:
        say(f"NIET GETEKEND. {error}", sys.stderr)
        return 1
    except Unusable as error:
        say(str(error), sys.stderr)
        return 2
    except OSError as error:
        say(f"Wij kunnen {error.filename} niet lezen of schrijven.", sys.stderr)
        return 2
    return 0


def say(text: str, where: TextIO | None = None) -> None:
    """Part of it came from the site: only signs that can be printed, as far as this terminal knows them."""
    out = where or sys.stdout
    plain = "".join(one for one in text if one.isprintable() or one == "\n")
    encoding = out.encoding or "utf-8"
    out.write(plain.encode(encoding, "replace").decode(encoding) + "\n")


if __name__ == "__main__":
    sys.exit(main())
