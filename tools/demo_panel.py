"""`make demo-panel`: prepare the demo region and walk one panel from its mandate to a frozen pool."""

from __future__ import annotations

import os
import subprocess
import sys

from run import ROOT, environment, port, prepare, say


def main() -> int:
    host, number = os.environ.get("CIVIC_BIND", "127.0.0.1"), port()
    env = environment(host, number)
    prepare(env)
    say("Een panel doorlopen, van opdracht tot vastgezette groep. Dat duurt ongeveer een halve minuut …")
    command = [sys.executable, "-m", "flask", "panels", "demo-run"]
    done = subprocess.run(command, env=env, cwd=ROOT, check=False)
    if done.returncode == 0:
        say("Start nu de site met `make run`.")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
