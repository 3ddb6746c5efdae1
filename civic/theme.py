"""From one brand colour to a theme that everybody can read.

The colour is taken to OKLCH (Ottosson 2020: equal steps look equal), where only its lightness is walked
until the WCAG 2.2 contrast is reached; hue stays. A theme that fails a pair is refused, never saved.
"""

import re
from collections.abc import Mapping
from math import atan2, cos, hypot, sin
from typing import NamedTuple

Tokens = dict[str, str]

WHITE = "#ffffff"
DARK_PAGE = "#10191d"  # --basis-color-default-bg-document in the dark, as in static/css/civic.css
DARK_INK = "#06252c"
HEX = re.compile(r"#[0-9a-f]{6}")

# Every pair of tokens that meets on a page: what is in front, what is behind, how much contrast it needs.
# 4.5 for text (WCAG 1.4.3), 3 for the edge of a control or a mark (1.4.11), 7 for headings: our own bar.
KINDS = ("info", "positive", "warning", "negative")
PAIRS: tuple[tuple[str, str, float], ...] = (
    *(
        (ink, paper, 4.5)
        for ink in (
            "default-color-document",
            "default-color-subtle",
            "action-1-color-default",
            "action-1-color-hover",
        )
        for paper in ("default-bg-document", "default-bg-subtle", "accent-1-bg-subtle", "action-1-bg-hover")
    ),
    ("default-color-document", "default-bg-default", 4.5),
    ("default-color-document", "accent-1-bg-default", 4.5),
    ("default-border-default", "default-bg-document", 3),
    ("accent-1-color-document", "default-bg-document", 7),
    ("accent-1-color-document", "accent-1-bg-subtle", 7),
    ("accent-1-color-default", "default-bg-document", 4.5),
    ("accent-1-color-default", "accent-1-bg-subtle", 4.5),
    ("accent-1-color-default", "default-bg-default", 3),
    ("accent-1-border-default", "default-bg-document", 3),
    ("accent-1-border-default", "accent-1-border-subtle", 3),
    ("accent-1-inverse-color-default", "accent-1-inverse-bg-default", 4.5),
    ("accent-1-inverse-color-default", "accent-1-inverse-bg-hover", 4.5),
    ("action-1-border-default", "default-bg-document", 3),
    ("action-1-inverse-bg-default", "default-bg-document", 3),
    ("action-1-inverse-bg-default", "default-bg-default", 3),
    ("action-1-inverse-color-default", "action-1-inverse-bg-default", 4.5),
    ("action-1-inverse-color-default", "action-1-inverse-bg-hover", 4.5),
    *((f"{kind}-color-default", f"{kind}-bg-default", 4.5) for kind in KINDS),
    *((f"{kind}-border-default", "default-bg-document", 3) for kind in KINDS),
    *((f"{kind}-color-default", "default-bg-document", 4.5) for kind in KINDS[1:]),
    *(("default-color-document", f"{kind}-bg-default", 4.5) for kind in KINDS),
    *(("action-1-color-default", f"{kind}-bg-default", 4.5) for kind in KINDS),
    ("negative-inverse-color-default", "negative-inverse-bg-default", 4.5),
)


class UnsafeTheme(ValueError):
    """The colour is no colour, or a pair of its tokens cannot be read."""


class Oklch(NamedTuple):
    """Lightness 0 to 1, chroma 0 to about 0.4, hue in radians."""

    lightness: float
    chroma: float
    hue: float


