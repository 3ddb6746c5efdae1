"""Make sure there is a Chromium for the browser tests: say so, install it, or fail with the command."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

INSTALL = "apt-get install -y --no-install-recommends chromium"


def find() -> str | None:
    """The browser of $CHROMIUM, or the system's Chromium."""
    chosen = os.environ.get("CHROMIUM")
    if chosen:
        return chosen if Path(chosen).exists() else None
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def main() -> int:
    if find():
        return 0
    if os.geteuid() == 0 and shutil.which("apt-get"):
        sys.stdout.write("Chromium installeren met apt-get …\n")
        sys.stdout.flush()
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=False, env=environment)
        subprocess.run([*INSTALL.split(), "-qq"], check=False, env=environment, stdout=subprocess.DEVNULL)
    if find():
        return 0
    sys.stderr.write(f"Chromium ontbreekt. Typ: sudo {INSTALL} (of zet CHROMIUM op het pad van uw browser)\n")
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
