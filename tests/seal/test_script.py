"""getuige.py, run as a witness runs it: against a real server, a forked one, and some that lie."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from civic import merkle
from civic.db import db, now
from civic.seal import getuige, keys, letters, note, queries, service
from civic.seal.models import Cosignature, Witness
from tests.databases import Databases
from tests.seal.makers import newest, record, signed_log
from tests.seal.sites import LOG_KEY, liar, serving, site

SCRIPT = Path(getuige.__file__)
Done = subprocess.CompletedProcess[str]
Run = Callable[..., Done]
Site = tuple[Flask, str]


@pytest.fixture(autouse=True)
def real_time(tmp_path: Path) -> Iterator[None]:
    """The script is a process of its own, with the clock of the machine: ask the file system for it."""
    with time_machine.travel(datetime.fromtimestamp(tmp_path.stat().st_mtime, UTC), tick=True):
        yield


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "getuige"


@pytest.fixture
def run(folder: Path) -> Run:
    def _run(*arguments: str) -> Done:
        command = [sys.executable, "-I", str(SCRIPT), "--map", str(folder), *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    return _run


@pytest.fixture
def key(run: Run) -> str:
    done = run("sleutel")
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


@pytest.fixture
def ours(databases: Databases, template_database: str, tmp_path: Path, key: str) -> Iterator[Site]:
    """The honest site; the witness is known there, and something is to be signed."""
    with site(databases, template_database, tmp_path / "ours") as (app, address):
        fill(app, key, 20)
        yield app, address


@pytest.fixture
def theirs(databases: Databases, template_database: str, tmp_path: Path, key: str) -> Iterator[Site]:
    """The insider's site: the same key, the same name, the same witnesses, another log."""
    with site(databases, template_database, tmp_path / "theirs") as (app, address):
        fill(app, key, 0)
        yield app, address


def fill(app: Flask, key: str, count: int, **options: object) -> None:
    with app.app_context():
        if not queries.all_witnesses():
            service.publish_witness(service.NewWitness("Griffie Urk", key), actor=None, at=now())
        if count:
            record(count, at=now(), **options)
            signed_log(1, at=now())
        db.session.commit()


def signed_sizes(app: Flask) -> list[int]:
    with app.app_context():
        rows = db.session.scalars(select(Cosignature).order_by(Cosignature.id))
        return [row.checkpoint.size for row in rows]


def size_of(app: Flask) -> int:
    with app.app_context():
        return newest().size


def state_of(folder: Path) -> str:
    return (folder / getuige.STATE_FILE).read_text(encoding="utf-8")


def test_a_key_is_made_once(run: Run, folder: Path, key: str) -> None:
    path = folder / getuige.KEY_FILE
    assert path.stat().st_mode & 0o077 == 0
    assert note.public_key(bytes.fromhex(path.read_text().strip())).hex() == key
    assert run("sleutel").stdout.splitlines()[-1] == key


def test_the_first_time(run: Run, ours: Site) -> None:
    app, address = ours
    done = run("teken", address)
    assert done.returncode == 0, done.stderr
    assert "Dank u. Uw handtekening staat onder het controlepunt." in done.stdout
    with app.app_context():
        assert "Vergelijk de sleutel van de site" in done.stdout
        assert letters.log_verifier_key() in done.stdout
    assert signed_sizes(app) == [size_of(app)]


def test_day_after_day(run: Run, ours: Site, key: str) -> None:
    """The log grows; each time the script checks and signs. A second time on a day changes nothing."""
    app, address = ours
    sizes = []
    for more in (0, 300, 1, 256):
        fill(app, key, more)
        sizes.append(size_of(app))
        for _ in range(2):
            done = run("teken", address)
            assert done.returncode == 0, done.stderr
    assert signed_sizes(app) == sizes
    assert "eerste keer" not in done.stdout


def test_a_fork_is_refused(run: Run, ours: Site, theirs: Site, key: str, folder: Path) -> None:
    """The insider serves another history, longer and signed with the key of the site."""
    assert run("teken", ours[1]).returncode == 0
    before = state_of(folder)
    fill(theirs[0], key, 60)
    done = run("teken", theirs[1])
    assert done.returncode == 1
    assert "NIET GETEKEND. Het logboek is vertakt" in done.stderr
    assert signed_sizes(theirs[0]) == []
    assert state_of(folder) == before, "the good one stays the last"
    (evidence,) = folder.glob("bewijs-*.txt")
    text = evidence.read_text(encoding="utf-8")
    for app, _address in (ours, theirs):
        with app.app_context():
            assert newest().text in text
    assert run("teken", ours[1]).returncode == 0, "the honest log can still be signed"


def test_a_fork_of_the_same_length_is_refused(run: Run, ours: Site, theirs: Site, key: str) -> None:
    run("teken", ours[1])
    fill(theirs[0], key, 20, data={"n": 7})
    assert size_of(theirs[0]) == size_of(ours[0])
    done = run("teken", theirs[1])
    assert done.returncode == 1
    assert "vertakt" in done.stderr
    assert signed_sizes(theirs[0]) == []


