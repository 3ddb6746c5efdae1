"""The folders that a second verifier is compared on: honest ones pass, spoiled ones fail as they should."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path

from civic.sortition.publication import verify_draw

from .random_bundles import main, random_bundles
from .spoiled_bundles import SPOILS

KINDS = ("public", "auditor", "receipt")


def test_honest_pass_and_each_spoiling_is_found() -> None:
    found: Counter[str] = Counter()
    for bundle in random_bundles(len(SPOILS) * 4 // 3 + 8):
        said, spoil = bundle.expected, bundle.spoil
        if spoil is None:
            practice = "oefenloting-" in json.loads(bundle.files["manifest.json"])["draw"]
            unknown = [] if practice else ["witness_keys"]  # nobody asked the witnesses here
            assert [(said[one]["failures"], said[one]["unchecked"]) for one in KINDS] == [([], unknown)] * 3
            assert {said[one]["exit"] for one in KINDS} == {4 if practice else 3}
        else:
            found[spoil.code] += 1
            assert spoil.code in said[spoil.where]["failures"], (spoil, said)
            assert said[spoil.where]["exit"] == 1
    assert set(found) == {one.code for one in SPOILS}


def test_nearly_every_failure_has_a_spoiling() -> None:
    """Left out: what only a whole other draw or another list shows, or what others cannot be without."""
    hard = {"fallback_void", "histogram_differs", "bound_wrong", "address_twice", "fixed_missing"}
    hard |= {"witness_keys_differ", "earlier_refused", "earlier_other", "earlier_not_drawn"}
    assert set(verify_draw.FAILURES) - {one.code for one in SPOILS} == hard


def test_the_same_seed_writes_the_same_folders(tmp_path: Path) -> None:
    digests = []
    for name in ("a", "b"):
        main([str(tmp_path / name), "5", "3"])
        paths = sorted(path for path in (tmp_path / name).rglob("*") if path.is_file())
        text = b"".join(bytes(path.relative_to(tmp_path / name)) + path.read_bytes() for path in paths)
        digests.append(hashlib.sha256(text).hexdigest())
    assert digests[0] == digests[1]
    folder = tmp_path / "a" / "0000"
    assert {path.name for path in folder.iterdir()} == {
        "openbaar",
        "pool.json",
        "bewijs.json",
        "expected.json",
    }
    report = verify_draw.check(verify_draw.read_folder(folder / "openbaar"))
    assert sorted(report.codes) == json.loads((folder / "expected.json").read_text())["public"]["failures"]
