"""What was published once keeps verifying, whatever the script becomes (docs/adr/0011)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from civic.sortition.publication import files, verify_draw

from . import frozen

LIMITS = [
    "before_replaced",
    "before_voided",
    "log_private",
    "bound_unproved",
    "person_private",
    "readme_unchecked",
]


@pytest.fixture(scope="module")
def given() -> dict[str, bytes]:
    return frozen.contents()


def witnesses(given: dict[str, bytes]) -> dict[str, str]:
    return verify_draw.read_witnesses(given["sleutels.txt"])


@pytest.mark.parametrize("receipt", ["bewijs.json", "kwitantie.json"])
def test_the_script_of_today_accepts_it(given: dict[str, bytes], receipt: str) -> None:
    """With the real libraries, the list of the auditor, a receipt, the keys and the earlier draw."""
    public, earlier = frozen.folder("loting"), frozen.folder("eerder")
    report = verify_draw.check(public, given["pool.json"], given[receipt], witnesses=witnesses(given))
    verify_draw.check_earlier(public, given["pool.json"], earlier, report)
    assert (report.failures, report.unchecked, report.exit_code()) == ([], [], 0)
    facts = {one.code: one.values for one in report.facts}
    assert {"log", "beacon", "result", "pool", "quotas", "frequencies", "shortfall"} <= set(facts)
    assert (facts["receipt"]["found"], facts["earlier"]["count"]) == (1, 4)
    assert [one.code for one in report.limits][: len(LIMITS)] == LIMITS


def test_the_earlier_draw_too(given: dict[str, bytes]) -> None:
    report = verify_draw.check(frozen.folder("eerder"), witnesses=witnesses(given))
    assert (report.failures, report.unchecked, report.exit_code()) == ([], [], 0)


def test_the_script_in_the_folder_accepts_it_still(given: dict[str, bytes], tmp_path: Path) -> None:
    """Its own script, in the Python of today."""
    for name, data in given.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    options = ["--pool", "../pool.json", "--eerder", "../eerder", "--getuigen", "../sleutels.txt"]
    command = [sys.executable, "-I", "verify_draw.py", ".", *options]
    done = subprocess.run(command, cwd=tmp_path / "loting", capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert done.stdout.endswith("Goedgekeurd.\n")


@pytest.mark.parametrize("name", [files.MANIFEST, files.PANELS, files.RESULT, files.LOG])
def test_and_refuses_it_with_one_sign_changed(name: str) -> None:
    public = frozen.folder("loting")
    place = public[name].rindex(b"7")
    public[name] = public[name][:place] + b"8" + public[name][place + 1 :]
    public[files.SUMS] = files.sums(public)
    assert verify_draw.check(public).codes
