"""Atom feeds (RFC 4287), written with the standard library: whatever people typed, the XML is well formed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree

NAMESPACE = "http://www.w3.org/2005/Atom"
MIMETYPE = "application/atom+xml"
# what XML 1.0 cannot hold, however it is written: control signs, half of a pair, two that are no characters
IMPOSSIBLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

ElementTree.register_namespace("", NAMESPACE)


@dataclass(frozen=True)
class Entry:
    """`id` never changes; `url` is the page for people."""

    id: str
    url: str
    title: str
    text: str
    published_at: datetime
    updated_at: datetime
    categories: Sequence[str] = ()


@dataclass(frozen=True)
class Feed:
    """`own_url` is where the feed itself stands, `url` the page it belongs to."""

    title: str
    subtitle: str
    author: str
    url: str
    own_url: str
    updated_at: datetime
    entries: Sequence[Entry]
    language: str = "nl"


def feed_xml(feed: Feed) -> bytes:
    root = ElementTree.Element(f"{{{NAMESPACE}}}feed", {"xml:lang": feed.language})
    _text(root, "id", feed.own_url)
    _text(root, "title", feed.title)
    _text(root, "subtitle", feed.subtitle)
    _text(root, "updated", _moment(feed.updated_at))
    _link(root, "alternate", "text/html", feed.url)
    _link(root, "self", MIMETYPE, feed.own_url)
    _text(ElementTree.SubElement(root, f"{{{NAMESPACE}}}author"), "name", feed.author)
    for entry in feed.entries:
        _entry(root, entry)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def _entry(root: ElementTree.Element, entry: Entry) -> None:
    element = ElementTree.SubElement(root, f"{{{NAMESPACE}}}entry")
    _text(element, "id", entry.id)
    _text(element, "title", entry.title)
    _text(element, "published", _moment(entry.published_at))
    _text(element, "updated", _moment(entry.updated_at))
    _link(element, "alternate", "text/html", entry.url)
    for category in entry.categories:
        ElementTree.SubElement(element, f"{{{NAMESPACE}}}category", {"term": _clean(category)})
    _text(element, "summary", entry.text)


def _text(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, f"{{{NAMESPACE}}}{name}").text = _clean(text)


def _link(parent: ElementTree.Element, relation: str, kind: str, url: str) -> None:
    attributes = {"rel": relation, "type": kind, "href": url}
    ElementTree.SubElement(parent, f"{{{NAMESPACE}}}link", attributes)


def _clean(text: str) -> str:
    return IMPOSSIBLE.sub("", text)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
