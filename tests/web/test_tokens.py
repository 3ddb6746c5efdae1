"""Everything on the site can be read: the contrast of every pair of colours, by sums, in light and dark."""

from __future__ import annotations

import re

import pytest

from civic import assets
from civic.theme import (
    DARK_PAGE,
    PAIRS,
    WHITE,
    UnsafeTheme,
    brand_tokens,
    contrast,
    failures,
    theme_css,
    to_hex,
    to_oklch,
)

STYLE = (assets.STATIC / "css/civic.css").read_text(encoding="utf-8")
COLOUR = re.compile(r"--basis-color-([\w-]+): (#[0-9a-f]{6});")
# Only ever a line or a dot beside something that says the same; never the one carrier of a message.
DECORATION = {"default-border-subtle", "accent-2-bg-default"}
# Yellow, lime, orange: the colours that are hard to read on white; black, white and grey: no hue at all.
HARD_BRANDS = (
    "#ffcc00", "#bed200", "#ff6600", "#00a2e0", "#e3000f", "#8c2a87",
    "#154273", "#00ff00", "#ff00ff", "#000000", "#ffffff", "#808080",
)  # fmt: skip


def _tokens(part: str) -> dict[str, str]:
    return dict(COLOUR.findall(part))


LAYER = STYLE.split("@layer tokens {")[1].split("@layer base {")[0]
LIGHT_PART, DARK_PART = LAYER.split("@media screen and (prefers-color-scheme: dark)")
LIGHT = _tokens(LIGHT_PART)
DARK = LIGHT | _tokens(DARK_PART)


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert contrast("#777777", "#ffffff") < 4.5


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_every_pair_can_be_read(tokens: dict[str, str]) -> None:
    assert failures(tokens) == []


def test_a_pair_that_cannot_be_read_is_found() -> None:
    assert failures(LIGHT | {"action-1-color-default": "#9aa5aa"})


def test_every_colour_is_part_of_a_pair() -> None:
    paired = {name for front, back, _ratio in PAIRS for name in (front, back)}
    assert set(LIGHT) - paired == DECORATION
    assert paired <= set(LIGHT)


def test_dark_changes_every_colour_that_depends_on_light() -> None:
    same = {name for name in LIGHT if DARK[name] == LIGHT[name]}
    assert same <= {"accent-2-bg-default", "accent-1-inverse-color-default"}


def test_every_token_that_is_used_exists() -> None:
    defined = set(re.findall(r"(--[\w-]+):", STYLE))
    assert set(re.findall(r"var\((--[\w-]+)", STYLE)) <= defined


def test_no_colour_outside_the_tokens() -> None:
    outside = STYLE.split("@layer base {")[1].split("@layer print {")[0]
    assert set(re.findall(r"#[0-9a-f]{3,8}\b", outside)) <= {"#fff"}  # behind charts drawn for white paper


@pytest.mark.parametrize(("part", "page"), [(LIGHT_PART, LIGHT), (DARK_PART, DARK)], ids=["light", "dark"])
def test_focus_is_visible(part: str, page: dict[str, str]) -> None:
    found = dict(re.findall(r"--basis-focus-([\w-]+): (#[0-9a-f]{6});", part))
    for behind in ("default-bg-document", "default-bg-subtle", "accent-1-bg-subtle", "negative-bg-default"):
        assert contrast(found["outline-color"], page[behind]) >= 3
    assert contrast(found["inverse-outline-color"], page["accent-1-inverse-bg-default"]) >= 3


def test_the_theme_maker_knows_the_pages_it_writes_on() -> None:
    assert LIGHT["default-bg-document"] == WHITE
    assert DARK["default-bg-document"] == DARK_PAGE


@pytest.mark.parametrize("brand", HARD_BRANDS)
def test_every_brand_colour_becomes_a_readable_theme(brand: str) -> None:
    light, dark = brand_tokens(brand)
    assert failures(LIGHT | light) == []
    assert failures(DARK | dark) == []


@pytest.mark.parametrize("brand", ["", "red", "#fff", "#12345g", "#1234567", "#123456;}body{display:none"])
def test_what_is_no_colour_is_refused(brand: str) -> None:
    with pytest.raises(UnsafeTheme):
        theme_css(brand)


def test_a_theme_sets_only_tokens_we_have() -> None:
    assert set(re.findall(r"(--[\w-]+):", theme_css("#154273"))) <= set(re.findall(r"(--[\w-]+):", LAYER))


def test_a_readable_brand_colour_stays_itself() -> None:
    assert brand_tokens("#154273")[0]["accent-1-inverse-bg-default"] == "#154273"


@pytest.mark.parametrize("colour", ["#0d4650", "#ffc53d", "#808080", "#c4242f"])
def test_oklch_there_and_back(colour: str) -> None:
    assert to_hex(to_oklch(colour)) == colour
