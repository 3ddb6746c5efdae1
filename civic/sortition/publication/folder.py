"""Writing, completing and checking the folders of a draw.

write(public, draw)             at T1: the public folder, or nothing if the verifier would refuse it
write_confidential(dir, draw)   pool.json for the auditor, receipts/<leaf>.json; never in a public folder
write_secrets(path, …)          the secrets on their own
write_log(public, log)          when the witnesses have signed
write_result(public, …)         at T2: follows from the folder and the beacon's signature; no other input
check(public, …)                the stand-alone verifier's report
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import verify_draw
from .draw import Draw
from .encoding import Json, Secret, canonical, draw_index
from .files import (
    LOG,
    MANIFEST,
    PANELS,
    POOL,
    RESULT,
    SUMS,
    pool_file,
    public_files,
    receipt,
    secrets_file,
    sums,
)

# a real draw is written before the witnesses sign
EXPECTED_AT_FIRST = frozenset({"log_missing"})
# a result is only written when its signatures were checked
NEEDED = frozenset({"beacon_unchecked", "witnesses_unchecked"})
PRIVATE_MODE = 0o600


class Refused(Exception):
    """The verifier would refuse this bundle; nothing was written. `report` says why."""

    def __init__(self, report: verify_draw.Report) -> None:
        self.report = report
        super().__init__(" ".join(one.sentence() for one in (*report.failures, *report.unchecked)))


@dataclass(frozen=True, slots=True)
class Beacon:
    """What the public source gave, in hex. `chain` and `number` only for the fallback."""

    signature: str
    previous_signature: str = ""
    chain: str = ""
    number: int = 0


def write(directory: Path, draw: Draw) -> str:
    """Write the public folder and return the commitment (hex).

    First the whole bundle is made in memory and put before the verifier with the auditor's list: every panel
    against every quota, all leaves, all figures. Raises Refused with everything that is wrong, and
    FileExistsError when the folder holds anything; then nothing is written.
    """
    if directory.exists() and any(directory.iterdir()):
        raise FileExistsError(directory)
    files = public_files(draw)
    report = verify_draw.check(files, pool=pool_file(draw))
    if report.codes - EXPECTED_AT_FIRST:
        raise Refused(report)
    directory.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (directory / name).write_bytes(data)
    return hashlib.sha256(files[MANIFEST]).hexdigest()


def write_confidential(directory: Path, draw: Draw) -> None:
    """pool.json (auditor) and receipts/<first 16 of the leaf>.json (one per registrant); for the owner only.

    Raises ValueError inside a public folder and FileExistsError when there is another list.
    """
    if (directory / POOL).exists():
        raise FileExistsError(directory / POOL)
    _write_private(directory / POOL, pool_file(draw))
    for one in (one for one in draw.entrants if not one.hashes):
        name = draw.leaves[one.id].hex()[:16]
        _write_private(directory / "receipts" / f"{name}.json", receipt(draw, one))


def write_secrets(path: Path, draw: str, secrets: Mapping[str, Secret]) -> None:
    """The secrets alone, to build the same bundle again with `read_secrets`."""
    _write_private(path, secrets_file(draw, secrets))


def read_secrets(path: Path) -> dict[str, Secret]:
    """Raises OSError, ValueError, KeyError or TypeError when it is no such file."""
    content = json.loads(path.read_text(encoding="utf-8"))
    return {
        member: Secret(*(bytes.fromhex(part) for part in parts))
        for member, parts in content["secrets"].items()
    }


def _write_private(path: Path, data: bytes) -> None:
    """Confidential files never stand in a public folder, nor below one."""
    path = path.resolve()
    if any((parent / MANIFEST).exists() and (parent / PANELS).exists() for parent in path.parents):
        raise ValueError(f"{path} is inside a public folder")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=PRIVATE_MODE)
    path.chmod(PRIVATE_MODE)
    path.write_bytes(data)


def write_log(directory: Path, records: Json) -> None:
    """Add the records of the sealed log (format: `verify_draw.LOG_SHAPE`) and renew SHA256SUMS."""
    _add(directory, LOG, canonical({"format": "civic-log/1", "records": records}))


def write_result(
    directory: Path, beacon: Beacon, balls: str = "", libraries: verify_draw.Libraries | None = None
) -> dict[str, Any]:
    """The result of a public folder: index and labels follow from the manifest and the signature.

    Without drawn balls, `balls` is filled with the zeros the manifest asks for. Raises FileExistsError when
    there is a result (one manifest, one result) and Refused when the verifier would not accept it: a
    signature that is not of that round, or that cannot be checked here for want of a library (`libraries`:
    other ones than are installed), or a real draw without witnesses. Then nothing is written.
    """
    if (directory / RESULT).exists():
        raise FileExistsError(directory / RESULT)
    files = verify_draw.read_folder(directory)
    result = result_of(files, beacon, balls)
    data = canonical(result)
    complete = {**files, RESULT: data}
    report = verify_draw.check({**complete, SUMS: sums(complete)}, libraries=libraries)
    if report.failures or NEEDED & {one.code for one in report.unchecked}:
        raise Refused(report)
    _add(directory, RESULT, data)
    return result


def result_of(files: Mapping[str, bytes], beacon: Beacon, balls: str = "") -> dict[str, Any]:
    """The result record: security.md section 6.1, steps 7 to 9."""
    manifest = json.loads(files[MANIFEST])
    commitment = hashlib.sha256(files[MANIFEST]).digest()
    randomness = hashlib.sha256(bytes.fromhex(beacon.signature)).digest()
    digits = balls or "0" * manifest["balls"]["digits"]
    index = draw_index(randomness, commitment, manifest["panels"], int(digits or 0))
    start = f"{index:0{len(str(manifest['panels'] - 1))}d} "
    lines = files[PANELS].decode("ascii").splitlines()
    return {
        "balls": digits,
        "beacon": {
            "chain": beacon.chain or manifest["beacon"]["chain"],
            "previous_signature": beacon.previous_signature,
            "randomness": randomness.hex(),
            "round": beacon.number or manifest["beacon"]["round"],
            "signature": beacon.signature,
        },
        "commitment": commitment.hex(),
        "draw": manifest["draw"],
        "format": "civic-result/1",
        "index": index,
        "labels": [line.removeprefix(start) for line in lines if line.startswith(start)],
        "practice": manifest["practice"],
        "sequence": manifest["sequence"],
    }


def _add(directory: Path, name: str, data: bytes) -> None:
    (directory / name).write_bytes(data)
    (directory / SUMS).write_bytes(sums(verify_draw.read_folder(directory)))


def check(directory: Path, *, pool: Path | None = None, receipt: Path | None = None) -> verify_draw.Report:
    """The verifier's report on a public folder. Raises OSError when a path cannot be read."""
    return verify_draw.check(
        verify_draw.read_folder(directory),
        pool=verify_draw.read_file(pool) if pool else None,
        receipt=verify_draw.read_file(receipt) if receipt else None,
    )
