"""The first lottery: how many letters, to whom, with which chance, and the proof.

residents, errors = read_addresses(Path("adressen.csv"))       municipality,address[,person,excluded]
plan = plan_letters(seats, response="4 %", available=available(residents))
settings = InvitationSettings("zorg-2026", plan.letters)
commitments(residents, settings)                               publish these before the seed is known
draw = draw_letters(residents, settings, seed="48213")
write(folder, draw, secret=secret)                             manifest.json, letters.csv: no names, no codes
check(folder, Path("adressen.csv"), secret=secret)             everything computed again
write_mailing(Path("brieven.xlsx"), draw, secret)              for the printer of the letters, nobody else

A region keeps no civil registry: every municipality draws from its own list and hands over the folder (domain
handbook B5). A draw of one municipality gives the same letters as a draw of a region that holds its list.
"""

from ..addresses import address_key
from .addresses import Resident, read_addresses
from .draw import (
    InvitationDraw,
    InvitationSettings,
    Letter,
    MunicipalityDraw,
    available,
    commitments,
    draw_letters,
)
from .letters import LetterPlan, LetterRow, plan_letters
from .proof import check, code_hash, letter_code, mailing, manifest_digest, write, write_mailing

__all__ = [
    "InvitationDraw",
    "InvitationSettings",
    "Letter",
    "LetterPlan",
    "LetterRow",
    "MunicipalityDraw",
    "Resident",
    "address_key",
    "available",
    "check",
    "code_hash",
    "commitments",
    "draw_letters",
    "letter_code",
    "mailing",
    "manifest_digest",
    "plan_letters",
    "read_addresses",
    "write",
    "write_mailing",
]
