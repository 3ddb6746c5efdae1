"""A draw as it was written on 2026-11-22, before the first release. Never made again: old files must verify.

loting/ eerder/    the public folders of a replacement draw (number 4) and of the first draw, from one pool
pool.json          the auditor's list of the replacement
bewijs.json        a receipt of a registrant in that draw; kwitantie.json: the one of the freeze
sleutels.txt       what the witnesses themselves say

In it: two published rounds of drand, three witnesses, a ball, a fallback; a manifest that was replaced and
one without witnesses; fixed members, people who cannot be drawn, two who withdrew; special signs in names.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path

ZIP = Path(__file__).with_name("data") / "loting-2026.zip"
SHA256 = "e04befc397454d38e77a541fcce263dad7785d255a2eb6e5d287febcab0fe0f4"


def contents() -> dict[str, bytes]:
    """{name in the zip: bytes}"""
    data = ZIP.read_bytes()
    assert hashlib.sha256(data).hexdigest() == SHA256, "this file is never made again"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def folder(name: str) -> dict[str, bytes]:
    start = f"{name}/"
    return {one.removeprefix(start): data for one, data in contents().items() if one.startswith(start)}
