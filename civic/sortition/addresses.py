"""One spelling for one address, shared by the files, the lists of institutions and the invitations.

Two people who write the same address differently must count as one household, and two addresses must never
become one: of two housemates both could be drawn, of two neighbours only one.
"""

from __future__ import annotations

import re
import unicodedata

PLAIN = re.compile(r"[^a-z0-9]+")
# before a letter: "12 a" and "8321 ab"; the blank goes
BEFORE_LETTER = re.compile(r"(?<=\d) (?=[^\d ])")
# after a letter: "straat1" and "8321ab1"; a blank comes
AFTER_LETTER = re.compile(r"(?<=[^\d ])(?=\d)")
# ², ½ and ② are an addition to the number before them: never "12" from "1²"
ADDED = ("<super>", "<sub>", "<fraction>", "<circle>")
# letters and marks to Unicode, but here signs like any other
APOSTROPHES = str.maketrans("\u00b4\u02bc", "  ")


def address_key(text: str) -> str:
    """The text as a key: equal for two spellings of one address, '' where it holds no letter or digit.

    1. width and case do not count (NFKC, casefold); a raised or circled digit is a part of its own
    2. every sign and every blank is a gap between two parts; invisible characters go
    3. no gap between a number and the letters after it, always one between letters and the number after
       them: "8321 AB 1" is "8321AB 1" is "8321ab1", "12 a" is "12-A" is "12a"

    Two numbers never become one and never change places: 1-11 is neither 111 nor 11-1. Two words do not
    either: "J.P. Coenstraat" and "JP Coenstraat" stay two, as do "Kerkstr." and "Kerkstraat", since guessing
    at abbreviations would make one of two streets. The key of a key is that key.
    """
    if text.isascii():
        return _joined(PLAIN.sub(" ", text.lower()).strip())
    # some rare letters take more than one round
    while (folded := _joined(_parts(text))) != text:
        text = folded
    return text


def _joined(parts: str) -> str:
    return AFTER_LETTER.sub(" ", BEFORE_LETTER.sub("", parts))


def _parts(text: str) -> str:
    """Letters and digits with single blanks between the parts."""
    spread = "".join(map(_apart, text.translate(APOSTROPHES)))
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", spread).casefold())
    return " ".join("".join(map(_sign, plain)).split())


def _apart(sign: str) -> str:
    added = not sign.isascii() and unicodedata.decomposition(sign).startswith(ADDED)
    return f" {sign}" if added else sign


def _sign(sign: str) -> str:
    """Letters, digits and the marks on them as they are; format characters gone; all else a blank."""
    if sign.isalnum():
        return sign
    category = unicodedata.category(sign)
    if category == "Cf":
        return ""
    return sign if category[0] in "LNM" else " "
