"""Hatch runs this before it packs the wheel: the catalogue in the wheel is always the one in the sources."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileTranslations(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        tool = Path(self.root) / "tools" / "catalogue.py"
        subprocess.run([sys.executable, str(tool), "compile"], check=True)
