"""`make demo-queue`: prepare the demo region and tell what a year of the aanjaagteam looks like in it."""

from __future__ import annotations

import os
import subprocess
import sys

from run import ROOT, environment, port, prepare, say


def main() -> int:
    host, number = os.environ.get("CIVIC_BIND", "127.0.0.1"), port()
    env = environment(host, number)
    prepare(env)
    command = [sys.executable, "-m", "flask", "aanjaagteam", "demo-queue"]
    done = subprocess.run(command, env=env, cwd=ROOT, check=False)
    if done.returncode == 0:
        say("Start nu de site met `make run`.")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