def _channels(colour: str) -> list[float]:
    """Linear light per channel, 0 to 1, of "#rrggbb"."""
    if not HEX.fullmatch(colour):
        raise UnsafeTheme(f"not a colour like #1a2b3c: {colour!r}")
    values = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in values]


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio of two colours, 1 to 21."""
    light = [
        sum(c * w for c, w in zip(_channels(x), (0.2126, 0.7152, 0.0722), strict=True)) for x in (one, other)
    ]
    return (max(light) + 0.05) / (min(light) + 0.05)


def to_oklch(colour: str) -> Oklch:
    r, g, b = _channels(colour)
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    middle = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    return Oklch(0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short, hypot(a, b), atan2(b, a))


def _linear(colour: Oklch) -> tuple[float, float, float]:
    a, b = colour.chroma * cos(colour.hue), colour.chroma * sin(colour.hue)
    long = (colour.lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (colour.lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (colour.lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


def to_hex(colour: Oklch) -> str:
    """The nearest "#rrggbb": chroma gives way until the screen can show it, so that the hue stays."""
    linear = _linear(colour)
    while colour.chroma > 0.002 and not all(-0.001 <= value <= 1.001 for value in linear):
        colour = colour._replace(chroma=colour.chroma * 0.97)
        linear = _linear(colour)
    return "#" + "".join(f"{round(255 * _encoded(min(max(value, 0.0), 1.0))):02x}" for value in linear)


def _encoded(value: float) -> float:
    return 12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055


def _pastel(brand: Oklch, lightness: float, chroma: float) -> str:
    return to_hex(Oklch(lightness, min(brand.chroma, chroma), brand.hue))


def _walk(start: Oklch, behind: tuple[str, ...], ratio: float, step: float) -> str:
    """The first colour on the way to black (step < 0) or white with this contrast to all behind it."""
    lightness = start.lightness
    while 0 <= lightness <= 1:
        found = to_hex(start._replace(lightness=lightness))
        if all(contrast(found, paper) >= ratio for paper in behind):
            return found
        lightness += step
    raise UnsafeTheme("no lightness of this colour can be read")


def _light(brand: Oklch) -> Tokens:
    tint, hover = _pastel(brand, 0.968, 0.016), _pastel(brand, 0.945, 0.024)
    bar = _walk(brand._replace(lightness=min(brand.lightness, 0.5)), (WHITE, tint), 5.5, -0.01)
    link = _walk(brand._replace(lightness=min(brand.lightness, 0.5)), (WHITE, tint, hover), 5.0, -0.01)
    dark = _walk(
        to_oklch(link)._replace(lightness=max(to_oklch(link).lightness - 0.1, 0)),
        (WHITE, tint, hover),
        7.0,
        -0.01,
    )
    return {
        "accent-1-bg-subtle": tint,
        "accent-1-bg-default": _pastel(brand, 0.92, 0.03),
        "accent-1-border-subtle": _pastel(brand, 0.82, 0.05),
        "accent-1-border-default": bar,
        "accent-1-color-document": dark,
        "accent-1-color-default": link,
        "accent-1-inverse-bg-default": bar,
        "accent-1-inverse-bg-hover": dark,
        "accent-1-inverse-color-default": WHITE,
        "action-1-bg-hover": hover,
        "action-1-border-default": link,
        "action-1-color-default": link,
        "action-1-color-hover": dark,
        "action-1-inverse-bg-default": link,
        "action-1-inverse-bg-hover": dark,
        "action-1-inverse-color-default": WHITE,
    }


def _dark(brand: Oklch) -> Tokens:
    tint, hover = _pastel(brand, 0.26, 0.03), _pastel(brand, 0.31, 0.035)
    bar = _walk(brand._replace(lightness=0.36, chroma=min(brand.chroma, 0.11)), (WHITE,), 7.0, -0.01)
    soft = brand._replace(lightness=0.78, chroma=min(brand.chroma, 0.11))
    link = _walk(soft, (DARK_PAGE, tint, hover, DARK_INK), 7.0, 0.01)
    bright = to_hex(to_oklch(link)._replace(lightness=min(to_oklch(link).lightness + 0.08, 0.97)))
    return {
        "accent-1-bg-subtle": tint,
        "accent-1-bg-default": _pastel(brand, 0.34, 0.04),
        "accent-1-border-subtle": _pastel(brand, 0.45, 0.06),
        "accent-1-border-default": link,
        "accent-1-color-document": bright,
        "accent-1-color-default": link,
        "accent-1-inverse-bg-default": bar,
        "accent-1-inverse-bg-hover": _pastel(brand, 0.42, 0.1),
        "accent-1-inverse-color-default": WHITE,
        "action-1-bg-hover": hover,
        "action-1-border-default": link,
        "action-1-color-default": link,
        "action-1-color-hover": bright,
        "action-1-inverse-color-default": DARK_INK,
        "action-1-inverse-bg-default": link,
        "action-1-inverse-bg-hover": bright,
    }


def failures(tokens: Mapping[str, str]) -> list[str]:
    """The pairs that cannot be read, as sentences; pairs of which a token is absent are left out."""
    return [
        f"{front} on {back}: {found:.2f}, needs {ratio}"
        for front, back, ratio in PAIRS
        if front in tokens and back in tokens
        if (found := contrast(tokens[front], tokens[back])) < ratio
    ]


def brand_tokens(brand: str) -> tuple[Tokens, Tokens]:
    """Light and dark tokens for a brand colour; UnsafeTheme when they would not be readable."""
    colour = to_oklch(brand.strip().lower())
    light, dark = _light(colour), _dark(colour)
    problems = [
        *failures({"default-bg-document": WHITE} | light),
        *failures({"default-bg-document": DARK_PAGE} | dark),
    ]
    if problems:
        raise UnsafeTheme("; ".join(problems))
    return light, dark


def theme_css(brand: str) -> str:
    """A theme file to serve beside civic.css. It is unlayered, so it wins from the layers there."""
    light, dark = (
        " ".join(f"--basis-color-{name}: {value};" for name, value in tokens.items())
        for tokens in brand_tokens(brand)
    )
    return f":root {{ {light} }}\n@media screen and (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n"
