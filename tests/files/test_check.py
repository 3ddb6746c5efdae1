from __future__ import annotations

import time
import zlib
from io import BytesIO

import pytest
from flask import Flask
from PIL import Image, ImageCms

from civic.errors import Invalid
from civic.files import images, kinds
from civic.files.service import check
from tests.files.samples import huge_png, image, pdf, photo_of_a_phone


def sentence(app: Flask, data: bytes, name: str = "") -> str:
    with app.test_request_context(), pytest.raises(Invalid) as error:
        check(data, name)
    (found,) = error.value.errors["file"]
    return found


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


@pytest.mark.parametrize(
    ("data", "name", "becomes"),
    [
        (image("JPEG"), "foto.jpg", "image/jpeg"),
        (image("JPEG"), "FOTO.JPEG", "image/jpeg"),
        (image("JPEG"), "", "image/jpeg"),
        (image("PNG"), "plaatje.png", "image/jpeg"),
        (image("PNG", mode="RGBA"), "plaatje.png", "image/webp"),
        (image("PNG", mode="P"), "plaatje.png", "image/jpeg"),
        (image("WEBP"), "plaatje.webp", "image/jpeg"),
        (image("JPEG", mode="CMYK"), "druk.jpg", "image/jpeg"),
        (image("JPEG", mode="L"), "grijs.jpg", "image/jpeg"),
        (image("PNG", size=(1, 1)), "a.png", "image/jpeg"),
    ],
)
def test_images_are_made_anew(data: bytes, name: str, becomes: str) -> None:
    made = check(data, name)
    assert made.media_type == becomes
    assert made.content != data
    assert opened(made.content).size == (made.width, made.height)


def test_nothing_but_the_picture_gets_through() -> None:
    made = check(photo_of_a_phone(), "IMG_2041.JPG")
    picture = opened(made.content)
    assert (made.width, made.height) == (40, 60)  # upright
    assert not picture.getexif()
    assert not {"exif", "comment", "xmp", "photoshop", "icc_profile"} & set(picture.info)
    for secret in (b"Telefoon", b"geheim", b"Exif"):
        assert secret not in made.content


def test_what_hides_behind_a_picture_is_gone() -> None:
    data = image("JPEG") + b"PK\x03\x04<script>alert(1)</script>%PDF-1.7"
    made = check(data, "foto.jpg")
    assert b"script" not in made.content
    assert b"PK\x03\x04" not in made.content


def test_large_pictures_become_smaller() -> None:
    assert check(image("JPEG", size=(4200, 1000)), "breed.jpg").width == images.MOST_SIDE
    made = check(image("PNG", size=(20, 3000)), "hoog.png")
    assert (made.width, made.height) == (13, images.MOST_SIDE)


def test_other_colours_become_those_of_the_web() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    made = check(image("JPEG", icc_profile=profile), "foto.jpg")
    assert opened(made.content).getpixel((5, 5))[0] > 190
    check(image("JPEG", icc_profile=b"no profile at all"), "foto.jpg")


@pytest.mark.parametrize(
    ("data", "name", "word"),
    [
        (b"", "leeg.jpg", "leeg"),
        (b"\xff\xd8\xff" + b"0" * kinds.MOST_BYTES, "groot.jpg", "te groot"),
        (b"\0\0\0\x18ftypheic" + b"0" * 100, "IMG_1.HEIC", "HEIC"),
        (b'<?xml version="1.0"?><svg onload="alert(1)"/>', "kaart.svg", "SVG"),
        (b"\n<SVG xmlns='x'>", "kaart.png", "SVG"),
        (b"GIF89a" + b"0" * 50, "dans.gif", "Dit soort bestand"),
        (b"MZ" + b"0" * 50, "programma.exe", "Dit soort bestand"),
        (b"<html>" + b"0" * 50, "foto.jpg", "Dit soort bestand"),
        (image("PNG"), "foto.jpg", "past niet bij"),
        (pdf(), "brief.pdf.png", "past niet bij"),
        (image("JPEG"), "foto.html", "past niet bij"),
        (image("JPEG")[:300], "half.jpg", "niet compleet"),
        (image("PNG")[:60], "half.png", "niet compleet"),
        (b"\xff\xd8\xff" + b"\0" * 500, "kapot.jpg", "niet compleet"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "kapot.webp", "niet compleet"),
        (huge_png(20_000, 20_000), "bom.png", "te groot. Maak hem kleiner"),
        (huge_png(7_000, 7_000), "bommetje.png", "te groot. Maak hem kleiner"),
        (huge_png(100_000_000, 1), "streep.png", "te groot. Maak hem kleiner"),
    ],
    ids=lambda value: value[:12] if isinstance(value, str) else "",
)
def test_each_refusal_is_one_sentence(app: Flask, data: bytes, name: str, word: str) -> None:
    assert word in sentence(app, data, name)


def test_a_name_of_a_megabyte_is_only_a_name() -> None:
    assert check(image("JPEG"), "x" * 1_000_000 + ".jpg").is_image
    assert check(image("JPEG"), "../../etc/passwd\0.jpg").is_image


def test_a_pdf_stays_as_it_is() -> None:
    made = check(pdf(packed=b"4 0 << /Type /Annot /Subtype /Link >>"), "brief.pdf")
    assert (made.content, made.media_type) == (
        pdf(packed=b"4 0 << /Type /Annot /Subtype /Link >>"),
        kinds.PDF,
    )


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (pdf(b"/OpenAction << /S /JavaScript /JS (app.alert) >>"), "programma"),
        (pdf(b"/OpenAction << /S /J#61va#53cript /J#53 (x) >>"), "programma"),
        (pdf(b"/OpenAction << /S /Launch /F (cmd.exe) >>"), "programma"),
        (pdf(b"/AA << /O 5 0 R >>"), "programma"),
        (pdf(b"/AcroForm << /XFA 5 0 R >>"), "programma"),
        (pdf(b"/Names << /EmbeddedFiles 5 0 R >>"), "programma"),
        (pdf(packed=b"4 0 << /S /JavaScript /JS (x) >>"), "programma"),
        (pdf(packed=b"4 0 << /S /#4caunch >>"), "programma"),
        (pdf(b"/Encrypt 9 0 R"), "wachtwoord"),
        (pdf(end=b""), "niet compleet"),
        (pdf()[:40], "niet compleet"),
        (pdf(end=b"%%EOF\nPK\x03\x04 something else"), "niet compleet"),
        (pdf(packed=b"4 0 x").replace(b"/FlateDecode", b"/LZWDecode  "), "niet in deze PDF kijken"),
        (pdf(packed=b"4 0 x").replace(zlib.compress(b"4 0 x")[:2], b"zz"), "niet in deze PDF kijken"),
    ],
    ids=range(14),
)
def test_a_pdf_that_can_do_something_is_refused(app: Flask, data: bytes, word: str) -> None:
    assert word in sentence(app, data, "brief.pdf")


def test_a_pdf_of_beginnings_without_an_end_costs_one_walk(app: Flask) -> None:
    data = b"%PDF-1.7\n" + b"stream\n" * 1_000_000 + b"%%EOF"
    started = time.process_time()
    check(data, "brief.pdf")
    assert time.process_time() - started < 5


def test_an_object_stream_that_swells(app: Flask) -> None:
    assert "niet in deze PDF kijken" in sentence(app, pdf(packed=b" " * 40_000_000), "brief.pdf")
