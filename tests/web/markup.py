"""What every page of this house must be: valid HTML5, one h1, labels, no inline script or style."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from xml.etree.ElementTree import Element

import html5lib

NEEDS_LABEL = frozenset({"input", "select", "textarea"})
LABELLED_ELSEWHERE = frozenset({"hidden", "submit", "button", "image", "reset"})
HANDLER = re.compile(r"on[a-z]+")
FORBIDDEN_ATTRIBUTES = frozenset({"style", "hx-on", "srcdoc"})
URL_ATTRIBUTES = ("href", "src", "action", "formaction")


def parse(text: str) -> tuple[Element, list[str]]:
    """(tree, parse errors with the place where they were found)."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree: Element = parser.parse(text)
    lines = text.splitlines()
    return tree, [
        f"{code} {data or ''} at line {place[0]}: {_line(lines, place[0])}"
        for place, code, data in parser.errors
    ]


def _line(lines: list[str], number: int) -> str:
    return lines[number - 1].strip()[:120] if 0 < number <= len(lines) else ""


def problems(text: str) -> list[str]:
    """Everything that is wrong with a page, as sentences."""
    tree, found = parse(text)
    elements = [one for one in tree.iter() if isinstance(one.tag, str)]
    return [
        *found,
        *_head(tree),
        *_headings(elements),
        *_ids(elements),
        *_labels(tree, elements),
        *_inline(elements),
        *_forms(elements),
    ]


def _head(tree: Any) -> Iterator[str]:
    if not tree.get("lang"):
        yield "html without lang"
    title = tree.find("head/title")
    if title is None or not (title.text or "").strip():
        yield "no title"
    if tree.find("body//main") is None:
        yield "no main"


def _headings(elements: list[Element]) -> Iterator[str]:
    levels = [int(one.tag[1]) for one in elements if re.fullmatch("h[1-6]", one.tag)]
    if levels.count(1) != 1:
        yield f"{levels.count(1)} h1 instead of one"
    for before, after in pairwise(levels):
        if after > before + 1:
            yield f"h{after} follows h{before}"


def _ids(elements: list[Element]) -> Iterator[str]:
    counts = Counter(one.get("id") for one in elements if one.get("id") is not None)
    for name, number in counts.items():
        if number > 1 or not name or " " in name:
            yield f"id {name!r} occurs {number} times"
    for one in elements:
        for attribute in ("for", "aria-describedby", "aria-labelledby", "aria-controls", "list"):
            for target in (one.get(attribute) or "").split():
                if target not in counts:
                    yield f"{one.tag} {attribute} points at {target!r}, which is not there"
        href = one.get("href") or ""
        if href.startswith("#") and len(href) > 1 and href[1:] not in counts:
            yield f"a link to {href!r}, which is not there"


def _labels(tree: Any, elements: list[Element]) -> Iterator[str]:
    named = {one.get("for") for one in elements if one.tag == "label" and _text(one)}
    wrapped = {id(inner) for label in tree.iter("label") if _text(label) for inner in label.iter()}
    for one in elements:
        if one.tag in NEEDS_LABEL and one.get("type") not in LABELLED_ELSEWHERE:
            is_named = one.get("id") in named or id(one) in wrapped or one.get("aria-labelledby")
            if not is_named:
                yield f"{one.tag} {one.get('name')!r} has no label"
        if one.tag in {"button", "a"} and not _name(one):
            yield f"a {one.tag} without a name: {one.attrib}"
        if one.tag == "img" and one.get("alt") is None:
            yield f"an img without alt: {one.get('src')}"


def _text(element: Element) -> str:
    return "".join(element.itertext()).strip()


def _name(element: Element) -> str:
    images = "".join(image.get("alt") or "" for image in element.iter("img"))
    return _text(element) or element.get("aria-label") or element.get("id") or images


def _inline(elements: list[Element]) -> Iterator[str]:
    for one in elements:
        if one.tag == "style" or (one.tag == "script" and not one.get("src")):
            yield f"inline {one.tag}"
        for name, value in one.attrib.items():
            if name in FORBIDDEN_ATTRIBUTES or HANDLER.fullmatch(name) or name.startswith("hx-on"):
                yield f"{one.tag} has the attribute {name}"
            is_drawing = one.tag == "img" and value.startswith("data:image/")
            if (
                name in URL_ATTRIBUTES
                and re.match(r"\s*(javascript|data|vbscript):", value, re.I)
                and not is_drawing
            ):
                yield f"{one.tag} {name} is {value[:40]!r}"
            if name in {"src", "hx-get", "hx-post"} and "://" in value:
                yield f"{one.tag} {name} is on another host: {value}"


def _forms(elements: list[Element]) -> Iterator[str]:
    for form in elements:
        if form.tag != "form":
            continue
        method = (form.get("method") or "get").lower()
        names = {one.get("name") for one in form.iter("input")}
        if method == "post" and "csrf_token" not in names:
            yield f"a form to {form.get('action')!r} without a CSRF token"
        if method == "get" and "csrf_token" in names:
            yield "a GET form that puts the CSRF token in the address"


def links(text: str) -> set[str]:
    """Addresses on this site that a page links to, without fragment. (The parser has its own test.)"""
    found = {html.unescape(href) for href in re.findall(r'<a\b[^>]*\shref="([^"]*)"', text)}
    return {href.split("#")[0] for href in found if href.startswith("/") and not href.startswith("//")} - {""}


def title(text: str) -> str:
    found = re.search(r"<title>(.*?)</title>", text, re.S)
    return html.unescape(found[1]).strip() if found else ""