def test_a_shorter_log_is_refused(run: Run, ours: Site, theirs: Site, key: str) -> None:
    run("teken", ours[1])
    fill(theirs[0], key, 5)
    done = run("teken", theirs[1])
    assert done.returncode == 1
    assert "Het logboek is korter dan wat u tekende" in done.stderr
    assert signed_sizes(theirs[0]) == []


def test_another_key_is_refused(
    run: Run, ours: Site, key: str, databases: Databases, template_database: str, tmp_path: Path
) -> None:
    run("teken", ours[1])
    with site(databases, template_database, tmp_path / "x", LOG_KEY="6b" * 32) as (app, address):
        fill(app, key, 60)
        done = run("teken", address)
        assert done.returncode == 1
        assert "De handtekening van de site onder het controlepunt klopt niet" in done.stderr
        assert signed_sizes(app) == []


def test_another_log_is_refused(
    run: Run, ours: Site, key: str, databases: Databases, template_database: str, tmp_path: Path
) -> None:
    run("teken", ours[1])
    with site(databases, template_database, tmp_path / "x", LOG_ORIGIN="elders.example.nl") as (app, address):
        fill(app, key, 60)
        done = run("teken", address)
        assert done.returncode == 1
        assert "hoort bij een ander logboek" in done.stderr


def test_a_witness_the_site_does_not_know(run: Run, ours: Site) -> None:
    app, address = ours
    with app.app_context():
        db.session.delete(db.session.scalars(select(Witness)).one())
        db.session.commit()
    done = run("teken", address)
    assert done.returncode == 2
    assert "Uw sleutel staat niet op de site" in done.stderr


def test_a_witness_who_stopped(run: Run, ours: Site) -> None:
    app, address = ours
    with app.app_context():
        service.retire_witness(queries.witnesses()[0], actor=None, at=now())
        db.session.commit()
    done = run("teken", address)
    assert done.returncode == 2
    assert "gestopt" in done.stderr


def test_the_reason_of_the_site_is_shown(run: Run, ours: Site) -> None:
    """Its clock is a day off: the site says so, and the script repeats it."""
    app, address = ours
    with time_machine.travel(now().replace(year=now().year + 1), tick=True):
        done = run("teken", address)
    assert done.returncode == 2
    assert "meer dan 10 minuten van nu" in done.stderr
    assert signed_sizes(app) == []


# Sites that lie ----------------------------------------------------------------------------------------


def honest_files(app: Flask) -> dict[str, str]:
    with app.app_context():
        key = letters.log_verifier_key()
        witness = queries.witnesses()[0]
        known = [{"id": witness.id, "key": witness.public_key, "name": witness.name, "retired": None}]
        return {
            "verifieer/checkpoint": letters.note_of(newest()),
            "verifieer/sleutel": key,
            "verifieer/getuigen.json": json.dumps(known),
        }


def longer(app: Flask, steps: object) -> dict[str, str]:
    """A log that went on, by this site's own word, with these steps as the proof."""
    origin, root = "127.0.0.1", merkle.leaf_hash(b"later")
    text = note.body(origin, size_of(app) + 10, root)
    seed = bytes.fromhex(LOG_KEY)
    line = note.log_line(origin, note.public_key(seed), note.sign(seed, text.encode()))
    proof = {"proof": steps}
    return honest_files(app) | {
        "verifieer/checkpoint": note.signed(text, [line]),
        "verifieer/consistentie": json.dumps(proof),
    }


NO_PROOFS: tuple[object, ...] = ([], ["ab" * 32], ["ab" * 32] * 9, ["zz" * 32], None, [1, 2], [["ab" * 32]])


def test_a_proof_that_is_none(run: Run, ours: Site) -> None:
    run("teken", ours[1])
    for steps in NO_PROOFS:
        app = liar(longer(ours[0], steps))
        with serving(app) as address:
            done = run("teken", address)
        assert done.returncode == 1, done.stderr
        assert "NIET GETEKEND" in done.stderr
        assert app.posted == []  # type: ignore[attr-defined]  # see liar()


LIES = (
    ("checkpoint", ""),
    ("checkpoint", "127.0.0.1\n5\n"),
    ("checkpoint", "127.0.0.1\n-5\n" + "A" * 43 + "=\n\n"),
    ("checkpoint", "<html>Storing</html>"),
    ("checkpoint", "127.0.0.1\n5\n" + "A" * 43 + "=\n\n— 127.0.0.1 AAAA\n"),
    ("checkpoint", "x" * 2_000_000),
    ("sleutel", ""),
    ("sleutel", "127.0.0.1+00000000+AAAA"),
    ("sleutel", "😀+x+y"),
    ("getuigen.json", "<html>"),
    ("getuigen.json", "{}"),
    ("getuigen.json", '[{"id": "1; rm -rf", "key": 3}, null, 7]'),
)


