"""`make demo-draw`: the panel of `make demo-panel` (made first when it is not there), drawn in public."""

from __future__ import annotations

import os
import subprocess
import sys

from run import ROOT, environment, port, prepare, say

FIRST = "Er is nog geen vastgezette pool."


def main() -> int:
    host, number = os.environ.get("CIVIC_BIND", "127.0.0.1"), port()
    env = environment(host, number)
    prepare(env)
    flask = [sys.executable, "-m", "flask", "panels"]
    say("Een panel loten in het openbaar, met getuigen en ballen. Dat duurt ongeveer vier minuten …")
    done = subprocess.run(
        [*flask, "demo-draw"], env=env, cwd=ROOT, check=False, stderr=subprocess.PIPE, text=True
    )
    if done.returncode and FIRST in done.stderr:
        say("Er is nog geen panel om te loten. Dat maken we eerst …")
        subprocess.run([*flask, "demo-run"], env=env, cwd=ROOT, check=True)
        done = subprocess.run([*flask, "demo-draw"], env=env, cwd=ROOT, check=False)
    elif done.stderr:
        say(done.stderr)
    if done.returncode == 0:
        say("Start nu de site met `make run`.")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
