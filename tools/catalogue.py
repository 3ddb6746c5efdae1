"""The English catalogue. Dutch texts in the code are the message ids, so only English has a file.

catalogue.py update    extract the Dutch texts and merge them into translations/en
catalogue.py compile   write the .mo file (needed once; `make run` and `make test` do it)
catalogue.py check     fail when a text has no English, a fuzzy one, or one with other placeholders
catalogue.py export    print what has no English yet as JSON, for a translator
catalogue.py import F  merge a JSON file {Dutch: English or [singular, plural]}
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PO = ROOT / "translations" / "en" / "LC_MESSAGES" / "messages.po"
KEYWORDS = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "mark": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
}
PLACEHOLDER = re.compile(r"%\([a-z_0-9]+\)[a-z]|%%|\{[a-z_0-9]*\}")


def extracted() -> Catalog:
    catalogue = Catalog(project="civic-region", charset="utf-8", fuzzy=False)
    for folder, method in (("civic", "python"), ("templates", "jinja2")):
        pattern = "**.py" if method == "python" else "**.html"
        methods = [(pattern, method)] + ([("**.txt", method)] if method == "jinja2" else [])
        options = {name: {"silent": "false", "trimmed": "true"} for name, _kind in methods}
        found = extract_from_dir(
            ROOT / folder, method_map=methods, options_map=options, keywords=KEYWORDS, comment_tags=()
        )
        for name, _line, message, _comments, context in found:
            catalogue.add(message, None, [(f"{folder}/{name}", 0)], context=context)
    return catalogue


def stored() -> Catalog:
    if not PO.exists():
        return Catalog(locale="en")
    with PO.open("rb") as handle:
        return read_po(handle, locale="en")


def update() -> int:
    catalogue = stored()
    catalogue.update(extracted(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    write(catalogue)
    return 0


def write(catalogue: Catalog) -> None:
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as handle:
        write_po(handle, catalogue, width=110, omit_header=False, sort_output=True, no_location=True)


def compile_catalogue() -> int:
    if PO.exists():
        target = PO.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < PO.stat().st_mtime:
            with target.open("wb") as handle:
                write_mo(handle, stored())
    return 0


def first(key: str | tuple[str, ...] | list[str]) -> str:
    return key if isinstance(key, str) else key[0]


def missing() -> dict[str, tuple[Message, list[str]]]:
    """{Dutch: (message, where it is used)} of what is not in English, or wrongly so."""
    known = stored()
    found = {}
    for message in extracted():
        if message.id and not is_good(message, known.get(first(message.id), message.context)):
            found[first(message.id)] = (message, [place for place, _line in message.locations])
    return found


def is_good(message: Message, english: Message | None) -> bool:
    if english is None or english.fuzzy:
        return False
    texts = list(english.string) if isinstance(english.string, list | tuple) else [english.string]
    dutch = [message.id] if isinstance(message.id, str) else list(message.id)
    wanted = set(PLACEHOLDER.findall(" ".join(dutch)))
    # "one week" needs no number, so the singular may leave one out; the last form may not
    return all(texts) and set(PLACEHOLDER.findall(" ".join(texts))) == wanted


def check() -> int:
    lines = [f"{places[0]}: {text!r}" for text, (_message, places) in missing().items()]
    if lines:
        sys.stderr.write(
            "Niet (goed) in het Engels, maak het af in translations/en:\n" + "\n".join(lines) + "\n"
        )
    return 1 if lines else 0


def export() -> int:
    rows = [{"id": m.id, "where": places[0]} for m, places in missing().values()]
    sys.stdout.write(json.dumps(rows, ensure_ascii=False, indent=0) + "\n")
    return 0


def merge(path: str) -> int:
    """Fill in the English of a JSON file; what is not asked for or has other placeholders is named."""
    catalogue, wanted = stored(), {first(m.id): m for m in extracted() if m.id}
    refused = []
    for dutch, english in json.loads(Path(path).read_text(encoding="utf-8")).items():
        message = wanted.get(dutch)
        text = tuple(english) if isinstance(english, list) else english
        if message is None or not is_good(message, Message(message.id, text)):
            refused.append(dutch)
            continue
        row = catalogue.get(first(message.id), message.context) or catalogue.add(
            message.id, context=message.context
        )
        row.string = text
        row.flags.discard("fuzzy")
    write(catalogue)
    for dutch in refused:
        sys.stderr.write(f"niet overgenomen: {dutch!r}\n")
    return 1 if refused else 0


if __name__ == "__main__":
    actions = {"update": update, "compile": compile_catalogue, "check": check, "export": export}
    raise SystemExit(merge(sys.argv[2]) if sys.argv[1] == "import" else actions[sys.argv[1]]())
