"""A sketch and a sum that residents made for their plan: drawn here, so that they are nobody else's."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

from PIL import Image, ImageDraw

from civic.accounts.models import User
from civic.files.service import check
from civic.initiatives.models import Initiative
from civic.initiatives.service.attachments import attach

PLAN = "Maak van het Havenplein een plein met bomen"
SKETCH = (
    "Schets van het Havenplein van boven: twee rijen van elf bomen, een strook gras met banken, en huizen."
)
COSTS = "Wat het kost, per onderdeel"
LINES = (
    "Havenplein: wat kost het ongeveer?",
    "22 bomen, geplant en drie jaar verzorgd: 64.000 euro",
    "Tegels eruit, aarde en gras erin: 71.000 euro",
    "Banken en een watertappunt: 45.000 euro",
    "Samen: 180.000 euro. Een derde daarvan is toch al nodig voor het riool.",
)
SIZE = (1200, 720)
TREES = [(100 + 100 * n, y) for y in (250, 610) for n in range(11)]


def add(initiative: Initiative, author: User, at: datetime) -> None:
    if initiative.title == PLAN:
        attach(initiative, check(_sketch(), "schets.png"), SKETCH, actor=author, at=at)
        attach(initiative, check(_sum(), "kosten.pdf"), COSTS, actor=author, at=at)


def _sketch() -> bytes:
    """From above, in the flat colours of a felt pen."""
    picture = Image.new("RGB", SIZE, "#efe6d8")
    pen = ImageDraw.Draw(picture)
    for n in range(8):
        left = 30 + 145 * n
        roof = ("#b5523b", "#8c4a3a")[n % 2]
        pen.rectangle((left, 24, left + 125, 130), fill=roof, outline="#4a2c24", width=4)
        pen.line((left, 77, left + 125, 77), fill="#4a2c24", width=4)
    pen.rectangle((40, 180, 1160, 680), fill="#dccfb8", outline="#8b7d66", width=4)
    pen.rectangle((70, 370, 1130, 490), fill="#a9c77d", outline="#5f7d3a", width=5)
    for n in range(7):
        pen.rectangle((130 + 145 * n, 330, 200 + 145 * n, 348), fill="#8a5a2b", outline="#4a2c14", width=2)
    for x, y in TREES:
        pen.ellipse((x - 42, y - 42, x + 42, y + 42), fill="#4f8a4b", outline="#2e5a2c", width=4)
        pen.ellipse((x - 22, y - 28, x + 14, y + 6), fill="#74ab62")
        pen.ellipse((x - 6, y - 6, x + 6, y + 6), fill="#5b3d22")
    buffer = BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def _sum() -> bytes:
    """One page with five lines, in the plainest PDF there is."""
    shown = "".join(f"({line}) Tj 0 -28 Td " for line in LINES)
    drawing = f"BT /F1 14 Tf 60 760 Td {shown}ET"
    objects = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        "/Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(drawing)} >>\nstream\n{drawing}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    text, places = "%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(text))
        text += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\n"
    return f"{text}{end}startxref\n{len(text)}\n%%EOF\n".encode("ascii")
