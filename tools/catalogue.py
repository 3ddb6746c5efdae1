"""The English catalogue. Dutch texts in the code are the message ids, so only English has a file.

    catalogue.py update    extract the Dutch texts and merge them into translations/en
    catalogue.py compile   write the .mo file (needed once; `make run` and `make test` do it)
    catalogue.py check     fail when a text of a translated page has no English, or a fuzzy one
"""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
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
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
}
# Pages of officials may stay Dutch; everything a resident can open is translated.
STAFF_ONLY = ("templates/staff/",)


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
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as handle:
        write_po(handle, catalogue, width=110, omit_header=False, sort_output=True, no_location=True)
    return 0


def compile_catalogue() -> int:
    if PO.exists():
        target = PO.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < PO.stat().st_mtime:
            with target.open("wb") as handle:
                write_mo(handle, stored())
    return 0


def check() -> int:
    known = stored()
    missing = []
    for message in extracted():
        if not message.id:
            continue
        one = known.get(message.id if isinstance(message.id, str) else message.id[0], message.context)
        texts = one.string if one and isinstance(one.string, list | tuple) else [one.string if one else ""]
        if one is None or one.fuzzy or not all(texts):
            places = [place for place, _line in message.locations]
            missing.append(f"{places[0]}: {message.id!r}")
    if missing:
        sys.stderr.write("Niet in het Engels (maak het af in translations/en):\n" + "\n".join(missing) + "\n")
        return 1
    return 0


if __name__ == "__main__":
    actions = {"update": update, "compile": compile_catalogue, "check": check}
    raise SystemExit(actions[sys.argv[1]]())
