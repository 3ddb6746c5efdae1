"""The log for programs: tiles, entries and proofs are enough to check everything from outside."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic import merkle
from civic.db import db
from civic.seal import note
from tests.seal.makers import DRONTEN, LELYSTAD, cosign, publish, record, seal_all, signed_log
from tests.statements import counting


@pytest.fixture
def size(app: Flask) -> int:
    """A log of more than two tiles under a witnessed checkpoint, and more that is not signed yet."""
    with app.app_context():
        publish(LELYSTAD)
        publish(DRONTEN)
        checkpoint = signed_log(598)
        cosign(LELYSTAD, checkpoint)
        cosign(DRONTEN, checkpoint)
        record(100)
        seal_all()
        return checkpoint.size


def get(client: FlaskClient, path: str) -> Any:
    answer = client.get(path)
    assert answer.status_code == 200, f"{path}: {answer.status}"
    return answer


def lengths(data: bytes) -> list[bytes]:
    found = []
    while data:
        length = int.from_bytes(data[:2], "big")
        found.append(data[2 : 2 + length])
        data = data[2 + length :]
    return found


def test_an_outsider_recomputes_the_root(client: FlaskClient, size: int) -> None:
    """From the entries alone, with what this test knows of RFC 6962 and C2SP."""
    origin, count, root, *_rest = get(client, "/verifieer/checkpoint").text.split("\n")
    assert (origin, int(count)) == ("127.0.0.1", size)
    paths = [f"{number:03}" if number < size // 256 else f"{number:03}.p/{size % 256}" for number in range(3)]
    entries = [one for path in paths for one in lengths(get(client, f"/verifieer/tile/entries/{path}").data)]
    leaves = b"".join(get(client, f"/verifieer/tile/0/{path}").data for path in paths)
    assert len(entries) == size
    assert leaves == b"".join(hashlib.sha256(b"\0" + one).digest() for one in entries)
    hashes = [merkle.leaf_hash(one) for one in entries]
    assert base64.b64encode(merkle.root_of(hashes)).decode() == root
    upper = get(client, "/verifieer/tile/1/000.p/2").data
    assert upper == merkle.root_of(hashes[:256]) + merkle.root_of(hashes[256:512])
    kinds = [json.loads(one)["format"] for one in entries]
    assert {"civic-event/1", "civic-event-hidden/1"} == set(kinds)


NO_TILES = (
    "0/003", "0/002", "0/002.p/256", "0/002.p/0", "0/002.p/01", "0/000.p/257", "0/0", "0/0000", "0/x000/000",
    "0/x001/000", "1/000", "1/000.p/3", "2/000.p/1", "8/000", "0/000.p", "0/000.p/", "0/-01", "0/x00/000",
    "0/" + "x999/" * 5 + "999", "0/" + "x001/" * 40 + "000", "entries/003",
    "entries/002", "entries/000.p/256",
)  # fmt: skip


def test_no_such_tile(client: FlaskClient, size: int) -> None:
    found = {path: client.get(f"/verifieer/tile/{path}").status_code for path in NO_TILES}
    assert set(found.values()) == {404}, found


def test_nothing_beyond_the_newest_checkpoint(client: FlaskClient, size: int) -> None:
    """The hundred sealed events after it are not served: they are not signed yet."""
    rest = size % 256
    assert client.get(f"/verifieer/tile/0/002.p/{rest}").status_code == 200
    assert client.get(f"/verifieer/tile/0/002.p/{rest + 1}").status_code == 404
    assert client.get(f"/verifieer/tile/entries/002.p/{rest + 1}").status_code == 404
    assert client.get(f"/verifieer/bewijs/{size}").status_code == 404
    assert client.get(f"/verifieer/consistentie?van=1&tot={size + 1}").status_code == 400


def test_files_may_be_kept(client: FlaskClient, size: int) -> None:
    for path in ("tile/0/000", "tile/0/001.p/7", "tile/entries/000", "consistentie?van=2&tot=9"):
        answer = get(client, f"/verifieer/{path}")
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "Set-Cookie" not in answer.headers
    for path in ("checkpoint", "sleutel", "getuigen.json", "bewijs/3", f"checkpoints/{size}", ""):
        answer = get(client, f"/verifieer/{path}".rstrip("/"))
        assert answer.headers["Cache-Control"] == "public, max-age=10"
        assert "Set-Cookie" not in answer.headers


def test_the_checkpoint_is_a_signed_note(client: FlaskClient, size: int) -> None:
    """Read as C2SP says: four lines, then "— name base64(hash of the key, signature)" for each key."""
    text, _, signatures = get(client, "/verifieer/checkpoint").text.partition("\n\n")
    text += "\n"
    found = {line.split(" ")[1]: base64.b64decode(line.split(" ")[2]) for line in signatures.splitlines()}
    name, start, key = get(client, "/verifieer/sleutel").text.strip().split("+", 2)
    public = base64.b64decode(key)
    assert hashlib.sha256(name.encode() + b"\n" + public).hexdigest()[:8] == start
    assert public[0] == 1
    assert found[name][:4].hex() == start
    assert note.holds(public[1:], found[name][4:], text.encode())
    witnesses = json.loads(get(client, "/verifieer/getuigen.json").text)
    assert [one["name"] for one in witnesses] == ["Griffie Lelystad", "Gemeente Dronten"]
    for one in witnesses:
        name, start, key = one["verifier_key"].split("+", 2)
        public = base64.b64decode(key)
        assert (public[0], public[1:].hex()) == (4, one["key"])
        value = found[name]
        assert value[:4].hex() == start == hashlib.sha256(name.encode() + b"\n" + public).hexdigest()[:8]
        time = int.from_bytes(value[4:12], "big")
        assert note.holds(public[1:], value[12:], f"cosignature/v1\ntime {time}\n{text}".encode())


def test_an_older_checkpoint_stays(app: Flask, client: FlaskClient, size: int) -> None:
    before = get(client, "/verifieer/checkpoint").text
    with app.app_context():
        newer = signed_log(3).size
    assert get(client, f"/verifieer/checkpoints/{size}").text == before
    assert get(client, "/verifieer/checkpoint").text.split("\n")[1] == str(newer)
    assert client.get(f"/verifieer/checkpoints/{size + 1}").status_code == 404


def test_proof_of_every_hundredth_entry(client: FlaskClient, size: int) -> None:
    for index in (*range(0, size, 100), size - 1):
        answer = get(client, f"/verifieer/bewijs/{index}").json
        _origin, count, root = answer["checkpoint"].strip().split("\n")
        leaf = merkle.leaf_hash(answer["entry"].encode())
        proof = [bytes.fromhex(step) for step in answer["proof"]]
        assert answer["index"] == index
        assert merkle.is_included(leaf, index, int(count), proof, base64.b64decode(root))
        assert [one["name"] for one in answer["signatures"]] == ["Gemeente Dronten", "Griffie Lelystad"]


def test_proof_under_an_older_checkpoint(app: Flask, client: FlaskClient, size: int) -> None:
    with app.app_context():
        newer = signed_log(3).size
    assert f"\n{newer}\n" in get(client, "/verifieer/bewijs/5").json["checkpoint"]
    assert f"\n{size}\n" in get(client, f"/verifieer/bewijs/5?tot={size}").json["checkpoint"]
    for bad in (f"{size}?tot={size}", f"5?tot={size + 1}", "5?tot=x", "999999", "0x5", "٣", "-1"):
        answer = client.get(f"/verifieer/bewijs/{bad}")
        assert answer.status_code == 404, bad
        assert "staat niet onder dit controlepunt" in answer.json["error"]


def test_consistency_between_any_two(client: FlaskClient, size: int) -> None:
    entries = [
        one for path in ("000", "001") for one in lengths(get(client, f"/verifieer/tile/entries/{path}").data)
    ]
    hashes = [merkle.leaf_hash(one) for one in entries]
    for first, second in ((1, 2), (1, 512), (255, 257), (256, 512), (300, 511), (512, 512)):
        answer = get(client, f"/verifieer/consistentie?van={first}&tot={second}").json
        proof = [bytes.fromhex(step) for step in answer["proof"]]
        old, new = merkle.root_of(hashes[:first]), merkle.root_of(hashes[:second])
        assert merkle.is_consistent(first, second, proof, old, new)


NONSENSE = (
    "van=", "tot=", "van=0&tot=3", "van=4&tot=3", "van=a&tot=3", "van=1&tot=-3", "van=1&tot=1e3",
    "van=1&tot=99999999999999999999", "van=%F0%9F%8E%89&tot=3", "van=<script>&tot=3", "van=١&tot=3",
)  # fmt: skip


def test_from_the_first_to_the_newest_when_nothing_is_asked(client: FlaskClient, size: int) -> None:
    answer = get(client, "/verifieer/consistentie").json
    assert (answer["first"], answer["second"]) == (1, size)
    for query in ("", "?van=3"):
        kept = get(client, f"/verifieer/consistentie{query}").headers["Cache-Control"]
        assert kept == "public, max-age=10", "another answer tomorrow"


def test_nonsense_gets_a_sentence(client: FlaskClient, size: int) -> None:
    for query in NONSENSE:
        answer = client.get(f"/verifieer/consistentie?{query}")
        assert answer.status_code == 400, query
        assert "getallen van 1 tot en met" in answer.json["error"]
        assert "no-store" in answer.headers["Cache-Control"]


def test_before_the_first_checkpoint(client: FlaskClient) -> None:
    for path in ("checkpoint", "tile/0/000", "tile/entries/000", "consistentie", "bewijs/0"):
        assert client.get(f"/verifieer/{path}").status_code == 404, path


def test_a_proof_asks_as_much_of_a_long_log(app: Flask, client: FlaskClient, size: int) -> None:
    with app.app_context():
        engine = db.engine
    counts = []
    for path in ("bewijs/5", "bewijs/300", "consistentie?van=3&tot=599", "tile/0/000", "tile/entries/000"):
        with counting(engine) as seen:
            get(client, f"/verifieer/{path}")
        counts.append(len(seen))
    assert max(counts) <= 8


def test_the_script_is_the_one_that_is_tested(client: FlaskClient) -> None:
    from civic.seal import getuige

    answer = get(client, "/verifieer/getuige.py")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.text == Path(getuige.__file__).read_text(encoding="utf-8")
