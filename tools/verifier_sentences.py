"""Write static/js/verify/sentences.js from verify_draw.py, so that both verifiers say the same.

python tools/verifier_sentences.py          writes it
python tools/verifier_sentences.py check    says whether it is current (a test does the same)

Only the sentences are shared. What is checked is written twice, on purpose.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from civic.sortition.publication import verify_draw  # noqa: E402  the path is set first

TARGET = ROOT / "static" / "js" / "verify" / "sentences.js"
HEAD = "// Made from verify_draw.py by tools/verifier_sentences.py. Change the sentences there.\n"


def module() -> str:
    """The text of the JavaScript module."""
    tables = ("FAILURES", "UNCHECKED", "LIMITS", "FACTS", "CONCLUSIONS")
    constants = {
        "PRACTICE_BANNER": json.dumps(verify_draw.PRACTICE_BANNER, ensure_ascii=False),
        "SHOWN": str(verify_draw.SHOWN),
    }
    parts = [HEAD, *(f"export const {name} = {text};\n" for name, text in constants.items())]
    parts += [_table(name, getattr(verify_draw, name)) for name in tables]
    return "\n".join(parts)


def _table(name: str, sentences: Mapping[str | int, str]) -> str:
    lines = [f"  {code}: {json.dumps(text, ensure_ascii=False)},\n" for code, text in sentences.items()]
    return f"export const {name} = {{\n{''.join(lines)}}};\n"


def main(arguments: list[str]) -> int:
    if arguments == ["check"]:
        is_current = TARGET.read_text(encoding="utf-8") == module()
        sys.stdout.write("sentences.js is current.\n" if is_current else "sentences.js is not current.\n")
        return 0 if is_current else 1
    TARGET.write_text(module(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
