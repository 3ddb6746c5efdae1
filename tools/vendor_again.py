"""Make static/vendor once more in a scratch folder and say whether it gives the same bytes. Needs npm.

`flask assets refresh` does the same in place; `flask assets check` compares the hashes without Node.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from civic import assets


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        vendor = Path(shutil.copytree(assets.VENDOR, Path(folder) / "vendor"))
        made = {one["file"]: one["sha256"] for one in assets.refresh(vendor)}
    locked = {one["file"]: one["sha256"] for one in assets.read_lock()}
    different = sorted(one for one in {*made, *locked} if made.get(one) != locked.get(one))
    sys.stdout.writelines(f"{one} differs from the lock.\n" for one in different)
    if not different:
        sys.stdout.write(f"All {len(made)} vendored files came out the same.\n")
    return 1 if different else 0


if __name__ == "__main__":
    raise SystemExit(main())
