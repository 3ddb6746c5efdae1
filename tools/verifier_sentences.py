"""Write static/js/verify/sentences.js: the Dutch sentences of verify_draw.py, and the English ones.

python tools/verifier_sentences.py          writes it
python tools/verifier_sentences.py check    says whether it is current (a test does the same)

Only the sentences are shared. What is checked is written twice, on purpose.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

import verifier_english as english  # noqa: E402  the path is set first

from civic.sortition.publication import verify_draw as dutch  # noqa: E402  the path is set first

TARGET = ROOT / "static" / "js" / "verify" / "sentences.js"
HEAD = (
    "// Made from verify_draw.py and tools/verifier_english.py by tools/verifier_sentences.py.\n"
    "// Change the sentences there.\n"
)
BARE = re.compile(r"[A-Za-z_$][\w$]*|[0-9]+")


def module() -> str:
    """The text of the JavaScript module."""
    sentences = {**dutch.FAILURES, **dutch.UNCHECKED, **dutch.LIMITS, **dutch.FACTS}
    tables: dict[str, Any] = {
        "SHOWN": dutch.SHOWN,
        "PRACTICE_BANNER": {"nl": dutch.PRACTICE_BANNER, "en": english.PRACTICE_BANNER},
        "PRACTICE_SENTENCE": {"nl": dutch.PRACTICE_SENTENCE, "en": english.PRACTICE_SENTENCE},
        "CONCLUSIONS": {"nl": dutch.CONCLUSIONS, "en": english.CONCLUSIONS},
        "REASONS": {"nl": dutch.REASONS, "en": english.REASONS},
        "WORDS": english.WORDS,
        "SENTENCES": {
            "nl": {**sentences, **english.HERE["nl"]},
            "en": {**english.SENTENCES, **english.HERE["en"]},
        },
    }
    return "\n".join([HEAD, *(f"export const {name} = {_text(one)};\n" for name, one in tables.items())])


def _text(value: Any, indent: str = "") -> str:
    if not isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False)
    deeper = f"{indent}  "
    lines = [f"{deeper}{_name(str(one))}: {_text(value[one], deeper)},\n" for one in value]
    return f"{{\n{''.join(lines)}{indent}}}"


def _name(text: str) -> str:
    return text if BARE.fullmatch(text) else json.dumps(text)


def main(arguments: list[str]) -> int:
    if arguments == ["check"]:
        is_current = TARGET.read_text(encoding="utf-8") == module()
        sys.stdout.write("sentences.js is current.\n" if is_current else "sentences.js is not current.\n")
        return 0 if is_current else 1
    TARGET.write_text(module(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
