"""Make the virtual environment and install a lock file in it.

Runs on the bare system Python, also on one that is too old: no f-strings, no annotations.
"""

import subprocess
import sys
from pathlib import Path

MINIMUM = (3, 11)


def stop(sentence):
    sys.stderr.write(sentence + "\n")
    raise SystemExit(1)


def main(directory, lock):
    if sys.version_info < MINIMUM:
        stop(
            "Python 3.11 of nieuwer is nodig; dit is Python {}.{}. "
            "Kies een andere: make run PYTHON=python3.12".format(*sys.version_info[:2])
        )
    python = Path(directory) / "bin" / "python"
    if not python.exists():
        sys.stdout.write("Virtuele omgeving maken in " + directory + " …\n")
        made = subprocess.run([sys.executable, "-m", "venv", directory], check=False)
        if made.returncode:
            stop(
                "Het maken van "
                + directory
                + " lukte niet. Op Debian of Ubuntu: apt-get install python3-venv"
            )
    sys.stdout.write("Pakketten installeren uit " + lock + " …\n")
    sys.stdout.flush()
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    installed = subprocess.run([*command, "--require-hashes", "-r", lock], check=False)
    if installed.returncode:
        stop("Het installeren van de pakketten lukte niet. Is er internet? Probeer het daarna opnieuw.")


if __name__ == "__main__":
    main(*sys.argv[1:])