@pytest.mark.slow
def test_a_site_that_says_nonsense(run: Run, ours: Site, folder: Path) -> None:
    for path, text in LIES:
        app = liar(honest_files(ours[0]) | {f"verifieer/{path}": text})
        with serving(app) as address:
            done = run("teken", address)
        assert done.returncode in (1, 2), done.stderr
        assert done.stderr.strip()
        assert "Traceback" not in done.stderr
        assert app.posted == []  # type: ignore[attr-defined]  # see liar()
        assert not (folder / getuige.STATE_FILE).exists()


def test_no_colours_and_bells_on_the_terminal(run: Run, ours: Site) -> None:
    app = liar(honest_files(ours[0]) | {"verifieer/sleutel": "\x1b[31mrood\x07"})
    with serving(app) as address:
        done = run("teken", address)
    assert done.returncode == 1
    assert "\x1b" not in done.stdout + done.stderr


# The witness's own computer ----------------------------------------------------------------------------


def test_a_damaged_memory_is_no_first_time(run: Run, ours: Site, folder: Path) -> None:
    """Whoever could make the witness forget could show it any log."""
    run("teken", ours[1])
    for text in ("", "[]", '{"note": 3, "key": 4}', '{"note": "x", "key": "y"}', "\xff"):
        (folder / getuige.STATE_FILE).write_bytes(text.encode("latin-1"))
        done = run("teken", ours[1])
        assert done.returncode == 2
        assert "begin niet opnieuw" in done.stderr
    assert len(signed_sizes(ours[0])) == 1


def test_a_key_that_others_can_read(run: Run, ours: Site, folder: Path) -> None:
    (folder / getuige.KEY_FILE).chmod(0o644)
    done = run("teken", ours[1])
    assert done.returncode == 2
    assert "chmod 600" in done.stderr


@pytest.mark.usefixtures("key")
def test_a_damaged_key(run: Run, folder: Path) -> None:
    path = folder / getuige.KEY_FILE
    for text in ("", "ab", "é" * 64):
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
        done = run("teken", "https://example.nl")
        assert done.returncode == 2
        assert "is geen sleutel" in done.stderr


def test_without_a_key(run: Run) -> None:
    done = run("teken", "https://example.nl")
    assert done.returncode == 2
    assert "getuige.py sleutel" in done.stderr


@pytest.mark.usefixtures("key")
@pytest.mark.parametrize(
    "address", ["http://example.nl", "ftp://example.nl", "example.nl", "file:///etc/passwd"]
)
def test_only_over_https(run: Run, address: str) -> None:
    done = run("teken", address)
    assert done.returncode == 2
    assert "https://samen.voorbeeld.nl" in done.stderr


@pytest.mark.usefixtures("key")
def test_nobody_answers(run: Run) -> None:
    with serving(liar({})) as address:
        gone = address
    done = run("teken", gone)
    assert done.returncode == 2
    assert "is niet te bereiken" in done.stderr


@pytest.mark.parametrize(
    "arguments", [(), ("teken",), ("sleutel", "https://x"), ("weg",), ("--nee", "sleutel")]
)
def test_used_in_a_wrong_way(run: Run, arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("Gebruik: getuige.py")


def test_it_runs_on_an_older_python() -> None:
    """Python 3.10 is what many offices have."""
    source = SCRIPT.read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 10))
    imported = {one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names}
    assert "civic" not in source.replace("civic/", "")
    assert imported <= {*sys.stdlib_module_names, *(name for name in imported if name.startswith("urllib."))}


def test_it_checks_consistency_as_the_site_proves_it() -> None:
    """Written apart from civic.merkle; every pair of trees of up to forty leaves."""
    leaves = [merkle.leaf_hash(bytes([number])) for number in range(40)]
    roots = [merkle.root_of(leaves[:size]) for size in range(41)]

    def checkpoint(size: int, root: bytes) -> getuige.Checkpoint:
        return getuige.Checkpoint("x", size, root, "", "")

    for second in range(1, 41):
        for first in range(1, second + 1):
            proof = merkle.consistency_proof(leaves, first, second)
            new, old = checkpoint(second, roots[second]), checkpoint(first, roots[first])
            assert getuige.is_consistent(old, new, proof)
            assert not getuige.is_consistent(checkpoint(first, b"x" * 32), new, proof)
            assert not getuige.is_consistent(old, checkpoint(second, b"x" * 32), proof)
            assert not getuige.is_consistent(old, new, [*proof, b"x" * 32])
            assert not proof or not getuige.is_consistent(old, new, proof[1:])


def test_it_reads_what_the_site_writes() -> None:
    text = note.body("a.nl", 3, b"r" * 32)
    seed = bytes.fromhex(LOG_KEY)
    public = note.public_key(seed)
    whole = note.signed(text, [note.log_line("a.nl", public, note.sign(seed, text.encode()))])
    found = getuige.read_checkpoint(whole, note.verifier_key("a.nl", note.ED25519, public))
    assert (found.origin, found.size, found.root, found.text) == ("a.nl", 3, b"r" * 32, text)
    assert keys.note is note
