"""The peer: `sortition-algorithms` in a throw-away environment, and one measurement of its maximin there.

Run as a module this is the child: it then runs on the Python of that environment, which knows no civic.
The measurement calls the function behind the peer's own `find_random_sample`, with its default solver, as
shipped.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from benchmarks import child
from benchmarks.child import Figures

PACKAGE = "sortition-algorithms"
VERSION = os.environ.get("PEER_VERSION", "0.12.15")
CACHE = Path(__file__).resolve().parent.parent / ".cache"
PYTHON = CACHE / "peer" / "bin" / "python"
PACKAGES = (PACKAGE, "highspy", "numpy")


def prepare(like: dict[str, str]) -> dict[str, str]:
    """Versions in the peer's environment, made where needed with the numpy and highspy of `like`.

    Raises `CalledProcessError` where the packages cannot be installed.
    """
    wanted = {PACKAGE: VERSION, **{name: like[name] for name in PACKAGES[1:]}}
    found = installed()
    if any(found.get(name) != version for name, version in wanted.items()):
        CACHE.mkdir(exist_ok=True)
        (CACHE / ".gitignore").write_text("*\n", encoding="utf-8")
        _run(sys.executable, "-m", "venv", "--clear", str(PYTHON.parent.parent))
        pins = [f"{name}=={version}" for name, version in wanted.items()]
        _run(str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *pins)
        found = installed()
    return found


def _run(*command: str) -> None:
    subprocess.run(command, check=True)  # noqa: S603 (our own words)


def installed() -> dict[str, str]:
    """{package: version} in the peer's environment, empty where there is none."""
    if not PYTHON.exists():
        return {}
    code = (
        "import json, platform; from importlib.metadata import distributions;"
        "found = {one.name.lower(): one.version for one in distributions()};"
        f"found = {{name: found[name] for name in {PACKAGES} if name in found}};"
        "print(json.dumps({**found, 'python': platform.python_version()}))"
    )
    done = subprocess.run([PYTHON, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 (ours)
    versions: dict[str, str] = json.loads(done.stdout)
    return versions


def maximin(request: Figures) -> Figures:
    """The peer's maximin lottery; seconds are those of its algorithm alone, without reading the files."""
    import highspy  # noqa: F401 (the peer imports it late; importing it is not what we time)
    from sortition_algorithms.committee_generation import find_distribution_maximin
    from sortition_algorithms.features import read_in_features
    from sortition_algorithms.people import read_in_people
    from sortition_algorithms.settings import Settings
    from sortition_algorithms.utils import set_random_provider

    tables = child.read(Path(request["pool"]))
    size = request["size"]
    # the peer calls the columns `category` and `feature` of these files `feature` and `value`
    named = [
        {"feature": row["category"], "value": row["feature"], **_bounds(row)} for row in tables.categories
    ]
    features, _feature, _value = read_in_features(list(named[0]), named, size)
    settings = Settings(id_column=child.ID, columns_to_keep=[])
    people, _report = read_in_people(list(tables.respondents[0]), tables.respondents, features, settings)
    set_random_provider(request["seed"])
    child.stop_after(request["limit"])
    start = time.perf_counter()
    committees, chances, _report = find_distribution_maximin(features, people, size, [])
    seconds = time.perf_counter() - start
    child.stop_after(0)
    peak = child.peak_bytes()
    return {"seconds": seconds, "peak_bytes": peak, **_describe(list(people), committees, chances)}


def _bounds(row: dict[str, str]) -> dict[str, str]:
    return {name: row[name] for name in ("min", "max")}


def _describe(ids: list[str], committees: list[frozenset[str]], chances: list[float]) -> Figures:
    """The chance of every person, rebuilt from the committees: never the number that a program claims."""
    of_person = dict.fromkeys(ids, 0.0)
    for committee, chance in zip(committees, chances, strict=True):
        for person in committee:
            of_person[person] += chance
    return {"panels": sum(chance > 0 for chance in chances), "probabilities": of_person}


if __name__ == "__main__":
    child.main(maximin)
